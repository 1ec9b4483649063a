#include <string.h>

#include "die.h"
#include "programs.h"

#define BASE 0x400000
#define HEADERS 120 /* bytes: of the file, of its one segment */

static const struct program deb[] = {
	{"bash", "bash"}, {"dash", "dash"}, {"ls", "coreutils"}, {"cat", "coreutils"}, {"echo", "coreutils"},
	{"rm", "coreutils"}, {"cp", "coreutils"}, {"mv", "coreutils"}, {"mkdir", "coreutils"},
	{"uname", "coreutils"}, {"sleep", "coreutils"}, {"true", "coreutils"}, {"false", "coreutils"},
	{"tar", "tar"}, {"dpkg", "dpkg"}, {"dpkg-query", "dpkg"}, {"apt", "apt"}, {"apt-get", "apt"},
	{NULL, NULL},
};

static const struct program rpm[] = {
	{"bash", "bash"}, {"ls", "coreutils"}, {"cat", "coreutils"}, {"echo", "coreutils"},
	{"rm", "coreutils"}, {"cp", "coreutils"}, {"mv", "coreutils"}, {"mkdir", "coreutils"},
	{"uname", "coreutils"}, {"sleep", "coreutils"}, {"true", "coreutils"}, {"false", "coreutils"},
	{"tar", "tar"}, {"rpm", "rpm"}, {"dnf", "dnf"}, {NULL, NULL},
};

static const struct program apk[] = {{"busybox", "busybox"}, {NULL, NULL}};

static const struct program pacman[] = {
	{"bash", "bash"}, {"ls", "coreutils"}, {"cat", "coreutils"}, {"echo", "coreutils"},
	{"rm", "coreutils"}, {"cp", "coreutils"}, {"mv", "coreutils"}, {"mkdir", "coreutils"},
	{"uname", "coreutils"}, {"sleep", "coreutils"}, {"true", "coreutils"}, {"false", "coreutils"},
	{"tar", "tar"}, {"pacman", "pacman"}, {NULL, NULL},
};

const struct program *programs_of(enum family family)
{
	static const struct program *const programs[FAMILY_COUNT] = {deb, rpm, apk, pacman};

	return programs[family];
}

static void put(unsigned char *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

/* ELF: one segment, the whole file, read and executed. */
static void make(struct tree *tree, const char *path, int64_t time, const void *code, size_t len)
{
	unsigned char *bytes = x_calloc(1, HEADERS + len), *segment = bytes + 64;

	memcpy(bytes, "\177ELF\2\1\1", 7);       /* 64 bits, little-endian, version 1 */
	put(bytes + 16, 2, 2);                    /* ET_EXEC */
	put(bytes + 18, 62, 2);                   /* EM_X86_64 */
	put(bytes + 20, 1, 4);
	put(bytes + 24, BASE + HEADERS, 8);       /* e_entry */
	put(bytes + 32, 64, 8);                   /* e_phoff */
	put(bytes + 52, 64, 2);                   /* e_ehsize */
	put(bytes + 54, 56, 2);                   /* e_phentsize */
	put(bytes + 56, 1, 2);                    /* e_phnum */
	put(bytes + 58, 64, 2);                   /* e_shentsize */
	put(segment, 1, 4);                       /* PT_LOAD */
	put(segment + 4, 5, 4);                   /* PF_R | PF_X */
	put(segment + 16, BASE, 8);
	put(segment + 24, BASE, 8);
	put(segment + 32, HEADERS + len, 8);
	put(segment + 40, HEADERS + len, 8);
	put(segment + 48, 0x1000, 8);
	memcpy(bytes + HEADERS, code, len);
	tree_bytes(tree, path, 0755, time, (char *)bytes, HEADERS + len);
}

void make_program(struct tree *tree, const char *path, int64_t time)
{
	static const unsigned char code[PROGRAM_BYTES - HEADERS] = {
		0xb8, 60, 0, 0, 0, /* mov eax, exit */
		0x31, 0xff,        /* xor edi, edi */
		0x0f, 0x05,        /* syscall */
	};

	make(tree, path, time, code, sizeof code);
}

void make_init(struct tree *tree, const char *path, int64_t time)
{
	static const char text[] = "init: this is a generated image, in which nothing else runs\n";
	static const unsigned char before[] = {
		0xb8, 1, 0, 0, 0,                         /* mov eax, write */
		0xbf, 1, 0, 0, 0,                         /* mov edi, 1 */
		0x48, 0x8d, 0x35, 18, 0, 0, 0,            /* lea rsi, [rip + the text] */
		0xba, sizeof text - 1, 0, 0, 0,           /* mov edx, its length */
		0x0f, 0x05,                               /* syscall */
		0xb8, 34, 0, 0, 0,                        /* mov eax, pause */
		0x0f, 0x05,                               /* syscall */
		0xeb, 0xf7,                               /* back to the mov */
	};
	unsigned char code[sizeof before + sizeof text - 1];

	/* From the end of the lea to the text: what follows it. */
	_Static_assert(sizeof before - 17 <= 127, "the displacement has one byte");
	memcpy(code, before, sizeof before);
	code[13] = sizeof before - 17;
	memcpy(code + sizeof before, text, sizeof text - 1);
	make(tree, path, time, code, sizeof code);
}
