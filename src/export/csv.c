#include "src/export/csv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/jsonw.h"
#include "src/base/version.h"
#include "src/export/doc.h"
#include "src/export/moment.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

static const struct column {
	const char *name, *unit, *description;
	size_t at; /* in struct trial_series; SIZE_MAX: phase or flags */
} columns[] = {
#define COLUMN(name, unit, text)                                                       \
	{                                                                              \
#name, unit, text, offsetof(struct trial_series, name)                 \
	}
	COLUMN(t_s, "s", "time since the first recorded frame"),
	COLUMN(x_mm, "mm",
		"centre of pressure, to the right, from the middle of the mat"),
	COLUMN(y_mm, "mm", "centre of pressure, forward, from the middle of the mat"),
	COLUMN(force_n, "N", "total force"),
	COLUMN(left_frac, "1", "load on the left foot over the load on both"),
	COLUMN(fore_frac, "1", "load ahead of half the foot's length over the load"),
	COLUMN(left_n, "N", "force on the left foot"),
	COLUMN(left_x_mm, "mm", "centre of pressure of the left foot, to the right"),
	COLUMN(left_y_mm, "mm", "centre of pressure of the left foot, forward"),
	COLUMN(right_n, "N", "force on the right foot"),
	COLUMN(right_x_mm, "mm", "centre of pressure of the right foot, to the right"),
	COLUMN(right_y_mm, "mm", "centre of pressure of the right foot, forward"),
	{ "phase", "", "index of the measured stretch, empty while settling",
		SIZE_MAX },
	{ "flags", "", "bits as docs/api.md lists the flags, the first is 1",
		SIZE_MAX },
};
#define N_COLUMNS ((int)(sizeof(columns) / sizeof(*columns)))
#define N_REALS   (N_COLUMNS - 2)

/* --- the table ----------------------------------------------------------------------------- */

/* As few digits as give back the same number; absent is empty. */
static void put_real(FILE *out, double value)
{
	char text[40];
	struct jsonw w;

	if (isnan(value))
		return;
	jsonw_init(&w, text, sizeof(text));
	jsonw_real(&w, value);
	fputs(text, out);
}

static void put_row(FILE *out, const struct trial_series *s, int i)
{
	for (int c = 0; c < N_REALS; c++) {
		const double *const *column =
			(const void *)((const char *)s + columns[c].at);

		put_real(out, (*column)[i]);
		fputc(',', out);
	}
	if (s->phase[i] != TRIAL_NO_PHASE)
		fprintf(out, "%u", (unsigned)s->phase[i]);
	fprintf(out, ",%lu\r\n", (unsigned long)s->flags[i]);
}

static char *table(const struct trial_series *s, size_t *n)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, n);

	if (!out)
		return NULL;
	for (int c = 0; c < N_COLUMNS; c++)
		fprintf(out, "%s%s", c ? "," : "", columns[c].name);
	fputs("\r\n", out);
	for (int i = 0; i < s->n; i++)
		put_row(out, s, i);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* --- sync lines ----------------------------------------------------------------------------- */

static char *edge_table(const struct export_trial *trial, size_t *n)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, n);

	if (!out)
		return NULL;
	fputs("t_s,kind\r\n", out);
	for (int i = 0; i < trial->n_edges; i++) {
		put_real(out, trial->edges[i].t_s);
		fprintf(out, ",%s\r\n", trial->edges[i].kind);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* Only where something happened. */
static int export_edges(const struct export_trial *trial, struct parcel *parcel)
{
	char name[PARCEL_NAME_SIZE], *text;
	size_t n = 0;

	if (trial->n_edges == 0)
		return 0;
	snprintf(name, sizeof(name), "trial-%lld-sync.csv", trial->id);
	text = edge_table(trial, &n);
	return parcel_add(parcel, name, text, n);
}

/* --- beside it ----------------------------------------------------------------------------- */

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

static json_t *member(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return value ? json_incref(value) : json_null();
}

/* When the first row was taken, to the millisecond. */
static json_t *start_time(const struct export_trial *trial)
{
	struct moment m;
	char text[40];

	if (moment_parse(doc_text(trial->document, "started"), &m) < 0)
		return json_null();
	if (trial->series.n > 0)
		m = moment_after(m, trial->series.t_s[0]);
	moment_text(m, text, sizeof(text));
	return json_string(text);
}

static json_t *calibration(const json_t *document)
{
	return json_pack("{soso}", "id", member(document, "calibration_id"), "state",
		member(document, "calibration_state"));
}

static json_t *sidecar(const struct export_trial *trial, const char *name)
{
	const json_t *d = trial->document;
	json_t *all = json_pack("{sssssiso}", "schema", "stance.export/1", "table",
		name, "rows", trial->series.n, "columns", describe_columns());

	json_object_set_new(all, "sampling_frequency_hz", member(d, "rate_hz"));
	json_object_set_new(all, "start_time", start_time(trial));
	json_object_set_new(all, "protocol", member(d, "protocol"));
	json_object_set_new(all, "device",
		trial->device ? json_incref(trial->device) : json_null());
	json_object_set_new(all, "calibration", calibration(d));
	json_object_set_new(all, "versions",
		json_pack("{ssso}", "exporter", STANCE_VERSION, "algorithm",
			member(json_object_get(d, "algorithm"), "version")));
	json_object_set_new(all, "trial", json_incref(trial->document));
	return all;
}

int export_csv(const struct export_trial *trial, struct parcel *parcel)
{
	char name[PARCEL_NAME_SIZE];
	json_t *beside;
	char *text;
	size_t n = 0;
	int err;

	snprintf(name, sizeof(name), "trial-%lld.csv", trial->id);
	text = table(&trial->series, &n);
	err = parcel_add(parcel, name, text, n);
	if (err == 0)
		err = export_edges(trial, parcel);
	if (err < 0)
		return err;
	beside = sidecar(trial, name);
	text = json_dumps(beside, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	json_decref(beside);
	snprintf(name, sizeof(name), "trial-%lld.json", trial->id);
	return parcel_add(parcel, name, text, text ? strlen(text) : 0);
}
