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

int64_t changes_day(const struct store_visit *v)
{
	return (v->started_unix_ms + v->utc_offset_min * 60000LL) / 86400000LL;
}

static bool is_before(const struct store_visit *visit, const struct store_visit *head)
{
	return head->id != 0 || visit->started_unix_ms < head->started_unix_ms;
}

/* Take each group that has not been found yet and that this earlier visit has. Returns how many are still to be
 * found. */
static int take_groups(const struct visit *now, const struct store_visit *head,
	const struct visit *earlier, const struct store_visit *earlier_head,
	struct changes *out)
{
	int n_missing = 0;

	for (int k = 0; k < now->n_groups; k++) {
		struct changes_before *b = &out->before[k];
		const struct visit_group *g =
			b->is_there ? NULL : visit_find(earlier, &now->groups[k]);

		if (g)
			*b = (struct changes_before){ .is_there = true,
				.same_day =
					changes_day(head) == changes_day(earlier_head),
				.head = *earlier_head,
				.group = *g };
		n_missing += !b->is_there;
	}
	return n_missing;
}

int changes_find(struct store *store, const struct store_visit *head,
	const struct visit *now, struct changes *out)
{
	struct earlier *earlier = calloc(1, sizeof(*earlier));
	struct visit *visit = malloc(sizeof(*visit));
	int n_missing = now->n_groups, err = earlier && visit ? 0 : -ENOMEM;

	memset(out, 0, sizeof(*out));
	if (err == 0 && n_missing > 0)
		err = store_visit_list(
			store, head->patient, head->id, LOOK_BACK, take_visit, earlier);
	for (int i = 0; err >= 0 && n_missing > 0 && i < earlier->n; i++) {
		if (!is_before(&earlier->visits[i], head))
			continue;
		err = changes_read(store, &earlier->visits[i], visit);
		if (err == 0)
			n_missing =
				take_groups(now, head, visit, &earlier->visits[i], out);
	}
	free(visit);
	free(earlier);
	return err < 0 ? err : 0;
}

static void put_all(const struct visit *now, const struct changes *changes, double age,
	struct jsonw *out)
{
	for (int k = 0; k < now->n_groups; k++) {
		const struct changes_before *b = &changes->before[k];
		const struct document_before meta = { .visit_id = b->head.id,
			.started_unix_ms = b->head.started_unix_ms,
			.utc_offset_min = b->head.utc_offset_min,
			.same_day = b->same_day,
			.age_years = age };

		if (b->is_there)
			document_put_change(out, &now->groups[k], &b->group, &meta);
	}
}

int changes_put(struct store *store, const struct store_visit *head,
	const struct visit *now, struct jsonw *out)
{
	struct changes *changes = malloc(sizeof(*changes));
	struct store_patient patient;
	int err = changes ? store_patient_get(store, head->patient, &patient) : -ENOMEM;

	if (err == 0)
		err = changes_find(store, head, now, changes);
	if (err == 0) {
		jsonw_key(out, "changes");
		jsonw_begin_array(out);
		put_all(now, changes,
			age_years(patient.birth_year, head->started_unix_ms), out);
		jsonw_end_array(out);
		serve_text(out, "changes_source", visit_change_source());
	}
	free(changes);
	return err;
}
