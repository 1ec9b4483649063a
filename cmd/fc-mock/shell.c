#include "shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "shell-job.h"
#include "shell-syntax.h"
#include "variables.h"

#define STEPS 256    /* after which others get their turn */
#define ROOM  16384  /* of output that is waiting no more is made */

struct shell {
	const struct world *world;
	struct variables variables;
	struct text in, out;
	size_t searched;        /* of in, bytes that have no whole line */
	size_t at, line;        /* of in: where carrying out stands, and where the line ends; line 0: there is none */
	bool ends, started, fails, ended;
	enum token_kind before; /* the operator before what comes next */
	struct text words;      /* of the command that is being carried out */
	struct job job;
	job_step *step;         /* NULL: none */
};

static void set(struct shell *s, const char *name, const char *value)
{
	variables_set(&s->variables, name, strlen(name), value, strlen(value));
}

struct shell *shell_new(const struct world *world)
{
	struct shell *s = x_calloc(1, sizeof *s);

	s->world = world;
	set(s, "HOME", "/root");
	set(s, "HOSTNAME", world->hostname);
	set(s, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	set(s, "PWD", "/");
	set(s, "USER", "root");
	return s;
}

static void end_job(struct shell *s)
{
	free(s->job.argv);
	text_free(&s->words);
	s->job = (struct job){0};
	s->step = NULL;
}

void shell_free(struct shell *s)
{
	if (!s)
		return;
	end_job(s);
	text_free(&s->variables.all);
	text_free(&s->in);
	text_free(&s->out);
	free(s);
}

void shell_feed(struct shell *s, const char *bytes, size_t len)
{
	while (len > 0) { /* NULs are left out */
		const char *nul = memchr(bytes, '\0', len);
		size_t n = nul ? (size_t)(nul - bytes) : len;

		text_bytes(&s->in, bytes, n);
		n += nul != NULL;
		bytes += n;
		len -= n;
	}
}

void shell_end(struct shell *s)
{
	if (s->in.len > 0 && s->in.bytes[s->in.len - 1] != '\n')
		text_byte(&s->in, '\n');
	s->ends = true;
}

void shell_start(struct shell *s, bool fails)
{
	s->started = true;
	s->fails = fails;
}

const char *shell_output(const struct shell *s, size_t *len)
{
	*len = s->out.len;
	return s->out.bytes;
}

void shell_wrote(struct shell *s, size_t len)
{
	text_cut(&s->out, len);
}

int64_t shell_wakes(const struct shell *s)
{
	return s->job.wake;
}

int shell_status(const struct shell *s)
{
	return s->variables.status;
}

static void complain(struct shell *s, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void complain(struct shell *s, int status, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	s->variables.status = status;
	if (!s->job.quiet[2])
		text_format(&s->out, "sh: %s\n", text);
}

/* What cannot be read as commands ends a shell that nobody sits before. */
static void give_up(struct shell *s, const char *why)
{
	complain(s, 2, "syntax error: %s", why);
	s->ended = true;
}

/* Look for a line in what is there. False: there is none yet. */
static bool find_line(struct shell *s)
{
	char why[SYNTAX_WHY];
	bool commands;
	size_t used;

	text_cut(&s->in, s->at);
	s->at = 0;
	if (s->in.len == 0) {
		s->ended = s->ends;
		return false;
	}
	if (s->in.len <= SHELL_LINE && !s->ends &&
	    !memchr(s->in.bytes + s->searched, '\n', s->in.len - s->searched)) {
		s->searched = s->in.len;
		return false;
	}
	switch (syntax_check(s->in.bytes, s->in.len, &used, &commands, why)) {
	case SYNTAX_WRONG:
		give_up(s, why);
		return false;
	case SYNTAX_OPEN:
		s->searched = s->in.len;
		if (s->ends)
			give_up(s, "unexpected end");
		else if (s->in.len > SHELL_LINE)
			give_up(s, "the line is too long");
		return false;
	case SYNTAX_WHOLE:
		break;
	}
	s->searched = 0;
	if (used > SHELL_LINE) {
		give_up(s, "the line is too long");
		return false;
	}
	s->line = used;
	s->started = !commands;
	s->fails = false;
	s->before = TOKEN_SEMICOLON;
	return true;
}

static void end_line(struct shell *s)
{
	s->at = s->line;
	s->line = 0;
}

/* Where a redirection leads. False: it failed. */
static bool redirect_to(struct shell *s, const struct token *token, const char *path)
{
	bool standard = token->fd <= 2;
	int from;

	switch (token->redirection) {
	case REDIRECT_COPY:
		from = *path >= '0' && *path <= '2' && !path[1] ? *path - '0' : -1;
		if (from < 0 && strcmp(path, "-") != 0) {
			complain(s, 2, "%.200s: bad file descriptor", path);
			return false;
		}
		if (standard)
			s->job.quiet[token->fd] = from < 0 || s->job.quiet[from];
		return true;
	case REDIRECT_FROM:
		if (world_kind(path) == FILE_NONE)
			complain(s, 2, "can't open %.200s: No such file or directory", path);
		return world_kind(path) != FILE_NONE;
	case REDIRECT_TO:
		break;
	}
	if (strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/stderr") == 0)
		return true;
	if (world_kind(path) != FILE_NULL && world_kind(path) != FILE_ZERO) {
		complain(s, 2, "can't create %.200s: %s", path,
			 world_kind(path) == FILE_DIRECTORY ? "Is a directory" : "Read-only file system");
		return false;
	}
	if (standard)
		s->job.quiet[token->fd] = true;
	return true;
}

static bool redirect(struct shell *s, const struct token *token)
{
	struct text path = {0};
	bool done = variables_expand(&s->variables, token->at, token->len, false, &path) == 0;

	if (done)
		done = redirect_to(s, token, path.bytes);
	else
		complain(s, 2, "a word is too long");
	text_free(&path);
	return done;
}

/* NAME=VALUE, as it is written. False: it failed. */
static bool assign(struct shell *s, const struct token *token)
{
	size_t name = syntax_name(token->at, token->len);
	struct text value = {0};
	bool done = variables_expand(&s->variables, token->at + name + 1, token->len - name - 1, false, &value) == 0 &&
		    variables_set(&s->variables, token->at, name, value.bytes, value.len - 1) == 0;

	if (!done)
		complain(s, 2, "%.*s: the variables have become too large", (int)name, token->at);
	text_free(&value);
	return done;
}

static bool is_assignment(const struct token *token)
{
	size_t name = syntax_name(token->at, token->len);

	return name > 0 && name < token->len && token->at[name] == '=';
}

static bool takes_part(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_REDIRECT;
}

/* The words of the command at from: expanded, into words. False: there are too many. */
static bool expand_words(struct shell *s, size_t from)
{
	struct token token;
	bool command = false;

	for (;;) {
		syntax_token(s->in.bytes, s->line, &from, &token);
		if (!takes_part(&token))
			return true;
		if (token.kind != TOKEN_WORD || (!command && is_assignment(&token)))
			continue;
		command = true;
		if (variables_expand(&s->variables, token.at, token.len, true, &s->words) != 0) {
			complain(s, 126, "argument list too long");
			return false;
		}
	}
}

/* Redirections of the command at from and, where it has no word, its assignments. False: one failed. */
static bool apply_others(struct shell *s, size_t from)
{
	bool alone = s->words.len == 0;
	struct token token;

	for (;;) {
		syntax_token(s->in.bytes, s->line, &from, &token);
		if (!takes_part(&token))
			return true;
		if (token.kind == TOKEN_REDIRECT ? !redirect(s, &token) :
		    alone && is_assignment(&token) && !assign(s, &token))
			return false;
	}
}

static void make_argv(struct shell *s)
{
	char *end = s->words.bytes + s->words.len;
	size_t n = 0;

	for (const char *word = s->words.bytes; word < end; word += strlen(word) + 1)
		n++;
	s->job.argv = x_reallocarray(NULL, n + 1, sizeof *s->job.argv);
	s->job.argc = 0;
	for (char *word = s->words.bytes; word < end; word += strlen(word) + 1)
		s->job.argv[s->job.argc++] = word;
	s->job.argv[n] = NULL;
}

/* Carry out the simple command at from as far as it needs no step. */
static void begin_command(struct shell *s, size_t from)
{
	int last = s->variables.status;

	end_job(s);
	if (s->fails) {
		s->fails = false;
		s->variables.status = 1;
		return;
	}
	if (!expand_words(s, from) || !apply_others(s, from)) {
		end_job(s);
		return;
	}
	s->variables.status = 0;
	if (s->words.len == 0) {
		end_job(s);
		return;
	}
	make_argv(s);
	s->step = job_find(s->job.argv[0]);
	if (!s->step) {
		complain(s, 127, "%.200s: not found", s->job.argv[0]);
		end_job(s);
		return;
	}
	s->job.world = s->world;
	s->job.out = &s->out;
	s->job.last = last;
}

/* The next simple command of the line, with the operator behind it. */
static void next_command(struct shell *s)
{
	size_t from = s->at;
	struct token token;
	bool any = false;
	bool runs = s->before == TOKEN_AND ? s->variables.status == 0 :
		    s->before == TOKEN_OR ? s->variables.status != 0 : true;

	for (;;) {
		syntax_token(s->in.bytes, s->line, &s->at, &token);
		if (!takes_part(&token))
			break;
		any = true;
	}
	if (any) {
		s->before = token.kind; /* a newline behind && or || stands for nothing */
		if (runs)
			begin_command(s, from);
	}
	if (s->at >= s->line)
		end_line(s);
}

static void go_on(struct shell *s, int64_t now)
{
	int status;

	s->job.now = now;
	status = s->step(&s->job);
	if (status == JOB_GOES_ON || status == JOB_SLEEPS)
		return;
	s->variables.status = status;
	s->ended = s->job.exits;
	end_job(s);
}

enum shell_state shell_run(struct shell *s, int64_t now)
{
	enum shell_state need = SHELL_BUSY;

	for (int i = 0; i < STEPS && need == SHELL_BUSY; i++) {
		if (s->out.len >= ROOM)
			need = SHELL_WRITES;
		else if (s->ended)
			need = SHELL_ENDED;
		else if (s->step && s->job.wake > now)
			need = SHELL_SLEEPS;
		else if (s->step)
			go_on(s, now);
		else if (s->line > 0 && s->started)
			next_command(s);
		else if (s->line > 0)
			need = SHELL_STARTS;
		else if (!find_line(s) && !s->ended)
			need = SHELL_READS;
	}
	return s->out.len > 0 && need != SHELL_BUSY ? SHELL_WRITES : need;
}
