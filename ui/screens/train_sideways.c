/* The pictures of exercises that go from side to side: beam, metronome, slalom, blind match. */
#include <math.h>
#include <string.h>

#include "ui/core/theme.h"
#include "ui/screens/train.h"

/* The load that tips the beam as far as it goes. Chosen. */
#define BEAM_FULL_FRAC 0.25
#define BEAM_FULL_RAD  0.35

static double tilt(double left)
{
	double off = (left - 0.5) / BEAM_FULL_FRAC;

	return BEAM_FULL_RAD * fmin(1, fmax(-1, off));
}

/* A beam through the middle; the heavier side is lower. */
static void beam_line(
	struct far_picture *p, double left, float width, uint32_t a, uint32_t b)
{
	float middle = (float)p->r.w / 2, arm = (float)p->r.w * 0.44F;
	float dx = arm * (float)cos(tilt(left)), dy = arm * (float)sin(tilt(left));

	far_line(p, middle - dx, middle + dy, middle, middle, width, a);
	far_line(p, middle, middle, middle + dx, middle - dy, width, b);
}

void train_beam_at(struct far_picture *p, double left, double target, double tolerance,
	bool inside)
{
	float middle = (float)p->r.w / 2;
	uint32_t zone = theme_mix(THEME_MAT, THEME_ACTION, inside ? 0.6 : 0.3);

	if (!isnan(target) && !isnan(tolerance))
		for (int i = -8; i <= 8; i++)
			beam_line(
				p, target + tolerance * i / 8, 4 * p->line, zone, zone);
	far_line(p, middle, middle, middle, (float)p->r.h * 0.9F, 3 * p->line,
		THEME_MUTED);
	if (!isnan(left))
		beam_line(p, left, 4 * p->line, THEME_LEFT, THEME_RIGHT);
	canvas_disc(p->canvas, middle, middle, 4 * p->line,
		inside ? THEME_ACTION : THEME_TEXT);
}

void train_beam(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	(void)doc;
	train_beam_at(p, train_number(pic, "left_frac"),
		train_number(pic, "target_left_frac"),
		train_number(pic, "tolerance_frac"), train_flag(pic, "inside"));
}

void train_match(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	double left = train_number(pic, "left_frac");
	double target = train_number(pic, "target_left_frac");

	if (isnan(left) && isnan(target))
		train_look(p, doc, pic);
	else
		train_beam(p, doc, pic);
}

/* The two places, the one that the beat asks for filling up towards the beat. */
void train_metronome(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	double x = train_pair(pic, "target_mm", 0);
	double beat = train_number(pic, "beat_frac");
	const char *side = train_word(pic, "side");
	float middle = (float)p->r.h / 2, place = (float)p->r.w * 0.36F,
	      radius = (float)p->r.w / 9;

	(void)doc;
	far_line(p, (float)p->r.w / 2 - place, middle, (float)p->r.w / 2 + place,
		middle, p->line, THEME_LINE);
	for (int k = -1; k <= 1; k += 2) {
		bool asked = strcmp(side, k < 0 ? "left" : "right") == 0;
		uint32_t color = k < 0 ? THEME_LEFT : THEME_RIGHT;
		float at = (float)p->r.w / 2 + (float)k * place;
		canvas_ring(p->canvas, at, middle, radius, p->line,
			asked ? color : THEME_MUTED);
		if (asked && !isnan(beat))
			canvas_disc(p->canvas, at, middle,
				(radius - 2 * p->line) * (float)fmin(1, beat),
				theme_mix(THEME_MAT, color, 0.7));
	}
	if (!isnan(x))
		far_line(p, far_x(p, x), middle - radius / 2, far_x(p, x),
			middle + radius / 2, p->line, THEME_MUTED);
	far_dot(p, train_pair(pic, "dot_mm", 0), 0, THEME_TEXT);
}

/* How far ahead a gate comes into the picture. Chosen. */
#define GATE_AHEAD_S 6.0

static void gate_draw(struct far_picture *p, const json_t *gate, float at)
{
	double in_s = train_number(gate, "in_s");
	double x = train_number(gate, "x_mm"),
	       half = train_number(gate, "half_width_mm");
	const json_t *passed = json_object_get(gate, "passed");
	float y = at * (1 - (float)(in_s / GATE_AHEAD_S)), post = p->line * 3;
	/* A missed one goes pale, and is no fault. */
	uint32_t color = json_is_true(passed)    ? THEME_ACTION
			 : json_is_false(passed) ? THEME_LINE
						 : THEME_CAUTION;

	if (isnan(x) || isnan(half) || !(in_s < GATE_AHEAD_S) || y > (float)p->r.h)
		return;
	far_line(p, far_x(p, x - half), y - post, far_x(p, x - half), y + post,
		2 * p->line, color);
	far_line(p, far_x(p, x + half), y - post, far_x(p, x + half), y + post,
		2 * p->line, color);
	far_line(p, far_x(p, x - half), y, far_x(p, x + half), y, p->line / 2, color);
}

void train_slalom(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	const json_t *gates = json_object_get(pic, "gates");
	float at = (float)p->r.h * 0.8F;

	(void)doc;
	for (size_t i = 0; i < json_array_size(gates); i++)
		gate_draw(p, json_array_get(gates, i), at);
	far_dot(p, train_pair(pic, "dot_mm", 0), -(at - (float)p->r.h / 2) / p->px_mm,
		THEME_TEXT);
}
