#include "src/core/track.h"

#include <math.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/root_sum_sq.h"
#include "src/core/carve.h"
#include "src/core/seam.h"

#define HEEL_CENTRE        0.15 /* chosen: of the length; the heel's load is centred there */
#define LOCK_NS            CLOCK_NS_PER_S          /* chosen: some periods of sway */
#define FORGET_NS          (300 * CLOCK_NS_PER_MS) /* chosen: longer than a stumble */
#define REACH_MM           20.0  /* chosen: contact grows less than this by sway */
#define STRAY_DECAY        0.98  /* a look */
#define OUTSIDE_SHARE      0.003 /* of the load outside the labels: look again */
#define SHIFT              0.05 /* chosen: of the load, from foot to foot or more of it */
#define GROWN              1.06 /* a lone foot's contact: more is another coming down beside it */
#define LIGHT_FOOT         0.05 /* of the load: a foot lighter than this names nobody */
#define GONE_SHARE         0.002 /* of the load: less is a foot lifted, as in feet.c */
#define RESTLESS_NS        (300 * CLOCK_NS_PER_MS)
#define RESTLESS_MOST      4.0 /* so that it is over 0.15 s after the last new picture */
#define RESTLESS_LIMIT     2.5 /* pictures within about RESTLESS_NS */
#define UNSETTLED          1.2 /* for 0.36 s after the last picture that came of itself */
#define MAX_FILLS_PER_LINE 8
#define SEAM_REACH         2.0 /* of the pitch: cells further from the line are whole */
#define SEAM_LEAST         0.01 /* a share smaller than this is none */

/* Lay the planes out in `memory`; returns the bytes they take. */
static size_t lay_out(struct track *t, const struct mat_geometry *g, void *memory)
{
	size_t cells = (size_t)geometry_n_cells(g);
	size_t plane = cells * sizeof(float);
	size_t runs = contact_max_runs(g);
	struct picture *p = &t->picture;
	struct carve c = { .memory = memory };

	for (int side = 0; side < 2; side++) {
		t->zone[side].share = carve_take(&c, plane);
		t->zone[side].fore = carve_take(&c, plane);
	}
	t->mean = carve_take(&c, plane);
	t->average = carve_take(&c, plane);
	p->kept = carve_take(&c, plane);
	p->label = carve_take(&c, cells);
	p->small = carve_take(&c, runs);
	p->contact.runs = carve_take(&c, runs * sizeof(*p->contact.runs));
	p->contact.parts = carve_take(&c, runs * sizeof(*p->contact.parts));
	p->contact.parent = carve_take(&c, runs * sizeof(*p->contact.parent));
	p->feet.x_mm = carve_take(&c, plane);
	p->feet.y_mm = carve_take(&c, plane);
	p->feet.load = carve_take(&c, plane);
	p->feet.root = carve_take(&c, plane);
	p->feet.part = carve_take(&c, cells);
	t->before = carve_take(&c, cells);
	p->feet.scratch = carve_take(&c, 6 * plane);
	t->defect.capacity = MAX_FILLS_PER_LINE * (g->n_rows + g->n_cols);
	t->defect.fills =
		carve_take(&c, (size_t)t->defect.capacity * sizeof(*t->defect.fills));
	return c.used;
}

size_t track_size(const struct mat_geometry *g)
{
	struct track t = { 0 };

	return lay_out(&t, g, NULL);
}

void track_init(struct track *t, const struct mat_geometry *g, void *memory)
{
	memset(t, 0, sizeof(*t));
	t->geometry = *g;
	lay_out(t, g, memory);
	footprint_init(&t->model);
	track_forget(t);
}

void track_forget(struct track *t)
{
	size_t plane = (size_t)geometry_n_cells(&t->geometry) * sizeof(float);

	for (int side = 0; side < 2; side++) {
		memset(t->zone[side].share, 0, plane);
		memset(t->zone[side].fore, 0, plane);
		force_zone_bound(&t->zone[side], &t->geometry);
	}
	t->state = TRACK_EMPTY;
	t->identity = TRACK_UNNAMED;
	t->restless = 0.0;
	t->stray_load = 0.0;
	defect_init(&t->defect, t->defect.fills, t->defect.capacity);
	memset(&t->found, 0, sizeof(t->found));
}

void track_idle(struct track *t, int64_t t_ns)
{
	if (t->state != TRACK_EMPTY && t_ns - t->loaded_ns > FORGET_NS)
		track_forget(t);
}

bool track_restless(const struct track *t)
{
	return t->restless > RESTLESS_LIMIT;
}

/* Load of the picture that the old zones gave to each side, split by the new line:
 * mass[new side][old side]. */
static void weigh_overlap(const struct track *t, double mass[2][2])
{
	const struct feet_picture *f = &t->picture.feet;
	const struct mat_geometry *g = &t->geometry;

	memset(mass, 0, 4 * sizeof(mass[0][0]));
	for (int i = 0; i < f->n; i++) {
		double x = (double)f->x_mm[i];
		double y = (double)f->y_mm[i];
		int cell = geometry_index(g, geometry_cell_at(g, x, y));
		int side = (int)t->found.lone;

		if (t->found.n_feet == 2)
			side = t->found.at.line.nx * x + t->found.at.line.ny * y >
			       t->found.at.line.offset_mm;
		for (int old = 0; old < 2; old++)
			mass[side][old] +=
				(double)(f->load[i] * t->zone[old].share[cell]);
	}
}

/* Remember for the search which cells a lone foot held; what only touched its reach is new. */
static void mark_before(struct track *t)
{
	struct feet_picture *f = &t->picture.feet;
	const struct mat_geometry *g = &t->geometry;
	const float *share = t->zone[t->found.lone].share;

	f->before = NULL;
	if (t->state == TRACK_EMPTY || t->found.n_feet != 1)
		return;
	for (int i = 0; i < f->n; i++) {
		const struct cell cell =
			geometry_cell_at(g, (double)f->x_mm[i], (double)f->y_mm[i]);

		t->before[i] = share[geometry_index(g, cell)] > 0.5f;
	}
	f->before = t->before;
}

/* Is one of two feet so light that the picture's word on names is worth less than that of the
 * foot that stood there before? */
static bool is_light(const struct track *t)
{
	return t->found.n_feet == 2 && t->found.light_frac < LIGHT_FOOT;
}

/* May the new picture name the feet? A lone foot's name that was only guessed is not worth
 * keeping when the other foot comes. */
static bool may_name(const struct track *t, int n_before)
{
	bool two = t->found.n_feet == 2;

	if (t->identity == TRACK_UNNAMED)
		return t->found.side_clear || (two && n_before == 1);
	return t->found.side_clear && t->identity == TRACK_NAMED && two && !is_light(t);
}

/* Give the new picture the names that the old one had; where it clearly says otherwise, nobody
 * knows. */
static void keep_names(struct track *t, int n_before)
{
	double mass[2][2];

	if (may_name(t, n_before))
		return;
	weigh_overlap(t, mass);
	if (mass[0][1] + mass[1][0] > mass[0][0] + mass[1][1]) {
		feet_swap(&t->found);
		t->found.side_clear = false;
	}
}

static void settle_names(struct track *t)
{
	bool clear = t->found.side_clear;
	enum track_identity now = TRACK_UNNAMED;

	if (clear)
		now = t->found.n_feet == 2 && !is_light(t) ? TRACK_SURE : TRACK_NAMED;
	t->identity = now > t->identity ? now : t->identity;
}

/* Mark the cells within reach of the picture: 1 in p->label where 0 was. */
static void spread(struct track *t, float *out)
{
	const struct mat_geometry *g = &t->geometry;
	int dx = (int)ceil(REACH_MM / g->pitch_x_mm);
	int dy = (int)ceil(REACH_MM / g->pitch_y_mm);
	const float *kept = t->picture.kept;

	memset(out, 0, (size_t)geometry_n_cells(g) * sizeof(*out));
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			int r0 = row - dy < 0 ? 0 : row - dy;
			int r1 = row + dy >= g->n_rows ? g->n_rows - 1 : row + dy;
			int c0 = col - dx < 0 ? 0 : col - dx;
			int c1 = col + dx >= g->n_cols ? g->n_cols - 1 : col + dx;

			if (kept[row * g->n_cols + col] <= 0.0f)
				continue;
			for (int r = r0; r <= r1; r++)
				for (int c = c0; c <= c1; c++)
					out[r * g->n_cols + c] = 1.0f;
		}
}

static void set_cell(struct track *t, int cell, double x, double y, double right,
	const struct feet_line half[2])
{
	const struct mat_geometry *g = &t->geometry;
	double share[2] = { 1.0 - right, right };

	for (int side = 0; side < 2; side++) {
		double ahead = share[side] > 0.0 ? feet_share(&half[side], x, y,
							   g->pitch_x_mm, g->pitch_y_mm)
						 : 0.0;

		t->zone[side].share[cell] = (float)share[side];
		t->zone[side].fore[cell] = (float)(share[side] * ahead);
	}
}

/* The line across a foot at half its length, positive ahead. */
static struct feet_line half_line(const struct footprint_pose *pose)
{
	return (struct feet_line){
		.nx = sin(pose->phi_rad),
		.ny = cos(pose->phi_rad),
		.offset_mm = pose->rear_mm + 0.5 * pose->length_mm,
	};
}

/* Return the right foot's share of a cell that no component decides: as the models on both sides
 * of the seam say, where there are any, else by area. */
static double share_cell(
	const struct track *t, const struct seam *seam, double x, double y)
{
	const struct mat_geometry *g = &t->geometry;
	const struct feet_line *line = &t->found.at.line;
	double reach = SEAM_REACH * fmax(g->pitch_x_mm, g->pitch_y_mm);
	double away = line->nx * x + line->ny * y - line->offset_mm;
	double right = NAN;

	if (seam && fabs(away) < reach)
		right = seam_share(seam, x, y);
	if (isnan(right))
		right = feet_share(line, x, y, g->pitch_x_mm, g->pitch_y_mm);
	return right < SEAM_LEAST ? 0.0 : right > 1.0 - SEAM_LEAST ? 1.0 : right;
}

/* Return the side (-1 left, +1 right) of the component nearest to a cell without load. */
static int nearest_side(const struct track *t, struct cell cell, const int8_t *whole)
{
	const struct mat_geometry *g = &t->geometry;
	int dx = (int)ceil(REACH_MM / g->pitch_x_mm);
	int dy = (int)ceil(REACH_MM / g->pitch_y_mm);
	double nearest = INFINITY;
	int side = -1;

	for (int row = cell.row - dy; row <= cell.row + dy; row++)
		for (int col = cell.col - dx; col <= cell.col + dx; col++) {
			double away = root_sum_sq((col - cell.col) * g->pitch_x_mm,
				(row - cell.row) * g->pitch_y_mm);
			uint8_t label = 0;

			if (row >= 0 && row < g->n_rows && col >= 0 && col < g->n_cols)
				label = t->picture.label[row * g->n_cols + col];
			if (label && away < nearest) {
				nearest = away;
				side = whole[label - 1];
			}
		}
	return side;
}

/* Write the zones' planes from the feet found. t->mean holds the reach on entry. */
static void fill_zones(struct track *t)
{
	const struct mat_geometry *g = &t->geometry;
	const struct feet_found *f = &t->found;
	int8_t whole[FEET_MAX_PARTS]; /* -1 left, +1 right, 0 shared */
	struct feet_line half[2] = { half_line(&f->pose[0]), half_line(&f->pose[1]) };
	bool inferred = f->n_feet == 2 && f->touch && !f->tandem;
	struct seam seam;

	if (f->n_feet == 2)
		feet_judge_parts(&t->picture.feet, &f->at, whole);
	if (inferred)
		seam_fit(&seam, t->picture.kept, g, f->pose);
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			int cell = row * g->n_cols + col;
			uint8_t label = t->picture.label[cell];
			double x = geometry_x_mm(g, col);
			double y = geometry_y_mm(g, row);
			double right = f->lone == FEET_RIGHT;

			t->zone[0].share[cell] = t->zone[1].share[cell] = 0.0f;
			t->zone[0].fore[cell] = t->zone[1].fore[cell] = 0.0f;
			if (t->mean[cell] <= 0.0f)
				continue;
			if (f->n_feet == 2 && label && whole[label - 1] != 0)
				right = whole[label - 1] > 0;
			else if (f->n_feet == 2 && f->at.by_parts)
				right = nearest_side(t, (struct cell){ row, col },
						whole) > 0;
			else if (f->n_feet == 2)
				right = share_cell(t, inferred ? &seam : NULL, x, y);
			set_cell(t, cell, x, y, right, half);
		}
	for (int side = 0; side < 2; side++)
		force_zone_bound(&t->zone[side], g);
}

/* What the uncertainty budget needs of the zones. */
static void measure_zones(struct track *t, const float *values)
{
	const struct mat_geometry *g = &t->geometry;
	double on_line = 0.0;
	double squares = 0.0;

	memset(t->n_zone, 0, sizeof(t->n_zone));
	memset(t->squares_x, 0, sizeof(t->squares_x));
	for (int side = 0; side < 2; side++) {
		const struct force_zone *z = &t->zone[side];
		double middle = 0.5 * (z->col_from + z->col_to);

		for (int row = z->row_from; row <= z->row_to; row++)
			for (int col = z->col_from; col <= z->col_to; col++) {
				int cell = row * g->n_cols + col;
				double share = (double)z->share[cell];
				double dx = (col - middle) * g->pitch_x_mm;

				t->n_zone[side] += share;
				squares +=
					share * (double)(values[cell] * values[cell]);
				t->squares_x[side] += share * dx * dx;
				if (share > 0.01 && share < 0.99)
					on_line += 0.5 * (double)values[cell];
			}
	}
	t->square_frac =
		t->made_load > 0.0 ? squares / (t->made_load * t->made_load) : 0.0;
	t->line_load_per_mm =
		t->made_load > 0.0
			? on_line / (fmax(g->pitch_x_mm, g->pitch_y_mm) * t->made_load)
			: 0.0;
}

static double degrees(double rad)
{
	double deg = fmod(rad * 180.0 / M_PI, 360.0);

	if (deg > 180.0)
		deg -= 360.0;
	return deg <= -180.0 ? deg + 360.0 : deg;
}

/* Return the place `ahead_mm` along a pose's axis. */
static struct pos_mm place(const struct footprint_pose *pose, double ahead_mm)
{
	double s = sin(pose->phi_rad);
	double c = cos(pose->phi_rad);

	return (struct pos_mm){
		.x = ahead_mm * s + pose->mid_mm * c,
		.y = ahead_mm * c - pose->mid_mm * s,
	};
}

/* Return the distance between the heels' centres across the stance. */
static double stance_width(const struct feet_found *f)
{
	const struct footprint_pose *left = &f->pose[FEET_LEFT];
	const struct footprint_pose *right = &f->pose[FEET_RIGHT];
	struct pos_mm l = place(left, left->rear_mm + HEEL_CENTRE * left->length_mm);
	struct pos_mm r = place(right, right->rear_mm + HEEL_CENTRE * right->length_mm);
	double s = sin(left->phi_rad) + sin(right->phi_rad);
	double c = cos(left->phi_rad) + cos(right->phi_rad);

	return fabs((r.x - l.x) * c - (r.y - l.y) * s) / root_sum_sq(s, c);
}

static void place_feet(struct track *t)
{
	t->width_mm = t->found.n_feet == 2 ? stance_width(&t->found) : NAN;
	for (int side = 0; side < 2; side++) {
		const struct footprint_pose *pose = &t->found.pose[side];

		t->place[side].heel_mm = place(pose, pose->rear_mm);
		t->place[side].direction_deg = degrees(pose->phi_rad);
	}
}

static void remove_fills(const struct track *t, float *values)
{
	for (int i = 0; i < t->defect.n_fills; i++)
		values[t->defect.fills[i].cell] = 0.0f;
}

static void weigh_zones(struct track *t, const float *values)
{
	double sum[2] = { 0.0, 0.0 };
	double area = 0.0;

	for (int i = 0; i < geometry_n_cells(&t->geometry); i++)
		for (int side = 0; side < 2; side++) {
			sum[side] += (double)(values[i] * t->zone[side].share[i]);
			area += values[i] > 0.0f ? (double)t->zone[side].share[i] : 0.0;
		}
	t->made_area = area;
	t->made_load = sum[0] + sum[1];
	t->made_right = t->made_load > 0.0 ? sum[1] / t->made_load : 0.0;
}

static double sum_values(const struct track *t, const float *values)
{
	double sum = 0.0;

	for (int i = 0; i < geometry_n_cells(&t->geometry); i++)
		sum += (double)values[i];
	return sum;
}

/* Make labels anew from `values`. */
static void look(struct track *t, float *values, int64_t t_ns)
{
	struct feet_found before;
	double filled;
	double load;

	remove_fills(t, values);
	defect_find(&t->defect, values, &t->geometry);
	filled = defect_fill(&t->defect, values);
	picture_build(&t->picture, values, &t->geometry);
	before = t->found;
	mark_before(t);
	feet_find(&t->picture.feet, &t->model, &t->found);
	if (picture_drop_stray(&t->picture, &t->found, &t->geometry) > 0) {
		picture_build(&t->picture, t->picture.kept, &t->geometry);
		t->found = before;
		mark_before(t);
		feet_find(&t->picture.feet, &t->model, &t->found);
	}
	keep_names(t, before.n_feet);
	settle_names(t);
	spread(t, t->mean);
	for (int i = 0; i < geometry_n_cells(&t->geometry); i++)
		if (values[i] > 0.0f && t->picture.kept[i] <= 0.0f)
			t->mean[i] = 0.0f; /* a speck within reach stays out */
	fill_zones(t);
	place_feet(t);
	load = sum_values(t, values);
	weigh_zones(t, values);
	/* Specks that come and go must not make every frame look again. */
	t->stray_load = fmax(load - t->made_load, STRAY_DECAY * t->stray_load);
	t->fill_share = load > 0.0 ? filled / load : 0.0;
	measure_zones(t, values);
	memset(t->mean, 0, (size_t)geometry_n_cells(&t->geometry) * sizeof(*t->mean));
	t->n_mean = 0;
	t->made_ns = t_ns;
}

/* Is the other foot coming down beside one that stood alone? What both carry need not change
 * while it does, so every picture is looked at for a while. */
static bool is_unsettled(const struct track *t)
{
	return t->state == TRACK_LOOSE && t->found.n_feet == 1 &&
	       t->restless > UNSETTLED;
}

/* Has the picture changed so that the labels may be wrong? Before the lock any shift of load
 * says that a foot is still coming down; after it only load where none was. */
static bool must_look(
	const struct track *t, double load, const double inside[2], double area)
{
	double all = inside[0] + inside[1];

	if (t->state == TRACK_EMPTY || is_unsettled(t))
		return true;
	if (t->found.n_feet == 1 && area > GROWN * t->made_area + 1.0)
		return true;
	/* Else the labels would be locked on a mean with traces of a foot that has left. */
	if (t->state == TRACK_LOOSE && t->found.n_feet == 2 &&
		fmin(inside[0], inside[1]) < GONE_SHARE * all)
		return true;
	if (t->state == TRACK_LOOSE &&
		(fabs(all - t->made_load) > SHIFT * t->made_load ||
			fabs(inside[1] - t->made_right * all) > SHIFT * all))
		return true;
	return load - all > OUTSIDE_SHARE * load + 1.5 * t->stray_load;
}

/* Lock labels made from the mean of the time since they were last made. */
static void lock(struct track *t, int64_t t_ns)
{
	size_t n = (size_t)geometry_n_cells(&t->geometry);

	for (size_t i = 0; i < n; i++)
		t->average[i] = t->mean[i] / (float)t->n_mean;
	look(t, t->average, t_ns);
	t->state = TRACK_LOCKED;
	if (t->found.n_feet == 2)
		t->identity = TRACK_SURE;
}

/* Look because the picture has changed. A foot that comes down beside another, or touches down
 * where that one reached, makes whatever is found doubtful for a while. */
static void look_again(struct track *t, float *values, int64_t t_ns)
{
	bool was_lone = t->state != TRACK_EMPTY && t->found.n_feet == 1;
	bool was_unsettled = is_unsettled(t);
	double more = was_lone ? RESTLESS_MOST : 1.0;

	look(t, values, t_ns);
	if (was_unsettled && t->found.n_feet == 1)
		more = 0.0;
	t->restless = fmin(t->restless + more, RESTLESS_MOST);
	t->state = TRACK_LOOSE;
}

bool track_update(struct track *t, float *values, double load, const double inside[2],
	double area, int64_t t_ns)
{
	if (t->state == TRACK_EMPTY)
		t->restless = 0.0;
	else if (t->restless > 0.01)
		t->restless *=
			fmin(1.0, exp(-(double)(t_ns - t->loaded_ns) / RESTLESS_NS));
	t->loaded_ns = t_ns;
	if (must_look(t, load, inside, area)) {
		look_again(t, values, t_ns);
		return true;
	}
	if (t->state == TRACK_LOCKED)
		return false;
	for (int i = 0; i < geometry_n_cells(&t->geometry); i++)
		t->mean[i] += values[i];
	t->n_mean++;
	if (t_ns - t->made_ns < LOCK_NS || t->n_mean < 2)
		return false;
	lock(t, t_ns);
	return true;
}
