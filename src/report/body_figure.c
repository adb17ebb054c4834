#include "src/report/body_figure.h"

#include <math.h>
#include <stdio.h>

#include "src/report/say.h"
#include "src/report/sheet.h"

#define FIGURE_MM     104.0 /* height of the person on the sheet */
#define SIDEWAYS      3.0 /* offsets are drawn larger than life, and the caption says so */
#define JOINT_MM      1.5
#define BONE_MM       2.6
#define PELVIS_MM     7.0   /* height of the band */
#define BAR_MM        4.0   /* width of a knee's bar */
#define BAR_SCALE_MM  0.13  /* height for each per cent of body weight */
#define HEAD_FRAC     0.065 /* radius over stature */
#define SHOULDER_FRAC 0.118 /* half width over stature */

/* Where the person stands on the sheet: metres to millimetres, floor below. */
struct view {
	double x_mm, floor_mm, scale;
};

static double height(const struct view *v, double z_m)
{
	return v->floor_mm - v->scale * z_m;
}

/* A width or an offset, to its larger scale. */
static double aside(const struct view *v, double mm)
{
	return v->x_mm + SIDEWAYS * v->scale * 1e-3 * mm;
}

static double finite_or(double value, double other)
{
	return isfinite(value) ? value : other;
}

static void label(struct paper *paper, double x, double y, double width,
	enum paper_align align, const char *text)
{
	struct paper_type type = sheet_small();

	type.align = align;
	type.colour = sheet_ink;
	paper_text(paper,
		align == PAPER_RIGHT    ? x - width
		: align == PAPER_CENTRE ? x - width / 2
					: x,
		y, width, &type, text);
}

static void joint(struct paper *paper, double x, double y)
{
	paper_disc(paper, x, y, JOINT_MM, (struct paper_colour){ 1, 1, 1 });
	paper_ring(paper, x, y, JOINT_MM, 0.5, sheet_muted);
}

static void bone(struct paper *paper, double x1, double y1, double x2, double y2)
{
	paper_line(paper, x1, y1, x2, y2, BONE_MM, sheet_rule);
}

/* --- from behind -------------------------------------------------------------------------------- */

static void range_text(char *out, size_t size, const struct inference_range *r,
	int decimals, const char *unit)
{
	if (isnan(r->median))
		snprintf(out, size, _("not known"));
	else
		snprintf(out, size, _("%.*f to %.*f %s"), decimals, r->p5, decimals,
			r->p95, unit);
}

/* A leg: foot, ankle, knee, hip; the knee's load as a bar with its range beside it. */
static void draw_leg(struct paper *paper, const struct view *v,
	const struct body_figure *f, int side)
{
	const struct inference_range *load =
		&f->alignment->range[side < 0 ? INFERENCE_KNEE_LEFT_PCT_BW
					      : INFERENCE_KNEE_RIGHT_PCT_BW];
	double half = 0.5e-3 * finite_or(f->ankle_width_mm, 170);
	double ankle = aside(v, side * 1e3 * half),
	       hip = aside(v, side * 0.5e3 * f->body.hip_width_m);
	double knee = ankle + (hip - ankle) * f->body.shank_m / f->body.leg_m;
	double beside = ankle + side * 11.0, foot_y = v->floor_mm;
	struct paper_colour colour = side < 0 ? sheet_left : sheet_right;
	char text[64];

	bone(paper, ankle, height(v, f->body.ankle_z_m), knee,
		height(v, f->body.knee_z_m));
	bone(paper, knee, height(v, f->body.knee_z_m), hip, height(v, f->body.hip_z_m));
	joint(paper, ankle, height(v, f->body.ankle_z_m));
	joint(paper, knee, height(v, f->body.knee_z_m));
	paper_box(paper, ankle - 5.5, foot_y - 1.4, 11.0, 1.4, colour);
	snprintf(text, sizeof(text), "%s %.0f %%", side < 0 ? "L" : "R",
		100 * (side < 0 ? 1 - f->right_frac : f->right_frac));
	label(paper, ankle, foot_y + 1.0, 24, PAPER_CENTRE, text);
	if (isnan(load->median))
		return;
	foot_y = height(v, f->body.knee_z_m) + 12.0;
	paper_shade(paper, beside - BAR_MM / 2, foot_y - BAR_SCALE_MM * load->p95,
		BAR_MM, BAR_SCALE_MM * (load->p95 - load->p5), colour, 0.35);
	paper_shade(paper, beside - BAR_MM / 2, foot_y - BAR_SCALE_MM * load->p5,
		BAR_MM, BAR_SCALE_MM * load->p5, colour, 0.85);
	range_text(text, sizeof(text), load, 0, "%BW");
	label(paper, beside, foot_y + 0.8, 30, PAPER_CENTRE, text);
}

/* The pelvis as a band: as wide as it is, over all that its shift may be, level, because its tilt is unknown. */
static void draw_pelvis(
	struct paper *paper, const struct view *v, const struct body_figure *f)
{
	const struct inference_range *shift =
		&f->alignment->range[INFERENCE_PELVIS_SHIFT_MM];
	double half = 0.7 * SIDEWAYS * v->scale * f->body.hip_width_m,
	       y = height(v, f->body.hip_z_m) - PELVIS_MM;
	double low = aside(v, finite_or(shift->p5, 0)),
	       high = aside(v, finite_or(shift->p95, 0));

	paper_shade(paper, low - half, y, high - low + 2 * half, PELVIS_MM, sheet_muted,
		0.25);
	if (low + half > high - half)
		paper_shade(paper, high - half, y, low - high + 2 * half, PELVIS_MM,
			sheet_muted, 0.35);
}

static void draw_front(
	struct paper *paper, const struct view *v, const struct body_figure *f)
{
	double com = aside(v, finite_or(f->com_ml_mm, 0));
	double pelvis = v->x_mm, l5 = height(v, f->body.l5s1_z_m),
	       shoulder = height(v, 0.82 * f->stature_m);
	char text[64], words[96];

	for (int side = -1; side <= 1; side += 2)
		draw_leg(paper, v, f, side);
	draw_pelvis(paper, v, f);
	bone(paper, pelvis, l5, v->x_mm, shoulder);
	bone(paper, v->x_mm - SHOULDER_FRAC * v->scale * f->stature_m, shoulder,
		v->x_mm + SHOULDER_FRAC * v->scale * f->stature_m, shoulder);
	paper_ring(paper, v->x_mm, height(v, (1 - HEAD_FRAC) * f->stature_m),
		HEAD_FRAC * v->scale * f->stature_m, 0.8, sheet_rule);
	joint(paper, pelvis, l5);
	paper_dash(paper, com, height(v, 1.02 * f->stature_m), com, v->floor_mm, 0.35,
		1.6, sheet_ink);
	range_text(text, sizeof(text), &f->alignment->range[INFERENCE_PELVIS_SHIFT_MM],
		0, "mm");
	snprintf(words, sizeof(words), _("pelvis, shift %s"), text);
	label(paper, v->x_mm + 27, height(v, f->body.hip_z_m) - PELVIS_MM - 1.0, 24,
		PAPER_LEFT, words);
}

/* --- from the side: the person looks to the right ------------------------------------------------- */

static void draw_side(
	struct paper *paper, const struct view *v, const struct body_figure *f)
{
	double com = aside(v, finite_or(f->com_ap_mm, 42));
	double foot = SIDEWAYS * v->scale * 0.152 * f->stature_m,
	       shoulder = height(v, 0.82 * f->stature_m);
	const struct inference_range *lean = &f->alignment->range[INFERENCE_LEAN_DEG];
	const struct inference_range *back =
		&f->alignment->range[INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT];
	char text[64], words[128];

	paper_box(paper, v->x_mm - 0.25 * foot, v->floor_mm - 1.2, foot, 1.2,
		sheet_muted);
	bone(paper, v->x_mm, height(v, f->body.ankle_z_m), v->x_mm,
		height(v, f->body.hip_z_m));
	bone(paper, v->x_mm, height(v, f->body.hip_z_m), v->x_mm, shoulder);
	paper_ring(paper, v->x_mm, height(v, (1 - HEAD_FRAC) * f->stature_m),
		HEAD_FRAC * v->scale * f->stature_m, 0.8, sheet_rule);
	joint(paper, v->x_mm, height(v, f->body.ankle_z_m));
	joint(paper, v->x_mm, height(v, f->body.knee_z_m));
	joint(paper, v->x_mm, height(v, f->body.hip_z_m));
	joint(paper, v->x_mm, height(v, f->body.l5s1_z_m));
	range_text(text, sizeof(text), back, 0, "%");
	snprintf(words, sizeof(words), _("L5/S1, extra load from the side offset: %s"),
		text);
	label(paper, v->x_mm + 13, height(v, f->body.l5s1_z_m) - 5, 34, PAPER_LEFT,
		words);
	if (isnan(f->com_ap_mm)) {
		label(paper, v->x_mm + 8, height(v, 0.3), 36, PAPER_LEFT,
			_("fore and aft: the ankles' place is not known"));
		return;
	}
	paper_dash(paper, com, height(v, 1.02 * f->stature_m), com, v->floor_mm, 0.35,
		1.6, sheet_ink);
	range_text(text, sizeof(text), lean, 1, "deg");
	snprintf(words, sizeof(words), _("lean %s"), text);
	label(paper, com + 3, height(v, 0.3), 36, PAPER_LEFT, words);
}

void body_figure_draw(struct paper *paper, double x_mm, double y_mm, double width_mm,
	const struct body_figure *f)
{
	double floor_mm = y_mm + FIGURE_MM + 8.0, scale = FIGURE_MM / f->stature_m;
	struct view front = { x_mm + 0.30 * width_mm, floor_mm, scale };
	struct view side = { x_mm + 0.71 * width_mm, floor_mm, scale };

	paper_tag(paper, "Figure");
	paper_line(paper, x_mm, floor_mm, x_mm + width_mm, floor_mm, 0.3, sheet_rule);
	draw_front(paper, &front, f);
	draw_side(paper, &side, f);
	paper_untag(paper, "Figure");
	label(paper, front.x_mm, y_mm, 60, PAPER_CENTRE, _("from behind"));
	label(paper, side.x_mm, y_mm, 60, PAPER_CENTRE, _("from the left"));
}
