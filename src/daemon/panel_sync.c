#include "src/daemon/panel_sync.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "src/base/clock.h"
#include "src/daemon/pulse.h"
#include "src/daemon/pulse_thread.h"

/* Long enough for every sampled input, short enough for 200 frames a second. */
#define PULSE_NS (2 * CLOCK_NS_PER_MS)

/* What is promised: a pulse is so near to its frame. */
#define ERROR_MS 1

struct panel_sync {
	struct panel_lines *lines;
	struct trials *trials;
	struct pulse_thread *thread; /* NULL: no line for pulses */
	struct pulse pulse;
	uint64_t n_pulses, n_edges, n_lost;
	double error_ms; /* largest of this trial, NaN */
	uint64_t n_off;  /* of this trial: farther than ERROR_MS */
};

/* --- edges ------------------------------------------------------------------------------- */

static void keep(struct panel_sync *sync, enum recording_edge_kind kind, int64_t t_ns)
{
	const struct recording_edge edge = { t_ns, kind };

	if (trials_edge(sync->trials, &edge) == -ENOBUFS)
		sync->n_lost++;
}

void panel_sync_edge(struct panel_sync *sync, const struct gpio_edge *edge)
{
	sync->n_edges++;
	keep(sync, edge->is_active ? RECORDING_EDGE_IN_RISE : RECORDING_EDGE_IN_FALL,
		edge->t_ns);
}

/* --- pulses ------------------------------------------------------------------------------ */

static int64_t width_ns(const struct panel_sync *sync)
{
	int64_t period_ns = pulse_period_ns(&sync->pulse);

	return period_ns > 0 && period_ns / 2 < PULSE_NS ? period_ns / 2 : PULSE_NS;
}

static void plan(struct panel_sync *sync)
{
	int64_t due_ns = pulse_due_ns(&sync->pulse, clock_now_ns());

	pulse_thread_plan(sync->thread, sync->pulse.due, due_ns, width_ns(sync));
}

static bool set_pulse(bool is_active, void *ctx)
{
	const struct panel_sync *sync = ctx;

	return panel_lines_pulse(sync->lines, is_active);
}

/* What rose since the last frame. */
static void collect(struct panel_sync *sync)
{
	struct pulse_rise rise;

	if (!sync->thread || !pulse_thread_take(sync->thread, &rise))
		return;
	if (rise.is_refused) {
		panel_lines_refused(sync->lines, PANEL_SYNC_PULSE);
		return;
	}
	keep(sync, RECORDING_EDGE_PULSE, rise.t_ns);
	sync->n_pulses++;
	pulse_sent(&sync->pulse, rise.n, rise.t_ns);
}

static void judge(struct panel_sync *sync)
{
	int64_t error_ns;
	double error_ms;

	if (!pulse_error_ns(&sync->pulse, &error_ns))
		return;
	error_ms = fabs((double)error_ns) / (double)CLOCK_NS_PER_MS;
	if (isnan(sync->error_ms) || error_ms > sync->error_ms)
		sync->error_ms = error_ms;
	sync->n_off += error_ms > ERROR_MS;
}

void panel_sync_frame(struct panel_sync *sync, const struct raw_frame *frame)
{
	if (!sync->thread)
		return;
	collect(sync);
	pulse_frame(&sync->pulse, frame->seq, frame->t_ns);
	judge(sync);
	if (sync->pulse.is_on)
		plan(sync);
}

/* --- the gate ---------------------------------------------------------------------------- */

void panel_sync_measuring(struct panel_sync *sync, bool is_measuring, uint64_t seq)
{
	collect(sync);
	if (is_measuring) {
		pulse_begin(&sync->pulse, seq);
		sync->error_ms = NAN;
		sync->n_off = 0;
	} else {
		pulse_end(&sync->pulse);
		if (sync->thread)
			plan(sync);
	}
	if (panel_lines_set(sync->lines, PANEL_SYNC_GATE, is_measuring))
		keep(sync,
			is_measuring ? RECORDING_EDGE_GATE_RISE
				     : RECORDING_EDGE_GATE_FALL,
			clock_now_ns());
}

int panel_sync_new(struct panel_lines *lines, struct trials *trials, int every,
	struct panel_sync **out)
{
	struct panel_sync *sync = calloc(1, sizeof(*sync));
	int err = 0;

	if (!sync)
		return -ENOMEM;
	sync->lines = lines;
	sync->trials = trials;
	sync->error_ms = NAN;
	pulse_init(&sync->pulse, every);
	if (panel_lines_has(lines, PANEL_SYNC_PULSE))
		err = pulse_thread_new(set_pulse, sync, PULSE_LATE_NS, &sync->thread);
	if (err < 0) {
		panel_sync_free(sync);
		return err;
	}
	*out = sync;
	return 0;
}

void panel_sync_free(struct panel_sync *sync)
{
	if (!sync)
		return;
	if (sync->pulse.is_on)
		panel_sync_measuring(sync, false, 0);
	pulse_thread_free(sync->thread);
	free(sync);
}

void panel_sync_describe(const struct panel_sync *sync, struct gpio_document *out)
{
	out->pulses = sync->n_pulses;
	out->edges = sync->n_edges;
	out->lost_edges = sync->n_lost;
	out->pulse_error_ms = sync->error_ms;
	out->pulses_off = sync->n_off;
}
