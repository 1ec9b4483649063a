/* JSON and params: what one way of reading takes, the others take; canonical text is its own canonical text;
 * what is set is got. */
#include "harness.h"

#include "json.h"
#include "jsonout.h"
#include "params.h"

static void check_string(const char *text, size_t size)
{
	struct json_span span;
	struct json j;

	json_open(&j, text, size);
	if (json_string(&j, &span) != 0) {
		MUST(j.expected);
		return;
	}
	char *plain = malloc(span.len + 1), *quoted = malloc(6 * span.len + 8), *field = malloc(8);
	MUST(plain && quoted && field);
	int64_t len = json_unescape(&span, plain);
	MUST(len <= (int64_t)span.len);
	if (len >= 0) {
		MUST(json_is(&span, plain));
		MUST(json_copy(&span, field, 8) == 0 && strlen(field) < 8 && strncmp(field, plain, strlen(field)) == 0);
		size_t n = json_format_string(quoted, plain, (size_t)len);
		struct json_span again;
		json_open(&j, quoted, n);
		MUST(json_string(&j, &again) == 0 && json_done(&j) == 0);
		MUST(json_is(&again, plain));
	}
	free(field);
	free(quoted);
	free(plain);
}

static void check_number(const char *text, size_t size)
{
	char shown[JSON_NUMBER_MAX];
	struct json j;
	double value, back;
	int64_t integer;
	uint64_t count;

	json_open(&j, text, size);
	bool is_number = json_number(&j, &value) == 0;
	json_open(&j, text, size);
	bool is_integer = json_integer(&j, &integer) == 0;
	json_open(&j, text, size);
	bool is_count = json_count(&j, &count) == 0;
	MUST(is_number || (!is_integer && !is_count));
	if (is_integer)
		MUST((double)integer == value);
	if (is_count)
		MUST((double)count == value);
	if (!is_number)
		return;
	size_t n = json_format_number(shown, value);
	MUST(n < sizeof shown);
	json_open(&j, shown, n);
	MUST(json_number(&j, &back) == 0 && json_done(&j) == 0 && back == value);
}

/* Read out in a block of just the size that is promised to be enough; -1 or the length. */
static long canonical(const char *text, size_t size, char **out)
{
	size_t room = 6 * size + 16;
	struct json j;

	*out = malloc(room);
	MUST(*out);
	json_open(&j, text, size);
	long len = params_read(&j, *out, room);
	MUST(len >= 0 || (j.expected && strcmp(j.expected, "shorter params") != 0));
	MUST(len < (long)room);
	return len;
}

static void check_params(const char *text, size_t size)
{
	char *out, *again;
	long len = canonical(text, size, &out);

	if (len >= 0) {
		MUST(canonical(out, (size_t)len, &again) == len && strcmp(out, again) == 0);
		free(again);
		char *shown = params_text(out);
		MUST(shown);
		char *set = params_set(out, "key", shown);
		if (set) { /* or there were 64 */
			char *got = params_get(set, "key");
			MUST(got && strcmp(got, shown) == 0);
			free(got);
		}
		free(set);
		free(shown);
	}
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct json j;

	json_open(&j, text, size);
	if (json_skip(&j) != 0)
		MUST(j.expected);
	else
		MUST(j.at <= j.end);
	check_string(text, size);
	check_number(text, size);
	check_params(text, size);
	return 0;
}
