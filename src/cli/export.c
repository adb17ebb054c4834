#include "src/cli/export.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/jsonw.h"
#include "src/base/lock.h"
#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/base/base64.h"

#define N_COLUMNS ((int)(sizeof(columns) / sizeof(*columns)))

static const struct {
	const char *name, *unit, *description;
} columns[] = {
	{ "t_s", "s", "time since the first recorded frame" },
	{ "x_mm", "mm",
		"centre of pressure, to the right, from the middle of the mat" },
	{ "y_mm", "mm", "centre of pressure, forward, from the middle of the mat" },
	{ "force_n", "N", "total force" },
	{ "left_frac", "1", "load on the left foot over the load on both" },
	{ "fore_frac", "1", "load ahead of half the foot's length over the load" },
	{ "left_n", "N", "force on the left foot" },
	{ "left_x_mm", "mm", "centre of pressure of the left foot, to the right" },
	{ "left_y_mm", "mm", "centre of pressure of the left foot, forward" },
	{ "right_n", "N", "force on the right foot" },
	{ "right_x_mm", "mm", "centre of pressure of the right foot, to the right" },
	{ "right_y_mm", "mm", "centre of pressure of the right foot, forward" },
	{ "phase", "", "index of the measured stretch, empty while settling" },
	{ "flags", "", "bits as docs/api.md lists the flags, the first is 1" },
};

/* --- files --------------------------------------------------------------------------------- */

static int complain(const struct cli *cli, const char *path, int err)
{
	cli_error(cli, "%s: %s", path, strerror(err));
	return err == EACCES || err == EPERM || err == EROFS ? CLI_PERMISSION
							     : CLI_FAILURE;
}

int export_folder(const struct cli *cli, const char *dir)
{
	char message[768] = "";
	int err = lock_make_dir(dir, 0700, message, sizeof(message));

	if (err == 0)
		return CLI_OK;
	cli_error(cli, "%s", *message ? message : strerror(-err));
	return err == -EACCES || err == -EROFS ? CLI_PERMISSION : CLI_FAILURE;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno;
		bytes += written;
		n -= (size_t)written;
	}
	return 0;
}

int export_file(const struct cli *cli, const char *dir, const char *name,
	const char *bytes, size_t n)
{
	char path[PATH_MAX], part[PATH_MAX];
	int fd, err;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path) ||
		snprintf(part, sizeof(part), "%s/.%s.part", dir, name) >=
			(int)sizeof(part))
		return complain(cli, dir, ENAMETOOLONG);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return complain(cli, part, errno);
	err = write_all(fd, bytes, n);
	if (close(fd) < 0 && err == 0)
		err = errno;
	if (err == 0 && rename(part, path) < 0)
		err = errno;
	if (err == 0)
		return CLI_OK;
	unlink(part);
	return complain(cli, path, err);
}

/* --- a series as a table ------------------------------------------------------------------- */

static void put_head(FILE *out)
{
	for (int c = 0; c < N_COLUMNS; c++)
		fprintf(out, "%s%s", c ? "," : "", columns[c].name);
	fputs("\r\n", out);
}

/* As few digits as give back the same number; absent is empty. */
static void put_number(FILE *out, const json_t *value)
{
	char text[40];
	struct jsonw w;

	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		fprintf(out, "%lld", (long long)json_integer_value(value));
	} else if (json_is_real(value)) {
		jsonw_init(&w, text, sizeof(text));
		jsonw_real(&w, json_real_value(value));
		fputs(text, out);
	}
}

/* The columns stand in the document itself, one array each. */
static int put_rows(const json_t *page, FILE *out)
{
	int n = (int)json_integer_value(json_object_get(page, "n"));

	for (int i = 0; i < n; i++) {
		for (int c = 0; c < N_COLUMNS; c++) {
			const json_t *column = json_object_get(page, columns[c].name);

			if (c > 0)
				fputc(',', out);
			put_number(out, json_array_get(column, (size_t)i));
		}
		fputs("\r\n", out);
	}
	return n;
}

static int put_table(struct source *source, long long id, FILE *out, int *n_rows)
{
	int total = 1, n = 1;

	put_head(out);
	for (*n_rows = 0; *n_rows < total && n > 0; *n_rows += n) {
		int code = source_call(source, "trial.series",
			json_pack("{sIsi}", "id", id, "from", *n_rows));

		if (code != CLI_OK)
			return code;
		total = (int)json_integer_value(
			json_object_get(source_json(source), "total"));
		n = put_rows(source_json(source), out);
	}
	return CLI_OK;
}

static int export_series(const struct cli *cli, struct source *source, long long id,
	const char *dir, int *n_rows)
{
	char *text = NULL, name[64];
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	int code = out ? put_table(source, id, out, n_rows) : CLI_FAILURE;

	if (out && fclose(out) != 0)
		code = complain(cli, dir, ENOMEM);
	snprintf(name, sizeof(name), "trial-%lld.csv", id);
	if (code == CLI_OK)
		code = export_file(cli, dir, name, text, n);
	free(text);
	return code;
}

/* --- what the columns are, and under which conditions they came about --------------------- */

static json_t *describe_columns(void)
{
	json_t *all = json_array();

	for (int c = 0; c < N_COLUMNS; c++)
		json_array_append_new(
			all, json_pack("{ssssss}", "name", columns[c].name, "unit",
				     columns[c].unit, "description",
				     columns[c].description));
	return all;
}

static int export_sidecar(const struct cli *cli, struct source *source, long long id,
	const char *dir, int n_rows)
{
	int code = source_call(source, "trial.show", json_pack("{sI}", "id", id));
	char name[64], table[64];
	json_t *document;
	char *text;

	if (code != CLI_OK)
		return code;
	snprintf(name, sizeof(name), "trial-%lld.json", id);
	snprintf(table, sizeof(table), "trial-%lld.csv", id);
	document = json_pack("{sssssisosO}", "schema", "stance.export/1", "table",
		table, "rows", n_rows, "columns", describe_columns(), "trial",
		(json_t *)source_json(source));
	text = document ? json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(17))
			: NULL;
	json_decref(document);
	if (!text)
		return complain(cli, name, ENOMEM);
	code = export_file(cli, dir, name, text, strlen(text));
	free(text);
	return code;
}

int export_trial(const struct cli *cli, struct source *source, long long id,
	const char *dir, int *n_rows)
{
	int code = export_series(cli, source, id, dir, n_rows);

	return code == CLI_OK ? export_sidecar(cli, source, id, dir, *n_rows) : code;
}

/* --- raw frames ---------------------------------------------------------------------------- */

/* Append one page; returns its bytes, 0 at the end, or a negative errno. */
static int put_page(const json_t *page, FILE *out)
{
	const json_t *text = json_object_get(page, "bytes");
	size_t length = json_string_length(text);
	uint8_t *bytes = malloc(length / 4 * 3 + 3);
	int n = bytes ? base64_decode(
				json_string_value(text) ? json_string_value(text) : "",
				length, bytes)
		      : -ENOMEM;

	if (n > 0 && fwrite(bytes, 1, (size_t)n, out) != (size_t)n)
		n = -ENOMEM;
	free(bytes);
	return n;
}

static int put_raw(struct source *source, long long id, FILE *out)
{
	long long offset = 0;
	int n = 1;

	while (n > 0) {
		int code = source_call(source, "trial.raw",
			json_pack("{sIsI}", "id", id, "offset", offset));

		if (code != CLI_OK)
			return code;
		n = put_page(source_json(source), out);
		offset += n;
	}
	return n < 0 ? CLI_FAILURE : CLI_OK;
}

int export_raw(
	const struct cli *cli, struct source *source, long long id, const char *dir)
{
	char *bytes = NULL, name[64];
	size_t n = 0;
	FILE *out = open_memstream(&bytes, &n);
	int code = out ? put_raw(source, id, out) : CLI_FAILURE;

	if (out && fclose(out) != 0)
		code = complain(cli, dir, ENOMEM);
	snprintf(name, sizeof(name), "trial-%lld.srec", id);
	if (code == CLI_OK)
		code = export_file(cli, dir, name, bytes, n);
	free(bytes);
	return code;
}
