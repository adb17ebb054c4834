#include "ui/screens/body_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/align/figure.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"

/* Where the person stands in the picture, pixels. */
struct picture {
	struct canvas *canvas;
	struct figure figure;
	double scale, middle, floor;
	float bone;
};

static float up(const struct picture *p, double z_m)
{
	return (float)(p->floor - p->scale * z_m);
}

static float aside(const struct picture *p, double x_m)
{
	return (float)(p->middle + p->scale * x_m);
}

static void line(const struct picture *p, float x1, float y1, float x2, float y2,
	float w, uint32_t color)
{
	const struct canvas_point points[2] = { { x1, y1, 1 }, { x2, y2, 1 } };

	canvas_strip(p->canvas, points, 2, w, color);
}

static void bone(const struct picture *p, struct figure_point from,
	struct figure_point to, uint32_t color)
{
	line(p, aside(p, from.x_m), up(p, from.z_m), aside(p, to.x_m), up(p, to.z_m),
		p->bone, color);
}

/* Foot, shank and thigh of one side. */
static void leg_draw(const struct picture *p, int side)
{
	const struct figure_leg *leg = &p->figure.leg[side];
	uint32_t color = side == 0 ? THEME_LEFT : THEME_RIGHT;
	float x = aside(p, leg->foot.x_m), y = up(p, 0) - p->bone / 2;

	line(p, x - 2 * p->bone, y, x + 2 * p->bone, y, p->bone, color);
	bone(p, leg->foot, leg->knee, color);
	bone(p, leg->knee, leg->hip, color);
	canvas_disc(p->canvas, aside(p, leg->knee.x_m), up(p, leg->knee.z_m),
		1.2f * p->bone, color);
}

static void band(const struct picture *p, const double x_m[2], double share)
{
	float y = up(p, p->figure.pelvis_z_m) - 1.5f * p->bone; /* above the hips */

	if (x_m[1] > x_m[0])
		line(p, aside(p, x_m[0]), y, aside(p, x_m[1]), y, 3 * p->bone,
			theme_mix(THEME_BACKGROUND, THEME_CAUTION, share));
}

/* Over all that its shift may be, brighter where it is in any case. */
static void pelvis_draw(const struct picture *p)
{
	band(p, p->figure.pelvis_possible_m, 0.3);
	band(p, p->figure.pelvis_certain_m, 0.55);
}

static void trunk_draw(const struct picture *p)
{
	const struct figure *f = &p->figure;
	const struct figure_point left = { -f->shoulder_half_m, f->neck.z_m };
	const struct figure_point right = { f->shoulder_half_m, f->neck.z_m };

	bone(p, f->back, f->neck, THEME_MUTED);
	bone(p, left, right, THEME_MUTED);
	canvas_ring(p->canvas, aside(p, f->head.x_m), up(p, f->head.z_m),
		(float)(p->scale * f->head_radius_m), p->bone / 2, THEME_MUTED);
}

/* The dashed line above the centre of pressure, where the whole weight is. */
static void weight_line_draw(const struct picture *p)
{
	float x = aside(p, p->figure.com_x_m), dash = 2.5f * p->bone;

	if (isnan(p->figure.com_x_m))
		return;
	for (float y = up(p, p->figure.top_z_m); y + dash < up(p, 0); y += 2 * dash)
		line(p, x, y, x, y + dash, p->bone / 2, THEME_TEXT);
}

/* --- what the document knows ------------------------------------------------------------------ */

static double value_of(const json_t *results, const char *key)
{
	struct results_row rows[64];
	int n = results_rows(results, true, rows, 64);

	for (int i = 0; i < n; i++)
		if (strcmp(clinic_text(rows[i].row, "key"), key) == 0)
			return clinic_number(rows[i].row, "value");
	return NAN;
}

static struct picture picture_of(const json_t *results, struct canvas *canvas)
{
	const json_t *person = json_object_get(results, "person");
	const json_t *alignment = json_object_get(results, "alignment");
	const json_t *shift = json_object_get(alignment, "pelvis_shift_mm");
	const struct figure_facts facts = { .sex = clinic_text(person, "sex")[0],
		.stature_m = clinic_number(person, "stature_m"),
		.ankle_width_mm = value_of(results, "stance_width_mm"),
		.com_ml_mm = value_of(results, "com_ml_mm"),
		.com_ap_mm = NAN,
		.pelvis_shift_p5_mm = clinic_number(shift, "p5"),
		.pelvis_shift_p95_mm = clinic_number(shift, "p95") };
	struct picture p = { .canvas = canvas };

	figure_init(&p.figure, &facts);
	p.scale = canvas->h / (1.05 * p.figure.stature_m);
	p.floor = canvas->h - 0.005 * p.figure.stature_m * p.scale;
	p.middle = canvas->w / 2.0;
	p.bone = (float)(0.02 * canvas->h);
	return p;
}

/* "116 to 135 % BW", two lines beside a knee; the side's letter first. */
static void knee_text(struct view *v, struct rect r, enum draw_align align,
	const char *letter, const json_t *range, uint32_t color)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	char text[80];

	if (isnan(clinic_number(range, "p5")))
		return;
	snprintf(text, sizeof(text), _("%s knee"), letter);
	results_text(&v->ui, &small, rect_cut_top(&r, t.caption * 4 / 3), align, color,
		text);
	snprintf(text, sizeof(text), "%.0f–%.0f %%", clinic_number(range, "p5"),
		clinic_number(range, "p95"));
	results_text(&v->ui, &small, rect_cut_top(&r, t.caption * 4 / 3), align,
		THEME_TEXT, text);
}

/* Beside the knees, as far out as there is room. */
static void knees_draw(
	struct view *v, struct rect r, const struct picture *p, const json_t *alignment)
{
	const struct figure_point *left = &p->figure.leg[0].knee_label;
	struct parts_type t = frame_type(v);
	struct rect beside = r;

	beside.w = (int)(aside(p, left->x_m) - 2 * p->bone);
	rect_cut_top(&beside, (int)up(p, left->z_m) - t.caption);
	knee_text(v, beside, DRAW_LEFT, C_("left foot", "L"),
		json_object_get(alignment, "knee_left_pct_bw"), THEME_LEFT);
	beside.x = r.x + r.w - beside.w;
	knee_text(v, beside, DRAW_RIGHT, C_("right foot", "R"),
		json_object_get(alignment, "knee_right_pct_bw"), THEME_RIGHT);
}

void body_picture_draw(struct view *v, struct rect r, const json_t *results)
{
	const json_t *alignment = json_object_get(results, "alignment");
	struct parts_type t = frame_type(v);
	struct canvas *canvas;
	struct picture p;

	if (!json_is_object(alignment) || r.h < 8 * t.caption || r.w < 8 * t.caption ||
		!(canvas = ui_canvas(&v->ui, r.w, r.h)))
		return;
	canvas_fill(canvas, THEME_BACKGROUND);
	p = picture_of(results, canvas);
	trunk_draw(&p);
	leg_draw(&p, 0);
	leg_draw(&p, 1);
	pelvis_draw(&p);
	weight_line_draw(&p);
	draw_keep_begin(&v->ui.list, r);
	draw_image(&v->ui.list, r.x, r.y, canvas);
	knees_draw(v, r, &p, alignment);
	draw_keep_end(&v->ui.list);
}
