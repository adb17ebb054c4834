/* visit.plans, visit.plan, visit.set_plan, visit.footwear, visit.next, visit.current: what a visit is to hold, and what
 * is next. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/core/trial/plan.h"
#include "src/base/i18n.h"
#include "src/records/changes.h"
#include "src/records/params.h"
#include "src/records/refuse.h"
#include "src/records/serve.h"
#include "src/store/store_clinic.h"

/* What is worn, among a visit's notes: the number of the word in protocol_footwear_at(). */
#define FOOTWEAR_NOTE "footwear"

struct state {
	struct store_visit head;
	const char *footwear; /* as noted; NULL: as each protocol asks */
	struct visit *visit;
	int64_t running; /* the trial of it that runs; 0: none */
	struct plan_progress progress;
	char reasons[PLAN_MAX_STEPS][RECORD_REASON_SIZE];
};

static void take_skip(int step, const char *reason, void *ctx)
{
	struct state *s = ctx;

	if (step < 1 || step > PLAN_MAX_STEPS)
		return;
	s->progress.skipped[step - 1] = true;
	strncpy(s->reasons[step - 1], reason, RECORD_REASON_SIZE - 1);
}

static void take_footwear(const char *key, double value, void *ctx)
{
	struct state *s = ctx;

	if (strcmp(key, FOOTWEAR_NOTE) == 0 && value >= 0)
		s->footwear = protocol_footwear_at((size_t)value);
}

/* What trial.start is told of the circumstances; nothing where there is nothing to say. */
static void put_condition(struct jsonw *out, const struct protocol *protocol,
	const struct plan_step *step, const struct state *s)
{
	const char *footwear =
		s && s->footwear ? s->footwear : protocol_footwear(protocol);
	const double lift_mm = step ? step->lift_mm : 0;

	if (!*footwear && lift_mm == 0)
		return;
	jsonw_key(out, "condition");
	jsonw_begin_object(out);
	if (*footwear)
		serve_text(out, "footwear", footwear);
	if (lift_mm != 0)
		serve_real(out, "lift_mm", lift_mm);
	jsonw_end_object(out);
}

static void put_step(
	struct jsonw *out, const struct plan *plan, int k, const struct state *s)
{
	const struct plan_step *step = &plan->steps[k];
	const struct protocol *protocol = protocol_find(step->protocol);

	jsonw_begin_object(out);
	serve_int(out, "n", k + 1);
	serve_text(out, "protocol", step->protocol);
	serve_text(out, "title", protocol->title);
	serve_int(out, "trials", step->n);
	serve_int(out, "practice", step->n_practice);
	serve_real(out, "duration_s",
		step->duration_s > 0 ? step->duration_s : protocol->duration_s);
	serve_real(out, "settle_s", protocol->settle_s);
	serve_real(out, "lift_mm", step->lift_mm);
	put_condition(out, protocol, step, s);
	serve_bool(out, "optional", step->optional);
	serve_text(out, "why", step->why);
	if (s) {
		serve_int(out, "done", s->progress.n_done[k]);
		serve_text(out, "skipped", s->reasons[k]);
		serve_text(
			out, "state", plan_state_name(plan_state_of(&s->progress, k)));
		serve_real(out, "seconds",
			plan_left(&s->progress, k) * plan_trial_s(step));
	}
	jsonw_end_object(out);
}

static void put_plan(struct jsonw *out, const struct plan *plan, const struct state *s)
{
	jsonw_begin_object(out);
	serve_text(out, "key", plan->key);
	serve_text(out, "title", plan->title);
	serve_int(out, "minutes", plan->minutes);
	serve_text(out, "note", plan->note);
	serve_real(out, "seconds_total", plan_seconds(plan));
	jsonw_key(out, "steps");
	jsonw_begin_array(out);
	for (int k = 0; k < plan->n_steps; k++)
		put_step(out, plan, k, s);
	jsonw_end_array(out);
	jsonw_end_object(out);
}

int serve_visit_plans(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	const struct plan *plan;

	(void)store, (void)params, (void)by, (void)error;
	serve_begin(out, "stance.plans/1");
	jsonw_key(out, "plans");
	jsonw_begin_array(out);
	for (size_t i = 0; (plan = plan_at(i)); i++)
		put_plan(out, plan, NULL);
	jsonw_end_array(out);
	jsonw_end_object(out);
	return 0;
}

/* Exactly the parameters for trial.start. */
static void put_start(struct jsonw *out, const struct state *s,
	const struct protocol *protocol, const struct plan_step *step, bool practice)
{
	jsonw_key(out, "start");
	jsonw_begin_object(out);
	serve_text(out, "protocol", protocol->key);
	serve_text(out, "patient", s->head.patient);
	serve_int(out, "visit", s->head.id);
	if (practice)
		serve_bool(out, "practice", true);
	if (step && step->duration_s > 0)
		serve_real(out, "duration_s", step->duration_s);
	put_condition(out, protocol, step, s);
	jsonw_end_object(out);
}

static void put_next(struct jsonw *out, const struct state *s)
{
	const struct plan *plan = s->progress.plan;
	const int k = plan ? plan_next(&s->progress) : -1;
	const struct plan_step *step = k >= 0 ? &plan->steps[k] : NULL;
	const char *key = step ? step->protocol : s->visit->next.protocol;
	const struct protocol *protocol = key ? protocol_find(key) : NULL;
	const bool practice = step && plan_practice_left(&s->progress, k) > 0;

	jsonw_key(out, "next");
	if (!protocol || s->head.closed) {
		jsonw_null(out);
		return;
	}
	jsonw_begin_object(out);
	serve_id(out, "step", k + 1);
	serve_text(out, "protocol", key);
	serve_text(out, "title", protocol->title);
	if (step) {
		serve_int(out, "trial_n", s->progress.n_done[k] + 1);
		serve_int(out, "of", step->n);
	}
	serve_bool(out, "practice", practice);
	serve_text(out, "reason", step ? step->why : s->visit->next.reason);
	serve_text(out, "instruction", protocol->phases[0].instruction);
	serve_bool(out, "supervise", plan_needs_helper(protocol));
	put_start(out, s, protocol, step, practice);
	jsonw_end_object(out);
}

/* The newest that counts or could: practice asks for no review. */
static const struct visit_trial *last_of(const struct visit *visit)
{
	for (int i = visit->n_trials - 1; i >= 0; i--) {
		if (!visit->trials[i].practice)
			return &visit->trials[i];
	}
	return NULL;
}

/* What was voided without a review is decided, too. */
static int put_last_trial(struct store *store, struct jsonw *out, const struct state *s)
{
	const struct visit_trial *last = last_of(s->visit);
	struct store_review review;
	const char *decision;
	int err;

	jsonw_key(out, "last_trial");
	if (!last) {
		jsonw_null(out);
		return 0;
	}
	err = store_review_get(store, last->id, &review);
	if (err < 0)
		return err;
	decision = store_decision_name(
		review.decision == STORE_UNDECIDED && last->voided ? STORE_DISCARD
								   : review.decision);
	jsonw_begin_object(out);
	serve_int(out, "id", last->id);
	serve_text(out, "protocol", last->protocol);
	serve_text(out, "verdict", trial_verdict_name(last->verdict));
	serve_text(out, "decision", decision ? decision : "");
	jsonw_end_object(out);
	return 0;
}

static int put_state(struct store *store, struct jsonw *out, const struct state *s)
{
	const struct plan *plan = s->progress.plan;
	int err;

	serve_begin(out, "stance.visit-plan/1");
	serve_int(out, "visit", s->head.id);
	serve_text(out, "patient", s->head.patient);
	serve_time(out, "started", s->head.started_unix_ms, s->head.utc_offset_min);
	serve_bool(out, "closed", s->head.closed);
	serve_int(out, "signed", s->head.signed_version);
	serve_text(out, "footwear", s->footwear ? s->footwear : "");
	jsonw_key(out, "plan");
	if (plan)
		put_plan(out, plan, s);
	else
		jsonw_null(out);
	put_next(out, s);
	serve_real(out, "seconds_left", plan ? plan_seconds_left(&s->progress) : 0);
	serve_id(out, "running", s->running);
	err = put_last_trial(store, out, s);
	jsonw_end_object(out);
	return err;
}

static int take_running(const struct store_trial_line *line, void *ctx)
{
	if (line->running)
		*(int64_t *)ctx = line->id;
	return 0;
}

/* All of a visit that its plan needs; s->visit and s->head are there. */
static int read_state(struct store *store, struct state *s)
{
	/* one runs at a time, and it is the newest */
	const struct store_trial_query query = {
		.visit_id = s->head.id, .with_voided = true, .limit = 1
	};
	const struct plan *plan = plan_find(s->head.plan);
	int err = changes_read(store, &s->head, s->visit);

	if (err == 0)
		err = store_trial_list(store, &query, take_running, &s->running);
	if (err >= 0)
		err = store_visit_notes(store, s->head.id, take_footwear, s);
	if (err >= 0 && plan) {
		plan_count(plan, s->visit, &s->progress);
		err = store_visit_skips(store, s->head.id, take_skip, s);
	}
	return err < 0 ? err : 0;
}

static struct state *state_new(const struct store_visit *head)
{
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->head = *head;
	s->visit = malloc(sizeof(*s->visit));
	if (!s->visit) {
		free(s);
		return NULL;
	}
	return s;
}

static void state_free(struct state *s)
{
	if (s)
		free(s->visit);
	free(s);
}

static int reply(struct store *store, const struct store_visit *head, struct jsonw *out,
	struct rpc_error *error)
{
	struct state *s = state_new(head);
	int err = s ? read_state(store, s) : -ENOMEM;

	if (err == 0)
		err = put_state(store, out, s);
	state_free(s);
	return err < 0 ? serve_fail(err, error, NC_("thing", "visit %lld"),
				 (long long)head->id)
		       : 0;
}

static int reply_id(
	struct store *store, int64_t id, struct jsonw *out, struct rpc_error *error)
{
	struct store_visit head;
	const int err = store_visit_get(store, id, &head);

	return err < 0 ? serve_fail(
				 err, error, NC_("thing", "visit %lld"), (long long)id)
		       : reply(store, &head, out, error);
}

int serve_visit_plan(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t id;

	(void)by;
	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error))
		return -EREMOTEIO;
	return reply_id(store, id, out, error);
}

int serve_visit_set_plan(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	char plan[RECORD_WORD_SIZE];
	int64_t id;
	int err;

	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error) ||
		!params_text(params, "plan", false, false, plan, sizeof(plan), error))
		return -EREMOTEIO;
	if (plan[0] && !plan_find(plan)) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"There is no plan \"%s\": quick, standard or full.", plan);
		return -EREMOTEIO;
	}
	err = store_visit_set_plan(store, id, plan, by);
	if (err < 0)
		return refuse_visit(store, id, 0, err, error);
	return reply_id(store, id, out, error);
}

static int footwear_of(const char *word)
{
	const char *known;

	for (int i = 0; (known = protocol_footwear_at((size_t)i)); i++)
		if (strcmp(word, known) == 0)
			return i;
	return -1;
}

int serve_visit_footwear(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	char word[RECORD_WORD_SIZE];
	int64_t id;
	int err;

	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error) ||
		!params_text(
			params, "footwear", true, false, word, sizeof(word), error))
		return -EREMOTEIO;
	if (footwear_of(word) < 0) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"There is no footwear \"%s\": barefoot, socks or shoes.", word);
		return -EREMOTEIO;
	}
	err = store_visit_note(store, id, FOOTWEAR_NOTE, footwear_of(word), by);
	if (err < 0)
		return refuse_visit(store, id, 0, err, error);
	return reply_id(store, id, out, error);
}

/* Leave out the planned step that is next. */
static int skip(struct store *store, const struct store_visit *head, const char *reason,
	const char *by, struct rpc_error *error)
{
	struct state *s = state_new(head);
	int err = s ? head->closed ? -EPERM : read_state(store, s) : -ENOMEM, k = -1;

	if (err == 0 && s->progress.plan)
		k = plan_next(&s->progress);
	if (err == 0 && k >= 0)
		err = store_visit_skip(store, head->id, k + 1, reason, by);
	state_free(s);
	if (err < 0)
		return refuse_visit(store, head->id, 0, err, error);
	if (k >= 0)
		return 0;
	rpc_error_set(error, RPC_NOT_NOW,
		N_("No planned step of visit %lld is left to leave out."),
		(long long)head->id);
	return -EREMOTEIO;
}

int serve_visit_next(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char reason[RECORD_REASON_SIZE];
	struct store_visit head;
	bool is_skip;
	int64_t id;
	int err;

	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error) ||
		!params_bool(params, "skip", &is_skip, error) ||
		!params_text(
			params, "reason", false, false, reason, sizeof(reason), error))
		return -EREMOTEIO;
	if (is_skip && !reason[0]) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Say in \"reason\" why the step is left out.");
		return -EREMOTEIO;
	}
	err = store_visit_get(store, id, &head);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "visit %lld"), (long long)id);
	if (is_skip && skip(store, &head, reason, by, error) < 0)
		return -EREMOTEIO;
	return reply_id(store, id, out, error);
}

int serve_visit_current(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	struct store_visit head;
	const int err = store_visit_open(
		store, (int64_t)time(NULL) * 1000 - SERVE_OPEN_MS, &head);

	(void)params, (void)by;
	if (err == -ENOENT) {
		jsonw_null(out);
		return 0;
	}
	return err < 0 ? serve_fail(err, error, NC_("thing", "open visit"))
		       : reply(store, &head, out, error);
}
