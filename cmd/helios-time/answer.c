#include "answer.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "said.h"
#include "utf8.h"

#define QUOTED 61 /* bytes of an answer that are shown, with a NUL */

struct quoted {
	char s[QUOTED];
};

/* For people, on one line. */
static struct quoted quote(const char *text, size_t len)
{
	struct quoted quoted;

	while (len && strchr(" \t\r\n", *text) && *text) {
		text++;
		len--;
	}
	while (len && strchr(" \t\r\n", text[len - 1]) && text[len - 1])
		len--;
	said_printable(quoted.s, sizeof quoted.s, text, len);
	return quoted;
}

static bool is_blank(const char *text, size_t len)
{
	return strspn(text, " \t\r\n") == len;
}

/* A member of the answer and what is to become of it. */
struct member {
	const char *name;
	enum { ID, NAMED_ID, NAMED_DIRECTORY, COUNT } kind;
	const char *wanted; /* of the named */
	char *id;           /* of an id: where it goes */
	uint64_t *count;
	bool optional;
	bool found;
};

struct answer {
	const char *text, *shape; /* what is expected, for people */
	size_t len;
	struct json json;
	char *why;
};

static int not_json(const struct answer *a)
{
	snprintf(a->why, RUN_WHY, "its answer is not JSON: expected %s at byte %zu of: %s",
		 a->json.expected ? a->json.expected : "more memory", (size_t)(a->json.at - a->text),
		 quote(a->text, a->len).s);
	return -1;
}

static int wrong_member(const struct answer *a, const struct member *m, const char *what)
{
	snprintf(a->why, RUN_WHY, "%s %s: expected %s, but got: %s", m->name, what, a->shape, quote(a->text, a->len).s);
	return -1;
}

static bool is_id(const char *id)
{
	if (!*id || *id == '-' || strlen(id) >= ID_MAX)
		return false;
	for (; *id; id++) {
		if (*id <= ' ' || *id >= 0x7f)
			return false;
	}
	return true;
}

static bool is_utf8(const char *text)
{
	for (const char *end = text + strlen(text); text < end;) {
		size_t n = (unsigned char)*text < 0x80 ? 1 : utf8_length(text, end);

		if (n == 0)
			return false;
		text += n;
	}
	return true;
}

static int read_id(struct answer *a, struct member *m, const struct json_span *span)
{
	char id[ID_MAX + 1]; /* one more, so that one that is too long is seen */

	if (json_copy(span, id, sizeof id) < 0 || !is_id(id))
		return wrong_member(a, m, "is no id");
	memcpy(m->id, id, strlen(id) + 1);
	return 0;
}

static int read_named(struct answer *a, struct member *m, const struct json_span *span)
{
	char other[ID_MAX];

	/* No JSON text can hold a path that is not UTF-8. */
	if (json_is(span, m->wanted) || (m->kind == NAMED_DIRECTORY && !is_utf8(m->wanted)))
		return 0;
	if (json_copy(span, other, sizeof other) < 0)
		return wrong_member(a, m, "holds a NUL");
	snprintf(a->why, RUN_WHY, "%s names another %s: expected %.200s, but got %s", m->name,
		 m->kind == NAMED_ID ? "id" : "directory", m->wanted, quote(other, strlen(other)).s);
	return -1;
}

static int read_text(struct answer *a, struct member *m)
{
	struct json_span span;

	if (json_peek(&a->json) != JSON_STRING)
		return json_skip(&a->json) < 0 ? not_json(a) : wrong_member(a, m, "is no string");
	if (json_string(&a->json, &span) < 0)
		return not_json(a);
	return m->kind == ID ? read_id(a, m, &span) : read_named(a, m, &span);
}

static int read_list(struct answer *a, struct member *m)
{
	int more;

	*m->count = 0;
	if (json_array(&a->json) < 0)
		return not_json(a);
	while ((more = json_element(&a->json)) > 0) {
		if (json_skip(&a->json) < 0)
			return not_json(a);
		++*m->count;
	}
	return more < 0 ? not_json(a) : 0;
}

static int read_count(struct answer *a, struct member *m)
{
	struct json before = a->json;

	if (json_peek(&a->json) == JSON_ARRAY)
		return read_list(a, m);
	if (json_count(&a->json, m->count) == 0)
		return 0;
	a->json = before;
	return json_skip(&a->json) < 0 ? not_json(a) : wrong_member(a, m, "is neither a count nor a list");
}

static int read_member(struct answer *a, struct member *members, size_t n, const struct json_span *key)
{
	for (struct member *m = members; m < members + n; m++) {
		if (!json_is(key, m->name))
			continue;
		if (m->found)
			return wrong_member(a, m, "is there twice");
		m->found = true;
		return m->kind == COUNT ? read_count(a, m) : read_text(a, m);
	}
	return json_skip(&a->json) < 0 ? not_json(a) : 0;
}

static int read_members(struct answer *a, struct member *members, size_t n)
{
	struct json_span key;
	int more;

	if (json_object(&a->json) < 0)
		return not_json(a);
	while ((more = json_key(&a->json, &key)) > 0) {
		if (read_member(a, members, n, &key) < 0)
			return -1;
	}
	return more < 0 ? not_json(a) : 0;
}

static int read_answer(const char *text, size_t len, const char *shape, struct member *members, size_t n,
		       char why[RUN_WHY])
{
	struct answer a = {.text = text, .len = len, .shape = shape, .why = why};

	if (is_blank(text, len)) {
		snprintf(why, RUN_WHY, "no answer, though its exit status is 0: expected %s", shape);
		return -1;
	}
	if (len >= RUN_OUTPUT) {
		snprintf(why, RUN_WHY, "its answer is longer than %d KiB: expected %s, but got: %s", RUN_OUTPUT >> 10,
			 shape, quote(text, len).s);
		return -1;
	}
	json_open(&a.json, text, len);
	if (json_peek(&a.json) != JSON_OBJECT) {
		if (json_skip(&a.json) < 0)
			return not_json(&a);
		snprintf(why, RUN_WHY, "its answer is no JSON object: expected %s, but got: %s", shape,
			 quote(text, len).s);
		return -1;
	}
	if (read_members(&a, members, n) < 0)
		return -1;
	if (json_done(&a.json) < 0) {
		snprintf(why, RUN_WHY, "its answer goes on behind the JSON object: expected nothing, but got: %s",
			 quote(a.json.at, (size_t)(text + len - a.json.at)).s);
		return -1;
	}
	for (const struct member *m = members; m < members + n; m++) {
		if (!m->found && !m->optional) {
			snprintf(why, RUN_WHY, "no %s in its answer: expected %s, but got: %s", m->name, shape,
				 quote(text, len).s);
			return -1;
		}
	}
	return 0;
}

int answer_snapshot(const char *text, size_t len, char id[ID_MAX], char why[RUN_WHY])
{
	struct member members[] = {{.name = "snapshot_id", .kind = ID, .id = id}};

	return read_answer(text, len, "{\"snapshot_id\": ID}", members, 1, why);
}

int answer_restored(const char *text, size_t len, const char *id, char why[RUN_WHY])
{
	struct member members[] = {{.name = "restored", .kind = NAMED_ID, .wanted = id}};

	return read_answer(text, len, "{\"restored\": ID}", members, 1, why);
}

int answer_materialized(const char *text, size_t len, const char *id, const char *out, char why[RUN_WHY])
{
	struct member members[] = {{.name = "materialized", .kind = NAMED_ID, .wanted = id},
				   {.name = "out", .kind = NAMED_DIRECTORY, .wanted = out, .optional = true}};

	return read_answer(text, len, "{\"materialized\": ID, \"out\": DIRECTORY}", members, 2, why);
}

int answer_diff(const char *text, size_t len, struct answer_diff *diff, char why[RUN_WHY])
{
	struct member members[] = {{.name = "Added", .kind = COUNT, .count = &diff->added},
				   {.name = "Changed", .kind = COUNT, .count = &diff->changed},
				   {.name = "Deleted", .kind = COUNT, .count = &diff->deleted}};

	return read_answer(text, len, "{\"Added\": N, \"Changed\": N, \"Deleted\": N}", members, 3, why);
}

int answer_object(const char *text, size_t len, char why[RUN_WHY])
{
	struct member none;

	return read_answer(text, len, "a JSON object", &none, 0, why);
}

bool answer_is_blake3(const char *id)
{
	return strncmp(id, "blake3:", 7) == 0 && strlen(id) == 7 + 64 && strspn(id + 7, "0123456789abcdefABCDEF") == 64;
}
