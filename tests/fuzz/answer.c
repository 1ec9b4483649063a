/* What helios-cli answers, and what it complains of: no text breaks anything; what is taken is what it has to be; what
 * is refused is told in words that can be printed. */
#include "harness.h"

#include "../../cmd/helios-time/answer.h"
#include "../../cmd/helios-time/said.h"
#include "utf8.h"

#define WANTED "blake3:cf4cc61da367be5ac7c6bab1e14e650305aece1419ca16055f865e6ce1c43018"
#define PLACE "/tmp/out"

static void check_printable(const char *text, size_t room)
{
	const char *end = text + strnlen(text, room);

	MUST(end < text + room);
	while (text < end) {
		unsigned char c = (unsigned char)*text;
		size_t n = c < 0x80 ? 1 : utf8_length(text, end);

		MUST(n && c >= ' ' && c != 0x7f && !(c == 0xc2 && (unsigned char)text[1] < 0xa0));
		text += n;
	}
}

static void check_why(int result, const char *why)
{
	MUST(result == 0 || result == -1);
	if (result == 0)
		return;
	MUST(*why);
	check_printable(why, RUN_WHY);
}

static void check_answers(const char *text, size_t len)
{
	char id[ID_MAX], again[ID_MAX + 64], other[ID_MAX], why[RUN_WHY];
	struct answer_diff diff;
	int object, result;

	object = answer_object(text, len, why);
	check_why(object, why);
	result = answer_snapshot(text, len, id, why);
	check_why(result, why);
	if (result == 0) {
		MUST(object == 0 && *id && *id != '-' && strlen(id) < ID_MAX);
		MUST(!strpbrk(id, " \t\r\n"));
		if (!strpbrk(id, "\"\\")) {
			int n = snprintf(again, sizeof again, "{\"snapshot_id\":\"%s\"}", id);

			MUST(answer_snapshot(again, (size_t)n, other, why) == 0 && strcmp(id, other) == 0);
		}
	}
	result = answer_restored(text, len, WANTED, why);
	check_why(result, why);
	MUST(result < 0 || object == 0);
	result = answer_materialized(text, len, WANTED, PLACE, why);
	check_why(result, why);
	MUST(result < 0 || object == 0);
	result = answer_diff(text, len, &diff, why);
	check_why(result, why);
	MUST(result < 0 || object == 0);
}

static void check_said(const char *text, size_t len)
{
	size_t piece = len ? (unsigned char)*text % 7 + 1 : 1;
	struct said whole = {.len = 0}, pieces = {.len = 0};
	const char *words;

	said_take(&whole, text, len);
	for (size_t at = 0; at < len; at += piece)
		said_take(&pieces, text + at, len - at < piece ? len - at : piece);
	words = said_words(&whole);
	MUST(strcmp(words, said_words(&pieces)) == 0);
	check_printable(words, SAID_MAX);
	(void)said_locked(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	MUST(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	check_answers(text, size);
	check_said(text, size);
	free(text);
	return 0;
}
