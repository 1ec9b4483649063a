#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "schema.h"
#include "sha256.h"
#include "writeall.h"

#define STATE_MAX 10000000 /* as Firecracker has it */
#define PURPOSE "state of a stand-in's machine: fc-mock of benchpipe wrote it, Firecracker cannot read it"

const char *snapshot_version(unsigned minor)
{
	static const unsigned char major[] = {
		[7] = 1, [8] = 2, [9] = 3, [10] = 3, [11] = 5, [12] = 6, [13] = 8, [14] = 8, [15] = 9, [16] = 10};
	static char text[24];

	if (minor < 7)
		snprintf(text, sizeof(text), "1.%u.0", minor);
	else
		snprintf(text, sizeof(text), "%d.0.0", minor < sizeof(major) ? major[minor] : 11);
	return text;
}

static char *state_of(const struct call *call, bool diff)
{
	const struct config *c = call->config;
	struct value *v = value_new(JSON_OBJECT);
	char date[CLOCK_TEXT_MAX], digest[SHA256_TEXT], *json, *text;

	clock_format(date, clock_wall());
	value_add(v, "fc-mock", value_string(PURPOSE));
	value_add(v, "version", value_string(snapshot_version(call->minor)));
	value_add(v, "vmm", value_string(call->vm->version_text));
	value_add(v, "id", value_string(call->vm->id));
	value_add(v, "date", value_string(date));
	value_add(v, "type", value_string(diff ? "Diff" : "Full"));
	value_add(v, "config", config_show(c, 17)); /* of the newest, so that nothing is left out */
	value_add(v, "mmds", c->mmds_config ? value_copy(c->mmds) : value_new(JSON_NULL));
	json = value_to_json(v);
	value_free(v);
	sha256_text(json, strlen(json), digest);
	text = x_asprintf("%s\n%s\n", json, digest);
	free(json);
	return text;
}

static int refuse(struct call *call, const char *format, const char *what, int error)
{
	char *why = call_os_error(error);

	if (what)
		call_refuse(call, GROUP_CREATE, "Cannot perform %s on the %s backing file: %s", what, format, why);
	else
		call_refuse(call, GROUP_CREATE, "Cannot serialize the microVM state: IO Error: %s", why);
	free(why);
	return -1;
}

static int write_state(struct call *call, const char *path, bool diff)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), error;
	char *text;

	if (fd < 0)
		return refuse(call, "snapshot", "open", errno);
	text = state_of(call, diff);
	error = write_all(fd, text, strlen(text)) < 0 ? errno : 0;
	free(text);
	if (error) {
		close(fd);
		return refuse(call, NULL, NULL, error);
	}
	if (fsync(fd) != 0) {
		error = errno;
		close(fd);
		return refuse(call, "snapshot", "sync_all", error);
	}
	close(fd);
	return 0;
}

/* What failed, NULL: nothing. What is there stays where it has the right size and this is a difference. */
static const char *size_memory(int fd, bool existed, int64_t size, bool diff)
{
	struct stat st;

	if (existed) {
		if (fstat(fd, &st) != 0)
			return "get_metadata";
		if ((st.st_size != size || !diff) && ftruncate(fd, 0) != 0)
			return "truncate";
	}
	if (ftruncate(fd, size) != 0)
		return "set_length";
	return fsync(fd) != 0 ? "sync_all" : NULL;
}

static int write_memory(struct call *call, const char *path, bool diff)
{
	bool existed = access(path, F_OK) == 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666), error;
	const char *failed;

	if (fd < 0)
		return refuse(call, "memory", "open", errno);
	if (diff && call->minor < 13 && !value_is_true(call->config->machine, "track_dirty_pages")) {
		size_memory(fd, existed, config_memory(call->config), diff);
		close(fd);
		call_refuse(call, GROUP_CREATE,
			    "Cannot get dirty bitmap: Error getting the KVM dirty bitmap. %s (os error %d)",
			    strerror(ENOENT), ENOENT);
		return -1;
	}
	failed = size_memory(fd, existed, config_memory(call->config), diff);
	error = errno;
	close(fd);
	return failed ? refuse(call, "memory", failed, error) : 0;
}

int snapshot_write(struct call *call, const char *state_path, const char *memory_path, bool diff)
{
	if (write_state(call, state_path, diff) != 0)
		return -1;
	return write_memory(call, memory_path, diff);
}

/* What the two who read state files say before what is wrong. */
struct words {
	const char *not_opened, *not_read;
};

/* The whole of a state file; NULL with *why. */
static char *read_file(const char *path, size_t *len, const struct words *words, char **why)
{
	FILE *file = fopen(path, "re");
	char *text, *os = NULL;

	if (!file) {
		os = call_os_error(errno);
		*why = x_asprintf("%s%s", words->not_opened, os);
		free(os);
		return NULL;
	}
	text = x_malloc(STATE_MAX + 1);
	errno = 0;
	*len = fread(text, 1, STATE_MAX + 1, file);
	if (ferror(file)) {
		os = call_os_error(errno);
		*why = x_asprintf("%sIO Error: %s", words->not_read, os);
		free(os);
	} else if (*len > STATE_MAX) {
		*why = x_asprintf("%sSnapshot size exceeds limit of %d bytes", words->not_read, STATE_MAX);
	} else if (*len < 8) {
		*why = x_asprintf("%sIO Error: File too short to contain CRC", words->not_read);
	}
	fclose(file);
	if (!*why)
		return text;
	free(text);
	return NULL;
}

/* The first line of text, where the second is its digest; NULL with *why. */
static struct value *checked(const char *text, size_t len, const struct words *words, char **why)
{
	const char *end = memchr(text, '\n', len);
	char digest[SHA256_TEXT];
	struct value *v = NULL;
	struct json j;

	if (end) {
		json_open(&j, text, (size_t)(end - text));
		v = value_read(&j, 2 * VALUE_DEPTH); /* there is metadata in it, which may be as deep as a request */
	}
	if (!v || !value_text(v, "fc-mock") || !value_text(v, "version")) {
		value_free(v);
		*why = x_asprintf("%sAn error occurred during bitcode serialization: bitcode error (no state file of "
				  "fc-mock, or cut short)",
				  words->not_read);
		return NULL;
	}
	sha256_text(text, (size_t)(end - text), digest);
	if (len - (size_t)(end + 1 - text) != SHA256_TEXT || memcmp(end + 1, digest, SHA256_TEXT - 1) != 0) {
		value_free(v);
		v = NULL;
		*why = x_asprintf("%sCRC64 validation failed", words->not_read);
	}
	return v;
}

static struct value *read_state(const char *path, const struct words *words, char **why)
{
	size_t len;
	char *text;
	struct value *v;

	*why = NULL;
	text = read_file(path, &len, words, why);
	if (!text)
		return NULL;
	v = checked(text, len, words, why);
	free(text);
	return v;
}

char *snapshot_describe(const char *path, char **why)
{
	static const struct words words = {"Unable to open snapshot state file: ",
					   "Invalid data format version of snapshot file: "};
	struct value *v = read_state(path, &words, why);
	char *version = v ? x_strdup(value_text(v, "version")) : NULL;

	value_free(v);
	return version;
}

struct value *snapshot_read(const char *path, unsigned minor, char **why)
{
	static const struct words words = {"Failed to open snapshot file: ",
					   "Failed to load snapshot state from file: "};
	struct value *v = read_state(path, &words, why);
	const char *version = v ? value_text(v, "version") : NULL;
	unsigned theirs = 0;

	if (!v)
		return NULL;
	/* From 1.7 on only its own will do; before, all that are not newer. */
	if (minor < 7 ? sscanf(version, "1.%u.0", &theirs) != 1 || theirs > minor
		      : strcmp(version, snapshot_version(minor)) != 0)
		*why = x_asprintf("%sInvalid data version: %s", words.not_read, version);
	else if (!value_get(v, "config") || !value_get(value_get(v, "config"), "machine-config"))
		*why = x_strdup("Invalid snapshot state: No memory region defined.");
	else
		return v;
	value_free(v);
	return NULL;
}
