/* patient.*: who is measured. Checked against what cannot be: centimetres for metres, a year of the
 * future. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/records/changes.h"
#include "src/records/params.h"
#include "src/records/serve.h"

/* chosen: beyond what is measured standing on a mat */
#define STATURE_LOW_M  0.5
#define STATURE_HIGH_M 2.6
#define MASS_LOW_KG    3.0
#define MASS_HIGH_KG   350.0
#define OLDEST         120

#define LIST_INITIAL 100
#define LIST_MOST    200 /* lines without notes: they fit one answer */

static int this_year(void)
{
	time_t now = time(NULL);
	struct tm tm;

	return gmtime_r(&now, &tm) ? tm.tm_year + 1900 : 2100;
}

static bool read_sex(const json_t *params, char *sex, struct rpc_error *error)
{
	char text[8];

	if (!params_text(params, "sex", false, false, text, sizeof(text), error))
		return false;
	*sex = text[0];
	if (!text[0] || ((text[0] == 'M' || text[0] == 'F') && !text[1]))
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"\"sex\" is M or F, as the norms and body models know it; leave it out "
		"where neither fits.");
	return false;
}

static bool read_stature(
	const json_t *params, double *stature_m, struct rpc_error *error)
{
	double given = json_number_value(json_object_get(params, "stature_m"));

	if (given >= 50.0 && given <= 260.0) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"stature_m\" is in metres: did you mean %.2f?",
			given / 100.0);
		return false;
	}
	return params_number(
		params, "stature_m", STATURE_LOW_M, STATURE_HIGH_M, stature_m, error);
}

static bool read_patient(
	const json_t *params, struct store_patient *p, struct rpc_error *error)
{
	int64_t year;
	bool good;

	memset(p, 0, sizeof(*p));
	good = params_code(params, "code", true, p->code, sizeof(p->code), error) &&
	       read_sex(params, &p->sex, error) &&
	       params_int(params, "birth_year", false, 0, this_year() - OLDEST,
		       this_year(), &year, error) &&
	       read_stature(params, &p->stature_m, error) &&
	       params_number(params, "mass_kg", MASS_LOW_KG, MASS_HIGH_KG, &p->mass_kg,
		       error) &&
	       params_text(
		       params, "notes", false, true, p->notes, sizeof(p->notes), error);
	if (good)
		p->birth_year = (int)year;
	return good;
}

static void put_patient(
	struct jsonw *out, const struct store_patient *p, bool with_notes)
{
	const char sex[2] = { p->sex, '\0' };

	serve_text(out, "code", p->code);
	serve_text(out, "sex", sex);
	serve_id(out, "birth_year", p->birth_year);
	serve_real(out, "stature_m", p->stature_m);
	serve_real(out, "mass_kg", p->mass_kg);
	if (with_notes)
		serve_text(out, "notes", p->notes);
	serve_time(out, "created", p->created_unix_ms, 0);
	serve_int(out, "trials", p->n_trials);
}

static int take_visit(const struct store_visit *visit, void *ctx)
{
	*(struct store_visit *)ctx = *visit;
	return 0;
}

/* Find the newest visit that has trials. Returns 1, 0 if there is none, or a negative errno. */
static int find_last_visit(
	struct store *store, const char *code, struct store_visit *head)
{
	int n;

	do
		n = store_visit_list(store, code, head->id, 1, take_visit, head);
	while (n == 1 && head->n_trials == 0);
	return n;
}

/* That visit, and what changed since the ones before. */
static int put_last_visit(struct store *store, const char *code, struct jsonw *out)
{
	struct visit *visit = malloc(sizeof(*visit));
	struct store_visit head = { 0 };
	int n = visit ? find_last_visit(store, code, &head) : -ENOMEM, err = n;

	serve_id(out, "last_visit", n == 1 ? head.id : 0);
	if (n == 1)
		err = changes_read(store, &head, visit);
	if (n == 1 && err == 0)
		err = changes_put(store, &head, visit, out);
	free(visit);
	return err;
}

static int reply_patient(struct store *store, const char *code, struct jsonw *out,
	struct rpc_error *error)
{
	struct store_patient p;
	int err = store_patient_get(store, code, &p);

	if (err < 0)
		return serve_fail(err, error, "patient %s", code);
	serve_begin(out, "stance.patient/1");
	put_patient(out, &p, true);
	err = put_last_visit(store, code, out);
	if (err < 0)
		return serve_fail(err, error, "visits of patient %s", code);
	jsonw_end_object(out);
	return 0;
}

int serve_patient_add(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_patient p;
	int err;

	if (!read_patient(params, &p, error))
		return -EREMOTEIO;
	err = store_patient_add(store, &p, by, &p.id);
	if (err < 0)
		return serve_fail(err, error, "patient %s", p.code);
	return reply_patient(store, p.code, out, error);
}

/* Members that are not given stay as they are. */
int serve_patient_update(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_patient now, p;
	int err;

	if (!read_patient(params, &p, error))
		return -EREMOTEIO;
	err = store_patient_get(store, p.code, &now);
	if (err < 0)
		return serve_fail(err, error, "patient %s", p.code);
	if (json_object_get(params, "sex"))
		now.sex = p.sex;
	if (json_object_get(params, "birth_year"))
		now.birth_year = p.birth_year;
	if (json_object_get(params, "stature_m"))
		now.stature_m = p.stature_m;
	if (json_object_get(params, "mass_kg"))
		now.mass_kg = p.mass_kg;
	if (json_object_get(params, "notes"))
		memcpy(now.notes, p.notes, sizeof(now.notes));
	err = store_patient_update(store, &now, by);
	if (err < 0)
		return serve_fail(err, error, "patient %s", p.code);
	return reply_patient(store, p.code, out, error);
}

static int put_line(const struct store_patient *p, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	put_patient(out, p, false);
	jsonw_end_object(out);
	return 0;
}

int serve_patient_list(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char after[RECORD_CODE_SIZE];
	int64_t limit;
	int n;

	(void)by;
	if (!params_text(params, "after", false, false, after, sizeof(after), error) ||
		!params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, &limit,
			error))
		return -EREMOTEIO;
	serve_begin(out, "stance.patients/1");
	jsonw_key(out, "patients");
	jsonw_begin_array(out);
	n = store_patient_list(store, after, (int)limit, put_line, out);
	if (n < 0)
		return serve_fail(n, error, "list of patients");
	jsonw_end_array(out);
	serve_bool(out, "more", n == limit);
	jsonw_end_object(out);
	return 0;
}

int serve_patient_show(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char code[RECORD_CODE_SIZE];

	(void)by;
	if (!params_code(params, "code", true, code, sizeof(code), error))
		return -EREMOTEIO;
	return reply_patient(store, code, out, error);
}

int serve_patient_erase(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char code[RECORD_CODE_SIZE];
	bool confirm;
	int err;

	if (!params_code(params, "code", true, code, sizeof(code), error) ||
		!params_bool(params, "confirm", &confirm, error))
		return -EREMOTEIO;
	if (!confirm) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Erasing a patient cannot be undone: say \"confirm\": true.");
		return -EREMOTEIO;
	}
	err = store_patient_erase(store, code, by);
	if (err < 0)
		return serve_fail(err, error, "patient %s", code);
	serve_begin(out, "stance.erasure/1");
	serve_bool(out, "ok", true);
	jsonw_end_object(out);
	return 0;
}
