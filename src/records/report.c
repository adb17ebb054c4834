/* report.*: a visit is signed, amended, and what was signed is read again. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/clock_trust.h"
#include "src/base/i18n.h"
#include "src/records/params.h"
#include "src/records/refuse.h"
#include "src/records/report_document.h"
#include "src/records/serve.h"
#include "src/store/visit_read.h"

#define LIST_INITIAL 20
#define LIST_MOST    100
#define PIECE        45000 /* bytes of a document in one answer: escaped it may double */

static void put_version(struct jsonw *out, const struct store_report *r)
{
	serve_int(out, "visit", r->visit_id);
	serve_text(out, "patient", r->patient);
	serve_int(out, "version", r->version);
	serve_int(out, "previous", r->previous);
	serve_time(out, "signed_at", r->signed_unix_ms, r->utc_offset_min);
	serve_text(out, "operator", r->operator_name);
	serve_text(out, "by", r->by);
	serve_text(out, "comment", r->comment);
	serve_text(out, "sha256", r->sha256);
	serve_text(out, "previous_sha256", r->previous_sha256);
	serve_int(out, "bytes", r->n_bytes);
	serve_bool(out, "superseded", r->superseded);
}

/* --- signing -------------------------------------------------------------------------------- */

static bool clock_is_right(enum clock_trust *clock, struct rpc_error *error)
{
	*clock = clock_trust();
	if (*clock != CLOCK_TRUST_UNKNOWN)
		return true;
	rpc_error_set(error, RPC_NOT_NOW,
		N_("The clock is not known to be right, and a signature bears its "
		   "time: wait until a time service has set it, or say by "
		   "station.clock that it can be trusted."));
	return false;
}

static int sign(struct store *store, const json_t *params,
	const struct store_amendment *amendment, const char *by, struct jsonw *out,
	struct rpc_error *error)
{
	struct report_document document = { .amendment = amendment };
	struct store_report *r = calloc(1, sizeof(*r));
	int err = r ? 0 : -ENOMEM;

	if (err == 0 &&
		(!params_int(params, "visit", true, 0, 1, INT64_MAX / 2, &r->visit_id,
			 error) ||
			!params_text(params, "operator", true, false, r->operator_name,
				sizeof(r->operator_name), error) ||
			!params_text(params, "comment", false, true, r->comment,
				sizeof(r->comment), error) ||
			!clock_is_right(&document.clock, error))) {
		free(r);
		return -EREMOTEIO;
	}
	if (err == 0)
		err = store_report_sign(
			store, r, amendment, report_document_make, &document, by);
	if (err < 0) {
		err = refuse_signing(
			store, r ? r->visit_id : 0, amendment != NULL, err, error);
	} else {
		serve_begin(out, "stance.report-version/1");
		put_version(out, r);
		jsonw_end_object(out);
	}
	free(r);
	return err;
}

int serve_report_sign(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	return sign(store, params, NULL, by, out, error);
}

/* --- amending ------------------------------------------------------------------------------- */

static bool read_discard(
	const json_t *params, struct store_amendment *a, struct rpc_error *error)
{
	const json_t *list = json_object_get(params, "discard");

	if (!list || json_is_null(list))
		return true;
	if (!json_is_array(list) || json_array_size(list) > STORE_MAX_AMENDED) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"discard\" is a list of up to %d {\"trial\", \"reason\"}.",
			STORE_MAX_AMENDED);
		return false;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct store_discard *d = &a->discard[a->n_discard++];

		if (!params_int(json_array_get(list, i), "trial", true, 0, 1,
			    INT64_MAX / 2, &d->trial_id, error) ||
			!params_text(json_array_get(list, i), "reason", true, false,
				d->reason, sizeof(d->reason), error))
			return false;
	}
	return true;
}

static bool read_notes(
	const json_t *params, struct store_amendment *a, struct rpc_error *error)
{
	const json_t *note = json_object_get(params, "note");
	const struct visit_read_note *n;
	size_t n_known = 0;
	double value;

	if (!note || json_is_null(note))
		return true;
	for (size_t i = 0; (n = visit_read_note_at(i)); i++) {
		if (!params_number(note, n->key, n->low, n->high, &value, error))
			return false;
		n_known += json_object_get(note, n->key) != NULL;
		if (isnan(value) || a->n_notes == STORE_MAX_AMENDED)
			continue;
		if (n->is_answer && value != 0 && value != 1) {
			rpc_error_set(error, RPC_INVALID_PARAMS,
				"\"%s\" is 1 for yes or 0 for no.", n->key);
			return false;
		}
		a->note[a->n_notes].key = n->key;
		a->note[a->n_notes++].value = value;
	}
	if (n_known == json_object_size(note))
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"\"note\" has a member that is none of visit.note's: docs/api.md lists "
		"them.");
	return false;
}

int serve_report_amend(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_amendment *a = calloc(1, sizeof(*a));
	int err = -EREMOTEIO;

	if (!a)
		return serve_fail(-ENOMEM, error, "amendment");
	if (read_discard(params, a, error) && read_notes(params, a, error))
		err = sign(store, params, a, by, out, error);
	free(a);
	return err;
}

/* --- reading ---------------------------------------------------------------------------------- */

static int put_line(const struct store_report *r, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	put_version(out, r);
	jsonw_end_object(out);
	return 0;
}

int serve_report_list(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE];
	int64_t visit, offset, limit, total = 0;
	int n;

	(void)by;
	if (!params_int(params, "visit", false, 0, 1, INT64_MAX / 2, &visit, error) ||
		!params_code(
			params, "patient", false, patient, sizeof(patient), error) ||
		!params_int(params, "offset", false, 0, 0, INT32_MAX, &offset, error) ||
		!params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, &limit,
			error))
		return -EREMOTEIO;
	serve_begin(out, "stance.reports/1");
	jsonw_key(out, "reports");
	jsonw_begin_array(out);
	n = store_report_list(store, visit, patient[0] ? patient : NULL, offset,
		(int)limit, put_line, out, &total);
	if (n < 0)
		return serve_fail(n, error, "list of reports");
	jsonw_end_array(out);
	serve_int(out, "offset", offset);
	serve_int(out, "total", total);
	serve_bool(out, "more", offset + n < total);
	jsonw_end_object(out);
	return 0;
}

/* The end of a piece: not within a character. */
static int64_t piece_end(const char *text, int64_t from, int64_t total)
{
	int64_t to = from + PIECE < total ? from + PIECE : total;

	while (to < total && to > from && ((unsigned char)text[to] & 0xc0) == 0x80)
		to--;
	return to;
}

int serve_report_get(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t visit, version, offset, to;
	struct store_report *r;
	char *text = NULL;
	char kept;
	int err;

	(void)by;
	if (!params_int(params, "visit", true, 0, 1, INT64_MAX / 2, &visit, error) ||
		!params_int(
			params, "version", false, 0, 1, INT32_MAX, &version, error) ||
		!params_int(params, "offset", false, 0, 0, STORE_REPORT_MAX, &offset,
			error))
		return -EREMOTEIO;
	r = malloc(sizeof(*r));
	err = r ? store_report_get(store, visit, (int)version, r, &text) : -ENOMEM;
	if (err < 0) {
		free(r);
		return serve_fail(
			err, error, "signed report of visit %lld", (long long)visit);
	}
	offset = offset < r->n_bytes ? offset : r->n_bytes;
	to = piece_end(text, offset, r->n_bytes);
	serve_begin(out, "stance.report-text/1");
	serve_int(out, "visit", visit);
	serve_int(out, "version", r->version);
	serve_text(out, "sha256", r->sha256);
	serve_int(out, "total", r->n_bytes);
	serve_int(out, "offset", offset);
	kept = text[to];
	text[to] = '\0';
	jsonw_key(out, "text");
	jsonw_string(out, text + offset);
	text[to] = kept;
	jsonw_key(out, "next_offset");
	if (to < r->n_bytes)
		jsonw_int(out, to);
	else
		jsonw_null(out);
	jsonw_end_object(out);
	free(text);
	free(r);
	return 0;
}
