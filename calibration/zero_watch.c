#include "calibration/zero_watch.h"

#include <math.h>

#include "calibration/select.h"

/* Docs/calibration.md, "Drift and expiry". */
#define LOOK_EVERY_NS   200000000 /* five looks a second */
#define BLANK_NS        60000000000 /* creep recovers that long after somebody stepped off */
#define MOVED_NS        10000000000 /* for so long it must have moved */
#define GAP_NS          2000000000  /* a stream that paused is begun anew */
#define CELLS_A_LOOK    256
#define MOVED_SDS       1.0
#define MOVED_LEAST_CNT 1.0
#define LEAST_SD_CNT    0.3
#define HOLD_FRAC       0.7 /* of the limit: below it the zero is back */

/* The middle of what some cells read above their zero, each time other ones. A median: what creep leaves
 * of somebody's feet, and cells that are broken, are few. */
static double look(const struct zero_watch *watch, const struct raw_frame *frame,
	const struct sensor_zero *zero, int n_cells)
{
	int stride = (n_cells + CELLS_A_LOOK - 1) / CELLS_A_LOOK, n = 0;
	float above[CELLS_A_LOOK];

	for (int i = watch->n_frames % stride; i < n_cells; i += stride)
		above[n++] = (float)frame->cells[i] - zero->map_cnt[i];
	return n > 0 ? (double)select_kth(above, n, n / 2) : 0.0;
}

static void start_anew(struct zero_watch *watch, int64_t t_ns)
{
	watch->empty_since_ns = t_ns;
	watch->sum_cnt = watch->worst_cnt = 0.0;
	watch->n_frames = 0;
}

static bool judge(struct zero_watch *watch, double noise_cnt)
{
	double limit = fmax(MOVED_LEAST_CNT, MOVED_SDS * noise_cnt);
	bool was = watch->has_moved;

	watch->moved_cnt = watch->sum_cnt / watch->n_frames;
	watch->moved_sds = watch->moved_cnt / noise_cnt;
	watch->has_moved = fabs(watch->moved_cnt) > (was ? HOLD_FRAC * limit : limit);
	return watch->has_moved != was;
}

bool zero_watch_push(struct zero_watch *watch, const struct raw_frame *frame,
	const struct sensor_zero *zero, int n_cells, bool is_empty)
{
	double noise = fmax(LEAST_SD_CNT, (double)zero->noise_cnt), moved;
	bool first = watch->last_t_ns == 0 && watch->empty_since_ns == 0;
	bool paused = frame->t_ns - watch->last_t_ns > GAP_NS;
	bool changed = false;

	if (first)
		watch->moved_cnt = watch->moved_sds = NAN;
	if (!is_empty) {
		watch->last_t_ns = frame->t_ns;
		start_anew(watch, frame->t_ns + BLANK_NS);
		return false;
	}
	if (!first && !paused && frame->t_ns - watch->last_t_ns < LOOK_EVERY_NS)
		return false;
	if (first)
		start_anew(watch, frame->t_ns + BLANK_NS);
	else if (paused && watch->empty_since_ns < frame->t_ns)
		start_anew(watch, frame->t_ns);
	watch->last_t_ns = frame->t_ns;
	if (frame->t_ns < watch->empty_since_ns)
		return false;
	moved = look(watch, frame, zero, n_cells);
	watch->sum_cnt += moved;
	watch->worst_cnt = fmax(watch->worst_cnt, fabs(moved));
	watch->n_frames++;
	if (frame->t_ns - watch->empty_since_ns < MOVED_NS)
		return false;
	changed = judge(watch, noise);
	start_anew(watch, frame->t_ns);
	return changed;
}
