#include "params.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonout.h"

#define MEMBERS_MAX 64

struct member { /* a segment "key":value of a canonical text */
	size_t at, len, key_len; /* key_len with its quotes */
};

struct text { /* the canonical text as it grows; always room for a NUL behind it */
	char *at;
	size_t len, size;
};

static int put(struct text *out, const char *piece, size_t len)
{
	if (len >= out->size - out->len)
		return -1;
	memcpy(out->at + out->len, piece, len);
	out->len += len;
	return 0;
}

/* Append the canonical form of a string, which is never longer than its raw text. */
static int put_string(struct json *j, const struct json_span *span, struct text *out)
{
	char small[256], *plain;
	int64_t len;

	j->expected = "shorter params";
	if (span->len + 3 > out->size - out->len)
		return -1;
	if (!span->escaped) {
		put(out, "\"", 1);
		put(out, span->text, span->len);
		return put(out, "\"", 1);
	}
	plain = span->len < sizeof small ? small : malloc(span->len + 1);
	if (!plain) {
		j->expected = NULL;
		return -1;
	}
	len = json_unescape(span, plain);
	if (len >= 0)
		out->len += json_format_string(out->at + out->len, plain, (size_t)len);
	else
		j->expected = "a string without NUL in params";
	if (plain != small)
		free(plain);
	return len < 0 ? -1 : 0;
}

/* Is this number's text, an integer of at most 15 digits, canonical already? */
static bool is_plain_integer(const char *text, size_t len)
{
	if (len > 15 || (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

static int put_value(struct json *j, struct text *out)
{
	char number_text[JSON_NUMBER_MAX];
	const char *start;
	size_t len;
	struct json_span span;
	double number;
	bool flag;

	switch (json_peek(j)) {
	case JSON_STRING:
		return json_string(j, &span) == 0 ? put_string(j, &span, out) : -1;
	case JSON_NUMBER:
		start = j->at;
		if (json_number(j, &number) != 0)
			return -1;
		len = (size_t)(j->at - start);
		j->expected = "shorter params";
		if (is_plain_integer(start, len))
			return put(out, start, len);
		return put(out, number_text, json_format_number(number_text, number));
	case JSON_BOOL:
		if (json_bool(j, &flag) != 0)
			return -1;
		j->expected = "shorter params";
		return put(out, flag ? "true" : "false", flag ? 4 : 5);
	default:
		j->expected = "a string, a number, true or false in params";
		return -1;
	}
}

static int compare_keys(const char *text, const struct member *a, const struct member *b)
{
	size_t n = a->key_len < b->key_len ? a->key_len : b->key_len;
	/* Without the closing quote, so that a prefix sorts first. */
	int order = memcmp(text + a->at, text + b->at, n - 1);

	return order ? order : (a->key_len > b->key_len) - (a->key_len < b->key_len);
}

/* Insertion sort: members nearly always arrive in order. False where a key stands twice. */
static bool sort_members(const char *text, struct member *member, size_t n, bool *moved)
{
	*moved = false;
	for (size_t i = 1; i < n; i++) {
		struct member m = member[i];
		size_t k = i;
		while (k > 0) {
			int order = compare_keys(text, &m, &member[k - 1]);
			if (order == 0)
				return false;
			if (order > 0)
				break;
			member[k] = member[k - 1];
			k--;
			*moved = true;
		}
		member[k] = m;
	}
	return true;
}

/* Lay the segments of text (len bytes) out again in the order of the members. */
static int reorder(char *text, size_t len, const struct member *member, size_t n)
{
	char *copy = malloc(len);
	size_t at = 1;

	if (!copy)
		return -1;
	memcpy(copy, text, len);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			text[at++] = ',';
		memcpy(text + at, copy + member[i].at, member[i].len);
		at += member[i].len;
	}
	free(copy);
	return 0;
}

long params_read(struct json *j, char *out, size_t size)
{
	struct text text = {out, 0, size};
	struct member member[MEMBERS_MAX];
	struct json_span key;
	size_t n = 0;
	bool moved;
	int more;

	if (json_object(j) != 0)
		return -1;
	if (put(&text, "{", 1) != 0)
		goto full;
	while ((more = json_key(j, &key)) == 1) {
		if (n == MEMBERS_MAX) {
			j->expected = "at most 64 params";
			return -1;
		}
		if (n > 0 && put(&text, ",", 1) != 0)
			goto full;
		struct member *m = &member[n++];
		m->at = text.len;
		if (put_string(j, &key, &text) != 0)
			return -1;
		m->key_len = text.len - m->at;
		if (put(&text, ":", 1) != 0)
			goto full;
		if (put_value(j, &text) != 0)
			return -1;
		m->len = text.len - m->at;
	}
	if (more < 0)
		return -1;
	if (!sort_members(out, member, n, &moved)) {
		j->expected = "each key of params once";
		return -1;
	}
	if (moved && reorder(out, text.len, member, n) != 0) {
		j->expected = NULL;
		return -1;
	}
	if (put(&text, "}", 1) != 0)
		goto full;
	out[text.len] = '\0';
	return (long)text.len;
full:
	j->expected = "shorter params";
	return -1;
}

/* Does the word stand for itself as a JSON number, true or false, and print back the same? */
static bool is_bare(const char *word)
{
	char text[JSON_NUMBER_MAX];
	struct json j;
	double number;

	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
		return true;
	json_open(&j, word, strlen(word));
	if (json_peek(&j) != JSON_NUMBER || json_number(&j, &number) != 0 || j.at != j.end)
		return false;
	json_format_number(text, number);
	return strcmp(text, word) == 0;
}

char *params_set(const char *params, const char *key, const char *value)
{
	size_t params_len = strlen(params), key_len = strlen(key), value_len = value ? strlen(value) : 0;
	size_t size = 6 * (params_len + key_len + value_len) + 128;
	char *wanted = malloc(6 * key_len + 16), *raw = malloc(size), *out = malloc(6 * size + 64);
	struct json_span name;
	struct json j;
	size_t len = 0, wanted_len;
	int more;

	if (!wanted || !raw || !out)
		goto fail;
	wanted_len = json_format_string(wanted, key, key_len);
	raw[len++] = '{';
	json_open(&j, params, params_len);
	if (json_object(&j) != 0)
		goto invalid;
	/* Copy every other member as it stands, then add this one; params_read() sorts. */
	while ((more = json_key(&j, &name)) == 1) {
		const char *start = name.text - 1;
		if (json_skip(&j) != 0)
			goto invalid;
		if (name.len + 2 == wanted_len && memcmp(start, wanted, wanted_len) == 0)
			continue;
		if (len > 1)
			raw[len++] = ',';
		memcpy(raw + len, start, (size_t)(j.at - start));
		len += (size_t)(j.at - start);
	}
	if (more < 0)
		goto invalid;
	if (value) {
		if (len > 1)
			raw[len++] = ',';
		len += (size_t)sprintf(raw + len, "%s:", wanted);
		if (is_bare(value)) {
			memcpy(raw + len, value, value_len);
			len += value_len;
		} else {
			len += json_format_string(raw + len, value, value_len);
		}
	}
	raw[len++] = '}';
	json_open(&j, raw, len);
	if (params_read(&j, out, 6 * size + 64) < 0) {
		if (!j.expected)
			goto fail;
		goto invalid;
	}
	free(wanted);
	free(raw);
	return out;
invalid:
	errno = EINVAL;
fail:
	free(wanted);
	free(raw);
	free(out);
	return NULL;
}

/* A scalar's plain text: strings decoded, the rest as it stands. */
static char *plain_value(struct json *j)
{
	struct json_span span;
	const char *start;

	if (json_peek(j) == JSON_STRING) {
		if (json_string(j, &span) != 0)
			return NULL;
		char *text = malloc(span.len + 1);
		if (text && json_unescape(&span, text) < 0)
			text[0] = '\0';
		return text;
	}
	start = j->at;
	if (json_skip(j) != 0)
		return NULL;
	return strndup(start, (size_t)(j->at - start));
}

char *params_get(const char *params, const char *key)
{
	size_t key_len = strlen(key);
	char *wanted = malloc(6 * key_len + 16), *found = NULL;
	struct json_span name;
	struct json j;

	if (!wanted)
		return NULL;
	size_t wanted_len = json_format_string(wanted, key, key_len);
	json_open(&j, params, strlen(params));
	errno = ENOENT;
	if (json_object(&j) == 0) {
		while (json_key(&j, &name) == 1) {
			if (name.len + 2 == wanted_len && memcmp(name.text - 1, wanted, wanted_len) == 0) {
				found = plain_value(&j);
				break;
			}
			if (json_skip(&j) != 0)
				break;
		}
	}
	free(wanted);
	return found;
}

char *params_text(const char *params)
{
	char *out = malloc(strlen(params) + 1), *o = out, *value;
	struct json_span name;
	struct json j;

	if (!out)
		return NULL;
	json_open(&j, params, strlen(params));
	if (json_object(&j) == 0) {
		while (json_key(&j, &name) == 1) {
			if (o > out)
				*o++ = ' ';
			/* The decoded texts are no longer than the canonical ones with their quotes. */
			int64_t len = json_unescape(&name, o);
			o += len > 0 ? len : 0;
			*o++ = '=';
			value = plain_value(&j);
			if (!value) {
				free(out);
				return NULL;
			}
			o = stpcpy(o, value);
			free(value);
		}
	}
	*o = '\0';
	return out;
}
