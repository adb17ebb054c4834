/* trial.*: what was measured, as documents; voided or moved, never changed. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/base64.h"
#include "src/base/i18n.h"
#include "src/core/trial/age.h"
#include "src/ipc/document_trial.h"
#include "src/records/params.h"
#include "src/records/refuse.h"
#include "src/records/serve.h"
#include "src/store/store_clinic.h"

#define LIST_INITIAL 100
#define LIST_MOST    150 /* lines of the longest fit one answer */

#define SERIES_MOST 200   /* rows of twelve numbers with all digits fit one answer */
#define RAW_MOST    45000 /* bytes that fit one answer as base64 */

/* --- listings ------------------------------------------------------------------------------ */

static const char *state_of(const struct store_trial_line *line)
{
	return line->running ? "running" : trial_verdict_name(line->verdict);
}

static int put_line(const struct store_trial_line *line, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	serve_int(out, "id", line->id);
	serve_id(out, "visit", line->visit_id);
	serve_text(out, "patient", line->patient);
	serve_text(out, "protocol", line->protocol);
	serve_time(out, "started", line->started_unix_ms, line->utc_offset_min);
	serve_real(out, "duration_s", line->duration_s);
	serve_text(out, "verdict", state_of(line));
	serve_real(out, "left_frac", line->left_frac);
	serve_real(out, "mean_velocity_mm_s", line->mean_velocity_mm_s);
	serve_bool(out, "voided", line->voided);
	serve_bool(out, "has_raw", line->has_raw);
	jsonw_end_object(out);
	return 0;
}

int serve_trial_list(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE], protocol[RECORD_WORD_SIZE];
	struct store_trial_query query = { 0 };
	int64_t limit;
	int n;

	(void)by;
	if (!params_code(params, "patient", false, patient, sizeof(patient), error) ||
		!params_text(params, "protocol", false, false, protocol,
			sizeof(protocol), error) ||
		!params_int(params, "visit", false, 0, 1, INT64_MAX / 2,
			&query.visit_id, error) ||
		!params_int(params, "before_id", false, 0, 1, INT64_MAX / 2,
			&query.before_id, error) ||
		!params_bool(params, "with_voided", &query.with_voided, error) ||
		!params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, &limit,
			error))
		return -EREMOTEIO;
	query.patient = patient[0] ? patient : NULL;
	query.protocol = protocol[0] ? protocol : NULL;
	query.limit = (int)limit;
	serve_begin(out, "stance.trials/1");
	jsonw_key(out, "trials");
	jsonw_begin_array(out);
	n = store_trial_list(store, &query, put_line, out);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "list of trials"));
	jsonw_end_array(out);
	serve_bool(out, "more", n == limit);
	jsonw_end_object(out);
	return 0;
}

/* --- one trial ----------------------------------------------------------------------------- */

static bool read_id(const struct json_t *params, int64_t *id, struct rpc_error *error)
{
	return params_int(params, "id", true, 0, 1, INT64_MAX / 2, id, error);
}

/* Age and sex as the patient's entry has them now: norms are looked up when shown, never stored. */
static void look_up_person(struct store *store, struct trial_record *r)
{
	struct store_patient p;

	r->person = (struct trial_person){ NAN, NAN, 0, NAN };
	if (!r->patient[0] || store_patient_get(store, r->patient, &p) < 0)
		return;
	r->person.mass_kg = p.mass_kg;
	r->person.stature_m = p.stature_m;
	r->person.sex = p.sex;
	r->person.age_years = age_years(p.birth_year, r->started_unix_ms);
}

static void put_mark(const struct store_mark *mark, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	serve_int(out, "n", mark->n);
	serve_real(out, "t_s", mark->t_s);
	serve_text(out, "text", mark->text);
	jsonw_end_object(out);
}

/* What happened while it ran, and what a clinician decided of it. */
static int put_review(struct store *store, int64_t id, struct jsonw *out)
{
	struct store_review review;
	const char *decision;
	int err;

	jsonw_key(out, "marks");
	jsonw_begin_array(out);
	err = store_mark_list(store, id, put_mark, out);
	jsonw_end_array(out);
	if (err == 0)
		err = store_review_get(store, id, &review);
	if (err < 0)
		return err;
	decision = store_decision_name(review.decision);
	serve_text(out, "decision", decision ? decision : "");
	serve_text(out, "decision_reason", review.reason);
	return 0;
}

static int reply_trial(
	struct store *store, int64_t id, struct jsonw *out, struct rpc_error *error)
{
	struct trial_record record;
	int err = store_trial_get(store, id, &record);

	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "trial %lld"), (long long)id);
	look_up_person(store, &record);
	document_begin_trial(out, &record);
	err = put_review(store, id, out);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "review of trial %lld"),
			(long long)id);
	jsonw_end_object(out);
	return 0;
}

int serve_trial_show(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t id;

	(void)by;
	if (!read_id(params, &id, error))
		return -EREMOTEIO;
	return reply_trial(store, id, out, error);
}

int serve_trial_void(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char reason[RECORD_REASON_SIZE];
	int64_t id;
	int err;

	if (!read_id(params, &id, error) || !params_text(params, "reason", true, false,
						    reason, sizeof(reason), error))
		return -EREMOTEIO;
	if (!reason[0]) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Say in \"reason\" why the trial must not be used.");
		return -EREMOTEIO;
	}
	err = store_trial_void(store, id, reason, by);
	if (err < 0)
		return refuse_trial(store, id, err, error);
	return reply_trial(store, id, out, error);
}

static bool read_decision(const struct json_t *params, enum store_decision *decision,
	char reason[RECORD_REASON_SIZE], struct rpc_error *error)
{
	char word[RECORD_WORD_SIZE];

	if (!params_text(params, "decision", true, false, word, sizeof(word), error) ||
		!params_text(params, "reason", false, false, reason, RECORD_REASON_SIZE,
			error))
		return false;
	*decision = store_decision_find(word);
	if (*decision == STORE_UNDECIDED)
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"decision\" is keep, repeat or discard.");
	else if (*decision != STORE_KEEP && !reason[0])
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Say in \"reason\" why the trial must not be used.");
	else
		return true;
	return false;
}

int serve_trial_review(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char reason[RECORD_REASON_SIZE];
	enum store_decision decision;
	int64_t id;
	int err;

	if (!read_id(params, &id, error) ||
		!read_decision(params, &decision, reason, error))
		return -EREMOTEIO;
	err = store_review_add(store, id, decision, reason, by);
	if (err < 0)
		return refuse_trial(store, id, err, error);
	return reply_trial(store, id, out, error);
}

int serve_trial_move(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE];
	struct store_patient there;
	int64_t id;
	int err;

	if (!read_id(params, &id, error) ||
		!params_code(params, "patient", true, patient, sizeof(patient), error))
		return -EREMOTEIO;
	err = store_patient_get(store, patient, &there);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient %s"), patient);
	err = store_trial_move(store, id, patient, by);
	if (err < 0)
		return refuse_trial(store, id, err, error);
	return reply_trial(store, id, out, error);
}

/* --- its series ---------------------------------------------------------------------------- */

static void put_column(
	struct jsonw *out, const char *key, const double *column, int from, int to)
{
	jsonw_key(out, key);
	jsonw_begin_array(out);
	for (int i = from; i < to; i++)
		jsonw_real(out, column[i]);
	jsonw_end_array(out);
}

static void put_whole_numbers(
	struct jsonw *out, const struct trial_series *s, int from, int to)
{
	jsonw_key(out, "flags");
	jsonw_begin_array(out);
	for (int i = from; i < to; i++)
		jsonw_uint(out, s->flags[i]);
	jsonw_end_array(out);
	jsonw_key(out, "phase");
	jsonw_begin_array(out);
	for (int i = from; i < to; i++)
		jsonw_int(out, s->phase[i] == TRIAL_NO_PHASE ? -1 : s->phase[i]);
	jsonw_end_array(out);
}

static void put_rows(struct jsonw *out, const struct trial_series *s, int from, int to)
{
	put_column(out, "t_s", s->t_s, from, to);
	put_column(out, "x_mm", s->x_mm, from, to);
	put_column(out, "y_mm", s->y_mm, from, to);
	put_column(out, "force_n", s->force_n, from, to);
	put_column(out, "left_frac", s->left_frac, from, to);
	put_column(out, "fore_frac", s->fore_frac, from, to);
	put_column(out, "left_n", s->left_n, from, to);
	put_column(out, "left_x_mm", s->left_x_mm, from, to);
	put_column(out, "left_y_mm", s->left_y_mm, from, to);
	put_column(out, "right_n", s->right_n, from, to);
	put_column(out, "right_x_mm", s->right_x_mm, from, to);
	put_column(out, "right_y_mm", s->right_y_mm, from, to);
	put_whole_numbers(out, s, from, to);
}

int serve_trial_series(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct trial_series series;
	int64_t id, from, n, to;
	int err;

	(void)by;
	if (!read_id(params, &id, error) ||
		!params_int(params, "from", false, 0, 0, INT32_MAX, &from, error) ||
		!params_int(params, "n", false, SERIES_MOST, 1, SERIES_MOST, &n, error))
		return -EREMOTEIO;
	err = store_trial_series(store, id, &series);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "series of trial %lld"),
			(long long)id);
	to = from + n < series.n ? from + n : series.n;
	from = from < to ? from : to;
	serve_begin(out, "stance.series/1");
	serve_int(out, "id", id);
	serve_int(out, "total", series.n);
	serve_int(out, "from", from);
	serve_int(out, "n", to - from);
	put_rows(out, &series, (int)from, (int)to);
	jsonw_end_object(out);
	store_series_free(&series);
	return 0;
}

/* --- its raw frames ------------------------------------------------------------------------ */

static int read_page(
	const char *path, off_t offset, uint8_t *bytes, size_t *n, off_t *total)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	*total = lseek(fd, 0, SEEK_END);
	got = pread(fd, bytes, RAW_MOST, offset);
	if (*total < 0 || got < 0)
		err = -errno;
	else
		*n = (size_t)got;
	close(fd);
	return err;
}

int serve_trial_raw(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct trial_record record;
	uint8_t bytes[RAW_MOST];
	char path[4096], text[RAW_MOST / 3 * 4 + 8];
	int64_t id, offset;
	off_t total = 0;
	size_t n = 0;
	int err;

	(void)by;
	if (!read_id(params, &id, error) || !params_int(params, "offset", false, 0, 0,
						    INT64_MAX / 2, &offset, error))
		return -EREMOTEIO;
	err = store_trial_get(store, id, &record);
	if (err >= 0)
		err = store_raw_path(store, record.uid, path, sizeof(path));
	if (err >= 0)
		err = read_page(path, offset, bytes, &n, &total);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "recording of trial %lld"),
			(long long)id);
	text[base64_encode(bytes, n, text)] = '\0';
	serve_begin(out, "stance.raw-page/1");
	serve_int(out, "id", id);
	serve_int(out, "offset", offset);
	serve_int(out, "total", total);
	serve_text(out, "bytes", text);
	jsonw_end_object(out);
	return 0;
}
