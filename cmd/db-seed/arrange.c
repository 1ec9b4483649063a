#include "arrange.h"

#include <stdlib.h>
#include <string.h>

struct graph {
	const struct schema *schema;
	int **parent;    /* by table, of each foreign key: the parent's number, -1 where there is none or it is the table itself */
	bool *placed, *seen;
	int *stack;
};

static void graph_free(struct graph *g)
{
	for (size_t i = 0; g->parent && i < g->schema->ntables; i++)
		free(g->parent[i]);
	free(g->parent);
	free(g->placed);
	free(g->seen);
	free(g->stack);
}

static int graph_make(struct graph *g, const struct schema *schema)
{
	size_t n = schema->ntables;

	*g = (struct graph){.schema = schema};
	g->parent = calloc(n + 1, sizeof *g->parent);
	g->placed = calloc(n + 1, sizeof *g->placed);
	g->seen = calloc(n + 1, sizeof *g->seen);
	g->stack = calloc(n + 1, sizeof *g->stack);
	if (!g->parent || !g->placed || !g->seen || !g->stack)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct table *t = &schema->table[i];
		g->parent[i] = calloc(t->nforeign + 1, sizeof **g->parent);
		if (!g->parent[i])
			return -1;
		for (size_t f = 0; f < t->nforeign; f++) {
			const struct table *p = schema_table(schema, t->foreign[f].parent);
			g->parent[i][f] = p && p != t ? (int)(p - schema->table) : -1;
		}
	}
	return 0;
}

/* Do all parents stand before it, nullable ones aside where those may be missing? */
static bool is_ready(const struct graph *g, size_t table, bool without_nullable)
{
	const struct table *t = &g->schema->table[table];

	for (size_t f = 0; f < t->nforeign; f++) {
		int p = g->parent[table][f];
		if (p >= 0 && !g->placed[p] && !(without_nullable && t->foreign[f].nullable))
			return false;
	}
	return true;
}

/* Is it its own ancestor among what is not placed yet? */
static bool is_in_cycle(struct graph *g, size_t table)
{
	size_t n = 0;

	memset(g->seen, 0, g->schema->ntables * sizeof *g->seen);
	g->stack[n++] = (int)table;
	while (n > 0) {
		int at = g->stack[--n];
		for (size_t f = 0; f < g->schema->table[at].nforeign; f++) {
			int p = g->parent[at][f];
			if (p < 0 || g->placed[p])
				continue;
			if (p == (int)table)
				return true;
			if (!g->seen[p]) {
				g->seen[p] = true;
				g->stack[n++] = p;
			}
		}
	}
	return false;
}

static size_t choose(struct graph *g)
{
	size_t n = g->schema->ntables, cyclic = n, first = n;

	for (size_t i = 0; i < n; i++) {
		if (!g->placed[i] && is_ready(g, i, false))
			return i;
	}
	for (size_t i = 0; i < n; i++) {
		if (g->placed[i] || !is_in_cycle(g, i))
			continue;
		if (is_ready(g, i, true))
			return i;
		if (cyclic == n)
			cyclic = i;
	}
	for (size_t i = 0; first == n && i < n; i++) {
		if (!g->placed[i])
			first = i;
	}
	return cyclic < n ? cyclic : first;
}

int arrange(const struct schema *schema, int *order)
{
	struct graph g;
	int failed = graph_make(&g, schema);

	for (size_t i = 0; !failed && i < schema->ntables; i++) {
		size_t next = choose(&g);
		g.placed[next] = true;
		order[i] = (int)next;
	}
	graph_free(&g);
	return failed;
}
