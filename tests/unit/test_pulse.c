/* When the next n-th frame is scanned: foretold within a fraction of a millisecond, counted through losses. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "src/daemon/pulse.h"

#define PERIOD_NS (10 * CLOCK_NS_PER_MS)
#define START_NS  (1000 * CLOCK_NS_PER_S)

static void feed(struct pulse *p, uint64_t from, uint64_t to)
{
	for (uint64_t seq = from; seq <= to; seq++)
		pulse_frame(p, seq, START_NS + (int64_t)seq * PERIOD_NS);
}

static void test_nothing_is_due_before_it_is_known(void **state)
{
	struct pulse p;

	(void)state;
	pulse_init(&p, 10);
	pulse_begin(&p, 1);
	assert_true(pulse_due_ns(&p, START_NS) == INT64_MAX);
	feed(&p, 1, 3);
	assert_true(pulse_due_ns(&p, START_NS) == INT64_MAX);
	feed(&p, 4, 8);
	assert_true(pulse_due_ns(&p, START_NS) != INT64_MAX);
	pulse_end(&p);
	assert_true(pulse_due_ns(&p, START_NS) == INT64_MAX);
}

/* A mat without jitter: every n-th frame after the first that is measured, to the nanosecond. */
static void test_every_nth_frame_by_hand(void **state)
{
	struct pulse p;

	(void)state;
	pulse_init(&p, 10);
	feed(&p, 1, 20);
	pulse_begin(&p, 20);
	assert_true(llabs(pulse_due_ns(&p, START_NS + 20 * PERIOD_NS) -
			    (START_NS + 30 * PERIOD_NS)) <= 2);
	pulse_sent(&p, 30, START_NS + 30 * PERIOD_NS + 7000);
	assert_true(llabs(pulse_due_ns(&p, START_NS + 30 * PERIOD_NS) -
			    (START_NS + 40 * PERIOD_NS)) <= 2);
	assert_int_equal(pulse_period_ns(&p), PERIOD_NS);
}

static void test_the_error_is_told_once_its_frame_came(void **state)
{
	struct pulse p;
	int64_t error_ns = 0;

	(void)state;
	pulse_init(&p, 10);
	feed(&p, 1, 20);
	pulse_begin(&p, 20);
	pulse_sent(&p, 30, START_NS + 30 * PERIOD_NS + 7000);
	feed(&p, 21, 29);
	assert_false(pulse_error_ns(&p, &error_ns));
	feed(&p, 30, 30);
	assert_true(pulse_error_ns(&p, &error_ns));
	assert_int_equal(error_ns, 7000);
	assert_false(pulse_error_ns(&p, &error_ns));
}

/* A loop that was held up does not send what is over: the next multiple follows. */
static void test_late_ones_are_left_out(void **state)
{
	struct pulse p;

	(void)state;
	pulse_init(&p, 10);
	feed(&p, 1, 20);
	pulse_begin(&p, 20);
	assert_true(llabs(pulse_due_ns(&p, START_NS + 57 * PERIOD_NS) -
			    (START_NS + 60 * PERIOD_NS)) <= 2);
}

static void test_a_mat_that_begins_anew_is_learnt_anew(void **state)
{
	struct pulse p;

	(void)state;
	pulse_init(&p, 10);
	feed(&p, 1000, 1100);
	pulse_begin(&p, 1100);
	feed(&p, 1, 3);
	assert_true(pulse_due_ns(&p, START_NS) == INT64_MAX);
}

/* Time stamps with 0.2 ms of jitter, one packet in fifty lost, frames that arrive 20 ms late, a quartz that is 100 ppm off:
 * what is foretold two frames ahead is at the true instant. */
static void test_jitter_loss_and_latency(void **state)
{
	const double period_ns = (double)PERIOD_NS * 1.0001;
	double worst_ms = 0;
	struct pulse p;
	struct rng rng;
	int n = 0;

	(void)state;
	rng_init(&rng, 3, 0);
	pulse_init(&p, 7);
	for (uint64_t seq = 1; seq < 20000; seq++) {
		int64_t true_ns = START_NS + (int64_t)((double)seq * period_ns);
		int64_t due_ns, now_ns = true_ns + 2 * PERIOD_NS;
		double number;

		if (rng_uniform(&rng) < 0.02)
			continue;
		pulse_frame(&p, seq,
			true_ns + (int64_t)((rng_uniform(&rng) - 0.5) * 0.2e6));
		if (seq == 100)
			pulse_begin(&p, seq);
		due_ns = pulse_due_ns(&p, now_ns);
		if (due_ns == INT64_MAX || due_ns > now_ns + PERIOD_NS)
			continue;
		/* that it is a multiple of seven from the hundredth */
		number = (double)(due_ns - START_NS) / period_ns - 100;
		worst_ms = fmax(worst_ms,
			fabs(number - 7 * rint(number / 7)) * period_ns / 1e6);
		pulse_sent(&p, p.due, due_ns);
		n++;
	}
	assert_true(n > 2700 && n < 2860);
	assert_true(worst_ms < 0.2);
}

/* The mat's answers are counted among its frames: every thirty-first number is one. What is due is counted in scans. */
static void test_answers_between_frames_are_no_scans(void **state)
{
	struct pulse p;

	(void)state;
	pulse_init(&p, 10);
	for (int64_t scan = 1; scan < 1000; scan++) {
		int64_t t_ns = START_NS + scan * PERIOD_NS, due_ns, ahead_ns;

		pulse_frame(&p, (uint64_t)(scan + scan / 30), t_ns);
		if (scan == 100)
			pulse_begin(&p, (uint64_t)(scan + scan / 30));
		if (scan < 100)
			continue;
		due_ns = pulse_due_ns(&p, t_ns);
		ahead_ns = (scan / 10 + 1) * 10 * PERIOD_NS + START_NS;
		assert_true(llabs(due_ns - ahead_ns) < 1000);
		if (scan % 10 == 9)
			pulse_sent(&p, p.due, due_ns);
	}
}

/* A mat whose clock is still being found: stamps that bend by 20 ms a second for a while. Nothing is due until they are on
 * a line. */
static void test_nothing_is_due_while_the_clock_bends(void **state)
{
	const int64_t bend_ns = PERIOD_NS / 50;
	struct pulse p;

	(void)state;
	pulse_init(&p, 10);
	pulse_begin(&p, 1);
	feed(&p, 1, 64);
	for (int64_t i = 1; i <= 64; i++) {
		int64_t t_ns =
			START_NS + (64 + i) * PERIOD_NS + (i < 40 ? i : 40) * bend_ns;

		pulse_frame(&p, (uint64_t)(64 + i), t_ns);
		if (i > 8 && i < 40)
			assert_true(pulse_due_ns(&p, t_ns) == INT64_MAX);
	}
	for (int64_t i = 65; i <= 128; i++)
		pulse_frame(&p, (uint64_t)(64 + i),
			START_NS + (64 + i) * PERIOD_NS + 40 * bend_ns);
	assert_true(llabs(pulse_due_ns(&p, START_NS + 192 * PERIOD_NS) -
			    (START_NS + 201 * PERIOD_NS + 40 * bend_ns)) < 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_due_before_it_is_known),
		cmocka_unit_test(test_every_nth_frame_by_hand),
		cmocka_unit_test(test_the_error_is_told_once_its_frame_came),
		cmocka_unit_test(test_late_ones_are_left_out),
		cmocka_unit_test(test_a_mat_that_begins_anew_is_learnt_anew),
		cmocka_unit_test(test_jitter_loss_and_latency),
		cmocka_unit_test(test_answers_between_frames_are_no_scans),
		cmocka_unit_test(test_nothing_is_due_while_the_clock_bends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
