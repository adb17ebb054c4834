#include "src/core/trial/standing.h"

#include <math.h>

#include "src/base/root_sum_sq.h"
#include "src/base/units.h"

#define NS_PER_S 1e9
#define OLD_S                                                                          \
	0.5 /* what shows live is "stale" after 0.3 s; a slow mat sends ten a second */
#define ALWAYS 0.9 /* of the frames: a foot that is there */

static struct standing_foot foot_of(const struct foot_sample *foot)
{
	return (struct standing_foot){
		.present = foot->present && !isnan(foot->heel_mm.x) &&
			   !isnan(foot->direction_deg),
		.heel_mm = foot->heel_mm,
		.direction_deg = foot->direction_deg,
		.length_mm = foot->length_mm,
	};
}

void standing_push(struct standing *s, const struct stance_sample *sample)
{
	s->rows[s->next] = (struct standing_row){
		.t_ns = sample->t_ns,
		.force_n = sample->force_n,
		.u95_n = sample->u95.force_n,
		.has_load = !isnan(sample->cop_mm.x),
		.foot = { foot_of(&sample->left), foot_of(&sample->right) },
		.width_mm = sample->stance_width_mm,
	};
	s->next = (s->next + 1) % STANDING_ROWS;
	if (s->n < STANDING_ROWS)
		s->n++;
}

void standing_clear(struct standing *s)
{
	s->n = s->next = 0;
}

/* Row k back from the newest. */
static const struct standing_row *back(const struct standing *s, int k)
{
	return &s->rows[(s->next - 1 - k + 2 * STANDING_ROWS) % STANDING_ROWS];
}

static int n_rows(const struct standing *s)
{
	int n = 0;

	while (n < s->n && (double)(back(s, 0)->t_ns - back(s, n)->t_ns) <=
				   STANDING_SPAN_S * NS_PER_S)
		n++;
	return n;
}

struct mean {
	double sum;
	int n;
};

static void add(struct mean *m, double value)
{
	if (isnan(value))
		return;
	m->sum += value;
	m->n++;
}

static double mean_of(const struct mean *m)
{
	return m->n > 0 ? m->sum / m->n : NAN;
}

static void read_load(const struct standing *s, int n, struct standing_now *out)
{
	struct mean force = { 0 }, u95 = { 0 }, width = { 0 };
	double farthest = 0;

	for (int k = 0; k < n; k++) {
		add(&force, back(s, k)->force_n);
		add(&u95, back(s, k)->u95_n);
		add(&width, back(s, k)->width_mm);
	}
	out->force_n = mean_of(&force);
	out->u95_n = mean_of(&u95);
	out->width_mm = mean_of(&width);
	for (int k = 0; k < n; k++)
		farthest = fmax(farthest, fabs(back(s, k)->force_n - out->force_n));
	out->is_steady = out->has_load && force.n == n &&
			 farthest <= STANDING_STILL_FRAC * out->force_n;
}

/* Directions average as unit vectors. Returns how far a heel went from its mean. */
static double read_foot(
	const struct standing *s, int n, int side, struct standing_foot *out)
{
	struct mean x = { 0 }, y = { 0 }, sine = { 0 }, cosine = { 0 }, length = { 0 };
	double farthest = 0;

	for (int k = 0; k < n; k++) {
		const struct standing_foot *foot = &back(s, k)->foot[side];
		const double angle = foot->direction_deg * UNITS_RAD_PER_DEG;

		if (!foot->present)
			continue;
		add(&x, foot->heel_mm.x);
		add(&y, foot->heel_mm.y);
		add(&sine, sin(angle));
		add(&cosine, cos(angle));
		add(&length, foot->length_mm);
	}
	*out = (struct standing_foot){
		.present = x.n >= ALWAYS * n && back(s, 0)->foot[side].present,
		.heel_mm = { mean_of(&x), mean_of(&y) },
		.direction_deg = atan2(sine.sum, cosine.sum) / UNITS_RAD_PER_DEG,
		.length_mm = mean_of(&length),
	};
	for (int k = 0; k < n; k++) {
		const struct standing_foot *foot = &back(s, k)->foot[side];

		if (foot->present)
			farthest = fmax(
				farthest, root_sum_sq(foot->heel_mm.x - out->heel_mm.x,
						  foot->heel_mm.y - out->heel_mm.y));
	}
	return farthest;
}

void standing_read(const struct standing *s, int64_t now_ns, struct standing_now *out)
{
	const int n = n_rows(s);
	double left_mm, right_mm;

	*out = (struct standing_now){ .force_n = NAN, .u95_n = NAN, .width_mm = NAN };
	if (n < 2 || (double)(now_ns - back(s, 0)->t_ns) > OLD_S * NS_PER_S)
		return;
	out->has_load = back(s, 0)->has_load;
	out->is_known = (double)(back(s, 0)->t_ns - back(s, n - 1)->t_ns) >=
				STANDING_LEAST_S * NS_PER_S ||
			n == STANDING_ROWS;
	read_load(s, n, out);
	left_mm = read_foot(s, n, 0, &out->foot[0]);
	right_mm = read_foot(s, n, 1, &out->foot[1]);
	out->is_steady &= out->is_known;
	out->feet_still = out->is_known && out->foot[0].present &&
			  out->foot[1].present &&
			  fmax(left_mm, right_mm) <= STANDING_STILL_MM;
}

static double turned(double deg)
{
	return deg - 360.0 * round(deg / 360.0);
}

/* Forward is the mean of the saved directions, whichever side of the mat the person faced. */
struct standing_off standing_compare(
	const struct standing_foot saved[2], int side, const struct standing_foot *now)
{
	const double left = saved[0].direction_deg * UNITS_RAD_PER_DEG;
	const double right = saved[1].direction_deg * UNITS_RAD_PER_DEG;
	const double forward = atan2(sin(left) + sin(right), cos(left) + cos(right));
	const double x = now->heel_mm.x - saved[side].heel_mm.x;
	const double y = now->heel_mm.y - saved[side].heel_mm.y;
	struct standing_off off = {
		.dx_mm = x * cos(forward) - y * sin(forward),
		.dy_mm = x * sin(forward) + y * cos(forward),
		.angle_deg = turned(now->direction_deg - saved[side].direction_deg),
	};

	off.ok = fabs(off.dx_mm) <= STANDING_LIMIT_MM &&
		 fabs(off.dy_mm) <= STANDING_LIMIT_MM &&
		 fabs(off.angle_deg) <= STANDING_LIMIT_DEG;
	return off;
}
