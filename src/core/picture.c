#include "src/core/picture.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define SPECK_MM2   450.0 /* chosen: a toe's print is larger or near a forefoot */
#define SPECK_SHARE 0.015 /* of the load */
#define LARGE_SHARE 0.03  /* of the load: no speck, and vouches for others */
#define NEAR_MM     38.0 /* chosen: gap between ball and toes, centre to centre of cells */
#define FAINT_SHARE 0.004f /* of the peak: cells below do not connect feet */
#define TINY_SHARE  0.001  /* of the load: dropped first when parts are too many */

static bool is_small(const struct contact_part *part, double load, double cell_mm2)
{
	return part->load < SPECK_SHARE * load &&
	       part->n_cells * cell_mm2 <= fmax(SPECK_MM2, cell_mm2);
}

/* Does a large part have a cell within NEAR_MM of this run's ends? */
static bool near_large(const struct contact *c, const struct contact_run *run,
	double load, const struct mat_geometry *g)
{
	for (int i = 0; i < c->n_runs; i++) {
		const struct contact_run *other = &c->runs[i];
		int dc = run->from > other->to   ? run->from - other->to
			 : other->from > run->to ? other->from - run->to
						 : 0;
		double dx = dc * g->pitch_x_mm;
		double dy = (run->row - other->row) * g->pitch_y_mm;

		if (c->parts[other->part].load >= LARGE_SHARE * load &&
			dx * dx + dy * dy <= NEAR_MM * NEAR_MM)
			return true;
	}
	return false;
}

static void clear_run(float *plane, const struct contact_run *run, int n_cols)
{
	memset(plane + run->row * n_cols + run->from, 0,
		(size_t)(run->to - run->from + 1) * sizeof(*plane));
}

/* Drop the specks from p->kept; returns the load that stays. */
static double drop_specks(struct picture *p, const struct mat_geometry *g)
{
	struct contact *c = &p->contact;
	double cell_mm2 = g->pitch_x_mm * g->pitch_y_mm;
	double load = 0.0;
	double stays = 0.0;

	for (int i = 0; i < c->n_parts; i++)
		load += c->parts[i].load;
	for (int i = 0; i < c->n_parts; i++)
		p->small[i] = is_small(&c->parts[i], load, cell_mm2);
	for (int i = 0; i < c->n_runs; i++) {
		uint8_t *small = &p->small[c->runs[i].part];

		if (*small == 1 && near_large(c, &c->runs[i], load, g))
			*small = 0;
	}
	for (int i = 0; i < c->n_runs; i++)
		if (p->small[c->runs[i].part])
			clear_run(p->kept, &c->runs[i], g->n_cols);
	for (int i = 0; i < c->n_parts; i++)
		stays += p->small[i] ? 0.0 : c->parts[i].load;
	return stays;
}

/* Number the parts for the search for feet: at most FEET_MAX_PARTS, 0 = left out. */
static void number_parts(struct picture *p, double load)
{
	struct contact *c = &p->contact;
	double least = c->n_parts > FEET_MAX_PARTS ? TINY_SHARE * load : 0.0;
	int n = 0;

	for (int i = 0; i < c->n_parts; i++)
		p->small[i] =
			(uint8_t)(c->parts[i].load >= least && n < FEET_MAX_PARTS ? ++n
										  : 0);
	p->feet.n_parts = n;
}

static void add_cells(struct picture *p, const struct mat_geometry *g)
{
	struct feet_picture *f = &p->feet;

	f->n = 0;
	for (int i = 0; i < p->contact.n_runs; i++) {
		const struct contact_run *run = &p->contact.runs[i];
		uint8_t part = p->small[run->part];
		float y = (float)geometry_y_mm(g, run->row);

		for (int col = run->from; part && col <= run->to; col++) {
			float v = p->kept[run->row * g->n_cols + col];

			p->label[run->row * g->n_cols + col] = part;
			f->x_mm[f->n] = (float)geometry_x_mm(g, col);
			f->y_mm[f->n] = y;
			f->load[f->n] = v;
			f->root[f->n] = sqrtf(v);
			f->part[f->n++] = (uint8_t)(part - 1);
		}
	}
}

void picture_build(struct picture *p, const float *values, const struct mat_geometry *g)
{
	size_t n_cells = (size_t)geometry_n_cells(g);
	float peak = 0.0f;
	double load;

	if (values != p->kept)
		memcpy(p->kept, values, n_cells * sizeof(*values));
	memset(p->label, 0, n_cells);
	contact_find(&p->contact, p->kept, g, 0.0f);
	load = drop_specks(p, g);
	for (size_t i = 0; i < n_cells; i++)
		peak = p->kept[i] > peak ? p->kept[i] : peak;
	contact_find(&p->contact, p->kept, g, FAINT_SHARE * peak);
	number_parts(p, load);
	p->feet.pitch_mm = fmax(g->pitch_x_mm, g->pitch_y_mm);
	p->feet.cell_mm2 = g->pitch_x_mm * g->pitch_y_mm;
	add_cells(p, g);
}

/* One foot's extents by its large parts: along and across its axis. */
struct extent {
	double s, c;
	double low, high, left, right;
};

static void axes_of(const struct extent *e, const struct contact_run *run, bool to_end,
	const struct mat_geometry *g, double *u, double *w)
{
	double x = geometry_x_mm(g, to_end ? run->to : run->from);
	double y = geometry_y_mm(g, run->row);

	*u = x * e->s + y * e->c;
	*w = x * e->c - y * e->s;
}

static bool on_right(const struct feet_found *found, const struct contact_run *run,
	const struct mat_geometry *g)
{
	double x = geometry_x_mm(g, 0.5 * (run->from + run->to));
	double y = geometry_y_mm(g, run->row);

	if (found->n_feet < 2)
		return found->lone == FEET_RIGHT;
	return found->at.line.nx * x + found->at.line.ny * y > found->at.line.offset_mm;
}

static void widen(
	struct extent *e, const struct contact_run *run, const struct mat_geometry *g)
{
	for (int end = 0; end < 2; end++) {
		double u, w;

		axes_of(e, run, end, g, &u, &w);
		e->low = fmin(e->low, u);
		e->high = fmax(e->high, u);
		e->left = fmin(e->left, w);
		e->right = fmax(e->right, w);
	}
}

/* Toes lie ahead of the large parts' middle and no wider; nothing lies beside or behind. */
static bool is_stray(const struct extent *e, const struct contact_run *run,
	const struct mat_geometry *g, double pitch_mm)
{
	double u, w, end;

	axes_of(e, run, false, g, &u, &w);
	axes_of(e, run, true, g, &end, &end);
	return u < e->low || w < e->left - 0.6 * pitch_mm ||
	       end > e->right + 0.6 * pitch_mm;
}

int picture_drop_stray(
	struct picture *p, const struct feet_found *found, const struct mat_geometry *g)
{
	struct contact *c = &p->contact;
	struct extent extent[2];
	double load = 0.0;
	int n_dropped = 0;

	for (int i = 0; i < c->n_parts; i++)
		load += c->parts[i].load;
	for (int i = 0; i < c->n_parts; i++)
		p->small[i] = is_small(&c->parts[i], load, p->feet.cell_mm2);
	for (int side = 0; side < 2; side++)
		extent[side] = (struct extent){ sin(found->pose[side].phi_rad),
			cos(found->pose[side].phi_rad), INFINITY, -INFINITY, INFINITY,
			-INFINITY };
	for (int i = 0; i < c->n_runs; i++)
		if (!p->small[c->runs[i].part])
			widen(&extent[on_right(found, &c->runs[i], g)], &c->runs[i], g);
	for (int i = 0; i < c->n_runs; i++) {
		const struct contact_run *run = &c->runs[i];

		if (!p->small[run->part] || !is_stray(&extent[on_right(found, run, g)],
						    run, g, p->feet.pitch_mm))
			continue;
		clear_run(p->kept, run, g->n_cols);
		n_dropped++;
	}
	return n_dropped;
}
