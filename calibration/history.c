#include "calibration/history.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/carve.h"

#define REMOVED_S                                                                      \
	2.0 /* a load of which nobody says when it went stood so long after its last moment, at most */
#define SITTING_S                                                                      \
	300.0 /* steps last less: from one request to the next load's onset, beside the frames' clock */
#define BEFORE_S                                                                       \
	0.1 /* moments that overlap by rounding follow each other all the same */

static size_t n_state_most(const struct model *m)
{
	enum { PADDING = 64 }; /* cells by which a plan may pad a row */

	return (size_t)m->geometry.n_rows * (size_t)(m->geometry.n_cols + PADDING) *
	       (size_t)(m->creep.n + m->play.n + 2);
}

static bool has_memory(const struct model *m)
{
	return model_plan_size(m) > 0 && m->creep.n >= 0 &&
	       m->creep.n <= MODEL_MAX_CREEP && m->play.n >= 0 &&
	       m->play.n <= MODEL_MAX_PLAY;
}

static void *lay_out(struct history *h, const struct model *m, struct carve *carve)
{
	size_t n = (size_t)geometry_n_cells(&m->geometry);
	void *plan = carve_take(carve, model_plan_size(m));

	h->state = carve_take(carve, n_state_most(m) * sizeof(float));
	h->cells_n = carve_take(carve, n * sizeof(float));
	h->raw = carve_take(carve, n * sizeof(uint16_t));
	return plan;
}

size_t history_size(const struct model *model)
{
	struct carve counting = { NULL, 0 };
	struct history h;

	if (!has_memory(model))
		return 0;
	lay_out(&h, model, &counting);
	return counting.used;
}

static void rest(struct history *h)
{
	model_sensor_ops.state_reset(h->plan, h->state);
	h->t_s = h->standing_s = h->off_s = NAN;
	h->at_unix_ms = 0;
}

int history_init(struct history *h, void *memory, size_t size,
	const struct model *model, const struct readings *readings)
{
	struct carve carve = { memory, 0 };
	void *plan;
	int err;

	if (!has_memory(model) || readings->geometry.n_rows != model->geometry.n_rows ||
		readings->geometry.n_cols != model->geometry.n_cols)
		return -EINVAL;
	if (size < history_size(model))
		return -ENOBUFS;
	*h = (struct history){ .model = model, .readings = readings };
	plan = lay_out(h, model, &carve);
	err = model_plan_init(plan, model_plan_size(model), model, &h->plan);
	if (err)
		return err;
	if (model_sensor_ops.n_state(h->plan) > n_state_most(model))
		return -ENOBUFS;
	h->zero = model_sensor_ops.zero(h->plan);
	rest(h);
	return 0;
}

/* --- on the mat ----------------------------------------------------------------------------------- */

static void make_empty(struct history *h)
{
	for (int i = 0; i < geometry_n_cells(&h->model->geometry); i++)
		h->raw[i] = (uint16_t)lrintf(fmaxf(0.0f, h->zero.map_cnt[i]));
}

/* A moment as a frame: what is not kept of it was at zero. */
static void make_raw(struct history *h, const struct snapshot *s)
{
	double full = h->model->full_scale;

	make_empty(h);
	for (int k = s->first; k < s->first + s->n; k++)
		h->raw[h->readings->cell[k]] = (uint16_t)lrint(
			fmin(full, fmax(0.0, (double)h->readings->count[k])));
}

/* What lies in raw now stands there until `t_s`. */
static double hold(struct history *h, double t_s)
{
	struct raw_frame frame = { .cells = h->raw };
	double dt_s = t_s > h->t_s ? t_s - h->t_s : 0.0;

	h->t_s = isnan(h->t_s) || t_s > h->t_s ? t_s : h->t_s;
	return model_sensor_ops
		.read(h->plan, h->state, &frame, &h->zero, dt_s, h->cells_n)
		.sum_n;
}

static void clear_until(struct history *h, double t_s)
{
	if (!(t_s > h->t_s))
		return;
	make_empty(h);
	hold(h, t_s);
}

/* --- items ---------------------------------------------------------------------------------------- */

static double begin_s(const struct history *h, const struct reading *item)
{
	const struct snapshot *first = &h->readings->snapshots[item->first];

	return first->t_s - 0.5 * first->span_s;
}

static double came_s(const struct history *h, const struct reading *item)
{
	double first_s = begin_s(h, item);

	return isfinite(item->onset_s) ? fmin(item->onset_s, first_s) : first_s;
}

/* The frames' clock goes on from the step before; neither it nor the station began anew. */
static bool is_same_sitting(const struct history *h, const struct reading *item)
{
	double on_s = begin_s(h, item) - h->t_s;
	double wall_s = (double)(item->at_unix_ms - h->at_unix_ms) * 1e-3;

	if (!(on_s > -BEFORE_S))
		return false;
	return item->at_unix_ms == 0 || h->at_unix_ms == 0 ||
	       fabs(wall_s - on_s) < SITTING_S;
}

void history_enter(struct history *h, const struct reading *item)
{
	if (item->n == 0)
		return;
	if (!is_same_sitting(h, item)) {
		rest(h);
		h->t_s = came_s(h, item);
	} else if (came_s(h, item) >
		   h->t_s) { /* else it stands there since the step before */
		if (isfinite(h->standing_s))
			hold(h, fmin(h->standing_s, came_s(h, item)));
		clear_until(h, came_s(h, item));
	}
	h->standing_s = NAN;
	h->rolls = item->kind == READING_ROLL;
	h->off_s = item->off_s;
	h->at_unix_ms = item->at_unix_ms;
}

double history_moment(struct history *h, const struct snapshot *s)
{
	if (h->rolls) /* beside the lines under it and between its passes the mat is empty */
		clear_until(h, s->t_s - 0.5 * s->span_s);
	if (h->off_s > h->t_s && h->off_s < s->t_s)
		hold(h, h->off_s);
	make_raw(h, s);
	return hold(h, s->t_s);
}

/* Its load may have left while nobody looked. */
static double latest_s(const struct history *h, const struct reading *item)
{
	int i = (int)(item - h->readings->items);
	const struct reading *next = i + 1 < h->readings->n_items ? item + 1 : NULL;
	double gap_s = INFINITY;

	if (next && next->n > 0 && came_s(h, next) > h->t_s)
		gap_s = 0.5 * (came_s(h, next) - h->t_s);
	return h->t_s + fmin(REMOVED_S, gap_s);
}

void history_leave(struct history *h, const struct reading *item)
{
	const struct snapshot *last =
		&h->readings->snapshots[item->first + item->n - 1];

	h->standing_s = NAN;
	if (item->n == 0 || item->kind == READING_ROLL || item->kind == READING_ZERO ||
		!(last->mass_kg > 0))
		return;
	h->standing_s = isfinite(item->off_s) ? item->off_s : latest_s(h, item);
}

void history_pass(struct history *h, int first, int last)
{
	for (int i = first; i < last; i++) {
		const struct reading *item = &h->readings->items[i];

		history_enter(h, item);
		for (int k = item->first; k < item->first + item->n; k++)
			history_moment(h, &h->readings->snapshots[k]);
		history_leave(h, item);
	}
}

void history_end(struct history *h)
{
	if (h->off_s > h->t_s)
		hold(h, h->off_s);
	h->standing_s = NAN;
}
