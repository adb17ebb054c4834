#include "hw/clock_map.h"

#include <math.h>

#include "src/base/clock.h"

/* A device clock is a crystal (50 ppm) or a resonator (5000 ppm); beyond this it is no
 * clock. */
#define DRIFT_MAX 0.01
/* What is believed of a drift before it is measured: a crystal. */
#define DRIFT_PRIOR 200e-6
/* A reading is no better than this: the host's own scheduling. Chosen. */
#define SPREAD_FLOOR_NS 20e3
/* An earliest arrival still contains the transfer: worth little beside a round trip.
 * Chosen. */
#define ARRIVAL_SPREAD_NS 1e6
/* Errors are worked off within this time, at most so fast that velocities computed from
 * the stamps stay within 0.05 %; large ones, which no reading of a sane link gives,
 * faster. */
#define SLEW_TIME_NS   2e9
#define SLEW_MAX       500e-6
#define SLEW_MAX_LARGE 0.02
#define SLEW_LARGE_NS  20e6
#define STEER_NS       (2 * CLOCK_NS_PER_S)
/* A step of the device's clock that differs this much from the host's is a leap. */
#define LEAP_NS (1 * CLOCK_NS_PER_S)
/* Offsets further apart than this cannot be drift. */
#define OFFSET_LEAP_NS (1 * CLOCK_NS_PER_S)
/* Device times are kept this close to the reference, far inside 63 bits of ns. */
#define SPAN_MAX_US (INT64_C(86400) * 365 * 1000000)

void clock_map_init(struct clock_map *map)
{
	*map = (struct clock_map){ .has_reference = false };
}

void clock_map_restart(struct clock_map *map)
{
	const bool has_last = map->has_last;
	const int64_t last_t_ns = map->last_t_ns;
	const int64_t last_arrival_ns = map->last_arrival_ns;

	clock_map_init(map);
	map->has_last = has_last;
	map->last_t_ns = last_t_ns;
	map->last_arrival_ns = last_arrival_ns;
}

bool clock_map_is_synced(const struct clock_map *map)
{
	return map->pongs.n > 0;
}

/* Nanoseconds since the reference; the unsigned difference is right across a wrap. */
static int64_t since_reference_ns(struct clock_map *map, uint64_t device_us)
{
	if (!map->has_reference) {
		map->has_reference = true;
		map->reference_us = device_us;
	}
	return (int64_t)(device_us - map->reference_us) * CLOCK_NS_PER_US;
}

static bool out_of_span(const struct clock_map *map, uint64_t device_us)
{
	const int64_t since_us = (int64_t)(device_us - map->reference_us);

	return map->has_reference &&
	       (since_us > SPAN_MAX_US || since_us < -SPAN_MAX_US);
}

static void series_add(struct clock_map_series *series, struct clock_map_sample sample)
{
	series->samples[series->next] = sample;
	series->next = (series->next + 1) % CLOCK_MAP_SAMPLES;
	if (series->n < CLOCK_MAP_SAMPLES)
		series->n++;
}

/* --- the line through the readings ---------------------------------------- */

/* offset(device) = offset_ns + rate * (device - device_ns) */
struct fit {
	int64_t device_ns, offset_ns;
	double rate;
};

static double weight_of(const struct clock_map_sample *sample, int64_t shortest_ns)
{
	/* Half of the excess round trip may lie on either side of the answer. */
	const double spread =
		SPREAD_FLOOR_NS + 0.5 * (double)(sample->spread_ns - shortest_ns);

	return 1.0 / (spread * spread);
}

/* Weighted least squares with the drift held towards 0 as strongly as its prior says.
 * Readings of short round trips weigh most; a late answer weighs next to nothing. */
static struct fit fit_series(
	const struct clock_map_series *series, double extra_spread_ns)
{
	const struct clock_map_sample *first = &series->samples[0];
	int64_t shortest_ns = first->spread_ns;
	double sum = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;

	for (size_t i = 1; i < series->n; i++)
		if (series->samples[i].spread_ns < shortest_ns)
			shortest_ns = series->samples[i].spread_ns;
	for (size_t i = 0; i < series->n; i++) {
		const struct clock_map_sample *s = &series->samples[i];
		const double x = (double)(s->device_ns - first->device_ns);
		const double y = (double)(s->offset_ns - first->offset_ns);
		double w = weight_of(s, shortest_ns);

		if (extra_spread_ns > 0)
			w = 1.0 / (extra_spread_ns * extra_spread_ns);
		sum += w;
		sum_x += w * x;
		sum_y += w * y;
		sum_xx += w * x * x;
		sum_xy += w * x * y;
	}

	const double mean_x = sum_x / sum;
	const double mean_y = sum_y / sum;
	const double var_x = fmax(0, sum_xx - sum * mean_x * mean_x);
	const double cov = sum_xy - sum * mean_x * mean_y;
	const double rate = cov / (var_x + 1.0 / (DRIFT_PRIOR * DRIFT_PRIOR));

	return (struct fit){
		.device_ns = first->device_ns + (int64_t)mean_x,
		.offset_ns = first->offset_ns + (int64_t)mean_y,
		.rate = fmin(DRIFT_MAX, fmax(-DRIFT_MAX, rate)),
	};
}

/* What the arrivals say: the earliest of each past second, at first of this one. */
static struct fit fit_arrivals(const struct clock_map *map)
{
	if (map->arrivals.n == 0)
		return (struct fit){ map->window.device_ns, map->window.offset_ns, 0 };
	return fit_series(&map->arrivals, ARRIVAL_SPREAD_NS);
}

static int64_t fit_host_ns(const struct fit *fit, int64_t device_ns)
{
	const double drift = fit->rate * (double)(device_ns - fit->device_ns);

	return device_ns + fit->offset_ns + (int64_t)drift;
}

static int64_t line_host_ns(const struct clock_map *map, int64_t device_ns)
{
	const int64_t span = device_ns - map->line_device_ns;

	return map->line_host_ns + span + (int64_t)(map->line_rate * (double)span);
}

/* Bend the line in force at `device_ns` to meet the fit again, without a step. */
static void steer(struct clock_map *map, int64_t device_ns)
{
	const struct fit fit =
		map->pongs.n > 0 ? fit_series(&map->pongs, 0) : fit_arrivals(map);
	const int64_t target_ns = fit_host_ns(&fit, device_ns);

	if (!map->has_line) {
		map->has_line = true;
		map->line_device_ns = device_ns;
		map->line_host_ns = target_ns;
		map->line_rate = fit.rate;
		return;
	}

	const int64_t now_ns = line_host_ns(map, device_ns);
	const double error_ns = (double)(target_ns - now_ns);
	const double most = fabs(error_ns) > SLEW_LARGE_NS ? SLEW_MAX_LARGE : SLEW_MAX;

	map->line_device_ns = device_ns;
	map->line_host_ns = now_ns;
	map->line_rate = fit.rate + fmin(most, fmax(-most, error_ns / SLEW_TIME_NS));
}

/* --- learning ------------------------------------------------------------- */

void clock_map_pong(
	struct clock_map *map, int64_t sent_ns, int64_t received_ns, uint64_t device_us)
{
	if (received_ns < sent_ns || out_of_span(map, device_us))
		return;

	const int64_t device_ns = since_reference_ns(map, device_us);
	const struct clock_map_sample sample = {
		.device_ns = device_ns,
		.offset_ns = sent_ns + (received_ns - sent_ns) / 2 - device_ns,
		.spread_ns = received_ns - sent_ns,
	};

	if (map->pongs.n > 0) {
		const struct fit fit = fit_series(&map->pongs, 0);
		const int64_t off_ns =
			fit_host_ns(&fit, device_ns) - (device_ns + sample.offset_ns);

		if (off_ns > OFFSET_LEAP_NS || off_ns < -OFFSET_LEAP_NS)
			map->pongs = (struct clock_map_series){ .n = 0 };
	}
	series_add(&map->pongs, sample);
	if (map->has_line)
		steer(map, device_ns > map->line_device_ns ? device_ns
							   : map->line_device_ns);
}

/* Keep the earliest arrival of each second; returns whether the estimate changed. */
static bool learn_arrival(struct clock_map *map, int64_t device_ns, int64_t offset_ns)
{
	const struct clock_map_sample sample = { device_ns, offset_ns, 0 };
	bool learnt = false;

	if (map->has_window && device_ns - map->window_start_ns >= CLOCK_NS_PER_S) {
		series_add(&map->arrivals, map->window);
		map->has_window = false;
		learnt = true;
	}
	if (!map->has_window) {
		map->has_window = true;
		map->window_start_ns = device_ns;
		map->window = sample;
		return learnt || map->arrivals.n == 0;
	}
	if (offset_ns >= map->window.offset_ns)
		return false;
	map->window = sample;
	return map->arrivals.n == 0;
}

static bool has_leapt(
	const struct clock_map *map, uint64_t device_us, int64_t arrival_ns)
{
	if (!map->has_last || !map->has_reference || !map->has_line)
		return false;

	const int64_t step_us = (int64_t)(device_us - map->last_us);
	const int64_t waited_ns = arrival_ns - map->last_arrival_ns;

	if (out_of_span(map, device_us) || step_us <= 0 || step_us > SPAN_MAX_US)
		return true;
	return step_us * CLOCK_NS_PER_US > LEAP_NS &&
	       step_us * CLOCK_NS_PER_US > waited_ns + LEAP_NS;
}

int64_t clock_map_stamp(
	struct clock_map *map, uint64_t device_us, uint32_t scan_us, int64_t arrival_ns)
{
	if (has_leapt(map, device_us, arrival_ns))
		clock_map_restart(map);

	const int64_t device_ns = since_reference_ns(map, device_us);
	/* The frame could not leave before its scan was over. */
	const int64_t offset_ns =
		arrival_ns - (int64_t)scan_us * CLOCK_NS_PER_US - device_ns;
	const bool learnt = learn_arrival(map, device_ns, offset_ns);

	/* A bend made to work off an error must not outlive the error. */
	if (!map->has_line || (learnt && map->pongs.n == 0) ||
		device_ns - map->line_device_ns > STEER_NS)
		steer(map, device_ns);

	int64_t t_ns = line_host_ns(map, device_ns);

	if (map->has_last && t_ns <= map->last_t_ns) {
		/* Only a restart comes here: go on from the last stamp and slew from
		 * there. */
		t_ns = map->last_t_ns + CLOCK_NS_PER_US;
		map->line_device_ns = device_ns;
		map->line_host_ns = t_ns;
	}
	map->has_last = true;
	map->last_us = device_us;
	map->last_arrival_ns = arrival_ns;
	map->last_t_ns = t_ns;
	return t_ns;
}
