#include "src/daemon/pulse.h"

#include <math.h>
#include <stdlib.h>

/* Fewer say too little of the rate. */
#define ENOUGH 8

void pulse_init(struct pulse *p, int every)
{
	*p = (struct pulse){ .every = every };
}

static int newest(const struct pulse *p)
{
	return (p->next + PULSE_HISTORY - 1) % PULSE_HISTORY;
}

static int oldest(const struct pulse *p)
{
	return p->n_seen < PULSE_HISTORY ? 0 : p->next;
}

/* From one scan to the next: the shortest step there was, for some frames were lost. 0: none is known. */
static int64_t step_ns(const struct pulse *p)
{
	int64_t shortest_ns = INT64_MAX;

	for (int i = 1; i < p->n_seen; i++) {
		int a = (oldest(p) + i - 1) % PULSE_HISTORY;
		int b = (oldest(p) + i) % PULSE_HISTORY;
		int64_t dt_ns = p->seen[b].t_ns - p->seen[a].t_ns;

		shortest_ns = dt_ns < shortest_ns ? dt_ns : shortest_ns;
	}
	return shortest_ns < INT64_MAX ? shortest_ns : 0;
}

/* How many scans a frame at `t_ns` is after the newest. */
static uint64_t scans_since(const struct pulse *p, int64_t t_ns)
{
	int64_t period_ns = step_ns(p), dt_ns = t_ns - p->seen[newest(p)].t_ns;

	if (period_ns <= 0 || dt_ns <= period_ns)
		return 1;
	return (uint64_t)((dt_ns + period_ns / 2) / period_ns);
}

void pulse_frame(struct pulse *p, uint64_t seq, int64_t t_ns)
{
	uint64_t scan = seq;

	/* the mat began anew, or its clock was set */
	if (p->n_seen > 0 &&
		(seq <= p->seen[newest(p)].seq || t_ns <= p->seen[newest(p)].t_ns))
		p->n_seen = p->next = 0;
	if (p->n_seen > 0)
		scan = p->seen[newest(p)].scan + scans_since(p, t_ns);
	p->seen[p->next].seq = seq;
	p->seen[p->next].scan = scan;
	p->seen[p->next].t_ns = t_ns;
	p->next = (p->next + 1) % PULSE_HISTORY;
	if (p->n_seen < PULSE_HISTORY)
		p->n_seen++;
}

static double period(const struct pulse *p)
{
	int a = oldest(p), b = newest(p);

	if (p->n_seen < ENOUGH)
		return 0;
	return (double)(p->seen[b].t_ns - p->seen[a].t_ns) /
	       (double)(p->seen[b].scan - p->seen[a].scan);
}

int64_t pulse_period_ns(const struct pulse *p)
{
	return (int64_t)period(p);
}

void pulse_begin(struct pulse *p, uint64_t seq)
{
	uint64_t scan = seq;

	if (p->n_seen > 0)
		scan = p->seen[newest(p)].scan + (p->seen[newest(p)].seq < seq);
	p->is_on = true;
	p->due = scan + (uint64_t)p->every;
	p->sent_ns = 0;
}

void pulse_end(struct pulse *p)
{
	p->is_on = false;
}

/* Through the middle of what was seen, where it is known best; the jitter of single frames is averaged out. Counted from
 * the newest frame. */
struct line {
	int64_t t0_ns;
	uint64_t scan0;
	double mean_t_ns, mean_scan, period_ns;
};

static struct line line_of(const struct pulse *p)
{
	struct line line = { p->seen[newest(p)].t_ns, p->seen[newest(p)].scan, 0, 0,
		period(p) };

	for (int i = 0; i < p->n_seen; i++) {
		line.mean_t_ns += (double)(p->seen[i].t_ns - line.t0_ns) / p->n_seen;
		line.mean_scan +=
			(double)(int64_t)(p->seen[i].scan - line.scan0) / p->n_seen;
	}
	return line;
}

static int64_t predict(const struct line *line, uint64_t scan)
{
	double n = (double)(int64_t)(scan - line->scan0) - line->mean_scan;

	return line->t0_ns + (int64_t)(line->mean_t_ns + line->period_ns * n);
}

/* While the mat's clock is still being found, stamps bend by milliseconds a second: what is foretold then is wrong. */
static bool is_straight(const struct pulse *p, const struct line *line)
{
	for (int i = 0; i < p->n_seen; i++)
		if (llabs(p->seen[i].t_ns - predict(line, p->seen[i].scan)) >
			PULSE_LATE_NS)
			return false;
	return true;
}

int64_t pulse_due_ns(struct pulse *p, int64_t now_ns)
{
	struct line line;
	int64_t due_ns;

	if (!p->is_on || period(p) <= 0)
		return INT64_MAX;
	line = line_of(p);
	if (!is_straight(p, &line))
		return INT64_MAX;
	due_ns = predict(&line, p->due);
	if (due_ns < now_ns - PULSE_LATE_NS) {
		double n_steps = ceil((double)(now_ns - due_ns) /
				      (line.period_ns * (double)p->every));

		p->due += (uint64_t)n_steps * (uint64_t)p->every;
		due_ns = predict(&line, p->due);
	}
	return due_ns;
}

void pulse_sent(struct pulse *p, uint64_t scan, int64_t t_ns)
{
	p->sent = scan;
	p->sent_ns = t_ns;
	p->due = scan + (uint64_t)p->every;
}

bool pulse_error_ns(struct pulse *p, int64_t *error_ns)
{
	if (p->sent_ns == 0 || p->n_seen == 0 || p->seen[newest(p)].scan < p->sent)
		return false;
	*error_ns = p->sent_ns - p->seen[newest(p)].t_ns;
	p->sent_ns = 0;
	return p->seen[newest(p)].scan ==
	       p->sent; /* else its frame was lost on the way */
}
