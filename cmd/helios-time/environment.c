#include "environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

void environment_copy(struct environment *e)
{
	size_t n = 0;

	while (environ && environ[n])
		n++;
	e->variable = x_calloc(n + 1, sizeof *e->variable);
	e->n = n;
	for (size_t i = 0; i < n; i++)
		e->variable[i] = x_strdup(environ[i]);
}

void environment_drop(struct environment *e, const char *beginning)
{
	size_t kept = 0, len = strlen(beginning);

	for (size_t i = 0; i < e->n; i++) {
		if (strncmp(e->variable[i], beginning, len) == 0)
			free(e->variable[i]);
		else
			e->variable[kept++] = e->variable[i];
	}
	e->n = kept;
	e->variable[kept] = NULL;
}

void environment_set(struct environment *e, const char *name, const char *value)
{
	char *variable = x_asprintf("%s=", name);

	environment_drop(e, variable);
	free(variable);
	e->variable = x_reallocarray(e->variable, e->n + 2, sizeof *e->variable);
	e->variable[e->n++] = x_asprintf("%s=%s", name, value);
	e->variable[e->n] = NULL;
}

void environment_free(struct environment *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->variable[i]);
	free(e->variable);
	*e = (struct environment){.n = 0};
}
