#include "tests/support/scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

const char *scene_kind_name(enum scene_kind kind)
{
	static const char *const names[SCENE_N_KINDS] = { "normal", "yaw 45",
		"toe-out 45", "off-centre", "unequal 8-92 %", "wide", "high arch",
		"narrow 5-20 mm", "12 specks", "staggered", "heel raised", "touching",
		"dead row", "dead row mix", "one foot", "facing back", "tandem",
		"soles", "soles back", "one sole" };

	return names[kind];
}

bool scene_read_print(struct scene_print *print, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[512];

	if (!file)
		return false;
	print->n_rows = 0;
	while (print->n_rows < 80 && fgets(line, sizeof(line), file)) {
		char *at = line;

		for (int i = 0; i < 27; i++) {
			print->p[print->n_rows][i] = strtod(at, &at);
			at += *at == ',';
		}
		print->n_rows++;
	}
	fclose(file);
	return print->n_rows > 50;
}

/* --- one foot ------------------------------------------------------------------------------ */

/* Soles that are the same left and right; NONE: a foot. */
enum sole { SOLE_NONE, SOLE_RECTANGLE, SOLE_ELLIPSE, SOLE_BOOT, SOLE_N };

struct foot_plan {
	enum sole sole;
	double sole_width_mm;
	double heel; /* of a sole: strength of the rear half against the front */
	double length_mm, width; /* width: 1 is usual */
	double arch;             /* 0 flat .. 1 no midfoot contact at all */
	double toes;             /* strength */
	double fore;             /* strength of the forefoot against the heel */
	bool heel_up;
	double texture;
};

struct ellipse {
	double u, w, ru, rw, height;
};

#define N_PARTS 13

/* Our own drawing: u from heel to toe in foot lengths, w medial positive. */
static void plan_parts(const struct foot_plan *plan, struct ellipse out[N_PARTS])
{
	const struct ellipse parts[N_PARTS] = {
		{ 0.125, 0.020, 0.125, 0.110, 1.0 },
		{ 0.300, -0.045 - 0.02 * plan->arch, 0.14,
			0.085 * (1.0 - 0.5 * plan->arch), 0.45 * (1.0 - plan->arch) },
		{ 0.470, -0.095, 0.15, 0.070 * (1.0 - 0.4 * plan->arch),
			0.35 * (1.0 - plan->arch) },
		{ 0.610, -0.130, 0.075, 0.060, 0.55 * plan->fore },
		{ 0.660, -0.070, 0.075, 0.065, 0.75 * plan->fore },
		{ 0.690, -0.005, 0.075, 0.065, 0.90 * plan->fore },
		{ 0.705, 0.060, 0.075, 0.065, 0.80 * plan->fore },
		{ 0.705, 0.125, 0.080, 0.065, 0.85 * plan->fore },
		{ 0.915, 0.115, 0.075, 0.055, 0.75 * plan->toes },
		{ 0.935, 0.035, 0.040, 0.030, 0.35 * plan->toes },
		{ 0.910, -0.030, 0.036, 0.028, 0.30 * plan->toes },
		{ 0.870, -0.085, 0.034, 0.027, 0.25 * plan->toes },
		{ 0.820, -0.135, 0.034, 0.027, 0.20 * plan->toes },
	};

	memcpy(out, parts, sizeof(parts));
}

/* Those of a foot's parts that reach across the line at u, with what is left of their height. */
struct cut {
	const struct ellipse *part;
	double left;
};

static int cut_parts(
	const struct ellipse parts[N_PARTS], double u, struct cut cuts[N_PARTS])
{
	int n = 0;

	for (int i = 0; i < N_PARTS; i++) {
		double a = (u - parts[i].u) / parts[i].ru;
		double left = 1.0 - a * a;

		if (left > 0.0)
			cuts[n++] = (struct cut){ &parts[i], left };
	}
	return n;
}

static double draw(const struct cut *cuts, int n, double w)
{
	double p = 0.0;

	for (int i = 0; i < n; i++) {
		const struct ellipse *e = cuts[i].part;
		double b = (w - e->w) / e->rw;
		double r = cuts[i].left - b * b;

		if (r > 0.0)
			p = fmax(p, e->height * (0.25 + 0.75 * sqrt(r)));
	}
	return p;
}

/* A sole's pressure: u 0..1 from its rear end, w_mm from its axis. */
static double draw_sole(const struct foot_plan *plan, double u, double w_mm)
{
	double w = fabs(w_mm) / (0.5 * plan->sole_width_mm);
	double p = u < 0.5 ? plan->heel : 1.0;

	if (u < 0.0 || u > 1.0 || w > 1.0)
		return 0.0;
	switch (plan->sole) {
	case SOLE_ELLIPSE:
		return w * w + 4.0 * (u - 0.5) * (u - 0.5) <= 1.0 ? p : 0.0;
	case SOLE_BOOT: /* a heel block, a gap, and a front with a round toe */
		if (u < 0.28)
			return w < 0.8 ? p : 0.0;
		if (u < 0.36)
			return 0.0;
		return u < 0.75 || w * w + 16.0 * (u - 0.75) * (u - 0.75) <= 1.0 ? p
										 : 0.0;
	default:
		return p;
	}
}

static double look_up(const struct scene_print *print, double u, double w)
{
	double r = 4.0 + u * 54.0;
	double c = 12.5 + w * 54.0;
	int i = (int)floor(r);
	int k = (int)floor(c);
	double a = r - i;
	double b = c - k;

	if (i < 0 || k < 0 || i + 1 >= print->n_rows || k + 1 >= 27)
		return 0.0;
	return (1 - a) * ((1 - b) * print->p[i][k] + b * print->p[i][k + 1]) +
	       a * ((1 - b) * print->p[i + 1][k] + b * print->p[i + 1][k + 1]);
}

static double region(const struct foot_plan *plan, double u)
{
	double p = 1.0;

	if (plan->heel_up)
		p *= u > 0.55 ? 1.0 : u > 0.5 ? (u - 0.5) / 0.05 : 0.0;
	return p;
}

static void draw_stamp(struct scene_stamp *stamp, const struct foot_plan *plan,
	const struct scene_print *print, struct rng *rng)
{
	double grain[SCENE_STAMP_L / 5 + 1][SCENE_STAMP_W / 5 + 1];
	struct ellipse parts[N_PARTS];

	plan_parts(plan, parts);
	for (int i = 0; i <= SCENE_STAMP_L / 5; i++)
		for (int k = 0; k <= SCENE_STAMP_W / 5; k++)
			grain[i][k] = exp(plan->texture * rng_normal(rng));
	for (int i = 0; i < SCENE_STAMP_L; i++) {
		double u = (i + 0.5) * SCENE_STEP_MM / plan->length_mm;
		struct cut cuts[N_PARTS];
		int n_cuts = cut_parts(parts, u, cuts);

		for (int k = 0; k < SCENE_STAMP_W; k++) {
			double w = (k + 0.5 - SCENE_STAMP_W / 2) * SCENE_STEP_MM /
				   (plan->length_mm * plan->width);
			double p;

			if (plan->sole) {
				p = draw_sole(plan, u,
					(k + 0.5 - SCENE_STAMP_W / 2) * SCENE_STEP_MM);
			} else if (print) {
				p = look_up(print, u, w);
				p = p < 12.0 ? 0.0 : p; /* the mean's blurred rim */
				if (u > 0.33 && u < 0.58 && plan->arch > 0.8)
					p = 0.0;
				p *= u > 0.5 ? plan->fore : 1.0;
			} else {
				p = draw(cuts, n_cuts, w);
			}
			stamp->p[i][k] =
				(float)(p * region(plan, u) * grain[i / 5][k / 5]);
		}
	}
}

/* --- two feet ------------------------------------------------------------------------------ */

struct place {
	double x, y, phi;        /* of the stamp's middle, body frame */
	double sin_phi, cos_phi; /* known once it is placed */
	bool right;
};

static void point_of(const struct place *place, int i, int k, double *x, double *y)
{
	double along = (i + 0.5 - SCENE_STAMP_L / 2) * SCENE_STEP_MM;
	double across = (k + 0.5 - SCENE_STAMP_W / 2) * SCENE_STEP_MM;

	if (place->right)
		across = -across;
	*x = place->x + along * place->sin_phi + across * place->cos_phi;
	*y = place->y + along * place->cos_phi - across * place->sin_phi;
}

/* Return how far the right foot must move along x (or y for tandem) so that nothing is
 * closer than 0: least distance over 4 mm bins. */
static double gap_between(
	const struct scene_stamp stamp[2], const struct place place[2], bool along_y)
{
	double edge[2][400];
	double gap = INFINITY;

	for (int b = 0; b < 400; b++) {
		edge[0][b] = -INFINITY;
		edge[1][b] = INFINITY;
	}
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < SCENE_STAMP_L; i++)
			for (int k = 0; k < SCENE_STAMP_W; k++) {
				double x, y, t, d;
				int b;

				if (stamp[side].p[i][k] <= 0.0f)
					continue;
				point_of(&place[side], i, k, &x, &y);
				t = along_y ? x : y;
				d = along_y ? y : x;
				b = (int)floor(t / 4.0) + 200;
				if (b < 0 || b >= 400)
					continue;
				edge[side][b] = side ? fmin(edge[1][b], d)
						     : fmax(edge[0][b], d);
			}
	for (int b = 0; b < 400; b++)
		gap = fmin(gap, edge[1][b] - edge[0][b]);
	return gap - SCENE_STEP_MM;
}

struct plan {
	struct foot_plan foot[2];
	struct place place[2];
	double gap_mm;
	double stagger_mm;
	double yaw, dx, dy;
	double left_frac, force_n;
	int n_specks;
	bool dead_row;
	bool along_y; /* one foot behind the other */
	int lone;     /* -1: both */
};

static void plan_usual(struct plan *plan, struct rng *rng)
{
	double length = rng_between(rng, 215.0, 285.0);
	double toe_out = rng_between(rng, 0.0, 15.0);

	*plan = (struct plan){ .lone = -1 };
	for (int side = 0; side < 2; side++) {
		plan->foot[side] = (struct foot_plan){
			.length_mm = length * rng_between(rng, 0.97, 1.03),
			.width = rng_between(rng, 0.9, 1.12),
			.arch = rng_between(rng, 0.0, 0.6),
			.toes = rng_between(rng, 0.5, 1.2),
			.fore = rng_between(rng, 0.5, 1.1),
			.texture = rng_between(rng, 0.0, 0.25),
		};
		plan->place[side].right = side == 1;
		plan->place[side].phi = (side ? 1.0 : -1.0) * PI / 180.0 *
					(toe_out + rng_between(rng, -4.0, 4.0));
	}
	plan->gap_mm = rng_between(rng, 30.0, 110.0);
	plan->stagger_mm = rng_between(rng, -15.0, 15.0);
	plan->yaw = PI / 180.0 * rng_between(rng, -8.0, 8.0);
	plan->dx = rng_between(rng, -15.0, 15.0);
	plan->dy = rng_between(rng, -15.0, 15.0);
	plan->left_frac = rng_between(rng, 0.35, 0.65);
	plan->force_n = rng_between(rng, 450.0, 1050.0);
}

static double sign(struct rng *rng)
{
	return rng_uniform(rng) < 0.5 ? -1.0 : 1.0;
}

static void plan_feet_apart(struct plan *plan, enum scene_kind kind, struct rng *rng)
{
	switch (kind) {
	case SCENE_YAW:
		plan->yaw = sign(rng) * PI / 180.0 * rng_between(rng, 25.0, 45.0);
		break;
	case SCENE_TOE_OUT:
		for (int side = 0; side < 2; side++)
			plan->place[side].phi = (side ? 1.0 : -1.0) * PI / 180.0 *
						rng_between(rng, 25.0, 45.0);
		plan->gap_mm = rng_between(rng, 25.0, 60.0);
		break;
	case SCENE_OFF_CENTRE:
		plan->dx = sign(rng) * rng_between(rng, 30.0, 90.0);
		plan->dy = sign(rng) * rng_between(rng, 30.0, 90.0);
		break;
	case SCENE_UNEQUAL:
		plan->left_frac = rng_uniform(rng) < 0.5 ? rng_between(rng, 0.08, 0.15)
							 : rng_between(rng, 0.85, 0.92);
		break;
	case SCENE_WIDE:
		plan->gap_mm = rng_between(rng, 150.0, 250.0);
		break;
	case SCENE_NARROW:
		plan->gap_mm = rng_between(rng, 5.0, 20.0);
		break;
	case SCENE_STAGGERED:
		plan->stagger_mm = sign(rng) * rng_between(rng, 50.0, 150.0);
		break;
	default:
		break;
	}
}

static void plan_rest(struct plan *plan, enum scene_kind kind, struct rng *rng)
{
	switch (kind) {
	case SCENE_SPECKS:
		plan->n_specks = 12;
		break;
	case SCENE_HEEL_RAISED:
		plan->foot[rng_uniform(rng) < 0.5].heel_up = true;
		break;
	case SCENE_TOUCHING:
		plan->gap_mm = rng_between(rng, 0.0, 2.0);
		break;
	case SCENE_DEAD_ROW:
		plan->dead_row = true;
		break;
	case SCENE_DEAD_MIX:
		plan->n_specks = 6;
		plan->dead_row = true;
		plan->yaw = sign(rng) * PI / 180.0 * rng_between(rng, 10.0, 40.0);
		plan->foot[0].arch = plan->foot[1].arch = rng_between(rng, 0.85, 1.0);
		break;
	case SCENE_HIGH_ARCH:
		plan->foot[0].arch = plan->foot[1].arch = rng_between(rng, 0.85, 1.0);
		break;
	case SCENE_ONE_FOOT:
		plan->lone = rng_uniform(rng) < 0.5;
		break;
	case SCENE_BACK:
		plan->yaw += PI;
		break;
	case SCENE_TANDEM:
		plan->along_y = true;
		plan->foot[0].length_mm = plan->foot[1].length_mm =
			rng_between(rng, 190.0, 220.0); /* both fit a mat of 48 cm */
		plan->place[0].phi *= 0.3;
		plan->place[1].phi *= 0.3;
		plan->gap_mm = rng_between(rng, 2.0, 15.0);
		break;
	default:
		break;
	}
}

/* Shoes of one pair, on soles that do not say which is which. */
static void plan_soles(struct plan *plan, enum scene_kind kind, struct rng *rng)
{
	struct foot_plan *left = &plan->foot[0];

	if (kind < SCENE_SOLES)
		return;
	*left = (struct foot_plan){
		.sole = SOLE_RECTANGLE + (int)(rng_uniform(rng) * (SOLE_N - 1)),
		.sole_width_mm = rng_between(rng, 80.0, 115.0),
		.length_mm = rng_between(rng, 240.0, 320.0),
		.width = 1.0,
		.heel = rng_between(rng, 0.6, 1.6),
		.texture = rng_between(rng, 0.0, 0.25),
	};
	plan->foot[1] = *left;
	plan->yaw += kind == SCENE_SOLES_BACK ||
				     (kind == SCENE_ONE_SOLE && rng_uniform(rng) < 0.5)
			     ? PI
			     : 0.0;
	if (kind == SCENE_ONE_SOLE)
		plan->lone = rng_uniform(rng) < 0.5;
}

/* Shift the middle of both feet, not of their rasters, to the origin. */
static void centre_feet(struct plan *plan)
{
	double mx = 0.0;
	double my = 0.0;

	for (int i = 0; i < 2; i++) {
		double ahead =
			0.5 * (plan->foot[i].length_mm - SCENE_STAMP_L * SCENE_STEP_MM);

		mx += 0.5 * (plan->place[i].x + ahead * plan->place[i].sin_phi);
		my += 0.5 * (plan->place[i].y + ahead * plan->place[i].cos_phi);
	}
	for (int i = 0; i < 2; i++) {
		plan->place[i].x -= mx;
		plan->place[i].y -= my;
	}
}

/* Put the feet so that they are gap_mm apart, their middle at the origin. */
static void place_feet(struct plan *plan, const struct scene_stamp stamp[2])
{
	struct place *p = plan->place;

	p[0].x = p[0].y = p[1].x = p[1].y = 0.0;
	for (int side = 0; side < 2; side++) {
		p[side].sin_phi = sin(p[side].phi);
		p[side].cos_phi = cos(p[side].phi);
	}
	if (plan->along_y) {
		p[0].y = -150.0;
		p[1].y = 150.0;
		p[1].y += plan->gap_mm - gap_between(stamp, p, true);
	} else {
		p[1].y = plan->stagger_mm;
		p[0].x = -100.0;
		p[1].x = 100.0;
		p[1].x += plan->gap_mm - gap_between(stamp, p, false);
	}
	centre_feet(plan);
}

/* --- onto the mat -------------------------------------------------------------------------- */

static bool on_mat(const struct mat_geometry *g, double x, double y, int *cell)
{
	int col = (int)floor(x / g->pitch_x_mm + 0.5 * g->n_cols);
	int row = (int)floor(0.5 * g->n_rows - y / g->pitch_y_mm);

	*cell = row * g->n_cols + col;
	return col >= 0 && col < g->n_cols && row >= 0 && row < g->n_rows;
}

static bool stamp_foot(struct scene *scene, const struct plan *plan, int side,
	const struct scene_stamp *stamp, double force_n, struct rng *rng)
{
	const double sin_yaw = sin(plan->yaw);
	const double cos_yaw = cos(plan->yaw);
	double sum = 0.0;
	double mx = 0.0;
	double my = 0.0;

	for (int i = 0; i < SCENE_STAMP_L; i++)
		for (int k = 0; k < SCENE_STAMP_W; k++)
			sum += (double)stamp->p[i][k];
	for (int i = 0; i < SCENE_STAMP_L; i++)
		for (int k = 0; k < SCENE_STAMP_W; k++) {
			double f = force_n * (double)stamp->p[i][k] / sum;
			double bx, by, x, y;
			int cell;

			if (f <= 0.0)
				continue;
			point_of(&plan->place[side], i, k, &bx, &by);
			/* Points in step with the cells would alias. */
			bx += SCENE_STEP_MM * (rng_uniform(rng) - 0.5);
			by += SCENE_STEP_MM * (rng_uniform(rng) - 0.5);
			x = bx * cos_yaw + by * sin_yaw + plan->dx;
			y = -bx * sin_yaw + by * cos_yaw + plan->dy;
			if (!on_mat(&scene->geometry, x, y, &cell))
				return false;
			scene->force[side][cell] += f;
			mx += f * x;
			my += f * y;
		}
	scene->foot[side].direction_deg =
		remainder((plan->place[side].phi + plan->yaw) * 180.0 / PI, 360.0);
	scene->foot[side].length_mm = plan->foot[side].length_mm;
	scene->foot[side].force_n = force_n;
	scene->foot[side].cop_mm = (struct pos_mm){ mx / force_n, my / force_n };
	return true;
}

static void add_specks(struct scene *scene, int n, struct rng *rng)
{
	int cells = geometry_n_cells(&scene->geometry);

	while (n > 0) {
		int i = (int)(rng_uniform(rng) * cells);

		if (scene->cells[i] > 0.0)
			continue;
		scene->cells[i] = rng_between(rng, 0.2, 2.0);
		n--;
	}
}

/* Kill a row that carries at least 2 % of the load. */
static void kill_row(struct scene *scene, double force_n, struct rng *rng)
{
	const struct mat_geometry *g = &scene->geometry;

	for (;;) {
		int row = (int)(rng_uniform(rng) * g->n_rows);
		double *at = scene->cells + row * g->n_cols;
		double sum = 0.0;

		for (int i = 0; i < g->n_cols; i++)
			sum += at[i];
		if (sum < 0.02 * force_n)
			continue;
		memset(at, 0, (size_t)g->n_cols * sizeof(*at));
		return;
	}
}

static void finish(struct scene *scene, const struct plan *plan, struct rng *rng)
{
	const struct scene_foot_truth *f = scene->foot;
	double force_n = f[0].force_n + f[1].force_n;

	scene->left_frac = f[0].force_n / force_n;
	scene->cop_mm.x =
		(f[0].force_n * f[0].cop_mm.x + f[1].force_n * f[1].cop_mm.x) / force_n;
	scene->cop_mm.y =
		(f[0].force_n * f[0].cop_mm.y + f[1].force_n * f[1].cop_mm.y) / force_n;
	for (int i = 0; i < geometry_n_cells(&scene->geometry); i++)
		scene->cells[i] = scene->force[0][i] + scene->force[1][i];
	scene->back = fabs(plan->yaw) > PI / 2.0;
	add_specks(scene, plan->n_specks, rng);
	if (plan->dead_row)
		kill_row(scene, force_n, rng);
}

static bool try_scene(struct scene *scene, enum scene_kind kind,
	const struct mat_geometry *g, const struct scene_print *print, struct rng *rng)
{
	struct scene_stamp stamp[2];
	struct plan plan;
	bool fits = true;

	memset(scene, 0, sizeof(*scene));
	scene->geometry = *g;
	plan_usual(&plan, rng);
	plan_feet_apart(&plan, kind, rng);
	plan_rest(&plan, kind, rng);
	plan_soles(&plan, kind, rng);
	for (int side = 0; side < 2; side++)
		draw_stamp(&stamp[side], &plan.foot[side], print, rng);
	place_feet(&plan, stamp);
	for (int side = 0; side < 2 && fits; side++) {
		double frac = side ? 1.0 - plan.left_frac : plan.left_frac;

		if (plan.lone >= 0 && plan.lone != side)
			continue;
		fits = stamp_foot(scene, &plan, side, &stamp[side],
			plan.lone >= 0 ? plan.force_n : frac * plan.force_n, rng);
	}
	if (fits)
		finish(scene, &plan, rng);
	return fits;
}

void scene_make(struct scene *scene, enum scene_kind kind, const struct mat_geometry *g,
	const struct scene_print *print, struct rng *rng)
{
	for (int tries = 0; tries < 1000; tries++)
		if (try_scene(scene, kind, g, print, rng))
			return;
	fprintf(stderr, "scene %s does not fit the mat\n", scene_kind_name(kind));
	abort();
}

void scene_to_mn(const struct scene *scene, uint16_t *cells, double *scale)
{
	double peak = 0.0;

	for (int i = 0; i < geometry_n_cells(&scene->geometry); i++)
		peak = fmax(peak, scene->cells[i]);
	*scale = peak * 1000.0 < 65000.0 ? 1.0 : 4.0;
	for (int i = 0; i < geometry_n_cells(&scene->geometry); i++)
		cells[i] = (uint16_t)floor(scene->cells[i] * 1000.0 / *scale + 0.5);
}
