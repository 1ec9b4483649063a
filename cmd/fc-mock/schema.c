#include "schema.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "rust.h"

struct reading {
	struct json json;
	const char *start;
	unsigned minor;
	unsigned depth; /* of the containers that tables describe */
	char *why;   /* what is wrong, NULL: nothing yet */
	bool placed; /* why says where */
};

static struct value *read_object(struct reading *r, const struct shape *shape);

static void append_place(struct reading *r, const char *at)
{
	unsigned long line = 1, column = 0;
	char *why = r->why;

	for (const char *p = r->start; p < at; p++) {
		column++;
		if (*p == '\n') {
			line++;
			column = 0;
		}
	}
	r->why = x_asprintf("%s at line %lu column %lu", why, line, column);
	r->placed = true;
	free(why);
}

/* What was wrong with the value that ends, or begins, at `at`; NULL: the object around it says where. */
static void *wrong(struct reading *r, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void *wrong(struct reading *r, const char *at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (vasprintf(&r->why, format, args) < 0)
		die("out of memory");
	va_end(args);
	if (at)
		append_place(r, at);
	return NULL;
}

/* serde_json's words for what the reader of JSON would not take. */
static void *broken(struct reading *r)
{
	const struct json *j = &r->json;
	const char *expected = j->expected;
	const char *peeked = j->at < j->end ? j->at + 1 : j->end;

	if (!expected)
		die("out of memory");
	if (expected == value_too_deep)
		return wrong(r, peeked, "recursion limit exceeded");
	if (strcmp(expected, "a closing '\"'") == 0)
		return wrong(r, j->end, "EOF while parsing a string");
	if (strcmp(expected, "no control character in a string") == 0)
		return wrong(r, peeked, "control character (\\u0000-\\u001F) found while parsing a string");
	if (strcmp(expected, "a valid escape") == 0)
		return wrong(r, peeked + (peeked < j->end), "invalid escape");
	if (strcmp(expected, "valid UTF-8") == 0)
		return wrong(r, peeked, "invalid unicode code point");
	if (j->at == j->end)
		return wrong(r, j->end, "EOF while parsing %s", strcmp(expected, "',' or ']'") == 0 ? "a list"
			     : *expected == '\'' /* ',' or '}', ':' */ ? "an object" : "a value");
	if (strcmp(expected, "a key in double quotes") == 0)
		return wrong(r, peeked, *j->at == '}' ? "trailing comma" : "key must be a string");
	if (strcmp(expected, "':' behind the key") == 0)
		return wrong(r, peeked, "expected `:`");
	if (strcmp(expected, "',' or '}'") == 0)
		return wrong(r, peeked, "expected `,` or `}`");
	if (strcmp(expected, "',' or ']'") == 0)
		return wrong(r, peeked, "expected `,` or `]`");
	if (*j->at == ']' || *j->at == '}')
		return wrong(r, peeked, *j->at == ']' ? "trailing comma" : "expected value");
	if (strchr("tfn", *j->at))
		return wrong(r, peeked, "expected ident");
	return wrong(r, peeked, *j->at == '-' || isdigit((unsigned char)*j->at) ? "invalid number" : "expected value");
}

/* No value is here. */
static void *nothing(struct reading *r)
{
	bool end = r->json.at == r->json.end;

	return wrong(r, r->json.at + !end, end ? "EOF while parsing a value" : "expected value");
}

static bool is_integer(const char *text)
{
	return !strpbrk(text, ".eE");
}

/* The next value, whatever it is, is not what was expected. */
static void *wrong_type(struct reading *r, const char *expected)
{
	struct json *j = &r->json;
	enum json_type type = json_peek(j);
	const char *start = j->at;
	struct json_span span;
	double number;
	bool truth;
	char *shown;

	switch (type) {
	case JSON_ARRAY:
		return wrong(r, j->at, "invalid type: sequence, expected %s", expected);
	case JSON_OBJECT:
		return wrong(r, j->at, "invalid type: map, expected %s", expected);
	case JSON_STRING:
		if (json_string(j, &span) != 0)
			return broken(r);
		size_t len;
		char *text = value_decode(&span, &len);
		shown = rust_quoted(text, len);
		free(text);
		wrong(r, j->at, "invalid type: string %s, expected %s", shown, expected);
		break;
	case JSON_NUMBER:
		if (json_number(j, &number) != 0)
			return broken(r);
		shown = value_number_text(start, (size_t)(j->at - start));
		wrong(r, j->at, "invalid type: %s `%s`, expected %s", is_integer(shown) ? "integer" : "floating point",
		      shown, expected);
		break;
	case JSON_BOOL:
		if (json_bool(j, &truth) != 0)
			return broken(r);
		return wrong(r, j->at, "invalid type: boolean `%s`, expected %s", truth ? "true" : "false", expected);
	default:
		if (json_skip(j) != 0)
			return broken(r);
		return wrong(r, j->at, "invalid type: null, expected %s", expected);
	}
	free(shown);
	return NULL;
}

static struct value *read_string(struct reading *r, const char *expected)
{
	struct json_span span;
	struct value *v;

	if (json_peek(&r->json) != JSON_STRING)
		return wrong_type(r, expected);
	if (json_string(&r->json, &span) != 0)
		return broken(r);
	v = value_new(JSON_STRING);
	v->text = value_decode(&span, &v->len);
	return v;
}

static struct value *read_unsigned(struct reading *r, const char *name, uint64_t max)
{
	struct json *j = &r->json;
	const char *start;
	double number;
	char *text;
	struct value *v;

	if (json_peek(j) != JSON_NUMBER)
		return wrong_type(r, name);
	start = j->at;
	if (json_number(j, &number) != 0)
		return broken(r);
	text = value_number_text(start, (size_t)(j->at - start));
	if (!is_integer(text)) {
		wrong(r, j->at, "invalid type: floating point `%s`, expected %s", text, name);
		free(text);
		return NULL;
	}
	if (*text == '-' || strtoull(text, NULL, 10) > max) {
		wrong(r, j->at, "invalid value: integer `%s`, expected %s", text, name);
		free(text);
		return NULL;
	}
	v = value_new(JSON_NUMBER);
	v->text = text;
	v->len = strlen(text);
	return v;
}

static struct value *read_vcpus(struct reading *r)
{
	struct value *v = read_unsigned(r, "u8", UINT8_MAX);
	unsigned long n = v ? strtoul(v->text, NULL, 10) : 0;

	if (!v || r->minor >= 7 || (n >= 1 && n <= 32))
		return v;
	value_free(v);
	return wrong(r, NULL, "invalid value: vcpu_num, expected number of vCPUs %s",
		     n ? "exceeds the maximum limitation" : "should be larger than 0");
}

static struct value *read_bool(struct reading *r)
{
	bool truth;

	if (json_peek(&r->json) != JSON_BOOL)
		return wrong_type(r, "a boolean");
	return json_bool(&r->json, &truth) == 0 ? value_bool(truth) : broken(r);
}

/* "`a`", "`a` or `b`", "one of `a`, `b`, `c`" of n names. */
static char *choice(const char *const *names, size_t n)
{
	struct text t = {0};

	if (n > 2)
		text_string(&t, "one of ");
	for (size_t i = 0; i < n; i++)
		text_format(&t, "%s`%s`", !i ? "" : n == 2 ? " or " : ", ", names[i]);
	text_byte(&t, '\0');
	return t.bytes;
}

static struct value *read_variant(struct reading *r, const char *const *variants)
{
	struct json *j = &r->json;
	struct value *v;
	size_t n = 0;
	char *list;

	if (json_peek(j) != JSON_STRING)
		return nothing(r);
	v = read_string(r, "a string");
	if (!v)
		return NULL;
	for (; variants[n]; n++)
		if (strcmp(variants[n], v->text) == 0 && strlen(v->text) == v->len)
			return v;
	list = choice(variants, n);
	wrong(r, j->at, "unknown variant `%s`, expected %s", v->text, list);
	free(list);
	value_free(v);
	return NULL;
}

static struct value *read_ipv4(struct reading *r)
{
	struct value *v = read_string(r, "IPv4 address");
	struct in_addr address;

	if (!v || inet_pton(AF_INET, v->text, &address) == 1)
		return v;
	value_free(v);
	return wrong(r, r->json.at, "invalid IPv4 address syntax");
}

/* Six times two digits. */
static bool is_mac(const char *text)
{
	for (int i = 0; i < 17; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return text[17] == '\0';
}

static struct value *read_mac(struct reading *r)
{
	struct value *v = read_string(r, "a string");

	if (!v)
		return NULL;
	if (!is_mac(v->text)) {
		value_free(v);
		return wrong(r, NULL, "The provided MAC address is invalid.");
	}
	for (char *p = v->text; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return v;
}

static struct value *read_level(struct reading *r)
{
	static const char *const known[] = {"off", "error", "warn", "warning", "info", "debug", "trace", NULL};
	struct value *v = read_string(r, "a string");

	for (size_t i = 0; v && known[i]; i++)
		if (strcasecmp(known[i], v->text) == 0)
			return v;
	if (!v)
		return NULL;
	value_free(v);
	return wrong(r, NULL, "Invalid LevelFilter");
}

static struct value *read_any(struct reading *r)
{
	struct value *v = value_read(&r->json, VALUE_DEPTH - r->depth);

	return v ? v : broken(r);
}

static struct value *read_list(struct reading *r, const struct field *f)
{
	struct value *list, *item;
	int more;

	if (json_peek(&r->json) != JSON_ARRAY)
		return wrong_type(r, "a sequence");
	list = value_new(JSON_ARRAY);
	for (json_array(&r->json); (more = json_element(&r->json)) > 0; value_add(list, NULL, item)) {
		item = f->type == FIELD_OBJECTS ? read_object(r, f->shape)
		     : f->type == FIELD_STRINGS ? read_string(r, "a string")
						: read_any(r);
		if (!item) {
			value_free(list);
			return NULL;
		}
	}
	if (more == 0)
		return list;
	value_free(list);
	return broken(r);
}

static struct value *read_texts(struct reading *r)
{
	struct value *v, *item;
	struct json_span key;
	int more;

	if (json_peek(&r->json) != JSON_OBJECT)
		return wrong_type(r, "a map");
	v = value_new(JSON_OBJECT);
	for (json_object(&r->json); (more = json_key(&r->json, &key)) > 0;) {
		size_t len;
		char *name = value_decode(&key, &len);

		item = read_string(r, "a string");
		if (item)
			value_set(v, name, item);
		free(name);
		if (!item) {
			value_free(v);
			return NULL;
		}
	}
	if (more == 0)
		return v;
	value_free(v);
	return broken(r);
}

static struct value *read_typed(struct reading *r, const struct field *f)
{
	bool optional = f->presence == OPTIONAL || f->presence == QUIET;

	if (json_peek(&r->json) == JSON_END)
		return nothing(r);
	if (optional && json_peek(&r->json) == JSON_NULL)
		return read_any(r);
	switch (f->type) {
	case FIELD_STRING: return read_string(r, "a string");
	case FIELD_PATH: return read_string(r, "path string");
	case FIELD_BOOL: return read_bool(r);
	case FIELD_U8: return read_unsigned(r, "u8", UINT8_MAX);
	case FIELD_U16: return read_unsigned(r, "u16", UINT16_MAX);
	case FIELD_U32: return read_unsigned(r, "u32", UINT32_MAX);
	case FIELD_U64: return read_unsigned(r, "u64", UINT64_MAX);
	case FIELD_USIZE: return read_unsigned(r, "usize", UINT64_MAX);
	case FIELD_VCPUS: return read_vcpus(r);
	case FIELD_VARIANT: return read_variant(r, f->variants);
	case FIELD_OBJECT: return read_object(r, f->shape);
	case FIELD_OBJECTS:
	case FIELD_STRINGS:
	case FIELD_ANYS: return read_list(r, f);
	case FIELD_TEXTS: return read_texts(r);
	case FIELD_MAC: return read_mac(r);
	case FIELD_IPV4: return read_ipv4(r);
	case FIELD_LEVEL: return read_level(r);
	case FIELD_ANY: break;
	}
	return read_any(r);
}

static struct value *read_field(struct reading *r, const struct field *f)
{
	struct value *v;

	r->depth += 1 + (f->type == FIELD_ANYS); /* the object in which it is, and the array that it is */
	v = read_typed(r, f);
	r->depth -= 1 + (f->type == FIELD_ANYS);
	return v;
}

#define FIELDS_MAX 32

/* The fields that there are in this version. */
static size_t known_fields(const struct reading *r, const struct shape *shape, const struct field *known[FIELDS_MAX])
{
	size_t n = 0;

	for (const struct field *f = shape->fields; f->name && n < FIELDS_MAX; f++)
		if (f->since <= r->minor && (!f->before || r->minor < f->before))
			known[n++] = f;
	return n;
}

static const char *past_space(const struct reading *r, const char *at)
{
	while (at < r->json.end && strchr(" \t\r\n", *at) && *at)
		at++;
	return at;
}

/* The object of the values read so far, those that are missing filled in; they are no longer the caller's. */
static struct value *assemble(const struct field *const *known, struct value **values, size_t n)
{
	struct value *v = value_new(JSON_OBJECT);

	for (size_t i = 0; i < n; i++) {
		struct value *item = values[i];

		if (known[i]->presence == QUIET && (!item || item->type == JSON_NULL)) {
			value_free(item);
			continue;
		}
		if (!item)
			item = known[i]->presence == DEFAULTED ? value_parse(known[i]->fallback) : value_new(JSON_NULL);
		value_add(v, known[i]->name, item);
	}
	return v;
}

static const char *shape_name(const struct reading *r, const struct shape *shape)
{
	return r->minor < shape->renamed ? shape->old : shape->name;
}

/* An array in the place of an object: its fields in order. -1: r->why. */
static int read_positional(struct reading *r, const struct shape *shape, const struct field *const *known,
			   struct value **values, size_t n)
{
	int more = json_array(&r->json);
	size_t i = 0;

	for (; i < n && (more = json_element(&r->json)) > 0; i++) {
		values[i] = read_field(r, known[i]);
		if (!values[i])
			return -1;
	}
	if (more > 0)
		more = json_element(&r->json);
	if (more < 0)
		return broken(r), -1;
	if (more > 0)
		return wrong(r, r->json.at, "trailing characters"), -1;
	for (; i < n; i++)
		if (known[i]->presence == NEEDED || (known[i]->presence != DEFAULTED && !shape->shortens))
			return wrong(r, r->json.at, "invalid length %zu, expected struct %s with %zu element%s", i,
				     shape_name(r, shape), n, n == 1 ? "" : "s"),
			       -1;
	return 0;
}

static int unknown_field(struct reading *r, const char *at, const char *name, const struct field *const *known,
			 size_t n)
{
	const char *names[FIELDS_MAX];
	char *list;

	for (size_t i = 0; i < n; i++)
		names[i] = known[i]->name;
	list = choice(names, n);
	wrong(r, at, "unknown field `%s`, expected %s", name, list);
	free(list);
	return -1;
}

/* The member whose key has just been read. */
static int read_member(struct reading *r, const struct shape *shape, const struct json_span *key,
		       const struct field *const *known, struct value **values, size_t n)
{
	const char *behind = past_space(r, key->text + key->len + 1);
	size_t len, i = 0;
	char *name = value_decode(key, &len);
	int result = 0;

	while (i < n && (strcmp(known[i]->name, name) != 0 || strlen(name) != len))
		i++;
	if (i == n && !shape->lenient)
		result = unknown_field(r, behind, name, known, n);
	else if (i == n && json_skip(&r->json) != 0)
		result = (broken(r), -1);
	else if (i < n && values[i])
		result = (wrong(r, behind, "duplicate field `%s`", name), -1);
	free(name);
	if (i == n || result)
		return result;
	values[i] = read_field(r, known[i]);
	if (values[i])
		return 0;
	if (!r->placed) {
		behind = past_space(r, r->json.at);
		append_place(r, behind + (behind < r->json.end && *behind == '}'));
	}
	return -1;
}

static int read_members(struct reading *r, const struct shape *shape, const struct field *const *known,
			struct value **values, size_t n)
{
	struct json_span key;
	int more;

	for (json_object(&r->json); (more = json_key(&r->json, &key)) > 0;)
		if (read_member(r, shape, &key, known, values, n) != 0)
			return -1;
	if (more < 0)
		return broken(r), -1;
	for (size_t i = 0; i < n; i++)
		if (!values[i] && known[i]->presence == NEEDED)
			return wrong(r, r->json.at, "missing field `%s`", known[i]->name), -1;
	return 0;
}

static struct value *read_object(struct reading *r, const struct shape *shape)
{
	const struct field *known[FIELDS_MAX];
	struct value *values[FIELDS_MAX] = {0};
	size_t n = known_fields(r, shape, known);
	enum json_type type = json_peek(&r->json);
	char expected[80];
	int result;

	if (type == JSON_END)
		return nothing(r);
	if (type == JSON_ARRAY) {
		result = read_positional(r, shape, known, values, n);
	} else if (type == JSON_OBJECT) {
		result = read_members(r, shape, known, values, n);
	} else {
		snprintf(expected, sizeof(expected), "struct %s", shape_name(r, shape));
		return wrong_type(r, expected);
	}
	if (result == 0)
		return assemble(known, values, n);
	for (size_t i = 0; i < n; i++)
		value_free(values[i]);
	return NULL;
}

/* Only white space may follow. */
static struct value *finished(struct reading *r, struct value *v, char **why)
{
	if (v && json_done(&r->json) != 0) {
		value_free(v);
		v = wrong(r, r->json.at + 1, "trailing characters");
	}
	*why = r->why;
	return v;
}

struct value *schema_read(const struct shape *shape, unsigned minor, const char *text, size_t len, char **why)
{
	struct reading r = {.minor = minor};

	json_open(&r.json, text, len);
	r.start = r.json.at;
	return finished(&r, read_object(&r, shape), why);
}

struct value *schema_read_any(const char *text, size_t len, char **why)
{
	struct reading r = {0};

	json_open(&r.json, text, len);
	r.start = r.json.at;
	if (json_peek(&r.json) == JSON_END)
		return finished(&r, nothing(&r), why);
	return finished(&r, read_any(&r), why);
}
