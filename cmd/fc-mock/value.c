#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "jsonout.h"

struct value *value_new(enum json_type type)
{
	struct value *v = x_calloc(1, sizeof(*v));

	v->type = type;
	return v;
}

static char *bytes(const char *text, size_t len)
{
	char *copy = x_malloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

struct value *value_string_bytes(const char *text, size_t len)
{
	struct value *v = value_new(JSON_STRING);

	v->text = bytes(text, len);
	v->len = len;
	return v;
}

struct value *value_string(const char *text)
{
	return value_string_bytes(text, strlen(text));
}

struct value *value_integer(uint64_t number)
{
	struct value *v = value_new(JSON_NUMBER);

	v->text = x_asprintf("%llu", (unsigned long long)number);
	v->len = strlen(v->text);
	return v;
}

struct value *value_bool(bool truth)
{
	struct value *v = value_new(JSON_BOOL);

	v->truth = truth;
	return v;
}

/* Take key and item. */
static void append(struct value *v, char *key, size_t key_len, struct value *item)
{
	/* Room grows by doubling: it is full where count is a power of two. */
	if (!(v->count & (v->count - 1)))
		v->members = x_reallocarray(v->members, v->count ? 2 * v->count : 1, sizeof(*v->members));
	v->members[v->count++] = (struct member){key, key_len, item};
}

struct value *value_copy(const struct value *v)
{
	struct value *copy = value_new(v->type);

	copy->truth = v->truth;
	if (v->text)
		copy->text = bytes(v->text, v->len);
	copy->len = v->len;
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = &v->members[i];

		append(copy, m->key ? bytes(m->key, m->key_len) : NULL, m->key_len, value_copy(m->value));
	}
	return copy;
}

void value_free(struct value *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->count; i++) {
		free(v->members[i].key);
		value_free(v->members[i].value);
	}
	free(v->members);
	free(v->text);
	free(v);
}

void value_add(struct value *v, const char *key, struct value *item)
{
	append(v, key ? x_strdup(key) : NULL, key ? strlen(key) : 0, item);
}

static long member_index(const struct value *v, const char *key, size_t len)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].key_len == len && memcmp(v->members[i].key, key, len) == 0)
			return (long)i;
	return -1;
}

static int by_key(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
	int order = memcmp(x->key, y->key, n);

	return order ? order : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

static int by_key_and_place(const void *a, const void *b)
{
	const struct member *x = *(struct member *const *)a, *y = *(struct member *const *)b;
	int order = by_key(x, y);

	return order ? order : (x > y) - (x < y);
}

/* Members without a value go. */
static void close_gaps(struct value *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++) {
		if (v->members[i].value)
			v->members[kept++] = v->members[i];
		else
			free(v->members[i].key);
	}
	v->count = kept; /* there is room for more then than append() takes it */
}

/* Of members with one name: the value of the last, in the place of the first. */
static void keep_last(struct value *v)
{
	struct member **order, *first;

	if (v->count < 2)
		return;
	order = x_reallocarray(NULL, v->count, sizeof(*order));
	for (size_t i = 0; i < v->count; i++)
		order[i] = &v->members[i];
	qsort(order, v->count, sizeof(*order), by_key_and_place);
	first = order[0];
	for (size_t i = 1; i < v->count; i++) {
		if (by_key(first, order[i]) != 0) {
			first = order[i];
			continue;
		}
		value_free(first->value);
		first->value = order[i]->value;
		order[i]->value = NULL;
	}
	free(order);
	close_gaps(v);
}

void value_set(struct value *v, const char *key, struct value *item)
{
	long i = member_index(v, key, strlen(key));

	if (i < 0) {
		value_add(v, key, item);
		return;
	}
	value_free(v->members[i].value);
	v->members[i].value = item;
}

void value_remove(struct value *v, size_t index)
{
	struct member gone = v->members[index];

	v->count--;
	memmove(v->members + index, v->members + index + 1, (v->count - index) * sizeof(*v->members));
	free(gone.key);
	value_free(gone.value);
	/* append() takes it that a power of two is full. */
	if (v->count && !(v->count & (v->count - 1))) {
		v->members = x_reallocarray(v->members, v->count, sizeof(*v->members));
	} else if (!v->count) {
		free(v->members);
		v->members = NULL;
	}
}

struct value *value_get(const struct value *v, const char *key)
{
	long i = v && v->type == JSON_OBJECT ? member_index(v, key, strlen(key)) : -1;

	return i < 0 || v->members[i].value->type == JSON_NULL ? NULL : v->members[i].value;
}

const char *value_text(const struct value *v, const char *key)
{
	const struct value *item = value_get(v, key);

	return item && item->type == JSON_STRING ? item->text : NULL;
}

uint64_t value_number(const struct value *v, const char *key)
{
	const struct value *item = value_get(v, key);

	return item && item->type == JSON_NUMBER ? strtoull(item->text, NULL, 10) : 0;
}

bool value_is_true(const struct value *v, const char *key)
{
	const struct value *item = value_get(v, key);

	return item && item->type == JSON_BOOL && item->truth;
}

long value_find(const struct value *array, const char *key, const char *id)
{
	for (size_t i = 0; array && i < array->count; i++) {
		const char *name = value_text(array->members[i].value, key);

		if (name && strcmp(name, id) == 0)
			return (long)i;
	}
	return -1;
}

char *value_decode(const struct json_span *span, size_t *len)
{
	char *out = x_malloc(span->len + 1);
	size_t n = 0, start = 0;
	int64_t got;

	/* json_unescape() does not take \u0000: piece by piece between them. */
	for (size_t i = 0; i <= span->len;) {
		bool end = i == span->len;

		if (end || (span->len - i >= 6 && memcmp(span->text + i, "\\u0000", 6) == 0)) {
			struct json_span piece = {span->text + start, i - start, true};

			got = json_unescape(&piece, out + n);
			n += got < 0 ? 0 : (size_t)got;
			if (end)
				break;
			out[n++] = '\0';
			i += 6;
			start = i;
		} else {
			i += span->text[i] == '\\' ? 2 : 1;
		}
	}
	out[n] = '\0';
	*len = n;
	return out;
}

char *value_number_text(const char *text, size_t len)
{
	char *copy = bytes(text, len);
	char shortest[JSON_NUMBER_MAX];
	const char *digits = copy + (*copy == '-'), *sign, *exponent, *power;
	double number;

	if (!strpbrk(copy, ".eE") && !(*copy == '-' && *digits == '0')) {
		errno = 0;
		if (*copy == '-')
			(void)strtoll(copy, NULL, 10);
		else
			(void)strtoull(copy, NULL, 10);
		if (errno != ERANGE)
			return copy;
	}
	number = strtod(copy, NULL);
	json_format_number(shortest, number);
	sign = *copy == '-' && number == 0 ? "-" : ""; /* which is not in shortest then */
	free(copy);
	exponent = strchr(shortest, 'e');
	if (!exponent)
		return x_asprintf("%s%s%s", sign, shortest, strchr(shortest, '.') ? "" : ".0");
	power = exponent + 1 + strcspn(exponent + 1, "123456789"); /* "e-07" */
	return x_asprintf("%.*s%s%s", (int)(exponent - shortest) + 1, shortest, exponent[1] == '-' ? "-" : "+", power);
}

const char value_too_deep[] = "less nesting";

static struct value *broken(struct value *v)
{
	value_free(v);
	return NULL;
}

static struct value *read_object(struct json *j, unsigned depth)
{
	struct value *v = value_new(JSON_OBJECT), *item;
	struct json_span key;
	int more = json_object(j);

	while (more == 0 && (more = json_key(j, &key)) > 0) {
		size_t len;
		char *name = value_decode(&key, &len);

		item = value_read(j, depth);
		if (!item) {
			free(name);
			return broken(v);
		}
		append(v, name, len, item);
		more = 0;
	}
	if (more < 0)
		return broken(v);
	keep_last(v);
	return v;
}

static struct value *read_array(struct json *j, unsigned depth)
{
	struct value *v = value_new(JSON_ARRAY), *item;
	int more = json_array(j);

	while (more == 0 && (more = json_element(j)) > 0) {
		item = value_read(j, depth);
		if (!item)
			return broken(v);
		append(v, NULL, 0, item);
		more = 0;
	}
	return more < 0 ? broken(v) : v;
}

struct value *value_read(struct json *j, unsigned depth)
{
	struct value *v;
	struct json_span span;
	double number;
	bool truth;
	enum json_type type = json_peek(j);
	const char *start = j->at;

	if (!depth && (type == JSON_OBJECT || type == JSON_ARRAY)) {
		j->expected = value_too_deep;
		return NULL;
	}
	switch (type) {
	case JSON_OBJECT:
		return read_object(j, depth - 1);
	case JSON_ARRAY:
		return read_array(j, depth - 1);
	case JSON_STRING:
		if (json_string(j, &span) != 0)
			return NULL;
		v = value_new(JSON_STRING);
		v->text = value_decode(&span, &v->len);
		return v;
	case JSON_NUMBER:
		if (json_number(j, &number) != 0)
			return NULL;
		v = value_new(JSON_NUMBER);
		v->text = value_number_text(start, (size_t)(j->at - start));
		v->len = strlen(v->text);
		return v;
	case JSON_BOOL:
		return json_bool(j, &truth) == 0 ? value_bool(truth) : NULL;
	default: /* null, or what is nothing */
		return json_skip(j) == 0 ? value_new(JSON_NULL) : NULL;
	}
}

struct value *value_parse(const char *json)
{
	struct json j;
	struct value *v;

	json_open(&j, json, strlen(json));
	v = value_read(&j, VALUE_DEPTH);
	if (!v)
		die("broken literal: %s", json);
	return v;
}

void value_sort(struct value *v)
{
	if (v->type == JSON_OBJECT && v->count)
		qsort(v->members, v->count, sizeof(*v->members), by_key);
	for (size_t i = 0; i < v->count; i++)
		value_sort(v->members[i].value);
}

void value_merge(struct value **target, const struct value *patch)
{
	struct value *v = *target;
	size_t sorted;

	if (patch->type != JSON_OBJECT) {
		value_free(v);
		*target = value_copy(patch);
		return;
	}
	if (v->type != JSON_OBJECT) {
		value_free(v);
		v = *target = value_new(JSON_OBJECT);
	}
	sorted = v->count;
	for (size_t i = 0; i < patch->count; i++) {
		const struct member *m = &patch->members[i];
		struct member *own = sorted ? bsearch(m, v->members, sorted, sizeof(*m), by_key) : NULL;

		if (m->value->type == JSON_NULL) {
			if (own) {
				value_free(own->value);
				own->value = NULL;
			}
			continue;
		}
		if (!own) {
			append(v, bytes(m->key, m->key_len), m->key_len, value_new(JSON_NULL));
			own = &v->members[v->count - 1];
		}
		value_merge(&own->value, m->value);
	}
	close_gaps(v);
	if (v->count)
		qsort(v->members, v->count, sizeof(*v->members), by_key);
}

static void write_string(struct text *out, const char *text, size_t len)
{
	char *quoted = x_malloc(6 * len + 8);

	text_bytes(out, quoted, json_format_string(quoted, text, len));
	free(quoted);
}

void value_write(struct text *out, const struct value *v)
{
	switch (v->type) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		text_byte(out, v->type == JSON_OBJECT ? '{' : '[');
		for (size_t i = 0; i < v->count; i++) {
			if (i)
				text_byte(out, ',');
			if (v->members[i].key) {
				write_string(out, v->members[i].key, v->members[i].key_len);
				text_byte(out, ':');
			}
			value_write(out, v->members[i].value);
		}
		text_byte(out, v->type == JSON_OBJECT ? '}' : ']');
		break;
	case JSON_STRING:
		write_string(out, v->text, v->len);
		break;
	case JSON_NUMBER:
		text_bytes(out, v->text, v->len);
		break;
	case JSON_BOOL:
		text_string(out, v->truth ? "true" : "false");
		break;
	default:
		text_string(out, "null");
	}
}

char *value_to_json(const struct value *v)
{
	struct text out = {0};

	value_write(&out, v);
	text_byte(&out, '\0');
	return out.bytes;
}
