#include "origin.h"

#include <stddef.h>

#include "jsonout.h"

enum kind { TEXT, CORES, MEMORY, BOOL };

struct field {
	const char *name;
	enum kind kind;
	size_t at, size; /* in the object's struct */
};

#define IN(type, field) offsetof(struct type, field), sizeof(((struct type *)0)->field)

static const struct field host_fields[] = {
	{"os", TEXT, IN(host, os)},
	{"arch", TEXT, IN(host, arch)},
	{"cpu", TEXT, IN(host, cpu)},
	{"cores", CORES, IN(host, cores)},
	{"memory", MEMORY, IN(host, memory)},
	{"governor", TEXT, IN(host, governor)},
	{"virt", TEXT, IN(host, virt)},
	{"id", TEXT, IN(host, id)},
};
static const struct field vcs_fields[] = {
	{"commit", TEXT, IN(vcs, commit)},
	{"branch", TEXT, IN(vcs, branch)},
	{"dirty", BOOL, IN(vcs, dirty)},
};
static const struct field ci_fields[] = {
	{"provider", TEXT, IN(ci, provider)},
	{"id", TEXT, IN(ci, id)},
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static int read_text(struct json *j, char *text, size_t size)
{
	struct json_span span;

	if (json_string(j, &span) != 0)
		return -1;
	if (json_copy(&span, text, size) == 0)
		return 0;
	j->expected = "a string without NUL";
	return -1;
}

static int read_integer(struct json *j, int64_t *value)
{
	if (json_integer(j, value) != 0)
		return -1;
	if (*value >= 0)
		return 0;
	j->expected = "an integer of 0 or more";
	return -1;
}

static int read_field(struct json *j, const struct field *field, char *object)
{
	void *place = object + field->at;
	int64_t number;

	switch (field->kind) {
	case TEXT:
		return read_text(j, place, field->size);
	case BOOL:
		return json_bool(j, place);
	case MEMORY:
		return read_integer(j, place);
	case CORES:
		if (read_integer(j, &number) != 0)
			return -1;
		*(int *)place = number < 1 << 20 ? (int)number : 0;
		return 0;
	}
	return -1;
}

static int read_object(struct json *j, const struct field *fields, size_t n, void *object)
{
	struct json_span key;
	unsigned seen = 0;
	int more;

	if (json_object(j) != 0)
		return -1;
	while ((more = json_key(j, &key)) == 1) {
		size_t i = 0;
		while (i < n && !json_is(&key, fields[i].name))
			i++;
		if (i == n) {
			if (json_skip(j) != 0)
				return -1;
			continue;
		}
		if (seen & 1u << i) {
			j->expected = "each of its members only once";
			return -1;
		}
		seen |= 1u << i;
		if (read_field(j, &fields[i], object) != 0)
			return -1;
	}
	return more;
}

static void write_object(FILE *out, const struct field *fields, size_t n, const void *object)
{
	char between = '{';

	for (size_t i = 0; i < n; i++) {
		const void *place = (const char *)object + fields[i].at;
		if (fields[i].kind == TEXT && !*(const char *)place)
			continue;
		fprintf(out, "%c\"%s\":", between, fields[i].name);
		between = ',';
		switch (fields[i].kind) {
		case TEXT:
			json_put_string(out, place);
			break;
		case CORES:
			fprintf(out, "%d", *(const int *)place);
			break;
		case MEMORY:
			fprintf(out, "%lld", (long long)*(const int64_t *)place);
			break;
		case BOOL:
			fputs(*(const bool *)place ? "true" : "false", out);
			break;
		}
	}
	fputs(between == '{' ? "{}" : "}", out);
}

int origin_read_host(struct json *j, struct host *host)
{
	return read_object(j, host_fields, COUNT(host_fields), host);
}

int origin_read_vcs(struct json *j, struct vcs *vcs)
{
	return read_object(j, vcs_fields, COUNT(vcs_fields), vcs);
}

int origin_read_ci(struct json *j, struct ci *ci)
{
	return read_object(j, ci_fields, COUNT(ci_fields), ci);
}

void origin_write_host(FILE *out, const struct host *host)
{
	write_object(out, host_fields, COUNT(host_fields), host);
}

void origin_write_vcs(FILE *out, const struct vcs *vcs)
{
	write_object(out, vcs_fields, COUNT(vcs_fields), vcs);
}

void origin_write_ci(FILE *out, const struct ci *ci)
{
	write_object(out, ci_fields, COUNT(ci_fields), ci);
}
