#include "src/cli/export.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/base64.h"
#include "src/base/lock.h"
#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/export/csv.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

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

int export_file(const struct cli *cli, const char *dir, const char *name,
	const char *bytes, size_t n)
{
	int err = parcel_write(dir, name, bytes, n, true);
	char path[PATH_MAX];

	if (err == 0)
		return CLI_OK;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return complain(cli, path, -err);
}

/* --- a trial's series ---------------------------------------------------------------------- */

struct asking {
	struct source *source;
	int code;
};

static int ask(const char *method, json_t *params, json_t **result, void *ctx)
{
	struct asking *a = ctx;

	a->code = source_call(a->source, method, params);
	if (a->code != CLI_OK)
		return -EREMOTEIO;
	*result = json_incref((json_t *)source_json(a->source));
	return 0;
}

static int write_parcel(
	const struct cli *cli, const struct parcel *parcel, const char *dir)
{
	int code = CLI_OK;

	for (int i = 0; code == CLI_OK && i < parcel->n; i++)
		code = export_file(cli, dir, parcel->files[i].name,
			parcel->files[i].bytes, parcel->files[i].n);
	return code;
}

int export_trial(const struct cli *cli, struct source *source, long long id,
	const char *dir, int *n_rows)
{
	struct asking asking = { .source = source };
	struct export_trial trial;
	struct parcel parcel = { 0 };
	int err = export_trial_collect(id, ask, &asking, &trial), code;

	if (err == -EREMOTEIO)
		return asking.code;
	if (err < 0)
		return complain(cli, dir, -err);
	*n_rows = trial.series.n;
	err = export_csv(&trial, &parcel);
	code = err < 0 ? complain(cli, dir, -err) : write_parcel(cli, &parcel, dir);
	parcel_fini(&parcel);
	export_trial_fini(&trial);
	return code;
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
