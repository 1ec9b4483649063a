/* The parsers of quantities, the printing of any double, and the redaction of arguments. */
#include "harness.h"

#include <math.h>

#include "redact.h"
#include "units.h"

static void check_parsers(const char *text)
{
	enum unit unit;
	enum better better;
	double value, scale;
	int64_t integer;
	bool dimensionless;

	if (unit_parse(text, &unit, &scale) == 0)
		MUST(unit < UNIT_COUNT && scale > 0);
	if (better_parse(text, &better) == 0)
		MUST(strcmp(better_name(better), text) == 0);
	if (quantity_parse(text, &unit, &value, &dimensionless) == 0)
		MUST(unit < UNIT_COUNT && isfinite(value) && (unit == UNIT_ONE || !dimensionless));
	if (duration_parse(text, &integer) == 0)
		MUST(integer >= 0);
	if (size_parse(text, &integer) == 0)
		MUST(integer >= 0);
	if (count_parse(text, &integer) == 0)
		MUST(integer >= 0);
	if (share_parse(text, &value) == 0)
		MUST(isfinite(value));
	if (number_parse(text, &value) == 0)
		MUST(isfinite(value) && quantity_parse(text, &unit, &scale, NULL) == 0 && scale == value);
}

static void check_format(const uint8_t *data, size_t size)
{
	char text[UNIT_TEXT_MAX];
	double value;

	if (size < sizeof value)
		return;
	memcpy(&value, data, sizeof value);
	for (int unit = 0; unit < UNIT_COUNT; unit++) {
		memset(text, 'x', sizeof text);
		unit_format(text, (enum unit)unit, value);
		MUST(memchr(text, '\0', sizeof text));
	}
}

static void check_redact(const char *text)
{
	const char *rest = strchr(text, '\n');
	char *before = rest ? strndup(text, (size_t)(rest - text)) : NULL;
	char *out = redact_argument(before, rest ? rest + 1 : text);

	MUST(out);
	char *again = redact_argument(before, out);
	MUST(again);
	free(again);
	free(out);
	free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_parsers(text);
	check_format(data, size);
	check_redact(text);
	free(text);
	return 0;
}
