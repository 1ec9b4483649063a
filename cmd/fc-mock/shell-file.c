#include "shell-job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char zeroes[4096];

static int missing(struct job *job, const char *path)
{
	job_complain(job, "%s: No such file or directory", path);
	job->failed = true;
	return JOB_GOES_ON;
}

/* cat [FILE...]: a step is a file, or a piece of /dev/zero. The command's own input is empty. */
int job_cat(struct job *job)
{
	struct text content = {0};
	const char *path;

	if (++job->arg >= job->argc)
		return job->failed;
	path = job->argv[job->arg];
	switch (world_kind(path)) {
	case FILE_NONE:
		return strcmp(path, "-") == 0 ? JOB_GOES_ON : missing(job, path);
	case FILE_DIRECTORY:
		job_complain(job, "%s: Is a directory", path);
		job->failed = true;
		break;
	case FILE_ZERO:
		job_out(job, zeroes, sizeof zeroes);
		job->arg--;
		break;
	case FILE_REGULAR:
		world_read(job->world, path, job->now, &content);
		job_out(job, content.bytes, content.len);
		text_free(&content);
		break;
	case FILE_NULL:
		break;
	}
	return JOB_GOES_ON;
}

/* "10", "64K", "1M", "2G": powers of 1024. */
static bool parse_count(const char *text, int64_t *count)
{
	static const char units[] = "KMG";
	size_t len = strlen(text);
	const char *unit = len > 1 ? strchr(units, text[len - 1]) : NULL;
	char digits[20];

	if (unit)
		len--;
	if (len == 0 || len >= sizeof digits || strspn(text, "0123456789") < len)
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	return job_number(digits, count) &&
	       !__builtin_mul_overflow(*count, unit ? INT64_C(1) << (10 * (unit - units + 1)) : 1, count);
}

/* [-c N | -n N] FILE; job->step: count bytes, not lines. */
static bool head_options(struct job *job)
{
	const char *count;
	int i = 1;

	job->left = 10;
	for (; i < job->argc && job->argv[i][0] == '-' && job->argv[i][1]; i++) {
		char which = job->argv[i][1];

		count = job->argv[i] + 2;
		if (!*count && i + 1 < job->argc)
			count = job->argv[++i];
		if ((which != 'c' && which != 'n') || !parse_count(count, &job->left)) {
			job_complain(job, "%s: not -c N or -n N", job->argv[i]);
			return false;
		}
		job->step = which == 'c';
	}
	if (i + 1 < job->argc) {
		job_complain(job, "%s: one file is all it takes here", job->argv[i + 1]);
		return false;
	}
	job->arg = i;
	return true;
}

int job_head(struct job *job)
{
	struct text content = {0};
	const char *path;
	size_t len = 0;

	if (!job->begun && !head_options(job))
		return 1;
	job->begun = true;
	path = job->arg < job->argc ? job->argv[job->arg] : "/dev/null";
	switch (world_kind(path)) {
	case FILE_NONE:
		missing(job, path);
		return 1;
	case FILE_DIRECTORY:
		job_complain(job, "%s: Is a directory", path);
		return 1;
	case FILE_ZERO:
		if (!job->step) {
			job_complain(job, "%s: has no lines", path);
			return 1;
		}
		len = job->left < (int64_t)sizeof zeroes ? (size_t)job->left : sizeof zeroes;
		job_out(job, zeroes, len);
		job->left -= (int64_t)len;
		return job->left > 0 ? JOB_GOES_ON : 0;
	case FILE_NULL:
		return 0;
	case FILE_REGULAR:
		break;
	}
	world_read(job->world, path, job->now, &content);
	for (; len < content.len && job->left > 0; len++)
		job->left -= job->step || content.bytes[len] == '\n';
	job_out(job, content.bytes, len);
	text_free(&content);
	return 0;
}

static void list_one(struct job *job, const char *path, const char *name, bool in_full)
{
	static const char *const modes[] = {
		[FILE_NONE] = "", [FILE_REGULAR] = "-r--r--r--", [FILE_DIRECTORY] = "drwxr-xr-x",
		[FILE_NULL] = "crw-rw-rw-", [FILE_ZERO] = "crw-rw-rw-",
	};
	struct text content = {0};

	if (!in_full) {
		job_print(job, "%s\n", name);
		return;
	}
	world_read(job->world, path, job->now, &content);
	job_print(job, "%s 1 root root %8zu Jan  1  1970 %s\n", modes[world_kind(path)], content.len, name);
	text_free(&content);
}

/* What is directly in a directory. */
static void list_directory(struct job *job, const char *directory, bool in_full)
{
	size_t len = strcmp(directory, "/") == 0 ? 0 : strlen(directory);
	const char *path, *name;

	for (unsigned i = 0; (path = world_path(i)); i++) {
		if (strncmp(path, directory, len) != 0 || path[len] != '/')
			continue;
		name = path + len + 1;
		if (*name && !strchr(name, '/'))
			list_one(job, path, name, in_full);
	}
}

/* [-1al]; job->step: in full. */
static bool ls_options(struct job *job)
{
	for (job->arg = 1; job->arg < job->argc; job->arg++) {
		const char *option = job->argv[job->arg];

		if (*option != '-' || !option[1])
			break;
		if (strspn(option + 1, "1al") != strlen(option + 1)) {
			job_complain(job, "%s: unknown option", option);
			return false;
		}
		job->step |= strchr(option, 'l') ? 1 : 0;
	}
	return true;
}

/* ls [OPTION...] [PATH...]: a step is a path. */
int job_ls(struct job *job)
{
	const char *path;

	if (!job->begun) {
		job->begun = true;
		if (!ls_options(job))
			return 2;
		if (job->arg == job->argc) {
			list_directory(job, "/", job->step);
			return 0;
		}
	}
	if (job->arg >= job->argc)
		return job->failed ? 2 : 0;
	path = job->argv[job->arg++];
	if (world_kind(path) == FILE_NONE)
		return missing(job, path);
	if (world_kind(path) == FILE_DIRECTORY)
		list_directory(job, path, job->step);
	else
		list_one(job, path, path, job->step);
	return JOB_GOES_ON;
}
