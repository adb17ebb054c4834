/* calibration_files.h: the morning checks, one a line. */
#include "src/daemon/calibration_files.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/jsonw.h"

#define PATH_SIZE 4096
#define LINE_SIZE 1024
/* How far back the last check of a mat is looked for: some hundred lines. Chosen. */
#define TAIL_SIZE (64 * 1024)

static int open_checks(const char *state_dir, int flags)
{
	char path[PATH_SIZE];
	int fd;

	if (snprintf(path, sizeof(path), "%s/calibrations/checks.jsonl", state_dir) >=
		(int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text);
}

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value);
}

static int put_line(const struct calibration_check *check, char line[LINE_SIZE])
{
	struct jsonw w;

	jsonw_init(&w, line, LINE_SIZE - 1);
	jsonw_begin_object(&w);
	jsonw_key(&w, "at_unix_ms");
	jsonw_int(&w, check->at_unix_ms);
	put_text(&w, "serial", check->serial);
	put_text(&w, "calibration_id", check->calibration_id);
	put_real(&w, "mass_kg", check->mass_kg);
	put_real(&w, "measured_kg", check->measured_kg);
	put_real(&w, "error_frac", check->error_frac);
	put_real(&w, "limit_frac", check->limit_frac);
	jsonw_key(&w, "ok");
	jsonw_bool(&w, check->ok);
	jsonw_end_object(&w);
	if (jsonw_finish(&w) < 0)
		return -EINVAL;
	line[w.length] = '\n';
	return (int)w.length + 1;
}

/* In one write behind a whole line: what a full disk cut short is taken back. */
int calibration_files_add_check(
	const char *state_dir, const struct calibration_check *check)
{
	char line[LINE_SIZE];
	int n = put_line(check, line), fd, err = 0;
	off_t before;

	if (n < 0)
		return n;
	fd = open_checks(state_dir, O_WRONLY | O_CREAT | O_APPEND);
	if (fd < 0)
		return fd;
	before = lseek(fd, 0, SEEK_END);
	if (write(fd, line, (size_t)n) != n)
		err = errno ? -errno : -EIO;
	else if (fsync(fd) < 0)
		err = -errno;
	if (err < 0 && before >= 0 && ftruncate(fd, before) < 0)
		err = -errno;
	close(fd);
	return err;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static void copy_text(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	snprintf(out, size, "%s", text ? text : "");
}

/* A line that cannot be read is passed over. */
static void take_line(
	const char *line, size_t n, const char *serial, struct calibration_check *check)
{
	json_t *object = json_loadb(line, n, 0, NULL);
	const char *of = json_string_value(json_object_get(object, "serial"));
	const json_t *at = json_object_get(object, "at_unix_ms");

	if (of && strcmp(of, serial) == 0 && json_is_integer(at)) {
		*check = (struct calibration_check){ .at_unix_ms =
							     json_integer_value(at),
			.mass_kg = number(object, "mass_kg"),
			.measured_kg = number(object, "measured_kg"),
			.error_frac = number(object, "error_frac"),
			.limit_frac = number(object, "limit_frac"),
			.ok = json_is_true(json_object_get(object, "ok")) };
		copy_text(object, "serial", check->serial, sizeof(check->serial));
		copy_text(object, "calibration_id", check->calibration_id,
			sizeof(check->calibration_id));
	}
	json_decref(object);
}

static void take_lines(
	const char *text, size_t n, const char *serial, struct calibration_check *check)
{
	const char *end = text + n;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		if (!newline)
			return; /* cut short */
		take_line(text, (size_t)(newline - text), serial, check);
		text = newline + 1;
	}
}

int calibration_files_last_check(
	const char *state_dir, const char *serial, struct calibration_check *check)
{
	char *text = malloc(TAIL_SIZE);
	int fd = open_checks(state_dir, O_RDONLY), err = 0;
	struct stat what;
	ssize_t n;
	off_t from;

	check->at_unix_ms = 0;
	if (fd < 0 || !text || fstat(fd, &what) < 0) {
		err = fd == -ENOENT ? 0 : fd < 0 ? fd : text ? -errno : -ENOMEM;
	} else {
		from = what.st_size > TAIL_SIZE ? what.st_size - TAIL_SIZE : 0;
		n = pread(fd, text, TAIL_SIZE, from);
		if (n < 0)
			err = -errno;
		else
			take_lines(text, (size_t)n, serial, check);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return err;
}
