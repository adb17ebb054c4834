/* What happened during a trial and what was decided of it. */
#include "src/records/marks.h"

#include "src/records/serve.h"
#include "src/store/store_clinic.h"

static void put_mark(const struct store_mark *mark, void *ctx)
{
	struct jsonw *w = ctx;

	jsonw_begin_object(w);
	serve_int(w, "n", mark->n);
	serve_real(w, "t_s", mark->t_s);
	serve_text(w, "text", mark->text);
	jsonw_end_object(w);
}

int marks_put(struct store *store, int64_t trial_id, struct jsonw *w)
{
	struct store_review review;
	const char *decision;
	int err;

	jsonw_key(w, "marks");
	jsonw_begin_array(w);
	err = store_mark_list(store, trial_id, put_mark, w);
	jsonw_end_array(w);
	if (err >= 0)
		err = store_review_get(store, trial_id, &review);
	if (err < 0)
		return err;
	decision = store_decision_name(review.decision);
	serve_text(w, "decision", decision ? decision : "");
	serve_text(w, "decision_reason", review.reason);
	return 0;
}
