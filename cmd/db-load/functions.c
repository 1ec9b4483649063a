#include "functions.h"

#include "sha256.h"
#include "sqlfunction.h"

/* FNV-1a with 64 bits (Fowler, Noll, Vo), the top bit flipped: SQLite's integers have a sign, and so
 * flipped they are in the order of the unsigned hash. */
static int64_t fnv64a(const void *bytes, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325;
	const unsigned char *p = bytes;
	int64_t result;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 0x100000001b3;
	hash ^= (uint64_t)1 << 63;
	__builtin_memcpy(&result, &hash, sizeof result);
	return result;
}

static void sha256(const void *bytes, size_t len, char *out)
{
	sha256_text(bytes, len, out);
}

int functions_add(struct sql *db)
{
	if (sql_function_integer(db, "fnv64a", fnv64a) < 0)
		return -1;
	return sql_function_text(db, "sha256", SHA256_TEXT, sha256);
}
