#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

#define BLANKS " \t\n"

/* Copy one word from text to out without its quotes; the first byte behind it, or NULL
 * where a quote is not closed. */
static const char *take_word(const char *text, char *out)
{
	char quote = '\0';

	for (; *text && (quote || !strchr(BLANKS, *text)); text++) {
		if (*text == quote) {
			quote = '\0';
		} else if (!quote && (*text == '\'' || *text == '"')) {
			quote = *text;
		} else if (*text == '\\' && quote != '\'' && text[1] && (!quote || strchr("$`\"\\\n", text[1]))) {
			text++;
			if (*text != '\n')
				*out++ = *text;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
	return quote ? NULL : text;
}

char **words_split(const char *text)
{
	size_t len = strlen(text), n = 0;
	/* Words are split at blanks, so there are at most this many. */
	char **words = x_calloc(len / 2 + 2, sizeof(*words));
	char *word = x_malloc(len + 1);

	for (text += strspn(text, BLANKS); *text; text += strspn(text, BLANKS)) {
		text = take_word(text, word);
		if (!text) {
			free(word);
			words_free(words);
			return NULL;
		}
		words[n++] = x_strdup(word);
	}
	free(word);
	return words;
}

char *words_join(char *const *words)
{
	size_t size = 1;
	char *text, *at;

	for (size_t i = 0; words[i]; i++)
		size += strlen(words[i]) + 1;
	text = at = x_calloc(size, 1);
	for (size_t i = 0; words[i]; i++) {
		if (i)
			*at++ = ' ';
		at = stpcpy(at, words[i]);
	}
	return text;
}

void words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}
