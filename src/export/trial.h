/* What an export is made from: a trial's or a visit's documents and series, asked for by the methods
 * of docs/api.md, so that a daemon, a command and a test export alike. What a visit's signed report says of visit,
 * trials, patient and mat is taken from there and from nowhere else; the series are what was measured.
 * Does not write any format.
 * Follows docs/exports.md. */
#ifndef STANCE_EXPORT_TRIAL_H
#define STANCE_EXPORT_TRIAL_H

#include <stddef.h>

#include "src/core/trial/record.h"

struct json_t;

/* Ask a method; takes `params` over. Returns 0 and a new reference in `*result`, or a negative errno
 * after saying why. */
typedef int export_ask_fn(
	const char *method, struct json_t *params, struct json_t **result, void *ctx);

/* One trial. All owned, freed with export_trial_fini(). */
struct export_trial {
	long long id;
	struct json_t *document; /* stance.trial/1 */
	struct json_t *patient;  /* stance.patient/1; NULL: anonymous */
	struct json_t *device;   /* stance.device/1; NULL: unknown */
	struct json_t *frozen;   /* stance.report/1 that says so; NULL: not signed */
	struct trial_series series;
	/* What the sync lines did, in the order recorded. */
	struct export_edge {
		double t_s; /* in the time of the series */
		char kind[16];
	} * edges;
	int n_edges;
	int n_phases; /* measured, at least 1 unless nothing was */
	double first_s
		[RECORD_MAX_PHASES];      /* of each phase, in the time of the series */
	double last_s[RECORD_MAX_PHASES]; /* NaN: no frame of it */
};

/* A visit with its trials, oldest first; voided ones are not in it. */
struct export_visit {
	long long id;
	struct json_t *document; /* stance.visit/1 */
	struct json_t *patient;
	struct json_t *frozen; /* as above */
	int n_trials;
	struct export_trial *trials;
};

/* Collect a trial. Returns 0; -EREMOTEIO or what `ask` returned; -EBADMSG for a document that does
 * not hold together; -ENOMEM. On failure nothing is to be freed. */
int export_trial_collect(
	long long id, export_ask_fn *ask, void *ctx, struct export_trial *out);
void export_trial_fini(struct export_trial *trial);

/* Collect a visit. Errors likewise. */
int export_visit_collect(
	long long id, export_ask_fn *ask, void *ctx, struct export_visit *out);
void export_visit_fini(struct export_visit *visit);

#endif
