#include "seeding.h"

#include <glob.h>

/* Fill the script's tables with so many rows each where nothing else is said. */
static void seed(struct seeding *s, const char *script, const struct plan_request *request)
{
	struct plan_request plain = {.seed = 1, .scale = 1};

	if (seeding_plan(s, "test", script, request ? request : &plain) != 0)
		fail_msg("%s", s->plan.error);
	seeding_fill(s, "test");
}

static void assert_error(const char *script, const struct plan_request *request, const char *error)
{
	struct plan_request plain = {.seed = 1, .scale = 1};
	struct seeding s;

	assert_int_equal(seeding_plan(&s, "test", script, request ? request : &plain), -1);
	assert_non_null(s.plan.error);
	assert_string_equal(s.plan.error, error);
	seeding_end(&s);
}

static void assert_rows(struct seeding *s, const char *table, uint64_t rows)
{
	const struct plan_table *t = plan_find(&s->plan, table);

	assert_non_null(t);
	if (t->rows != rows)
		fail_msg("%s has %llu rows", table, (unsigned long long)t->rows);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 18);

	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 18) - 1, f) > 0);
	fclose(f);
	return text;
}

static void fills_every_schema_of_the_tests(void **state)
{
	static const double scales[] = {0.001, 0.003, 0.2, 2};
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/schemas/*.sql", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 10);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text = read_file(found.gl_pathv[i]);
		for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
			struct plan_request r = {.seed = k + 1, .scale = scales[k]};
			struct seeding s;
			if (seeding_plan(&s, found.gl_pathv[i], text, &r) != 0)
				fail_msg("%s: scale %g: %s", found.gl_pathv[i], scales[k], s.plan.error);
			seeding_fill(&s, found.gl_pathv[i]);
			seeding_end(&s);
		}
		free(text);
	}
	globfree(&found);
}

#define FOLLOWS \
	"CREATE TABLE users (id TEXT PRIMARY KEY, email VARCHAR(50) UNIQUE NOT NULL CHECK (email LIKE '%_@_%._%'));" \
	"CREATE TABLE follows (a TEXT NOT NULL REFERENCES users, b TEXT NOT NULL REFERENCES users, PRIMARY KEY (a, b)," \
	" CHECK (a <> b)) WITHOUT ROWID;" \
	"CREATE TABLE friends (a TEXT NOT NULL REFERENCES users, b TEXT NOT NULL REFERENCES users, UNIQUE (a, b), CHECK (a < b));"

static void pairs_are_distinct_up_to_the_last(void **state)
{
	struct plan_count count[] = {{"users", 7}, {"follows", 42}, {"friends", 21}};
	struct plan_request r = {.seed = 3, .scale = 1, .count = count, .ncounts = 3};
	struct seeding s;

	(void)state;
	seed(&s, FOLLOWS, &r);
	seeding_end(&s);
	count[1].rows = 43;
	assert_error(FOLLOWS, &r, "follows.a: PRIMARY KEY (a, b): 7 rows give 42 pairs, but 43 rows are asked for");
}

static void junctions_are_distinct_up_to_the_last(void **state)
{
	static const char junction[] =
		"CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);"
		"CREATE TABLE ab (a INTEGER REFERENCES a, b INTEGER REFERENCES b, PRIMARY KEY (a, b)) WITHOUT ROWID;";
	struct plan_count count[] = {{"a", 50}, {"b", 50}, {"ab", 2500}};
	struct plan_request r = {.seed = 3, .scale = 1, .count = count, .ncounts = 3};
	struct seeding s;

	(void)state;
	seed(&s, junction, &r);
	seeding_end(&s);
	count[2].rows = 10000;
	assert_error(junction, &r,
		     "ab.a: PRIMARY KEY (a, b): 50 x 50 rows give 2500 pairs, but 10000 rows are asked for");
}

static void too_few_values_are_an_error_where_rows_are_asked_for(void **state)
{
	static const char color[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, color TEXT UNIQUE CHECK (color IN ('r', 'g', 'b')))";
	struct plan_count count[] = {{"t", 10}};
	struct plan_request r = {.seed = 1, .scale = 1, .count = count, .ncounts = 1};
	struct seeding s;

	(void)state;
	assert_error(color, &r, "t.color: UNIQUE (color): CHECK allows 3 values, but 10 rows are asked for");
	seed(&s, color, NULL);
	assert_rows(&s, "t", 3);
	assert_non_null(plan_find(&s.plan, "t")->note);
	seeding_end(&s);
	seed(&s, "CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), v TEXT)", NULL);
	assert_rows(&s, "settings", 1);
	seeding_end(&s);
}

static void foreign_keys_without_parents_are_null_or_an_error(void **state)
{
	static const char both[] = "CREATE TABLE p (id INTEGER PRIMARY KEY);"
				   "CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p);";
	struct plan_count none[] = {{"p", 0}};
	struct plan_request r = {.seed = 1, .scale = 1, .count = none, .ncounts = 1};
	struct seeding s;

	(void)state;
	assert_error("CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id))", NULL,
		     "c.p_id: FOREIGN KEY (p_id): table 'p' is not in the schema");
	assert_error(both, &r, "c.p_id: FOREIGN KEY (p_id): table 'p' is left empty");
	assert_error("CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);"
		     "CREATE TABLE c (n TEXT NOT NULL REFERENCES p (n))", NULL,
		     "c.n: FOREIGN KEY (n): the columns it names are no key of 'p' (SQLite: foreign key mismatch)");
	seed(&s, "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id INTEGER REFERENCES p)", &r);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM c WHERE p_id IS NULL") == 1000);
	seeding_end(&s);
}

static void circles_end(void **state)
{
	static const char one_to_one[] =
		"CREATE TABLE a (id INTEGER PRIMARY KEY REFERENCES b (id)); CREATE TABLE b (id INTEGER PRIMARY KEY REFERENCES c (id));"
		"CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a (id))";
	struct plan_count count[] = {{"b", 10}};
	struct plan_request r = {.seed = 1, .scale = 1, .count = count, .ncounts = 1};
	struct seeding s;

	(void)state;
	seed(&s, one_to_one, NULL);
	seeding_end(&s);
	seed(&s, one_to_one, &r);
	assert_rows(&s, "a", 10);
	assert_rows(&s, "c", 10);
	seeding_end(&s);
	seed(&s,
	     "CREATE TABLE dep (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES emp (id));"
	     "CREATE TABLE emp (id INTEGER PRIMARY KEY, dep INTEGER NOT NULL REFERENCES dep, chief INTEGER NOT NULL REFERENCES emp,"
	     " mentor INTEGER REFERENCES emp)",
	     NULL);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM emp WHERE mentor >= id") == 0);
	assert_true(seeding_ask(&s, "SELECT count(DISTINCT boss) FROM dep") > 500);
	seeding_end(&s);
}

#define TENANTS \
	"CREATE TABLE tenants (id TEXT PRIMARY KEY);" \
	"CREATE TABLE users (tenant TEXT NOT NULL REFERENCES tenants, id TEXT, email TEXT, PRIMARY KEY (tenant, id)," \
	" UNIQUE (tenant, email));" \
	"CREATE TABLE projects (tenant TEXT NOT NULL REFERENCES tenants, id TEXT, PRIMARY KEY (tenant, id));" \
	"CREATE TABLE tasks (tenant TEXT NOT NULL REFERENCES tenants, id INTEGER, project TEXT NOT NULL, assignee TEXT," \
	" parent INTEGER, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, project) REFERENCES projects," \
	" FOREIGN KEY (tenant, assignee) REFERENCES users, FOREIGN KEY (tenant, parent) REFERENCES tasks);" \
	"CREATE TABLE watchers (tenant TEXT, task INTEGER, user TEXT, PRIMARY KEY (tenant, task, user)," \
	" FOREIGN KEY (tenant, task) REFERENCES tasks, FOREIGN KEY (tenant, user) REFERENCES users) WITHOUT ROWID;"

static void foreign_keys_may_share_a_column(void **state)
{
	struct plan_count count[] = {{"tenants", 3}, {"users", 31}, {"projects", 12}, {"tasks", 500},
				     {"watchers", 1500}};
	struct plan_request r = {.seed = 5, .scale = 1, .count = count, .ncounts = 5};
	struct seeding s;

	(void)state;
	seed(&s, TENANTS, NULL);
	seeding_end(&s);
	seed(&s, TENANTS, &r);
	assert_true(seeding_ask(&s, "SELECT count(DISTINCT tenant) FROM tasks") > 0);
	assert_true(seeding_ask(&s, "SELECT count(DISTINCT project) FROM tasks") >= 6);
	seeding_end(&s);
}

static void a_copied_column_agrees_with_its_parent(void **state)
{
	struct seeding s;

	(void)state;
	seed(&s,
	     "CREATE TABLE tenants (id TEXT PRIMARY KEY);"
	     "CREATE TABLE clusters (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants);"
	     "CREATE TABLE nodes (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants,"
	     " cluster_id TEXT NOT NULL REFERENCES clusters);"
	     "CREATE TABLE disks (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants,"
	     " cluster_id TEXT NOT NULL REFERENCES clusters, node_id TEXT NOT NULL REFERENCES nodes)",
	     NULL);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM disks d JOIN nodes n ON n.id = d.node_id JOIN clusters c "
				    "ON c.id = n.cluster_id WHERE d.tenant_id = n.tenant_id AND d.tenant_id = c.tenant_id "
				    "AND d.cluster_id = c.id") == 1000);
	seeding_end(&s);
}

static void overlapping_keys_hold(void **state)
{
	struct seeding s;

	(void)state;
	seed(&s,
	     "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY);"
	     "CREATE TABLE j (a REFERENCES a NOT NULL, b REFERENCES b NOT NULL, c REFERENCES c NOT NULL, UNIQUE (a, b), UNIQUE (b, c),"
	     " UNIQUE (a, c)); CREATE TABLE k (a REFERENCES a, b REFERENCES b, n TEXT, q INTEGER, PRIMARY KEY (a, b), UNIQUE (a, n),"
	     " UNIQUE (b, q)) WITHOUT ROWID;"
	     "CREATE TABLE p (a REFERENCES a NOT NULL, main BOOLEAN NOT NULL DEFAULT 0, mail TEXT NOT NULL);"
	     "CREATE UNIQUE INDEX p_main ON p (a) WHERE main; CREATE UNIQUE INDEX p_mail ON p (lower(mail))",
	     NULL);
	assert_rows(&s, "j", 1000);
	assert_rows(&s, "p", 1000);
	seeding_end(&s);
}

static void checks_hold(void **state)
{
	struct seeding s;

	(void)state;
	seed(&s,
	     "CREATE TABLE t (id INTEGER PRIMARY KEY,"
	     " hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),"
	     " sku TEXT UNIQUE CHECK (sku GLOB '[A-Z][A-Z][A-Z]-[0-9][0-9][0-9][0-9]'),"
	     " code TEXT NOT NULL UNIQUE CHECK (length(code) = 3), iso TEXT CHECK (iso = upper(iso) AND length(iso) = 2),"
	     " a INTEGER CHECK (a > 5 AND a < 8), b REAL CHECK (b > 0 AND b < 0.001), c REAL CHECK (c > 0.5 AND c <= 0.505),"
	     " lo INTEGER, hi INTEGER, mid INTEGER CHECK (mid >= 100), start_date TEXT, end_date TEXT, x INTEGER, y INTEGER,"
	     " kind TEXT NOT NULL CHECK (kind IN ('a', 'b')), pa TEXT, pb TEXT, even INTEGER CHECK (even % 2 = 0),"
	     " seventh INTEGER NOT NULL CHECK (seventh % 7 = 3), url TEXT CHECK (url LIKE 'https://%'), total REAL CHECK (total >= 0),"
	     " CHECK ((x IS NULL) <> (y IS NULL)), CHECK (start_date <= end_date), CHECK (lo < mid), CHECK (mid < hi),"
	     " CHECK ((kind = 'a' AND pa IS NOT NULL) OR (kind = 'b' AND pb IS NOT NULL)))",
	     NULL);
	assert_rows(&s, "t", 1000);
	seeding_end(&s);
	assert_error("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a * a = 2))", NULL,
		     "t.a: CHECK constraint failed: a * a = 2: no values were found that it takes");
	assert_error("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a > 5 AND a < 3))", NULL,
		     "t.a: CHECK: the constraints leave no value");
}

static void types_hold(void **state)
{
	struct seeding s;

	(void)state;
	seed(&s,
	     "CREATE TABLE t (email INTEGER, price INTEGER, \"a b\" TEXT, created REAL, d DATE, j JSON, u UUID, b BOOLEAN, s STRING UNIQUE,"
	     " v VARCHAR(3) UNIQUE, dec DECIMAL(6,3), x, data BLOB, h BINARY(16), tags TEXT, ip TEXT UNIQUE, mac TEXT UNIQUE,"
	     " version TEXT UNIQUE, phone TEXT UNIQUE, g AS (price * 2));"
	     "CREATE TABLE s (id ANY PRIMARY KEY, r REAL UNIQUE, b BLOB UNIQUE, d TEXT UNIQUE, \"date\" TEXT UNIQUE, email INTEGER,"
	     " js TEXT UNIQUE CHECK (json_valid(js))) STRICT, WITHOUT ROWID",
	     NULL);
	assert_rows(&s, "t", 1000);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM t WHERE typeof(email) NOT IN ('integer', 'null')") == 0);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM t WHERE email IS NULL") > 20);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM t WHERE email IS NULL") < 100);
	assert_true(seeding_ask(&s, "SELECT max(length(v)) FROM t") == 3);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM t WHERE date(d) IS NOT d") == 0);
	seeding_end(&s);
}

#define SPEC(text) .spec_name = "s.json", .spec = (text), .spec_len = strlen(text)

static void a_spec_is_followed(void **state)
{
	static const char tables[] =
		"CREATE TABLE t (id TEXT PRIMARY KEY, name TEXT); CREATE TABLE c (id TEXT PRIMARY KEY, t TEXT NOT NULL REFERENCES t);"
		"CREATE TABLE n (id INTEGER PRIMARY KEY, t TEXT NOT NULL REFERENCES t, c TEXT NOT NULL REFERENCES c, name TEXT, j TEXT,"
		" UNIQUE (c, name))";
	static const char profile[] =
		"{\"require\": [[\"n % 10 = 0\", \"n must be a multiple of 10\"]], \"tables\": {\"t\": {\"rows\": 5},"
		"\"c\": {\"rows\": \"t * 4\", \"columns\": {\"t\": {\"ref\": \"t\", \"at\": \"row / 4\"}}},"
		"\"n\": {\"rows\": \"c * 10 * scale\", \"columns\": {\"c\": {\"ref\": \"c\", \"at\": \"row / 10\"},"
		"\"t\": {\"ref\": \"c.t\", \"at\": \"row / 10\"}, \"name\": {\"pattern\": \"n-{=row % 10}\"},"
		"\"j\": {\"json\": {\"t\": {\"ref\": \"t.name\", \"zipf\": 1}}}}}}}";
	static const char user[] = "{\"tables\": {\"t\": {\"rows\": 6, \"columns\": {\"name\": \"x\"}}}}";
	struct plan_request r = {.seed = 1, .scale = 1, SPEC(profile), .more_name = "u.json", .more = user,
				 .more_len = sizeof user - 1};
	struct seeding s;

	(void)state;
	seed(&s, tables, &r);
	assert_rows(&s, "t", 6);
	assert_rows(&s, "n", 240);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM n JOIN c ON c.id = n.c WHERE n.t = c.t") == 240);
	assert_true(seeding_ask(&s, "SELECT count(*) FROM n WHERE j = '{\"t\":\"x\"}'") == 240);
	seeding_end(&s);
	r.scale = 0.5;
	seed(&s, tables, &r);
	seeding_end(&s);
	r.scale = 1.0 / 48;
	assert_error(tables, &r, "s.json:1: n must be a multiple of 10");
}

static void a_spec_that_contradicts_is_an_error(void **state)
{
	static const char tables[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT UNIQUE, c TEXT CHECK (c IN ('a', 'b')), n INTEGER)";
	struct plan_request r = {.seed = 1, .scale = 1};

	(void)state;
	struct plan_request few = {.seed = 1, .scale = 1,
				   SPEC("{\"tables\": {\"t\": {\"rows\": 10, \"columns\": {\"k\": {\"choice\": [1, 2, 3]}}}}}")};
	assert_error(tables, &few, "t.k: UNIQUE (k): the spec allows 3 values, but 10 rows are asked for");
	struct plan_request unique = {
		.seed = 1, .scale = 1, SPEC("{\"tables\": {\"t\": {\"rows\": 9, \"columns\": {\"n\": {\"int\": [1, 8], \"unique\": true}}}}}")};
	assert_error(tables, &unique, "t.n: unique in the spec: the spec allows 8 values, but 9 rows are asked for");
	struct plan_request outside = {.seed = 1, .scale = 1,
				       SPEC("{\"tables\": {\"t\": {\"columns\": {\"c\": \"z\"}}}}")};
	assert_error(tables, &outside,
		     "t.c: CHECK constraint failed: c IN ('a', 'b'): no values were found that it takes");
	struct plan_request circular = {.seed = 1, .scale = 1, SPEC("{\"tables\": {\"t\": {\"rows\": \"t + 1\"}}}")};
	assert_error(tables, &circular, "s.json:1: t: rows: depends on itself");
	struct plan_request unknown = {.seed = 1, .scale = 1, SPEC("{\"tables\": {\"t\": {\"rows\": \"x\"}}}")};
	assert_error(tables, &unknown, "s.json:1: t: rows: unknown variable 'x' at 'x'");
	struct plan_count count[] = {{"x", 1}};
	r.count = count;
	r.ncounts = 1;
	assert_error(tables, &r, "--rows: there is no table 'x'");
}

static int64_t fingerprint(uint64_t seed_number)
{
	struct plan_request r = {.seed = seed_number, .scale = 0.1};
	struct seeding s;

	seed(&s, TENANTS "CREATE TABLE x (a TEXT, b REAL, c BLOB, d DATE)", &r);
	int64_t sum = seeding_ask(&s,
				  "SELECT sum(unicode(substr(id, -1)) * rowid) + (SELECT sum(length(c) * rowid + b) FROM x)"
				      " FROM users");
	seeding_end(&s);
	return sum;
}

static void the_seed_decides(void **state)
{
	(void)state;
	assert_true(fingerprint(1) == fingerprint(1));
	assert_true(fingerprint(1) != fingerprint(2));
}

#define SHOP \
	"CREATE TABLE u (id INTEGER PRIMARY KEY, mail TEXT UNIQUE, boss INTEGER REFERENCES u);" \
	"CREATE TABLE o (id INTEGER PRIMARY KEY, u INTEGER NOT NULL REFERENCES u, no INTEGER NOT NULL UNIQUE);" \
	"CREATE TABLE l (o INTEGER REFERENCES o, line INTEGER, PRIMARY KEY (o, line)) WITHOUT ROWID;" \
	"CREATE TABLE profile (u INTEGER PRIMARY KEY REFERENCES u);"

/* Plan again for what the database now holds, with such counts. */
static int plan_more(struct seeding *s, const struct plan_count *count, size_t n, uint64_t seed_number)
{
	struct plan_request r = {.seed = seed_number, .scale = 1, .count = count, .ncounts = n, .append = s->db};

	plan_free(&s->plan);
	return plan_make(&s->plan, &s->schema, &r);
}

static void rows_are_added_to_rows(void **state)
{
	struct plan_count first[] = {{"u", 100}, {"o", 100}, {"l", 100}, {"profile", 60}};
	struct plan_count more[] = {{"l", 200}, {"profile", 40}};
	struct plan_count users[] = {{"u", 50}, {"profile", 50}};
	struct plan_count many[] = {{"profile", 1}};
	struct plan_request r = {.seed = 1, .scale = 1, .count = first, .ncounts = 4};
	struct seeding s;

	(void)state;
	seed(&s, SHOP, &r);
	assert_int_equal(plan_more(&s, more, 2, 1), 0);
	assert_rows(&s, "u", 0);
	seeding_fill(&s, "more lines");
	assert_int_equal(plan_more(&s, users, 2, 2), 0);
	seeding_fill(&s, "more users");
	assert_true(seeding_ask(&s, "SELECT count(*) FROM u WHERE boss >= id") == 0);
	assert_int_equal(plan_more(&s, NULL, 0, 1), 0);
	assert_rows(&s, "o", 1000);
	seeding_fill(&s, "more of all");
	assert_int_equal(plan_more(&s, many, 1, 1), -1);
	assert_string_equal(s.plan.error,
			    "profile.u: PRIMARY KEY (u): table 'u' has 0 rows that none refers to, but 1 rows are asked for");
	seeding_end(&s);
}

static void every_column_is_described(void **state)
{
	struct seeding s;

	(void)state;
	seed(&s, FOLLOWS, NULL);
	const struct plan_table *users = plan_find(&s.plan, "users"), *follows = plan_find(&s.plan, "FOLLOWS");
	char *id = plan_describe(&s.plan, users, 0), *mail = plan_describe(&s.plan, users,
									   1), *a = plan_describe(&s.plan, follows, 0);
	assert_string_equal(id, "uuid 7");
	assert_string_equal(mail, "{first-name}.{unique:4}@{domain}, distinct");
	assert_string_equal(a, "reference to users.id, by an expression");
	assert_true(users->bytes > 50 && users->bytes < 120);
	free(id);
	free(mail);
	free(a);
	seeding_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_every_schema_of_the_tests),
		cmocka_unit_test(pairs_are_distinct_up_to_the_last),
		cmocka_unit_test(junctions_are_distinct_up_to_the_last),
		cmocka_unit_test(too_few_values_are_an_error_where_rows_are_asked_for),
		cmocka_unit_test(foreign_keys_without_parents_are_null_or_an_error),
		cmocka_unit_test(circles_end),
		cmocka_unit_test(foreign_keys_may_share_a_column),
		cmocka_unit_test(a_copied_column_agrees_with_its_parent),
		cmocka_unit_test(overlapping_keys_hold),
		cmocka_unit_test(checks_hold),
		cmocka_unit_test(types_hold),
		cmocka_unit_test(a_spec_is_followed),
		cmocka_unit_test(a_spec_that_contradicts_is_an_error),
		cmocka_unit_test(the_seed_decides),
		cmocka_unit_test(rows_are_added_to_rows),
		cmocka_unit_test(every_column_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
