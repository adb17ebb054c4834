#include "src/report/body_figure.h"

#include <math.h>
#include <stdio.h>

#include "src/report/say.h"
#include "src/report/sheet.h"

#define FIGURE_MM    104.0 /* height of the person on the sheet */
#define JOINT_MM     1.5
#define BONE_MM      2.6
#define PELVIS_MM    7.0  /* height of the band */
#define BAR_MM       4.0  /* width of a knee's bar */
#define LOAD_MM      11.0 /* from a knee to its bar */
#define BAR_SCALE_MM 0.13 /* height for each per cent of body weight */

/* Where the person stands on the sheet: metres to millimetres, floor below. */
struct view {
	double x_mm, floor_mm, scale;
};

static double height(const struct view *v, double z_m)
{
	return v->floor_mm - v->scale * z_m;
}

static double aside(const struct view *v, double x_m)
{
	return v->x_mm + v->scale * x_m;
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

static void joint(struct paper *paper, const struct view *v, struct figure_point p)
{
	double x = aside(v, p.x_m), y = height(v, p.z_m);

	paper_disc(paper, x, y, JOINT_MM, (struct paper_colour){ 1, 1, 1 });
	paper_ring(paper, x, y, JOINT_MM, 0.5, sheet_muted);
}

static void bone(struct paper *paper, const struct view *v, struct figure_point from,
	struct figure_point to)
{
	paper_line(paper, aside(v, from.x_m), height(v, from.z_m), aside(v, to.x_m),
		height(v, to.z_m), BONE_MM, sheet_rule);
}

static void head(struct paper *paper, const struct view *v, const struct figure *f)
{
	paper_ring(paper, aside(v, f->head.x_m), height(v, f->head.z_m),
		v->scale * f->head_radius_m, 0.8, sheet_rule);
}

static void weight_line(
	struct paper *paper, const struct view *v, const struct figure *f, double x_m)
{
	paper_dash(paper, aside(v, x_m), height(v, f->top_z_m), aside(v, x_m),
		v->floor_mm, 0.35, 1.6, sheet_ink);
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

/* A knee's load as a bar with its range, beside it. */
static void draw_load(struct paper *paper, const struct view *v,
	const struct body_figure *f, int side)
{
	const struct inference_range *load =
		&f->alignment->range[side == 0 ? INFERENCE_KNEE_LEFT_PCT_BW
					       : INFERENCE_KNEE_RIGHT_PCT_BW];
	const struct figure_point *at = &f->figure.leg[side].knee_label;
	struct paper_colour colour = side == 0 ? sheet_left : sheet_right;
	double x = aside(v, at->x_m) + (side == 0 ? -LOAD_MM : LOAD_MM),
	       y = height(v, at->z_m) + 12.0;
	char text[64];

	if (isnan(load->median))
		return;
	paper_shade(paper, x - BAR_MM / 2, y - BAR_SCALE_MM * load->p95, BAR_MM,
		BAR_SCALE_MM * (load->p95 - load->p5), colour, 0.35);
	paper_shade(paper, x - BAR_MM / 2, y - BAR_SCALE_MM * load->p5, BAR_MM,
		BAR_SCALE_MM * load->p5, colour, 0.85);
	range_text(text, sizeof(text), load, 0, "%BW");
	label(paper, x, y + 0.8, 30, PAPER_CENTRE, text);
}

/* A leg: foot, ankle, knee, hip, and the foot's share. */
static void draw_leg(struct paper *paper, const struct view *v,
	const struct body_figure *f, int side)
{
	const struct figure_leg *leg = &f->figure.leg[side];
	double foot = aside(v, leg->foot.x_m);
	char text[64];

	bone(paper, v, leg->ankle, leg->knee);
	bone(paper, v, leg->knee, leg->hip);
	joint(paper, v, leg->ankle);
	joint(paper, v, leg->knee);
	paper_box(paper, foot - 5.5, v->floor_mm - 1.4, 11.0, 1.4,
		side == 0 ? sheet_left : sheet_right);
	snprintf(text, sizeof(text), "%s %.0f %%", side == 0 ? "L" : "R",
		100 * (side == 0 ? 1 - f->right_frac : f->right_frac));
	label(paper, foot, v->floor_mm + 1.0, 24, PAPER_CENTRE, text);
	draw_load(paper, v, f, side);
}

static void band(struct paper *paper, const struct view *v, double z_m,
	const double x_m[2], double share)
{
	if (x_m[1] > x_m[0])
		paper_shade(paper, aside(v, x_m[0]), height(v, z_m) - PELVIS_MM,
			v->scale * (x_m[1] - x_m[0]), PELVIS_MM, sheet_muted, share);
}

static void draw_front(
	struct paper *paper, const struct view *v, const struct body_figure *b)
{
	const struct figure *f = &b->figure;
	const struct figure_point left = { -f->shoulder_half_m, f->neck.z_m };
	const struct figure_point right = { f->shoulder_half_m, f->neck.z_m };
	char text[64], words[96];

	draw_leg(paper, v, b, 0);
	draw_leg(paper, v, b, 1);
	band(paper, v, f->pelvis_z_m, f->pelvis_possible_m, 0.25);
	band(paper, v, f->pelvis_z_m, f->pelvis_certain_m, 0.35);
	bone(paper, v, f->back, f->neck);
	bone(paper, v, left, right);
	head(paper, v, f);
	joint(paper, v, f->back);
	if (!isnan(f->com_x_m))
		weight_line(paper, v, f, f->com_x_m);
	range_text(text, sizeof(text), &b->alignment->range[INFERENCE_PELVIS_SHIFT_MM],
		0, "mm");
	snprintf(words, sizeof(words), _("pelvis, shift %s"), text);
	label(paper, aside(v, f->pelvis_label.x_m) + 2,
		height(v, f->pelvis_label.z_m) - PELVIS_MM - 1.0, 24, PAPER_LEFT,
		words);
}

/* --- from the side: the person looks to the right ------------------------------------------------- */

static void side_bones(
	struct paper *paper, const struct view *v, const struct figure *f)
{
	const struct figure_point ankle = { 0, f->leg[0].ankle.z_m };
	const struct figure_point knee = { 0, f->leg[0].knee.z_m };
	const struct figure_point hip = { 0, f->leg[0].hip.z_m };

	paper_box(paper, aside(v, f->heel_m), v->floor_mm - 1.2,
		v->scale * (f->toe_m - f->heel_m), 1.2, sheet_muted);
	bone(paper, v, ankle, hip);
	bone(paper, v, hip, f->neck);
	head(paper, v, f);
	joint(paper, v, ankle);
	joint(paper, v, knee);
	joint(paper, v, hip);
	joint(paper, v, f->back);
}

static void draw_side(
	struct paper *paper, const struct view *v, const struct body_figure *b)
{
	const struct figure *f = &b->figure;
	const struct inference_range *lean = &b->alignment->range[INFERENCE_LEAN_DEG];
	const struct inference_range *back =
		&b->alignment->range[INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT];
	char text[64], words[128];

	side_bones(paper, v, f);
	range_text(text, sizeof(text), back, 0, "%");
	snprintf(words, sizeof(words), _("L5/S1, extra load from the side offset: %s"),
		text);
	label(paper, v->x_mm + 13, height(v, f->back.z_m) - 5, 34, PAPER_LEFT, words);
	if (isnan(f->side_com_x_m)) {
		label(paper, v->x_mm + 8, height(v, 0.3), 36, PAPER_LEFT,
			_("fore and aft: the ankles' place is not known"));
		return;
	}
	weight_line(paper, v, f, f->side_com_x_m);
	range_text(text, sizeof(text), lean, 1, "deg");
	snprintf(words, sizeof(words), _("lean %s"), text);
	label(paper, aside(v, f->side_com_x_m) + 3, height(v, 0.3), 36, PAPER_LEFT,
		words);
}

void body_figure_draw(struct paper *paper, double x_mm, double y_mm, double width_mm,
	const struct body_figure *f)
{
	double floor_mm = y_mm + FIGURE_MM + 8.0,
	       scale = FIGURE_MM / f->figure.stature_m;
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
