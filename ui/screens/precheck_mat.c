#include "ui/screens/precheck_mat.h"

#include <math.h>
#include <stdbool.h>

#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/clinic_mat.h"

/* Where its heel was saved. */
static struct pos_mm point_of(const json_t *foot)
{
	const json_t *at = json_object_get(foot, "heel_mm");
	struct pos_mm p = { json_number_value(json_array_get(at, 0)),
		json_number_value(json_array_get(at, 1)) };

	p.x -= clinic_number(foot, "dx_mm");
	p.y -= clinic_number(foot, "dy_mm");
	return p;
}

/* Where a heel was saved: a ring as wide as what is near enough. */
static void ring_draw(struct view *v, struct rect mat, const json_t *foot,
	uint32_t color, double limit_mm)
{
	struct parts_type t = frame_type(v);
	struct pos_mm at = point_of(foot);
	int radius = (int)lrint(limit_mm * clinic_mat_scale(v, mat)), x, y;
	int least = (int)(3 * t.line_px) + 2;
	struct rect box;

	if (isnan(at.x) || isnan(at.y) || isnan(limit_mm))
		return;
	clinic_mat_point(v, mat, at, &x, &y);
	radius = radius < least ? least : radius;
	box = (struct rect){ x - radius, y - radius, 2 * radius, 2 * radius };
	if (rect_within(&box, &mat))
		draw_ring(&v->ui.list, x, y, radius, (int)(2 * t.line_px) + 1, color);
}

void precheck_mat_draw(struct view *v, const json_t *check, struct rect r)
{
	const json_t *p = json_object_get(check, "placement");
	double limit_mm = clinic_number(p, "limit_mm");
	struct parts_type t = frame_type(v);
	struct rect mat;

	if (r.h < 4 * t.body) /* a mat as small as a word tells nothing */
		return;
	mat = clinic_mat_draw(v, r);
	if (mat.w == 0 || !json_is_true(json_object_get(p, "saved")) ||
		!model_is_live(v->state))
		return;
	draw_keep_begin(&v->ui.list, mat);
	if (json_is_object(json_object_get(p, "left")))
		ring_draw(v, mat, json_object_get(p, "left"), THEME_LEFT, limit_mm);
	if (json_is_object(json_object_get(p, "right")))
		ring_draw(v, mat, json_object_get(p, "right"), THEME_RIGHT, limit_mm);
	draw_keep_end(&v->ui.list);
}
