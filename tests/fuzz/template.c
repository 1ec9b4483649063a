/* Templates: their parser, and what they are filled in with in each place. */
#include "harness.h"

#include "lines.h"

#include "../../cmd/http-load/feed.h"
#include "../../cmd/http-load/template.h"

static size_t controls(const char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (unsigned char)bytes[i] < 0x20;
	return n;
}

static void check(enum template_place place, const char *text, size_t len, const struct feed *feed)
{
	char *why = NULL;
	struct template *t = template_compile_for(place, text, len, feed, 1, &why);
	struct buffer first = {0}, second = {0};

	if (!t) {
		MUST(why && strncmp(why, "{{", 2) == 0 && strstr(why, ": expected ") && strlen(why) < 400);
		free(why);
		return;
	}
	for (uint64_t seq = 0; seq < 4; seq++) {
		struct moment m = {.seed = 7, .seq = seq, .feed = feed};

		second.len = 0;
		template_render(t, &m, &second);
		/* values have line breaks only where they may */
		if (place != PLACE_BODY)
			MUST(controls(second.bytes, second.len) <= controls(text, len));
		if (template_constant(t) && seq > 0)
			MUST(first.len == second.len && (!first.len || memcmp(first.bytes, second.bytes, first.len) == 0));
		first.len = 0;
		template_render(t, &m, &first);
		MUST(first.len == second.len && (!first.len || memcmp(first.bytes, second.bytes, first.len) == 0));
	}
	if (template_constant(t)) {
		MUST(!template_has_fields(t));
		if (!memmem(text, len, "{{", 2))
			MUST(first.len == len && (!len || memcmp(first.bytes, text, len) == 0));
	}
	buffer_free(&first);
	buffer_free(&second);
	template_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char rows[] = "{\"a\":\"x\\r\\ny\\u0001\\\"\\\\%41%\",\"b\":\"plain \xc3\xa9\",\"\":0}\n{\"b\":null}\n";
	static struct feed *feed;
	char *why = NULL;

	if (!feed) {
		struct lines *lines = lines_open_memory(rows, sizeof rows - 1, FEED_LINE_MAX);
		feed = feed_read_lines(lines, "rows", &why);
		MUST(feed);
		lines_close(lines);
	}
	for (int place = PLACE_BODY; place <= PLACE_HEADER; place++) {
		check((enum template_place)place, (const char *)data, size, feed);
		check((enum template_place)place, (const char *)data, size, NULL);
	}
	return 0;
}
