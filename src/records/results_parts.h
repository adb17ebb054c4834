/* What the parts of stance.results/1 and stance.comparison/1 share.
 * Private to src/records. Follows docs/api.md. */
#ifndef STANCE_RECORDS_RESULTS_PARTS_H
#define STANCE_RECORDS_RESULTS_PARTS_H

#include "src/base/jsonw.h"
#include "src/core/sway/norms.h"
#include "src/core/trial/visit.h"
#include "src/records/changes.h"
#include "src/store/store.h"

/* How much of a document there is room for. */
enum results_detail {
	RESULTS_ALL,
	RESULTS_SETTLED, /* without exploratory metrics */
	RESULTS_MAIN,    /* only the protocols' own first metrics */
};

/* Return whether the metric of a group has a row: it was measured, and is neither the limit of an interval nor an
 * uncertainty. */
bool results_has_row(const struct visit_group *group, enum metric metric,
	enum results_detail detail);

/* Return whether it is one of the protocol's own first metrics. */
bool results_is_main(const struct visit_group *group, enum metric metric);

/* Write the members key, label, unit, decimals, headline of a row into the object that is open. */
void results_put_name(
	struct jsonw *w, const struct visit_group *group, enum metric metric);

/* Write an interval, null where it is unknown. */
void results_put_interval(
	struct jsonw *w, const char *key, const struct visit_mean *mean);

/* Write the members protocol, title, phase, condition of a group. */
void results_put_group_head(struct jsonw *w, const struct visit_group *group);

/* A list of trials' ids. */
void results_put_ids(struct jsonw *w, const char *key, const struct visit_group *group);

/* Write one element of "groups". `before`: not there, if there is nothing to compare with. `why_not`: a reason against
 * any norm, NULL if there is none. */
void results_put_group(struct jsonw *w, const struct visit_group *group,
	const struct changes_before *before, const struct trial_person *person,
	const char *why_not, enum results_detail detail);

/* Write the member "ratios". */
void results_put_ratios(struct jsonw *w, const struct visit *visit,
	const struct trial_person *person, const char *why_not);

/* Write the members norm and why_no_norm of a value. */
void results_put_norm(struct jsonw *w, const struct visit_group *group,
	enum metric metric, double value, const struct trial_person *person,
	const char *why_not);

/* Write the member "trials": of a visit's trials, with what the store knows of each besides. Returns 0 or the store's
 * negative errno. */
int results_put_trials(struct store *store, const struct visit *visit, struct jsonw *w);

#endif
