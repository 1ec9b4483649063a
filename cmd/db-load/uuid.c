#include "uuid.h"

#include "clock.h"

void uuid_make(char text[UUID_LENGTH + 1], struct rng *rng)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t half[2] = {(uint64_t)(clock_wall() / 1000000) << 16, rng_next(rng)};
	char *out = text;

	half[0] |= 0x7000 | (rng_next(rng) >> 52);
	half[1] = half[1] >> 2 | (uint64_t)1 << 63;
	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = digits[half[i / 16] >> (60 - 4 * (i % 16)) & 15];
	}
	*out = '\0';
}
