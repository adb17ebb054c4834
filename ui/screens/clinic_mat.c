#include "ui/screens/clinic_mat.h"

#include <math.h>

#include "ui/app/app.h"
#include "ui/app/frame.h"

static struct mat_geometry geometry_of(const struct model *m)
{
	static const struct mat_geometry usual = { 48, 48, 10, 10 };

	return m->has_frame ? m->geometry : usual;
}

struct rect clinic_mat_draw(struct view *v, struct rect r)
{
	struct parts_type t = frame_type(v);
	const struct model *m = &v->app->model;
	struct mat_geometry g = geometry_of(m);
	double aspect = g.n_cols * g.pitch_x_mm / (g.n_rows * g.pitch_y_mm);
	struct matplot_setup setup = { .map = v->app->map,
		.raw_cells = v->app->raw_cells,
		.pressure_kpa = v->app->setup.pressure_kpa,
		.line_px = t.line_px,
		.dot_px = (float)t.caption * 0.26F };

	setup.h = r.h;
	setup.w = (int)lrint(r.h * aspect);
	if (setup.w > r.w) {
		setup.w = r.w;
		setup.h = (int)lrint(r.w / aspect);
	}
	r = rect_middle(r, setup.w, setup.h);
	if (matplot_prepare(&v->mat, &setup, &g) != 0)
		return (struct rect){ r.x, r.y, 0, 0 };
	matplot_paint(&v->mat, m,
		v->state != MODEL_SEARCHING && v->state != MODEL_WAITING,
		!model_is_live(v->state));
	draw_keep_begin(&v->ui.list, r);
	draw_image(&v->ui.list, r.x, r.y, &v->mat.canvas);
	draw_keep_end(&v->ui.list);
	return r;
}

double clinic_mat_scale(const struct view *v, struct rect mat)
{
	struct mat_geometry g = geometry_of(&v->app->model);

	return mat.w / (g.n_cols * g.pitch_x_mm);
}

void clinic_mat_point(
	const struct view *v, struct rect mat, struct pos_mm at, int *x, int *y)
{
	double scale = clinic_mat_scale(v, mat);

	*x = mat.x + mat.w / 2 + (int)lrint(at.x * scale);
	*y = mat.y + mat.h / 2 - (int)lrint(at.y * scale);
}
