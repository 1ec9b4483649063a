#ifndef BENCHPIPE_OCTET_H
#define BENCHPIPE_OCTET_H

/* What an octet may be part of (RFC 9110, 5.5 and 5.6). */

#define OCTET_TOKEN 1 /* tchar: of a name */
#define OCTET_TEXT  2 /* of a value: HTAB, SP, VCHAR, obs-text */

extern const unsigned char octet_class[256];

static inline int octet_is(char c, unsigned char class)
{
	return octet_class[(unsigned char)c] & class;
}

static inline int octet_is_space(char c) /* OWS */
{
	return c == ' ' || c == '\t';
}

#endif
