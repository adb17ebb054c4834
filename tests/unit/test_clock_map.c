/* The clock mapping against simulated mats: drift, asymmetric delays, USB bursts, restarts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hw/clock_map.h"
#include "src/base/rng.h"

#define SEED  777u
#define NS_MS INT64_C(1000000)
#define NS_S  INT64_C(1000000000)

/* A mat whose clock began `boot_ns` before and runs fast by `drift`. */
struct world {
	int64_t boot_ns;
	double drift;
	struct rng rng;
};

static uint64_t device_us(const struct world *w, int64_t host_ns)
{
	return (uint64_t)((double)(host_ns - w->boot_ns) * (1 + w->drift) / 1000);
}

/* A delay of 0.1 ms, and with `burst_ns` the wait for the next delivery of the bridge. */
static int64_t arrival_ns(struct world *w, int64_t ready_ns, int64_t burst_ns)
{
	const int64_t t_ns =
		ready_ns + NS_MS / 10 + (int64_t)(rng_uniform(&w->rng) * 50e3);

	return burst_ns > 0 ? (t_ns / burst_ns + 1) * burst_ns : t_ns;
}

static void ping(
	struct clock_map *map, struct world *w, int64_t now_ns, int64_t burst_ns)
{
	const int64_t answered_ns = now_ns + NS_MS / 10;

	clock_map_pong(map, now_ns, arrival_ns(w, answered_ns, burst_ns),
		device_us(w, answered_ns));
}

struct result {
	double worst_ms;   /* error of a stamp after the settling time */
	double worst_rate; /* of the interval between frames, relative */
	int64_t last_t_ns;
};

/* Stream `n` frames at 100 Hz from `from_ns`; PINGs each second if `pings`. */
static struct result stream(struct clock_map *map, struct world *w, int64_t from_ns,
	int n, bool pings, int64_t burst_ns, int n_settle)
{
	struct result r = { .last_t_ns = map->has_last ? map->last_t_ns : INT64_MIN };
	int64_t before_ns = from_ns - 10 * NS_MS;

	for (int i = 0; i < n; i++) {
		const int64_t scan_ns = from_ns + i * 10 * NS_MS;
		const int64_t read_ns = arrival_ns(w, scan_ns + NS_MS, burst_ns);

		if (pings && i % 100 == 0)
			ping(map, w, scan_ns, burst_ns);

		const int64_t t_ns =
			clock_map_stamp(map, device_us(w, scan_ns), 1000, read_ns);

		assert_true(t_ns > r.last_t_ns);
		if (i >= n_settle) {
			r.worst_ms =
				fmax(r.worst_ms, fabs((double)(t_ns - scan_ns)) / 1e6);
			r.worst_rate = fmax(r.worst_rate,
				fabs((double)(t_ns - before_ns) / (10.0 * NS_MS) - 1));
		}
		before_ns = t_ns;
		r.last_t_ns = t_ns;
	}
	return r;
}

static void maps_by_hand(void **state)
{
	struct clock_map map;

	(void)state;
	clock_map_init(&map);
	assert_false(clock_map_is_synced(&map));
	/* Sent at 100 ms, back at 102 ms, answered at device time 1 s: 1 s is 101 ms. */
	clock_map_pong(&map, 100 * NS_MS, 102 * NS_MS, 1000000);
	assert_true(clock_map_is_synced(&map));
	assert_int_equal(clock_map_stamp(&map, 1050000, 0, 152 * NS_MS), 151 * NS_MS);
	assert_int_equal(clock_map_stamp(&map, 1060000, 0, 170 * NS_MS), 161 * NS_MS);
}

static void first_arrivals_before_any_pong(void **state)
{
	struct clock_map map;

	(void)state;
	clock_map_init(&map);
	/* Ready 3 ms after the start of the scan, read at once: stamped 3 ms before the reading. */
	assert_int_equal(clock_map_stamp(&map, 500000, 3000, NS_S), NS_S - 3 * NS_MS);
}

static void follows_a_drifting_crystal(void **state)
{
	static const double drifts[] = { 0, 50e-6, -80e-6, 5e-3, -5e-3 };

	(void)state;
	print_message("seed %u\n", SEED);
	for (size_t k = 0; k < sizeof(drifts) / sizeof(drifts[0]); k++) {
		struct world w = { -5 * NS_S, drifts[k], { 0 } };
		struct clock_map map;
		struct result r;

		rng_init(&w.rng, SEED, k);
		clock_map_init(&map);
		r = stream(&map, &w, 10 * NS_S, 6000, true, 0, 3000);
		print_message("drift %.0f ppm: %.3f ms, rate %.1f ppm\n",
			drifts[k] * 1e6, r.worst_ms, r.worst_rate * 1e6);
		assert_true(r.worst_ms < 0.2);
		assert_true(r.worst_rate < 200e-6);
	}
}

/* A bridge that delivers every 16 ms: velocities from the stamps stay within 0.1 %. */
static void stands_usb_bursts(void **state)
{
	struct world w = { 0, 40e-6, { 0 } };
	struct clock_map map;
	struct result r;

	(void)state;
	rng_init(&w.rng, SEED, 50);
	clock_map_init(&map);
	r = stream(&map, &w, 3 * NS_S, 6000, true, 16 * NS_MS, 500);
	print_message(
		"bursts: %.3f ms, rate %.1f ppm\n", r.worst_ms, r.worst_rate * 1e6);
	/* The round trip cannot tell where in it the answer was: half of 16 ms. */
	assert_true(r.worst_ms < 9);
	assert_true(r.worst_rate < 0.001);
}

static void works_without_pongs(void **state)
{
	struct world w = { 0, 100e-6, { 0 } };
	struct clock_map map;
	struct result r;

	(void)state;
	rng_init(&w.rng, SEED, 60);
	clock_map_init(&map);
	r = stream(&map, &w, 3 * NS_S, 6000, false, 16 * NS_MS, 1000);
	print_message(
		"no pongs: %.3f ms, rate %.1f ppm\n", r.worst_ms, r.worst_rate * 1e6);
	/* Frames of 10 ms meet deliveries of 16 ms in steps of 2 ms. */
	assert_true(r.worst_ms < 4);
	assert_true(r.worst_rate < 0.001);
}

/* The provisional mapping is late by a queue of 80 ms; the PONGs pull it in without a step back. */
static void slews_to_the_first_pong(void **state)
{
	struct world w = { 0, 0, { 0 } };
	struct clock_map map;
	struct result r;

	(void)state;
	rng_init(&w.rng, SEED, 70);
	clock_map_init(&map);
	assert_int_equal(
		clock_map_stamp(&map, device_us(&w, NS_S), 0, NS_S + 80 * NS_MS),
		NS_S + 80 * NS_MS);
	r = stream(&map, &w, NS_S + 10 * NS_MS, 6000, true, 0, 1);
	assert_true(r.worst_ms < 81);
	assert_true(r.worst_rate < 0.021);
	r = stream(&map, &w, 62 * NS_S, 1000, true, 0, 0);
	assert_true(r.worst_ms < 0.5);
}

static void goes_on_over_a_reboot(void **state)
{
	struct world w = { 0, 0, { 0 } };
	struct clock_map map;
	struct result r;

	(void)state;
	rng_init(&w.rng, SEED, 80);
	clock_map_init(&map);
	stream(&map, &w, NS_S, 500, true, 0, 0);
	w.boot_ns = 7 * NS_S;
	clock_map_restart(&map);
	assert_false(clock_map_is_synced(&map));
	r = stream(&map, &w, 8 * NS_S, 500, true, 0, 1);
	assert_true(r.worst_ms < 0.3);
}

/* Nobody told us, but the device's clock jumps: forward by ten minutes, back to nought, or wraps
 * as a 32-bit microsecond counter does. */
static void survives_leaps(void **state)
{
	static const int64_t leaps_ns[] = { -600 * NS_S, 4000 * NS_S, 4294967296000 };

	(void)state;
	for (size_t k = 0; k < sizeof(leaps_ns) / sizeof(leaps_ns[0]); k++) {
		struct world w = { -5000 * NS_S, 0, { 0 } };
		struct clock_map map;
		struct result r;

		rng_init(&w.rng, SEED, 90 + k);
		clock_map_init(&map);
		stream(&map, &w, NS_S, 500, true, 0, 0);
		w.boot_ns += leaps_ns[k];
		r = stream(&map, &w, 6 * NS_S, 2000, true, 0, 500);
		assert_true(r.worst_ms < 2);
	}
}

static void survives_hostile_times(void **state)
{
	struct clock_map map;
	struct rng rng;
	int64_t last_ns = INT64_MIN;

	(void)state;
	rng_init(&rng, SEED, 100);
	clock_map_init(&map);
	for (int64_t i = 0; i < 20000; i++) {
		const int64_t now_ns = i * 10 * NS_MS;
		const uint64_t odd_us = rng_u64(&rng) >> rng_u64(&rng) % 64;

		if (rng_uniform(&rng) < 0.1)
			clock_map_pong(&map,
				now_ns - (int64_t)(rng_u64(&rng) % 1000000), now_ns,
				odd_us);

		const int64_t t_ns = clock_map_stamp(&map, odd_us, 65535, now_ns);

		assert_true(t_ns > last_ns);
		last_ns = t_ns;
	}
	clock_map_pong(&map, 10, 5, 1); /* back before it was sent: ignored */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_by_hand),
		cmocka_unit_test(first_arrivals_before_any_pong),
		cmocka_unit_test(follows_a_drifting_crystal),
		cmocka_unit_test(stands_usb_bursts),
		cmocka_unit_test(works_without_pongs),
		cmocka_unit_test(slews_to_the_first_pong),
		cmocka_unit_test(goes_on_over_a_reboot),
		cmocka_unit_test(survives_leaps),
		cmocka_unit_test(survives_hostile_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
