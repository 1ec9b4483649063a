#include "fields.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"

bool is_token(const char *text, size_t len)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      (c && strchr(others, c))))
			return false;
	}
	return len > 0;
}

static int fail(const char **why, const char *expected)
{
	*why = expected;
	return -1;
}

/* What the framing of messages rests on is made, not given. */
static int check_name(const char *name, size_t len, const char **why)
{
	static const char *const made[] = {"Content-Length", "Transfer-Encoding"};

	if (!is_token(name, len))
		return fail(why, "a header's name (letters, digits and -) before ':'");
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		if (strlen(made[i]) == len && strncasecmp(name, made[i], len) == 0)
			return fail(why, "no Content-Length or Transfer-Encoding, which follow from the body");
	}
	return 0;
}

static int check_value(const char *name, size_t name_len, const char *value, size_t len, const char **why)
{
	bool host = name_len == 4 && strncasecmp(name, "host", 4) == 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return fail(why, "no line breaks or other control bytes in a header's value");
		if (host && (c <= ' ' || c == '{'))
			return fail(why, "no blanks and no placeholders in Host");
	}
	return 0;
}

static void append(struct fields *fields, const char *name, size_t name_len, const char *value, size_t len)
{
	struct field field = {.name = x_malloc(name_len + 1)};

	memcpy(field.name, name, name_len);
	field.name[name_len] = '\0';
	if (value) {
		field.value = x_malloc(len + 1);
		memcpy(field.value, value, len);
		field.value[len] = '\0';
	}
	fields->field = x_reallocarray(fields->field, fields->n + 1, sizeof *fields->field);
	fields->field[fields->n++] = field;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* value NULL: none. Blanks around it are not part of it. */
static int add(struct fields *fields, const char *name, size_t name_len, const char *value, const char **why)
{
	size_t len = value ? strlen(value) : 0;

	while (len > 0 && is_blank(*value)) {
		value++;
		len--;
	}
	while (len > 0 && is_blank(value[len - 1]))
		len--;
	if (check_name(name, name_len, why) != 0 || check_value(name, name_len, value, len, why) != 0)
		return -1;
	append(fields, name, name_len, value, len);
	return 0;
}

int fields_add(struct fields *fields, const char *text, const char **why)
{
	size_t name = strcspn(text, ":;");
	const char *value = text + name + 1;

	if (text[name] == ';' && !text[name + 1])
		return add(fields, text, name, "", why);
	if (text[name] != ':')
		return fail(why, "a header such as 'Name: value'");
	while (is_blank(*value))
		value++;
	return add(fields, text, name, *value ? value : NULL, why);
}

int fields_set(struct fields *fields, const char *name, const char *value, const char **why)
{
	return add(fields, name, strlen(name), value, why);
}

void fields_put(struct fields *fields, const char *name, const char *value)
{
	append(fields, name, strlen(name), value, value ? strlen(value) : 0);
}

const struct field *fields_find(const struct fields *fields, const char *name)
{
	for (size_t i = fields->n; i > 0; i--) {
		if (strcasecmp(fields->field[i - 1].name, name) == 0)
			return &fields->field[i - 1];
	}
	return NULL;
}

void fields_free(struct fields *fields)
{
	for (size_t i = 0; i < fields->n; i++) {
		free(fields->field[i].name);
		free(fields->field[i].value);
	}
	free(fields->field);
	*fields = (struct fields){0};
}

char *basic_credentials(const char *user)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(user);
	char *text = x_malloc(6 + (len + 2) / 3 * 4 + 1), *o = text;

	memcpy(o, "Basic ", 6);
	o += 6;
	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (i + j < len ? (unsigned char)user[i + j] : 0);
		for (int j = 0; j < 4; j++)
			*o++ = (size_t)j <= len - i ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
	}
	*o = '\0';
	return text;
}
