#ifndef BENCHPIPE_REDACT_H
#define BENCHPIPE_REDACT_H

/* Take secrets out of a command line before it is kept: passwords and long user names in URLs;
 * the values of -u, --user, --pass…, --token…, --secret…, --key-pass…, --api-key…, --auth…, --cookie;
 * the header values of Authorization, Proxy-Authorization, Cookie, X-Api-Key and X-…-Token; and
 * NAME=value, also in a URL's query, where NAME ends in TOKEN, SECRET, PASSWORD, PASS or KEY. An argument
 * that is itself a shell command is looked through word by word. What is taken out becomes "***".
 * In doubt a value is taken out. */

/* argv[i] with its secrets taken out; before is argv[i - 1] or NULL. Caller frees; NULL with ENOMEM. */
char *redact_argument(const char *before, const char *argument);

#endif
