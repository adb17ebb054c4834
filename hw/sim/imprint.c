#include "hw/sim/imprint.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CORNERS 8 /* a square cut by four half planes */

struct polygon {
	int n;
	struct pos_mm at[MAX_CORNERS];
};

struct pos_mm imprint_to_mat(const struct imprint_pose *pose, struct pos_mm p)
{
	double c = cos(pose->angle_rad), s = sin(pose->angle_rad);

	return (struct pos_mm){ pose->heel.x + c * p.x + s * p.y,
		pose->heel.y - s * p.x + c * p.y };
}

struct pos_mm imprint_to_foot(const struct imprint_pose *pose, struct pos_mm p)
{
	double c = cos(pose->angle_rad), s = sin(pose->angle_rad);
	double x = p.x - pose->heel.x, y = p.y - pose->heel.y;

	return (struct pos_mm){ c * x - s * y, s * x + c * y };
}

/* Keep what lies where a x + b y <= c (Sutherland & Hodgman 1974). */
static void cut(struct polygon *p, double a, double b, double c)
{
	struct polygon out = { 0 };

	for (int i = 0; i < p->n; i++) {
		struct pos_mm from = p->at[i], to = p->at[(i + 1) % p->n];
		double d0 = a * from.x + b * from.y - c, d1 = a * to.x + b * to.y - c;

		if (d0 <= 0 && out.n < MAX_CORNERS)
			out.at[out.n++] = from;
		if ((d0 < 0) != (d1 < 0) && d0 != 0 && d1 != 0 && out.n < MAX_CORNERS) {
			double t = d0 / (d0 - d1);

			out.at[out.n++] = (struct pos_mm){ from.x + t * (to.x - from.x),
				from.y + t * (to.y - from.y) };
		}
	}
	*p = out;
}

/* Area, and centre where it is not zero. */
static double area(const struct polygon *p, struct pos_mm *centre)
{
	double twice = 0, x = 0, y = 0;

	for (int i = 0; i < p->n; i++) {
		struct pos_mm a = p->at[i], b = p->at[(i + 1) % p->n];
		/* about the first corner: large coordinates would cost digits */
		double ax = a.x - p->at[0].x, ay = a.y - p->at[0].y;
		double bx = b.x - p->at[0].x, by = b.y - p->at[0].y;
		double cross = ax * by - bx * ay;

		twice += cross;
		x += (ax + bx) * cross;
		y += (ay + by) * cross;
	}
	if (fabs(twice) < 1e-12)
		return 0;
	*centre = (struct pos_mm){ p->at[0].x + x / (3 * twice),
		p->at[0].y + y / (3 * twice) };
	return fabs(twice) / 2;
}

static struct polygon point_square(
	const struct sole *s, const struct imprint_pose *pose, int i, int k)
{
	static const double du[] = { -0.5, 0.5, 0.5, -0.5 },
			    dv[] = { -0.5, -0.5, 0.5, 0.5 };
	struct polygon p = { .n = 4 };

	for (int c = 0; c < 4; c++)
		p.at[c] = imprint_to_mat(
			pose, (struct pos_mm){ sole_u_mm(s, i) + du[c] * SOLE_PITCH_MM,
				      sole_v_mm(s, k) + dv[c] * SOLE_PITCH_MM });
	return p;
}

/* Share one square among the cells under it; returns how many. */
static int share_square(const struct polygon *square, const struct mat_geometry *g,
	struct imprint *imprint, int point)
{
	double left = -0.5 * g->n_cols * g->pitch_x_mm;
	double front = 0.5 * g->n_rows * g->pitch_y_mm;
	double lo_x = INFINITY, hi_x = -INFINITY, lo_y = INFINITY, hi_y = -INFINITY;
	double on = 0, x = 0, y = 0;
	int n = 0, col0, col1, row0, row1;

	for (int c = 0; c < square->n; c++) {
		lo_x = fmin(lo_x, square->at[c].x);
		hi_x = fmax(hi_x, square->at[c].x);
		lo_y = fmin(lo_y, square->at[c].y);
		hi_y = fmax(hi_y, square->at[c].y);
	}
	col0 = (int)fmax(0, floor((lo_x - left) / g->pitch_x_mm));
	col1 = (int)fmin(g->n_cols - 1, floor((hi_x - left) / g->pitch_x_mm));
	row0 = (int)fmax(0, floor((front - hi_y) / g->pitch_y_mm));
	row1 = (int)fmin(g->n_rows - 1, floor((front - lo_y) / g->pitch_y_mm));
	for (int row = row0; row <= row1; row++) {
		for (int col = col0; col <= col1; col++) {
			struct polygon p = *square;
			struct pos_mm centre = { 0, 0 };
			double a;

			cut(&p, -1, 0, -(left + col * g->pitch_x_mm));
			cut(&p, 1, 0, left + (col + 1) * g->pitch_x_mm);
			cut(&p, 0, 1, front - row * g->pitch_y_mm);
			cut(&p, 0, -1, -(front - (row + 1) * g->pitch_y_mm));
			a = area(&p, &centre) / (SOLE_PITCH_MM * SOLE_PITCH_MM);
			if (a <= 0)
				continue;
			imprint->shares[imprint->n_shares + n++] =
				(struct imprint_share){ point, row * g->n_cols + col,
					a };
			on += a;
			x += a * centre.x;
			y += a * centre.y;
		}
	}
	imprint->on_frac[point] = on;
	imprint->on_x_mm[point] = on > 0 ? x / on : 0;
	imprint->on_y_mm[point] = on > 0 ? y / on : 0;
	return n;
}

/* Cells a square of `side` can reach along an axis of `pitch`. */
static size_t reach(double side_mm, double pitch_mm)
{
	return (size_t)ceil(side_mm / pitch_mm) + 1;
}

int imprint_init(struct imprint *im, const struct sole *s,
	const struct imprint_pose *pose, const struct mat_geometry *g)
{
	size_t n = (size_t)s->n_u * (size_t)s->n_v;
	size_t most = reach(1.4143 * SOLE_PITCH_MM, g->pitch_x_mm) *
		      reach(1.4143 * SOLE_PITCH_MM, g->pitch_y_mm);

	memset(im, 0, sizeof(*im));
	im->n_points = (int)n;
	im->shares = malloc(n * most * sizeof(*im->shares));
	im->on_frac = calloc(n, sizeof(double));
	im->on_x_mm = calloc(n, sizeof(double));
	im->on_y_mm = calloc(n, sizeof(double));
	if (!im->shares || !im->on_frac || !im->on_x_mm || !im->on_y_mm) {
		imprint_fini(im);
		return -ENOMEM;
	}
	for (int k = 0; k < s->n_v; k++) {
		for (int i = s->first[k]; i < s->last[k]; i++) {
			struct polygon square = point_square(s, pose, i, k);

			im->n_shares +=
				(size_t)share_square(&square, g, im, k * s->n_u + i);
		}
	}
	return 0;
}

void imprint_fini(struct imprint *im)
{
	free(im->shares);
	free(im->on_frac);
	free(im->on_x_mm);
	free(im->on_y_mm);
	memset(im, 0, sizeof(*im));
}

void imprint_add(const struct imprint *im, const struct sole *s, double *cells_n,
	struct imprint_load *load)
{
	double sum = 0, x = 0, y = 0, fore = 0, off = 0;

	for (size_t i = 0; i < im->n_shares; i++) {
		const struct imprint_share *e = &im->shares[i];

		cells_n[e->cell] += e->frac * s->force_n[e->point];
	}
	for (int k = 0; k < s->n_v; k++) {
		double ahead =
			(sole_v_mm(s, k) - 0.5 * s->shape.length_mm) / SOLE_PITCH_MM;

		ahead = fmin(fmax(ahead + 0.5, 0), 1);
		for (int i = s->first[k]; i < s->last[k]; i++) {
			int p = k * s->n_u + i;
			double on = im->on_frac[p] * s->force_n[p];

			sum += on;
			off += s->force_n[p] - on;
			x += on * im->on_x_mm[p];
			y += on * im->on_y_mm[p];
			fore += ahead * on;
		}
	}
	load->force_n = sum;
	load->cop = (struct pos_mm){ sum > 0 ? x / sum : NAN, sum > 0 ? y / sum : NAN };
	load->off_n = fabs(off) < 1e-9 * (sum + off) ? 0 : off;
	load->fore_n = fore;
}
