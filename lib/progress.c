#include "progress.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"

#define LIVE_INTERVAL 100000000LL
#define LINES_INTERVAL 5000000000LL

void progress_start(struct progress *p, FILE *stream, bool always, bool never)
{
	const char *term = getenv("TERM");
	bool live = isatty(fileno(stream)) && term && strcmp(term, "dumb") != 0;

	*p = (struct progress){ .stream = stream };
	if (!never && live)
		p->style = PROGRESS_LIVE;
	else if (always)
		p->style = PROGRESS_LINES;
	p->next = clock_now() + (p->style == PROGRESS_LINES ? LINES_INTERVAL : LIVE_INTERVAL);
}

/* Columns of the terminal; a line that wraps could not be rewritten. */
static int columns(FILE *stream)
{
	struct winsize size;

	return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

/* text cut to so many characters of UTF-8. */
static void cut(char *text, int characters)
{
	for (; *text; text++) {
		if (((unsigned char)*text & 0xc0) != 0x80 && characters-- == 0) {
			*text = '\0';
			return;
		}
	}
}

void progress_update(struct progress *p, const char *format, ...)
{
	int64_t now = p->style == PROGRESS_NONE ? 0 : clock_now();
	char text[512];
	va_list args;

	if (p->style == PROGRESS_NONE || now < p->next)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (p->style == PROGRESS_LIVE) {
		cut(text, columns(p->stream) - 1);
		fprintf(p->stream, "\r\033[K%s", text);
		p->shown = true;
	} else {
		fprintf(p->stream, "%s: %s\n", program_name(), text);
	}
	fflush(p->stream);
	p->next = now + (p->style == PROGRESS_LIVE ? LIVE_INTERVAL : LINES_INTERVAL);
}

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", p->stream);
	fflush(p->stream);
	p->shown = false;
}
