/* The body loading picture as a sheet of its own, which is a whole one. */
#include <math.h>

#include "src/report/body_figure.h"
#include "src/report/pages.h"
#include "src/report/say.h"

static double mean_of(const struct report *r, int metric)
{
	const struct report_group *g = report_habitual(r);

	return g && g->value[metric].n > 0 ? g->value[metric].mean : NAN;
}

static void draw_figure(struct page *p)
{
	const struct inference_range *shift =
		&p->r->alignment.range[INFERENCE_PELVIS_SHIFT_MM];
	const struct figure_facts facts = { .sex = p->r->sex,
		.stature_m = p->r->stature_m,
		.ankle_width_mm = mean_of(p->r, METRIC_STANCE_WIDTH_MM),
		.com_ml_mm = mean_of(p->r, METRIC_COM_ML_MM),
		.com_ap_mm = mean_of(p->r, METRIC_COM_AP_MM),
		.pelvis_shift_p5_mm = shift->p5,
		.pelvis_shift_p95_mm = shift->p95 };
	struct body_figure figure = { .right_frac = mean_of(p->r, METRIC_RIGHT_FRAC),
		.alignment = &p->r->alignment };

	figure_init(&figure.figure, &facts);
	body_figure_draw(p->paper, SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &figure);
	p->y_mm += BODY_FIGURE_HEIGHT_MM;
}

void pages_body(struct page *p)
{
	struct paper_type small = page_small(p);

	p->y_mm = sheet_heading(p->paper, p->y_mm - 1,
		_("Body above the feet: model ranges, not measurements"));
	if (!p->r->has_alignment) {
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
			SHEET_WIDTH_MM, &small,
			_("Nothing can be said: that takes usable standing on two feet "
			  "with straight knees."));
		return;
	}
	draw_figure(p);
	p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm + 1.0, SHEET_WIDTH_MM,
		&small,
		_("Drawn from a model, widths larger than heights. Measured: shares "
		  "and the "
		  "line of gravity. Estimated: the bars, dark up to the 5 % limit of "
		  "the "
		  "range, light up to its 95 % limit; the pelvis, a band over all that "
		  "its "
		  "shift may be. Its tilt and rotation cannot be seen from the feet."));
}
