#include "template.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "feed.h"
#include "percent.h"
#include "rng.h"

#define KNOWN "{{seq}}, {{rand A B}}, {{uuid}} or {{field NAME}} (two braces as such are written {{{{)"

enum kind { KIND_TEXT, KIND_SEQ, KIND_RAND, KIND_UUID, KIND_FIELD };

struct part {
	enum kind kind;
	size_t at, len;   /* KIND_TEXT: of the template's text */
	uint64_t number;  /* KIND_RAND, KIND_UUID: which of the placeholders it is */
	int64_t from;     /* KIND_RAND: the lowest, and how many there are (0: 2^64) */
	uint64_t span;
	long column;      /* KIND_FIELD */
};

struct template {
	enum template_place place;
	uint64_t salt;
	bool random;      /* any part is */
	struct part *part;
	size_t n, room;
	struct buffer text;
};

static void reserve(struct buffer *b, size_t more)
{
	size_t wanted = b->len + more, room = b->room ? 2 * b->room : 256;

	if (wanted <= b->room)
		return;
	b->room = room > wanted ? room : wanted;
	b->bytes = x_reallocarray(b->bytes, b->room, 1);
}

void buffer_add(struct buffer *b, const void *bytes, size_t len)
{
	reserve(b, len);
	if (len)
		memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
}

void buffer_free(struct buffer *b)
{
	free(b->bytes);
	*b = (struct buffer){0};
}

size_t template_braces(const char *text, size_t len)
{
	const char *end;

	if (len < 4 || text[0] != '{' || text[1] != '{')
		return 0;
	if (text[2] == '{' && text[3] == '{')
		return 4;
	end = memmem(text + 2, len - 2, "}}", 2);
	/* {{}} is no less a placeholder than {{x}}: one that is not understood. */
	return !end ? 0 : end == text + 2 ? 0 : (size_t)(end + 2 - text);
}

/* --- compiling --- */

static struct part *add_part(struct template *t, enum kind kind)
{
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 4;
		t->part = x_reallocarray(t->part, t->room, sizeof *t->part);
	}
	t->part[t->n] = (struct part){.kind = kind};
	return &t->part[t->n++];
}

static void add_text(struct template *t, const char *text, size_t len)
{
	if (len == 0)
		return;
	if (t->n == 0 || t->part[t->n - 1].kind != KIND_TEXT)
		add_part(t, KIND_TEXT)->at = t->text.len;
	t->part[t->n - 1].len += len;
	buffer_add(&t->text, text, len);
}

/* The next word of a placeholder, *text moves behind it; NULL where there is none. Caller frees. */
static char *next_word(const char **text, const char *end)
{
	const char *start;

	while (*text < end && (**text == ' ' || **text == '\t'))
		++*text;
	start = *text;
	while (*text < end && **text != ' ' && **text != '\t')
		++*text;
	return *text == start ? NULL : x_asprintf("%.*s", (int)(*text - start), start);
}

static bool read_integer(const char *word, int64_t *value)
{
	size_t digits;
	char *end;

	if (!word)
		return false;
	digits = strspn(word + (*word == '-'), "0123456789");
	if (digits == 0 || digits > 19 || word[(*word == '-') + digits])
		return false;
	/* 19 digits never overflow more than once over: strtoll tells by clamping */
	long long n = strtoll(word, &end, 10);
	*value = n;
	return !*end && ((n != INT64_MAX && n != INT64_MIN) || strcmp(word, "9223372036854775807") == 0 ||
			 strcmp(word, "-9223372036854775808") == 0);
}

static char *compile_rand(struct template *t, const char *text, const char *end)
{
	char *word[3];
	int64_t from = 0, to = 0;

	for (int i = 0; i < 3; i++)
		word[i] = next_word(&text, end);
	bool good = read_integer(word[0], &from) && read_integer(word[1], &to) && !word[2] && from <= to;
	for (int i = 0; i < 3; i++)
		free(word[i]);
	if (!good)
		return x_strdup("expected two integers of 64 bits, the lower one first");
	struct part *part = add_part(t, KIND_RAND);
	part->from = from;
	part->span = (uint64_t)to - (uint64_t)from + 1;
	t->random = true;
	return NULL;
}

/* The columns that there are, for a complaint. */
static char *list_columns(const struct feed *feed)
{
	struct buffer list = {0};
	size_t n = feed_columns(feed);

	for (size_t i = 0; i < n && i < 10; i++) {
		const char *name = feed_column_name(feed, i);
		if (i)
			buffer_add(&list, ", ", 2);
		buffer_add(&list, name, strlen(name));
	}
	if (n > 10)
		buffer_add(&list, ", ...", 5);
	buffer_add(&list, "", 1);
	return list.bytes;
}

static char *compile_field(struct template *t, const char *text, const char *end, const struct feed *feed)
{
	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (text == end)
		return x_strdup("expected a column's name behind 'field'");
	if (!feed)
		return x_strdup("expected --data, where fields come from");
	char *name = x_asprintf("%.*s", (int)(end - text), text);
	long column = feed_column(feed, name);
	free(name);
	if (column < 0) {
		char *list = list_columns(feed), *why = x_asprintf("expected a column of the rows: %s", list);
		free(list);
		return why;
	}
	if (t->place == PLACE_HEADER && feed_control(feed, column))
		return x_asprintf("expected no control bytes in what goes into a header (row %zu has one)",
				  feed_control(feed, column));
	add_part(t, KIND_FIELD)->column = column;
	return NULL;
}

/* What stands between the braces. NULL, or what was expected (caller frees). */
static char *compile_placeholder(struct template *t, const char *text, size_t len, const struct feed *feed)
{
	const char *end = text + len;
	char *word = next_word(&text, end), *rest, *why = NULL;
	const char *behind = text;

	rest = next_word(&behind, end);
	if (word && strcmp(word, "field") == 0) {
		why = compile_field(t, text, end, feed);
	} else if (word && strcmp(word, "rand") == 0) {
		why = compile_rand(t, text, end);
	} else if (word && strcmp(word, "seq") == 0 && !rest) {
		add_part(t, KIND_SEQ);
	} else if (word && strcmp(word, "uuid") == 0 && !rest) {
		add_part(t, KIND_UUID);
		t->random = true;
	} else {
		why = x_strdup("expected " KNOWN);
	}
	free(word);
	free(rest);
	return why;
}

/* "{{placeholder}}: what was expected", the placeholder cut where it is long. */
static char *complaint(const char *text, size_t len, char *expected)
{
	char shown[48];
	size_t n = 0;

	for (; n < len && n < sizeof shown - 1; n++)
		shown[n] = (unsigned char)text[n] < 0x20 || text[n] == 0x7f ? '?' : text[n];
	for (int i = 0; i < 3 && n < len && ((unsigned char)text[n] & 0xc0) == 0x80; i++)
		n--; /* whole characters only */
	char *why = x_asprintf("%.*s%s: %s", (int)n, shown, n < len ? "..." : "", expected);
	free(expected);
	return why;
}

struct template *template_compile_for(enum template_place place, const char *text, size_t len, const struct feed *feed,
				      unsigned salt, char **why)
{
	struct template *t = x_calloc(1, sizeof *t);
	uint64_t number = 0;

	t->place = place;
	t->salt = salt;
	while (len > 0) {
		const char *open = memmem(text, len, "{{", 2);
		size_t before = open ? (size_t)(open - text) : len;

		add_text(t, text, before);
		text += before;
		len -= before;
		if (len == 0)
			break;
		size_t n = template_braces(text, len);
		char *expected = NULL;
		if (n == 4) {
			add_text(t, text, 2);
		} else if (n == 0) {
			bool empty = len >= 4 && text[2] == '}' && text[3] == '}';
			n = empty ? 4 : len;
			expected = x_strdup(empty ? "expected " KNOWN
						  : "expected '}}' behind it (two braces as such are written {{{{)");
		} else {
			expected = compile_placeholder(t, text + 2, n - 4, feed);
			if (!expected)
				t->part[t->n - 1].number = number++;
		}
		if (expected) {
			*why = complaint(text, n, expected);
			template_free(t);
			return NULL;
		}
		text += n;
		len -= n;
	}
	return t;
}

struct template *template_compile(const char *text, size_t len, const struct feed *feed, unsigned salt, char **why)
{
	return template_compile_for(PLACE_BODY, text, len, feed, salt, why);
}

struct template *template_literal(const char *bytes, size_t len)
{
	struct template *t = x_calloc(1, sizeof *t);

	add_text(t, bytes, len);
	return t;
}

void template_free(struct template *t)
{
	if (!t)
		return;
	buffer_free(&t->text);
	free(t->part);
	free(t);
}

bool template_constant(const struct template *t)
{
	return t->n == 0 || (t->n == 1 && t->part[0].kind == KIND_TEXT);
}

bool template_has_fields(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->part[i].kind == KIND_FIELD)
			return true;
	}
	return false;
}

/* --- rendering --- */

void buffer_add_number(struct buffer *b, uint64_t n)
{
	char digits[20], *p = digits + sizeof digits;

	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	buffer_add(b, p, (size_t)(digits + sizeof digits - p));
}

/* Version 4 of RFC 9562. */
static void add_uuid(struct buffer *out, uint64_t high, uint64_t low)
{
	static const char digits[] = "0123456789abcdef";
	char text[36], *o = text;

	high = (high & ~UINT64_C(0xf000)) | 0x4000;
	low = low >> 2 | UINT64_C(1) << 63;
	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*o++ = '-';
		*o++ = digits[(i < 16 ? high : low) >> (60 - 4 * (i & 15)) & 15];
	}
	buffer_add(out, text, sizeof text);
}

static void add_json(struct buffer *out, const char *text, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	reserve(out, 6 * len);
	char *o = out->bytes + out->len;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20) {
			memcpy(o, "\\u00", 4);
			o[4] = digits[c >> 4];
			o[5] = digits[c & 15];
			o += 6;
			continue;
		}
		if (c == '"' || c == '\\')
			*o++ = '\\';
		*o++ = (char)c;
	}
	out->len = (size_t)(o - out->bytes);
}

static void add_field(struct buffer *out, enum template_place place, const char *value, size_t len)
{
	switch (place) {
	case PLACE_PATH:
		reserve(out, 3 * len);
		out->len += percent_encode(out->bytes + out->len, value, len);
		break;
	case PLACE_JSON:
		add_json(out, value, len);
		break;
	default:
		buffer_add(out, value, len);
	}
}

/* Two 64-bit numbers for a placeholder: of its place in the template and the request's number. */
static uint64_t bits(const struct part *part, uint64_t key, uint64_t seq, unsigned which)
{
	return rng_at(rng_at(key, 2 * part->number + which), seq);
}

void template_render(const struct template *t, const struct moment *m, struct buffer *out)
{
	uint64_t key = t->random ? rng_at(rng_key(m->seed, "template"), t->salt) : 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct part *part = &t->part[i];
		uint64_t random;
		const char *value;
		size_t len;

		switch (part->kind) {
		case KIND_TEXT:
			buffer_add(out, t->text.bytes + part->at, part->len);
			break;
		case KIND_SEQ:
			buffer_add_number(out, m->seq);
			break;
		case KIND_RAND:
			random = bits(part, key, m->seq, 0);
			random = (uint64_t)part->from + (part->span ? rng_reduce(random, part->span) : random);
			if ((int64_t)random < 0) {
				buffer_add(out, "-", 1);
				random = 0 - random;
			}
			buffer_add_number(out, random);
			break;
		case KIND_UUID:
			add_uuid(out, bits(part, key, m->seq, 0), bits(part, key, m->seq, 1));
			break;
		case KIND_FIELD:
			value = feed_value(m->feed, m->seq, part->column, &len);
			add_field(out, t->place, value, len);
			break;
		}
	}
}
