#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static void assert_put(void (*put)(FILE *, const char *), const char *text, const char *expected)
{
	char *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);

	assert_non_null(out);
	put(out, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(got, expected);
	free(got);
}

static void xml(void **state)
{
	(void)state;
	assert_put(report_put_xml, "", "");
	assert_put(report_put_xml, "a<b>&\"'", "a&lt;b&gt;&amp;&quot;&apos;");
	assert_put(report_put_xml, "a\tb\nc\rd", "a&#9;b&#10;c&#13;d");
	assert_put(report_put_xml, "a\001\033[1mb\037", "a[1mb");
	assert_put(report_put_xml, "\xc2\xb5s \xe2\x9c\x85 \xf0\x9f\x98\x80", "\xc2\xb5s \xe2\x9c\x85 \xf0\x9f\x98\x80");
	assert_put(report_put_xml, "\xff" "a\xc2", "\xef\xbf\xbd" "a\xef\xbf\xbd");
	assert_put(report_put_xml, "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_put(report_put_xml, "a\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "a\xef\xbf\xbd");
}

static void commands(void **state)
{
	(void)state;
	assert_put(report_put_message, "5 %\r\na: b, c", "5 %25%0D%0Aa: b, c");
	assert_put(report_put_property, "5 %\r\na: b, c", "5 %25%0D%0Aa%3A b%2C c");
}

static void write_form(FILE *out, enum cli_format format, void *data)
{
	fprintf(out, "%s %d\n", (const char *)data, (int)format);
}

static void assert_file(const char *path, const char *expected)
{
	char text[256];
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	text[fread(text, 1, sizeof text - 1, in)] = '\0';
	fclose(in);
	assert_string_equal(text, expected);
}

static void files(void **state)
{
	char directory[] = "/tmp/report.XXXXXX", junit[64], summary[64], argument[2][80];
	struct reports reports = {0};
	const char *failed = NULL;
	char expected[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(junit, sizeof junit, "%s/a=b.xml", directory);
	snprintf(summary, sizeof summary, "%s/summary", directory);
	snprintf(argument[0], sizeof argument[0], "junit=%s", junit);
	snprintf(argument[1], sizeof argument[1], "summary=%s", summary);
	report_add(&reports, argument[0], "junit|summary");
	report_add(&reports, argument[1], "junit|summary");
	assert_int_equal(reports.n, 2);
	for (int i = 0; i < 2; i++)
		assert_int_equal(report_write(&reports, write_form, (void *)(uintptr_t)"x", &failed), 0);
	snprintf(expected, sizeof expected, "x %d\n", FORMAT_JUNIT);
	assert_file(junit, expected);
	snprintf(expected, sizeof expected, "x %d\nx %d\n", FORMAT_SUMMARY, FORMAT_SUMMARY);
	assert_file(summary, expected);

	/* One that cannot be written does not keep the next from being so. */
	assert_int_equal(unlink(summary), 0);
	reports.report[0].path = directory;
	assert_int_equal(report_write(&reports, write_form, (void *)(uintptr_t)"y", &failed), -1);
	assert_int_equal(errno, EISDIR);
	assert_ptr_equal(failed, directory);
	snprintf(expected, sizeof expected, "y %d\n", FORMAT_SUMMARY);
	assert_file(summary, expected);

	reports.report[1].path = "/dev/full";
	reports.n = 2;
	reports.report[0] = reports.report[1];
	assert_int_equal(report_write(&reports, write_form, (void *)(uintptr_t)"z", &failed), -1);
	assert_int_equal(errno, ENOSPC);
	report_free(&reports);
	assert_int_equal(reports.n, 0);
	unlink(junit);
	unlink(summary);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml),
		cmocka_unit_test(commands),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
