/* The calm pictures of a training: the dot to look at, the ring, the targets, the lake. */
#include <math.h>
#include <string.h>

#include "ui/core/theme.h"
#include "ui/screens/train.h"

void train_look(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	float middle = (float)p->r.w / 2;

	(void)doc;
	(void)pic;
	canvas_disc(p->canvas, middle, middle, (float)p->r.w / 16, THEME_TEXT);
}

static uint32_t ring_color(const json_t *pic)
{
	return train_flag(pic, "inside") ? THEME_ACTION : THEME_TEXT;
}

void train_hold(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	(void)doc;
	far_ring(p, train_pair(pic, "target_mm", 0), train_pair(pic, "target_mm", 1),
		train_number(pic, "radius_mm"), ring_color(pic));
	far_dot(p, train_pair(pic, "dot_mm", 0), train_pair(pic, "dot_mm", 1),
		ring_color(pic));
}

/* How long it was held already, around the target. */
static void held_draw(struct far_picture *p, const json_t *pic, double x, double y)
{
	double radius = train_number(pic, "radius_mm") * p->px_mm;
	double held = train_number(pic, "held_frac");

	if (isnan(radius) || isnan(x) || isnan(y) || !(held > 0))
		return;
	canvas_arc(p->canvas, far_x(p, x), far_y(p, y), (float)radius + 3 * p->line,
		2 * p->line, (float)held, THEME_ACTION);
}

void train_targets(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	double x = train_pair(pic, "target_mm", 0), y = train_pair(pic, "target_mm", 1);
	double turn = train_number(pic, "direction") * M_PI / 4;
	float far = (float)p->r.w / 2 - 4 * p->line;

	(void)doc;
	/* The middle; and which way, where the target itself is hidden. */
	canvas_disc(p->canvas, (float)p->r.w / 2, (float)p->r.h / 2, p->line * 2,
		THEME_MUTED);
	if (isnan(x) && !isnan(turn) && turn >= 0 &&
		strcmp(train_word(pic, "part"), "back") != 0)
		far_line(p, (float)p->r.w / 2 + far * 0.82F * (float)sin(turn),
			(float)p->r.h / 2 - far * 0.82F * (float)cos(turn),
			(float)p->r.w / 2 + far * (float)sin(turn),
			(float)p->r.h / 2 - far * (float)cos(turn), 3 * p->line,
			THEME_CAUTION);
	far_ring(p, x, y, train_number(pic, "radius_mm"), ring_color(pic));
	held_draw(p, pic, x, y);
	far_dot(p, train_pair(pic, "dot_mm", 0), train_pair(pic, "dot_mm", 1),
		ring_color(pic));
}

/* Rings of ripples: the rougher, the higher; a smooth lake is one even surface. */
void train_lake(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	double rough = train_number(pic, "rough_frac");
	float middle = (float)p->r.w / 2;

	(void)doc;
	if (isnan(rough)) {
		train_look(p, doc, pic);
		return;
	}
	canvas_disc(p->canvas, middle, middle, middle - p->line,
		theme_mix(THEME_MAT, THEME_LEFT, 0.35));
	for (int i = 1; i <= 6; i++)
		canvas_ring(p->canvas, middle, middle, middle * (float)i / 6.5F,
			p->line * (0.5F + 2 * (float)rough),
			theme_mix(theme_mix(THEME_MAT, THEME_LEFT, 0.35), THEME_TEXT,
				0.75 * fmin(1, rough)));
	canvas_disc(p->canvas, middle, middle, p->line * 3, THEME_TEXT);
}

/* Closed lids with their lashes. */
static void lids_draw(struct far_picture *p, uint32_t color)
{
	float middle = (float)p->r.w / 2, wide = (float)p->r.w / 7;

	for (int i = -6; i <= 6; i++) {
		float a = (float)i / 6, b = (float)(i + 1) / 6;
		float x = middle + a * wide, y = middle + wide * 0.45F * (1 - a * a);
		if (i < 6)
			far_line(p, x, y, middle + b * wide,
				middle + wide * 0.45F * (1 - b * b), 2 * p->line,
				color);
		if (i % 2 == 0 && i > -6 && i < 6)
			far_line(p, x, y, x + a * wide * 0.25F, y + wide * 0.35F,
				2 * p->line, color);
	}
}

/* Half an octave up or down, or all to one side, is this far out. Chosen: within the picture. */
#define TONE_OUT_FRAC 0.36

/* What is heard, for who stands beside: forward up, the louder the larger. */
void train_by_ear(struct far_picture *p, const json_t *doc, const json_t *pic)
{
	const json_t *tone = json_object_get(pic, "tone");
	double volume = train_number(tone, "volume_frac");
	double out = p->r.w * TONE_OUT_FRAC, x = train_number(tone, "pan_frac");
	double y = 2 * log2(train_number(tone, "pitch_hz") / 707.1);
	uint32_t color = train_flag(pic, "inside") ? THEME_ACTION : THEME_TEXT;
	float middle = (float)p->r.w / 2;

	(void)doc;
	canvas_ring(p->canvas, middle, middle, (float)p->r.w / 4.5F, p->line,
		pic ? color : THEME_LINE);
	lids_draw(p, color);
	if (!(volume > 0) || isnan(x) || isnan(y) || train_flag(pic, "inside"))
		return;
	canvas_disc(p->canvas, middle + (float)(out * fmin(1, fmax(-1, x))),
		middle - (float)(out * fmin(1, fmax(-1, y))),
		(float)p->r.w * (0.03F + 0.07F * (float)fmin(1, volume)),
		THEME_CAUTION);
}

train_picture_fn *train_picture(const char *exercise, const char *kind)
{
	static const struct {
		const char *exercise;
		train_picture_fn *draw;
	} all[] = {
		{ "hold-dot", train_hold },
		{ "beam", train_beam },
		{ "targets-8", train_targets },
		{ "limits", train_targets },
		{ "metronome", train_metronome },
		{ "slalom", train_slalom },
		{ "still-lake", train_lake },
		{ "blind-match", train_match },
	};

	if (strcmp(kind, "none") == 0)
		return train_look;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(exercise, all[i].exercise) == 0)
			return all[i].draw;
	return train_look;
}
