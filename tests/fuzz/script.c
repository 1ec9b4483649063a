/* The parser of db-load's scripts. */
#include "harness.h"

#include "../../cmd/db-load/script.h"
#include "../../cmd/db-load/split.h"

static void check_block(const struct script *s, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct command *c = &b->command[i];

		MUST(c->line > 0);
		MUST(c->variable < (int)s->nvariables);
		MUST(c->depth <= s->depth);
		switch (c->kind) {
		case COMMAND_SQL:
			MUST(c->text && c->statement < s->nstatements);
			MUST(b != &s->main || c->series < s->nlabels);
			MUST(!c->keeps_row || c->prefix);
			break;
		case COMMAND_REPEAT:
		case COMMAND_END:
			MUST(c->partner < b->n && b->command[c->partner].partner == i);
			MUST(b->command[c->partner].depth == c->depth);
			break;
		case COMMAND_PICK:
			MUST(c->keys < s->nkeys && c->exponent >= 0);
			break;
		case COMMAND_SET:
		case COMMAND_UUID:
		case COMMAND_BLOB:
			MUST(c->variable >= 0);
			break;
		case COMMAND_SLEEP:
			MUST(c->expr && c->unit > 0);
			break;
		}
		for (const int *slot = c->uses; slot && *slot >= 0; slot++)
			MUST((size_t)*slot < s->nvariables);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), error[SCRIPT_ERROR] = "";
	struct script *s = script_parse("input", text, error);
	enum split_end end;

	MUST(split_statement(text, &end) <= strlen(text));
	MUST(split_line(text) <= strlen(text));
	if (!s) {
		MUST(strncmp(error, "input:", 6) == 0 && error[6] >= '1' && error[6] <= '9');
	} else {
		MUST(s->main.n > 0 && !*error);
		check_block(s, &s->once);
		check_block(s, &s->before);
		check_block(s, &s->main);
		for (size_t i = 0; i < s->nlabels; i++)
			MUST(*s->label[i]);
	}
	script_free(s);
	free(text);
	return 0;
}
