#ifndef DISK_GEN_WORDS_H
#define DISK_GEN_WORDS_H

#define WORDS 128

/* Plain lower-case words, all of them different, as names are made of. */
extern const char *const words[WORDS];

#endif
