/* The clinician's first sheet: what was measured. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/report/chart.h"
#include "src/report/feet_figure.h"
#include "src/report/pages.h"
#include "src/report/say.h"

#define FEET_WIDTH_MM  92.0
#define FEET_HEIGHT_MM 82.0
#define GAP_MM         6.0
#define LOAD_X_MM      (SHEET_LEFT_MM + FEET_WIDTH_MM + GAP_MM)
#define LOAD_WIDTH_MM  (SHEET_RIGHT_MM - LOAD_X_MM)

/* What is drawn, told in words below it: also for those who hear the sheet. */
static void draw_caption(struct page *p)
{
	struct paper_type type = sheet_small();
	char text[512];

	if (p->r->picture_trial == 0)
		return;
	snprintf(text, sizeof(text),
		p->r->map.cells
			? _("Mean pressure while trial %lld was measured, seen from "
			    "above; dot: mean centre of pressure.")
			: _("What the feet touched in trial %lld, seen from above; "
			    "dot: mean centre of pressure."),
		(long long)p->r->picture_trial);
	sheet_put(p->paper, "Caption", SHEET_LEFT_MM, p->y_mm + FEET_HEIGHT_MM,
		FEET_WIDTH_MM, &type, text);
}

static void draw_feet(struct page *p)
{
	const struct feet_style style = { .share_pt = 15,
		.share_decimals = 1,
		.has_legend = true,
		.has_cop = true,
		.share_unit = " %" };
	double top = p->y_mm;

	feet_figure_draw(p->paper, SHEET_LEFT_MM, top, FEET_WIDTH_MM, FEET_HEIGHT_MM,
		p->r, &style);
	draw_caption(p);
	pages_load(p, LOAD_X_MM, LOAD_WIDTH_MM);
	p->y_mm = fmax(p->y_mm, top + FEET_HEIGHT_MM + 7.0);
}

void pages_measured(struct page *p)
{
	int index[REPORT_MAX_GROUPS];
	int n = pages_sway_groups(p->r, index);

	p->y_mm = sheet_heading_at(p->paper, SHEET_LEFT_MM, p->y_mm - 1, FEET_WIDTH_MM,
		_("How the weight lies"));
	draw_feet(p);
	pages_sway(p, 0, n < PAGES_ON_FIRST ? n : PAGES_ON_FIRST);
	pages_history(p);
}
