/* Training in the store: begun, added to, finished, recovered, forgotten. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/store/store_training.h"
#include "tests/support/store_fixture.h"

struct fixture {
	char folder[64];
	struct store *store;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct store_patient p = { .code = "P-1", .stature_m = NAN, .mass_kg = NAN };
	char message[STORE_MESSAGE_SIZE];
	int64_t id;

	assert_non_null(f);
	p.extension_deficit_deg[0] = p.extension_deficit_deg[1] = NAN;
	store_fixture_folder(f->folder);
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

static struct store_training training_of(const char *patient, int64_t started_ms)
{
	struct store_training t = { .started_unix_ms = started_ms,
		.programme = "{}",
		.name = "even-weight",
		.level = 1,
		.band = 2,
		.exercise_s = NAN,
		.success_pct = NAN };

	snprintf(t.patient, sizeof(t.patient), "%s", patient);
	assert_int_equal(store_new_uid(t.uid), 0);
	for (int i = 0; i < STORE_N_LIMITS; i++)
		t.limits_mm[i] = NAN;
	return t;
}

static struct store_training_block block_of(const char *exercise, double score)
{
	struct store_training_block b = { .is_whole = true, .score = score };

	snprintf(b.exercise, sizeof(b.exercise), "%s", exercise);
	snprintf(b.text, sizeof(b.text), "{\"exercise\":\"%s\"}", exercise);
	return b;
}

/* Store one whole session; returns its id. */
static int64_t session(
	struct fixture *f, const char *patient, int64_t started_ms, double score)
{
	struct store_training t = training_of(patient, started_ms);
	struct store_training_block blocks[2] = { block_of("hold-dot", score),
		block_of("hold-dot", score + 10) };

	assert_int_equal(store_training_begin(f->store, &t, &t.id), 0);
	snprintf(t.end, sizeof(t.end), "complete");
	t.exercise_s = 120;
	t.limits_mm[0] = 61.25;
	assert_int_equal(store_training_finish(f->store, &t, blocks, 2), 0);
	return t.id;
}

static int take_block(const struct store_training_block *b, void *ctx)
{
	*(struct store_training_block *)ctx = *b;
	return 0;
}

static void test_goes_in_and_out(void **state)
{
	struct fixture *f = *state;
	struct store_training t = training_of("P-1", 1000), got;
	struct store_training_block b = block_of("beam", 81.5), last;

	assert_int_equal(store_training_begin(f->store, &t, &t.id), 0);
	assert_int_equal(store_training_get(f->store, t.id, &got), 0);
	assert_true(got.running);
	assert_string_equal(got.end, "running");
	assert_int_equal(store_training_put(f->store, t.id, &b, 1), 0);
	b.score = 82.5; /* the same block, told again */
	assert_int_equal(store_training_put(f->store, t.id, &b, 1), 0);
	snprintf(t.end, sizeof(t.end), "left");
	t.exercise_s = 44;
	t.success_pct = 82.5;
	for (int i = 0; i < STORE_N_LIMITS; i++)
		t.limits_mm[i] = 50 + i / 3.0;
	assert_int_equal(store_training_finish(f->store, &t, &b, 1), 0);
	assert_int_equal(store_training_get(f->store, t.id, &got), 0);
	assert_false(got.running);
	assert_string_equal(got.end, "left");
	assert_string_equal(got.patient, "P-1");
	assert_string_equal(got.name, "even-weight");
	assert_memory_equal(got.limits_mm, t.limits_mm, sizeof(got.limits_mm));
	assert_true(got.success_pct > 82 && got.exercise_s > 43 && got.n_blocks == 1);
	assert_int_equal(store_training_blocks(f->store, t.id, take_block, &last), 1);
	assert_true(fabs(last.score - 82.5) < 1e-12 && last.is_whole);
	assert_string_equal(last.text, "{\"exercise\":\"beam\"}");
	/* what is finished stays */
	assert_int_equal(store_training_finish(f->store, &t, &b, 1), -EPERM);
	assert_int_equal(store_training_put(f->store, t.id, &b, 1), -EPERM);
	assert_int_equal(store_training_get(f->store, 99, &got), -ENOENT);
	t = training_of("nobody", 5);
	assert_int_equal(store_training_begin(f->store, &t, &t.id), -ENOENT);
}

struct scores {
	int n;
	double mean[8];
	int blocks[8];
};

static void take_score(const char *exercise, double mean, int n_blocks, void *ctx)
{
	struct scores *s = ctx;

	assert_string_equal(exercise, "hold-dot");
	s->mean[s->n] = mean;
	s->blocks[s->n++] = n_blocks;
}

static int take_id(const struct store_training *t, void *ctx)
{
	struct scores *s = ctx;

	s->mean[s->n++] = (double)t->id;
	return 0;
}

static void test_history_is_a_persons_own(void **state)
{
	struct fixture *f = *state;
	struct scores s = { 0 };
	int64_t first = session(f, "P-1", 1000, 50), n;
	int64_t other = session(f, "", 2000, 99);
	int64_t second = session(f, "P-1", 3000, 70);

	assert_int_equal(store_training_scores(f->store, "P-1", 0, take_score, &s), 0);
	assert_int_equal(s.n, 2);
	assert_true(fabs(s.mean[0] - 55) < 1e-12 && fabs(s.mean[1] - 75) < 1e-12);
	assert_int_equal(s.blocks[0], 2);
	s.n = 0;
	assert_int_equal(
		store_training_scores(f->store, "P-1", second, take_score, &s), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(store_training_count(f->store, "P-1", 2000, &n), 0);
	assert_int_equal(n, 1);
	s.n = 0;
	assert_int_equal(store_training_list(f->store, NULL, 0, 10, take_id, &s), 3);
	assert_true(s.mean[0] == (double)second && s.mean[1] == (double)other &&
		    s.mean[2] == (double)first);
	s.n = 0;
	assert_int_equal(
		store_training_list(f->store, "P-1", second, 10, take_id, &s), 1);
	s.n = 0;
	assert_int_equal(store_training_list(f->store, "", 0, 10, take_id, &s), 0);
}

static void test_a_crash_costs_what_had_not_come(void **state)
{
	struct fixture *f = *state;
	struct store_training t = training_of("P-1", 1000), got;
	struct store_training empty = training_of("P-1", 2000);
	struct store_training_block b = block_of("beam", 60);
	char message[STORE_MESSAGE_SIZE];

	assert_int_equal(store_training_begin(f->store, &t, &t.id), 0);
	assert_int_equal(store_training_put(f->store, t.id, &b, 1), 0);
	assert_int_equal(store_training_begin(f->store, &empty, &empty.id), 0);
	store_close(f->store);
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
	assert_int_equal(store_training_recover(f->store), 1);
	assert_int_equal(store_training_get(f->store, t.id, &got), 0);
	assert_string_equal(got.end, "daemon");
	assert_int_equal(got.n_blocks, 1);
	assert_int_equal(store_training_get(f->store, empty.id, &got), -ENOENT);
	assert_int_equal(store_training_recover(f->store), 0);
}

static void test_programme_and_forgetting(void **state)
{
	struct fixture *f = *state;
	char text[STORE_PROGRAMME_SIZE];
	struct store_training running = training_of("P-1", 5000), got;
	int64_t id = session(f, "P-1", 1000, 50);

	assert_int_equal(
		store_programme_get(f->store, "P-1", text, sizeof(text)), -ENOENT);
	assert_int_equal(store_programme_set(f->store, "P-1", "{\"a\":1}", "t"), 0);
	assert_int_equal(store_programme_set(f->store, "P-1", "{\"a\":2}", "t"), 0);
	assert_int_equal(store_programme_get(f->store, "P-1", text, sizeof(text)), 0);
	assert_string_equal(text, "{\"a\":2}");
	assert_int_equal(store_programme_set(f->store, "nobody", "{}", "t"), -ENOENT);
	assert_int_equal(store_training_begin(f->store, &running, &running.id), 0);
	assert_int_equal(store_patient_erase(f->store, "P-1", "t"), -EBUSY);
	snprintf(running.end, sizeof(running.end), "stopped");
	assert_int_equal(store_training_finish(f->store, &running, NULL, 0), 0);
	assert_int_equal(store_patient_erase(f->store, "P-1", "t"), 0);
	assert_int_equal(store_training_get(f->store, id, &got), -ENOENT);
}

static void test_recordings_go_with_age(void **state)
{
	struct fixture *f = *state;
	struct store_training t = training_of("P-1", 1000), got;
	char path[4096];
	FILE *file;

	t.has_raw = true;
	assert_int_equal(store_training_begin(f->store, &t, &t.id), 0);
	assert_int_equal(store_raw_path(f->store, t.uid, path, sizeof(path)), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	snprintf(t.end, sizeof(t.end), "complete");
	assert_int_equal(store_training_finish(f->store, &t, NULL, 0), 0);
	assert_int_equal(store_raw_prune(f->store, 2000, "t"), 1);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(store_training_get(f->store, t.id, &got), 0);
	assert_false(got.has_raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_goes_in_and_out, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_history_is_a_persons_own, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_crash_costs_what_had_not_come, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_programme_and_forgetting, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_recordings_go_with_age, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
