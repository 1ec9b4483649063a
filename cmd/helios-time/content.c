#include "content.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"
#include "die.h"
#include "filling.h"
#include "printable.h"
#include "rng.h"

#define FILES_A_DIRECTORY 100

/* Why is "DIRECTORY/path: errno's words"; path NULL: the directory itself. Always -1, errno stays. */
static int complain(const struct content *c, const char *path, char why[CONTENT_WHY])
{
	char directory[PRINTABLE], name[PRINTABLE];
	int error = errno;

	snprintf(why, CONTENT_WHY, "%s%s%s: %s", printable(directory, c->directory), path ? "/" : "",
		 path ? printable(name, path) : "", error == ECANCELED ? "cancelled" : strerror(error));
	errno = error;
	return -1;
}

static int64_t size_of(const struct content_spec *spec, uint64_t i)
{
	double low = (double)spec->size_min + 1, high = (double)spec->size_max + 2, share;
	struct rng rng;
	int64_t size;

	if (spec->size_min == spec->size_max)
		return spec->size_min;
	rng_seed_at(&rng, rng_key(spec->seed, "size"), i);
	share = rng_uniform(&rng);
	size = (int64_t)(low * pow(high / low, share)) - 1;
	return size < spec->size_min ? spec->size_min : size > spec->size_max ? spec->size_max : size;
}

static int digits(uint64_t n, int least)
{
	int count = snprintf(NULL, 0, "%llu", (unsigned long long)n);

	return count > least ? count : least;
}

/* Names are as long as the longest, so that their order is that of the numbers. The last file is in no subdirectory. */
static int make_file(struct content *c, uint64_t i, char *buffer, char why[CONTENT_WHY])
{
	uint64_t last = c->spec.files - 1;
	char path[64] = "";
	int len = 0;

	if (c->spec.signals && signals_caught(c->spec.signals)) {
		errno = ECANCELED;
		return complain(c, NULL, why);
	}
	if (i < last) {
		len = snprintf(path, sizeof path, "d%0*llu", digits(last / FILES_A_DIRECTORY, 3),
			       (unsigned long long)(i / FILES_A_DIRECTORY));
		if (i % FILES_A_DIRECTORY == 0 && mkdirat(c->fd, path, 0755) < 0)
			return complain(c, path, why);
		path[len++] = '/';
	}
	snprintf(path + len, sizeof path - (size_t)len, "f%0*llu", digits(last, 6), (unsigned long long)i);
	manifest_add(&c->manifest, path)->size = size_of(&c->spec, i);
	return filling_put(c, (size_t)i, 0, buffer) < 0 ? complain(c, path, why) : 0;
}

static int make_files(struct content *c, char why[CONTENT_WHY])
{
	char *buffer = x_malloc(FILLING_PIECE);
	int result = 0, error;

	c->key = rng_key(c->spec.seed, "made");
	for (uint64_t i = 0; i < c->spec.files && result == 0; i++)
		result = make_file(c, i, buffer, why);
	error = errno;
	free(buffer);
	errno = error;
	return result;
}

static int copy_files(struct content *c, uint64_t *left_out, char why[CONTENT_WHY])
{
	char name[PRINTABLE];

	if (copy_tree(c, left_out, why) < 0)
		return -1;
	manifest_sort(&c->manifest);
	/* With what is there in the key, no file can get what it has now. */
	c->key = rng_key(c->spec.seed, "copied");
	for (size_t i = 0; i < c->manifest.n; i++) {
		uint64_t start;

		memcpy(&start, c->manifest.file[i].digest, sizeof start);
		c->key = rng_at(c->key, le64toh(start));
	}
	if (c->manifest.n)
		return 0;
	snprintf(why, CONTENT_WHY, "%s: no regular file is in it", printable(name, c->spec.from));
	errno = EINVAL;
	return -1;
}

int content_make(struct content *c, const char *directory, const struct content_spec *spec, uint64_t *left_out,
		 char why[CONTENT_WHY])
{
	size_t i;

	*c = (struct content){.spec = *spec, .directory = directory, .fd = -1};
	*left_out = 0;
	if (mkdir(directory, 0755) < 0)
		return complain(c, NULL, why);
	c->fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c->fd < 0)
		return complain(c, NULL, why);
	if (spec->from ? copy_files(c, left_out, why) < 0 : make_files(c, why) < 0)
		return -1;
	return filling_learn(c, &i) < 0 ? complain(c, c->manifest.file[i].path, why) : 0;
}

/* How many files are changed each time. */
static uint64_t share_of(const struct content *c)
{
	uint64_t n = c->manifest.n;
	double share = c->spec.change * (double)n + 0.5;

	return share < 1 ? 1 : share >= (double)n ? n : (uint64_t)share;
}

static int change_next(struct content *c, struct changed *changed, char *buffer, char why[CONTENT_WHY])
{
	uint64_t n = c->manifest.n, turn = c->next / n + 1;
	size_t i = (size_t)rng_permute(rng_key(c->spec.seed, "order"), c->next % n, n);

	if (c->spec.signals && signals_caught(c->spec.signals)) {
		errno = ECANCELED;
		return complain(c, NULL, why);
	}
	if (filling_put(c, i, turn, buffer) < 0)
		return complain(c, c->manifest.file[i].path, why);
	c->next++;
	changed->files++;
	changed->bytes += c->manifest.file[i].size;
	return 0;
}

int content_change(struct content *c, struct changed *changed, char why[CONTENT_WHY])
{
	uint64_t count = c->manifest.n ? share_of(c) : 0;
	char *buffer = x_malloc(FILLING_PIECE);
	int result = 0, error;

	*changed = (struct changed){0};
	for (uint64_t i = 0; i < count && result == 0; i++)
		result = change_next(c, changed, buffer, why);
	c->version++;
	error = errno;
	free(buffer);
	errno = error;
	return result;
}

void content_dispose(struct content *c)
{
	if (c->directory && c->fd >= 0) /* else never made */
		close(c->fd);
	c->fd = -1;
	manifest_free(&c->manifest);
	free(c->tiny);
	c->tiny = NULL;
}
