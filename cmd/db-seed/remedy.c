#include "remedy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "distinct.h"
#include "guess.h"
#include "make.h"
#include "mentions.h"
#include "token.h"

#define COLUMNS_MAX 5     /* of one CHECK that are changed together, two or three at a time */
#define CANDIDATES_MAX 32
#define TRIES_MAX 6000
#define ROUNDS_MAX 20     /* refusals of one table that are overcome */
#define ROWS_FIRST 16     /* rows that a candidate is tried on first */

enum change { KEEP, NO_NULLS, CONSTANT, PATTERN, SEQUENCE };

struct candidate {
	enum change change;
	struct value value;  /* text is owned; of a SEQUENCE where it starts */
	int64_t step;
	const char *pattern;
};

struct subject { /* a column that may be changed */
	int column;
	struct candidate candidate[CANDIDATES_MAX];
	size_t n;
	struct generator *own; /* what it had */
	double nulls;
};

struct search {
	struct draft *d;
	struct trial *trial;
	int table;
	struct subject subject[COLUMNS_MAX];
	size_t n;
	const char *where;    /* of a partial index */
	const char *refusal;  /* what is to be overcome; a refusal by another CHECK is as good as none */
	unsigned tries;
};

static void add(struct subject *s, enum change change, struct value v, const char *pattern)
{
	if (s->n < CANDIDATES_MAX)
		s->candidate[s->n++] = (struct candidate){.change = change, .value = v, .pattern = pattern};
	else if (v.type == VALUE_TEXT)
		free((char *)v.bytes);
}

static void add_text(struct subject *s, char *text)
{
	struct value v = {.type = VALUE_TEXT};

	if (!text)
		return;
	v.bytes = text;
	v.len = strlen(text);
	add(s, CONSTANT, v, NULL);
}

static void add_number(struct subject *s, double x)
{
	struct value v = {.type = VALUE_REAL, .real = x};

	if (x == (double)(int64_t)x)
		v = (struct value){.type = VALUE_INTEGER, .integer = (int64_t)x};
	add(s, CONSTANT, v, NULL);
}

/* Constants of a piece of SQL, and numbers beside them. */
static int add_constants(struct subject *s, const char *sql)
{
	struct token *tokens;
	size_t n;

	if (tokens_read(&tokens, &n, sql) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (tokens[i].kind == TOKEN_STRING) {
			add_text(s, token_text(&tokens[i]));
		} else if (tokens[i].kind == TOKEN_NUMBER) {
			double x = strtod(tokens[i].text, NULL);
			bool negative = i > 0 && token_is(&tokens[i - 1], "-");
			if (!(x < 9e15))
				continue;
			add_number(s, negative ? -x : x);
			add_number(s, (negative ? -x : x) + 1);
			add_number(s, (negative ? -x : x) - 1);
		}
	}
	free(tokens);
	return 0;
}

/* For a key of whole numbers: sequences by two numbers of the text, as in CHECK (n % 7 = 3). */
static void add_sequences(struct subject *s)
{
	size_t n = s->n;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n && s->n < CANDIDATES_MAX; k++) {
			const struct candidate *a = &s->candidate[i], *b = &s->candidate[k];
			if (a->change != CONSTANT || b->change != CONSTANT || a->value.type != VALUE_INTEGER ||
			    b->value.type != VALUE_INTEGER || b->value.integer < 1)
				continue;
			s->candidate[s->n++] = (struct candidate){.change = SEQUENCE, .value = a->value,
								  .step = b->value.integer};
		}
	}
	/* Constants were but their source: a key cannot hold one. */
	for (size_t i = 0; i < n; i++) {
		if (s->candidate[i].change == CONSTANT && s->candidate[i].value.type == VALUE_TEXT)
			free((char *)s->candidate[i].value.bytes);
		if (s->candidate[i].change == CONSTANT)
			s->candidate[i] = (struct candidate){.change = KEEP};
	}
}

/* Forms that texts often have, by the lengths that are usual; and those that are distinct. */
static const char *const forms[] = {
	"{hex:64}", "{hex:32}", "{hex:40}", "{lower:8}", "{upper:8}", "{digits:8}", "{lower:1}", "{upper:1}",
	"{upper:2}", "{upper:3}", "{digits:1}", "{email}", "{url}", "{ipv4}", "{semver}", "/{lower:8}", "{{\"a\":1}", NULL,
};
static const char *const distinct_forms[] = {
	"{unique:8}", "{unique:12}", "{hex:64}", "{hex:32}", "{hex:40}", "{row:8}", "{unique:8}@example.com",
	"https://example.com/{unique:8}", "/{unique:8}", NULL,
};

static void add_patterns(struct subject *s, const char *const *form)
{
	for (; *form; form++)
		add(s, PATTERN, (struct value){.type = VALUE_NULL}, *form);
}

/* Would a key that the column belongs to fail if it held the same in all rows? */
static bool is_bound(const struct search *h, int column)
{
	const struct table_draft *t = &h->d->table[h->table];

	if (t->column[column].source == SOURCE_ALIGNED || t->column[column].tuple >= 0 ||
	    t->table->column[column].primary == 1)
		return true;
	for (size_t u = 0; u < t->table->nuniques; u++) {
		const struct unique *k = &t->table->unique[u];
		bool member = false, held = false;
		for (size_t i = 0; i < k->ncolumns; i++) {
			member = member || k->column[i] == column;
			held = held || (k->column[i] >= 0 && k->column[i] != column &&
					distinct_is(h->d, h->table, k->column[i]));
		}
		if (member && !held && !k->partial)
			return true;
	}
	return false;
}

static int fill_subject(struct search *h, struct subject *s, const char *sql)
{
	const struct table *t = &h->d->schema->table[h->table];
	const struct column *c = &t->column[s->column];
	const struct generator *g = h->d->table[h->table].generator[s->column];
	struct value null = {.type = VALUE_NULL};
	bool key = is_bound(h, s->column);

	enum type_class type = type_of(t, s->column);

	add(s, KEEP, null, NULL);
	if (g->null_share > 0)
		add(s, NO_NULLS, null, NULL);
	if (!key && g->kind != GEN_REFERENCE) {
		for (size_t i = 0; i < c->limits.nchoices; i++) {
			struct value v;
			if (copy_value(&v, &c->limits.choice[i]) != 0)
				return -1;
			add(s, CONSTANT, v, NULL);
		}
		if (add_constants(s, sql) != 0 || (c->preset && add_constants(s, c->preset) != 0))
			return -1;
		if (type == TYPE_TEXT || type == TYPE_ANY)
			add_patterns(s, forms);
		else
			add_number(s, 0);
	}
	if (key && g->kind != GEN_REFERENCE && (type == TYPE_TEXT || type == TYPE_ANY))
		add_patterns(s, distinct_forms);
	if (key && g->kind == GEN_SEQUENCE) {
		if (add_constants(s, sql) != 0)
			return -1;
		add_sequences(s);
	}
	if (!key && !c->not_null)
		add(s, CONSTANT, null, NULL);
	return 0;
}

static int add_subject(struct search *h, int column, const char *sql)
{
	struct table_draft *t = &h->d->table[h->table];
	struct subject *s = &h->subject[h->n];

	if (h->n == COLUMNS_MAX || !t->generator[column] || t->column[column].source == SOURCE_SPEC)
		return 0;
	*s = (struct subject){.column = column, .own = t->generator[column], .nulls = t->generator[column]->null_share};
	h->n++;
	return fill_subject(h, s, sql);
}

static void end_search(struct search *h)
{
	for (size_t i = 0; i < h->n; i++) {
		struct subject *s = &h->subject[i];
		for (size_t k = 0; k < s->n; k++) {
			if (s->candidate[k].change == CONSTANT && s->candidate[k].value.type == VALUE_TEXT)
				free((char *)s->candidate[k].value.bytes);
		}
		if (h->d->table[h->table].generator[s->column] != s->own)
			generator_free(s->own);
	}
}

/* Let the column be as the candidate says. 0, or -1. */
static int put(struct search *h, struct subject *s, const struct candidate *c)
{
	struct generator **g = &h->d->table[h->table].generator[s->column];
	struct scope scope = draft_scope(h->d, h->table);

	if (*g != s->own)
		generator_free(*g);
	*g = s->own;
	s->own->null_share = c->change == NO_NULLS ? 0 : s->nulls;
	if (c->change == CONSTANT)
		*g = make_constant(s->own->key, c->value.type == VALUE_NULL ? NULL : &c->value);
	else if (c->change == SEQUENCE)
		*g = make_sequence(s->own->key, c->value.integer, c->step);
	else if (c->change == PATTERN)
		*g = make_pattern(&scope, s->own->key, "%s", c->pattern);
	if (*g)
		return 0;
	*g = s->own;
	return -1;
}

/* Is the refusal overcome? 1, 0, or -1. */
static int is_overcome(struct search *h)
{
	h->tries++;
	for (unsigned rows = ROWS_FIRST;; rows = TRIAL_ROWS) {
		int refused = trial_rows(h->trial, h->table, rows, h->where, NULL);
		if (refused < 0)
			return -1;
		if (refused && h->refusal && strstr(trial_reason(h->trial), "CHECK") &&
		    strcmp(trial_reason(h->trial), h->refusal) != 0)
			return 1;
		if (refused)
			return 0;
		if (rows == TRIAL_ROWS)
			return 1;
	}
}

/* Change `depth` of the columns from number `from` on. 1 found, 0, or -1. */
static int try_changes(struct search *h, size_t from, int depth)
{
	for (size_t i = from; i < h->n && h->tries < TRIES_MAX; i++) {
		struct subject *s = &h->subject[i];
		for (size_t k = 1; k < s->n && h->tries < TRIES_MAX; k++) {
			if (put(h, s, &s->candidate[k]) != 0)
				return -1;
			int found = depth > 1 ? try_changes(h, i + 1, depth - 1) : is_overcome(h);
			if (found != 0)
				return found;
		}
		if (put(h, s, &s->candidate[0]) != 0)
			return -1;
	}
	return 0;
}

/* Where a single constant was found, others may do as well: a choice of them. */
static int gather_constants(struct search *h)
{
	struct generator **g;
	struct value good[CANDIDATES_MAX];
	size_t n = 0, changed = 0, which = 0;

	for (size_t i = 0; i < h->n; i++) {
		if (h->d->table[h->table].generator[h->subject[i].column] != h->subject[i].own) {
			changed++;
			which = i;
		}
	}
	struct subject *s = &h->subject[which];
	g = &h->d->table[h->table].generator[s->column];
	if (changed != 1 || (*g)->kind != GEN_CONSTANT || (*g)->constant.type == VALUE_NULL)
		return 0;
	for (size_t k = 1; k < s->n; k++) {
		bool known = false;
		for (size_t m = 0; m < n; m++)
			known = known || (good[m].type == s->candidate[k].value.type &&
					  (good[m].type == VALUE_TEXT ? good[m].len == s->candidate[k].value.len &&
					   memcmp(good[m].bytes, s->candidate[k].value.bytes, good[m].len) == 0 :
					   good[m].integer == s->candidate[k].value.integer));
		if (known || s->candidate[k].change != CONSTANT || s->candidate[k].value.type == VALUE_NULL)
			continue;
		if (put(h, s, &s->candidate[k]) != 0)
			return -1;
		int found = is_overcome(h);
		if (found < 0)
			return -1;
		if (found)
			good[n++] = s->candidate[k].value;
	}
	struct generator *choice = make_choice(s->own->key, good, n);
	if (!choice)
		return -1;
	choice->null_share = s->nulls;
	if (*g != s->own)
		generator_free(*g);
	*g = choice;
	int found = is_overcome(h);
	if (found > 0)
		return 0;
	choice->null_share = 0;
	return found < 0 ? -1 : 0;
}

/* 1 found, 0, or -1. */
static int search(struct search *h)
{
	int found = 0;

	for (int depth = 1; found == 0 && depth <= 3 && (size_t)depth <= h->n; depth++)
		found = try_changes(h, 0, depth);
	return found > 0 && gather_constants(h) != 0 ? -1 : found;
}

/* The columns that a refusal speaks of: those in its text, which is the CHECK's own where it has no name; else those of all
 * CHECKs that were not understood. NULL, or their texts joined; caller frees. */
static char *find_columns(const struct table *t, const char *reason, bool *in)
{
	char *all = strdup(reason);
	bool any = false;

	mentions_find(t, reason, in);
	for (size_t c = 0; c < t->ncolumns; c++)
		any = any || in[c];
	for (size_t i = 0; all && i < t->nchecks; i++) {
		char *more;
		for (size_t c = 0; !any && c < t->check[i].ncolumns; c++)
			in[t->check[i].column[c]] = true;
		if (asprintf(&more, "%s %s", all, t->check[i].text) < 0)
			more = NULL;
		free(all);
		all = more;
	}
	return all;
}

/* 1 found, 0, or -1. */
static int overcome_check(struct draft *d, struct trial *trial, int table, const char *reason)
{
	const struct table *t = &d->schema->table[table];
	struct search h = {.d = d, .trial = trial, .table = table, .refusal = reason};
	bool *in = calloc(t->ncolumns + 1, sizeof *in);
	char *all = in ? find_columns(t, reason, in) : NULL;
	int found = all ? 0 : -1;

	for (size_t c = 0; found == 0 && c < t->ncolumns; c++) {
		if (in[c] && add_subject(&h, (int)c, all) != 0)
			found = -1;
	}
	if (found == 0)
		found = search(&h);
	end_search(&h);
	free(all);
	free(in);
	return found;
}

/* What stands behind an index's WHERE; NULL: it has none. 0, or -1. */
static int find_where(const char *sql, const char **where)
{
	struct token *tokens;
	size_t n;

	*where = NULL;
	if (tokens_read(&tokens, &n, sql) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (token_is(&tokens[i], "WHERE"))
			*where = tokens[i].text + 5;
	}
	free(tokens);
	return 0;
}

/* A partial unique index that its columns do not hold: rows outside its WHERE do. */
static int leave_index(struct draft *d, struct trial *trial, int table, const struct unique *u)
{
	const struct table *t = &d->schema->table[table];
	struct search h = {.d = d, .trial = trial, .table = table};
	const char *sql = NULL;
	bool *in = calloc(t->ncolumns + 1, sizeof *in);
	int found = in ? 0 : -1;

	for (size_t l = 0; l < d->schema->nlater; l++) {
		if (strcasecmp(d->schema->later[l].name, u->name) == 0)
			sql = d->schema->later[l].sql;
	}
	if (sql && find_where(sql, &h.where) != 0)
		found = -1;
	if (in && h.where)
		mentions_index(t, sql, NULL, in);
	for (size_t c = 0; found == 0 && h.where && c < t->ncolumns; c++) {
		if (in[c] && add_subject(&h, (int)c, h.where) != 0)
			found = -1;
	}
	if (found == 0 && h.where)
		found = search(&h);
	end_search(&h);
	free(in);
	return found;
}

static void fail_check(struct draft *d, int table, const char *reason)
{
	const struct table *t = &d->schema->table[table];
	bool *in = calloc(t->ncolumns + 1, sizeof *in);
	const char *column = NULL;

	if (!in)
		return;
	mentions_find(t, reason, in);
	for (size_t c = 0; c < t->ncolumns; c++)
		column = !column && in[c] ? t->column[c].name : column;
	if (!column && t->nchecks && t->check[0].ncolumns)
		column = t->column[t->check[0].column[0]].name;
	draft_fail(d, "%s%s%s: %s: no values were found that it takes", t->name, column ? "." : "", column ? column :
		   "", reason);
	free(in);
}

int remedy_table(struct draft *d, struct trial *trial, int table, double *bytes)
{
	const struct table *t = &d->schema->table[table];
	int refused = trial_rows(trial, table, TRIAL_ROWS, NULL, bytes);

	for (int rounds = 0; refused > 0 && strstr(trial_reason(trial), "CHECK") && rounds < ROUNDS_MAX; rounds++) {
		char *reason = strdup(trial_reason(trial));
		int found = reason ? overcome_check(d, trial, table, reason) : -1;
		if (found == 0)
			fail_check(d, table, reason);
		free(reason);
		if (found <= 0)
			return -1;
		refused = trial_rows(trial, table, TRIAL_ROWS, NULL, bytes);
	}
	if (refused < 0 || (refused > 0 && !strstr(trial_reason(trial), "UNIQUE")))
		return refused < 0 ? -1 : draft_fail(d, "%s: %s", t->name, trial_reason(trial));
	for (size_t u = 0; u < t->nuniques; u++) {
		if (d->table[table].loose[u] && t->unique[u].partial && leave_index(d, trial, table, &t->unique[u]) < 0)
			return -1;
	}
	if (refused > 0)
		refused = trial_rows(trial, table, TRIAL_ROWS, NULL, bytes);
	return refused > 0 ? draft_fail(d, "%s: %s", t->name, trial_reason(trial)) : refused;
}
