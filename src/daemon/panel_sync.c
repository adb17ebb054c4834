#include "src/daemon/panel_sync.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/daemon/pulse.h"

/* Long enough for every sampled input, short enough for 200 frames a second. */
#define PULSE_NS (2 * CLOCK_NS_PER_MS)

/* As precise as the kernel is, before everything else that waits. */
#define PULSE_SLACK_US 1
#define PULSE_PRIORITY (SD_EVENT_PRIORITY_IMPORTANT - 10)

struct panel_sync {
	struct panel_lines *lines;
	struct trials *trials;
	sd_event_source *timer;
	struct pulse pulse;
	int64_t fall_ns; /* when the pulse that is up goes down; 0: none is */
	uint64_t n_pulses, n_edges, n_lost;
	double error_ms; /* largest of this trial, NaN */
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

static void plan(struct panel_sync *sync)
{
	int64_t at_ns = sync->fall_ns;

	if (at_ns == 0)
		at_ns = pulse_due_ns(&sync->pulse, clock_now_ns());
	if (at_ns == INT64_MAX) {
		sd_event_source_set_enabled(sync->timer, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time(sync->timer, at_ns > 0 ? (uint64_t)at_ns / 1000 : 0);
	sd_event_source_set_enabled(sync->timer, SD_EVENT_ONESHOT);
}

static int64_t width_ns(const struct panel_sync *sync)
{
	int64_t period_ns = pulse_period_ns(&sync->pulse);

	return period_ns > 0 && period_ns / 2 < PULSE_NS ? period_ns / 2 : PULSE_NS;
}

static void rise(struct panel_sync *sync)
{
	int64_t t_ns;

	if (!panel_lines_set(sync->lines, PANEL_SYNC_PULSE, true))
		return;
	t_ns = clock_now_ns();
	keep(sync, RECORDING_EDGE_PULSE, t_ns);
	sync->n_pulses++;
	sync->fall_ns = t_ns + width_ns(sync);
	pulse_sent(&sync->pulse, t_ns);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel_sync *sync = userdata;
	int64_t now_ns = clock_now_ns(), due_ns;

	(void)source, (void)usec;
	if (sync->fall_ns > 0) {
		panel_lines_set(sync->lines, PANEL_SYNC_PULSE, false);
		sync->fall_ns = 0;
	} else {
		due_ns = pulse_due_ns(&sync->pulse, now_ns);
		if (due_ns != INT64_MAX && now_ns + CLOCK_NS_PER_US >= due_ns)
			rise(sync);
	}
	plan(sync);
	return 0;
}

static void judge(struct panel_sync *sync, const struct raw_frame *frame)
{
	int64_t error_ns;
	double error_ms;

	if (!pulse_error_ns(&sync->pulse, frame->seq, frame->t_ns, &error_ns))
		return;
	error_ms = fabs((double)error_ns) / (double)CLOCK_NS_PER_MS;
	if (isnan(sync->error_ms) || error_ms > sync->error_ms)
		sync->error_ms = error_ms;
}

void panel_sync_frame(struct panel_sync *sync, const struct raw_frame *frame)
{
	if (!panel_lines_has(sync->lines, PANEL_SYNC_PULSE))
		return;
	pulse_frame(&sync->pulse, frame->seq, frame->t_ns);
	judge(sync, frame);
	if (sync->pulse.is_on)
		plan(sync);
}

/* --- the gate ---------------------------------------------------------------------------- */

void panel_sync_measuring(struct panel_sync *sync, bool is_measuring, uint64_t seq)
{
	if (is_measuring) {
		pulse_begin(&sync->pulse, seq);
		sync->error_ms = NAN;
	} else {
		pulse_end(&sync->pulse);
	}
	if (panel_lines_set(sync->lines, PANEL_SYNC_GATE, is_measuring))
		keep(sync,
			is_measuring ? RECORDING_EDGE_GATE_RISE
				     : RECORDING_EDGE_GATE_FALL,
			clock_now_ns());
}

int panel_sync_new(struct sd_event *event, struct panel_lines *lines,
	struct trials *trials, int every, struct panel_sync **out)
{
	struct panel_sync *sync = calloc(1, sizeof(*sync));
	int err;

	if (!sync)
		return -ENOMEM;
	sync->lines = lines;
	sync->trials = trials;
	sync->error_ms = NAN;
	pulse_init(&sync->pulse, every);
	err = sd_event_add_time(event, &sync->timer, CLOCK_MONOTONIC, 0, PULSE_SLACK_US,
		on_timer, sync);
	if (err >= 0)
		err = sd_event_source_set_priority(sync->timer, PULSE_PRIORITY);
	if (err < 0) {
		panel_sync_free(sync);
		return err;
	}
	sd_event_source_set_enabled(sync->timer, SD_EVENT_OFF);
	*out = sync;
	return 0;
}

void panel_sync_free(struct panel_sync *sync)
{
	if (!sync)
		return;
	if (sync->pulse.is_on)
		panel_sync_measuring(sync, false, 0);
	sd_event_source_disable_unref(sync->timer);
	free(sync);
}

void panel_sync_describe(const struct panel_sync *sync, struct gpio_document *out)
{
	out->pulses = sync->n_pulses;
	out->edges = sync->n_edges;
	out->lost_edges = sync->n_lost;
	out->pulse_error_ms = sync->error_ms;
}
