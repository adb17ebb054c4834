#include "src/records/training_load.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/ipc/document_training.h"

#define N_PAST   12 /* sessions that level and limits are looked for in */
#define WEEK_S   (7 * 24 * 3600)
#define MS_PER_S 1000
#define WHY_SIZE 256

/* A text that this version cannot read is as if none was set: the clinician sets another. */
static int load_programme(struct store *store, const char *patient, struct programme *p)
{
	char text[STORE_PROGRAMME_SIZE], why[WHY_SIZE];
	int err = store_programme_get(store, patient, text, sizeof(text));
	json_t *json;

	*p = *programme_at(0);
	if (err < 0)
		return err == -ENOENT ? 0 : err;
	json = json_loads(text, 0, NULL);
	document_get_programme(json, p, why, sizeof(why));
	json_decref(json);
	return 0;
}

static void add_score(const char *exercise, double mean, int n_blocks, void *ctx)
{
	struct training_loaded *out = ctx;
	enum exercise e = exercise_find(exercise);

	if (e < EXERCISE_N)
		progress_add(&out->history.of[e], mean, n_blocks);
}

struct past {
	struct training_loaded *out;
	struct programme_past past[N_PAST]; /* the newest last: filled from the end */
	int n;
};

static int add_session(const struct store_training *t, void *ctx)
{
	struct past *p = ctx;

	if (t->running)
		return 0;
	if (p->n < N_PAST)
		p->past[N_PAST - ++p->n] =
			(struct programme_past){ t->level, t->band, t->success_pct };
	if (isnan(p->out->limits_mm[0]))
		memcpy(p->out->limits_mm, t->limits_mm, sizeof(t->limits_mm));
	return 0;
}

static int64_t midnight_ms(void)
{
	time_t now = time(NULL);
	struct tm local;

	if (!localtime_r(&now, &local))
		return (int64_t)now * MS_PER_S;
	local.tm_hour = local.tm_min = local.tm_sec = 0;
	local.tm_isdst = -1;
	return (int64_t)mktime(&local) * MS_PER_S;
}

static int load_dose(
	struct store *store, const char *patient, struct training_loaded *out)
{
	const struct programme *p = &out->programme;
	int64_t week_ms = ((int64_t)time(NULL) - WEEK_S) * MS_PER_S;
	int err = store_training_count(store, patient, midnight_ms(), &out->n_today);

	if (err == 0)
		err = store_training_count(store, patient, week_ms, &out->n_week);
	out->is_enough = (p->max_per_day > 0 && out->n_today >= p->max_per_day) ||
			 (p->max_per_week > 0 && out->n_week >= p->max_per_week);
	return err;
}

static int load_known(
	struct store *store, const char *patient, struct training_loaded *out)
{
	struct past past = { .out = out };
	int n = store_training_list(store, patient, 0, N_PAST, add_session, &past);

	if (n < 0)
		return n;
	programme_go_on(&out->programme, past.past + N_PAST - past.n, past.n);
	n = store_training_scores(store, patient, 0, add_score, out);
	return n < 0 ? n : load_dose(store, patient, out);
}

int training_load(struct store *store, const char *patient,
	const struct programme *chosen, struct training_loaded *out)
{
	struct store_patient row;
	int err = 0;

	*out = (struct training_loaded){ .programme = *programme_at(0) };
	for (int i = 0; i < EXERCISE_N_DIRECTIONS; i++)
		out->limits_mm[i] = NAN;
	if (patient[0]) {
		err = store_patient_get(store, patient, &row);
		if (err == 0)
			err = load_programme(store, patient, &out->programme);
	}
	if (err < 0)
		return err;
	if (chosen)
		out->programme = *chosen;
	return patient[0] ? load_known(store, patient, out) : 0;
}
