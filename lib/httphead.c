#include "httphead.h"

#include <endian.h>
#include <string.h>

#include "octet.h"

#define START "HTTP/1."
#define START_LEN (sizeof(START) - 1)

/* A field's value, with what was folded in it: there LF, and CR before it, stand for space. */
struct value {
	const char *at, *end;
};

struct codings { /* of all Transfer-Encoding fields */
	bool present, malformed;
	bool last_chunked;
	unsigned chunked; /* times */
};

struct reading {
	struct head *head;
	struct codings codings;
	const char *length_fault;
	bool close, keep_alive;
};

bool head_possible(const char *bytes, size_t len)
{
	return memcmp(bytes, START, len < START_LEN ? len : START_LEN) == 0;
}

size_t head_end(const char *bytes, size_t len, size_t from)
{
	const char *at = bytes + (from > 2 ? from - 2 : 0), *end = bytes + len;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		if (at < end && *at == '\n')
			return (size_t)(at - bytes) + 1;
		if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
			return (size_t)(at - bytes) + 2;
	}
	return 0;
}

static bool is_space(char c)
{
	return octet_is_space(c) || c == '\r' || c == '\n';
}

static void skip_space(struct value *v)
{
	while (v->at < v->end && is_space(*v->at))
		v->at++;
}

/* Whether bytes are the word, which is in small letters. */
static bool is_word(const char *bytes, size_t len, const char *word)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (!word[i] || c != word[i])
			return false;
	}
	return !word[len];
}

/* The next element of a list; empty ones are passed over (RFC 9110, 5.6.1). */
static bool next_element(struct value *list, struct value *element)
{
	while (list->at < list->end && (is_space(*list->at) || *list->at == ','))
		list->at++;
	if (list->at == list->end)
		return false;
	element->at = list->at;
	while (list->at < list->end && *list->at != ',')
		list->at++;
	for (element->end = list->at; is_space(element->end[-1]); element->end--)
		;
	return true;
}

static void read_length(struct reading *r, struct value value)
{
	struct value element;
	bool any = false;

	while (next_element(&value, &element)) {
		uint64_t length = 0;

		any = true;
		for (; element.at < element.end; element.at++) {
			unsigned digit = (unsigned)(*element.at - '0');

			if (digit > 9) {
				r->length_fault = "Content-Length is no number";
				return;
			}
			if (length > ((uint64_t)INT64_MAX - digit) / 10) {
				r->length_fault = "Content-Length is too large";
				return;
			}
			length = length * 10 + digit;
		}
		if (r->head->has_length && r->head->length != length) {
			r->length_fault = "Content-Lengths differ";
			return;
		}
		r->head->has_length = true;
		r->head->length = length;
	}
	if (!any)
		r->length_fault = "Content-Length is no number";
}

static size_t skip_token(struct value *v)
{
	const char *from = v->at;

	while (v->at < v->end && octet_is(*v->at, OCTET_TOKEN))
		v->at++;
	return (size_t)(v->at - from);
}

static bool skip_quoted(struct value *v)
{
	for (v->at++; v->at < v->end; v->at++) {
		if (*v->at == '"') {
			v->at++;
			return true;
		}
		if (*v->at == '\\' && ++v->at == v->end)
			return false;
	}
	return false;
}

/* *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) ), and the space behind it. How many, or -1. */
static int skip_parameters(struct value *v)
{
	int n = 0;

	for (skip_space(v); v->at < v->end && *v->at == ';'; skip_space(v), n++) {
		v->at++;
		skip_space(v);
		if (!skip_token(v))
			return -1;
		skip_space(v);
		if (v->at == v->end || *v->at != '=')
			return -1;
		v->at++;
		skip_space(v);
		if (v->at < v->end && *v->at == '"' ? !skip_quoted(v) : !skip_token(v))
			return -1;
	}
	return n;
}

static void read_codings(struct codings *c, struct value value)
{
	c->present = true;
	for (;;) {
		const char *name;
		size_t len;
		int parameters;

		while (value.at < value.end && (is_space(*value.at) || *value.at == ','))
			value.at++;
		if (value.at == value.end)
			return;
		name = value.at;
		len = skip_token(&value);
		parameters = skip_parameters(&value);
		c->last_chunked = is_word(name, len, "chunked");
		c->chunked += c->last_chunked;
		if (!len || parameters < 0 || (value.at < value.end && *value.at != ',') ||
		    (c->last_chunked && parameters > 0)) {
			c->malformed = true;
			return;
		}
	}
}

static void read_connection(struct reading *r, struct value value)
{
	struct value option;

	while (next_element(&value, &option)) {
		size_t len = (size_t)(option.end - option.at);

		if (is_word(option.at, len, "close"))
			r->close = true;
		else if (is_word(option.at, len, "keep-alive"))
			r->keep_alive = true;
	}
}

static void read_field(struct reading *r, const char *name, size_t len, struct value value)
{
	switch (len) {
	case 10:
		if (is_word(name, len, "connection"))
			read_connection(r, value);
		break;
	case 11:
		if (is_word(name, len, "x-benchpipe")) {
			skip_space(&value);
			while (value.end > value.at && is_space(value.end[-1]))
				value.end--;
			r->head->mock |= is_word(value.at, (size_t)(value.end - value.at), "mock");
		}
		break;
	case 14:
		if (is_word(name, len, "content-length"))
			read_length(r, value);
		break;
	case 17:
		if (is_word(name, len, "transfer-encoding"))
			read_codings(&r->codings, value);
		break;
	}
}

/* The first octet that is not of a value's text. */
static const char *text_end(const char *at, const char *end)
{
	const uint64_t each = UINT64_MAX / 255, high = each * 0x80;

	while (end - at >= 8) {
		uint64_t eight, no_del, found;

		/* Any below 0x20, or 0x7f? The lowest that is marked is one, though it may be HTAB. */
		memcpy(&eight, at, 8);
		eight = le64toh(eight);
		no_del = eight ^ each * 0x7f;
		found = (((eight - each * 0x20) & ~eight) | ((no_del - each) & ~no_del)) & high;
		if (!found) {
			at += 8;
			continue;
		}
		at += __builtin_ctzll(found) / 8;
		if (*at != '\t')
			return at;
		at++;
	}
	while (at < end && octet_is(*at, OCTET_TEXT))
		at++;
	return at;
}

/* Over the end of a line of text. NULL: it is none. */
static const char *skip_line_end(const char *at, const char *end)
{
	if (at < end && *at == '\r')
		at++;
	return at < end && *at == '\n' ? at + 1 : NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* HTTP-version, whose beginning has been looked at, SP status-code [ SP [ reason-phrase ] ]: the last SP is due even
 * without a reason, but a recipient may do without it. */
static const char *read_status_line(struct head *head, const char *at, const char *end)
{
	if (end - at < 14) /* "HTTP/1.1 200" and two LF */
		return NULL;
	at += START_LEN;
	if (!is_digit(at[0]) || at[1] != ' ' || !is_digit(at[2]) || !is_digit(at[3]) || !is_digit(at[4]))
		return NULL;
	head->minor = at[0] - '0';
	head->status = (at[2] - '0') * 100 + (at[3] - '0') * 10 + (at[4] - '0');
	at += 5;
	if (*at == ' ')
		at = text_end(at, end);
	return skip_line_end(at, end);
}

/* What the fields together say of the connection and of the body's end (RFC 9112, 6.3 and 9.3). */
static void conclude(struct reading *r)
{
	struct head *head = r->head;
	const struct codings *c = &r->codings;

	head->keep_alive = !r->close && (head->minor > 0 || r->keep_alive);
	head->chunked = c->last_chunked;
	head->other_coding = c->present && !c->last_chunked;
	head->suspect = c->present && (head->minor == 0 || head->has_length || r->length_fault);
	if (c->malformed)
		head->fault = "Transfer-Encoding cannot be read";
	else if (c->last_chunked && c->chunked > 1)
		head->fault = "Transfer-Encoding has chunked twice";
	else if (!c->present)
		head->fault = r->length_fault;
}

int head_parse(struct head *head, const char *bytes, size_t len, const char **why)
{
	const char *at = bytes, *end = bytes + len;
	struct reading r = {.head = head};

	*head = (struct head){0};
	if (!head_possible(bytes, len)) {
		*why = HEAD_IMPOSSIBLE;
		return -1;
	}
	at = read_status_line(head, at, end);
	if (!at) {
		*why = "the status line cannot be read";
		return -1;
	}
	while (at < end && *at != '\r' && *at != '\n') {
		const char *name = at;
		struct value value;
		size_t name_len;

		while (at < end && octet_is(*at, OCTET_TOKEN))
			at++;
		name_len = (size_t)(at - name);
		if (!name_len || at == end || *at != ':') {
			*why = name_len && at < end && (*at == '\r' || *at == '\n') ? "a line of the head has no colon"
										    : "a field's name is no token";
			return -1;
		}
		value.at = ++at;
		do {
			value.end = text_end(at, end);
			at = skip_line_end(value.end, end);
			if (!at) {
				*why = "a field's value has a control character";
				return -1;
			}
		} while (at < end && octet_is_space(*at));
		read_field(&r, name, name_len, value);
	}
	if (skip_line_end(at, end) != end) {
		*why = "a line of the head has a lone CR";
		return -1;
	}
	conclude(&r);
	return 0;
}
