#ifndef HELIOS_TIME_PRINTABLE_H
#define HELIOS_TIME_PRINTABLE_H

/* Names of files in messages. */

#define PRINTABLE 320 /* bytes, with the NUL */

/* name for people: UTF-8 without control characters. Other bytes become \x0a, and \ becomes \\. The middle of a long
 * one is left out: "...". Returns text. */
const char *printable(char text[PRINTABLE], const char *name);

#endif
