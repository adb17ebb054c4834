#include "hw/sim/technician.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sim/footing.h"
#include "src/base/units.h"

#define ROLLER_HALF_MM   12.0 /* of its contact with the mat, along the way */
#define ROLLER_BEYOND_MM 20.0 /* an axle as long as the mat is longer by this */
#define ROLLER_HAND_S    0.3  /* to put it down, to take it up, to turn back */

void technician_init(struct technician *t, const struct mat_geometry *geometry)
{
	memset(t, 0, sizeof(*t));
	t->geometry = *geometry;
}

void technician_fini(struct technician *t)
{
	for (int id = 0; id <= TIMELINE_MAX_WEIGHTS; id++)
		free(t->weights[id].frac);
	memset(t, 0, sizeof(*t));
}

static void put_down(struct technician *t, const struct timeline_event *e)
{
	struct technician_weight *w = &t->weights[e->load.id];
	struct pos_mm at = { e->load.x_mm, e->load.y_mm };
	struct footing f;

	if (!w->frac)
		w->frac =
			calloc((size_t)geometry_n_cells(&t->geometry), sizeof(double));
	if (!w->frac)
		return;
	if (e->kind == TIMELINE_REST)
		f = footing_foot(&t->geometry, at, w->frac);
	else
		f = footing_disc(&t->geometry, at, e->load.radius_mm, w->frac);
	w->on_frac = f.on_frac;
	w->cop = f.cop;
	w->is_there = true;
	w->gone_s = INFINITY;
	ramp_set(&w->mass_kg, 0);
	ramp_go(&w->mass_kg, e->load.mass_kg, e->at_s, e->over_s);
}

void technician_act(struct technician *t, const struct timeline_event *e)
{
	struct technician_weight *w = &t->weights[e->load.id];

	switch (e->kind) {
	case TIMELINE_WEIGHT:
	case TIMELINE_REST:
		put_down(t, e);
		break;
	case TIMELINE_CHANGE:
		ramp_go(&w->mass_kg, e->load.mass_kg, e->at_s, e->over_s);
		break;
	case TIMELINE_TAKE:
		ramp_go(&w->mass_kg, 0, e->at_s, e->over_s);
		w->gone_s = e->at_s + e->over_s;
		break;
	case TIMELINE_ROLL:
		t->roller = (struct technician_roller){ true, e->at_s, e->load };
		break;
	default:
		break;
	}
}

static void add(struct technician_load *sum, struct footing f, double force_n)
{
	double on_n = force_n * f.on_frac;

	sum->off_n += force_n - on_n;
	if (!(on_n > 0))
		return;
	sum->force_n += on_n;
	sum->cop.x += on_n * f.cop.x;
	sum->cop.y += on_n * f.cop.y;
}

static void press_weight(struct technician *t, struct technician_weight *w, double t_s,
	double *cells_n, struct technician_load *sum)
{
	double force_n = ramp_at(&w->mass_kg, t_s) * UNITS_GRAVITY_M_S2;

	for (int i = 0; i < geometry_n_cells(&t->geometry); i++)
		cells_n[i] += force_n * w->frac[i];
	add(sum, (struct footing){ w->on_frac, w->cop }, force_n);
	w->is_there = t_s < w->gone_s;
}

/* Where a roller is `s` seconds after it was put down, and how much of its weight it carries by then.
 * Returns false once it is taken up. */
static bool roller_at(const struct technician *t, const struct timeline_load *l,
	double s, double *at_mm, double *down)
{
	double half = l->along_x ? 0.5 * t->geometry.n_cols * t->geometry.pitch_x_mm
				 : 0.5 * t->geometry.n_rows * t->geometry.pitch_y_mm;
	double from = -half + l->inset_mm, way = -2 * from;
	double pass_s = way / l->speed_mm_s, cycle_s = pass_s + ROLLER_HAND_S;
	double end_s = ROLLER_HAND_S + l->n_passes * cycle_s;
	double since = s - ROLLER_HAND_S;
	int pass = (int)fmax(0, floor(since / cycle_s));
	double gone;

	if (!(way > 0) || s >= end_s)
		return false;
	if (pass >= l->n_passes)
		pass = l->n_passes - 1;
	gone = fmin(fmax((since - pass * cycle_s) / pass_s, 0), 1);
	*at_mm = from + way * (pass % 2 ? 1 - gone : gone);
	*down = ramp_ease(s / ROLLER_HAND_S) * ramp_ease((end_s - s) / ROLLER_HAND_S);
	return true;
}

static void press_roller(
	struct technician *t, double t_s, double *cells_n, struct technician_load *sum)
{
	const struct timeline_load *l = &t->roller.load;
	struct footing_roller r = { .along_x = l->along_x,
		.half_mm = ROLLER_HALF_MM,
		.centre_mm = l->centre_mm,
		.length_mm = l->length_mm,
		.uneven_frac = l->uneven_frac };
	double down, force_n;

	t->roller.is_there = roller_at(t, l, t_s - t->roller.start_s, &r.at_mm, &down);
	if (!t->roller.is_there)
		return;
	if (isnan(r.length_mm))
		r.length_mm =
			ROLLER_BEYOND_MM +
			(l->along_x ? t->geometry.n_rows * t->geometry.pitch_y_mm
				    : t->geometry.n_cols * t->geometry.pitch_x_mm);
	force_n = down * l->mass_kg * UNITS_GRAVITY_M_S2;
	add(sum, footing_roll(&t->geometry, &r, force_n, cells_n), force_n);
}

void technician_press(
	struct technician *t, double t_s, double *cells_n, struct technician_load *load)
{
	struct technician_load sum = { 0 };

	for (int id = 1; id <= TIMELINE_MAX_WEIGHTS; id++) {
		if (t->weights[id].is_there)
			press_weight(t, &t->weights[id], t_s, cells_n, &sum);
	}
	if (t->roller.is_there)
		press_roller(t, t_s, cells_n, &sum);
	sum.cop.x = sum.force_n > 0 ? sum.cop.x / sum.force_n : NAN;
	sum.cop.y = sum.force_n > 0 ? sum.cop.y / sum.force_n : NAN;
	*load = sum;
}
