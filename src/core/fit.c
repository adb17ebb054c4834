#include "src/core/fit.h"

#include <math.h>

#define FOOT_LENGTH_MM  290.0 /* a foot's box is 305 (feet.c): penalties begin before */
#define FOOT_WIDTH_MM   118.0
#define USUAL_LENGTH_MM 245.0 /* chosen: mean contact length of adults, where unknown */
#define SHORT_MM        190.0 /* a contact shorter than this may be a part of a foot */
#define PART_PENALTY    0.05  /* a whole foot is believed before a part of one */
#define AXIS_RATIO      1.5 /* of the standard deviations along and across; less is round */
#define TURN_RAD        (8.0 * M_PI / 180.0)  /* how far about the axis is searched, */
#define WIDE_TURN_RAD   (20.0 * M_PI / 180.0) /* and about a hint */
#define TURN_FREE_RAD   (60.0 * M_PI / 180.0) /* turns up to this cost nothing */

struct fit_box fit_box_at(const struct fit_cells *cells, double phi_rad)
{
	struct fit_box box = { INFINITY, -INFINITY, INFINITY, -INFINITY };
	const float s = (float)sin(phi_rad);
	const float c = (float)cos(phi_rad);
	float low = INFINITY, high = -INFINITY, left = INFINITY, right = -INFINITY;

	for (int i = 0; i < cells->n; i++) {
		float u = cells->x_mm[i] * s + cells->y_mm[i] * c;
		float w = cells->x_mm[i] * c - cells->y_mm[i] * s;

		low = u < low ? u : low;
		high = u > high ? u : high;
		left = w < left ? w : left;
		right = w > right ? w : right;
	}
	box.low = (double)low;
	box.high = (double)high;
	box.left = (double)left;
	box.right = (double)right;
	return box;
}

/* Find centroid and principal axis; return the ratio of the axes' standard deviations. */
static double find_axis(
	const struct fit_cells *cells, double *x, double *y, double *phi)
{
	double m = 0.0, mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
	double d, major, minor;

	for (int i = 0; i < cells->n; i++) {
		double r = (double)cells->root[i];
		double a = (double)cells->x_mm[i];
		double b = (double)cells->y_mm[i];

		m += r;
		mx += r * a;
		my += r * b;
		xx += r * a * a;
		xy += r * a * b;
		yy += r * b * b;
	}
	mx /= m;
	my /= m;
	xx = xx / m - mx * mx + cells->cell_mm2 / 12.0;
	yy = yy / m - my * my + cells->cell_mm2 / 12.0;
	xy = xy / m - mx * my;
	d = sqrt(0.25 * (yy - xx) * (yy - xx) + xy * xy);
	major = 0.5 * (xx + yy) + d;
	minor = fmax(0.5 * (xx + yy) - d, 1e-6);
	*x = mx;
	*y = my;
	*phi = 0.5 * atan2(2.0 * xy, yy - xx);
	return sqrt(major / minor);
}

static double box_excess(const struct fit_box *box, double pitch_mm)
{
	double length = box->high - box->low;
	double width = box->right - box->left;

	return 0.03 * fmax(0.0, length - FOOT_LENGTH_MM - 0.5 * pitch_mm) / 10.0 +
	       0.05 * fmax(0.0, width - FOOT_WIDTH_MM - 0.5 * pitch_mm) / 10.0;
}

static double turn_excess(double phi)
{
	return 0.4 * fmax(0.0, fabs(phi) - TURN_FREE_RAD);
}

double fit_box_penalty(const struct fit_cells *cells)
{
	double x, y, phi;
	double ratio = find_axis(cells, &x, &y, &phi);
	struct fit_box box = fit_box_at(cells, phi);

	return box_excess(&box, cells->pitch_mm) +
	       (ratio > AXIS_RATIO ? turn_excess(phi) : 0.0);
}

struct footprint_pose fit_pose(const struct fit *fit, bool back, bool is_right)
{
	double mid = 0.5 * (fit->box.left + fit->box.right);
	double heel = back ? -fit->box.high : fit->box.low;
	double toes = back ? -fit->box.low : fit->box.high;

	return (struct footprint_pose){
		.phi_rad = fit->phi_rad + (back ? M_PI : 0.0),
		.rear_mm =
			fit->part == FOOTPRINT_FORE ? toes - fit->foot_length_mm : heel,
		.length_mm = fit->foot_length_mm,
		.mid_mm = back ? -mid : mid,
		.is_right = is_right,
		.part = fit->part,
	};
}

double fit_match(const struct fit_cells *cells, const struct footprint *model,
	const struct footprint_pose *pose)
{
	double energy = 0.0;

	for (int i = 0; i < cells->n; i++)
		energy += (double)cells->root[i] * (double)cells->root[i];
	return footprint_match(model, pose, cells->n, cells->x_mm, cells->y_mm,
		cells->root, energy, cells->cell_mm2);
}

static double best_match(const struct fit *fit)
{
	return fmax(fmax(fit->match[0][0], fit->match[0][1]),
		fmax(fit->match[1][0], fit->match[1][1]));
}

/* Match one axis and part in all four namings. */
static void try_axis(struct fit *fit, const struct fit_cells *cells,
	const struct footprint *model, double phi, enum footprint_part part,
	double length)
{
	fit->phi_rad = phi;
	fit->box = fit_box_at(cells, phi);
	fit->length_mm = fit->box.high - fit->box.low;
	fit->foot_length_mm =
		part == FOOTPRINT_WHOLE ? fmax(fit->length_mm, 60.0) : length;
	fit->part = part;
	fit->penalty = box_excess(&fit->box, cells->pitch_mm) + turn_excess(phi) +
		       (part == FOOTPRINT_WHOLE ? 0.0 : PART_PENALTY);
	for (int back = 0; back < 2; back++)
		for (int right = 0; right < 2; right++) {
			struct footprint_pose pose = fit_pose(fit, back, right);

			fit->match[back][right] = fit_match(cells, model, &pose);
		}
}

double fit_wrap_half(double rad)
{
	while (rad > 0.5 * M_PI)
		rad -= M_PI;
	while (rad <= -0.5 * M_PI)
		rad += M_PI;
	return rad;
}

/* Match an axis and those turned a little from it, `n_steps` to either side; keep the best. */
static void try_about(struct fit *best, const struct fit_cells *cells,
	const struct footprint *model, double phi, double step, int n_steps,
	enum footprint_part part, double length)
{
	for (int k = -n_steps; k <= n_steps; k++) {
		struct fit t = { .x_mm = best->x_mm, .y_mm = best->y_mm };

		try_axis(&t, cells, model, fit_wrap_half(phi + k * step / n_steps),
			part, length);
		if (best_match(&t) - t.penalty > best_match(best) - best->penalty)
			*best = t;
	}
}

void fit_foot(struct fit *fit, const struct fit_cells *cells,
	const struct footprint *model, double hint_rad, double whole_mm, bool fine)
{
	double x, y, phi;
	bool has_axis = find_axis(cells, &x, &y, &phi) > AXIS_RATIO;
	double length = isnan(whole_mm) ? USUAL_LENGTH_MM : whole_mm;
	int n_steps = fine ? 3 : 1;
	struct fit_box box;

	if (!has_axis)
		phi = hint_rad;
	*fit = (struct fit){ .x_mm = x, .y_mm = y, .penalty = INFINITY };
	box = fit_box_at(cells, phi);
	for (int part = 0; part < FOOTPRINT_N_PARTS; part++) {
		if (part != FOOTPRINT_WHOLE && box.high - box.low > SHORT_MM)
			break;
		try_about(fit, cells, model, phi, has_axis ? TURN_RAD : WIDE_TURN_RAD,
			n_steps, part, length);
		/* The heads of the metatarsals alone have an axis that is not the foot's. */
		if (part != FOOTPRINT_WHOLE && has_axis)
			try_about(fit, cells, model, hint_rad, WIDE_TURN_RAD, n_steps,
				part, length);
	}
}
