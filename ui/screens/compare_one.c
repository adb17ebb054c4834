/* All that is known of one measure in two visits. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/compare.h"

struct lines {
	struct view *v;
	struct rect r;
	const json_t *row;
};

static void line(struct lines *l, const char *label, const char *value)
{
	struct parts_type t = frame_type(l->v);
	int h = value[0] != '\0' ? clinic_line_draw(&l->v->ui, &t, l->r, label, value)
				 : 0;

	rect_cut_top(&l->r, h > 0 ? h + t.gap / 3 : 0);
}

static void paragraph(struct lines *l, const char *text, bool large, uint32_t color)
{
	struct parts_type t = frame_type(l->v);
	struct draw_style style =
		large ? parts_bold(&t, t.body) : parts_regular(&t, t.caption);
	int widest,
		h = draw_wrapped_height(&l->v->ui.list, &style, l->r.w, text, &widest);

	if (text[0] == '\0' || h > l->r.h || widest > l->r.w)
		return;
	draw_wrapped(
		&l->v->ui.list, &style, rect_cut_top(&l->r, h), DRAW_LEFT, color, text);
	rect_cut_top(&l->r, t.gap / 2);
}

/* "12.1 mm/s  ± 0.9", behind the day. */
static void value_line(struct lines *l, const json_t *document, const char *key)
{
	char day[RESULTS_TEXT_BYTES], number[40], error[80], text[RESULTS_TEXT_BYTES];

	compare_day(document, key, day, sizeof(day));
	snprintf(text, sizeof(text), "%s %s   %s",
		results_number(l->row, key, number, sizeof(number)),
		results_unit(l->row), compare_error(l->row, key, error, sizeof(error)));
	line(l, day, text);
}

static void mdc_line(struct lines *l)
{
	double mdc = clinic_number(l->row, "mdc95");
	char number[40], text[RESULTS_TEXT_BYTES];

	if (isnan(mdc))
		return;
	if (strcmp(clinic_text(l->row, "mdc95_of"), "ratio") == 0) {
		i18n_number(number, sizeof(number), mdc, 2);
		snprintf(text, sizeof(text), _("factor %s or its inverse"), number);
	} else {
		results_mdc(l->row, text, sizeof(text));
	}
	line(l, _("Change beyond the error from"), text);
}

void compare_one_draw(struct view *v, struct rect r, const struct results_row *row,
	const json_t *document)
{
	struct lines l = { v, r, row->row };
	char text[CLINIC_LINE_BYTES], number[40];

	paragraph(&l, results_name(row->row, "label", text, sizeof(text)), true,
		THEME_TEXT);
	paragraph(&l, results_group_name(row->group, text, sizeof(text)), false,
		THEME_MUTED);
	value_line(&l, document, "a");
	value_line(&l, document, "b");
	if (!isnan(clinic_number(row->row, "difference"))) {
		snprintf(text, sizeof(text), "%s %s",
			results_signed(row->row, "difference", number, sizeof(number)),
			results_unit(row->row));
		line(&l, _("Difference"), text);
		line(&l, _("The difference is"), results_larger(row->row, 0));
	}
	mdc_line(&l);
	paragraph(&l,
		clinic_sentence(
			json_object_get(row->row, "why_unknown"), text, sizeof(text)),
		false, THEME_MUTED);
	paragraph(&l,
		clinic_sentence(json_object_get(document, "changes_source"), text,
			sizeof(text)),
		false, THEME_MUTED);
}
