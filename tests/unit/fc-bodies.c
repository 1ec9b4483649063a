#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/fc-probe/bodies.h"
#include "../../cmd/fc-probe/machine.h"

static struct fcversion version(const char *text)
{
	struct fcversion v;

	if (fcversion_parse(text, &v) < 0)
		fail_msg("%s", text);
	return v;
}

static void a_machine_has_what_its_version_takes(void **state)
{
	struct machine m = {.vcpus = 2, .memory = 256 << 20};
	struct fcversion old = version("1.6.0"), new = version("1.7.0");
	char body[BODY_MAX];
	const char *why = NULL;
	(void)state;

	assert_string_equal(body_machine(body, &m, &old, &why), "{\"vcpu_count\":2,\"mem_size_mib\":256}");
	m.track_dirty = true;
	assert_string_equal(body_machine(body, &m, &old, &why),
			    "{\"vcpu_count\":2,\"mem_size_mib\":256,\"track_dirty_pages\":true}");
	m.huge_pages = true;
	assert_null(body_machine(body, &m, &old, &why));
	assert_string_equal(why, "huge pages need Firecracker 1.7");
	assert_string_equal(body_machine(body, &m, &new, &why),
			    "{\"vcpu_count\":2,\"mem_size_mib\":256,\"track_dirty_pages\":true,\"huge_pages\":\"2M\"}");
}

static void a_load_names_memory_and_tracking_as_its_version_does(void **state)
{
	static const struct {
		const char *version;
		bool dirty;
		const char *body;
	} all[] = {
		{"1.0.0", false, "{\"snapshot_path\":\"/s\",\"mem_file_path\":\"/m\",\"resume_vm\":true}"},
		{"1.0.2", true,
		 "{\"snapshot_path\":\"/s\",\"mem_file_path\":\"/m\",\"enable_diff_snapshots\":true,\"resume_vm\":true}"},
		{"1.1.0", false,
		 "{\"snapshot_path\":\"/s\",\"mem_backend\":{\"backend_type\":\"File\",\"backend_path\":\"/m\"},\"resume_vm\":true}"},
		{"1.12.1", true,
		 "{\"snapshot_path\":\"/s\",\"mem_backend\":{\"backend_type\":\"File\",\"backend_path\":\"/m\"},"
		 "\"enable_diff_snapshots\":true,\"resume_vm\":true}"},
		{"1.13.0", true,
		 "{\"snapshot_path\":\"/s\",\"mem_backend\":{\"backend_type\":\"File\",\"backend_path\":\"/m\"},"
		 "\"track_dirty_pages\":true,\"resume_vm\":true}"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct fcversion v = version(all[i].version);
		char body[BODY_MAX];
		const char *why;

		assert_string_equal(body_load(body, &v, "/s", "/m", all[i].dirty, &why), all[i].body);
	}
}

static void texts_are_quoted(void **state)
{
	struct machine m = {.kernel = "/a\"b\\c", .initrd = "/i", .boot_args = "x=\"1\"\n"};
	char body[BODY_MAX];
	const char *why;
	(void)state;

	assert_string_equal(body_boot_source(body, &m, &why), "{\"kernel_image_path\":\"/a\\\"b\\\\c\",\"initrd_path\":\"/i\","
							      "\"boot_args\":\"x=\\\"1\\\"\\n\"}");
	m.initrd = m.boot_args = NULL;
	assert_string_equal(body_boot_source(body, &m, &why), "{\"kernel_image_path\":\"/a\\\"b\\\\c\"}");
	assert_string_equal(body_drive(body, "rootfs", "/r", true, false, &why),
			    "{\"drive_id\":\"rootfs\",\"path_on_host\":\"/r\",\"is_root_device\":true,\"is_read_only\":false}");
	assert_string_equal(body_snapshot(body, true, "/s", "/m", &why),
			    "{\"snapshot_type\":\"Diff\",\"snapshot_path\":\"/s\",\"mem_file_path\":\"/m\"}");
}

static void what_does_not_fit_is_refused(void **state)
{
	static char path[BODY_MAX];
	char body[BODY_MAX];
	const char *why = NULL;
	(void)state;

	memset(path, 'x', sizeof path - 1);
	assert_null(body_metrics(body, path, &why));
	assert_non_null(why);
	/* Six bytes are reserved for each of a text's. */
	path[(BODY_MAX - 100) / 6] = '\0';
	assert_non_null(body_metrics(body, path, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_has_what_its_version_takes),
		cmocka_unit_test(a_load_names_memory_and_tracking_as_its_version_does),
		cmocka_unit_test(texts_are_quoted),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
