/* The pictures of the pages in plain words: a person from behind, so that right is right, on the mat. What is a range
 * looks like one. Places are parts of the picture's side, from its upper left corner. */
#include <math.h>

#include "ui/core/theme.h"
#include "ui/screens/plain.h"

/* Where a body leans by this much it is seen at arm's length, which millimetres are not. */
#define LEAN 0.055F

#define FEET_Y 0.90F
#define KNEE_Y 0.70F
#define HIP_Y  0.50F
#define NECK_Y 0.21F
#define STANCE 0.11F /* from the middle to a foot */
#define HIPS   0.06F
#define COLUMN 0.5F /* what a column shows as even standing */

struct pen {
	struct far_picture *p;
	float side;  /* of the picture, pixels */
	float shift; /* of hips and trunk */
};

static void line(struct pen *pen, float x0, float y0, float x1, float y1, float w,
	uint32_t color)
{
	float s = pen->side;

	far_line(pen->p, x0 * s, y0 * s, x1 * s, y1 * s, w * s, color);
}

static void disc(struct pen *pen, float x, float y, float radius, uint32_t color)
{
	canvas_disc(pen->p->canvas, x * pen->side, y * pen->side, radius * pen->side,
		color);
}

static float knee_x(const struct pen *pen, float side)
{
	return 0.5F + (side * STANCE + pen->shift + side * HIPS) / 2;
}

static void leg(struct pen *pen, float side, float bend, uint32_t color)
{
	float knee = knee_x(pen, side) + side * bend;

	line(pen, 0.5F + side * STANCE, FEET_Y, knee, KNEE_Y, 0.05F, color);
	line(pen, knee, KNEE_Y, 0.5F + pen->shift + side * HIPS, HIP_Y, 0.06F, color);
}

static void trunk(struct pen *pen, uint32_t color)
{
	float x = 0.5F + pen->shift;

	line(pen, x, HIP_Y - 0.02F, x, NECK_Y + 0.04F, 0.1F, color);
	line(pen, x - 0.1F, NECK_Y + 0.05F, x + 0.1F, NECK_Y + 0.05F, 0.05F, color);
	for (float side = -1; side <= 1; side += 2)
		line(pen, x + side * 0.11F, NECK_Y + 0.05F, x + side * 0.13F, 0.47F,
			0.035F, color);
	line(pen, x - HIPS, HIP_Y, x + HIPS, HIP_Y, 0.07F, color);
	disc(pen, x, 0.11F, 0.065F, color);
}

/* What each foot carries, below them: one bar, shared. */
static void shares(struct pen *pen, float left)
{
	float x = 0.14F, w = 0.72F, y = 0.96F, cut = x + w * left;

	line(pen, x, y, cut, y, 0.035F, THEME_LEFT);
	line(pen, cut, y, x + w, y, 0.035F, THEME_RIGHT);
	line(pen, cut, y - 0.02F, cut, y + 0.02F, 0.008F, THEME_MAT);
}

static uint32_t body_color(void)
{
	return theme_mix(THEME_MAT, THEME_TEXT, 0.55);
}

static void person(struct pen *pen, uint32_t left, uint32_t right)
{
	leg(pen, -1, 0, left);
	leg(pen, 1, 0, right);
	trunk(pen, body_color());
}

/* A range from nothing to its end, lying: a pale band with both ends. */
static void band(struct pen *pen, float x0, float x1, float y, float h)
{
	for (float x = x0; x < x1; x += 0.006F)
		line(pen, x, y - h / 2, x, y + h / 2, 0.01F,
			theme_mix(THEME_MAT, THEME_CAUTION, 0.45));
	line(pen, x0, y - h / 2, x0, y + h / 2, 0.012F, THEME_CAUTION);
	line(pen, x1, y - h / 2, x1, y + h / 2, 0.012F, THEME_CAUTION);
}

/* The same, standing: what is there anyway, and on it the range of what comes to it. */
static void column(struct pen *pen, float base, float low, float high, uint32_t color)
{
	float x = 0.88F, foot = 0.72F, top = foot - base;

	line(pen, x, foot, x, top, 0.06F, color);
	line(pen, x, top - low, x, top - high, 0.06F,
		theme_mix(THEME_MAT, THEME_CAUTION, 0.45));
	line(pen, x - 0.05F, top - low, x + 0.05F, top - low, 0.012F, THEME_CAUTION);
	line(pen, x - 0.05F, top - high, x + 0.05F, top - high, 0.012F, THEME_CAUTION);
}

static void knees(struct pen *pen, double lean)
{
	const struct plain_figures f = plain_compute();
	float more = (float)lean / 100 * COLUMN; /* a column to its own scale */

	person(pen, body_color(), body_color());
	for (float side = -1; side <= 1; side += 2)
		disc(pen, knee_x(pen, side), KNEE_Y, 0.042F,
			side < 0 ? THEME_LEFT : THEME_RIGHT);
	column(pen, COLUMN, more * (float)f.knee_low, more * (float)f.knee_high,
		THEME_RIGHT);
}

static void pelvis(struct pen *pen, double lean)
{
	float far = LEAN * (float)lean;

	pen->shift = 0;
	person(pen, theme_mix(THEME_MAT, THEME_TEXT, 0.3),
		theme_mix(THEME_MAT, THEME_TEXT, 0.3));
	band(pen, 0.5F, 0.5F + 2 * far + 0.001F, HIP_Y, 0.11F);
}

static void back(struct pen *pen, double lean)
{
	const struct plain_figures f = plain_compute();
	float x = 0.5F + pen->shift;

	person(pen, body_color(), body_color());
	for (int i = 0; i < 4; i++)
		disc(pen, x, HIP_Y - 0.03F - 0.035F * (float)i, 0.016F, THEME_TEXT);
	column(pen, COLUMN, 0, (float)(lean * f.back_pct / 100) * COLUMN, body_color());
}

static void bent(struct pen *pen, double lean)
{
	leg(pen, -1, 0.045F, THEME_LEFT);
	leg(pen, 1, 0, THEME_RIGHT);
	trunk(pen, body_color());
	shares(pen, 0.5F - 0.1F * (float)lean);
}

/* One foot from above, its big toe inwards. */
static void foot(struct pen *pen, float side, uint32_t color)
{
	float x = 0.5F + side * 0.16F;

	line(pen, x, 0.68F, x + side * 0.01F, 0.5F, 0.09F, color);
	line(pen, x + side * 0.01F, 0.5F, x + side * 0.015F, 0.4F, 0.13F, color);
	for (int i = 0; i < 5; i++)
		disc(pen, x + side * (-0.055F + 0.03F * (float)i),
			0.305F + 0.014F * (float)i, 0.024F - 0.002F * (float)i, color);
}

/* The mat from above with both feet, and how the middle of the weight wanders. */
static void mat(struct pen *pen, double lean)
{
	float a = 0.18F, b = 0.82F, s = pen->side;
	float x = 0.5F + 0.04F * (float)lean, y = 0.52F;

	line(pen, a, a, b, a, 0.012F, THEME_LINE);
	line(pen, b, a, b, b, 0.012F, THEME_LINE);
	line(pen, b, b, a, b, 0.012F, THEME_LINE);
	line(pen, a, b, a, a, 0.012F, THEME_LINE);
	foot(pen, -1, THEME_LEFT);
	foot(pen, 1, THEME_RIGHT);
	canvas_ring(pen->p->canvas, x * s, y * s, 0.065F * s, 0.008F * s, THEME_MUTED);
	disc(pen, x, y, 0.028F, THEME_TEXT);
}

/* The feet are seen, the rest is not. */
static void blind(struct pen *pen)
{
	uint32_t dark = theme_mix(THEME_MAT, THEME_TEXT, 0.16);

	person(pen, dark, dark);
	for (float side = -1; side <= 1; side += 2)
		line(pen, 0.5F + side * STANCE - 0.03F, FEET_Y + 0.01F,
			0.5F + side * STANCE + 0.03F, FEET_Y + 0.01F, 0.05F,
			side < 0 ? THEME_LEFT : THEME_RIGHT);
}

static void usual(struct pen *pen)
{
	float x = 0.14F, w = 0.72F;

	person(pen, THEME_LEFT, THEME_RIGHT);
	shares(pen, 0.48F);
	/* the usual range, as on the live screen */
	line(pen, x + w * 0.45F, 0.925F, x + w * 0.55F, 0.925F, 0.015F, THEME_ACTION);
}

static void aim(struct pen *pen)
{
	person(pen, THEME_LEFT, THEME_RIGHT);
	canvas_ring(pen->p->canvas, 0.5F * pen->side, 0.5F * pen->side,
		0.47F * pen->side, 0.012F * pen->side, THEME_ACTION);
}

bool plain_moves(enum plain_page page)
{
	return page != PLAIN_FEET && page != PLAIN_USUAL && page != PLAIN_BLIND &&
	       page != PLAIN_AIM;
}

void plain_picture(struct far_picture *p, enum plain_page page, double lean)
{
	struct pen pen = { p, (float)p->r.w, 0 };

	if (page == PLAIN_SIDE || page == PLAIN_KNEE || page == PLAIN_BACK ||
		page == PLAIN_BENT)
		pen.shift = LEAN * (float)lean;
	switch (page) {
	case PLAIN_FEET:
		person(&pen, THEME_LEFT, THEME_RIGHT);
		shares(&pen, 0.5F);
		break;
	case PLAIN_SIDE:
		person(&pen, THEME_LEFT, THEME_RIGHT);
		shares(&pen, (float)(0.5 - lean * PLAIN_SIDE_MM / PLAIN_ANKLES_MM));
		break;
	case PLAIN_USUAL:
		usual(&pen);
		break;
	case PLAIN_KNEE:
		knees(&pen, lean);
		break;
	case PLAIN_PELVIS:
		pelvis(&pen, lean);
		break;
	case PLAIN_BACK:
		back(&pen, lean);
		break;
	case PLAIN_BENT:
		bent(&pen, lean);
		break;
	case PLAIN_SEES:
		mat(&pen, lean);
		break;
	case PLAIN_BLIND:
		blind(&pen);
		break;
	default:
		aim(&pen);
		break;
	}
}

void plain_shares(struct far_picture *p, double left_frac)
{
	/* The person leans as far as the pages' example does at its share. */
	double lean = (0.5 - left_frac) * PLAIN_ANKLES_MM / PLAIN_SIDE_MM;
	struct pen pen = { p, (float)p->r.w,
		LEAN * (float)fmax(-1.5, fmin(1.5, lean)) };

	person(&pen, THEME_LEFT, THEME_RIGHT);
	shares(&pen, (float)left_frac);
}
