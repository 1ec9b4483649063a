/* A stand-in of helios-cli for tests, and of the one that oppie-autonav calls (init, commit --message, restore --work).
 * It keeps snapshots: each is one file below HELIOS_STORE_DIR, named by its digest. What steers it: helios-script.h. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helios-script.h"
#include "helios-store.h"
#include "jsonout.h"
#include "sha256.h"

#define VERSION "helios-scripted 1 (stand-in)"

static void usage(void)
{
	puts("helios-cli stand-in\n"
	     "  commit [--work DIR] [--message TEXT]\n"
	     "  restore --id ID [--work DIR]\n"
	     "  diff --from ID --to ID\n"
	     "  materialize --id ID --out DIR\n"
	     "  init\n"
	     "  stats\n"
	     "  version");
}

/* --- options --- */

struct option_value {
	const char *name, *value;
};

static int set(struct option_value *options, const char *name, size_t len, const char *value)
{
	for (; options->name; options++) {
		if (strlen(options->name) == len && strncmp(options->name, name, len) == 0) {
			options->value = value;
			return 0;
		}
	}
	return -1;
}

/* As Go's flag package reads them: -name value, --name=value, up to the first that is none. */
static void read_options(char **argv, const char *command, struct option_value *options)
{
	for (; *argv && **argv == '-' && strcmp(*argv, "-") != 0 && strcmp(*argv, "--") != 0; argv++) {
		const char *name = *argv + (argv[0][1] == '-' ? 2 : 1), *value = strchr(name, '=');
		size_t len = value ? (size_t)(value - name) : strlen(name);

		if (strcmp(name, "help") == 0 || strcmp(name, "h") == 0) {
			usage();
			exit(0);
		}
		if (set(options, name, len, "") < 0) {
			fprintf(stderr, "flag provided but not defined: -%s\nUsage of %s\n", name, command);
			exit(2);
		}
		if (!value && !argv[1]) {
			fprintf(stderr, "flag needs an argument: -%s\nUsage of %s\n", name, command);
			exit(2);
		}
		set(options, name, len, value ? value + 1 : *++argv);
	}
}

/* The second file, or the only one, is the one that it lies about. */
static void write_files(const struct pack *p, const char *command, const char *out)
{
	const char *name, *bytes;
	char path[PATH_MAX], other[PATH_MAX + 8];
	size_t at = 0, len, i = 0;

	while (next_file(p, &at, &name, &bytes, &len)) {
		int chosen = i++ == 1 || (at >= p->len && i == 1);

		if (chosen && script_lies(LIE_MISSING, command, commits))
			continue;
		below(path, out, name);
		write_file(path, bytes, len);
		if (chosen && script_lies(LIE_DIGEST, command, commits)) {
			char *changed = more(NULL, len + 1);

			memcpy(changed, bytes, len);
			changed[len / 2] ^= 1;
			write_file(path, changed, len);
			free(changed);
		}
		if (chosen && script_lies(LIE_SIZE, command, commits) && truncate(path, (off_t)len + 1) < 0)
			fail("%s: %s", path, strerror(errno));
		if (chosen && script_lies(LIE_TYPE, command, commits)) {
			snprintf(other, sizeof other, "%s/../copy", out);
			if (rename(path, other) < 0 || symlink(other, path) < 0)
				fail("%s: %s", path, strerror(errno));
		}
	}
	if (script_lies(LIE_EXTRA, command, commits)) {
		below(path, out, "zz/more");
		write_file(path, "x", 1);
	}
}

static void remember_work_tree(void)
{
	char here[PATH_MAX], path[PATH_MAX];

	in_store(path, "work");
	if (script_lies(LIE_LIVE, "materialize", commits) &&
	    (!getcwd(here, sizeof here) || (symlink(here, path) < 0 && errno != EEXIST)))
		fail("%s: %s", path, strerror(errno));
}

static void take_present_files(struct pack *p, const char *command)
{
	char path[PATH_MAX];

	if (!script_lies(LIE_LIVE, command, commits))
		return;
	in_store(path, "work");
	if (chdir(path) < 0)
		fail("%s: %s", path, strerror(errno));
	free(p->bytes);
	*p = (struct pack){0};
	pack_files(p);
}

/* --- answers --- */

static _Noreturn void answer(const char *command, const char *text)
{
	size_t len = strlen(text);

	if (script_lies(LIE_EMPTY, command, commits))
		len = 0;
	else if (script_lies(LIE_TRUNCATED, command, commits))
		len /= 2;
	if (script_lies(LIE_BROKEN_JSON, command, commits))
		printf("{%.*s", (int)len - 2, text + 2); /* without the first quote */
	else
		fwrite(text, len, 1, stdout);
	if (script_lies(LIE_TWO_ANSWERS, command, commits))
		printf("\n%s", text);
	if (script_lies(LIE_NUL, command, commits))
		fwrite("\0{}", 3, 1, stdout);
	if (len == strlen(text))
		putchar('\n');
	script_end(command, 0);
}

static _Noreturn void answer_id(const char *command, const char *member, const char *id, const char *more_members)
{
	char text[7 * PATH_MAX], first[ID_MAX];

	read_id("first", first);
	if (script_lies(LIE_NO_SNAPSHOT, command, commits) || script_lies(LIE_NO_MEMBER, command, commits))
		answer(command, "{\"message\":\"done\"}");
	if (script_lies(LIE_BAD_ID, command, commits))
		id = "blake3:abc";
	else if (script_lies(LIE_SAME_ID, command, commits) && *first)
		id = first;
	else if (script_lies(LIE_OTHER_RESTORED, command, commits))
		id = PREFIX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	snprintf(text, sizeof text, "{\"%s\":\"%s\"%s}", member, id, more_members);
	answer(command, text);
}

/* --- commands --- */

static _Noreturn void commit(char **argv)
{
	struct option_value options[] = {{"work", "."}, {"message", ""}, {NULL, NULL}};
	char path[PATH_MAX], id[ID_MAX] = PREFIX, first[ID_MAX];
	struct pack p = {0};

	read_options(argv, "commit", options);
	if (chdir(options[0].value) < 0)
		fail("work dir: chdir %s: %s", options[0].value, strerror(errno));
	open_store();
	count_commits(1);
	script_misbehave("commit", commits);
	remember_work_tree();
	pack_files(&p);
	sha256_text(p.bytes, p.len, id + strlen(PREFIX));
	in_store(path, id + strlen(PREFIX));
	write_file(path, p.bytes, p.len);
	read_id("first", first);
	if (!*first)
		write_id("first", id);
	answer_id("commit", "snapshot_id", id, "");
}

static _Noreturn void restore(char **argv)
{
	struct option_value options[] = {{"id", ""}, {"work", NULL}, {NULL, NULL}};
	struct pack p;

	read_options(argv, "restore", options);
	if (!*options[0].value)
		fail("--id is required");
	open_store();
	script_misbehave("restore", commits);
	if (load(&p, "restore", options[0].value) && options[1].value) {
		take_present_files(&p, "restore");
		write_files(&p, "restore", options[1].value);
	}
	answer_id("restore", "restored", options[0].value, "");
}

static _Noreturn void materialize(char **argv)
{
	struct option_value options[] = {{"id", ""}, {"out", ""}, {NULL, NULL}};
	char out[6 * PATH_MAX + 16] = ",\"out\":";
	struct pack p;

	read_options(argv, "materialize", options);
	if (!*options[0].value || !*options[1].value)
		fail("--id and --out are required");
	open_store();
	script_misbehave("materialize", commits);
	if (load(&p, "materialize", options[0].value)) {
		take_present_files(&p, "materialize");
		write_files(&p, "materialize", options[1].value);
	}
	if (strlen(options[1].value) >= PATH_MAX)
		fail("%s: file name too long", options[1].value);
	json_format_string(out + strlen(out), options[1].value, strlen(options[1].value));
	answer_id("materialize", "materialized", options[0].value, out);
}

/* Files of one pack that the other does not have, or has otherwise. */
static void compare(const struct pack *p, const struct pack *other, unsigned *absent, unsigned *changed)
{
	const char *name, *bytes, *its_name, *its_bytes;
	size_t at = 0, its_at = 0, len, its_len;
	int more_of_it = next_file(other, &its_at, &its_name, &its_bytes, &its_len);

	while (next_file(p, &at, &name, &bytes, &len)) {
		while (more_of_it && strcmp(its_name, name) < 0)
			more_of_it = next_file(other, &its_at, &its_name, &its_bytes, &its_len);
		if (!more_of_it || strcmp(its_name, name) != 0)
			++*absent;
		else if (its_len != len || memcmp(its_bytes, bytes, len) != 0)
			++*changed;
	}
}

/* The real one has always failed to: with HELIOS_SCRIPT_DIFF set it works. */
static _Noreturn void diff(char **argv)
{
	struct option_value options[] = {{"from", ""}, {"to", ""}, {NULL, NULL}};
	unsigned added = 0, deleted = 0, changed = 0, same = 0;
	struct pack from, to;
	char text[128];

	read_options(argv, "diff", options);
	if (!*options[0].value || !*options[1].value)
		fail("--from and --to are required");
	open_store();
	script_misbehave("diff", commits);
	if (!getenv("HELIOS_SCRIPT_DIFF"))
		fail("unknown snapshot: %s", options[0].value);
	load(&from, "diff", options[0].value);
	load(&to, "diff", options[1].value);
	compare(&from, &to, &deleted, &changed);
	compare(&to, &from, &added, &same);
	snprintf(text, sizeof text, "{\"Added\":%u,\"Changed\":%u,\"Deleted\":%u}", added, changed, deleted);
	answer("diff", text);
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "help";

	script_begin();
	if (strcmp(command, "commit") == 0)
		commit(argv + 2);
	if (strcmp(command, "restore") == 0)
		restore(argv + 2);
	if (strcmp(command, "materialize") == 0)
		materialize(argv + 2);
	if (strcmp(command, "diff") == 0)
		diff(argv + 2);
	if (strcmp(command, "stats") == 0 || strcmp(command, "init") == 0) {
		open_store();
		script_misbehave(command, commits);
		if (strcmp(command, "init") == 0)
			answer(command, "{\"initialized\":true}");
		answer(command, "{\"engine\":{\"new_objects\":0},\"l1\":{\"hits\":0,\"misses\":0}}");
	}
	if (strcmp(command, "version") == 0 || strcmp(command, "--version") == 0 || strcmp(command, "-v") == 0) {
		script_misbehave("version", 0);
		answer("version", VERSION);
	}
	if (strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
		usage();
		return 0;
	}
	fprintf(stderr, "unknown command: %s\n", command);
	usage();
	return 2;
}
