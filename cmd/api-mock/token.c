#include "token.h"

#include <stdint.h>
#include <sys/random.h>
#include <sys/types.h>

static const char digits[] = "0123456789abcdef";

static int draw(unsigned char *bytes, size_t n)
{
	return getrandom(bytes, n, 0) == (ssize_t)n ? 0 : -1;
}

int token_make(char text[TOKEN_LENGTH + 1])
{
	unsigned char bytes[TOKEN_LENGTH / 2];

	if (draw(bytes, sizeof bytes) < 0)
		return -1;
	for (int i = 0; i < TOKEN_LENGTH; i++)
		text[i] = digits[bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
	text[TOKEN_LENGTH] = '\0';
	return 0;
}

int uuid_make(char text[UUID_LENGTH + 1])
{
	unsigned char bytes[16];
	char *out = text;

	if (draw(bytes, sizeof bytes) < 0)
		return -1;
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = digits[bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
	}
	*out = '\0';
	return 0;
}
