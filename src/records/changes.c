/* What changed since the same was measured before: a visit against the person's earlier ones. */
#include "src/records/changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/trial/age.h"
#include "src/ipc/document_visit.h"
#include "src/records/serve.h"
#include "src/store/visit_read.h"

#define LOOK_BACK 24 /* visits, chosen: two years of one a month */

int changes_read(
	struct store *store, const struct store_visit *head, struct visit *visit)
{
	return visit_read_trials(store, head, visit);
}

/* --- against earlier visits ---------------------------------------------------------------- */

struct earlier {
	int n;
	struct store_visit visits[LOOK_BACK];
};

static int take_visit(const struct store_visit *visit, void *ctx)
{
	struct earlier *earlier = ctx;

	earlier->visits[earlier->n++] = *visit;
	return 0;
}

static int64_t day_of(const struct store_visit *v)
{
	return (v->started_unix_ms + v->utc_offset_min * 60000LL) / 86400000LL;
}

/* Each group that has not been compared yet and that this earlier visit has. */
static void put_against(struct jsonw *out, const struct visit *now,
	const struct store_visit *head, double age, const struct visit *before,
	const struct store_visit *before_head, bool done[VISIT_MAX_GROUPS])
{
	const struct document_before meta = { .visit_id = before_head->id,
		.started_unix_ms = before_head->started_unix_ms,
		.utc_offset_min = before_head->utc_offset_min,
		.same_day = day_of(head) == day_of(before_head),
		.age_years = age };

	for (int k = 0; k < now->n_groups; k++) {
		const struct visit_group *g =
			done[k] ? NULL : visit_find(before, &now->groups[k]);

		if (!g)
			continue;
		done[k] = true;
		document_put_change(out, &now->groups[k], g, &meta);
	}
}

static int put_all(struct store *store, const struct store_visit *head,
	const struct visit *now, double age, struct jsonw *out)
{
	struct earlier *earlier = calloc(1, sizeof(*earlier));
	struct visit *before = malloc(sizeof(*before));
	bool done[VISIT_MAX_GROUPS] = { false };
	int err = earlier && before ? 0 : -ENOMEM;

	if (err == 0)
		err = store_visit_list(
			store, head->patient, head->id, LOOK_BACK, take_visit, earlier);
	for (int i = 0; err >= 0 && i < earlier->n; i++) {
		err = changes_read(store, &earlier->visits[i], before);
		if (err == 0)
			put_against(
				out, now, head, age, before, &earlier->visits[i], done);
	}
	free(before);
	free(earlier);
	return err < 0 ? err : 0;
}

int changes_put(struct store *store, const struct store_visit *head,
	const struct visit *now, struct jsonw *out)
{
	struct store_patient patient;
	int err = store_patient_get(store, head->patient, &patient);

	if (err < 0)
		return err;
	jsonw_key(out, "changes");
	jsonw_begin_array(out);
	err = put_all(store, head, now,
		age_years(patient.birth_year, head->started_unix_ms), out);
	jsonw_end_array(out);
	serve_text(out, "changes_source", visit_change_source());
	return err;
}
