/* Pulses on their own thread: in time while the caller is busy, left out when late, planned anew, refused by the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/daemon/pulse_thread.h"

#define LATE_NS  (500 * CLOCK_NS_PER_MS) /* a loaded machine is no failure of this test */
#define WIDTH_NS (2 * CLOCK_NS_PER_MS)

struct line {
	atomic_int n_up, n_down;
	bool is_gone;
	struct pulse_thread *thread;
};

static bool set(bool is_active, void *ctx)
{
	struct line *line = ctx;

	if (line->is_gone)
		return false;
	atomic_fetch_add(is_active ? &line->n_up : &line->n_down, 1);
	return true;
}

static void sleep_ms(int ms)
{
	const struct timespec t = { .tv_nsec = ms * CLOCK_NS_PER_MS };

	nanosleep(&t, NULL);
}

/* Wait until a pulse was taken, at most two seconds. */
static bool taken(struct line *line, struct pulse_rise *rise)
{
	for (int i = 0; i < 400; i++) {
		if (pulse_thread_take(line->thread, rise))
			return true;
		sleep_ms(5);
	}
	return false;
}

static int setup(void **state)
{
	static struct line line;

	line = (struct line){ .is_gone = false };
	*state = &line;
	return pulse_thread_new(set, &line, LATE_NS, &line.thread);
}

static int teardown(void **state)
{
	struct line *line = *state;

	pulse_thread_free(line->thread);
	return atomic_load(&line->n_up) == atomic_load(&line->n_down) ? 0 : -1;
}

static void rises_at_its_instant_and_tells_which(void **state)
{
	struct line *line = *state;
	struct pulse_rise rise;
	int64_t due_ns = clock_now_ns() + 20 * CLOCK_NS_PER_MS;

	pulse_thread_plan(line->thread, 41, due_ns, WIDTH_NS);
	assert_true(taken(line, &rise));
	assert_int_equal(rise.n, 41);
	assert_false(rise.is_refused);
	assert_true(rise.t_ns >= due_ns && rise.t_ns < due_ns + LATE_NS);
	assert_false(pulse_thread_take(line->thread, &rise));
}

static void what_is_late_is_left_out(void **state)
{
	struct line *line = *state;
	struct pulse_rise rise;

	pulse_thread_plan(
		line->thread, 1, clock_now_ns() - LATE_NS - CLOCK_NS_PER_MS, WIDTH_NS);
	sleep_ms(30);
	assert_false(pulse_thread_take(line->thread, &rise));
	assert_int_equal(atomic_load(&line->n_up), 0);
	pulse_thread_plan(line->thread, 2, clock_now_ns(), WIDTH_NS);
	assert_true(taken(line, &rise));
	assert_int_equal(rise.n, 2);
}

static void a_later_plan_takes_the_place_of_the_former(void **state)
{
	struct line *line = *state;
	struct pulse_rise rise;
	int64_t now_ns = clock_now_ns(), due_ns = now_ns + 600 * CLOCK_NS_PER_MS;

	pulse_thread_plan(line->thread, 1, now_ns + 400 * CLOCK_NS_PER_MS, WIDTH_NS);
	pulse_thread_plan(line->thread, 2, due_ns, WIDTH_NS);
	assert_true(taken(line, &rise));
	assert_int_equal(rise.n, 2);
	assert_true(rise.t_ns >= due_ns);
	assert_int_equal(atomic_load(&line->n_up), 1);
	pulse_thread_plan(
		line->thread, 3, clock_now_ns() + 100 * CLOCK_NS_PER_MS, WIDTH_NS);
	pulse_thread_plan(line->thread, 3, INT64_MAX, WIDTH_NS);
	sleep_ms(150);
	assert_int_equal(atomic_load(&line->n_up), 1);
}

static void a_line_that_is_gone_is_told(void **state)
{
	struct line *line = *state;
	struct pulse_rise rise;

	line->is_gone = true;
	pulse_thread_plan(line->thread, 7, clock_now_ns(), WIDTH_NS);
	assert_true(taken(line, &rise));
	assert_true(rise.is_refused);
	assert_int_equal(rise.n, 7);
}

/* The next one is planned while this one is up, as with 200 frames a second and a pulse for each. */
static void a_train_of_pulses(void **state)
{
	struct line *line = *state;
	struct pulse_rise rise;
	int64_t at_ns = clock_now_ns();

	for (uint64_t n = 0; n < 40; n++) {
		at_ns = clock_now_ns() + 5 * CLOCK_NS_PER_MS;
		pulse_thread_plan(line->thread, n, at_ns, WIDTH_NS);
		while (clock_now_ns() < at_ns)
			; /* a loop that is busy */
		assert_true(taken(line, &rise));
		assert_int_equal(rise.n, n);
	}
	assert_int_equal(atomic_load(&line->n_up), 40);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(rises_at_its_instant_and_tells_which),
		CASE(what_is_late_is_left_out),
		CASE(a_later_plan_takes_the_place_of_the_former),
		CASE(a_line_that_is_gone_is_told),
		CASE(a_train_of_pulses),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
