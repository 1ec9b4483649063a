#ifndef CMD_TIME_WORDS_H
#define CMD_TIME_WORDS_H

/* Command lines as text. Lists are NULL-terminated; words_free() frees list and words. */

/* Split as a shell does: blanks, '…', "…" and backslashes, but nothing is expanded.
 * NULL where a quote is not closed. Dies where memory is out. */
char **words_split(const char *text);

/* The words joined by one blank each; caller frees. */
char *words_join(char *const *words);

void words_free(char **words);

#endif
