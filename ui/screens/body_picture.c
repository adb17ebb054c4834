#include "ui/screens/body_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/align/body.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"

#define SIDEWAYS      3.0  /* offsets are drawn larger than life, as on paper */
#define SHOULDER_Z    0.82 /* over stature */
#define SHOULDER_HALF 0.118
#define HEAD_RADIUS   0.065
#define STATURE_M     1.70 /* of somebody whose stature is not known */
#define ANKLES_MM     170
#define TOP                                                                            \
	1.03 /* of the stature: the line through the centre of mass ends above the head */

/* Where the person stands in the picture, pixels. */
struct figure {
	struct canvas *canvas;
	struct body body;
	double stature_m, scale, middle, floor;
	float bone;
};

static float up(const struct figure *f, double z_m)
{
	return (float)(f->floor - f->scale * z_m);
}

static float aside(const struct figure *f, double mm)
{
	return (float)(f->middle + SIDEWAYS * f->scale * 1e-3 * mm);
}

static void bone(
	const struct figure *f, float x1, float y1, float x2, float y2, uint32_t color)
{
	const struct canvas_point points[2] = { { x1, y1, 1 }, { x2, y2, 1 } };

	canvas_strip(f->canvas, points, 2, f->bone, color);
}

/* Foot, shank and thigh of one side; `half_mm` from the middle to the ankle. */
static void leg_draw(const struct figure *f, int side, double half_mm)
{
	uint32_t color = side < 0 ? THEME_LEFT : THEME_RIGHT;
	float ankle = aside(f, side * half_mm);
	float hip = aside(f, side * 500 * f->body.hip_width_m);
	float knee = ankle + (hip - ankle) * (float)(f->body.shank_m / f->body.leg_m);

	bone(f, ankle - 2 * f->bone, up(f, 0) - f->bone / 2, ankle + 2 * f->bone,
		up(f, 0) - f->bone / 2, color);
	bone(f, ankle, up(f, 0) - f->bone / 2, knee, up(f, f->body.knee_z_m), color);
	bone(f, knee, up(f, f->body.knee_z_m), hip, up(f, f->body.hip_z_m), color);
	canvas_disc(f->canvas, knee, up(f, f->body.knee_z_m), 1.2f * f->bone, color);
}

/* How far from the left edge the left knee is. */
static float knee_x(const struct figure *f, double half_mm)
{
	float ankle = aside(f, -half_mm), hip = aside(f, -500 * f->body.hip_width_m);

	return ankle + (hip - ankle) * (float)(f->body.shank_m / f->body.leg_m);
}

static void band(
	const struct figure *f, double x1, double x2, float y, float h, uint32_t color)
{
	const struct canvas_point points[2] = { { (float)x1, y, 1 },
		{ (float)x2, y, 1 } };

	if (x2 > x1)
		canvas_strip(f->canvas, points, 2, h, color);
}

/* Over all that its shift may be, brighter where it is in any case; level, because its tilt is unknown. */
static void pelvis_draw(const struct figure *f, const json_t *shift)
{
	double low = clinic_number(shift, "p5"), high = clinic_number(shift, "p95");
	double half = 700 * f->body.hip_width_m;
	float y = up(f, f->body.hip_z_m) - 1.5f * f->bone, h = 3 * f->bone;

	if (isnan(low) || isnan(high))
		low = high = 0;
	band(f, aside(f, low - half), aside(f, high + half), y, h,
		theme_mix(THEME_BACKGROUND, THEME_CAUTION, 0.3));
	band(f, aside(f, high - half), aside(f, low + half), y, h,
		theme_mix(THEME_BACKGROUND, THEME_CAUTION, 0.55));
}

static void trunk_draw(const struct figure *f)
{
	float shoulder = up(f, SHOULDER_Z * f->stature_m), x = aside(f, 0);
	float half = (float)(SHOULDER_HALF * f->scale * f->stature_m);
	float head = (float)(HEAD_RADIUS * f->scale * f->stature_m);

	bone(f, x, up(f, f->body.l5s1_z_m), x, shoulder, THEME_MUTED);
	bone(f, x - half, shoulder, x + half, shoulder, THEME_MUTED);
	canvas_ring(f->canvas, x, up(f, (1 - HEAD_RADIUS) * f->stature_m), head,
		f->bone / 2, THEME_MUTED);
}

/* The dashed line above the centre of pressure, where the whole weight is. */
static void weight_line_draw(const struct figure *f, double com_mm)
{
	float x = aside(f, com_mm), dash = 2.5f * f->bone;

	if (isnan(com_mm))
		return;
	for (float y = up(f, TOP * f->stature_m); y + dash < up(f, 0); y += 2 * dash) {
		const struct canvas_point points[2] = { { x, y, 1 },
			{ x, y + dash, 1 } };
		canvas_strip(f->canvas, points, 2, f->bone / 2, THEME_TEXT);
	}
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

static struct figure figure_of(const json_t *results, struct canvas *canvas)
{
	const json_t *person = json_object_get(results, "person");
	double stature = clinic_number(person, "stature_m");
	struct figure f = { .canvas = canvas };

	f.stature_m = stature > 0.5 && stature < 2.6 ? stature : STATURE_M;
	body_init(&f.body, clinic_text(person, "sex")[0], f.stature_m);
	f.scale = canvas->h / (1.05 * f.stature_m);
	f.floor = canvas->h - 0.005 * f.stature_m * f.scale;
	f.middle = canvas->w / 2.0;
	f.bone = (float)(0.02 * canvas->h);
	return f;
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

void body_picture_draw(struct view *v, struct rect r, const json_t *results)
{
	const json_t *alignment = json_object_get(results, "alignment");
	struct parts_type t = frame_type(v);
	struct canvas *canvas;
	struct figure f;
	struct rect beside = r;
	double ankles;

	if (!json_is_object(alignment) || r.h < 8 * t.caption || r.w < 8 * t.caption ||
		!(canvas = ui_canvas(&v->ui, r.w, r.h)))
		return;
	canvas_fill(canvas, THEME_BACKGROUND);
	f = figure_of(results, canvas);
	ankles = value_of(results, "stance_width_mm");
	ankles = ankles > 40 && ankles < 400 ? ankles : ANKLES_MM;
	trunk_draw(&f);
	for (int side = -1; side <= 1; side += 2)
		leg_draw(&f, side, ankles / 2);
	pelvis_draw(&f, json_object_get(alignment, "pelvis_shift_mm"));
	weight_line_draw(&f, value_of(results, "com_ml_mm"));
	draw_keep_begin(&v->ui.list, r);
	draw_image(&v->ui.list, r.x, r.y, canvas);
	beside.w = (int)(knee_x(&f, ankles / 2) - 2 * f.bone);
	rect_cut_top(&beside, (int)up(&f, f.body.knee_z_m) - t.caption);
	knee_text(v, beside, DRAW_LEFT, C_("left foot", "L"),
		json_object_get(alignment, "knee_left_pct_bw"), THEME_LEFT);
	beside.x = r.x + r.w - beside.w;
	knee_text(v, beside, DRAW_RIGHT, C_("right foot", "R"),
		json_object_get(alignment, "knee_right_pct_bw"), THEME_RIGHT);
	draw_keep_end(&v->ui.list);
}
