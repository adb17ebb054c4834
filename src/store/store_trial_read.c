/* Reading trials back, and listing them. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/store/store_internal.h"

/* --- one trial ----------------------------------------------------------------------------- */

static enum trial_verdict verdict_of(const char *word)
{
	for (int i = TRIAL_GOOD; i <= TRIAL_INTERRUPTED; i++)
		if (strcmp(word, trial_verdict_name((enum trial_verdict)i)) == 0)
			return (enum trial_verdict)i;
	return TRIAL_INTERRUPTED; /* begun, and no verdict yet */
}

static void read_condition(struct sql_query *q, int column, struct trial_condition *c)
{
	sql_text(q, column, c->eyes, sizeof(c->eyes));
	sql_text(q, column + 1, c->surface, sizeof(c->surface));
	sql_text(q, column + 2, c->stance, sizeof(c->stance));
	sql_text(q, column + 3, c->footwear, sizeof(c->footwear));
	sql_text(q, column + 4, c->support, sizeof(c->support));
	sql_text(q, column + 5, c->orthosis, sizeof(c->orthosis));
	c->pain = (int)sql_int(q, column + 6);
}

static void read_row(struct sql_query *q, struct trial_record *r)
{
	char word[RECORD_WORD_SIZE];

	r->id = sql_int(q, 0);
	sql_text(q, 1, r->uid, sizeof(r->uid));
	r->visit_id = sql_int(q, 2);
	sql_text(q, 3, r->patient, sizeof(r->patient));
	sql_text(q, 4, r->operator_name, sizeof(r->operator_name));
	sql_text(q, 5, r->protocol, sizeof(r->protocol));
	r->started_unix_ms = sql_int(q, 6);
	r->utc_offset_min = (int)sql_int(q, 7);
	r->duration_s = sql_double(q, 8);
	r->settle_s = sql_double(q, 9);
	r->rate_hz = sql_double(q, 10);
	sql_text(q, 11, word, sizeof(word));
	r->verdict = verdict_of(word);
	sql_text(q, 12, r->calibration_id, sizeof(r->calibration_id));
	sql_text(q, 13, r->calibration_state, sizeof(r->calibration_state));
	sql_text(q, 14, r->algorithm, sizeof(r->algorithm));
	r->voided = sql_int(q, 15) != 0;
	sql_text(q, 16, r->void_reason, sizeof(r->void_reason));
	r->has_raw = sql_int(q, 17) != 0;
	read_condition(q, 18, &r->condition);
	r->condition.lift_mm = sql_double(q, 25);
}

static int get_row(struct store *store, int64_t id, struct trial_record *r)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT t.id, t.uid, visit_id, code, operator, protocol, "
		"started_unix_ms,"
		" utc_offset_min, duration_s, settle_s, rate_hz, verdict, "
		"calibration_id,"
		" calibration_state, algorithm, voided, void_reason, has_raw, eyes, "
		"surface,"
		" stance, footwear, support, orthosis, pain, lift_mm"
		" FROM trial AS t LEFT JOIN patient AS p ON p.id = t.patient_id"
		" WHERE t.id = ?",
		"l", id);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		read_row(q, r);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

static int get_reasons(struct store *store, struct trial_record *r)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT text FROM reason WHERE trial_id = ? ORDER BY n", "l", r->id);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1 && r->n_reasons < RECORD_MAX_REASONS)
		sql_text(q, 0, r->reasons[r->n_reasons++], RECORD_REASON_SIZE);
	sql_reset(q);
	return row < 0 ? row : 0;
}

/* As store_trial.c packs it; other lengths than its own are no outline. */
static void read_outline(struct sql_query *q, int column, struct trial_phase *p)
{
	size_t n = 0;
	const uint8_t *bytes = sql_blob(q, column, &n);

	if (!bytes || n % 16 != 0 || n / 16 > RECORD_MAX_OUTLINE)
		return;
	p->n_outline = (int)(n / 16);
	for (int i = 0; i < p->n_outline; i++) {
		uint64_t x = bytes_get_u64(bytes + 16 * i);
		uint64_t y = bytes_get_u64(bytes + 16 * i + 8);

		memcpy(&p->outline_x_mm[i], &x, sizeof(x));
		memcpy(&p->outline_y_mm[i], &y, sizeof(y));
	}
}

static void read_phase(struct sql_query *q, double lift_mm, struct trial_phase *p)
{
	sql_text(q, 0, p->key, sizeof(p->key));
	p->start_s = sql_double(q, 1);
	p->duration_s = sql_double(q, 2);
	p->n = (int)sql_int(q, 3);
	p->rate_hz = sql_double(q, 4);
	p->cutoff_hz = sql_double(q, 5);
	p->noise_velocity_mm_s = sql_double(q, 6);
	p->missing_frac = sql_double(q, 7);
	p->sway_notes = (uint32_t)sql_int(q, 8);
	read_condition(q, 9, &p->condition);
	p->condition.lift_mm = lift_mm; /* the same throughout a trial */
	read_outline(q, 16, p);
}

static int get_phases(struct store *store, struct trial_record *r)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT key, start_s, duration_s, n_samples, rate_hz, cutoff_hz,"
		" noise_velocity_mm_s, missing_frac, sway_notes, eyes, surface, stance,"
		" footwear, support, orthosis, pain, outline FROM phase WHERE trial_id "
		"= ?"
		" ORDER BY n",
		"l", r->id);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1 && r->n_phases < RECORD_MAX_PHASES)
		read_phase(q, r->condition.lift_mm, &r->phases[r->n_phases++]);
	sql_reset(q);
	return row < 0 ? row : 0;
}

/* Return the metric of an id, METRIC_N for one of another version. */
static int metric_of(const struct store *store, int64_t id)
{
	int i = 0;

	while (i < METRIC_N && store->metric_id[i] != id)
		i++;
	return i;
}

static int get_values(struct store *store, struct trial_record *r)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT phase, metric_id, value FROM value WHERE trial_id = ?", "l",
		r->id);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1) {
		const int64_t phase = sql_int(q, 0);
		const int metric = metric_of(store, sql_int(q, 1));

		if (metric == METRIC_N || phase >= r->n_phases)
			continue;
		if (phase < 0)
			r->outcome[metric] = sql_double(q, 2);
		else
			r->phases[phase].value[metric] = sql_double(q, 2);
	}
	sql_reset(q);
	return row;
}

static void clear(struct trial_record *r)
{
	memset(r, 0, sizeof(*r));
	for (int i = 0; i < METRIC_N; i++) {
		r->outcome[i] = (double)NAN;
		for (int p = 0; p < RECORD_MAX_PHASES; p++)
			r->phases[p].value[i] = (double)NAN;
	}
}

static int get_all(struct store *store, int64_t id, struct trial_record *r)
{
	int error = get_row(store, id, r);

	if (error == 0)
		error = get_reasons(store, r);
	if (error == 0)
		error = get_phases(store, r);
	return error < 0 ? error : get_values(store, r);
}

int store_trial_get(struct store *store, int64_t id, struct trial_record *out)
{
	struct trial_record *r = malloc(sizeof(*r)); /* large for a stack */
	int error = r ? 0 : -ENOMEM;

	if (error == 0) {
		clear(r);
		/* One moment for all queries; also within a change, which then goes on: hence no transaction of its own. */
		error = sql_script(store->db, "SAVEPOINT trial_read");
		if (error == 0) {
			error = get_all(store, id, r);
			sql_script(store->db, "RELEASE trial_read");
		}
	}
	if (error == 0)
		*out = *r;
	free(r);
	return error;
}

int store_trial_series(struct store *store, int64_t id, struct trial_series *out)
{
	struct sql_query *q = NULL;
	int error = sql_query(
		store->db, &q, "SELECT data FROM series WHERE trial_id = ?", "l", id);

	if (error < 0)
		return error;
	error = sql_step(q);
	if (error == 1) {
		size_t n;
		const uint8_t *bytes = sql_blob(q, 0, &n);

		error = store_series_decode(store->zip, bytes, n, out);
	} else if (error == 0) {
		error = -ENOENT;
	}
	sql_reset(q);
	return error;
}

/* --- listing ------------------------------------------------------------------------------- */

#define LIST_HEAD                                                                      \
	"SELECT t.id, visit_id, code, protocol, started_unix_ms, utc_offset_min,"      \
	" duration_s, verdict, state = 'running', voided, has_raw,"                    \
	" (SELECT value FROM value WHERE trial_id = t.id AND phase = 0 AND metric_id " \
	"= ?),"                                                                        \
	" (SELECT value FROM value WHERE trial_id = t.id AND phase = 0 AND metric_id " \
	"= ?)"                                                                         \
	" FROM trial AS t LEFT JOIN patient AS p ON p.id = t.patient_id WHERE t.id < " \
	"?"

static void read_line(struct sql_query *q, struct store_trial_line *line)
{
	char word[RECORD_WORD_SIZE];

	memset(line, 0, sizeof(*line));
	line->id = sql_int(q, 0);
	line->visit_id = sql_int(q, 1);
	sql_text(q, 2, line->patient, sizeof(line->patient));
	sql_text(q, 3, line->protocol, sizeof(line->protocol));
	line->started_unix_ms = sql_int(q, 4);
	line->utc_offset_min = (int)sql_int(q, 5);
	line->duration_s = sql_double(q, 6);
	sql_text(q, 7, word, sizeof(word));
	line->verdict = verdict_of(word);
	line->running = sql_int(q, 8) != 0;
	line->voided = sql_int(q, 9) != 0;
	line->has_raw = sql_int(q, 10) != 0;
	line->left_frac = sql_double(q, 11);
	line->mean_velocity_mm_s = sql_double(q, 12);
}

/* Every filter takes one value whether it is used or not, so that one list of values fits each of
 * the texts; an unused one compares the value with itself. A plus sign keeps SQLite from an index
 * that selects less: that of the visit is the best, then the patient's. */
static void list_text(const struct store_trial_query *w, char *text, size_t size)
{
	const char *patient = " AND ?4 IS ?4";
	const char *protocol = " AND ?5 IS ?5";

	if (w->patient)
		patient = w->visit_id ? " AND +t.patient_id IS ?4"
				      : " AND t.patient_id IS ?4";
	if (w->protocol)
		protocol = w->visit_id || w->patient ? " AND +protocol = ?5"
						     : " AND protocol = ?5";
	snprintf(text, size, "%s%s%s%s%s ORDER BY t.id DESC LIMIT ?8", LIST_HEAD,
		patient, protocol, w->visit_id ? " AND visit_id = ?6" : " AND ?6 IS ?6",
		w->with_voided ? " AND ?7 = 1" : " AND voided = 0 AND ?7 = 0");
}

static int start_list(
	struct store *store, const struct store_trial_query *w, struct sql_query **q)
{
	int64_t patient_id = 0;
	char text[1024];
	const int error =
		w->patient ? store_patient_id(store, w->patient, &patient_id) : 0;

	if (error < 0)
		return error;
	list_text(w, text, sizeof(text));
	return sql_query(store->db, q, text, "lllktkii",
		store->metric_id[METRIC_LEFT_FRAC],
		store->metric_id[METRIC_MEAN_VELOCITY_MM_S],
		w->before_id > 0 ? w->before_id : INT64_MAX, patient_id,
		w->protocol ? w->protocol : "", w->visit_id, (int)w->with_voided,
		w->limit);
}

int store_trial_list(struct store *store, const struct store_trial_query *query,
	store_trial_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int n = 0;
	int error = start_list(store, query, &q);

	if (error == -ENOENT)
		return error; /* no such patient */
	while (error == 0) {
		struct store_trial_line line;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_line(q, &line);
		n++;
		error = fn(&line, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

int store_trial_running(struct store *store, int64_t *ids, int max)
{
	struct sql_query *q = NULL;
	int n = 0;
	int row = sql_query(store->db, &q,
		"SELECT id FROM trial WHERE state = 'running' ORDER BY id LIMIT ?", "i",
		max);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1 && n < max)
		ids[n++] = sql_int(q, 0);
	sql_reset(q);
	return row < 0 ? row : n;
}

bool store_trial_is_anonymous(struct store *store, int64_t id)
{
	int64_t anonymous;

	return sql_number(store->db, &anonymous,
		       "SELECT patient_id IS NULL AND visit_id IS NULL FROM trial"
		       " WHERE id = ?",
		       "l", id) == 0 &&
	       anonymous;
}
