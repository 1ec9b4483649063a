#include "expectation.h"

#include <regex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "units.h"

/* A compiled expression is used by one thread at a time, behind a lock in it: threads take different copies. */
#define LANES 8

enum relation { EQUAL, NOT_EQUAL, LESS, AT_MOST, MORE, AT_LEAST };

static const char *const relation_names[] = {"=", "!=", "<", "<=", ">", ">="};

enum about { ABOUT_SIZE, ABOUT_TEXT, ABOUT_MATCH, ABOUT_NO_MATCH };

struct condition {
	enum about about;
	enum relation relation; /* of the size */
	uint64_t size;          /* wanted; of ABOUT_TEXT the text's length */
	char *text;             /* wanted text, or the expression */
	regex_t regex[LANES];
	struct condition *next;
};

struct expectation {
	bool has_status;
	bool status[1000];   /* that are right */
	char *statuses;      /* as they were written */
	struct condition *condition, **last;
	size_t body;
};

/* --- reading --- */

static struct condition *add_condition(struct expectation *e, enum about about)
{
	struct condition *c = x_calloc(1, sizeof *c);

	c->about = about;
	*e->last = c;
	e->last = &c->next;
	return c;
}

static int add_size(struct expectation *e, const char *text, char **why)
{
	size_t n = strspn(text, "=!<>");
	int64_t size;

	for (size_t i = 0; i < sizeof relation_names / sizeof *relation_names; i++) {
		if (strlen(relation_names[i]) != n || strncmp(text, relation_names[i], n) != 0)
			continue;
		if (size_parse(text + n, &size) != 0)
			break;
		struct condition *c = add_condition(e, ABOUT_SIZE);
		c->relation = (enum relation)i;
		c->size = (uint64_t)size;
		return 0;
	}
	*why = x_strdup("size and one of = != < <= > >= and a number of bytes, such as size>=10KiB");
	return -1;
}

static int add_body_text(struct expectation *e, const char *text, char **why)
{
	size_t len = strlen(text);

	if (len > EXPECTATION_BODY_MAX) {
		*why = x_strdup("a body of at most 1 MiB");
		return -1;
	}
	struct condition *c = add_condition(e, ABOUT_TEXT);
	c->text = x_strdup(text);
	c->size = len;
	if (e->body < len)
		e->body = len;
	return 0;
}

static int add_body_match(struct expectation *e, enum about about, const char *text, char **why)
{
	regex_t probe;
	char message[128];
	int error = regcomp(&probe, text, REG_EXTENDED | REG_NOSUB);

	if (error == REG_ESPACE)
		die("out of memory");
	if (error) {
		regerror(error, &probe, message, sizeof message);
		*why = x_asprintf("a POSIX extended regular expression behind body%s: %s",
				  about == ABOUT_MATCH ? "~=" : "!~", message);
		return -1;
	}
	regfree(&probe);
	struct condition *c = add_condition(e, about);
	c->text = x_strdup(text);
	for (int i = 0; i < LANES; i++) {
		if (regcomp(&c->regex[i], text, REG_EXTENDED | REG_NOSUB) != 0)
			die("out of memory");
	}
	e->body = EXPECTATION_BODY_MAX;
	return 0;
}

/* One of "200", "2xx"; its length, 0 where it is neither. */
static size_t read_status(const char *text, bool allowed[1000])
{
	int status = 0;

	if (text[0] < '1' || text[0] > '9')
		return 0;
	if ((text[1] == 'x' || text[1] == 'X') && text[2] == text[1]) {
		for (int i = 0; i < 100; i++)
			allowed[(text[0] - '0') * 100 + i] = true;
		return 3;
	}
	for (int i = 0; i < 3; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		status = status * 10 + (text[i] - '0');
	}
	allowed[status] = true;
	return 3;
}

static int add_statuses(struct expectation *e, const char *text, char **why)
{
	bool allowed[1000] = {false}, any = false;

	for (const char *p = text;;) {
		size_t n = read_status(p, allowed);

		p += n;
		if (n == 0 || (*p && *p != ',')) {
			*why = x_strdup("statuses (200, 2xx, 200,304), body=TEXT, body~=REGEX, body!~REGEX, "
					"or size and = != < <= > >= and bytes");
			return -1;
		}
		if (!*p++)
			break;
	}
	for (int i = 0; i < 1000; i++) {
		allowed[i] = allowed[i] && (!e->has_status || e->status[i]);
		any = any || allowed[i];
	}
	if (!any) {
		*why = x_asprintf("a status that '%s' allows too (of several one is enough where they are "
				  "written %s,%s)", e->statuses, e->statuses, text);
		return -1;
	}
	memcpy(e->status, allowed, sizeof allowed);
	char *both = e->has_status ? x_asprintf("%s and %s", e->statuses, text) : x_strdup(text);
	free(e->statuses);
	e->statuses = both;
	e->has_status = true;
	return 0;
}

int expectation_add(struct expectation **expectation, const char *text, char **why)
{
	struct expectation *e = *expectation;
	int result;

	if (!e) {
		e = x_calloc(1, sizeof *e);
		e->last = &e->condition;
	}
	if (strncmp(text, "body~=", 6) == 0)
		result = add_body_match(e, ABOUT_MATCH, text + 6, why);
	else if (strncmp(text, "body!~", 6) == 0)
		result = add_body_match(e, ABOUT_NO_MATCH, text + 6, why);
	else if (strncmp(text, "body=", 5) == 0)
		result = add_body_text(e, text + 5, why);
	else if (strncmp(text, "size", 4) == 0)
		result = add_size(e, text + 4, why);
	else
		result = add_statuses(e, text, why);
	if (result != 0 && !*expectation)
		expectation_free(e);
	else
		*expectation = e;
	return result;
}

void expectation_free(struct expectation *e)
{
	if (!e)
		return;
	for (struct condition *c = e->condition, *next; c; c = next) {
		next = c->next;
		for (int i = 0; i < LANES && (c->about == ABOUT_MATCH || c->about == ABOUT_NO_MATCH); i++)
			regfree(&c->regex[i]);
		free(c->text);
		free(c);
	}
	free(e->statuses);
	free(e);
}

size_t expectation_body(const struct expectation *e)
{
	return e ? e->body : 0;
}

/* --- checking --- */

static bool size_holds(const struct condition *c, uint64_t size)
{
	switch (c->relation) {
	case EQUAL:
		return size == c->size;
	case NOT_EQUAL:
		return size != c->size;
	case LESS:
		return size < c->size;
	case AT_MOST:
		return size <= c->size;
	case MORE:
		return size > c->size;
	default:
		return size >= c->size;
	}
}

static unsigned lane(void)
{
	static atomic_uint next;
	static _Thread_local unsigned mine; /* from 1 */

	if (!mine)
		mine = atomic_fetch_add(&next, 1) % LANES + 1;
	return mine - 1;
}

static bool matches(struct condition *c, const char *body, size_t len)
{
	regex_t *regex = &c->regex[lane()];

#ifdef __GLIBC__ /* which takes a length, and NUL for a byte like any other */
	regoff_t at = re_search(regex, len ? body : "", (int)len, 0, (int)len, NULL);

	if (at < -1)
		die("out of memory");
	return at >= 0;
#else /* the body ends at its first NUL */
	char *text = x_malloc(len + 1);

	if (len)
		memcpy(text, body, len);
	text[len] = '\0';
	int error = regexec(regex, text, 0, NULL, 0);

	free(text);
	if (error == REG_ESPACE)
		die("out of memory");
	return error == 0;
#endif
}

/* Cut what snprintf() has cut behind a whole character. */
static void tidy(char why[FAILURE_TEXT])
{
	size_t n = strlen(why);

	if (n < FAILURE_TEXT - 1)
		return;
	while (n > 0 && ((unsigned char)why[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)why[n - 1] >= 0xc0)
		n--;
	why[n] = '\0';
}

static bool holds(struct condition *c, const char *body, size_t len, uint64_t size, char why[FAILURE_TEXT])
{
	if (len > EXPECTATION_BODY_MAX)
		len = EXPECTATION_BODY_MAX;
	switch (c->about) {
	case ABOUT_SIZE:
		if (size_holds(c, size))
			return true;
		snprintf(why, FAILURE_TEXT, "a body of %llu bytes, not size%s%llu", (unsigned long long)size,
			 relation_names[c->relation], (unsigned long long)c->size);
		return false;
	case ABOUT_TEXT:
		if (size == c->size && len >= c->size && (c->size == 0 || memcmp(body, c->text, c->size) == 0))
			return true;
		snprintf(why, FAILURE_TEXT, "another body than body=%s", c->text);
		break;
	case ABOUT_MATCH:
		if (matches(c, body, len))
			return true;
		snprintf(why, FAILURE_TEXT, "a body that does not match %s", c->text);
		break;
	case ABOUT_NO_MATCH:
		if (!matches(c, body, len))
			return true;
		snprintf(why, FAILURE_TEXT, "a body that matches %s", c->text);
		break;
	}
	tidy(why);
	return false;
}

enum failure expectation_check(const struct expectation *e, int status, const char *body, size_t len, uint64_t size,
			       char why[FAILURE_TEXT])
{
	bool wanted = e && e->has_status;

	if (wanted ? status < 0 || status > 999 || !e->status[status] : status >= 400 || status < 100) {
		if (wanted) {
			snprintf(why, FAILURE_TEXT, "status %d, not %s", status, e->statuses);
			tidy(why);
		} else {
			snprintf(why, FAILURE_TEXT, "status %d", status);
		}
		/* What is under 100 is to be taken for 5xx (RFC 9110, 15). */
		return status < 100 ? FAILURE_STATUS_5XX
		       : status < 400 ? FAILURE_ASSERTION
		       : status == 429 ? FAILURE_STATUS_429
		       : status < 500 ? FAILURE_STATUS_4XX : FAILURE_STATUS_5XX;
	}
	for (struct condition *c = e ? e->condition : NULL; c; c = c->next) {
		if (!holds(c, body, len, size, why))
			return FAILURE_ASSERTION;
	}
	return FAILURE_NONE;
}
