#include "fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "units.h"

#define SPREAD_MAX 10 /* of the logarithm: beyond, values have nothing in common */

/* The words after the colon: one duration, and the spread after a comma where there is room for one. */
static int parse_pair(const char *text, double *location, char **second)
{
	char *copy = strdup(text), *comma = copy ? strchr(copy, ',') : NULL;
	int64_t ns;
	int result = -1;

	if (!copy || !comma == !!second)
		goto out;
	if (comma)
		*comma = '\0';
	if (duration_parse(copy, &ns) < 0)
		goto out;
	*location = (double)ns;
	if (second)
		*second = strdup(comma + 1);
	result = second && !*second ? -1 : 0;
out:
	free(copy);
	return result;
}

static int parse_normal(struct fault *f, const char *text)
{
	char *second = NULL;
	int64_t ns;
	int result = parse_pair(text, &f->location, &second);

	if (result == 0 && (result = duration_parse(second, &ns)) == 0)
		f->spread = (double)ns;
	free(second);
	return result;
}

static int parse_lognormal(struct fault *f, const char *text)
{
	char *second = NULL;
	int result = parse_pair(text, &f->location, &second);

	if (result == 0 && (number_parse(second, &f->spread) < 0 || f->spread < 0 || f->spread > SPREAD_MAX))
		result = -1;
	free(second);
	return result;
}

int fault_parse_latency(struct fault *f, const char *text)
{
	static const struct {
		const char *name;
		enum fault_shape shape;
	} shapes[] = {
		{"constant:", FAULT_CONSTANT},
		{"normal:", FAULT_NORMAL},
		{"lognormal:", FAULT_LOGNORMAL},
		{"exponential:", FAULT_EXPONENTIAL},
	};
	struct fault parsed = *f;
	int result;

	parsed.shape = FAULT_CONSTANT;
	parsed.spread = 0;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		size_t len = strlen(shapes[i].name);

		if (strncmp(text, shapes[i].name, len) == 0) {
			parsed.shape = shapes[i].shape;
			text += len;
			break;
		}
	}
	if (parsed.shape == FAULT_NORMAL)
		result = parse_normal(&parsed, text);
	else if (parsed.shape == FAULT_LOGNORMAL)
		result = parse_lognormal(&parsed, text);
	else
		result = parse_pair(text, &parsed.location, NULL);
	if (result == 0)
		*f = parsed;
	return result;
}

int fault_parse_stall(struct fault *f, const char *text)
{
	char *copy = strdup(text), *at = copy ? strchr(copy, '@') : NULL;
	int64_t stall, every;
	int result = -1;

	if (at) {
		*at = '\0';
		if (duration_parse(copy, &stall) == 0 && duration_parse(at + 1, &every) == 0 && stall > 0 && stall < every) {
			f->stall = stall;
			f->every = every;
			result = 0;
		}
	}
	free(copy);
	return result;
}

int64_t fault_latency(const struct fault *f, uint64_t n)
{
	struct rng rng;
	double ns = f->location;

	if (f->shape == FAULT_NONE)
		return 0;
	if (f->shape != FAULT_CONSTANT)
		rng_seed_at(&rng, rng_key(f->seed, "latency"), n);
	if (f->shape == FAULT_NORMAL)
		ns += f->spread * rng_normal(&rng);
	else if (f->shape == FAULT_LOGNORMAL)
		ns *= exp(f->spread * rng_normal(&rng));
	else if (f->shape == FAULT_EXPONENTIAL)
		ns *= rng_exponential(&rng);
	if (!(ns > 0))
		return 0;
	return ns < 0x1p62 ? (int64_t)ns : INT64_C(1) << 62;
}

bool fault_fails(const struct fault *f, uint64_t n)
{
	return f->fail > 0 && (double)(rng_at(rng_key(f->seed, "fail"), n) >> 11) * 0x1p-53 < f->fail;
}

int64_t fault_stalled_until(const struct fault *f, int64_t now)
{
	int64_t phase;

	if (!f->every || now < f->begin)
		return now;
	phase = (now - f->begin) % f->every;
	return phase < f->every - f->stall ? now : now + (f->every - phase);
}
