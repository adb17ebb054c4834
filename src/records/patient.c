/* patient.*: who is measured. Checked against what cannot be: centimetres for metres, a year of the
 * future. */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/records/changes.h"
#include "src/base/i18n.h"
#include "src/records/params.h"
#include "src/records/patient_visits.h"
#include "src/records/serve.h"
#include "src/store/patient_words.h"

/* chosen: beyond what is measured standing on a mat */
#define STATURE_LOW_M   0.5
#define STATURE_HIGH_M  2.6
#define MASS_LOW_KG     3.0
#define MASS_HIGH_KG    350.0
#define OLDEST          120
#define MAX_DEFICIT_DEG 90

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
			N_("\"stature_m\" is in metres: did you mean %.2f?"),
			given / 100.0);
		return false;
	}
	return params_number(
		params, "stature_m", STATURE_LOW_M, STATURE_HIGH_M, stature_m, error);
}

/* --- the card ------------------------------------------------------------------------------ */

/* A list of words, each once; null is not asked. */
static bool read_words(const json_t *params, const char *name, enum patient_words list,
	char out[STORE_WORDS_SIZE], struct rpc_error *error)
{
	const json_t *value = json_object_get(params, name);
	size_t n = 0;

	out[0] = '\0';
	if (!value || json_is_null(value))
		return true;
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *word = json_string_value(json_array_get(value, i));

		if (!word || !word[0] || !patient_word_ok(list, word) ||
			patient_words_have(out, word)) {
			rpc_error_set(error, RPC_INVALID_PARAMS,
				"\"%s\" does not know the word \"%.40s\", or has it "
				"twice; docs/api.md lists those it knows.",
				name, word ? word : "(not a text)");
			return false;
		}
		n += (size_t)snprintf(
			out + n, STORE_WORDS_SIZE - n, "%s%s", n ? " " : "", word);
	}
	if (json_is_array(value)) {
		if (n == 0)
			memcpy(out, PATIENT_NONE, sizeof(PATIENT_NONE));
		return true;
	}
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"\"%s\" must be a list of words; [] is: asked, and none.", name);
	return false;
}

static bool read_axis(const json_t *params, const char *name,
	char out[RECORD_WORD_SIZE], struct rpc_error *error)
{
	if (!params_text(params, name, false, false, out, RECORD_WORD_SIZE, error))
		return false;
	if (patient_word_ok(PATIENT_KNEE_AXES, out))
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"\"%s\" is neutral, varus or valgus; null where it is not known.",
		name);
	return false;
}

static bool read_card(
	const json_t *params, struct store_patient *p, struct rpc_error *error)
{
	double *deficit = p->extension_deficit_deg;

	return read_words(params, "pain_sites", PATIENT_PAIN_SITES, p->pain_sites,
		       error) &&
	       read_words(
		       params, "red_flags", PATIENT_RED_FLAGS, p->red_flags, error) &&
	       params_number(params, "extension_deficit_left_deg", 0, MAX_DEFICIT_DEG,
		       &deficit[0], error) &&
	       params_number(params, "extension_deficit_right_deg", 0, MAX_DEFICIT_DEG,
		       &deficit[1], error) &&
	       read_axis(params, "knee_axis_left", p->knee_axis[0], error) &&
	       read_axis(params, "knee_axis_right", p->knee_axis[1], error) &&
	       params_text(params, "surgery", false, true, p->surgery,
		       sizeof(p->surgery), error) &&
	       params_text(params, "restrictions", false, true, p->restrictions,
		       sizeof(p->restrictions), error);
}

/* Members that are given go over what is known. */
static void update_card(
	const json_t *params, const struct store_patient *p, struct store_patient *now)
{
	static const struct {
		const char *key;
		size_t at, size;
	} members[] = {
#define MEMBER(key, member)                                                            \
	{ key, offsetof(struct store_patient, member),                                 \
		sizeof(((struct store_patient *)0)->member) }
		MEMBER("pain_sites", pain_sites),
		MEMBER("red_flags", red_flags),
		MEMBER("extension_deficit_left_deg", extension_deficit_deg[0]),
		MEMBER("extension_deficit_right_deg", extension_deficit_deg[1]),
		MEMBER("knee_axis_left", knee_axis[0]),
		MEMBER("knee_axis_right", knee_axis[1]),
		MEMBER("surgery", surgery),
		MEMBER("restrictions", restrictions),
#undef MEMBER
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (json_object_get(params, members[i].key))
			memcpy((char *)now + members[i].at,
				(const char *)p + members[i].at, members[i].size);
	}
}

static void put_words(struct jsonw *out, const char *key, const char *words)
{
	char word[RECORD_WORD_SIZE];

	jsonw_key(out, key);
	if (!words[0]) {
		jsonw_null(out);
		return;
	}
	jsonw_begin_array(out);
	while (*words && strcmp(words, PATIENT_NONE) != 0) {
		const size_t n = strcspn(words, " ");

		snprintf(word, sizeof(word), "%.*s", (int)n, words);
		jsonw_string(out, word);
		words += n + (words[n] == ' ');
	}
	jsonw_end_array(out);
}

static void put_card(struct jsonw *out, const struct store_patient *p)
{
	put_words(out, "pain_sites", p->pain_sites);
	put_words(out, "red_flags", p->red_flags);
	serve_real(out, "extension_deficit_left_deg", p->extension_deficit_deg[0]);
	serve_real(out, "extension_deficit_right_deg", p->extension_deficit_deg[1]);
	serve_text(out, "knee_axis_left", p->knee_axis[0]);
	serve_text(out, "knee_axis_right", p->knee_axis[1]);
	serve_text(out, "surgery", p->surgery);
	serve_text(out, "restrictions", p->restrictions);
}

/* --- adding and showing -------------------------------------------------------------------- */

static bool read_patient(
	const json_t *params, struct store_patient *p, struct rpc_error *error)
{
	int64_t year;
	bool good;

	store_patient_init(p);
	good = params_code(params, "code", true, p->code, sizeof(p->code), error) &&
	       read_sex(params, &p->sex, error) &&
	       params_int(params, "birth_year", false, 0, this_year() - OLDEST,
		       this_year(), &year, error) &&
	       read_stature(params, &p->stature_m, error) &&
	       params_number(params, "mass_kg", MASS_LOW_KG, MASS_HIGH_KG, &p->mass_kg,
		       error) &&
	       params_text(params, "notes", false, true, p->notes, sizeof(p->notes),
		       error) &&
	       read_card(params, p, error);
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
	if (with_notes) {
		put_card(out, p);
		serve_text(out, "notes", p->notes);
	}
	serve_time(out, "created", p->created_unix_ms, 0);
	serve_int(out, "trials", p->n_trials);
}

/* What changed in the newest visit that has trials. */
static int put_changes(struct store *store, int64_t visit_id, struct jsonw *out)
{
	struct visit *visit = malloc(sizeof(*visit));
	struct store_visit head;
	int err = visit ? store_visit_get(store, visit_id, &head) : -ENOMEM;

	if (err == 0)
		err = changes_read(store, &head, visit);
	if (err == 0)
		err = changes_put(store, &head, visit, out);
	free(visit);
	return err;
}

static int reply_patient(struct store *store, const char *code, bool with_changes,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_patient p;
	int64_t last_visit = 0;
	int err = store_patient_get(store, code, &p);

	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient %s"), code);
	serve_begin(out, "stance.patient/1");
	put_patient(out, &p, true);
	err = patient_visits_put(store, code, &last_visit, out);
	if (err == 0 && with_changes && last_visit != 0)
		err = put_changes(store, last_visit, out);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "visits of patient %s"), code);
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
		return serve_fail(err, error, NC_("thing", "patient %s"), p.code);
	return reply_patient(store, p.code, true, out, error);
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
		return serve_fail(err, error, NC_("thing", "patient %s"), p.code);
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
	update_card(params, &p, &now);
	err = store_patient_update(store, &now, by);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient %s"), p.code);
	return reply_patient(store, p.code, true, out, error);
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
		return serve_fail(n, error, NC_("thing", "list of patients"));
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
	return reply_patient(store, code, true, out, error);
}

int serve_patient_get(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char code[RECORD_CODE_SIZE];

	(void)by;
	if (!params_code(params, "code", true, code, sizeof(code), error))
		return -EREMOTEIO;
	return reply_patient(store, code, false, out, error);
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
		return serve_fail(err, error, NC_("thing", "patient %s"), code);
	serve_begin(out, "stance.erasure/1");
	serve_bool(out, "ok", true);
	jsonw_end_object(out);
	return 0;
}
