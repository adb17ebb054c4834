#include "hw/sim/sole.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One region that touches the floor: an ellipse whose pressure falls smoothly to zero at its
 * rim. Places and radii in fractions of the foot's width (u, positive outwards) and length (v).
 * Chosen to look like standing footprints of adults: about 55 % of the load on the heel. */
struct region {
	double u, v, radius_u, radius_v, weight;
};

static const struct region regions[] = {
	{ 0.02, 0.130, 0.37, 0.130, 1.00 },   /* heel */
	{ -0.31, 0.710, 0.20, 0.095, 0.62 },  /* head of metatarsal 1 */
	{ -0.13, 0.735, 0.17, 0.095, 0.72 },  /* 2 */
	{ 0.04, 0.725, 0.17, 0.095, 0.70 },   /* 3 */
	{ 0.20, 0.695, 0.17, 0.095, 0.55 },   /* 4 */
	{ 0.34, 0.645, 0.16, 0.095, 0.45 },   /* 5 */
	{ -0.29, 0.935, 0.155, 0.065, 0.42 }, /* hallux */
	{ -0.08, 0.920, 0.080, 0.042, 0.16 }, /* toe 2 */
	{ 0.07, 0.895, 0.080, 0.040, 0.14 },  /* toe 3 */
	{ 0.20, 0.862, 0.080, 0.038, 0.12 },  /* toe 4 */
	{ 0.32, 0.820, 0.085, 0.038, 0.10 },  /* toe 5 */
};

/* Half of a person who sits: most of it on the tuberosity, which lies inwards, the thigh reaching
 * forward. Chosen to look like pressure maps of sitting on a hard stool. */
static const struct region seat_regions[] = {
	{ -0.06, 0.25, 0.24, 0.130, 1.00 }, /* ischial tuberosity */
	{ 0.00, 0.28, 0.49, 0.270, 0.45 },  /* buttock */
	{ 0.05, 0.62, 0.36, 0.370, 0.22 },  /* thigh */
};

#define N_REGIONS         ((int)(sizeof(regions) / sizeof(regions[0])))
#define N_SEAT_REGIONS    ((int)(sizeof(seat_regions) / sizeof(seat_regions[0])))
#define ARCH_GONE_FRAC    0.85 /* an arch as high as this touches nowhere */
#define ARCH_FULL_WEIGHT  0.55 /* of the outer border of a flat foot */
#define ARCH_INNER_WEIGHT 0.30 /* of the middle of a flat foot */
#define RAISED_FROM_FRAC  0.50 /* a raised heel lifts everything behind this */
#define RAISED_FULL_FRAC  0.62
#define CARRY_FRAC        0.88 /* of the way from the neutral COP to the rim */
#define CARRY_PRESSURE    0.05 /* of the greatest pressure: less carries no COP */
#define MAX_NEWTON        60
#define COP_TOLERANCE_MM  1e-9
#define GOOD_ENOUGH_MM    1e-6
#define LEAST_STEP        1e-6

static double bump(const struct region *r, double u, double v)
{
	double a = (u - r->u) / r->radius_u, b = (v - r->v) / r->radius_v;
	double d = 1.0 - a * a - b * b;

	return d > 0 ? r->weight * d * sqrt(d) : 0;
}

/* Pressure at a place in fractions of width (outwards) and length. */
static double pressure(const struct sole_shape *shape, double u, double v)
{
	double flat = 1.0 - shape->arch_frac / ARCH_GONE_FRAC, sum = 0, lift;
	struct region outer = { 0.20, 0.40, 0.19, 0.26, ARCH_FULL_WEIGHT * flat };
	struct region inner = { 0.02, 0.42, 0.26, 0.26,
		ARCH_INNER_WEIGHT * (2 * flat - 1) };

	for (int i = 0; shape->seat && i < N_SEAT_REGIONS; i++)
		sum += bump(&seat_regions[i], u, v);
	if (shape->seat)
		return sum;
	for (int i = 0; i < N_REGIONS; i++)
		sum += bump(&regions[i], u, v);
	if (outer.weight > 0)
		sum += bump(&outer, u, v);
	if (inner.weight > 0)
		sum += bump(&inner, u, v);
	if (!shape->heel_raised)
		return sum;
	lift = (v - RAISED_FROM_FRAC) / (RAISED_FULL_FRAC - RAISED_FROM_FRAC);
	lift = fmin(fmax(lift, 0), 1);
	return sum * lift * lift * (3 - 2 * lift);
}

static void fill(struct sole *s)
{
	double side = s->shape.left ? -1 : 1, sum = 0;

	for (int k = 0; k < s->n_v; k++) {
		double v = sole_v_mm(s, k) / s->shape.length_mm;
		double *row = s->rest + (size_t)k * s->n_u;

		s->first[k] = s->n_u;
		for (int i = 0; i < s->n_u; i++) {
			row[i] = pressure(&s->shape,
				side * sole_u_mm(s, i) / s->shape.width_mm, v);
			if (row[i] <= 0)
				continue;
			if (s->first[k] > i)
				s->first[k] = i;
			s->last[k] = i + 1;
			sum += row[i];
			s->neutral.x += row[i] * sole_u_mm(s, i);
			s->neutral.y += row[i] * sole_v_mm(s, k);
		}
	}
	for (int i = 0; i < s->n_u * s->n_v; i++)
		s->rest[i] /= sum;
	s->neutral.x /= sum;
	s->neutral.y /= sum;
}

/* The farthest point with some pressure in the direction of (cos, sin). */
static struct pos_mm farthest(const struct sole *s, double least, double c, double sn)
{
	struct pos_mm at = s->neutral;
	double best = -INFINITY;

	for (int k = 0; k < s->n_v; k++) {
		for (int i = s->first[k]; i < s->last[k]; i++) {
			double reach = sole_u_mm(s, i) * c + sole_v_mm(s, k) * sn;

			if (reach <= best || s->rest[k * s->n_u + i] < least)
				continue;
			best = reach;
			at = (struct pos_mm){ sole_u_mm(s, i), sole_v_mm(s, k) };
		}
	}
	return at;
}

/* What the sole can carry: the farthest points all around, drawn in towards the neutral COP. */
static void outline(struct sole *s)
{
	double most = 0;

	s->n_hull = (int)(sizeof(s->hull_u_mm) / sizeof(s->hull_u_mm[0]));
	for (int i = 0; i < s->n_u * s->n_v; i++)
		most = fmax(most, s->rest[i]);
	for (int d = 0; d < s->n_hull; d++) {
		double angle = 2 * M_PI * d / s->n_hull;
		struct pos_mm at =
			farthest(s, CARRY_PRESSURE * most, cos(angle), sin(angle));

		s->hull_u_mm[d] = s->neutral.x + CARRY_FRAC * (at.x - s->neutral.x);
		s->hull_v_mm[d] = s->neutral.y + CARRY_FRAC * (at.y - s->neutral.y);
	}
}

static bool shape_is_sane(const struct sole_shape *shape)
{
	return shape->length_mm >= 120 && shape->length_mm <= 340 &&
	       shape->width_mm >= 40 && shape->width_mm <= 160 &&
	       shape->arch_frac >= 0 && shape->arch_frac <= 1;
}

int sole_new(const struct sole_shape *shape, struct sole **out)
{
	struct sole *s;
	size_t n;

	if (!shape_is_sane(shape))
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->shape = *shape;
	s->n_u = (int)ceil(1.2 * shape->width_mm / SOLE_PITCH_MM) + 1;
	s->n_v = (int)ceil(shape->length_mm / SOLE_PITCH_MM);
	s->u0_mm = -0.5 * (s->n_u - 1) * SOLE_PITCH_MM;
	s->v0_mm = 0.5 * SOLE_PITCH_MM;
	n = (size_t)s->n_u * (size_t)s->n_v;
	s->rest = calloc(n, sizeof(double));
	s->force_n = calloc(n, sizeof(double));
	s->work = calloc((size_t)(s->n_u + s->n_v), sizeof(double));
	s->first = calloc((size_t)s->n_v, sizeof(int));
	s->last = calloc((size_t)s->n_v, sizeof(int));
	if (!s->rest || !s->force_n || !s->work || !s->first || !s->last) {
		sole_free(s);
		return -ENOMEM;
	}
	fill(s);
	outline(s);
	*out = s;
	return 0;
}

void sole_free(struct sole *s)
{
	if (!s)
		return;
	free(s->rest);
	free(s->force_n);
	free(s->work);
	free(s->first);
	free(s->last);
	free(s);
}

struct pos_mm sole_reach(const struct sole *s, struct pos_mm cop)
{
	double du = cop.x - s->neutral.x, dv = cop.y - s->neutral.y, share = 1;

	for (int d = 0; d < s->n_hull; d++) {
		int e = (d + 1) % s->n_hull;
		double eu = s->hull_u_mm[e] - s->hull_u_mm[d];
		double ev = s->hull_v_mm[e] - s->hull_v_mm[d];
		double out = du * ev -
			     dv * eu; /* positive: the line leaves through this edge */
		double room = (s->hull_u_mm[d] - s->neutral.x) * ev -
			      (s->hull_v_mm[d] - s->neutral.y) * eu;

		if (out > 0 && room < share * out)
			share = room / out;
	}
	return (struct pos_mm){ s->neutral.x + share * du, s->neutral.y + share * dv };
}

/* Sums of the tilted field about `cop`: zeroth, first and second moments. */
struct moments {
	double sum, u, v, uu, uv, vv;
};

static void tilt_axes(struct sole *s, struct pos_mm cop, double a, double b)
{
	double *tilt_v = s->work + s->n_u;

	for (int i = 0; i < s->n_u; i++)
		s->work[i] = exp(a * (sole_u_mm(s, i) - cop.x));
	for (int k = 0; k < s->n_v; k++)
		tilt_v[k] = exp(b * (sole_v_mm(s, k) - cop.y));
}

static struct moments tilted(struct sole *s, struct pos_mm cop, double a, double b)
{
	struct moments m = { 0 };

	tilt_axes(s, cop, a, b);
	for (int k = 0; k < s->n_v; k++) {
		const double *row = s->rest + (size_t)k * s->n_u;
		double v = sole_v_mm(s, k) - cop.y, t = s->work[s->n_u + k];
		double sum = 0, u1 = 0, u2 = 0;

		for (int i = s->first[k]; i < s->last[k]; i++) {
			double u = sole_u_mm(s, i) - cop.x, w = row[i] * s->work[i];

			sum += w;
			u1 += w * u;
			u2 += w * u * u;
		}
		m.sum += t * sum;
		m.u += t * u1;
		m.uu += t * u2;
		m.v += t * v * sum;
		m.uv += t * v * u1;
		m.vv += t * v * v * sum;
	}
	return m;
}

/* Minimise log(sum): it is convex, and its gradient is the distance of the COP from the wanted
 * one. Newton's steps are halved until the sum falls. */
static struct moments search(struct sole *s, struct pos_mm cop, double a, double b)
{
	struct moments m = tilted(s, cop, a, b);

	for (int n = 0; n < MAX_NEWTON; n++) {
		double gu = m.u / m.sum, gv = m.v / m.sum;
		double huu = m.uu / m.sum - gu * gu, hvv = m.vv / m.sum - gv * gv;
		double huv = m.uv / m.sum - gu * gv;
		double det = huu * hvv - huv * huv, step = 2, da, db;
		struct moments next;

		if (fabs(gu) + fabs(gv) < COP_TOLERANCE_MM || !(det > 0))
			break;
		da = (huv * gv - hvv * gu) / det;
		db = (huv * gu - huu * gv) / det;
		do {
			step /= 2;
			next = tilted(s, cop, a + step * da, b + step * db);
		} while (!(next.sum <= m.sum) && step > LEAST_STEP);
		if (!(next.sum <= m.sum))
			break;
		a += step * da;
		b += step * db;
		m = next;
	}
	s->tilt_u = a;
	s->tilt_v = b;
	return m;
}

static bool is_found(const struct moments *m)
{
	return fabs(m->u) + fabs(m->v) < GOOD_ENOUGH_MM * m->sum;
}

struct pos_mm sole_press(struct sole *s, double force_n, struct pos_mm cop)
{
	struct moments m;

	cop = sole_reach(s, cop);
	m = search(s, cop, s->tilt_u, s->tilt_v);
	if (!is_found(&m)) /* the last tilt may be no place to start from */
		m = search(s, cop, 0, 0);
	tilt_axes(s, cop, s->tilt_u, s->tilt_v);
	for (int k = 0; k < s->n_v; k++) {
		double scale = force_n * s->work[s->n_u + k] / m.sum;
		size_t row = (size_t)k * s->n_u;

		for (int i = s->first[k]; i < s->last[k]; i++)
			s->force_n[row + i] = scale * s->rest[row + i] * s->work[i];
	}
	return (struct pos_mm){ cop.x + m.u / m.sum, cop.y + m.v / m.sum };
}

double sole_fore_frac(const struct sole *s)
{
	double fore = 0, sum = 0;

	for (int k = 0; k < s->n_v; k++) {
		double ahead =
			(sole_v_mm(s, k) - 0.5 * s->shape.length_mm) / SOLE_PITCH_MM;

		ahead = fmin(fmax(ahead + 0.5, 0), 1);
		for (int i = s->first[k]; i < s->last[k]; i++) {
			fore += ahead * s->force_n[(size_t)k * s->n_u + i];
			sum += s->force_n[(size_t)k * s->n_u + i];
		}
	}
	return sum > 0 ? fore / sum : NAN;
}
