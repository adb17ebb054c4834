/* The configuration parser: whatever the text, it is taken whole or not at all, and what is taken
 * could also be said on the command line. Files and drop-ins are read from a private folder.
 * The first byte chooses the way in: bit 0 as a file and a drop-in, bit 1 as one value.
 * Parser: src/base/settings.c src/base/settings_file.c */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/settings.h"

#define MAX_TEXT (128 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
	if (!ok)
		abort();
}

static void check_values(const struct settings *s)
{
	struct settings copy = *s;
	char message[512];

	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		const struct settings_info *key = &settings_keys()[k];
		double number = settings_number(s, (enum settings_key)k);

		require(settings_set(&copy, (enum settings_key)k, s->value[k], "x",
				message, sizeof(message)) == 0);
		if (key->type == SETTINGS_NUMBER)
			require(number >= key->low && number <= key->high);
	}
}

static void check_outcome(int err, const struct settings *before,
	const struct settings *after, const char *message)
{
	if (err == 0) {
		check_values(after);
		return;
	}
	require(memcmp(before, after, sizeof(*before)) == 0);
	require(message[0] != '\0');
}

/* A folder of this process; removed at its end. */
static char folder[] = "/tmp/fuzz-settings-XXXXXX";

static void remove_folder(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/stance.conf.d/10.conf", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/stance.conf.d", folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/stance.conf", folder);
	unlink(path);
	rmdir(folder);
}

static void make_folder(void)
{
	char path[128];

	if (strcmp(folder + sizeof(folder) - 7, "XXXXXX") != 0)
		return;
	require(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/stance.conf.d", folder);
	require(mkdir(path, 0700) == 0);
	atexit(remove_folder);
}

static void write_file(const char *name, const uint8_t *data, size_t size)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	require(file != NULL);
	require(fwrite(data, 1, size, file) == size);
	fclose(file);
}

static void as_files(const uint8_t *data, size_t size)
{
	struct settings before, after;
	char message[1024] = "", path[128];
	int err;

	make_folder();
	write_file("stance.conf", data, size / 2);
	write_file("stance.conf.d/10.conf", data + size / 2, size - size / 2);
	settings_init(&before);
	after = before;
	err = settings_load_dir(&after, folder, message, sizeof(message));
	check_outcome(err, &before, &after, message);
	settings_init(&after);
	snprintf(path, sizeof(path), "%s/stance.conf", folder);
	err = settings_load(&after, path, message, sizeof(message));
	check_outcome(err, &before, &after, message);
	snprintf(path, sizeof(path), "%s/none", folder);
	require(settings_load(&after, path, message, sizeof(message)) == -ENOENT);
	snprintf(path, sizeof(path), "%s/stance.conf.d", folder);
	require(settings_load(&after, path, message, sizeof(message)) == -EISDIR);
}

static void as_text(const char *text)
{
	struct settings before, after;
	char message[1024] = "";
	int err;

	settings_init(&before);
	after = before;
	err = settings_parse(&after, text, "f", message, sizeof(message));
	check_outcome(err, &before, &after, message);
	if (err != 0)
		require(strncmp(message, "f:", 2) == 0);
}

static void as_value(const char *text)
{
	struct settings settings;
	char message[1024] = "";

	settings_init(&settings);
	for (int k = 0; k < SETTINGS_N_KEYS; k++)
		settings_set(&settings, (enum settings_key)k, text, "command line",
			message, sizeof(message));
	check_values(&settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0 || size > MAX_TEXT)
		return 0;
	text = malloc(size);
	require(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (*data & 1)
		as_files(data + 1, size - 1);
	else if (*data & 2)
		as_value(text);
	else
		as_text(text);
	free(text);
	return 0;
}
