/* The reader of db-seed's specs, and values of what it read. */
#include "harness.h"

#include <strings.h>

#include "../../cmd/db-seed/spec.h"

/* A schema of three tables, without SQLite: the last one's keys refer to the others. */

static char *to_first[] = {(char *)"id"};
static int from_second[] = {1};
static struct foreign_key foreign[] = {{.parent = (char *)"a", .from = from_second, .to = to_first, .ncolumns = 1}};

#define COLUMN(n, p) {.name = (char *)(n), .type = (char *)"", .primary = (p), .limits = {.max_length = -1}}

static struct column a[] = {COLUMN("id", 1), COLUMN("x", 0)};
static struct column b[] = {COLUMN("id", 1), COLUMN("a", 0), COLUMN("y", 0)};
static struct column dotted[] = {COLUMN("z", 0)};
static struct table tables[] = {
	{.name = (char *)"a", .column = a, .ncolumns = 2},
	{.name = (char *)"b", .column = b, .ncolumns = 3, .foreign = foreign, .nforeign = 1},
	{.name = (char *)"b.c", .column = dotted, .ncolumns = 1},
};

const struct table *schema_table(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->ntables; i++) {
		if (strcasecmp(schema->table[i].name, name) == 0)
			return &schema->table[i];
	}
	return NULL;
}

int table_column(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (strcasecmp(table->column[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* A few values of what needs no other table and little memory. */
static void take_values(const struct spec_column *c)
{
	const struct generator *g = c->generator;
	struct arena *arena = arena_new();

	MUST(arena);
	for (uint64_t row = 0; row < 3 && c->nreferences == 0; row++) {
		struct value v;
		const char *why = NULL;
		if (g->kind == GEN_JSON || g->kind == GEN_BLOB || g->kind == GEN_BUNDLE)
			break;
		if (generate(g, row * 1000003, arena, &v, &why) != 0)
			MUST(why && *why);
		else
			MUST(v.type != VALUE_TEXT || v.len == 0 || v.bytes);
	}
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expr_value variables[SCOPE_TABLES + 3] = {{.integer = 1}, {.is_real = true, .real = 1}, {.integer = 10},
							 {.integer = 20}, {.integer = 30}};
	const struct schema schema = {.table = tables, .ntables = 3};
	const struct scope scope = {&schema, NULL, variables, SCOPE_TABLES + 3};
	struct spec spec = {0};

	if (spec_read(&spec, &scope, 1, "input", (const char *)data, size) != 0) {
		MUST(spec.error && strncmp(spec.error, "input:", 6) == 0);
	} else {
		for (size_t t = 0; t < spec.ntables; t++) {
			MUST(spec.table[t].table >= 0 && spec.table[t].table < 3);
			for (size_t c = 0; c < spec.table[t].ncolumns; c++) {
				MUST(spec.table[t].column[c].generator);
				take_values(&spec.table[t].column[c]);
			}
		}
		/* The same over it again says the same. */
		size_t ntables = spec.ntables;
		MUST(spec_read(&spec, &scope, 1, "input", (const char *)data, size) == 0);
		MUST(spec.ntables == ntables);
	}
	spec_free(&spec);
	return 0;
}
