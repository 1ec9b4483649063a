#include "report.h"

#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "units.h"

struct table *report_new(void)
{
	static const char *const header[] = {"image", "system", "hostname", "size", "allocated", "files", "packages", "time",
					     "CPU", "sha256", NULL};

	return x_table_new("lllrrrrrrl", header);
}

void report_image(struct table *table, const struct request *r, const struct made *made)
{
	const char *slash = strrchr(r->path, '/');

	table_add(table, slash ? slash + 1 : r->path);
	table_addf(table, "%s%s%s", os_name(r->image.os), *r->image.version ? " " : "", r->image.version);
	table_add(table, made->hostname);
	table_add(table, unit_text(UNIT_BYTES, (double)made->size).s);
	table_add(table, unit_text(UNIT_BYTES, (double)made->allocated).s);
	table_addf(table, "%" PRIu64, made->files);
	table_addf(table, "%" PRIu64, made->packages);
	table_add(table, unit_text(UNIT_NS, (double)made->latency).s);
	table_add(table, unit_text(UNIT_NS, (double)(made->user + made->system)).s);
	table_addf(table, "%.16s%s", made->sha256, *made->sha256 ? "..." : "-");
}

void report_end(FILE *out, struct table *table, const struct options *o, const struct totals *t)
{
	x_table_print(table, out, TABLE_TEXT, cli_colour(out));
	fprintf(out, "\n%zu image%s in %s by %" PRId64 " worker%s, CPU %s", t->images, t->images == 1 ? "" : "s",
		unit_text(UNIT_NS, (double)t->elapsed).s, o->workers, o->workers == 1 ? "" : "s",
		unit_text(UNIT_NS, (double)(t->user + t->system)).s);
	if (t->max_rss >= 0)
		fprintf(out, ", memory %s", unit_text(UNIT_BYTES, (double)t->max_rss).s);
	putc('\n', out);
}

void report_list(FILE *out)
{
	static const char *const systems[] = {"system", "versions, newest first", NULL};
	static const char *const sizes[] = {"type", "file system", NULL};
	struct table *table = x_table_new("ll", systems);

	for (int i = 0; i < OS_COUNT; i++) {
		const char *const *version = os_versions((enum os)i);
		char line[256] = "";
		size_t len = 0;

		for (; *version && len < sizeof line; version++)
			len += (size_t)snprintf(line + len, sizeof line - len, "%s%s", len ? " " : "", *version);
		table_add(table, os_name((enum os)i));
		table_add(table, *line ? line : "-");
	}
	x_table_print(table, out, TABLE_TEXT, false);
	putc('\n', out);
	table = x_table_new("lr", sizes);
	for (const char *const *type = type_names(); *type; type++) {
		table_add(table, *type);
		table_add(table, unit_text(UNIT_BYTES, (double)type_bytes(*type)).s);
	}
	x_table_print(table, out, TABLE_TEXT, false);
}
