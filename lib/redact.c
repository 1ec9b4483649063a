#include "redact.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memstream.h"

#define DEPTH_MAX 4       /* sh -c "sh -c '...'" */
#define LONG_USER_NAME 20 /* https://<token>@host: what is this long is a token, not a name */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define BLANKS " \t\r\n"

static const char hidden[] = "***";

/* Options whose next argument, or what stands behind '=', is secret. A trailing '*' matches any ending. */
static const char *const secret_options[] = {"--user",      "--proxy-user", "--pass*", "--token*",        "--secret*",
					     "--key-pass*", "--api-key*",   "--auth*", "--oauth2-bearer", "--cookie"};
static const char *const secret_headers[] = {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth"};
static const char *const secret_endings[] = {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "_PWD",
					     "KEY"};

/* Flags of http-load and curl that may stand before another option's letter, as in -ku. */
static const char flags[] = "kLsSfivgGIN";

/* An option by its letters, and by its long names, each from its shortest abbreviation on. */
struct option_names {
	const char *letters;
	const char *shortest[2], *full[2];
};

static const struct option_names user_option = {"uU", {"--us", "--proxy-u"}, {"--user", "--proxy-user"}};
static const struct option_names header_option = {"H", {"--he", "--proxy-h"}, {"--header", "--proxy-header"}};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static char *redact(const char *before, const char *argument, int depth);

static bool abbreviates(const char *text, size_t len, const char *shortest, const char *full)
{
	return len >= strlen(shortest) && len <= strlen(full) && strncmp(text, full, len) == 0;
}

static bool is_secret_option(const char *text, size_t len)
{
	for (size_t i = 0; i < COUNT(secret_options); i++) {
		const char *option = secret_options[i];
		size_t n = strlen(option);
		if (option[n - 1] == '*' ? len >= n - 1 && strncmp(text, option, n - 1) == 0
					 : len == n && strncmp(text, option, n) == 0)
			return true;
	}
	return abbreviates(text, len, "--key-", "--key-password");
}

/* What stands in the argument behind the option: "" where that is the next one; NULL if it is not the option. */
static const char *value_of(const struct option_names *option, const char *argument)
{
	size_t len = strcspn(argument, "=");

	for (size_t i = 0; i < COUNT(option->full); i++) {
		if (abbreviates(argument, len, option->shortest[i], option->full[i]))
			return argument + len + (argument[len] == '=');
	}
	if (*argument != '-')
		return NULL;
	argument += 1 + strspn(argument + 1, flags);
	return *argument && strchr(option->letters, *argument) ? argument + 1 : NULL;
}

/* The option's value, where it is the argument, or in it; or NULL. */
static const char *operand(const struct option_names *option, const char *before, const char *argument)
{
	const char *value = value_of(option, argument);

	if (value && *value)
		return value;
	value = before ? value_of(option, before) : NULL;
	return value && !*value ? argument : NULL;
}

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t name_length(const char *text)
{
	size_t len = 0;

	while (in_name(text[len]))
		len++;
	return len;
}

/* Does the name that ends at end, and starts no earlier than text, sound secret? */
static bool is_secret_name(const char *text, const char *end)
{
	const char *start = end;

	while (start > text && in_name(start[-1]))
		start--;
	for (size_t i = 0; i < COUNT(secret_endings); i++) {
		size_t n = strlen(secret_endings[i]);
		if ((size_t)(end - start) >= n && strncasecmp(end - n, secret_endings[i], n) == 0)
			return true;
	}
	return false;
}

/* The start of the value in NAME=value where NAME sounds secret, or NULL. */
static const char *assigned_value(const char *text)
{
	size_t len = name_length(text);

	return text[len] == '=' && is_secret_name(text, text + len) ? text + len + 1 : NULL;
}

/* Can "name:value", which no option says is a header, be none? An image's tag, a cast in SQL, a prompt. */
static bool is_no_header(const char *name, const char *colon)
{
	size_t len = (size_t)(colon - name);
	bool joined = !memchr(name, '-', len) && !memchr(name, '_', len);

	return !colon[1] || colon[1] == ':' ||
	       (joined && !strchr(BLANKS, colon[1]) && strncasecmp(colon - 3, "key", 3) == 0);
}

/* The start of a secret header's value in "Name: value", or NULL. */
static const char *header_value(const char *text, bool is_header)
{
	const char *name = text + strspn(text, BLANKS);
	const char *end = name + name_length(name);
	const char *colon = end + strspn(end, BLANKS);

	if (end == name || *colon != ':')
		return NULL;
	for (size_t i = 0; i < COUNT(secret_headers); i++) {
		size_t len = strlen(secret_headers[i]);
		if ((size_t)(end - name) == len && strncasecmp(name, secret_headers[i], len) == 0)
			return colon + 1;
	}
	if (!is_secret_name(name, end) || (!is_header && (end < colon || is_no_header(name, colon))))
		return NULL;
	return colon + 1;
}

/* The length of "name://", 0 where there is no scheme. */
static size_t scheme_length(const char *text)
{
	size_t n = strspn(text, LETTERS DIGITS "+-.");

	return strncmp(text + n, "://", 3) == 0 ? n + 3 : 0;
}

/* What to hide of user:password, where that is what stands behind -u; or NULL. A user without is a token. */
static const char *password_of(const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon || scheme_length(text) > 0)
		return NULL;
	return colon[1] && colon - text < LONG_USER_NAME ? colon + 1 : text;
}

/* Where the secret begins that reaches to the argument's end, or NULL. */
static const char *secret_tail(const char *before, const char *argument)
{
	const char *equals = strchr(argument, '='), *value;

	if (before && !strchr(before, '=') && is_secret_option(before, strlen(before)) &&
	    strncmp(argument, "--", 2) != 0)
		return argument;
	if (argument[0] == '-' && equals && is_secret_option(argument, (size_t)(equals - argument)))
		return equals + 1;
	if ((value = operand(&user_option, before, argument)) && (value = password_of(value)))
		return value;
	if ((value = operand(&header_option, before, argument)) && (value = header_value(value, true)))
		return value;
	value = header_value(argument, false);
	return value ? value : assigned_value(argument);
}

/* What to hide of the authority that text, up to one of ends, begins with: from there to *at; or NULL. */
static const char *login_of(const char *text, const char *ends, const char **at)
{
	const char *colon, *name_end;

	*at = memrchr(text, '@', strcspn(text, ends));
	if (!*at)
		return NULL;
	colon = memchr(text, ':', (size_t)(*at - text));
	name_end = colon ? colon : *at;
	if (name_end - text >= LONG_USER_NAME || (colon && colon + 1 == *at))
		return text;
	return colon ? colon + 1 : NULL;
}

/* Is it user:password@host or token@host, though there is no scheme? git@host:path is not, nor image:tag@sha256:… */
static bool is_login(const char *text, const char *ends)
{
	size_t len = strcspn(text, ends), name = strspn(text, LETTERS DIGITS "._%+~-$@!\\");
	const char *at = memrchr(text, '@', len);

	if (!at || at + 1 == text + len || strncmp(at, "@sha256:", 8) == 0)
		return false;
	if (text[name] == ':')
		return text + name < at;
	name = strspn(text, LETTERS DIGITS "_-");
	return text + name == at && name >= LONG_USER_NAME && strcspn(text, DIGITS) < name;
}

/* The same of a whole argument: URL, --option=URL, NAME=URL, where the URL may be without its scheme. */
static const char *leading_login(const char *text, const char **at)
{
	static const char ends[] = "/?#" BLANKS;
	size_t n;

	while (n = name_length(text), text[n] == '=') {
		if (is_secret_name(text, text + n))
			return NULL;
		text += n + 1;
	}
	n = scheme_length(text);
	return n > 0 || is_login(text, ends) ? login_of(text + n, ends, at) : NULL;
}

/* Behind the closing quote of a member's name: its value; or NULL. */
static const char *member_value(const char *quote)
{
	const char *colon = quote + 1 + strspn(quote + 1, BLANKS);

	return *colon == ':' ? colon + 1 + strspn(colon + 1, BLANKS) : NULL;
}

static const char *string_end(const char *quote)
{
	const char *p = quote + 1;

	while (*p && *p != '"')
		p += *p == '\\' && p[1] ? 2 : 1;
	return p;
}

/* Where a member's value ends, whatever it is. */
static const char *value_end(const char *p)
{
	int depth = 0;

	for (; *p; p++) {
		if (*p == '"')
			p = string_end(p);
		else if (depth == 0 && strchr(",}]" BLANKS, *p))
			break;
		else if (strchr("{[", *p))
			depth++;
		else if (strchr("}]", *p))
			depth--;
		if (!*p)
			break;
	}
	return p;
}

/* Is it, or what is behind -b or --body=, a JSON object or an array of them? */
static bool is_json(const char *text)
{
	const char *p = text + strspn(text, BLANKS);

	p += strcspn(p, "[{'\";|&<>()\\" BLANKS);
	const char *quote = p + strspn(p, "[{" BLANKS);
	if (!memchr(p, '{', (size_t)(quote - p)) || *quote != '"')
		return false;
	quote = string_end(quote);
	return *quote && member_value(quote);
}

/* Write text without the passwords in its URLs and the values of its secret names. */
static void write_clean(FILE *out, const char *text)
{
	const char *from, *at, *value;

	for (const char *p = text; *p;) {
		if (strncmp(p, "://", 3) == 0) {
			from = login_of(p + 3, "/?#\"'" BLANKS, &at);
			fwrite(p, 1, from ? (size_t)(from - p) : 3, out);
			fputs(from ? hidden : "", out);
			p = from ? at : p + 3;
		} else if (*p == '"' && is_secret_name(text, p) && (value = member_value(p))) {
			fwrite(p, 1, (size_t)(value - p), out);
			fprintf(out, "\"%s\"", hidden);
			p = value_end(value);
		} else {
			putc(*p, out);
			if (*p++ == '=' && is_secret_name(text, p - 1)) {
				fputs(hidden, out);
				p += strcspn(p, "&\"'" BLANKS);
			}
		}
	}
}

/* Take the shell's next word from *text; plain gets it without its quotes. The first quote, or NUL. */
static char take_word(const char **text, char *plain)
{
	const char *p = *text;
	char first = '\0', quote = '\0';

	for (; *p && (quote || !strchr(" \t\n;|&()<>", *p)); p++) {
		if (*p == quote) {
			quote = '\0';
		} else if (!quote && (*p == '\'' || *p == '"')) {
			quote = *p;
			first = first ? first : quote;
		} else {
			if (*p == '\\' && p[1] && (!quote || (quote == '"' && strchr("\"\\$`", p[1]))))
				p++;
			*plain++ = *p;
		}
	}
	*plain = '\0';
	*text = p;
	return first;
}

/* Write a shell command, each word that holds a secret without it. -1 with ENOMEM. */
static int write_command(FILE *out, const char *text, int depth)
{
	char *word = malloc(strlen(text) + 1), *before = NULL;
	int result = word ? 0 : -1;

	while (result == 0 && *text) {
		if (strchr(" \t\n;|&()<>", *text)) {
			putc(*text++, out);
			continue;
		}
		const char *start = text;
		char quote = take_word(&text, word);
		char *clean = redact(before, word, depth - 1);
		if (!clean)
			result = -1;
		else if (strcmp(clean, word) == 0)
			fwrite(start, 1, (size_t)(text - start), out);
		else if (quote)
			fprintf(out, "%c%s%c", quote, clean, quote);
		else
			fputs(clean, out);
		free(clean);
		free(before);
		before = strdup(word);
		if (!before)
			result = -1;
	}
	free(before);
	free(word);
	return result;
}

static char *redact(const char *before, const char *argument, int depth)
{
	const char *tail = secret_tail(before, argument), *from, *at;
	bool json = is_json(argument);
	char *text = NULL;
	size_t size;
	FILE *out = memstream_open(&text, &size);
	int result = 0;

	if (!out)
		return NULL;
	if (!tail && !json && (from = leading_login(argument, &at))) {
		fprintf(out, "%.*s%s", (int)(from - argument), argument, hidden);
		argument = at;
	}
	if (tail)
		fprintf(out, "%.*s%s", (int)(tail - argument), argument, hidden);
	else if (!json && depth > 0 && strpbrk(argument, " \t\n'\";|&<>()\\"))
		result = write_command(out, argument, depth);
	else
		write_clean(out, argument);
	if (ferror(out))
		result = -1;
	if (fclose(out) != 0 || result != 0) {
		free(text);
		return NULL;
	}
	return text;
}

char *redact_argument(const char *before, const char *argument)
{
	return redact(before, argument, DEPTH_MAX);
}
