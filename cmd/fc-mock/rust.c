#include "rust.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "die.h"

char *rust_quoted(const char *text, size_t len)
{
	static const char special[] = "\"\\\n\r\t", letters[] = "\"\\nrt";
	char *out = x_malloc(6 * len + 3), *at = out;

	*at++ = '"';
	for (size_t i = 0; i < len; i++) {
		const char *found = text[i] ? strchr(special, text[i]) : NULL;

		if (found || !text[i]) {
			*at++ = '\\';
			*at++ = found ? letters[found - special] : '0';
		} else if ((unsigned char)text[i] < ' ' || text[i] == '\x7f') {
			at += sprintf(at, "\\u{%x}", (unsigned)text[i]);
		} else {
			*at++ = text[i];
		}
	}
	*at++ = '"';
	*at = '\0';
	return out;
}

static const char *kind(int error)
{
	static const struct {
		int error;
		const char *name;
	} kinds[] = {
		{ENOENT, "NotFound"},         {EACCES, "PermissionDenied"},        {EPERM, "PermissionDenied"},
		{EADDRINUSE, "AddrInUse"},    {EISDIR, "IsADirectory"},            {ENOTDIR, "NotADirectory"},
		{EROFS, "ReadOnlyFilesystem"}, {ENOSPC, "StorageFull"},            {ENAMETOOLONG, "InvalidFilename"},
		{EEXIST, "AlreadyExists"},    {ELOOP, "FilesystemLoop"},           {EINVAL, "InvalidInput"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].error == error)
			return kinds[i].name;
	}
	return "Uncategorized";
}

char *rust_os_error(int error)
{
	return x_asprintf("Os { code: %d, kind: %s, message: \"%s\" }", error, kind(error), strerror(error));
}
