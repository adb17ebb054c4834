#include "src/records/refuse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/records/serve.h"

static int not_now(struct rpc_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int not_now(struct rpc_error *error, const char *format, ...)
{
	va_list args;

	error->code = RPC_NOT_NOW;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return -EREMOTEIO;
}

static bool is_signed(struct store *store, int64_t visit_id)
{
	struct store_visit visit;

	return visit_id > 0 && store_visit_get(store, visit_id, &visit) == 0 &&
	       visit.signed_version > 0;
}

static int say_signed(int64_t visit_id, struct rpc_error *error)
{
	return not_now(error,
		N_("Visit %lld is signed and stays as it is; report.amend makes a "
		   "further "
		   "version of its report."),
		(long long)visit_id);
}

/* --- trials -------------------------------------------------------------------------------- */

struct standing {
	int64_t id;
	bool runs;
};

static int find_running(const struct store_trial_line *line, void *ctx)
{
	struct standing *s = ctx;

	s->runs |= line->id == s->id && line->running;
	return 1;
}

static bool does_run(struct store *store, int64_t id)
{
	struct standing s = { .id = id };
	const struct store_trial_query query = {
		.before_id = id + 1, .with_voided = true, .limit = 1
	};

	store_trial_list(store, &query, find_running, &s);
	return s.runs;
}

static int say_trial(
	struct store *store, const struct trial_record *r, struct rpc_error *error)
{
	const long long id = (long long)r->id;

	if (does_run(store, r->id))
		return not_now(error,
			N_("Trial %lld still runs; wait for its end, or stop it "
			   "with trial.stop or trial.abort."),
			id);
	if (is_signed(store, r->visit_id))
		return say_signed(r->visit_id, error);
	if (r->voided)
		return not_now(error,
			N_("Trial %lld is voided already (%s), and that is for good; "
			   "measure another one."),
			id, r->void_reason);
	return serve_fail(-EPERM, error, NC_("thing", "trial %lld"), id);
}

int refuse_trial(struct store *store, int64_t id, int err, struct rpc_error *error)
{
	struct trial_record *record = malloc(sizeof(*record));
	int status;

	if (err == -EPERM && record && store_trial_get(store, id, record) == 0)
		status = say_trial(store, record, error);
	else
		status = serve_fail(
			err, error, NC_("thing", "trial %lld"), (long long)id);
	free(record);
	return status;
}

/* --- visits -------------------------------------------------------------------------------- */

/* The visit itself is open: the trial is what does not fit. */
static int say_trial_of(struct store *store, const struct store_visit *visit,
	int64_t trial_id, struct rpc_error *error)
{
	struct trial_record *r = malloc(sizeof(*r));
	int status;

	if (!r || store_trial_get(store, trial_id, r) < 0)
		status = serve_fail(
			-EPERM, error, NC_("thing", "trial %lld"), (long long)trial_id);
	else if (strcmp(r->patient, visit->patient) != 0)
		status = not_now(error,
			N_("Trial %lld is not of visit %lld's patient; trial.move "
			   "gives "
			   "it to him first."),
			(long long)trial_id, (long long)visit->id);
	else
		status = say_trial(store, r, error);
	free(r);
	return status;
}

int refuse_visit(struct store *store, int64_t id, int64_t trial_id, int err,
	struct rpc_error *error)
{
	struct store_visit visit;

	if (err != -EPERM || store_visit_get(store, id, &visit) < 0)
		return trial_id > 0 ? serve_fail(err, error,
					      NC_("thing", "trial %lld in visit %lld"),
					      (long long)trial_id, (long long)id)
				    : serve_fail(err, error, NC_("thing", "visit %lld"),
					      (long long)id);
	if (visit.signed_version > 0)
		return say_signed(id, error);
	if (visit.closed)
		return not_now(error,
			N_("Visit %lld is closed; visit.start begins another one."),
			(long long)id);
	if (trial_id > 0)
		return say_trial_of(store, &visit, trial_id, error);
	return serve_fail(err, error, NC_("thing", "visit %lld"), (long long)id);
}

/* --- signing ------------------------------------------------------------------------------- */

int refuse_signing(
	struct store *store, int64_t id, bool amends, int err, struct rpc_error *error)
{
	const long long n = (long long)id;

	switch (err) {
	case -ENODATA:
		return not_now(error,
			N_("Visit %lld has no finished trial; measure one before it is "
			   "signed."),
			n);
	case -EBUSY:
		return not_now(error,
			N_("A trial of visit %lld still runs; sign when it has ended."),
			n);
	case -EEXIST:
		return not_now(error,
			N_("Visit %lld is signed already; report.amend makes a further "
			   "version."),
			n);
	case -EPERM:
		if (amends && !is_signed(store, id))
			return not_now(error,
				N_("Visit %lld is not signed yet: report.sign comes "
				   "first."),
				n);
		if (amends)
			return not_now(error,
				N_("A trial to discard is not of visit %lld, or was "
				   "voided before; leave it out."),
				n);
		break;
	default:
		break;
	}
	return serve_fail(err, error, NC_("thing", "visit %lld"), n);
}
