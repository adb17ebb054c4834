#include "src/core/trial/overlay.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/base/units.h"
#include "src/core/analysis.h"
#include "src/core/carve.h"

#define LABEL_BOTH 3
#define TOP        60000.0 /* the highest cell, as a number below full scale */

/* The search for the likest place: steps from, down to; half the pitch of a fine mat and what a cell of it is at a toe
 * are far above the last. */
#define FIRST_MM   4.0
#define FIRST_DEG  2.0
#define LAST_MM    0.2
#define MAX_ROUNDS 64 /* at one length of step: ends what rounding would keep going */

#define AROUND 3 /* cells about a foot where one that is laid on it is looked at */

/* Two points of each foot tell how a pair of feet lies. */
#define TOE_MM 200.0

/* --- the feet of a picture ------------------------------------------------------------------- */

struct parts {
	float *zero;
	uint16_t *numbers;
	void *analysis;
	size_t analysis_size;
};

static struct analysis_setup setup_of(const struct mat_geometry *g)
{
	return (struct analysis_setup){ .geometry = *g,
		.unit = FRAME_UNIT_COUNTS,
		.unit_scale = 1.0,
		.full_scale = UINT16_MAX,
		.rate_hz = SAMPLE_LOW_RATE_HZ };
}

static size_t lay_out(struct overlay *o, const struct mat_geometry *g,
	struct parts *parts, void *memory)
{
	const struct analysis_setup setup = setup_of(g);
	struct carve c = { .memory = memory };
	size_t n = (size_t)geometry_n_cells(g);

	parts->analysis_size = analysis_size(&setup);
	if (parts->analysis_size == 0)
		return 0;
	o->cells = carve_take(&c, n * sizeof(*o->cells));
	o->labels = carve_take(&c, n * sizeof(*o->labels));
	parts->zero = carve_take(&c, n * sizeof(*parts->zero));
	parts->numbers = carve_take(&c, n * sizeof(*parts->numbers));
	parts->analysis = carve_take(&c, parts->analysis_size);
	return c.used;
}

size_t overlay_size(const struct mat_geometry *geometry)
{
	struct overlay o;
	struct parts parts;

	return lay_out(&o, geometry, &parts, NULL);
}

/* The picture as a frame of a mat that sends numbers. Returns false for an empty one. */
static bool put_numbers(const float *cells, int n, uint16_t *numbers)
{
	float most = 0.0F;

	for (int i = 0; i < n; i++)
		most = cells[i] > most ? cells[i] : most;
	if (!(most > 0.0F) || isinf(most))
		return false;
	for (int i = 0; i < n; i++)
		numbers[i] = cells[i] > 0.0F
				     ? (uint16_t)lround(TOP * (double)(cells[i] / most))
				     : 0;
	return true;
}

/* Whose each cell is, by the analysis of a single frame. */
static int find_feet(struct overlay *o, const struct parts *parts, const float *cells)
{
	const struct analysis_setup setup = setup_of(&o->geometry);
	const int n = geometry_n_cells(&o->geometry);
	const struct raw_frame frame = { .cells = parts->numbers };
	const struct analysis_zero zero = { .map = parts->zero,
		.threshold = (float)(OVERLAY_LEAST * TOP),
		.tared = true };
	struct stance_sample sample;
	struct analysis *analysis;
	int err;

	memset(parts->zero, 0, (size_t)n * sizeof(*parts->zero));
	if (!put_numbers(cells, n, parts->numbers))
		return -ENODATA;
	err = analysis_init(parts->analysis, parts->analysis_size, &setup, &analysis);
	if (err < 0)
		return err;
	analysis_set_zero(analysis, &zero);
	analysis_push(analysis, &frame, &sample);
	if (!sample.left.present || !sample.right.present)
		return -ENODATA;
	o->foot[0] = (struct overlay_foot){ .heel_mm = sample.left.heel_mm,
		.direction_deg = sample.left.direction_deg };
	o->foot[1] = (struct overlay_foot){ .heel_mm = sample.right.heel_mm,
		.direction_deg = sample.right.direction_deg };
	memcpy(o->labels, analysis_labels(analysis), (size_t)n);
	return 0;
}

/* Load of a cell that is a foot's; of one that both share, half. */
static double load_of(const struct overlay *o, int side, int i)
{
	if (o->labels[i] == side + 1)
		return (double)o->cells[i];
	return o->labels[i] == LABEL_BOTH ? 0.5 * (double)o->cells[i] : 0.0;
}

static bool is_foot(const struct overlay_foot *f)
{
	return isfinite(f->heel_mm.x) && isfinite(f->heel_mm.y) &&
	       isfinite(f->direction_deg) && f->load > 0.0;
}

static int within(int i, int n)
{
	return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static void take_cell(struct overlay *o, struct overlay_foot *f, int row, int col)
{
	const struct mat_geometry *g = &o->geometry;

	f->top = row - AROUND < f->top ? within(row - AROUND, g->n_rows) : f->top;
	f->left = col - AROUND < f->left ? within(col - AROUND, g->n_cols) : f->left;
	f->bottom =
		row + AROUND > f->bottom ? within(row + AROUND, g->n_rows) : f->bottom;
	f->right = col + AROUND > f->right ? within(col + AROUND, g->n_cols) : f->right;
}

static void weigh_foot(struct overlay *o, int side)
{
	const struct mat_geometry *g = &o->geometry;
	struct overlay_foot *f = &o->foot[side];

	f->load = 0.0;
	f->centre_mm = (struct pos_mm){ 0.0, 0.0 };
	f->top = f->left = GEOMETRY_MAX_SIDE;
	f->bottom = f->right = -1;
	for (int i = 0; i < geometry_n_cells(g); i++) {
		double load = load_of(o, side, i);

		if (!(load > 0.0))
			continue;
		take_cell(o, f, i / g->n_cols, i % g->n_cols);
		f->load += load;
		f->centre_mm.x += load * geometry_x_mm(g, i % g->n_cols);
		f->centre_mm.y += load * geometry_y_mm(g, i / g->n_cols);
	}
	f->centre_mm.x /= f->load;
	f->centre_mm.y /= f->load;
}

/* Take the load under the feet, as permille of itself. */
static void take_load(struct overlay *o, const float *cells)
{
	int n = geometry_n_cells(&o->geometry);
	double sum = 0.0;

	for (int i = 0; i < n; i++) {
		bool is_under = o->labels[i] >= 1 && o->labels[i] <= LABEL_BOTH;

		o->cells[i] = is_under && cells[i] > 0.0F ? cells[i] : 0.0F;
		sum += (double)o->cells[i];
	}
	for (int i = 0; i < n; i++)
		o->cells[i] = (float)(OVERLAY_TOTAL * (double)o->cells[i] / sum);
	weigh_foot(o, 0);
	weigh_foot(o, 1);
}

int overlay_init(struct overlay *o, const struct mat_geometry *geometry,
	const float *cells, void *memory, size_t size)
{
	size_t need = overlay_size(geometry);
	struct parts parts;
	int err;

	if (need == 0)
		return -EINVAL;
	if (size < need)
		return -ENOBUFS;
	memset(o, 0, sizeof(*o));
	lay_out(o, geometry, &parts, memory);
	o->geometry = *geometry;
	err = find_feet(o, &parts, cells);
	if (err < 0)
		return err;
	take_load(o, cells);
	return is_foot(&o->foot[0]) && is_foot(&o->foot[1]) ? 0 : -ENODATA;
}

/* --- a foot's move --------------------------------------------------------------------------- */

/* From `from` to `to`, turned about there, clockwise. */
struct move {
	struct pos_mm from, to;
	double turn_rad;
};

static struct pos_mm turned(struct pos_mm p, double rad)
{
	return (struct pos_mm){ p.x * cos(rad) + p.y * sin(rad),
		p.y * cos(rad) - p.x * sin(rad) };
}

static struct pos_mm moved(
	struct pos_mm p, struct pos_mm from, struct pos_mm to, double turn_rad)
{
	struct pos_mm d =
		turned((struct pos_mm){ p.x - from.x, p.y - from.y }, turn_rad);

	return (struct pos_mm){ to.x + d.x, to.y + d.y };
}

/* Weights of the four cells about a place, `f` of the way from the second to the third: Catmull & Rom 1974, which
 * blurs a third as much as a straight line and keeps a sum. */
static void weigh(double f, double weight[4])
{
	weight[0] = 0.5 * f * (f * (2.0 - f) - 1.0);
	weight[1] = 0.5 * (f * f * (3.0 * f - 5.0) + 2.0);
	weight[2] = 0.5 * f * (f * (4.0 - 3.0 * f) + 1.0);
	weight[3] = 0.5 * f * f * (f - 1.0);
}

/* A foot's load at a place between cells, per cell. */
static double load_at(const struct overlay *o, int side, struct pos_mm at)
{
	const struct mat_geometry *g = &o->geometry;
	double col = at.x / g->pitch_x_mm + 0.5 * (g->n_cols - 1);
	double row = 0.5 * (g->n_rows - 1) - at.y / g->pitch_y_mm;
	double across[4], down[4], sum = 0.0;

	if (col < -1.0 || col > g->n_cols || row < -1.0 || row > g->n_rows)
		return 0.0;
	weigh(col - floor(col), across);
	weigh(row - floor(row), down);
	for (int k = 0; k < 16; k++) {
		int x = (int)floor(col) + k % 4 - 1, y = (int)floor(row) + k / 4 - 1;

		if (x >= 0 && x < g->n_cols && y >= 0 && y < g->n_rows)
			sum += across[k % 4] * down[k / 4] *
			       load_of(o, side, y * g->n_cols + x);
	}
	return fmax(sum, 0.0); /* it may swing below nothing beside a steep edge */
}

/* What a foot of `o`, moved, puts on a cell of `to`. */
static double load_there(const struct overlay *o, const struct overlay *to, int side,
	const struct move *m, int i)
{
	const struct mat_geometry *g = &to->geometry;
	struct pos_mm there = { geometry_x_mm(g, i % g->n_cols),
		geometry_y_mm(g, i / g->n_cols) };

	return load_at(o, side, moved(there, m->to, m->from, -m->turn_rad));
}

/* The cosine of the square roots of load, but for the energy of `to`, which stays the same: never more than of a foot on
 * itself. Of a foot that is moved, about where the other is. */
static double likeness(const struct overlay *o, const struct overlay *to, int side,
	const struct move *m)
{
	const struct overlay_foot *f = &to->foot[side];
	double sum = 0.0, energy = 0.0;

	for (int row = f->top; row <= f->bottom; row++)
		for (int col = f->left; col <= f->right; col++) {
			int i = row * to->geometry.n_cols + col;
			double load = load_there(o, to, side, m, i);

			sum += sqrt(load * load_of(to, side, i));
			energy += load;
		}
	return energy > 0.0 ? sum / sqrt(energy) : 0.0;
}

/* One step each way in place and turn; true if one was better. */
static bool step(const struct overlay *o, const struct overlay *to, int side,
	double by_mm, double by_rad, struct move *m, double *best)
{
	bool is_better = false;

	for (int k = 0; k < 6; k++) {
		struct move tried = *m;
		double sign = k % 2 ? 1.0 : -1.0, found;

		if (k / 2 == 0)
			tried.to.x += sign * by_mm;
		else if (k / 2 == 1)
			tried.to.y += sign * by_mm;
		else
			tried.turn_rad += sign * by_rad;
		found = likeness(o, to, side, &tried);
		if (!(found > *best))
			continue;
		*best = found;
		*m = tried;
		is_better = true;
	}
	return is_better;
}

/* From heel on heel and axis on axis to where the foot is likest. */
static struct move find_move(
	const struct overlay *o, const struct overlay *to, int side)
{
	const struct overlay_foot *was = &o->foot[side], *is = &to->foot[side];
	double turn_rad = (is->direction_deg - was->direction_deg) * UNITS_RAD_PER_DEG;
	struct move m = { .from = was->centre_mm,
		.to = moved(was->centre_mm, was->heel_mm, is->heel_mm, turn_rad),
		.turn_rad = turn_rad };
	double best = likeness(o, to, side, &m);
	double by_rad = FIRST_DEG * UNITS_RAD_PER_DEG;

	for (double by_mm = FIRST_MM; by_mm >= LAST_MM; by_mm *= 0.5) {
		for (int k = 0; k < MAX_ROUNDS; k++)
			if (!step(o, to, side, by_mm, by_rad, &m, &best))
				break;
		by_rad *= 0.5;
	}
	return m;
}

/* --- how the feet stood ---------------------------------------------------------------------- */

static struct pos_mm point_of(const struct overlay_foot *f, int k)
{
	struct pos_mm ahead = { 0.0, k == 0 ? 0.0 : TOE_MM };

	ahead = turned(ahead, f->direction_deg * UNITS_RAD_PER_DEG);
	return (struct pos_mm){ f->heel_mm.x + ahead.x, f->heel_mm.y + ahead.y };
}

/* Where heels and toes were and where they went; the rigid move of all four that fits best, in the sense of least
 * squares. */
static struct move pair_move(const struct overlay *o, const struct move moves[2],
	struct pos_mm was[4], struct pos_mm is[4])
{
	struct move m = { 0 };
	double dot = 0.0, cross = 0.0;

	for (int i = 0; i < 4; i++) {
		const struct move *own = &moves[i / 2];

		was[i] = point_of(&o->foot[i / 2], i % 2);
		is[i] = moved(was[i], own->from, own->to, own->turn_rad);
		m.from.x += 0.25 * was[i].x;
		m.from.y += 0.25 * was[i].y;
		m.to.x += 0.25 * is[i].x;
		m.to.y += 0.25 * is[i].y;
	}
	for (int i = 0; i < 4; i++) {
		double ax = was[i].x - m.from.x, ay = was[i].y - m.from.y;
		double bx = is[i].x - m.to.x, by = is[i].y - m.to.y;

		dot += ax * bx + ay * by;
		cross += ay * bx - ax * by; /* clockwise */
	}
	m.turn_rad = atan2(cross, dot);
	return m;
}

static double forward_of(const struct overlay *o)
{
	double l = o->foot[0].direction_deg * UNITS_RAD_PER_DEG;
	double r = o->foot[1].direction_deg * UNITS_RAD_PER_DEG;

	return atan2(sin(l) + sin(r), cos(l) + cos(r));
}

static void find_off(const struct overlay *o, const struct overlay *to,
	const struct move moves[2], struct overlay_off off[2])
{
	struct pos_mm was[4], is[4];
	const struct move pair = pair_move(o, moves, was, is);
	double forward_rad = forward_of(to);

	for (int side = 0; side < 2; side++) {
		struct pos_mm heel =
			moved(was[2 * side], pair.from, pair.to, pair.turn_rad);
		struct pos_mm d = turned((struct pos_mm){ heel.x - is[2 * side].x,
						 heel.y - is[2 * side].y },
			-forward_rad);
		double deg = (pair.turn_rad - moves[side].turn_rad) / UNITS_RAD_PER_DEG;

		off[side] = (struct overlay_off){ d.x, d.y,
			deg - 360.0 * round(deg / 360.0) };
	}
}

static bool is_alike(const struct overlay_off *off)
{
	return root_sum_sq(off->dx_mm, off->dy_mm) <= OVERLAY_LIMIT_MM &&
	       fabs(off->angle_deg) <= OVERLAY_LIMIT_DEG;
}

/* --- onto ------------------------------------------------------------------------------------ */

/* What of it comes to lie between cells, or beyond the edge, is made good: the foot keeps its load. */
static void add_foot(const struct overlay *o, const struct overlay *to, int side,
	const struct move *m, float *cells)
{
	int n = geometry_n_cells(&to->geometry);
	double sum = 0.0, scale;

	for (int i = 0; i < n; i++)
		sum += load_there(o, to, side, m, i);
	scale = sum > 0.0 ? o->foot[side].load / sum : 0.0;
	for (int i = 0; i < n; i++)
		cells[i] += (float)(scale * load_there(o, to, side, m, i));
}

static bool same_geometry(const struct mat_geometry *a, const struct mat_geometry *b)
{
	return a->n_rows == b->n_rows && a->n_cols == b->n_cols &&
	       fabs(a->pitch_x_mm - b->pitch_x_mm) < 1e-6 &&
	       fabs(a->pitch_y_mm - b->pitch_y_mm) < 1e-6;
}

int overlay_onto(const struct overlay *o, const struct overlay *to, float *cells,
	struct overlay_off off[2])
{
	struct move moves[2];

	if (!same_geometry(&o->geometry, &to->geometry))
		return -EINVAL;
	for (int side = 0; side < 2; side++)
		moves[side] = find_move(o, to, side);
	find_off(o, to, moves, off);
	if (!is_alike(&off[0]) || !is_alike(&off[1]))
		return -ERANGE;
	memset(cells, 0, (size_t)geometry_n_cells(&to->geometry) * sizeof(*cells));
	for (int side = 0; side < 2; side++)
		add_foot(o, to, side, &moves[side], cells);
	return 0;
}
