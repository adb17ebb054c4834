#include "calibration/procedure_parts.h"

#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"

/* A cell in contact: above its own noise, and above what noise of ordinary cells can be. Chosen: at five
 * sds one cell in three million frames is wrong. */
#define CONTACT_OWN_SDS 5.0
#define CONTACT_SDS     4.0
#define LEAST_SD_CNT    0.3  /* rounding alone: 1 / sqrt(12) */
#define FLOOR_SDS       80.0 /* ten cells at eight sds each are not a load yet */

#define BLOCK_S 0.2 /* what stood there a moment ago is the mean of such a block */
#define AT_ONCE_FRAC                                                                   \
	0.5 /* of what stands there: a load that followed within the first block */
#define BIN_S        0.1
#define SECOND_S     1.0
#define RING_STEP_S  0.005
#define RING_NEAR_S  0.12 /* over which a movement must have ended */
#define RING_CLEAR_S 0.18 /* and which must lie clear of the onset */
#define RING_NEAR_N  3

/* Movements. Chosen: above a person's quiet sway and a disc's noise, below the smallest mass that
 * is added to another. Creep is no movement: a material that gains CREEP_FRAC per e-fold of time
 * (that is 35 % per decade; the worst known is 27) is waited for. */
#define MOVE_FRAC   0.05
#define SETTLE_FRAC 0.03
#define ARRIVE_FRAC 0.06
#define CREEP_FRAC  0.15
#define CREEP_BLIND_S                                                                  \
	0.5 /* after an arrival creep is too fast to tell from a movement */
#define LOOK_BACK_S 0.35
#define LEFT_FRAC   0.3 /* what creep leaves of a load that went is less */

void procedure_watch_carve(struct procedure_watch *w, struct carve *carve, int n_cells)
{
	size_t map = (size_t)n_cells * sizeof(float);

	w->limit_cnt = carve_take(carve, map);
	w->zero_u = carve_take(carve, map);
	w->second_cnt = carve_take(carve, map);
	w->mean_cnt = carve_take(carve, map);
	w->before_u = carve_take(carve, map);
	w->block_u = carve_take(carve, map);
	w->scratch = carve_take(carve, 2 * map);
	w->contact = carve_take(carve, (size_t)n_cells * sizeof(uint16_t));
	w->contact_u = carve_take(carve, map);
}

static void take_limits(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;
	const struct readings *r = p->readings;
	double full = p->setup.full_scale;

	memcpy(w->scratch, r->zero_sd_cnt, (size_t)p->n_cells * sizeof(float));
	w->noise_cnt =
		fmax(LEAST_SD_CNT, select_kth(w->scratch, p->n_cells, p->n_cells / 2));
	w->floor_u = FLOOR_SDS * w->noise_cnt / full;
	for (int i = 0; i < p->n_cells; i++) {
		double band = fmax(CONTACT_OWN_SDS * r->zero_sd_cnt[i],
			CONTACT_SDS * w->noise_cnt);

		w->limit_cnt[i] = (float)(r->zero_cnt[i] + band);
		w->zero_u[i] = (float)procedure_linearise(r->zero_cnt[i], full);
	}
}

void procedure_watch_zero(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;

	w->has_zero = p->readings->n_zero_frames > 0;
	if (w->has_zero)
		take_limits(p);
	procedure_watch_reset(p);
}

void procedure_watch_reset(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;

	w->n_contact = w->n_area = w->n_full = 0;
	w->load_cnt = w->load_u = w->rise_u = w->fall_u = 0.0;
	w->x_mm = w->y_mm = NAN;
	w->n_bins = w->n_in_bin = 0;
	w->bin_from_s = w->block_from_s = w->second_from_s = NAN;
	w->n_ring = w->i_ring = w->n_in_block = w->n_in_second = w->n_second = 0;
	w->has_before = w->is_moving = w->is_occupied = w->is_fresh = false;
	w->arrival_s = w->departed_s = w->settled_s = w->moving_since_s = NAN;
	w->arrived_frac = w->replaced_u = 0.0;
	w->arrival_x_mm = w->arrival_y_mm = NAN;
	w->before_total_u = 0.0;
	w->shift_cnt = NAN;
	w->zero_was_loaded = false;
	w->n_moves++;
	memset(w->block_u, 0, (size_t)p->n_cells * sizeof(float));
	memset(w->before_u, 0, (size_t)p->n_cells * sizeof(float));
	memset(w->second_cnt, 0, (size_t)p->n_cells * sizeof(float));
}

void procedure_watch_empty(struct procedure *p)
{
	p->watch.has_before = true; /* nothing stood there: before_u is all zero */
	p->watch.settled_s = p->watch.t_s;
}

bool procedure_watch_loaded(const struct procedure_watch *w)
{
	return w->has_zero && w->is_occupied && w->load_u > w->floor_u;
}

/* --- one frame's sums ----------------------------------------------------------------------------- */

static void find_contact(struct procedure *p, const uint16_t *cells)
{
	struct procedure_watch *w = &p->watch;
	int n = 0;

	for (int i = 0; i < p->n_cells; i++) {
		w->second_cnt[i] += (float)cells[i];
		w->contact[n] = (uint16_t)i;
		n += w->has_zero && (float)cells[i] > w->limit_cnt[i];
		if (n == p->n_cells)
			break;
	}
	w->n_contact = n;
}

static void linearise_contact(struct procedure *p, const uint16_t *cells)
{
	struct procedure_watch *w = &p->watch;
	double full = p->setup.full_scale, sum2 = 0.0;

	w->load_cnt = w->load_u = 0.0;
	w->n_full = 0;
	for (int k = 0; k < w->n_contact; k++) {
		int i = w->contact[k];
		double u = procedure_linearise(cells[i], full) - (double)w->zero_u[i];

		w->contact_u[k] = (float)u;
		w->load_cnt += cells[i] - (double)p->readings->zero_cnt[i];
		w->load_u += u;
		sum2 += u * u;
		w->n_full += cells[i] >= PROCEDURE_FULL_FRAC * full;
	}
	w->usual_u = w->load_u > 0 ? sum2 / w->load_u : 0.0;
}

/* Where it stands and what changed. A cell that is far below the usual may be crosstalk, which lies all
 * along the lines of a load: it does not count for the place. */
static void sum_contact(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;
	const struct mat_geometry *g = &p->setup.geometry;
	double sum = 0, sum_x = 0, sum_y = 0, stays = 0;
	double rise = 0, rise_x = 0, rise_y = 0;

	w->rise_u = 0.0;
	w->n_area = 0;
	for (int k = 0; k < w->n_contact; k++) {
		int i = w->contact[k];
		double before = (double)w->before_u[i], u = (double)w->contact_u[k];
		double weight = fmax(0.0, u - PROCEDURE_GHOST_FRAC * w->usual_u);

		w->block_u[i] += (float)u;
		w->rise_u += fmax(0.0, u - before);
		stays += fmin(u, before);
		w->n_area += weight > 0.0;
		sum += weight;
		sum_x += weight * geometry_x_mm(g, i % g->n_cols);
		sum_y += weight * geometry_y_mm(g, i / g->n_cols);
		weight = fmax(0.0, weight - before);
		rise += weight;
		rise_x += weight * geometry_x_mm(g, i % g->n_cols);
		rise_y += weight * geometry_y_mm(g, i / g->n_cols);
	}
	w->fall_u = fmax(0.0, w->before_total_u - stays);
	w->x_mm = sum > 0 ? sum_x / sum : NAN;
	w->y_mm = sum > 0 ? sum_y / sum : NAN;
	w->rise_x_mm = rise > 0 ? rise_x / rise : NAN;
	w->rise_y_mm = rise > 0 ? rise_y / rise : NAN;
}

/* --- the last second and a half ------------------------------------------------------------------- */

static void end_bin(struct procedure_watch *w)
{
	struct procedure_bin *b = &w->bin;
	int n = w->n_in_bin;

	if (w->n_bins == PROCEDURE_N_BINS)
		memmove(w->bins, w->bins + 1, (PROCEDURE_N_BINS - 1) * sizeof(*b));
	else
		w->n_bins++;
	w->bins[w->n_bins - 1] = (struct procedure_bin){ b->t_s / n, b->load_u / n,
		b->x_mm / n, b->y_mm / n };
}

static void push_bin(struct procedure_watch *w)
{
	if (isnan(w->bin_from_s) || w->t_s - w->bin_from_s >= BIN_S) {
		if (w->n_in_bin > 0)
			end_bin(w);
		w->bin = (struct procedure_bin){ 0 };
		w->n_in_bin = 0;
		w->bin_from_s = w->t_s;
	}
	w->bin.t_s += w->t_s;
	w->bin.load_u += w->load_u;
	w->bin.x_mm += w->x_mm;
	w->bin.y_mm += w->y_mm;
	w->n_in_bin++;
}

/* Return the first of the bins of the last second; n_bins if they do not reach that far. */
static int first_of_second(const struct procedure_watch *w)
{
	int first = w->n_bins;

	while (first > 0 && w->t_s - w->bins[first - 1].t_s <= SECOND_S)
		first--;
	return w->n_bins - first >= 4 && first > 0 ? first : w->n_bins;
}

double procedure_watch_unrest(const struct procedure_watch *w)
{
	double n = 0, st = 0, sl = 0, stt = 0, stl = 0, slope, worst = 0;
	int first = first_of_second(w);

	for (int i = first; i < w->n_bins; i++) {
		double t = w->bins[i].t_s - w->t_s, load = w->bins[i].load_u;

		n += 1;
		st += t;
		sl += load;
		stt += t * t;
		stl += t * load;
	}
	if (n < 4 || !(sl > 0) || !(n * stt > st * st))
		return NAN;
	slope = (n * stl - st * sl) / (n * stt - st * st);
	for (int i = first; i < w->n_bins; i++) {
		double line = sl / n + slope * (w->bins[i].t_s - w->t_s - st / n);

		worst = fmax(worst, fabs(w->bins[i].load_u - line));
	}
	return worst / (sl / n);
}

double procedure_watch_change(const struct procedure_watch *w)
{
	int first = first_of_second(w);

	if (first == w->n_bins || !(w->bins[first].load_u > 0))
		return NAN;
	return w->bins[w->n_bins - 1].load_u / w->bins[first].load_u - 1.0;
}

double procedure_watch_wander(const struct procedure_watch *w)
{
	int first = first_of_second(w);
	const struct procedure_bin *from = &w->bins[first];
	const struct procedure_bin *to = &w->bins[w->n_bins - 1];

	return first < w->n_bins
		       ? root_sum_sq(to->x_mm - from->x_mm, to->y_mm - from->y_mm)
		       : NAN;
}

/* --- movements ------------------------------------------------------------------------------------ */

static const struct procedure_tick *tick_at(const struct procedure_watch *w, int back)
{
	return &w->ring[(w->i_ring - 1 - back + 2 * PROCEDURE_N_RING) %
			PROCEDURE_N_RING];
}

static void push_tick(struct procedure_watch *w)
{
	if (w->n_ring > 0 && w->t_s - tick_at(w, 0)->t_s < RING_STEP_S)
		return;
	w->ring[w->i_ring] = (struct procedure_tick){ w->t_s, w->load_u, w->rise_u };
	w->i_ring = (w->i_ring + 1) % PROCEDURE_N_RING;
	w->n_ring += w->n_ring < PROCEDURE_N_RING;
}

static void end_block(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;

	w->before_total_u = 0.0;
	for (int i = 0; i < p->n_cells; i++) {
		w->before_u[i] = w->block_u[i] / (float)w->n_in_block;
		w->before_total_u += (double)w->before_u[i];
	}
	w->has_before = true;
	w->rise_u = w->fall_u =
		0.0; /* this frame's were against what stood there before */
}

/* The next load came while the first block after a movement was summed: what stood there before it is the
 * frame with which that movement ended. */
static bool came_at_once(const struct procedure_watch *w)
{
	return !w->has_before && isfinite(w->settled_s) && !w->is_moving &&
	       w->rise_u > AT_ONCE_FRAC * w->load_u + 2.0 * w->floor_u;
}

static void push_block(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;

	w->n_in_block++;
	if (isnan(w->block_from_s))
		w->block_from_s = w->t_s;
	if (w->t_s - w->block_from_s < BLOCK_S)
		return;
	if (came_at_once(w)) {
		w->has_before = true;
	} else if (!w->is_moving) {
		end_block(p);
		if (isnan(w->settled_s)) { /* the first block: it stood there before we came */
			w->settled_s = w->t_s;
			w->is_occupied = w->load_u > w->floor_u;
		}
	}
	memset(w->block_u, 0, (size_t)p->n_cells * sizeof(float));
	w->block_from_s = w->t_s;
	w->n_in_block = 0;
}

/* How much a creeping load may grow from `back_s` ago to `since_s` after it came. */
static double creep_allowed(double since_s, double back_s)
{
	if (isnan(since_s))
		return 0.0;
	return CREEP_FRAC * log(since_s / fmax(since_s - back_s, 0.05 * back_s));
}

static bool has_begun_to_move(const struct procedure_watch *w)
{
	double since = w->t_s - w->arrival_s, floor = w->floor_u, creep, rise, fall;

	if (!w->has_before || since < CREEP_BLIND_S)
		return false;
	/* noise of the cells in contact counts as rise and as fall */
	floor += 0.5 * w->n_contact * w->floor_u / FLOOR_SDS;
	creep = creep_allowed(since, LOOK_BACK_S);
	rise = (MOVE_FRAC + creep) * w->load_u + floor;
	/* and what the load before left behind goes as creep came */
	fall = MOVE_FRAC * w->before_total_u + creep * w->replaced_u + floor;
	if (!w->is_occupied)
		return w->rise_u > rise;
	return w->rise_u > rise || w->fall_u > fall;
}

/* When the new load was half there; the oldest tick known if that was longer ago. */
static double onset_of(const struct procedure_watch *w, double risen)
{
	for (int back = 0; back + 1 < w->n_ring; back++) {
		const struct procedure_tick *late = tick_at(w, back);
		const struct procedure_tick *early = tick_at(w, back + 1);
		double part;

		if (early->rise_u >= 0.5 * risen || late->rise_u < 0.5 * risen)
			continue;
		part = (0.5 * risen - early->rise_u) / (late->rise_u - early->rise_u);
		return early->t_s + part * (late->t_s - early->t_s);
	}
	return w->n_ring > 0 ? tick_at(w, w->n_ring - 1)->t_s : w->t_s;
}

static bool has_settled(const struct procedure_watch *w)
{
	double low = w->load_u, high = low, low_rise = w->rise_u, high_rise = low_rise;
	double onset = onset_of(w, w->rise_u), limit;
	int back = 0;

	for (; back < w->n_ring; back++) {
		const struct procedure_tick *tick = tick_at(w, back);

		if (back >= RING_NEAR_N && w->t_s - tick->t_s > RING_NEAR_S)
			break;
		low = fmin(low, tick->total_u);
		high = fmax(high, tick->total_u);
		low_rise = fmin(low_rise, tick->rise_u);
		high_rise = fmax(high_rise, tick->rise_u);
	}
	if (back < RING_NEAR_N ||
		w->t_s - tick_at(w, back - 1)->t_s < 0.7 * RING_NEAR_S)
		return false;
	limit = w->floor_u +
		(SETTLE_FRAC + creep_allowed(w->t_s - onset, RING_NEAR_S)) * high;
	if (high - low > limit || high_rise - low_rise > limit)
		return false;
	return w->rise_u < ARRIVE_FRAC * w->load_u || w->t_s - onset > RING_CLEAR_S;
}

/* What stands there now, as one frame shows it: until a block of it is over, there is nothing better. */
static void keep_settled(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;

	memset(w->before_u, 0, (size_t)p->n_cells * sizeof(float));
	w->before_total_u = w->load_u;
	for (int k = 0; k < w->n_contact; k++)
		w->before_u[w->contact[k]] = w->contact_u[k];
}

/* A movement ended: did something come, did all of it go, or was it a jolt? */
static void end_movement(struct procedure_watch *w)
{
	double came = w->rise_u, went = w->fall_u;

	w->is_moving = false;
	w->is_fresh = true;
	w->settled_s = w->t_s;
	w->has_before = false; /* until a block of what stands there now is over */
	w->block_from_s = NAN;
	if (came > ARRIVE_FRAC * w->load_u + w->floor_u) {
		w->arrival_s = onset_of(w, came);
		w->arrived_frac = came / w->load_u;
		w->arrival_x_mm = w->rise_x_mm;
		w->arrival_y_mm = w->rise_y_mm;
		w->replaced_u = w->before_total_u;
		w->is_occupied = true;
		w->departed_s = NAN;
		w->n_moves++;
	} else if (went > ARRIVE_FRAC * w->before_total_u + w->floor_u) {
		w->n_moves++;
		if (w->load_u < LEFT_FRAC * w->before_total_u) {
			w->is_occupied = false;
			w->departed_s = w->t_s;
			w->arrival_s = w->arrival_x_mm = w->arrival_y_mm = NAN;
		}
	}
}

static void follow_movements(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;

	w->is_fresh = false;
	push_tick(w);
	if (w->is_moving && has_settled(w)) {
		end_movement(w);
		keep_settled(p);
		memset(w->block_u, 0, (size_t)p->n_cells * sizeof(float));
		w->n_in_block = 0;
	} else if (!w->is_moving && has_begun_to_move(w)) {
		w->is_moving = true;
		w->moving_since_s = w->t_s;
	}
}

void procedure_watch_push(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_watch *w = &p->watch;

	w->t_s = (double)frame->t_ns * 1e-9;
	find_contact(p, frame->cells);
	linearise_contact(p, frame->cells);
	sum_contact(p);
	push_bin(w);
	if (w->has_zero) {
		push_block(p);
		follow_movements(p);
	}
	w->n_in_second++;
	w->second_moved |= w->is_moving || w->is_fresh;
	if (isnan(w->second_from_s))
		w->second_from_s = w->t_s;
	if (w->t_s - w->second_from_s < SECOND_S)
		return;
	procedure_second_end(p);
	memset(w->second_cnt, 0, (size_t)p->n_cells * sizeof(float));
	w->second_from_s = w->t_s;
	w->second_moved = w->is_moving;
	w->n_in_second = 0;
}
