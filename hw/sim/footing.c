#include "hw/sim/footing.h"

#include <math.h>
#include <string.h>

#include "hw/sim/imprint.h"
#include "hw/sim/sole.h"

#define STRIPS 64

/* Of a resting foot. */
#define FOOT_LENGTH_MM 255.0
#define FOOT_WIDTH_MM  97.0
#define FOOT_ARCH      0.5

static double left_edge_mm(const struct mat_geometry *g)
{
	return -0.5 * g->n_cols * g->pitch_x_mm;
}

/* Where row `row` ends towards the rear. */
static double rear_of_mm(const struct mat_geometry *g, int row)
{
	return (0.5 * g->n_rows - 1 - row) * g->pitch_y_mm;
}

static struct footing centre_of(double sum, double x, double y)
{
	if (!(sum > 0))
		return (struct footing){ 0, { NAN, NAN } };
	return (struct footing){ sum, { x / sum, y / sum } };
}

static bool is_whole(const struct mat_geometry *g, struct pos_mm at, double radius_mm)
{
	return fabs(at.x) + radius_mm <= 0.5 * g->n_cols * g->pitch_x_mm &&
	       fabs(at.y) + radius_mm <= 0.5 * g->n_rows * g->pitch_y_mm;
}

struct footing footing_disc(
	const struct mat_geometry *g, struct pos_mm at, double radius_mm, double *frac)
{
	double area_mm2 = M_PI * radius_mm * radius_mm, sum = 0, x_sum = 0, y_sum = 0;

	for (int i = 0; i < g->n_rows * g->n_cols; i++) {
		double rear = rear_of_mm(g, i / g->n_cols);
		double left = left_edge_mm(g) + i % g->n_cols * g->pitch_x_mm;
		double width = g->pitch_x_mm / STRIPS;

		frac[i] = 0;
		for (int k = 0; k < STRIPS; k++) {
			double x = left + (k + 0.5) * width, d = x - at.x;
			double h2 = radius_mm * radius_mm - d * d, h, lo, hi, part;

			if (!(h2 > 0))
				continue;
			h = sqrt(h2);
			lo = fmax(rear, at.y - h);
			hi = fmin(rear + g->pitch_y_mm, at.y + h);
			if (hi <= lo)
				continue;
			part = (hi - lo) * width / area_mm2;
			frac[i] += part;
			x_sum += part * x;
			y_sum += part * 0.5 * (lo + hi);
		}
		sum += frac[i];
	}
	/* strips are not quite a circle; what all lies on the mat weighs what it weighs */
	for (int i = 0; i < g->n_rows * g->n_cols && is_whole(g, at, radius_mm); i++)
		frac[i] /= sum;
	if (is_whole(g, at, radius_mm))
		return (struct footing){ 1, { x_sum / sum, y_sum / sum } };
	return centre_of(sum, x_sum, y_sum);
}

struct footing footing_foot(
	const struct mat_geometry *g, struct pos_mm at, double *frac)
{
	const struct sole_shape shape = { .left = true,
		.length_mm = FOOT_LENGTH_MM,
		.width_mm = FOOT_WIDTH_MM,
		.arch_frac = FOOT_ARCH };
	struct imprint_pose pose;
	struct imprint imprint;
	struct imprint_load load = { .cop = { NAN, NAN } };
	struct sole *sole;

	memset(frac, 0, (size_t)(g->n_rows * g->n_cols) * sizeof(*frac));
	if (sole_new(&shape, &sole) < 0)
		return centre_of(0, 0, 0);
	pose.angle_rad = 0;
	pose.heel = (struct pos_mm){ at.x - sole->neutral.x, at.y - sole->neutral.y };
	if (imprint_init(&imprint, sole, &pose, g) == 0) {
		sole_press(sole, 1, sole->neutral);
		imprint_add(&imprint, sole, frac, &load);
		imprint_fini(&imprint);
	}
	sole_free(sole);
	return (struct footing){ load.force_n, load.cop };
}

/* A part of a whole along one axis, and its first moment about 0. */
struct part {
	double frac, moment;
};

/* What lies between lo and hi of a Hertz profile about `at`: sqrt(1 - s^2), area 1. */
static struct part hertz(double lo, double hi, double at, double half)
{
	double a = fmin(fmax((lo - at) / half, -1), 1);
	double b = fmin(fmax((hi - at) / half, -1), 1);
	double ra = sqrt(1 - a * a), rb = sqrt(1 - b * b);
	double frac = (b * rb + asin(b) - a * ra - asin(a)) / M_PI;
	double moment = 2 / (3 * M_PI) * (ra * ra * ra - rb * rb * rb);

	return (struct part){ frac, at * frac + half * moment };
}

/* The same of a line that rises by `uneven` of its mean from one end to the other. */
static struct part line(double lo, double hi, double at, double length, double uneven)
{
	double a = fmin(fmax((lo - at) / length, -0.5), 0.5);
	double b = fmin(fmax((hi - at) / length, -0.5), 0.5);
	double frac = b - a + uneven * (b * b - a * a) / 2;
	double moment = (b * b - a * a) / 2 + uneven * (b * b * b - a * a * a) / 3;

	return (struct part){ frac, at * frac + length * moment };
}

/* The roller's part between lo and hi of x (or y). */
static struct part part_of(
	const struct footing_roller *r, bool of_x, double lo, double hi)
{
	if (of_x == r->along_x)
		return hertz(lo, hi, r->at_mm, r->half_mm);
	return line(lo, hi, r->centre_mm, r->length_mm, r->uneven_frac);
}

struct footing footing_roll(const struct mat_geometry *g,
	const struct footing_roller *r, double force_n, double *cells_n)
{
	struct part cols[GEOMETRY_MAX_SIDE], all_x = { 0, 0 }, all_y = { 0, 0 };

	for (int c = 0; c < g->n_cols; c++) {
		double left = left_edge_mm(g) + c * g->pitch_x_mm;

		cols[c] = part_of(r, true, left, left + g->pitch_x_mm);
		all_x.frac += cols[c].frac;
		all_x.moment += cols[c].moment;
	}
	for (int row = 0; row < g->n_rows; row++) {
		double rear = rear_of_mm(g, row);
		struct part p = part_of(r, false, rear, rear + g->pitch_y_mm);

		all_y.frac += p.frac;
		all_y.moment += p.moment;
		for (int c = 0; c < g->n_cols && p.frac > 0; c++)
			cells_n[row * g->n_cols + c] += force_n * p.frac * cols[c].frac;
	}
	return centre_of(all_x.frac * all_y.frac, all_x.moment * all_y.frac,
		all_y.moment * all_x.frac);
}
