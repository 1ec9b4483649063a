#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "request.h"
#include "template.h"

#define NAME_MAX_BYTES 200
#define MADE_MAX_BYTES 120 /* of a name made of a path */

bool request_name_good(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c <= ' ' || c == 0x7f || c == '{' || c == '}')
			return false;
	}
	return len >= 1 && len <= NAME_MAX_BYTES;
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("-._~:/@%+,=!$&*;", c));
}

/* ":id" for "{{field id}}", ":seq" for "{{seq}}". */
static void add_placeholder(struct buffer *out, const char *text, size_t len)
{
	const char *p = text + 2, *end = text + len - 2, *word_end;

	p += strspn(p, " \t");
	word_end = p + strcspn(p, " \t}");
	if (word_end - p == 5 && strncmp(p, "field", 5) == 0) {
		p = word_end + strspn(word_end, " \t");
		word_end = end;
	}
	buffer_add(out, ":", 1);
	for (; p < word_end; p++)
		buffer_add(out, is_plain(*p) ? p : "_", 1);
}

char *request_name(const char *method, const char *path)
{
	struct buffer out = {0};
	size_t start, left;

	for (const char *p = method; p && strcmp(method, "GET") != 0 && *p; p++) {
		char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
		buffer_add(&out, is_plain(c) ? &c : "_", 1);
	}
	if (out.len)
		buffer_add(&out, "/", 1);
	start = out.len;
	path += strspn(path, "/");
	left = strlen(path);
	while (left > 0 && *path != '?' && out.len < MADE_MAX_BYTES) {
		size_t n = template_braces(path, left);

		if (n > 4)
			add_placeholder(&out, path, n);
		else
			buffer_add(&out, is_plain(*path) ? path : "_", 1);
		n = n ? n : 1;
		path += n;
		left -= n;
	}
	if (out.len > MADE_MAX_BYTES)
		out.len = MADE_MAX_BYTES;
	while (out.len > start && out.bytes[out.len - 1] == '/')
		out.len--;
	if (out.len == start)
		buffer_add(&out, "root", 4);
	buffer_add(&out, "", 1);
	return out.bytes;
}
