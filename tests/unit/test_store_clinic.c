/* Cards, finding, worklist, plans, marks, reviews, placements and signed reports in the store. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/store/patient_words.h"
#include "src/store/sql.h"
#include "src/store/store.h"
#include "src/store/store_clinic.h"
#include "src/store/store_report.h"
#include "src/store/store_worklist.h"
#include "tests/support/store_fixture.h"

struct fixture {
	char folder[64];
	struct store *store;
	struct rng rng;
};

static void open_store(struct fixture *f)
{
	char message[STORE_MESSAGE_SIZE];

	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	store_fixture_folder(f->folder);
	rng_init(&f->rng, 7, 0);
	open_store(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

static void add_patient(struct fixture *f, const char *code)
{
	struct store_patient p;
	int64_t id;

	store_patient_init(&p);
	snprintf(p.code, sizeof(p.code), "%s", code);
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), 0);
}

static int64_t add_visit(struct fixture *f, const char *code)
{
	int64_t id;

	assert_int_equal(
		store_visit_start_planned(f->store, code, "", "standard", "t", &id), 0);
	return id;
}

/* Begin a trial of the visit, leave it running. */
static void begin_trial(
	struct fixture *f, const char *code, int64_t visit, struct trial_record *r)
{
	store_fixture_record(r, &f->rng, code, 1);
	r->visit_id = visit;
	r->voided = false;
	assert_int_equal(store_trial_begin(f->store, r, &r->id), 0);
}

static int64_t add_trial(struct fixture *f, const char *code, int64_t visit)
{
	struct trial_record r;

	begin_trial(f, code, visit, &r);
	assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	return r.id;
}

/* What the file itself says to a change behind the store's back. */
static int behind(struct fixture *f, const char *text)
{
	char path[96];
	struct sql *db;
	int error;

	snprintf(path, sizeof(path), "%s/stance.db", f->folder);
	assert_int_equal(sql_open(path, SQL_READ_WRITE, &db), 0);
	error = sql_run(db, text, "");
	sql_close(db);
	return error;
}

static int64_t count(struct fixture *f, const char *text)
{
	char path[96];
	struct sql *db;
	int64_t n;

	snprintf(path, sizeof(path), "%s/stance.db", f->folder);
	assert_int_equal(sql_open(path, SQL_READ_ONLY, &db), 0);
	assert_int_equal(sql_number(db, &n, text, ""), 0);
	sql_close(db);
	return n;
}

/* --- cards --------------------------------------------------------------------------------- */

static void test_words(void **state)
{
	(void)state;
	assert_true(patient_words_ok(PATIENT_PAIN_SITES, ""));
	assert_true(patient_words_ok(PATIENT_PAIN_SITES, "none"));
	assert_true(patient_words_ok(PATIENT_PAIN_SITES, "back knee_left"));
	assert_false(patient_words_ok(PATIENT_PAIN_SITES, "back back"));
	assert_false(patient_words_ok(PATIENT_PAIN_SITES, "back none"));
	assert_false(patient_words_ok(PATIENT_PAIN_SITES, "back "));
	assert_false(patient_words_ok(PATIENT_PAIN_SITES, " back"));
	assert_false(patient_words_ok(PATIENT_PAIN_SITES, "soul"));
	assert_false(patient_words_ok(PATIENT_RED_FLAGS, "back"));
	assert_true(patient_word_ok(PATIENT_KNEE_AXES, "varus"));
	assert_false(patient_word_ok(PATIENT_KNEE_AXES, "varus valgus"));
	assert_true(patient_words_have("leg_left back", "back"));
	assert_false(patient_words_have("knee_left", "knee"));
	assert_false(patient_words_have("", "back"));
}

/* All words of a list at once have room. */
static void test_words_fit(void **state)
{
	char all[2 * STORE_WORDS_SIZE] = "";
	const char *word;

	(void)state;
	for (int list = PATIENT_PAIN_SITES; list <= PATIENT_RED_FLAGS; list++) {
		all[0] = '\0';
		for (size_t i = 0; (word = patient_word_at(list, i)); i++)
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
				i ? " " : "", word);
		assert_true(patient_words_ok(list, all));
		assert_in_range(strlen(all), 1, STORE_WORDS_SIZE - 1);
	}
}

static void test_card(void **state)
{
	struct fixture *f = *state;
	struct store_patient p, got;
	int64_t id;

	store_patient_init(&p);
	strcpy(p.code, "A");
	strcpy(p.pain_sites, "back knee_left");
	strcpy(p.red_flags, "none");
	p.extension_deficit_deg[0] = 15;
	strcpy(p.knee_axis[1], "valgus");
	strcpy(p.surgery, "left \"TKA\" 2019");
	strcpy(p.restrictions, "no stairs");
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), 0);
	assert_int_equal(store_patient_get(f->store, "A", &got), 0);
	assert_string_equal(got.pain_sites, p.pain_sites);
	assert_string_equal(got.red_flags, "none");
	assert_true(got.extension_deficit_deg[0] == 15);
	assert_true(isnan(got.extension_deficit_deg[1]));
	assert_string_equal(got.knee_axis[0], "");
	assert_string_equal(got.knee_axis[1], "valgus");
	assert_string_equal(got.surgery, p.surgery);
	assert_string_equal(got.restrictions, "no stairs");
	strcpy(got.pain_sites, "elbow");
	assert_int_equal(store_patient_update(f->store, &got, "t"), -EINVAL);
	strcpy(got.pain_sites, "");
	strcpy(got.surgery, "\x01");
	assert_int_equal(store_patient_update(f->store, &got, "t"), -EINVAL);
}

/* --- finding ------------------------------------------------------------------------------- */

struct found {
	int n;
	struct store_patient_line line[8];
};

static int take(const struct store_patient_line *line, void *ctx)
{
	struct found *found = ctx;

	assert_in_range(found->n, 0, 7);
	found->line[found->n++] = *line;
	return 0;
}

static int find(struct fixture *f, const char *query, int64_t offset, int limit,
	struct found *found, int64_t *total)
{
	*found = (struct found){ 0 };
	return store_patient_find(f->store, query, offset, limit, take, found, total);
}

static void test_find(void **state)
{
	struct fixture *f = *state;
	static const char *const codes[] = { "anna", "ANTON", "Hanna", "50%", "5_1",
		"511", "\"q\"" };
	struct found found;
	int64_t total;

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		add_patient(f, codes[i]);
	assert_int_equal(find(f, "an", 0, 8, &found, &total), 3);
	assert_int_equal(total, 3);
	assert_string_equal(found.line[0].code, "ANTON");
	assert_string_equal(found.line[1].code, "anna");
	assert_string_equal(found.line[2].code, "Hanna"); /* holds it, later */
	assert_int_equal(find(f, "an", 1, 1, &found, &total), 1);
	assert_string_equal(found.line[0].code, "anna");
	assert_int_equal(total, 3);
	/* wildcards are letters like others */
	assert_int_equal(find(f, "5_", 0, 8, &found, &total), 1);
	assert_string_equal(found.line[0].code, "5_1");
	assert_int_equal(find(f, "%", 0, 8, &found, &total), 1);
	assert_int_equal(find(f, "\"", 0, 8, &found, &total), 1);
	assert_int_equal(find(f, "\\", 0, 8, &found, &total), 0);
	assert_int_equal(find(f, "", 0, 8, &found, &total), 7);
	assert_int_equal(find(f, "nobody", 0, 8, &found, &total), 0);
	assert_int_equal(total, 0);
}

static void test_find_tells_visits(void **state)
{
	struct fixture *f = *state;
	struct store_worklist_entry e = { .patient = "A" };
	struct found found;
	int64_t total, id, first, second;

	add_patient(f, "A");
	assert_int_equal(store_worklist_add(f->store, &e, "t", &id), 0);
	assert_int_equal(find(f, "a", 0, 8, &found, &total), 1);
	assert_true(found.line[0].waits);
	assert_int_equal(found.line[0].last_visit_id, 0);
	assert_int_equal(found.line[0].open_visit_id, 0);
	first = add_visit(f, "A");
	add_trial(f, "A", first);
	second = add_visit(f, "A"); /* without a trial: not a last visit */
	assert_int_equal(find(f, "a", 0, 8, &found, &total), 1);
	assert_false(found.line[0].waits);
	assert_int_equal(found.line[0].n_trials, 1);
	assert_int_equal(found.line[0].last_visit_id, first);
	assert_int_equal(found.line[0].open_visit_id, second);
}

/* --- the worklist -------------------------------------------------------------------------- */

struct entries {
	int n;
	int64_t id[8];
};

static int take_entry(const struct store_worklist_entry *entry, void *ctx)
{
	struct entries *entries = ctx;

	assert_in_range(entries->n, 0, 7);
	entries->id[entries->n++] = entry->id;
	return 0;
}

static int64_t ask_for(struct fixture *f, const char *due, const char *reference)
{
	struct store_worklist_entry e = { .patient = "A", .source = "gdt" };
	int64_t id;

	snprintf(e.due, sizeof(e.due), "%s", due);
	snprintf(e.reference, sizeof(e.reference), "%s", reference);
	assert_int_equal(store_worklist_add(f->store, &e, "t", &id), 0);
	return id;
}

static void test_worklist(void **state)
{
	struct fixture *f = *state;
	struct store_worklist_query q = { .limit = 8 };
	struct store_worklist_entry e = { .patient = "A", .source = "gdt" };
	struct entries got = { 0 };
	int64_t any, late, soon, total, id;

	add_patient(f, "A");
	any = ask_for(f, "", "");
	late = ask_for(f, "2026-12-01", "r1");
	soon = ask_for(f, "2026-11-28", "r2");
	assert_int_equal(
		store_worklist_list(f->store, &q, take_entry, &got, &total), 3);
	assert_true(got.id[0] == soon && got.id[1] == late && got.id[2] == any);
	q.due_by = "2026-11-30";
	got.n = 0;
	assert_int_equal(
		store_worklist_list(f->store, &q, take_entry, &got, &total), 2);
	assert_true(got.id[0] == soon && got.id[1] == any && total == 2);
	/* the same request twice is one */
	strcpy(e.reference, "r1");
	assert_int_equal(store_worklist_add(f->store, &e, "t", &id), -EEXIST);
	strcpy(e.due, "2026-02-30");
	assert_int_equal(store_worklist_add(f->store, &e, "t", &id), -EINVAL);
	strcpy(e.due, "");
	strcpy(e.patient, "B");
	assert_int_equal(store_worklist_add(f->store, &e, "t", &id), -ENOENT);
	assert_int_equal(store_worklist_remove(f->store, late, "moved away", "t"), 0);
	assert_int_equal(store_worklist_remove(f->store, late, "again", "t"), -EPERM);
	assert_int_equal(store_worklist_remove(f->store, 999, "", "t"), -ENOENT);
	/* once it is off, it may be asked for again */
	strcpy(e.patient, "A");
	assert_int_equal(store_worklist_add(f->store, &e, "t", &id), 0);
}

static void test_visit_takes_request(void **state)
{
	struct fixture *f = *state;
	struct store_worklist_entry e;
	int64_t request, visit;

	add_patient(f, "A");
	request = ask_for(f, "", "r1");
	visit = add_visit(f, "A");
	assert_int_equal(store_worklist_of_visit(f->store, visit, &e), 0);
	assert_int_equal(e.id, request);
	assert_string_equal(e.state, "measuring");
	assert_int_equal(store_worklist_remove(f->store, request, "", "t"), -EPERM);
	assert_int_equal(store_visit_close(f->store, visit, "t"), 0);
	assert_int_equal(store_worklist_get(f->store, request, &e), 0);
	assert_string_equal(e.state, "done");
	assert_int_equal(store_worklist_of_visit(f->store, visit + 1, &e), -ENOENT);
}

/* --- visits -------------------------------------------------------------------------------- */

static void see_note(const char *key, double value, void *ctx)
{
	char *all = ctx;

	snprintf(all + strlen(all), 512 - strlen(all), "%s=%g ", key, value);
}

static void test_visit_notes_card(void **state)
{
	struct fixture *f = *state;
	char all[512] = "";
	struct store_patient p;
	int64_t id;

	store_patient_init(&p);
	strcpy(p.code, "A");
	strcpy(p.pain_sites, "leg_right");
	strcpy(p.red_flags, "fever");
	p.extension_deficit_deg[1] = 12;
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), 0);
	id = add_visit(f, "A");
	assert_int_equal(store_visit_notes(f->store, id, see_note, all), 0);
	assert_string_equal(all,
		"extension_deficit_right_deg=12 pain_back=0 pain_knee_left=0 "
		"pain_knee_right=0 pain_leg=1 red_flag=1 ");
	add_patient(f, "B"); /* not asked: nothing is noted */
	all[0] = '\0';
	assert_int_equal(
		store_visit_notes(f->store, add_visit(f, "B"), see_note, all), 0);
	assert_string_equal(all, "");
}

static void see_skip(int step, const char *reason, void *ctx)
{
	snprintf(ctx, 64, "%d %s", step, reason);
}

static void test_plan(void **state)
{
	struct fixture *f = *state;
	struct store_visit v;
	char skipped[64] = "";
	int64_t id, other;

	add_patient(f, "A");
	id = add_visit(f, "A");
	assert_int_equal(store_visit_skip(f->store, id, 3, "pain", "t"), 0);
	assert_int_equal(store_visit_skips(f->store, id, see_skip, skipped), 0);
	assert_string_equal(skipped, "3 pain");
	assert_int_equal(store_visit_set_plan(f->store, id, "quick", "t"), 0);
	skipped[0] = '\0'; /* of another plan */
	assert_int_equal(store_visit_skips(f->store, id, see_skip, skipped), 0);
	assert_string_equal(skipped, "");
	assert_int_equal(store_visit_get(f->store, id, &v), 0);
	assert_string_equal(v.plan, "quick");
	assert_int_equal(store_visit_open(f->store, 0, &v), 0);
	assert_int_equal(v.id, id);
	assert_int_equal(
		store_visit_open(f->store, v.started_unix_ms + 1, &v), -ENOENT);
	other = add_visit(f, "A");
	assert_int_equal(store_visit_share(f->store, id, true, "t"), 0);
	assert_int_equal(store_visit_share(f->store, other, true, "t"), 0);
	assert_int_equal(store_visit_shared(f->store, &v), 0);
	assert_int_equal(v.id, other); /* one at a time */
	assert_int_equal(store_visit_share(f->store, other, false, "t"), 0);
	assert_int_equal(store_visit_shared(f->store, &v), -ENOENT);
	assert_int_equal(store_visit_share(f->store, 99, true, "t"), -ENOENT);
	assert_int_equal(store_visit_close(f->store, id, "t"), 0);
	assert_int_equal(store_visit_set_plan(f->store, id, "full", "t"), -EPERM);
	assert_int_equal(store_visit_skip(f->store, id, 1, "x", "t"), -EPERM);
}

/* --- trials -------------------------------------------------------------------------------- */

static void see_mark(const struct store_mark *mark, void *ctx)
{
	char *all = ctx;

	snprintf(all + strlen(all), 128 - strlen(all), "%d:%g:%s ", mark->n, mark->t_s,
		mark->text);
}

static void test_marks(void **state)
{
	struct fixture *f = *state;
	struct trial_record r;
	char all[128] = "";
	int n;

	begin_trial(f, "", 0, &r);
	assert_int_equal(store_mark_add(f->store, r.id, 1.5, "cough", "t", &n), 0);
	assert_int_equal(store_mark_add(f->store, r.id, 2.25, "", "t", &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(store_mark_list(f->store, r.id, see_mark, all), 0);
	assert_string_equal(all, "1:1.5:cough 2:2.25: ");
	assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	assert_int_equal(store_mark_add(f->store, r.id, 3, "", "t", &n), -EPERM);
	assert_int_equal(behind(f, "UPDATE trial_mark SET t_s = 0"), -EPERM);
	assert_int_equal(store_mark_add(f->store, 99, 3, "", "t", &n), -ENOENT);
	begin_trial(f, "", 0, &r); /* nobody came: the mark goes with it */
	assert_int_equal(store_mark_add(f->store, r.id, 1, "", "t", &n), 0);
	assert_int_equal(store_trial_discard(f->store, r.id), 0);
}

static void test_reviews(void **state)
{
	struct fixture *f = *state;
	struct store_review review;
	struct trial_record r;
	int64_t id = add_trial(f, "", 0);

	assert_int_equal(store_review_get(f->store, id, &review), 0);
	assert_int_equal(review.decision, STORE_UNDECIDED);
	assert_int_equal(store_review_add(f->store, id, STORE_KEEP, "", "t"), 0);
	assert_int_equal(
		store_review_add(f->store, id, STORE_DISCARD, "he laughed", "dr"), 0);
	assert_int_equal(store_review_get(f->store, id, &review), 0);
	assert_int_equal(review.decision, STORE_DISCARD);
	assert_string_equal(review.reason, "he laughed");
	assert_string_equal(review.by, "dr");
	assert_int_equal(store_trial_get(f->store, id, &r), 0);
	assert_true(r.voided);
	assert_string_equal(r.void_reason, "he laughed");
	/* what is thrown away does not come back */
	assert_int_equal(store_review_add(f->store, id, STORE_KEEP, "", "t"), -EPERM);
	assert_int_equal(store_review_add(f->store, 99, STORE_KEEP, "", "t"), -ENOENT);
	assert_int_equal(behind(f, "UPDATE trial_review SET reason = ''"), -EPERM);
}

static void test_picture(void **state)
{
	struct fixture *f = *state;
	float cells[6] = { 0, 1.5F, 2, 3, 4, 5 };
	struct store_picture p = { 2, 3, 10, 12.5, true, cells }, got;
	struct trial_record r;

	begin_trial(f, "", 0, &r);
	assert_int_equal(store_picture_get(f->store, r.id, &got), -ENOENT);
	assert_int_equal(store_picture_put(f->store, r.id, &p), 0);
	cells[0] = 7;
	assert_int_equal(store_picture_put(f->store, r.id, &p), 0);
	assert_int_equal(store_picture_get(f->store, r.id, &got), 0);
	assert_int_equal(got.n_rows, 2);
	assert_int_equal(got.n_cols, 3);
	assert_true(got.pitch_y_mm == 12.5 && got.unit_is_force);
	assert_memory_equal(got.cells, cells, sizeof(cells));
	free(got.cells);
	p.n_rows = 0;
	assert_int_equal(store_picture_put(f->store, r.id, &p), -EINVAL);
}

static void test_placement(void **state)
{
	struct fixture *f = *state;
	struct store_placement p = { .serial = "M1",
		.foot = { { -100, -50, -7, 250 }, { 100, -50, 7, NAN } },
		.width_mm = 200 },
			       got;

	add_patient(f, "A");
	assert_int_equal(store_placement_get(f->store, "A", &got), -ENOENT);
	assert_int_equal(store_placement_put(f->store, "A", &p, "t"), 0);
	p.foot[0].heel_x_mm = -101;
	assert_int_equal(store_placement_put(f->store, "A", &p, "t"), 0);
	assert_int_equal(store_placement_get(f->store, "A", &got), 0);
	assert_true(got.foot[0].heel_x_mm == -101 && got.foot[1].direction_deg == 7);
	assert_true(isnan(got.foot[1].length_mm));
	assert_string_equal(got.serial, "M1");
	assert_int_equal(store_placement_clear(f->store, "A", "t"), 0);
	assert_int_equal(store_placement_get(f->store, "A", &got), -ENOENT);
	assert_int_equal(store_placement_put(f->store, "B", &p, "t"), -ENOENT);
}

/* --- signing ------------------------------------------------------------------------------- */

static int take_trial(const struct store_trial_line *line, void *ctx)
{
	(void)line;
	++*(int *)ctx;
	return 0;
}

/* The document tells how many trials of the visit are in use, as the store has them at that moment. */
static int make(struct store *store, const struct store_report *report, char **text,
	size_t *n, void *ctx)
{
	struct store_trial_query q = { .visit_id = report->visit_id, .limit = 9 };
	const int *fails = ctx;
	int used = 0;

	assert_in_range(store_trial_list(store, &q, take_trial, &used), 0, 9);
	if (*fails)
		return *fails;
	*text = malloc(64);
	*n = (size_t)snprintf(
		*text, 64, "{\"version\":%d,\"used\":%d}", report->version, used);
	return 0;
}

static int sign(struct fixture *f, int64_t visit, const struct store_amendment *a,
	struct store_report *out)
{
	int fails = 0;

	*out = (struct store_report){
		.visit_id = visit, .operator_name = "Dr A", .comment = "as expected"
	};
	return store_report_sign(f->store, out, a, make, &fails, "t");
}

static void test_sign(void **state)
{
	struct fixture *f = *state;
	struct store_report r;
	char *text;
	int64_t visit, trial, value;

	add_patient(f, "A");
	assert_int_equal(sign(f, 1, NULL, &r), -ENOENT);
	visit = add_visit(f, "A");
	assert_int_equal(sign(f, visit, NULL, &r), -ENODATA);
	trial = add_trial(f, "A", visit);
	assert_int_equal(sign(f, visit, NULL, &r), 0);
	assert_int_equal(r.version, 1);
	/* of the text {"version":1,"used":1}, by sha256sum */
	assert_string_equal(r.sha256,
		"386e862fe12e28db18984ecfd9c875ea862ee39c5864b265d12e4b6bf46d25fc");
	assert_int_equal(store_report_get(f->store, visit, 0, &r, &text), 0);
	assert_string_equal(text, "{\"version\":1,\"used\":1}");
	assert_string_equal(r.comment, "as expected");
	assert_string_equal(r.operator_name, "Dr A");
	assert_string_equal(r.patient, "A");
	assert_false(r.superseded);
	free(text);
	/* from now on it is fixed */
	assert_int_equal(sign(f, visit, NULL, &r), -EEXIST);
	assert_int_equal(store_trial_void(f->store, trial, "no", "t"), -EPERM);
	assert_int_equal(store_trial_move(f->store, trial, "", "t"), -EPERM);
	assert_int_equal(
		store_review_add(f->store, trial, STORE_KEEP, "", "t"), -EPERM);
	assert_int_equal(
		store_visit_note(f->store, visit, "pain_back", 1, "t"), -EPERM);
	value = add_trial(f, "A", 0);
	assert_int_equal(store_visit_add(f->store, visit, value, "t"), -EPERM);
	assert_int_equal(behind(f, "UPDATE report SET comment = ''"), -EPERM);
	assert_int_equal(behind(f, "DELETE FROM report"), -EPERM);
	assert_int_equal(behind(f, "UPDATE visit SET guard = 0"), -EPERM);
	assert_int_equal(behind(f, "UPDATE trial SET voided = 1"), -EPERM);
}

static int take_report(const struct store_report *report, void *ctx)
{
	assert_int_equal(strlen(report->sha256), 64);
	++*(int *)ctx;
	return 0;
}

static void test_amend(void **state)
{
	struct fixture *f = *state;
	struct store_amendment a = { .n_discard = 1, .n_notes = 1 };
	struct store_report first, r;
	struct store_review review;
	char notes[512] = "", *text;
	int64_t visit, total;
	int n_seen = 0;

	add_patient(f, "A");
	visit = add_visit(f, "A");
	a.discard[0].trial_id = add_trial(f, "A", visit);
	strcpy(a.discard[0].reason, "wrong foot");
	a.note[0] = (struct store_amended_note){ "pain_back", 1 };
	add_trial(f, "A", visit);
	assert_int_equal(sign(f, visit, &a, &r), -EPERM); /* nothing to amend */
	assert_int_equal(sign(f, visit, NULL, &first), 0);
	assert_int_equal(sign(f, visit, &a, &r), 0);
	assert_int_equal(r.version, 2);
	assert_int_equal(r.previous, 1);
	assert_string_equal(r.previous_sha256, first.sha256);
	assert_int_equal(store_report_get(f->store, visit, 0, &r, &text), 0);
	assert_string_equal(text, "{\"version\":2,\"used\":1}");
	free(text);
	assert_int_equal(store_report_get(f->store, visit, 1, &r, &text), 0);
	assert_string_equal(text, "{\"version\":1,\"used\":2}");
	assert_true(r.superseded);
	free(text);
	assert_int_equal(store_review_get(f->store, a.discard[0].trial_id, &review), 0);
	assert_int_equal(review.decision, STORE_DISCARD);
	assert_int_equal(store_visit_notes(f->store, visit, see_note, notes), 0);
	assert_string_equal(notes, "pain_back=1 ");
	/* it is voided already: all of it is refused, and nothing stays of it */
	assert_int_equal(sign(f, visit, &a, &r), -EPERM);
	assert_int_equal(store_report_get(f->store, visit, 3, &r, NULL), -ENOENT);
	assert_int_equal(store_report_list(f->store, visit, NULL, 0, 9, take_report,
				 &n_seen, &total),
		2);
	assert_int_equal(total, 2);
	assert_int_equal(
		store_report_list(f->store, 0, "A", 1, 9, take_report, &n_seen, &total),
		1);
	assert_int_equal(n_seen, 3);
	assert_int_equal(
		store_report_list(f->store, 0, "B", 0, 9, take_report, &n_seen, &total),
		-ENOENT);
}

/* A document that cannot be made leaves the visit as it was. */
static void test_sign_fails(void **state)
{
	struct fixture *f = *state;
	struct store_report r = { 0 };
	struct store_visit v;
	struct trial_record running;
	int fails = -ENOMEM;
	int64_t visit;

	add_patient(f, "A");
	visit = add_visit(f, "A");
	add_trial(f, "A", visit);
	r.visit_id = visit;
	assert_int_equal(
		store_report_sign(f->store, &r, NULL, make, &fails, "t"), -ENOMEM);
	assert_int_equal(store_visit_get(f->store, visit, &v), 0);
	assert_false(v.closed);
	assert_int_equal(v.signed_version, 0);
	begin_trial(f, "A", visit, &running);
	assert_int_equal(sign(f, visit, NULL, &r), -EBUSY);
	assert_int_equal(store_trial_finish(f->store, &running, NULL), 0);
	assert_int_equal(sign(f, visit, NULL, &r), 0);
	assert_int_equal(store_visit_get(f->store, visit, &v), 0);
	assert_true(v.closed);
	assert_int_equal(v.signed_version, 1);
}

/* Who is forgotten takes signed reports along, and all that hangs on them. */
static void test_erase(void **state)
{
	struct fixture *f = *state;
	struct store_placement place = { .serial = "M" };
	struct store_report r;
	struct trial_record running;
	float cell = 1;
	struct store_picture picture = { 1, 1, 1, 1, true, &cell };
	int64_t visit;
	int n;

	add_patient(f, "A");
	ask_for(f, "", "r1");
	visit = add_visit(f, "A");
	begin_trial(f, "A", visit, &running);
	assert_int_equal(store_mark_add(f->store, running.id, 1, "m", "t", &n), 0);
	assert_int_equal(store_picture_put(f->store, running.id, &picture), 0);
	assert_int_equal(store_trial_finish(f->store, &running, NULL), 0);
	assert_int_equal(
		store_review_add(f->store, running.id, STORE_KEEP, "", "t"), 0);
	assert_int_equal(store_visit_skip(f->store, visit, 1, "x", "t"), 0);
	assert_int_equal(store_placement_put(f->store, "A", &place, "t"), 0);
	assert_int_equal(sign(f, visit, NULL, &r), 0);
	assert_int_equal(store_patient_erase(f->store, "A", "t"), 0);
	assert_int_equal(
		count(f, "SELECT (SELECT count(*) FROM report) + (SELECT "
			 "count(*) FROM worklist) + (SELECT count(*) FROM "
			 "placement) + (SELECT count(*) FROM trial_mark) + "
			 "(SELECT count(*) FROM trial_review) + (SELECT count(*) "
			 "FROM trial_picture) + (SELECT count(*) FROM visit_skip) "
			 "+ (SELECT count(*) FROM visit) + (SELECT count(*) FROM "
			 "trial)"),
		0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_fit),
		TEST(test_card),
		TEST(test_find),
		TEST(test_find_tells_visits),
		TEST(test_worklist),
		TEST(test_visit_takes_request),
		TEST(test_visit_notes_card),
		TEST(test_plan),
		TEST(test_marks),
		TEST(test_reviews),
		TEST(test_picture),
		TEST(test_placement),
		TEST(test_sign),
		TEST(test_amend),
		TEST(test_sign_fails),
		TEST(test_erase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
