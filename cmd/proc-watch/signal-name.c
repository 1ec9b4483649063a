#include "signal-name.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

static const struct {
	const char *name;
	int number;
} names[] = {
	{"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT}, {"ILL", SIGILL}, {"TRAP", SIGTRAP},
	{"ABRT", SIGABRT}, {"BUS", SIGBUS}, {"FPE", SIGFPE}, {"KILL", SIGKILL}, {"USR1", SIGUSR1},
	{"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
	{"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ}, {"WINCH", SIGWINCH},
	{"PWR", SIGPWR}, {"SYS", SIGSYS},
};

int signal_parse(const char *text)
{
	int64_t number;

	if (strncmp(text, "SIG", 3) == 0)
		text += 3;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i].name, text) == 0)
			return names[i].number;
	}
	return count_parse(text, &number) == 0 && number >= 1 && number < NSIG ? (int)number : -1;
}

const char *signal_name(int number, char text[SIGNAL_NAME_MAX])
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].number == number)
			return names[i].name;
	}
	snprintf(text, SIGNAL_NAME_MAX, "%d", number);
	return text;
}
