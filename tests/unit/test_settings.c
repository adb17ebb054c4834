/* The configuration: each mistake gets its sentence, and nothing is applied in part. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/settings.h"

static void test_defaults_are_valid(void **state)
{
	struct settings s;
	char message[256];

	(void)state;
	settings_init(&s);
	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		const struct settings_info *key = &settings_keys()[k];

		assert_non_null(key->name);
		assert_non_null(key->help);
		assert_string_equal(s.origin[k], "default");
		assert_int_equal(settings_set(&s, (enum settings_key)k, key->initial,
					 "x", message, sizeof(message)),
			0);
	}
	assert_true(settings_number(&s, SETTINGS_UI_NEAR_MM) == 550);
}

static void test_values_and_origins(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf# site\r\n[mat]\r\npath = /dev/a b ; mine\r\n"
		"baud:921600\r\n\r\n[ui]\r\nrole=far\r\nlow_vision = 2.5";
	struct settings s;
	char message[256] = "";

	(void)state;
	settings_init(&s);
	assert_int_equal(
		settings_parse(&s, text, "a.conf", message, sizeof(message)), 0);
	assert_string_equal(settings_text(&s, SETTINGS_MAT_PATH), "/dev/a b");
	assert_string_equal(s.origin[SETTINGS_MAT_PATH], "a.conf:3");
	assert_true(settings_number(&s, SETTINGS_MAT_BAUD) == 921600);
	assert_string_equal(s.origin[SETTINGS_UI_LOW_VISION], "a.conf:8");
	assert_true(settings_number(&s, SETTINGS_UI_LOW_VISION) == 2.5);
	assert_string_equal(s.origin[SETTINGS_UI_COLORMAP], "default");
}

/* A text and words its message must hold. */
static const struct {
	const char *text;
	const char *words[4];
} mistakes[] = {
	{ "[mat]\npth = /x\n",
		{ "f.conf:2:", "\"mat.pth\"", "did you mean \"mat.path\"" } },
	{ "[matt]\npath = /x\n", { "f.conf:2:", "\"matt.path\"", "\"mat.path\"" } },
	{ "[mat]\npaht = /x\n", { "\"mat.paht\"", "\"mat.path\"" } },
	{ "[ui]\nwidth_mm = 1\n", { "\"ui.width_mm\"", "\"display.width_mm\"" } },
	{ "path = /x\n", { "f.conf:1:", "\"path\"", "\"mat.path\"" } },
	{ "\n[uii]\n\n[mat]\n", { "f.conf:2:", "[uii]", "[ui]" } },
	{ "[demon]\n", { "f.conf:1:", "[daemon]" } },
	{ "[mat\npath = /x\n", { "f.conf:1:", "]" } },
	{ "[mat] path = /x\n", { "f.conf:1:", "name" } },
	{ "[mat]\n path = /x\n", { "f.conf:2:", "margin" } },
	{ "[mat]\npath = /x\n\tmore\n", { "f.conf:3:", "margin" } },
	{ "[mat]\npath\n", { "f.conf:2:", "name = value" } },
	{ "[mat]\n= /x\n", { "f.conf:2:", "name" } },
	{ "[mat]\nrate_hz = 1000.5\n", { "f.conf:2:", "out of range", "0 to 1000" } },
	{ "[mat]\nrate_hz = -1\n", { "out of range" } },
	{ "[mat]\nrate_hz = nan\n", { "not a number", "0 to 1000" } },
	{ "[mat]\nrate_hz = 0x10\n", { "not a number" } },
	{ "[mat]\nrate_hz = 1e999\n", { "out of range" } },
	{ "[mat]\nrate_hz =\n", { "not a number" } },
	{ "[mat]\nbaud = 9600.5\n", { "not a whole number", "12000000" } },
	{ "[ui]\nrole = mid\n", { "\"mid\"", "near far" } },
	{ "[ui]\nrole = near far\n", { "\"near far\"" } },
	{ "[mat]\npath = \"/x\"\n", { "quotation marks" } },
	{ "[mat]\npath = /x # mine\n", { "begins with ;" } },
	{ "[mat]\npath = a\n\npath = b\n", { "f.conf:4:", "line 2" } },
	{ "[mat]\npath = a\x01\n", { "f.conf:2:", "control character", "byte 1" } },
	{ "[mat]\npath = a\rb\n", { "f.conf:2:", "control character" } },
};

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct settings s, before;
		char message[512] = "";

		settings_init(&s);
		before = s;
		if (settings_parse(&s, mistakes[i].text, "f.conf", message,
			    sizeof(message)) != -EINVAL)
			fail_msg("taken: %s", mistakes[i].text);
		for (const char *const *w = mistakes[i].words; *w; w++)
			if (!strstr(message, *w))
				fail_msg("%s: \"%s\" lacks \"%s\"", mistakes[i].text,
					message, *w);
		assert_memory_equal(&s, &before, sizeof(s));
	}
}

/* The right lines before a wrong one do not count either. */
static void test_all_or_nothing(void **state)
{
	struct settings s;
	char message[256];

	(void)state;
	settings_init(&s);
	assert_int_equal(
		settings_parse(&s, "[mat]\npath = /x\nrate_hz = 50\nbaud = x\n", "f",
			message, sizeof(message)),
		-EINVAL);
	assert_string_equal(settings_text(&s, SETTINGS_MAT_PATH), "");
	assert_true(settings_number(&s, SETTINGS_MAT_RATE_HZ) == 0);
}

/* inih alone would take the rest of a long line for another one. */
static void test_line_lengths(void **state)
{
	(void)state;
	for (int n = 150; n < 500; n += 7) {
		struct settings s;
		char text[600], message[256] = "";
		int err;

		snprintf(
			text, sizeof(text), "[mat]\npath = %0*d\nrate_hz = 50\n", n, 7);
		settings_init(&s);
		err = settings_parse(&s, text, "f", message, sizeof(message));
		if (n + 7 <= 196) {
			assert_int_equal(err, 0);
			assert_int_equal(
				strlen(settings_text(&s, SETTINGS_MAT_PATH)), n);
		} else {
			assert_int_equal(err, -EINVAL);
			assert_non_null(strstr(message, "f:2: the line is"));
		}
	}
}

static void test_command_line(void **state)
{
	struct settings s;
	char message[256] = "", large[400];

	(void)state;
	settings_init(&s);
	assert_int_equal(settings_set(&s, SETTINGS_MAT_PATH, "/dev/x", "command line",
				 message, sizeof(message)),
		0);
	assert_string_equal(s.origin[SETTINGS_MAT_PATH], "command line");
	assert_int_equal(settings_set(&s, SETTINGS_UI_NEAR_MM, "10", "command line",
				 message, sizeof(message)),
		-EINVAL);
	assert_non_null(strstr(message, "200 to 2000"));
	/* what would be a slip in a file is a name here */
	assert_int_equal(settings_set(&s, SETTINGS_DAEMON_STATE_DIR, "/my #1 place",
				 "x", message, sizeof(message)),
		0);
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(settings_set(&s, SETTINGS_MAT_PATH, large, "x", message,
				 sizeof(message)),
		-EINVAL);
	assert_string_equal(settings_text(&s, SETTINGS_MAT_PATH), "/dev/x");
}

/* --- files ------------------------------------------------------------------------ */

struct folder {
	char path[64];
};

static int make_folder(void **state)
{
	static struct folder folder;
	char path[128];

	strcpy(folder.path, "/tmp/test-settings-XXXXXX");
	*state = &folder;
	if (!mkdtemp(folder.path))
		return -1;
	snprintf(path, sizeof(path), "%s/stance", folder.path);
	if (mkdir(path, 0700) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/stance/stance.conf.d", folder.path);
	return mkdir(path, 0700);
}

static int remove_folder(void **state)
{
	const struct folder *folder = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	return system(command);
}

static void write_file(const struct folder *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/stance/%s", folder->path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int load(
	const struct folder *folder, struct settings *s, char *message, size_t size)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/stance", folder->path);
	settings_init(s);
	return settings_load_dir(s, path, message, size);
}

static void test_drop_ins_in_name_order(void **state)
{
	const struct folder *folder = *state;
	struct settings s;
	char message[512] = "";

	write_file(folder, "stance.conf", "[mat]\nrate_hz = 10\nbaud = 1\n");
	write_file(folder, "stance.conf.d/90-last.conf", "[mat]\nrate_hz = 90\n");
	write_file(folder, "stance.conf.d/10-first.conf",
		"[mat]\nrate_hz = 20\npath = /a\n");
	write_file(folder, "stance.conf.d/99-ignored.txt", "nonsense");
	write_file(folder, "stance.conf.d/.hidden.conf", "nonsense");
	assert_int_equal(load(folder, &s, message, sizeof(message)), 0);
	assert_true(settings_number(&s, SETTINGS_MAT_RATE_HZ) == 90);
	assert_non_null(strstr(s.origin[SETTINGS_MAT_RATE_HZ], "90-last.conf:2"));
	assert_non_null(strstr(s.origin[SETTINGS_MAT_PATH], "10-first.conf:3"));
	assert_non_null(strstr(s.origin[SETTINGS_MAT_BAUD], "stance.conf:3"));
}

static void test_a_bad_drop_in_voids_all(void **state)
{
	const struct folder *folder = *state;
	struct settings s;
	char message[512] = "";

	write_file(folder, "stance.conf", "[mat]\nrate_hz = 10\n");
	write_file(folder, "stance.conf.d/50-site.conf", "[mat]\n\nrat_hz = 20\n");
	assert_int_equal(load(folder, &s, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "50-site.conf:3:"));
	assert_non_null(strstr(message, "mat.rate_hz"));
	assert_true(settings_number(&s, SETTINGS_MAT_RATE_HZ) == 0);
}

static void test_user_folder_and_nothing(void **state)
{
	const struct folder *folder = *state;
	struct settings s;
	char message[512] = "";

	write_file(folder, "stance.conf", "[ui]\ncolormap = cividis\n");
	setenv("XDG_CONFIG_HOME", folder->path, 1);
	settings_init(&s);
	assert_int_equal(settings_load(&s, NULL, message, sizeof(message)), 0);
	assert_string_equal(settings_text(&s, SETTINGS_UI_COLORMAP), "cividis");
	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	settings_init(&s);
	assert_int_equal(settings_load(&s, NULL, message, sizeof(message)), 0);
	unsetenv("XDG_CONFIG_HOME");
}

static void test_files_that_are_none(void **state)
{
	const struct folder *folder = *state;
	char path[256], message[512] = "";
	char *large = calloc(1, 70001);
	struct settings s;

	settings_init(&s);
	snprintf(path, sizeof(path), "%s/absent.conf", folder->path);
	assert_int_equal(settings_load(&s, path, message, sizeof(message)), -ENOENT);
	assert_non_null(strstr(message, "absent.conf"));
	assert_int_equal(
		settings_load(&s, folder->path, message, sizeof(message)), -EISDIR);
	memset(large, '#', 70000);
	write_file(folder, "stance.conf", large);
	free(large);
	assert_int_equal(load(folder, &s, message, sizeof(message)), -EFBIG);
	assert_non_null(strstr(message, "64 KiB"));
	assert_int_equal(
		settings_load(&s, "/dev/zero", message, sizeof(message)), -EFBIG);
	snprintf(path, sizeof(path), "%s/nul.conf", folder->path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fwrite("[mat]\0\n", 1, 7, file);
	fclose(file);
	assert_int_equal(settings_load(&s, path, message, sizeof(message)), -EBADMSG);
}

static void test_unreadable_file(void **state)
{
	const struct folder *folder = *state;
	char path[256], message[512] = "";
	struct settings s;

	if (geteuid() == 0) {
		print_message("root may read everything: skipped\n");
		skip();
	}
	write_file(folder, "stance.conf", "[mat]\n");
	snprintf(path, sizeof(path), "%s/stance/stance.conf", folder->path);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(load(folder, &s, message, sizeof(message)), -EACCES);
	assert_non_null(strstr(message, "may not read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_valid),
		cmocka_unit_test(test_values_and_origins),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_all_or_nothing),
		cmocka_unit_test(test_line_lengths),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test_setup_teardown(
			test_drop_ins_in_name_order, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_bad_drop_in_voids_all, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_user_folder_and_nothing, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_files_that_are_none, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_unreadable_file, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
