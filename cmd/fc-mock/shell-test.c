#include "shell-job.h"

#include <string.h>

enum { YES = 0, NO = 1, ERROR = 2 }; /* exit statuses */

static int answer(bool yes)
{
	return yes ? YES : NO;
}

static bool readable(const char *path)
{
	return world_kind(path) != FILE_NONE;
}

static int unary(struct job *job, const char *operator, const char *word)
{
	enum file_kind kind = world_kind(word);

	if (strcmp(operator, "!") == 0)
		return answer(!*word);
	if (strcmp(operator, "-n") == 0)
		return answer(*word);
	if (strcmp(operator, "-z") == 0)
		return answer(!*word);
	if (strcmp(operator, "-e") == 0 || strcmp(operator, "-r") == 0)
		return answer(readable(word));
	if (strcmp(operator, "-f") == 0)
		return answer(kind == FILE_REGULAR);
	if (strcmp(operator, "-s") == 0)
		return answer(kind == FILE_REGULAR || kind == FILE_DIRECTORY);
	if (strcmp(operator, "-d") == 0 || strcmp(operator, "-x") == 0)
		return answer(kind == FILE_DIRECTORY);
	if (strcmp(operator, "-c") == 0 || strcmp(operator, "-w") == 0)
		return answer(kind == FILE_NULL || kind == FILE_ZERO);
	if (*operator == '-' && operator[1] && strchr("Lhbp", operator[1]) && !operator[2])
		return NO; /* there are no such files */
	job_complain(job, "%s: unknown operator", operator);
	return ERROR;
}

static int binary(struct job *job, const char *left, const char *operator, const char *right)
{
	static const char *const names[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
	int64_t a, b;
	size_t i = 0;

	if (strcmp(operator, "=") == 0 || strcmp(operator, "==") == 0)
		return answer(strcmp(left, right) == 0);
	if (strcmp(operator, "!=") == 0)
		return answer(strcmp(left, right) != 0);
	while (i < sizeof names / sizeof *names && strcmp(operator, names[i]) != 0)
		i++;
	if (i == sizeof names / sizeof *names) {
		job_complain(job, "%s: unknown operator", operator);
		return ERROR;
	}
	if (!job_number(left, &a) || !job_number(right, &b)) {
		job_complain(job, "%s: not a number", job_number(left, &a) ? right : left);
		return ERROR;
	}
	return answer((bool[]){a == b, a != b, a < b, a <= b, a > b, a >= b}[i]);
}

/* test EXPRESSION and [ EXPRESSION ]: of up to three words, each of which a '!' may precede. */
int job_test(struct job *job)
{
	char **word = job->argv + 1;
	int words = job->argc - 1, status;
	bool negated = false;

	if (strcmp(job->argv[0], "[") == 0 && (words == 0 || strcmp(word[--words], "]") != 0)) {
		job_complain(job, "']' is missing");
		return ERROR;
	}
	for (; words > 1 && strcmp(*word, "!") == 0 && words != 3; words--, word++)
		negated = !negated;
	if (words == 3 && strcmp(*word, "!") == 0 && strcmp(word[1], "=") != 0 && strcmp(word[1], "!=") != 0) {
		negated = !negated;
		words--;
		word++;
	}
	if (words == 0)
		status = NO;
	else if (words == 1)
		status = answer(**word);
	else if (words == 2)
		status = unary(job, word[0], word[1]);
	else if (words == 3)
		status = binary(job, word[0], word[1], word[2]);
	else {
		job_complain(job, "too many words");
		status = ERROR;
	}
	return negated && status != ERROR ? 1 - status : status;
}
