#include "print.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "jsonout.h"
#include "pipeline.h"
#include "stop.h"

struct printer {
	struct batches batches;
	char **key;       /* by inserted column: {"name": or ,"name": */
	size_t *key_len;
};

static size_t put_base64(char *out, const char *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = (const unsigned char *)bytes;
	char *o = out;

	*o++ = '"';
	for (; len > 2; len -= 3, in += 3) {
		unsigned v = (unsigned)in[0] << 16 | (unsigned)in[1] << 8 | in[2];

		*o++ = digits[v >> 18];
		*o++ = digits[v >> 12 & 63];
		*o++ = digits[v >> 6 & 63];
		*o++ = digits[v & 63];
	}
	if (len > 0) {
		unsigned v = (unsigned)in[0] << 16 | (len > 1 ? (unsigned)in[1] << 8 : 0);

		*o++ = digits[v >> 18];
		*o++ = digits[v >> 12 & 63];
		*o++ = len > 1 ? digits[v >> 6 & 63] : '=';
		*o++ = '=';
	}
	*o++ = '"';
	return (size_t)(o - out);
}

static size_t put_integer(char *out, int64_t value)
{
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[20];
	size_t n = 0, len = 0;

	do {
		digits[n++] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (value < 0)
		out[len++] = '-';
	while (n > 0)
		out[len++] = digits[--n];
	return len;
}

/* The most bytes that a value takes, less than SIZE_MAX / 8. */
static size_t bound(const struct value *value)
{
	if (value->type == VALUE_TEXT)
		return 6 * value->len + 8;
	return value->type == VALUE_BLOB ? value->len / 3 * 4 + 8 : JSON_NUMBER_MAX;
}

static size_t put_value(char *out, const struct value *value)
{
	switch (value->type) {
	case VALUE_INTEGER:
		return put_integer(out, value->integer);
	case VALUE_REAL:
		return json_format_number(out, value->real);
	case VALUE_TEXT:
		return json_format_string(out, value->bytes, value->len);
	case VALUE_BLOB:
		return put_base64(out, value->bytes, value->len);
	default:
		memcpy(out, "null", 4);
		return 4;
	}
}

static int reserve(struct batch *batch, size_t more)
{
	size_t room = 2 * (batch->len + more);
	char *larger;

	if (batch->room - batch->len >= more)
		return 0;
	larger = realloc(batch->text, room);
	if (!larger)
		return -1;
	batch->text = larger;
	batch->room = room;
	return 0;
}

static int format_row(const struct printer *p, struct batch *batch, const struct value *value)
{
	for (size_t i = 0; i < p->batches.ncolumns; i++) {
		if (reserve(batch, p->key_len[i] + bound(&value[i]) + 4) != 0)
			return -1;
		memcpy(batch->text + batch->len, p->key[i], p->key_len[i]);
		batch->len += p->key_len[i];
		batch->len += put_value(batch->text + batch->len, &value[i]);
	}
	if (reserve(batch, 4) != 0)
		return -1;
	if (p->batches.ncolumns == 0)
		batch->text[batch->len++] = '{';
	batch->text[batch->len++] = '}';
	batch->text[batch->len++] = '\n';
	return 0;
}

static int format(void *data, struct batch *batch)
{
	const struct printer *p = data;

	batch->len = 0;
	for (size_t row = 0; row < batch->n; row++) {
		if (format_row(p, batch, batch->value + row * p->batches.ncolumns) != 0)
			return -1;
	}
	return 0;
}

static int write_all(void *data, struct batch *batch)
{
	(void)data;
	for (size_t done = 0; done < batch->len; ) {
		ssize_t n;

		if (stop_signal())
			return -1;
		n = write(STDOUT_FILENO, batch->text + done, batch->len - done);
		if (n < 0 && errno != EINTR) {
			warn("standard output:");
			return -1;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	return stop_signal() ? -1 : 0;
}

static int make_keys(struct printer *p)
{
	const struct table *table = p->batches.table->table;
	size_t n = p->batches.ncolumns;

	p->key = calloc(n + 1, sizeof(*p->key));
	p->key_len = calloc(n + 1, sizeof(*p->key_len));
	if (!p->key || !p->key_len)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *name = table->column[p->batches.column[i]].name;
		size_t len = strlen(name);

		p->key[i] = malloc(6 * len + 16);
		if (!p->key[i])
			return -1;
		p->key[i][0] = i ? ',' : '{';
		p->key_len[i] = 1 + json_format_string(p->key[i] + 1, name, len);
		p->key[i][p->key_len[i]++] = ':';
	}
	return 0;
}

int print_rows(const struct plan_table *table, unsigned threads)
{
	struct printer p = { 0 };
	struct pipeline pipeline = {
		.batches = &p.batches, .threads = threads, .prepare = format, .take = write_all, .data = &p
	};
	int result = -1;

	if (batches_init(&p.batches, table) != 0 || make_keys(&p) != 0)
		warn("out of memory");
	else
		result = pipeline_run(&pipeline);
	for (size_t i = 0; p.key && i < p.batches.ncolumns; i++)
		free(p.key[i]);
	free(p.key);
	free(p.key_len);
	batches_free(&p.batches);
	return result;
}
