#include <stdio.h>
#include <string.h>

#include "os.h"
#include "rng.h"

static const struct release releases[] = {
	{OS_UBUNTU, "24.04", "24.04.1", "Noble Numbat", "noble", 4},
	{OS_UBUNTU, "22.04", "22.04.5", "Jammy Jellyfish", "jammy", 0},
	{OS_UBUNTU, "20.04", "20.04.6", "Focal Fossa", "focal", 0},
	{OS_DEBIAN, "13", "13.1", "trixie", "trixie", 6},
	{OS_DEBIAN, "12", "12.8", "bookworm", "bookworm", 2},
	{OS_DEBIAN, "11", "11.11", "bullseye", "bullseye", 0},
	{OS_ALPINE, "3.22", "3.22.1", "", "", 6},
	{OS_ALPINE, "3.21", "3.21.3", "", "", 5},
	{OS_ALPINE, "3.20", "3.20.3", "", "", 4},
	{OS_ALPINE, "3.19", "3.19.4", "", "", 3},
	{OS_FEDORA, "42", "42", "Adams", "", 6},
	{OS_FEDORA, "41", "41", "Forty One", "", 5},
	{OS_FEDORA, "40", "40", "Forty", "", 4},
	{OS_FEDORA, "39", "39", "Thirty Nine", "", 3},
	{OS_ARCH, "", "", "", "", 7},
};

static const char *const names[OS_COUNT] = {"ubuntu", "debian", "alpine", "fedora", "arch"};

static const char *const versions[OS_COUNT][6] = {
	{"24.04", "22.04", "20.04", NULL}, {"13", "12", "11", NULL}, {"3.22", "3.21", "3.20", "3.19", NULL},
	{"42", "41", "40", "39", NULL},    {"", NULL},
};

static const char *const labels[OS_COUNT] = {"cloudimg-rootfs", "root", "alpine-root", "fedora", "archroot"};

const char *os_name(enum os os)
{
	return names[os];
}

const char *const *os_versions(enum os os)
{
	return versions[os];
}

const char *os_label(enum os os)
{
	return labels[os];
}

const struct release *release_find(enum os os, const char *version)
{
	for (size_t i = 0; i < sizeof releases / sizeof *releases; i++)
		if (releases[i].os == os && strcmp(releases[i].version, version) == 0)
			return &releases[i];
	return NULL;
}

void image_uuid(const struct image *image, const char *what, char text[UUID_ROOM])
{
	uint64_t key = rng_key(rng_key(image->key, "uuid"), what);
	uint64_t high = (rng_at(key, 0) & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
	uint64_t low = (rng_at(key, 1) & ~(UINT64_C(3) << 62)) | UINT64_C(2) << 62;

	snprintf(text, UUID_ROOM, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
		 (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xffff, (unsigned)(low >> 48),
		 (unsigned long long)low & 0xffffffffffff);
}
