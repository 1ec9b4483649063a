#include <stdbool.h>

#include "fakes.h"

static char *put_address(char *out, uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		out = put_number(out, address >> shift & 0xff);
		if (shift)
			*out++ = '.';
	}
	return out;
}

struct block { uint32_t address; int prefix; };

static bool within(uint32_t address, struct block block)
{
	return (address ^ block.address) >> (32 - block.prefix) == 0;
}

/* What is not global unicast in the registry of special purposes (RFC 6890 and its successors). */
static bool is_special(uint32_t address)
{
	static const struct block special[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },  { 0xa9fe0000, 16 },
		{ 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 }, { 0xc0586300, 24 }, { 0xc0a80000, 16 },
		{ 0xc6120000, 15 }, { 0xc6336400, 24 }, { 0xcb007100, 24 }, { 0xe0000000, 3 }
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
		if (within(address, special[i]))
			return true;
	}
	return false;
}

/* With a last byte of 1 to 254. */
static uint32_t host(uint32_t net, struct rng *rng)
{
	return (net & ~UINT32_C(0xff)) | (1 + below(rng, 254));
}

char *fake_ipv4(char *out, struct rng *rng)
{
	uint32_t address;

	do {
		address = host((uint32_t)rng_next(rng), rng);
	} while (is_special(address));
	return put_address(out, address);
}

/* One of the three private blocks (RFC 1918), and 16 bits of where in it. */
static uint32_t private_net(struct rng *rng)
{
	uint32_t bits = (uint32_t)rng_next(rng);

	switch (below(rng, 4)) {
	case 0:  return 0xac100000 | (bits & 0x000fff00);
	case 1:  return 0xc0a80000 | (bits & 0x0000ff00);
	default: return 0x0a000000 | (bits & 0x00ffff00);
	}
}

char *fake_private_ipv4(char *out, struct rng *rng)
{
	return put_address(out, host(private_net(rng), rng));
}

char *fake_cidr(char *out, struct rng *rng)
{
	static const unsigned prefixes[] = { 16, 20, 22, 24, 24, 24, 26, 28 };
	unsigned prefix = prefixes[below(rng, 8)];
	uint32_t address = private_net(rng) | (uint32_t)(rng_next(rng) & 0xff);

	out = put_address(out, address & ~UINT32_C(0) << (32 - prefix));
	*out++ = '/';
	return put_number(out, prefix);
}

static char *put_hex(char *out, unsigned number, int digits) /* 0: as many as it takes */
{
	int shift = digits ? 4 * (digits - 1) : 28;

	while (!digits && shift > 0 && number >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*out++ = "0123456789abcdef"[number >> shift & 0xf];
	return out;
}

/* As RFC 5952 has it: the longest run of zeros, of two or more, the first of equal ones, is "::". */
static char *put_groups(char *out, const unsigned group[8])
{
	int run = 0, at = 0;

	for (int i = 0, n = 0; i < 8; i++) {
		n = group[i] ? 0 : n + 1;
		if (n > run) {
			run = n;
			at = i - n + 1;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (run > 1 && i == at) {
			*out++ = ':';
			i += run - 1;
			if (i == 7)
				*out++ = ':';
			continue;
		}
		if (i > 0)
			*out++ = ':';
		out = put_hex(out, group[i], 0);
	}
	return out;
}

/* In the block for documentation: a router's or server's short number, or 64 random bits. */
char *fake_ipv6(char *out, struct rng *rng)
{
	unsigned group[8] = { 0x2001, 0xdb8 };
	uint64_t net = rng_next(rng), id = rng_next(rng);

	if (below(rng, 4) == 0)
		id &= 0xfff;
	group[2] = net & 0xffff;
	group[3] = net >> 16 & 0xffff;
	for (int i = 0; i < 4; i++)
		group[7 - i] = id >> 16 * i & 0xffff;
	return put_groups(out, group);
}

char *fake_mac(char *out, struct rng *rng)
{
	uint64_t bits = rng_next(rng);

	for (int i = 0; i < 6; i++, bits >>= 8) {
		unsigned byte = bits & 0xff;

		if (i > 0)
			*out++ = ':';
		out = put_hex(out, i == 0 ? (byte & 0xfc) | 2 : byte, 2); /* unicast, locally administered */
	}
	return out;
}
