#ifndef BENCHPIPE_REDACT_H
#define BENCHPIPE_REDACT_H

/* Take secrets out of a command line before it is kept:
 * - passwords and long user names in URLs, also in those without a scheme (me:password@host), and user names
 *   that no password follows (token:@host);
 * - the values of -u, also behind flags (-ku), of --user, --pass…, --token…, --secret…, --key-pass…, --api-key…,
 *   --auth…, --cookie, and of what getopt_long() takes for --user and --key-password;
 * - the values of the headers Authorization, Proxy-Authorization, Cookie, Set-Cookie and X-Auth, and of those whose
 *   names sound secret: they end in TOKEN, SECRET, PASSWORD, PASSWD, PASS, PASSPHRASE, _PWD or KEY, in any case;
 * - NAME=value, also in a URL's query, and the JSON member "NAME": value, where NAME sounds secret.
 * An argument that is itself a shell command is looked through word by word. What is taken out becomes "***".
 * In doubt a value is taken out: of npm:package@1.2, which could be a login, "package" is. */

/* argv[i] with its secrets taken out; before is argv[i - 1] or NULL. Caller frees; NULL with ENOMEM. */
char *redact_argument(const char *before, const char *argument);

#endif
