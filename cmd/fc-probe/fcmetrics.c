#include "fcmetrics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"

#define CHUNK 4096

static const char *const names[FC_LATENCIES] = {
	[FC_FULL_CREATE] = "full_create_snapshot", [FC_DIFF_CREATE] = "diff_create_snapshot",
	[FC_LOAD] = "load_snapshot", [FC_PAUSE] = "pause_vm", [FC_RESUME] = "resume_vm",
};

/* Where the latency called key belongs; NULL for another. */
static int64_t *find(struct fcmetrics *m, struct json_span key)
{
	int64_t *into = m->api;

	if (key.len > 4 && memcmp(key.text, "vmm_", 4) == 0) {
		into = m->vmm;
		key.text += 4;
		key.len -= 4;
	}
	for (int i = 0; i < FC_LATENCIES; i++) {
		if (json_is(&key, names[i]))
			return &into[i];
	}
	return NULL;
}

static int read_latencies(struct json *j, struct fcmetrics *m)
{
	struct json_span key;
	int more;

	if (json_object(j) != 0)
		return -1;
	while ((more = json_key(j, &key)) == 1) {
		int64_t *latency = find(m, key);
		uint64_t us;

		if (!latency) {
			if (json_skip(j) != 0)
				return -1;
			continue;
		}
		if (json_count(j, &us) != 0 || us > INT64_MAX / 1000)
			return -1;
		*latency = us ? (int64_t)us * 1000 : -1;
	}
	return more;
}

int fcmetrics_parse(const char *line, size_t len, struct fcmetrics *m)
{
	struct json_span key;
	struct json j;
	int more;

	for (int i = 0; i < FC_LATENCIES; i++)
		m->api[i] = m->vmm[i] = -1;
	json_open(&j, line, len);
	if (json_object(&j) != 0)
		return -1;
	while ((more = json_key(&j, &key)) == 1) {
		if ((json_is(&key, "latencies_us") ? read_latencies(&j, m) : json_skip(&j)) != 0)
			return -1;
	}
	return more < 0 ? -1 : json_done(&j);
}

/* All of len bytes at offset. 0, or -1 with errno; ENODATA: the file ends before. */
static int read_at(int fd, char *bytes, size_t len, off_t offset)
{
	while (len > 0) {
		ssize_t n = pread(fd, bytes, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENODATA;
			return -1;
		}
		bytes += n;
		len -= (size_t)n;
		offset += n;
	}
	return 0;
}

/* Where the last newline before end is; -1 with errno, ENODATA: there is none. */
static off_t find_newline(int fd, off_t end)
{
	char bytes[CHUNK];

	while (end > 0) {
		size_t len = end < CHUNK ? (size_t)end : CHUNK;
		const char *newline;

		end -= (off_t)len;
		if (read_at(fd, bytes, len, end) < 0)
			return -1;
		newline = memrchr(bytes, '\n', len);
		if (newline)
			return end + (newline - bytes);
	}
	errno = ENODATA;
	return -1;
}

/* The line that ends at the newline at end. */
static int parse_line(int fd, off_t end, struct fcmetrics *m)
{
	off_t before = find_newline(fd, end);
	size_t len;
	char *line;
	int result;

	if (before < 0 && errno != ENODATA)
		return -1;
	len = (size_t)(end - (before + 1)); /* before is -1 where it is the first line */
	line = malloc(len + 1);
	if (!line)
		return -1;
	result = read_at(fd, line, len, before + 1);
	if (result == 0 && fcmetrics_parse(line, len, m) != 0) {
		errno = EPROTO;
		result = -1;
	}
	free(line);
	return result;
}

int fcmetrics_read(const char *path, struct fcmetrics *m)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result = -1, error;
	struct stat st;
	off_t end;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0) {
		end = find_newline(fd, st.st_size);
		if (!S_ISREG(st.st_mode))
			errno = EINVAL;
		else if (end >= 0)
			result = parse_line(fd, end, m);
	}
	error = errno;
	close(fd);
	errno = error;
	return result;
}
