#include "options.h"

#include <ctype.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "die.h"
#include "units.h"
#include "usage.h"

#define MIB (1LL << 20)
#define BYTES_MIN (64LL << 10) /* what mke2fs can do anything with */
#define BYTES_MAX (16LL << 40)
#define BYTES_STEP 4096
#define COUNT_MAX 9999         /* names of images have so many digits */
#define WORKERS_MAX 64

enum { /* options without a letter */
	OPT_OS = 256,
	OPT_HOSTNAME,
	OPT_FILES,
	OPT_PACKAGES,
	OPT_GPT,
	OPT_VARIED,
	OPT_FORCE,
	OPT_NO_DIGEST,
	OPT_LIST
};

static const struct option long_options[] = {
	{"type", required_argument, NULL, 't'},
	{"os", required_argument, NULL, OPT_OS},
	{"hostname", required_argument, NULL, OPT_HOSTNAME},
	{"files", required_argument, NULL, OPT_FILES},
	{"packages", required_argument, NULL, OPT_PACKAGES},
	{"gpt", no_argument, NULL, OPT_GPT},
	{"count", required_argument, NULL, 'n'},
	{"varied", no_argument, NULL, OPT_VARIED},
	{"directory", required_argument, NULL, 'd'},
	{"workers", required_argument, NULL, 'j'},
	{"force", no_argument, NULL, OPT_FORCE},
	{"no-digest", no_argument, NULL, OPT_NO_DIGEST},
	{"list", no_argument, NULL, OPT_LIST},
	MEASURING_OPTIONS,
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char *const types[] = {"minimal", "small", "medium", "large", NULL};

const char *const *type_names(void)
{
	return types;
}

int64_t type_bytes(const char *name)
{
	static const int64_t bytes[] = {MIB, 10 * MIB, 100 * MIB, 1024 * MIB};

	for (size_t i = 0; types[i]; i++) {
		if (strcmp(types[i], name) == 0)
			return bytes[i];
	}
	return 0;
}

const char *image_format_name(enum image_format format)
{
	return format == IMAGE_QCOW2 ? "qcow2" : "raw";
}

static void take_type(struct options *o, const char *text)
{
	int64_t bytes = type_bytes(text);

	o->type = bytes ? text : "custom";
	if (!bytes && (!isdigit((unsigned char)*text) || size_parse(text, &bytes) != 0))
		die_usage("--type '%s': expected minimal, small, medium, large or a size", text);
	if (bytes < BYTES_MIN || bytes > BYTES_MAX)
		die_usage("--type '%s': expected 64KiB to 16384GiB", text);
	o->bytes = (bytes + BYTES_STEP - 1) / BYTES_STEP * BYTES_STEP;
}

static void take_version(struct options *o, const char *text)
{
	const char *const *known = os_versions(o->os);
	char *list = x_strdup("");

	for (size_t i = 0; known[i]; i++) {
		char *longer;

		if (*known[i] && strcmp(known[i], text) == 0) {
			o->version = known[i];
			free(list);
			return;
		}
		longer = x_asprintf("%s%s%s", list, i ? ", " : "", known[i]);
		free(list);
		list = longer;
	}
	if (!*list)
		die_usage("--os '%s:%s': %s has no versions", os_name(o->os), text, os_name(o->os));
	die_usage("--os '%s:%s': expected one of %s", os_name(o->os), text, list);
}

static void take_os(struct options *o, const char *text)
{
	size_t len = strcspn(text, ":");

	for (int i = 0; i < OS_COUNT; i++) {
		const char *name = os_name((enum os)i);

		if (strlen(name) != len || strncmp(name, text, len) != 0)
			continue;
		o->has_os = true;
		o->os = (enum os)i;
		o->version = NULL;
		if (text[len])
			take_version(o, text + len + 1);
		return;
	}
	die_usage("--os '%s': expected ubuntu, debian, alpine, fedora or arch", text);
}

static const char *parse_hostname(const char *text)
{
	size_t len = strlen(text);
	bool good = len && len < 64 && text[0] != '-' && text[0] != '.' && text[len - 1] != '-' && text[len - 1] != '.';

	for (size_t i = 0; good && i < len; i++)
		good = isalnum((unsigned char)text[i]) || text[i] == '-' || text[i] == '.';
	if (!good)
		die_usage("--hostname '%s': expected up to 63 letters, digits, '-' and '.'", text);
	return text;
}

/* --format is for records, too, whose formats have other names. */
static bool take_image_format(struct options *o, const char *text)
{
	static const char *const others[] = {"auto", "ndjson", "text"};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		if (strcmp(text, others[i]) == 0)
			return false;
	}
	if (strcmp(text, "raw") != 0 && strcmp(text, "qcow2") != 0)
		die_usage("--format '%s': expected raw or qcow2, or for the records auto, ndjson or text", text);
	o->format = strcmp(text, "qcow2") == 0 ? IMAGE_QCOW2 : IMAGE_RAW;
	return true;
}

static bool take_content(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 't':
		take_type(o, argument);
		return true;
	case OPT_OS:
		take_os(o, argument);
		return true;
	case OPT_HOSTNAME:
		o->hostname = parse_hostname(argument);
		return true;
	case OPT_FILES:
		o->files = cli_count("--files", argument, 0);
		return true;
	case OPT_PACKAGES:
		o->packages = cli_count("--packages", argument, 0);
		return true;
	case OPT_GPT:
		o->gpt = true;
		return true;
	case MEASURING_FORMAT:
		return take_image_format(o, argument);
	default:
		return false;
	}
}

static bool take_how(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 'n':
		o->count = cli_count("--count", argument, 1);
		if (o->count > COUNT_MAX)
			die_usage("--count '%s': expected at most %d", argument, COUNT_MAX);
		return true;
	case OPT_VARIED:
		o->varied = true;
		return true;
	case 'd':
		o->directory = argument;
		return true;
	case 'j':
		o->workers = cli_count("--workers", argument, 1);
		o->workers = o->workers < WORKERS_MAX ? o->workers : WORKERS_MAX;
		return true;
	case OPT_FORCE:
		o->force = true;
		return true;
	case OPT_NO_DIGEST:
		o->digest = false;
		return true;
	case OPT_LIST:
		o->list = true;
		return true;
	default:
		return false;
	}
}

static int64_t processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static bool names_directory(const char *path)
{
	size_t len = strlen(path);
	struct stat st;

	return (len && path[len - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static void settle_batch(struct options *o)
{
	bool batch = o->count || o->varied || o->directory;

	if (batch && o->common.output && !o->directory && names_directory(o->common.output)) {
		o->directory = o->common.output;
		o->common.output = NULL;
	}
	if (o->file && o->directory)
		die_usage("'%s': a batch goes into %s, and names its images itself", o->file, o->directory);
	if (o->count > 1 && !o->directory)
		die_usage("--count: a batch goes where? --directory DIR");
	if (!o->file && !o->directory)
		die_usage("no file to make");
	if (o->directory && !*o->directory)
		die_usage("--directory '': expected a directory");
	if (o->hostname && o->directory && strlen(o->hostname) > 63 - 5)
		die_usage("--hostname '%s': in a batch, where it gets a number, expected at most 58 characters", o->hostname);
}

void options_parse(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){.files = -1, .packages = -1, .workers = processors(), .digest = true};
	measuring_init(&o->common, 1);
	while ((option = getopt_long(argc, argv, "t:n:d:j:o:hV", long_options, NULL)) != -1) {
		if (!take_content(o, option, optarg) && !take_how(o, option, optarg) &&
		    !measuring_take(&o->common, option, optarg))
			cli_other(option, usage_text);
	}
	if (!o->common.bench)
		o->common.bench = "disk";
	if (o->list)
		return;
	o->file = argv[optind];
	if (o->file && argv[optind + 1])
		die_usage("'%s': only one file", argv[optind + 1]);
	if (o->file && !*o->file)
		die_usage("'': expected a file");
	settle_batch(o);
	if (!o->count)
		o->count = 1;
}

void options_free(struct options *o)
{
	measuring_free(&o->common);
}
