/* Where things lie: what wins over what, and what happens when nothing says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/paths.h"

static const char *const variables[] = { "STANCE_SOCKET", "XDG_RUNTIME_DIR",
	"XDG_STATE_HOME", "XDG_CONFIG_HOME", "STATE_DIRECTORY", "HOME" };

static int clear_environment(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	return 0;
}

static void test_socket(void **state)
{
	char path[64];

	(void)state;
	assert_int_equal(paths_socket(NULL, path, sizeof(path)), 23);
	assert_string_equal(path, "/run/stance/stance.sock");
	setenv("XDG_RUNTIME_DIR", "relative", 1);
	paths_socket(NULL, path, sizeof(path));
	assert_string_equal(path, "/run/stance/stance.sock");
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	paths_socket("", path, sizeof(path));
	assert_string_equal(path, "/run/user/7/stance/stance.sock");
	setenv("STANCE_SOCKET", "/s", 1);
	paths_socket(NULL, path, sizeof(path));
	assert_string_equal(path, "/s");
	paths_socket("given", path, sizeof(path));
	assert_string_equal(path, "given");
	assert_int_equal(paths_socket("abcdef", path, 6), -ENAMETOOLONG);
	assert_int_equal(paths_socket("abcde", path, 6), 5);
}

static void test_state(void **state)
{
	char path[64];

	(void)state;
	if (geteuid() == 0) {
		paths_state_dir(NULL, path, sizeof(path));
		assert_string_equal(path, "/var/lib/stance");
	} else {
		assert_int_equal(paths_state_dir(NULL, path, sizeof(path)), -ENOENT);
	}
	setenv("HOME", "/home/a", 1);
	paths_state_dir(NULL, path, sizeof(path));
	assert_string_equal(path, "/home/a/.local/state/stance");
	setenv("XDG_STATE_HOME", "/st", 1);
	paths_state_dir(NULL, path, sizeof(path));
	assert_string_equal(path, "/st/stance");
	setenv("STATE_DIRECTORY", "/var/lib/stance:/other", 1);
	paths_state_dir(NULL, path, sizeof(path));
	assert_string_equal(path, "/var/lib/stance");
	paths_state_dir("/mine", path, sizeof(path));
	assert_string_equal(path, "/mine");
}

static void test_config(void **state)
{
	char path[64];

	(void)state;
	assert_int_equal(paths_user_config_dir(path, sizeof(path)), -ENOENT);
	setenv("HOME", "/home/a", 1);
	paths_user_config_dir(path, sizeof(path));
	assert_string_equal(path, "/home/a/.config/stance");
	setenv("XDG_CONFIG_HOME", "/c", 1);
	paths_user_config_dir(path, sizeof(path));
	assert_string_equal(path, "/c/stance");
}

/* This program runs from build/, so the source tree's share/ is where it looks. */
static void test_data(void **state)
{
	char path[1024];

	(void)state;
	assert_int_equal(paths_data_file("no-such-file", path, sizeof(path)), -ENOENT);
	if (paths_data_file("..", path, sizeof(path)) < 0) {
		print_message("not run from build/, or no share/ there: skipped\n");
		skip();
	}
	assert_int_equal(access(path, R_OK), 0);
	assert_non_null(strstr(path, "/share/.."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_socket, clear_environment),
		cmocka_unit_test_setup(test_state, clear_environment),
		cmocka_unit_test_setup(test_config, clear_environment),
		cmocka_unit_test_setup(test_data, clear_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
