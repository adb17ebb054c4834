#include "ui/screens/far_feet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/units.h"
#include "ui/core/theme.h"
#include "ui/screens/train.h"

/* A foot's edge: ahead of its middle, outwards of its axis; millimetres. */
static const double edge[][2] = { { -120, 0 }, { -110, 25 }, { -60, 30 }, { 0, 35 },
	{ 60, 46 }, { 100, 40 }, { 125, 8 }, { 132, -22 }, { 100, -42 }, { 50, -38 },
	{ 0, -24 }, { -60, -26 }, { -110, -22 }, { -120, 0 } };
#define N_EDGE ((int)(sizeof(edge) / sizeof(edge[0])))
#define HEEL   (-120.0)
#define LENGTH 252.0

/* One foot on the mat: its heel, millimetres from the middle; its direction, clockwise from ahead. */
struct foot {
	int side; /* -1 left, 1 right */
	double x, y, direction_deg, length_mm;
};

static struct foot usual_foot(int side)
{
	return (struct foot){ side, side * 85, HEEL, 0, LENGTH };
}

static struct foot saved_foot(const json_t *saved, int side)
{
	const json_t *doc = json_object_get(saved, side < 0 ? "left" : "right");

	return (struct foot){ side, train_pair(doc, "heel_mm", 0),
		train_pair(doc, "heel_mm", 1), train_number(doc, "direction_deg"),
		train_number(doc, "length_mm") };
}

static bool is_known(const struct foot *f)
{
	return !isnan(f->x) && !isnan(f->y) && !isnan(f->direction_deg) &&
	       f->length_mm > 0;
}

/* Three dots between two points of the edge. */
static void foot_draw(
	struct view *v, struct rect mat, const struct foot *f, double px_mm)
{
	double scale = f->length_mm / LENGTH;
	double turn = f->direction_deg * UNITS_RAD_PER_DEG, c = cos(turn),
	       s = sin(turn);

	for (int i = 0; i + 1 < N_EDGE; i++)
		for (int k = 0; k < 3; k++) {
			double part = k / 3.0;
			double ahead =
				scale * (edge[i][0] - HEEL +
						part * (edge[i + 1][0] - edge[i][0]));
			double right =
				scale * f->side *
				(edge[i][1] + part * (edge[i + 1][1] - edge[i][1]));
			double x = f->x + ahead * s + right * c,
			       y = f->y + ahead * c - right * s;
			draw_circle(&v->ui.list,
				(int)lrint(mat.x + mat.w / 2.0 + x * px_mm),
				(int)lrint(mat.y + mat.h / 2.0 - y * px_mm),
				(int)(4 * px_mm) + 1,
				f->side < 0 ? THEME_LEFT : THEME_RIGHT);
		}
}

void far_feet(struct view *v, struct rect r, const json_t *saved, bool arrow)
{
	const struct model *m = &v->app->model;
	struct rect mat = far_mat(v, r, !model_is_live(v->state));
	double width_mm =
		m->has_frame ? m->geometry.n_cols * m->geometry.pitch_x_mm : 480;
	double x = m->has_sample ? m->sample.cop_mm.x : NAN,
	       y = m->has_sample ? m->sample.cop_mm.y : NAN;

	if (mat.w == 0)
		return;
	draw_keep_begin(&v->ui.list, mat);
	for (int side = -1; side <= 1; side += 2) {
		struct foot foot = saved_foot(saved, side);
		if (!is_known(&foot))
			foot = usual_foot(side);
		foot_draw(v, mat, &foot, mat.w / width_mm);
	}
	if (arrow && !isnan(x) && !isnan(y))
		far_arrow(v, mat.x + mat.w / 2, mat.y + mat.h / 2, -x, y, mat.w / 5,
			THEME_CAUTION);
	draw_keep_end(&v->ui.list);
	far_letters(v, mat);
}

/* --- the saved one ------------------------------------------------------------------------------ */

void far_placement_ask(
	struct view *v, struct far_placement *p, const char *patient, int tag)
{
	if (strcmp(p->patient, patient) == 0)
		return;
	far_placement_drop(p);
	snprintf(p->patient, sizeof(p->patient), "%s", patient);
	if (*patient)
		view_ask(v, tag, "placement.get",
			json_pack("{s:s}", "patient", patient));
}

void far_placement_take(
	struct view *v, struct far_placement *p, const struct view_answer *answer)
{
	const char *here = v->app->model.status.serial;

	json_decref(p->saved);
	p->saved = NULL;
	if (answer->code == 0 && json_is_object(answer->result) &&
		strcmp(train_word(answer->result, "patient"), p->patient) == 0 &&
		strcmp(train_word(answer->result, "serial"), here) == 0)
		p->saved = json_incref((json_t *)answer->result);
	v->dirty = true;
}

void far_placement_drop(struct far_placement *p)
{
	json_decref(p->saved);
	*p = (struct far_placement){ .saved = NULL };
}
