/* What the stance is compatible with: modelled ranges as bars, the pelvis as a band. */
#include <math.h>
#include <stdio.h>

#include "src/report/chart.h"
#include "src/report/pages.h"
#include "src/report/say.h"

#define ROW_AIR_MM   1.6
#define DENSE_AIR_MM 0.9
#define ROW_MM       5.3 /* about, for what fits */
#define BAR_MM       2.6
#define HEAD_MM      20.0 /* heading and note */
#define PELVIS_MM    5.0
#define NAME_MM      70.0
#define CHART_MM     54.0

/* The scale of each quantity's bar, wide enough for nearly all people (docs/clinical-basis.md, examples). */
static const struct scale {
	double low, high, zero;
} scales[INFERENCE_N] = {
	[INFERENCE_LEAN_DEG] = { -2, 8, 0 },
	[INFERENCE_ANKLE_MOMENT_NM] = { -20, 80, 0 },
	[INFERENCE_PELVIS_SHIFT_MM] = { -50, 50, 0 },
	[INFERENCE_OBLIQUITY_FROM_SHIFT_DEG] = { -1, 1, 0 },
	[INFERENCE_KNEE_LEFT_PCT_BW] = { 0, 250, 107 },
	[INFERENCE_KNEE_RIGHT_PCT_BW] = { 0, 250, 107 },
	[INFERENCE_KNEE_RIGHT_MORE_PCT] = { -60, 60, 0 },
	[INFERENCE_L5S1_MOMENT_FRONTAL_NM] = { -5, 30, 0 },
	[INFERENCE_L5S1_MOMENT_SAGITTAL_NM] = { -20, 40, 0 },
	[INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT] = { -10, 60, 0 },
	[INFERENCE_L5S1_COMPRESSION_EXTRA_PCT] = { -10, 100, 0 },
};

static struct paper_colour colour_of(enum inference_quantity q)
{
	return q == INFERENCE_KNEE_LEFT_PCT_BW    ? sheet_left
	       : q == INFERENCE_KNEE_RIGHT_PCT_BW ? sheet_right
						  : sheet_ink;
}

static const char *unit_of(enum inference_quantity q)
{
	return q == INFERENCE_LEAN_DEG || q == INFERENCE_OBLIQUITY_FROM_SHIFT_DEG
		       ? "\xc2\xb0"
		       : inference_info(q)->unit;
}

static void draw_row(struct page *p, enum inference_quantity q)
{
	const struct inference_range *range = &p->r->alignment.range[q];
	const struct inference_info *info = inference_info(q);
	struct chart chart = { SHEET_LEFT_MM + NAME_MM, CHART_MM, scales[q].low,
		scales[q].high, false };
	struct paper_type type = page_body(p);
	bool is_pelvis = q == INFERENCE_PELVIS_SHIFT_MM;
	double middle = p->y_mm + 2.0, value_x = chart.x_mm + CHART_MM + 2.0;
	double end;
	char median[SAY_SIZE], span[3 * SAY_SIZE], text[6 * SAY_SIZE];

	paper_tag(p->paper, "TR");
	end = sheet_put(p->paper, "TD", SHEET_LEFT_MM, p->y_mm, NAME_MM - 2, &type,
		_(info->label));
	chart_ground(p->paper, &chart, middle);
	chart_tick(p->paper, &chart, middle, BAR_MM, scales[q].zero);
	chart_range(p->paper, &chart, middle, is_pelvis ? PELVIS_MM - 1 : BAR_MM,
		range->p5, range->median, range->p95, colour_of(q));
	say_range(span, sizeof(span), range->p5, range->p95, info->decimals);
	snprintf(text, sizeof(text), _("%s %s, median %s"), span, unit_of(q),
		say_number(median, sizeof(median), range->median, info->decimals));
	type.align = PAPER_RIGHT;
	type.bold = 1;
	end = fmax(end, sheet_put(p->paper, "TD", value_x, p->y_mm,
				SHEET_RIGHT_MM - value_x, &type, text));
	paper_untag(p->paper, "TR");
	p->y_mm = end + (p->is_dense ? DENSE_AIR_MM : ROW_AIR_MM);
}

static double measure(struct page *p)
{
	int n = 0;

	for (int q = 0; q < INFERENCE_N; q++)
		n += !isnan(p->r->alignment.range[q].median);
	return HEAD_MM + ROW_MM * n;
}

void pages_ranges(struct page *p)
{
	struct paper_type small = page_small(p);

	page_need(p, p->r->has_alignment ? measure(p) : 16);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1,
		_("Body above the feet: model ranges, not measurements"));
	if (!p->r->has_alignment) {
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
			SHEET_WIDTH_MM, &small,
			_("Nothing can be said: that takes usable standing on two feet "
			  "with straight knees."));
		return;
	}
	paper_tag(p->paper, "Table");
	for (int q = 0; q < INFERENCE_N; q++)
		if (!isnan(p->r->alignment.range[q].median))
			draw_row(p, (enum inference_quantity)q);
	paper_untag(p->paper, "Table");
	p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm + 0.5, SHEET_WIDTH_MM,
		&small,
		_("Bars reach from 5 to 95 % of what a published mechanical model "
		  "finds "
		  "compatible with the measured loads; thick tick: median; thin tick: "
		  "balanced standing. %BW: per cent of body weight. The mat cannot see "
		  "tilt or rotation of the pelvis, leg length, the frontal moment of "
		  "the "
		  "knees or the shape of the spine."));
	if (p->r->alignment.beyond_model)
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
			SHEET_WIDTH_MM, &small,
			_("The shares lie beyond 30 to 70 %: the lines of the knees do "
			  "not hold there."));
}
