/* report.*: a visit is signed, amended, and what was signed is read again. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/clock_trust.h"
#include "src/base/i18n.h"
#include "src/base/sha256.h"
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
		return serve_fail(-ENOMEM, error, NC_("thing", "amendment"));
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
		return serve_fail(n, error, NC_("thing", "list of reports"));
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

/* A piece of a text from `offset` on, as answer. */
struct piece {
	int64_t visit;
	int version;
	const char *sha256;
	char *text; /* its end is marked for a moment */
	int64_t total, offset;
};

static void put_piece(struct jsonw *out, const struct piece *p)
{
	int64_t offset = p->offset < p->total ? p->offset : p->total;
	int64_t to = piece_end(p->text, offset, p->total);
	char kept = p->text[to];

	serve_begin(out, "stance.report-text/1");
	serve_id(out, "visit", p->visit);
	serve_int(out, "version", p->version);
	serve_text(out, "sha256", p->sha256);
	serve_int(out, "total", p->total);
	serve_int(out, "offset", offset);
	p->text[to] = '\0';
	jsonw_key(out, "text");
	jsonw_string(out, p->text + offset);
	p->text[to] = kept;
	serve_id(out, "next_offset", to < p->total ? to : 0);
	jsonw_end_object(out);
}

int serve_report_get(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t visit, version, offset;
	struct store_report *r;
	char *text = NULL;
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
	if (err < 0)
		serve_fail(err, error, NC_("thing", "signed report of visit %lld"),
			(long long)visit);
	else
		put_piece(out, &(struct piece){ visit, r->version, r->sha256, text,
				       r->n_bytes, offset });
	free(text);
	free(r);
	return err < 0 ? -EREMOTEIO : 0;
}

/* --- what is not signed -------------------------------------------------------------------------- */

/* Each piece is of the text as it is then: its SHA-256 tells whether it is the same. */
static int put_made(
	struct jsonw *out, int64_t visit, char *text, size_t n, int64_t offset)
{
	char sha256[STORE_SHA256_SIZE];
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, text, n);
	sha256_end(&h, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(sha256 + 2 * i, 3, "%02x", digest[i]);
	put_piece(out, &(struct piece){ visit, 0, sha256, text, (int64_t)n, offset });
	free(text);
	return 0;
}

int serve_report_draft(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t visit, trial, offset;
	char *text = NULL;
	size_t n;
	int err;

	(void)by;
	if (!params_int(params, "visit", false, 0, 1, INT64_MAX / 2, &visit, error) ||
		!params_int(
			params, "trial", false, 0, 1, INT64_MAX / 2, &trial, error) ||
		!params_int(params, "offset", false, 0, 0, STORE_REPORT_MAX, &offset,
			error))
		return -EREMOTEIO;
	if ((visit == 0) == (trial == 0)) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Say of what: \"visit\" or \"trial\".");
		return -EREMOTEIO;
	}
	err = report_document_draft(store, visit, trial, &text, &n, error);
	if (err == 0)
		return put_made(out, visit, text, n, offset);
	return err == -EREMOTEIO ? err : serve_fail(err, error, "draft");
}

int serve_report_figures(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t trial, frames, offset;
	char *text = NULL;
	size_t n;
	int err;

	(void)by;
	if (!params_int(params, "trial", true, 0, 1, INT64_MAX / 2, &trial, error) ||
		!params_int(params, "frames", false, 0, 0, INT32_MAX, &frames, error) ||
		!params_int(params, "offset", false, 0, 0, STORE_REPORT_MAX, &offset,
			error))
		return -EREMOTEIO;
	err = report_document_figures(store, trial, (int)frames, &text, &n);
	if (err == 0)
		return put_made(out, 0, text, n, offset);
	return serve_fail(err, error, "trial %lld", (long long)trial);
}
