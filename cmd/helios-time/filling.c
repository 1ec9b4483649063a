#include "filling.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "rng.h"
#include "writeall.h"

#define SIZE_SHIFT 56 /* of a file's first size in content.tiny */

/* Letters about as often as in English. */
static const char letters[64] = "eeeeeettttaaaaoooiiinnnssshhrrrrddlllucumwfgypbvkETAS01    \n.,;=";

static void fill(struct rng *rng, char *out, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		uint64_t bits = rng_next(rng);
		size_t n = len - i < 8 ? len - i : 8;

		for (size_t k = 0; k < n; k++, bits >>= 8)
			out[i + k] = letters[bits & 63];
	}
}

/* How many contents of size bytes there are. */
static uint64_t contents_of(unsigned size)
{
	return UINT64_C(1) << 8 * size;
}

/* The content of a file that began as `began` (of content.tiny), as a number; its size in *size. */
static uint64_t tiny_content(uint64_t key, uint64_t began, uint64_t turn, unsigned *size)
{
	uint64_t first = began & (contents_of(7) - 1);

	*size = (unsigned)(began >> SIZE_SHIFT) - 1;
	if (turn == 0)
		return first;
	if (turn < contents_of(*size))
		return first ^ (1 + rng_permute(key, turn - 1, contents_of(*size) - 1));
	do {
		turn -= contents_of(*size);
		++*size;
	} while (turn >= contents_of(*size));
	return rng_permute(rng_at(key, *size), turn, contents_of(*size));
}

static void spell(uint64_t content, unsigned size, unsigned char *out)
{
	for (unsigned i = 0; i < size; i++, content >>= 8)
		out[i] = (unsigned char)content;
}

static int put(int fd, struct manifest_file *f, uint64_t key, uint64_t turn, char *buffer)
{
	struct sha256 s;
	struct rng rng;

	sha256_start(&s);
	rng_seed_at(&rng, key, turn);
	for (int64_t left = f->size; left > 0;) {
		size_t n = left < (int64_t)FILLING_PIECE ? (size_t)left : FILLING_PIECE;

		fill(&rng, buffer, n);
		sha256_add(&s, buffer, n);
		if (write_all(fd, buffer, n) < 0)
			return -1;
		left -= (int64_t)n;
	}
	sha256_end(&s, f->digest);
	return 0;
}

static int put_tiny(int fd, struct manifest_file *f, uint64_t key, uint64_t turn, uint64_t began)
{
	unsigned char bytes[TINY];
	struct sha256 s;
	unsigned size;
	uint64_t content = tiny_content(key, began, turn, &size);

	spell(content, size, bytes);
	sha256_start(&s);
	sha256_add(&s, bytes, size);
	sha256_end(&s, f->digest);
	f->size = size;
	return write_all(fd, bytes, size);
}

/* What a made file has at first, for content.tiny. */
static uint64_t first_content(uint64_t key, unsigned size)
{
	return (uint64_t)(size + 1) << SIZE_SHIFT | (rng_at(key, 0) & (contents_of(size) - 1));
}

int filling_put(struct content *c, size_t i, uint64_t turn, char *buffer)
{
	struct manifest_file *f = &c->manifest.file[i];
	int flags = turn ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL;
	int fd = openat(c->fd, f->path, flags | O_NOFOLLOW | O_CLOEXEC, 0644), result, error;
	uint64_t key = rng_at(c->key, i), began = c->tiny ? c->tiny[i] : 0;
	int64_t before = turn ? f->size : 0;

	if (fd < 0)
		return -1;
	if (turn == 0 && f->size < TINY)
		began = first_content(key, (unsigned)f->size);
	result = began ? put_tiny(fd, f, key, turn, began) : put(fd, f, key, turn, buffer);
	c->manifest.bytes += f->size - before;
	error = errno;
	if (close(fd) < 0 && result == 0)
		return -1;
	errno = error;
	return result;
}

/* Of a copied file. */
static int read_first(const struct content *c, const struct manifest_file *f, uint64_t *began)
{
	int fd = openat(c->fd, f->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), error;
	unsigned char bytes[TINY] = {0};
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, TINY);

	error = errno;
	if (fd >= 0)
		close(fd);
	errno = n < 0 ? error : EIO;
	if (n != f->size)
		return -1;
	*began = (uint64_t)(n + 1) << SIZE_SHIFT;
	for (ssize_t i = 0; i < n; i++)
		*began |= (uint64_t)bytes[i] << 8 * i;
	return 0;
}

int filling_learn(struct content *c, size_t *i)
{
	for (*i = 0; *i < c->manifest.n; ++*i) {
		const struct manifest_file *f = &c->manifest.file[*i];

		if (f->size >= TINY)
			continue;
		if (!c->tiny)
			c->tiny = x_calloc(c->manifest.n, sizeof *c->tiny);
		if (!c->spec.from)
			c->tiny[*i] = first_content(rng_at(c->key, *i), (unsigned)f->size);
		else if (read_first(c, f, &c->tiny[*i]) < 0)
			return -1;
	}
	return 0;
}
