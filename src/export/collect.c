/* Asking for what is exported. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/export/doc.h"
#include "src/export/frozen.h"
#include "src/export/trial.h"

/* Chosen: ten hours at 100 Hz, far above the longest protocol; what claims more is damaged. */
#define MAX_EDGES (1 << 22) /* as recordings hold */
#define MAX_ROWS  3600000

/* --- a trial's series ---------------------------------------------------------------------- */

static const struct {
	const char *key;
	size_t at; /* of the column in struct trial_series */
} columns[TRIAL_SERIES_N_COLUMNS] = {
	{ "t_s", offsetof(struct trial_series, t_s) },
	{ "x_mm", offsetof(struct trial_series, x_mm) },
	{ "y_mm", offsetof(struct trial_series, y_mm) },
	{ "force_n", offsetof(struct trial_series, force_n) },
	{ "left_frac", offsetof(struct trial_series, left_frac) },
	{ "fore_frac", offsetof(struct trial_series, fore_frac) },
	{ "left_n", offsetof(struct trial_series, left_n) },
	{ "left_x_mm", offsetof(struct trial_series, left_x_mm) },
	{ "left_y_mm", offsetof(struct trial_series, left_y_mm) },
	{ "right_n", offsetof(struct trial_series, right_n) },
	{ "right_x_mm", offsetof(struct trial_series, right_x_mm) },
	{ "right_y_mm", offsetof(struct trial_series, right_y_mm) },
};

static double **column_of(struct trial_series *s, int c)
{
	return (double **)(void *)((char *)s + columns[c].at);
}

static void free_series(struct trial_series *s)
{
	free(s->t_s); /* the block of all columns */
	*s = (struct trial_series){ 0 };
}

/* One block, of which t_s is the beginning. */
static int make_room(struct trial_series *s, int n)
{
	size_t rows = n > 0 ? (size_t)n : 1;
	size_t row = TRIAL_SERIES_N_COLUMNS * sizeof(double) + sizeof(uint32_t) + 1;
	double *block = calloc(rows, row);

	if (!block)
		return -ENOMEM;
	for (int c = 0; c < TRIAL_SERIES_N_COLUMNS; c++)
		*column_of(s, c) = block + rows * (size_t)c;
	s->flags = (uint32_t *)(void *)(block + rows * TRIAL_SERIES_N_COLUMNS);
	s->phase = (uint8_t *)(s->flags + rows);
	s->capacity = n;
	return 0;
}

static double element(const json_t *column, size_t i)
{
	const json_t *value = json_array_get(column, i);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static void add_row(struct trial_series *s, const json_t *page, size_t i)
{
	const json_t *flags = json_array_get(json_object_get(page, "flags"), i);
	const json_t *phase = json_array_get(json_object_get(page, "phase"), i);
	json_int_t p = json_is_integer(phase) ? json_integer_value(phase) : -1;

	for (int c = 0; c < TRIAL_SERIES_N_COLUMNS; c++)
		(*column_of(s, c))[s->n] =
			element(json_object_get(page, columns[c].key), i);
	s->flags[s->n] = (uint32_t)json_integer_value(flags);
	s->phase[s->n] = p >= 0 && p < RECORD_MAX_PHASES ? (uint8_t)p : TRIAL_NO_PHASE;
	s->n++;
}

/* Returns the rows of the page, or a negative errno. */
static int add_page(struct trial_series *s, const json_t *page)
{
	json_int_t total = json_integer_value(json_object_get(page, "total"));
	json_int_t n = json_integer_value(json_object_get(page, "n"));
	int err = 0;

	if (total < 0 || total > MAX_ROWS || n < 0)
		return -EBADMSG;
	if (!s->t_s)
		err = make_room(s, (int)total);
	if (err < 0)
		return err;
	if (n > s->capacity - s->n)
		return -EBADMSG;
	for (size_t i = 0; i < (size_t)n; i++)
		add_row(s, page, i);
	return (int)n;
}

static int collect_series(
	long long id, export_ask_fn *ask, void *ctx, struct trial_series *s)
{
	int n = 1;

	while (n > 0 && (!s->t_s || s->n < s->capacity)) {
		json_t *page = NULL;
		int err = ask("trial.series",
			json_pack("{sIsi}", "id", (json_int_t)id, "from", s->n), &page,
			ctx);

		if (err < 0)
			return err;
		n = add_page(s, page);
		json_decref(page);
	}
	return n < 0 ? n : 0;
}

/* --- sync lines ----------------------------------------------------------------------------- */

/* Returns the edges of the page, or a negative errno. */
static int add_edges(struct export_trial *trial, const json_t *page)
{
	json_int_t total = json_integer_value(json_object_get(page, "total"));
	const json_t *kinds = json_object_get(page, "kind");
	size_t n = json_array_size(kinds);

	if (total < 0 || total > MAX_EDGES || trial->n_edges + (json_int_t)n > total)
		return -EBADMSG;
	if (!trial->edges)
		trial->edges = calloc((size_t)total + 1, sizeof(*trial->edges));
	if (!trial->edges)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct export_edge *edge = &trial->edges[trial->n_edges++];
		const char *kind = json_string_value(json_array_get(kinds, i));

		edge->t_s = element(json_object_get(page, "t_s"), i);
		snprintf(edge->kind, sizeof(edge->kind), "%s", kind ? kind : "");
	}
	return (int)n;
}

static int collect_edges(
	long long id, export_ask_fn *ask, void *ctx, struct export_trial *trial)
{
	int n = 1;

	while (n > 0) {
		json_t *page = NULL;
		int err = ask("trial.edges",
			json_pack(
				"{sIsi}", "id", (json_int_t)id, "from", trial->n_edges),
			&page, ctx);

		if (err < 0)
			return err;
		n = add_edges(trial, page);
		json_decref(page);
	}
	return n;
}

/* --- a trial ------------------------------------------------------------------------------- */

static void find_phases(struct export_trial *trial)
{
	const struct trial_series *s = &trial->series;

	for (int k = 0; k < RECORD_MAX_PHASES; k++)
		trial->first_s[k] = trial->last_s[k] = NAN;
	for (int i = 0; i < s->n; i++) {
		int k = s->phase[i];

		if (k >= RECORD_MAX_PHASES)
			continue;
		if (isnan(trial->first_s[k]))
			trial->first_s[k] = s->t_s[i];
		trial->last_s[k] = s->t_s[i];
		if (k >= trial->n_phases)
			trial->n_phases = k + 1;
	}
}

static int ask_by_id(
	const char *method, long long id, export_ask_fn *ask, void *ctx, json_t **out)
{
	int err = ask(method, json_pack("{sI}", "id", (json_int_t)id), out, ctx);

	return err == 0 && !json_is_object(*out) ? -EBADMSG : err;
}

static int ask_patient(
	const json_t *document, export_ask_fn *ask, void *ctx, json_t **out)
{
	const char *code = doc_text(document, "patient");

	return *code ? ask("patient.show", json_pack("{ss}", "code", code), out, ctx)
		     : 0;
}

/* A trial whose raw frames are gone, or of before that was kept, has none. */
static int ask_device(long long id, export_ask_fn *ask, void *ctx, json_t **out)
{
	int err = ask_by_id("trial.device", id, ask, ctx, out);

	if (err == 0 && json_is_null(json_object_get(*out, "serial"))) {
		json_decref(*out);
		*out = NULL;
	}
	return err;
}

/* What the signed document says of the trial, if anything; takes the place of what is there. */
static bool take_frozen(struct export_trial *trial, json_t *frozen)
{
	json_t *said = (json_t *)export_frozen_trial(frozen, trial->id);
	json_t *device = (json_t *)export_frozen_device(frozen, trial->id);

	if (!said)
		return false;
	json_decref(trial->document);
	trial->document = json_incref(said);
	trial->frozen = json_incref(frozen);
	trial->patient = json_incref(json_object_get(frozen, "patient"));
	if (*doc_text(device, "serial"))
		trial->device = json_incref(device);
	return true;
}

/* A trial of a visit that is signed is what was signed; any other, and one that the signed document does not know, is
 * what the station says now. */
static int ask_documents(
	struct export_trial *trial, json_t *frozen, export_ask_fn *ask, void *ctx)
{
	int err = 0;

	if (take_frozen(trial, frozen))
		return 0;
	if (!trial->document)
		err = ask_by_id("trial.show", trial->id, ask, ctx, &trial->document);
	if (err == 0)
		err = ask_patient(trial->document, ask, ctx, &trial->patient);
	return err == 0 ? ask_device(trial->id, ask, ctx, &trial->device) : err;
}

static int collect_trial(long long id, json_t *document, json_t *frozen,
	export_ask_fn *ask, void *ctx, struct export_trial *out)
{
	struct export_trial trial = { .id = id, .document = json_incref(document) };
	int err = ask_documents(&trial, frozen, ask, ctx);

	if (err == 0)
		err = collect_series(id, ask, ctx, &trial.series);
	if (err == 0)
		err = collect_edges(id, ask, ctx, &trial);
	if (err < 0) {
		export_trial_fini(&trial);
		return err;
	}
	find_phases(&trial);
	*out = trial;
	return 0;
}

int export_trial_collect(
	long long id, export_ask_fn *ask, void *ctx, struct export_trial *out)
{
	json_t *document = NULL, *frozen = NULL;
	int err = ask_by_id("trial.show", id, ask, ctx, &document);
	const json_t *visit = json_object_get(document, "visit");

	if (err == 0 && json_is_integer(visit))
		err = export_frozen_collect(
			json_integer_value(visit), ask, ctx, &frozen);
	if (err == 0)
		err = collect_trial(id, document, frozen, ask, ctx, out);
	json_decref(frozen);
	json_decref(document);
	return err;
}

void export_trial_fini(struct export_trial *trial)
{
	json_decref(trial->document);
	json_decref(trial->patient);
	json_decref(trial->device);
	json_decref(trial->frozen);
	free_series(&trial->series);
	free(trial->edges);
	*trial = (struct export_trial){ 0 };
}

/* --- a visit ------------------------------------------------------------------------------- */

static int collect_trials(struct export_visit *visit, export_ask_fn *ask, void *ctx)
{
	const json_t *lines = json_object_get(visit->document, "trials");
	size_t n = json_array_size(lines);
	int err = 0;

	visit->trials = calloc(n > 0 ? n : 1, sizeof(*visit->trials));
	if (!visit->trials)
		return -ENOMEM;
	for (size_t i = 0; err == 0 && i < n; i++) {
		const json_t *line = json_array_get(lines, i);

		if (json_is_true(json_object_get(line, "voided")))
			continue;
		err = collect_trial(json_integer_value(json_object_get(line, "id")),
			NULL, visit->frozen, ask, ctx, &visit->trials[visit->n_trials]);
		visit->n_trials += err == 0;
	}
	return err;
}

static int ask_visit(struct export_visit *visit, export_ask_fn *ask, void *ctx)
{
	int err;

	if (visit->frozen) {
		visit->document = json_incref(json_object_get(visit->frozen, "visit"));
		visit->patient = json_incref(json_object_get(visit->frozen, "patient"));
		return 0;
	}
	err = ask_by_id("visit.show", visit->id, ask, ctx, &visit->document);
	return err == 0 ? ask_patient(visit->document, ask, ctx, &visit->patient) : err;
}

int export_visit_collect(
	long long id, export_ask_fn *ask, void *ctx, struct export_visit *out)
{
	struct export_visit visit = { .id = id };
	int err = export_frozen_collect(id, ask, ctx, &visit.frozen);

	if (err == 0)
		err = ask_visit(&visit, ask, ctx);
	if (err == 0)
		err = collect_trials(&visit, ask, ctx);
	if (err < 0) {
		export_visit_fini(&visit);
		return err;
	}
	*out = visit;
	return 0;
}

void export_visit_fini(struct export_visit *visit)
{
	for (int i = 0; i < visit->n_trials; i++)
		export_trial_fini(&visit->trials[i]);
	free(visit->trials);
	json_decref(visit->document);
	json_decref(visit->patient);
	json_decref(visit->frozen);
	*visit = (struct export_visit){ 0 };
}
