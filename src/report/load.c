#include "src/report/load.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/paths.h"
#include "src/core/trial/age.h"
#include "src/core/trial/conclusion.h"
#include "src/core/trial/protocol.h"
#include "src/core/trial/visit.h"
#include "src/core/trial/visit_findings.h"
#include "src/store/store.h"
#include "src/store/visit_read.h"

struct load {
	struct body_sheet sheet;
	struct trial_record record;
	struct visit visit;
	struct conclusion trial;
	struct visit_findings findings;
	double value[METRIC_N];
	char title[128], when[96], origin[160], patient[RECORD_CODE_SIZE];
	void *scratch;
};

static void write_time(int64_t unix_ms, int offset_min, char *out, size_t size)
{
	time_t shifted = (time_t)(unix_ms / 1000) + (time_t)offset_min * 60;
	struct tm tm;
	int minutes = abs(offset_min);

	if (unix_ms == INT64_MIN || !gmtime_r(&shifted, &tm)) {
		snprintf(out, size, "1970-01-01T00:00:00Z");
		return;
	}
	snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, offset_min < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static int open_store(const char *state_dir, struct store **store, struct load **load,
	char *message, size_t size)
{
	char dir[4096];
	int error = paths_state_dir(state_dir, dir, sizeof(dir));

	if (error < 0) {
		snprintf(message, size, "the state directory's path is too long.");
		return error;
	}
	error = store_open(dir, true, store, message, size);
	if (error == -ENOENT)
		snprintf(message, size, "there is no store in \"%s\".", dir);
	if (error < 0)
		return error;
	*load = calloc(1, sizeof(**load));
	if (*load)
		(*load)->scratch = malloc(conclusion_scratch_size());
	if (*load && (*load)->scratch)
		return 0;
	load_free(*load);
	*load = NULL;
	store_close(*store);
	snprintf(message, size, "not enough memory.");
	return -ENOMEM;
}

static void fill(struct load *l)
{
	l->sheet.title = l->title;
	l->sheet.patient = l->patient;
	l->sheet.when_iso = l->when;
	l->sheet.origin = l->origin;
	l->sheet.value = l->value;
}

/* --- a trial -------------------------------------------------------------------------------------- */

static int conclude_trial(struct load *l, char *message, size_t size)
{
	const struct trial_record *r = &l->record;
	const struct protocol *protocol = protocol_find(r->protocol);

	conclusion_of_trial(r, l->scratch, &l->trial);
	if (!l->trial.has_alignment) {
		snprintf(message, size,
			"trial %lld says nothing of the body above the feet: that "
			"takes usable "
			"standing on two feet with straight knees.",
			(long long)r->id);
		return -ENODATA;
	}
	snprintf(l->title, sizeof(l->title), "Trial %lld: %s", (long long)r->id,
		protocol ? protocol->title : "recording");
	snprintf(l->patient, sizeof(l->patient), "%s", r->patient);
	write_time(r->started_unix_ms, r->utc_offset_min, l->when, sizeof(l->when));
	snprintf(l->origin, sizeof(l->origin), "calibration %s; computed by version %s",
		*r->calibration_id ? r->calibration_id : r->calibration_state,
		r->algorithm);
	memcpy(l->value, r->phases[0].value, sizeof(l->value));
	fill(l);
	l->sheet.person = r->person;
	l->sheet.alignment = &l->trial.alignment;
	l->sheet.findings = &l->trial.findings;
	return 0;
}

int load_trial(const char *state_dir, int64_t id, struct load **out, char *message,
	size_t size)
{
	struct store *store;
	struct load *l;
	int error = open_store(state_dir, &store, &l, message, size);

	if (error < 0)
		return error;
	error = store_trial_get(store, id, &l->record);
	if (error < 0)
		snprintf(message, size, "trial %lld: %s.", (long long)id,
			error == -ENOENT ? "there is none" : strerror(-error));
	store_close(store);
	if (error == 0)
		error = conclude_trial(l, message, size);
	if (error < 0)
		load_free(l);
	else
		*out = l;
	return error;
}

/* --- a visit -------------------------------------------------------------------------------------- */

static int read_visit(struct store *store, int64_t id, struct load *l)
{
	struct visit_entered entered;
	struct store_patient patient;
	struct store_visit head;
	int error = store_visit_get(store, id, &head);

	if (error == 0)
		error = store_patient_get(store, head.patient, &patient);
	if (error == 0)
		error = visit_read_trials(store, &head, &l->visit);
	if (error == 0)
		error = visit_read_entered(store, id, &entered);
	if (error < 0)
		return error;
	l->sheet.person = (struct trial_person){ .mass_kg = patient.mass_kg,
		.stature_m = patient.stature_m,
		.sex = patient.sex,
		.age_years = age_years(patient.birth_year, head.started_unix_ms) };
	visit_findings_conclude(
		&l->visit, &l->sheet.person, &entered, l->scratch, &l->findings);
	snprintf(l->title, sizeof(l->title), "Visit %lld", (long long)id);
	snprintf(l->patient, sizeof(l->patient), "%s", head.patient);
	write_time(head.started_unix_ms, head.utc_offset_min, l->when, sizeof(l->when));
	snprintf(
		l->origin, sizeof(l->origin), "means of the visit's habitual standing");
	return 0;
}

int load_visit(const char *state_dir, int64_t id, struct load **out, char *message,
	size_t size)
{
	struct store *store;
	struct load *l;
	int error = open_store(state_dir, &store, &l, message, size);

	if (error < 0)
		return error;
	error = read_visit(store, id, l);
	if (error < 0)
		snprintf(message, size, "visit %lld: %s.", (long long)id,
			error == -ENOENT ? "there is none" : strerror(-error));
	store_close(store);
	if (error == 0 && !l->findings.has_alignment) {
		snprintf(message, size,
			"visit %lld has no usable quiet standing with open eyes yet.",
			(long long)id);
		error = -ENODATA;
	}
	if (error < 0) {
		load_free(l);
		return error;
	}
	visit_findings_means(&l->visit, l->value);
	fill(l);
	l->sheet.alignment = &l->findings.alignment;
	l->sheet.findings = &l->findings.findings;
	*out = l;
	return 0;
}

struct body_sheet *load_sheet(struct load *load)
{
	return &load->sheet;
}

void load_free(struct load *load)
{
	if (!load)
		return;
	free(load->scratch);
	free(load);
}
