#include "src/report/body_sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/core/metrics.h"
#include "src/report/body_figure.h"
#include "src/report/sheet.h"

#define STATURE_M 1.70 /* drawn where none is known */

static const char footer[] =
	"Posture and balance measurement and training aid. Not a diagnosis. Pelvis, "
	"knee and "
	"lower-back values are model estimates from foot pressure; confirm clinically. "
	"Usual-range "
	"limits are from published groups measured on other devices.";

static double draw_head(struct paper *paper, const struct body_sheet *s)
{
	char line[256];
	double y =
		sheet_title(paper, SHEET_TOP_MM, "Stance, posture station", s->title);

	snprintf(line, sizeof(line), "%s%s   %s",
		*s->patient ? "Patient " : "Anonymous", s->patient, s->when_iso);
	return sheet_paragraph(paper, y, line);
}

static double draw_figure(struct paper *paper, double y, const struct body_sheet *s)
{
	double stature = isnan(s->person.stature_m) ? STATURE_M : s->person.stature_m;
	struct body_figure figure = { .stature_m = stature,
		.right_frac = s->value[METRIC_RIGHT_FRAC],
		.com_ml_mm = s->value[METRIC_COM_ML_MM],
		.com_ap_mm = s->value[METRIC_COM_AP_MM],
		.ankle_width_mm = s->value[METRIC_STANCE_WIDTH_MM],
		.alignment = s->alignment };
	struct paper_type type = sheet_small();

	body_init(&figure.body, s->person.sex, stature);
	body_figure_draw(paper, SHEET_LEFT_MM, y, SHEET_WIDTH_MM, &figure);
	y += BODY_FIGURE_HEIGHT_MM;
	paper_tag(paper, "P");
	y += paper_text(paper, SHEET_LEFT_MM, y, SHEET_WIDTH_MM, &type,
		"Drawn from a model, widths larger than heights. Measured: shares and "
		"the line of "
		"gravity. Estimated: the bars, dark up to the 5 % limit of the range, "
		"light up to its "
		"95 % limit; the pelvis, a band over all that its shift may be. Its "
		"tilt and rotation "
		"cannot be seen from the feet.");
	paper_untag(paper, "P");
	return y + 1.0;
}

static double draw_ranges(struct paper *paper, double y, const struct body_sheet *s)
{
	static const struct sheet_column columns[] = {
		{ "model range, not a measurement", 104, PAPER_LEFT },
		{ "middle", 30, PAPER_RIGHT },
		{ "5 to 95 %", 42, PAPER_RIGHT },
	};
	struct sheet_row rows[INFERENCE_N];
	int n = 0;

	for (int q = 0; q < INFERENCE_N; q++) {
		const struct inference_info *info =
			inference_info((enum inference_quantity)q);
		const struct inference_range *r = &s->alignment->range[q];
		struct sheet_row *row = &rows[n];

		if (isnan(r->median))
			continue;
		snprintf(row->cell[0], sizeof(row->cell[0]), "%s", info->label);
		snprintf(row->cell[1], sizeof(row->cell[1]), "%.*f %s", info->decimals,
			r->median, info->unit);
		snprintf(row->cell[2], sizeof(row->cell[2]), "%.*f to %.*f",
			info->decimals, r->p5, info->decimals, r->p95);
		row->last_colour = sheet_ink;
		n++;
	}
	return sheet_table(paper, SHEET_LEFT_MM, y + 2.0, columns, 3, rows, n);
}

static void draw_findings(struct paper *paper, double y, const struct body_sheet *s)
{
	bool is_first = true;

	for (int i = 0; i < s->findings->n; i++) {
		const struct finding *f = &s->findings->items[i];
		char line[FINDING_TEXT_SIZE + 32];

		if (f->audience != s->audience)
			continue;
		if (is_first)
			y = sheet_heading(paper, y, "Findings");
		is_first = false;
		snprintf(line, sizeof(line), "%s  (grade %s)", f->text,
			finding_grade_name(f->rule->grade));
		y = sheet_paragraph(paper, y, line);
	}
}

/* A patient is shown sentences, not figures. */
static void draw(struct paper *paper, const struct body_sheet *s)
{
	int n_sheets = s->audience == AUDIENCE_CLINICIAN ? 2 : 1;
	double y = draw_head(paper, s);

	y = draw_figure(paper, y + 1.0, s);
	draw_findings(paper, y, s);
	sheet_footer(paper, footer, 1, n_sheets);
	if (n_sheets == 1)
		return;
	paper_turn(paper);
	y = draw_head(paper, s);
	y = draw_ranges(paper, y, s);
	sheet_paragraph(paper, y + 3.0, s->origin);
	sheet_footer(paper, footer, 2, n_sheets);
}

int body_sheet_write(
	const struct body_sheet *s, const char *path, enum paper_format format)
{
	struct paper_meta meta = { .title = s->title,
		.author = "Stance",
		.subject = "Body loading",
		.created_iso = s->when_iso };
	struct paper *paper;
	int error = paper_open(path, format, &meta, &paper);

	if (error)
		return error;
	draw(paper, s);
	return paper_close(paper);
}
