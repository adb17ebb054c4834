/* Bouncing contacts: exactly one event for a press and one for a release, whatever they do in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hw/buzz.h"
#include "hw/debounce.h"
#include "src/base/clock.h"
#include "src/base/rng.h"

#define MS     CLOCK_NS_PER_MS
#define SETTLE (25 * MS)

struct told {
	int n;
	struct debounce_event last;
};

static void edge(struct debounce *d, bool is_active, int64_t t_ns, struct told *told)
{
	if (debounce_edge(d, is_active, t_ns, &told->last))
		told->n++;
}

static void settle(struct debounce *d, int64_t now_ns, struct told *told)
{
	if (debounce_settle(d, now_ns, &told->last))
		told->n++;
}

/* A change that bounces for `span_ns`, edges at random, the last of them to `is_active`. Returns when it ended. */
static int64_t bounce(struct debounce *d, struct rng *rng, bool is_active, int64_t t_ns,
	int64_t span_ns, struct told *told)
{
	int64_t at = t_ns;
	bool level = is_active;

	edge(d, level, at, told);
	for (;;) {
		at += 1 + (int64_t)(rng_uniform(rng) * (double)span_ns / 5);
		if (at > t_ns + span_ns)
			break;
		level = !level;
		edge(d, level, at, told);
	}
	at = t_ns + span_ns;
	if (level != is_active)
		edge(d, is_active, at, told);
	return at;
}

static void test_bounces_of_1_to_20_ms_are_one_event(void **state)
{
	struct rng rng;
	struct debounce d;
	int64_t t_ns = 5 * CLOCK_NS_PER_S;

	(void)state;
	rng_init(&rng, 7, 0);
	debounce_init(&d, SETTLE, false, t_ns);
	for (int press = 0; press < 2000; press++) {
		bool is_active = press % 2 == 0;
		int64_t span_ns = MS + (int64_t)(rng_uniform(&rng) * 19e6), end_ns;
		struct told told = { 0 };

		t_ns += 60 * MS;
		end_ns = bounce(&d, &rng, is_active, t_ns, span_ns, &told);
		assert_int_equal(told.n, 0);
		settle(&d, end_ns + SETTLE, &told);
		assert_int_equal(told.n, 1);
		assert_int_equal(told.last.is_active, is_active);
		assert_int_equal(told.last.t_ns, t_ns); /* the first edge's */
		settle(&d, end_ns + 10 * SETTLE, &told);
		assert_int_equal(told.n, 1);
		t_ns = end_ns + SETTLE;
	}
}

/* All edges read at once, long afterwards: told from their own times. */
static void test_late_reading_loses_nothing(void **state)
{
	struct debounce d;
	struct told told = { 0 };

	(void)state;
	debounce_init(&d, SETTLE, false, 0);
	edge(&d, true, 100 * MS, &told);
	assert_int_equal(told.n, 0);
	edge(&d, false, 300 * MS, &told); /* proves that the press had settled */
	assert_int_equal(told.n, 1);
	assert_true(told.last.is_active);
	assert_int_equal(told.last.t_ns, 100 * MS);
	settle(&d, 5000 * MS, &told);
	assert_int_equal(told.n, 2);
	assert_false(told.last.is_active);
	assert_int_equal(told.last.t_ns, 300 * MS);
}

static void test_a_spike_is_nothing(void **state)
{
	struct debounce d;
	struct told told = { 0 };

	(void)state;
	debounce_init(&d, SETTLE, false, 0);
	edge(&d, true, 100 * MS, &told);
	edge(&d, false, 101 * MS, &told);
	settle(&d, 500 * MS, &told);
	assert_int_equal(told.n, 0);
	edge(&d, true, 1000 * MS, &told); /* the spike is no part of this press */
	settle(&d, 1100 * MS, &told);
	assert_int_equal(told.n, 1);
	assert_int_equal(told.last.t_ns, 1000 * MS);
}

static void test_nothing_to_settle_is_at_once(void **state)
{
	struct debounce d;
	struct told told = { 0 };

	(void)state;
	debounce_init(&d, 0, false, 0);
	edge(&d, true, 5 * MS, &told);
	assert_int_equal(told.n, 1);
	edge(&d, false, 6 * MS, &told);
	assert_int_equal(told.n, 2);
	assert_int_equal(told.last.t_ns, 6 * MS);
}

static void test_stuck_after_ten_seconds(void **state)
{
	struct debounce d;
	struct told told = { 0 };

	(void)state;
	debounce_init(&d, SETTLE, false, 0);
	assert_true(debounce_due_ns(&d, 0) == INT64_MAX);
	edge(&d, true, 100 * MS, &told);
	assert_int_equal(debounce_due_ns(&d, 100 * MS), 125 * MS);
	settle(&d, 125 * MS, &told);
	assert_int_equal(debounce_due_ns(&d, 125 * MS), 10100 * MS);
	assert_false(debounce_is_stuck(&d, 10099 * MS));
	assert_true(debounce_is_stuck(&d, 10100 * MS));
	assert_true(debounce_due_ns(&d, 10100 * MS) == INT64_MAX);
	edge(&d, false, 20000 * MS, &told);
	assert_false(debounce_is_stuck(&d, 20001 * MS));
	settle(&d, 20025 * MS, &told);
	assert_int_equal(told.n, 2); /* one press, one release, however long */
}

static void test_held_from_the_beginning_is_no_press(void **state)
{
	struct debounce d;
	struct told told = { 0 };

	(void)state;
	debounce_init(&d, SETTLE, true, 0);
	settle(&d, 9999 * MS, &told);
	assert_int_equal(told.n, 0);
	assert_true(debounce_is_stuck(&d, 10000 * MS));
}

static void test_motifs_differ(void **state)
{
	int n_tones[BUZZ_N] = { 0 };

	(void)state;
	for (int motif = 0; motif < BUZZ_N; motif++) {
		int step = 0;

		for (; buzz_ms((enum buzz)motif, step) > 0; step++)
			if (step % 2 == 0) {
				assert_true(buzz_ms((enum buzz)motif, step) >= 150);
				n_tones[motif]++;
			}
		assert_int_equal(step % 2, 1); /* ends in silence */
		for (int other = 0; other < motif; other++)
			assert_int_not_equal(n_tones[motif], n_tones[other]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounces_of_1_to_20_ms_are_one_event),
		cmocka_unit_test(test_late_reading_loses_nothing),
		cmocka_unit_test(test_a_spike_is_nothing),
		cmocka_unit_test(test_nothing_to_settle_is_at_once),
		cmocka_unit_test(test_stuck_after_ten_seconds),
		cmocka_unit_test(test_held_from_the_beginning_is_no_press),
		cmocka_unit_test(test_motifs_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
