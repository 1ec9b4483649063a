#include "redact.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 4       /* sh -c "sh -c '...'" */
#define LONG_USER_NAME 20 /* https://<token>@host: what is this long is a token, not a name */

static const char hidden[] = "***";

/* Options whose next argument, or what stands behind '=', is secret. A trailing '*' matches any ending. */
static const char *const secret_options[] = {"--user",      "--proxy-user", "--pass*", "--token*",        "--secret*",
					     "--key-pass*", "--api-key*",   "--auth*", "--oauth2-bearer", "--cookie"};
static const char *const secret_headers[] = {"authorization", "proxy-authorization", "cookie", "set-cookie",
					     "x-api-key"};
static const char *const secret_endings[] = {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "_PWD",
					     "KEY"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static char *redact(const char *before, const char *argument, int depth);

static bool is_secret_option(const char *text, size_t len)
{
	for (size_t i = 0; i < COUNT(secret_options); i++) {
		const char *option = secret_options[i];
		size_t n = strlen(option);
		if (option[n - 1] == '*' ? len >= n - 1 && strncmp(text, option, n - 1) == 0
					 : len == n && strncmp(text, option, n) == 0)
			return true;
	}
	return false;
}

/* The start of a secret header's value in "Name: value", or NULL. */
static const char *header_value(const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon || colon == text)
		return NULL;
	size_t len = (size_t)(colon - text);
	for (size_t i = 0; i < COUNT(secret_headers); i++) {
		if (len == strlen(secret_headers[i]) && strncasecmp(text, secret_headers[i], len) == 0)
			return colon + 1;
	}
	if (len > 7 && strncasecmp(text, "x-", 2) == 0 && strncasecmp(colon - 5, "token", 5) == 0)
		return colon + 1;
	return NULL;
}

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
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
	size_t len = 0;

	while (in_name(text[len]))
		len++;
	return text[len] == '=' && is_secret_name(text, text + len) ? text + len + 1 : NULL;
}

/* "user:password", where that is what stands behind -u, from the password on; or NULL. */
static const char *password_of(const char *text)
{
	const char *colon = strchr(text, ':');

	return colon && !strstr(text, "://") ? colon + 1 : NULL;
}

/* Where the secret begins that reaches to the argument's end, or NULL. */
static const char *secret_tail(const char *before, const char *argument)
{
	const char *equals = strchr(argument, '='), *value;

	if (before && !strchr(before, '=') && is_secret_option(before, strlen(before)) &&
	    strncmp(argument, "--", 2) != 0)
		return argument;
	if (before && (strcmp(before, "-u") == 0 || strcmp(before, "-U") == 0) && (value = password_of(argument)))
		return value;
	if (strncasecmp(argument, "-u", 2) == 0 && (value = password_of(argument + 2)))
		return value;
	if (argument[0] == '-' && equals && is_secret_option(argument, (size_t)(equals - argument)))
		return equals + 1;
	if (strncmp(argument, "-H", 2) == 0 && (value = header_value(argument + 2)))
		return value;
	if (strncmp(argument, "--header=", 9) == 0 && (value = header_value(argument + 9)))
		return value;
	value = header_value(argument);
	return value ? value : assigned_value(argument);
}

/* Write the authority that follows "://"; returns where it left off, before the '@' if there is one. */
static const char *write_authority(FILE *out, const char *text)
{
	const char *at = memrchr(text, '@', strcspn(text, "/?# \t\n\"'"));
	const char *colon = at ? memchr(text, ':', (size_t)(at - text)) : NULL;
	const char *kept = colon ? colon + 1 : at && at - text >= LONG_USER_NAME ? text : NULL;

	if (!kept)
		return text;
	fwrite(text, 1, (size_t)(kept - text), out);
	fputs(hidden, out);
	return at;
}

/* Write text without the passwords in its URLs and the values of its secret names. */
static void write_clean(FILE *out, const char *text)
{
	for (const char *p = text; *p;) {
		if (strncmp(p, "://", 3) == 0) {
			fputs("://", out);
			p = write_authority(out, p + 3);
			continue;
		}
		putc(*p, out);
		if (*p++ == '=' && is_secret_name(text, p - 1)) {
			fputs(hidden, out);
			p += strcspn(p, "& \t\n\"'");
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
	const char *tail = secret_tail(before, argument);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int result = 0;

	if (!out)
		return NULL;
	if (tail)
		fprintf(out, "%.*s%s", (int)(tail - argument), argument, hidden);
	else if (depth > 0 && strpbrk(argument, " \t\n'\";|&<>()\\"))
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
