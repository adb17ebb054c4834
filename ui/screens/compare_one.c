/* All that is known of one measure in two visits. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/compare.h"
#include "ui/screens/facts.h"

/* Both visits' numbers of one measure. */
struct lines {
	struct facts facts;
	const json_t *row;
};

/* "12.1 mm/s  ± 0.9", behind the day. */
static void value_line(struct lines *l, const json_t *document, const char *key)
{
	char day[RESULTS_TEXT_BYTES], number[40], error[80], text[RESULTS_TEXT_BYTES];

	compare_day(document, key, day, sizeof(day));
	snprintf(text, sizeof(text), "%s %s   %s",
		results_number(l->row, key, number, sizeof(number)),
		results_unit(l->row), compare_error(l->row, key, error, sizeof(error)));
	facts_line(&l->facts, day, text);
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
	facts_line(&l->facts, _("Change beyond the error from"), text);
}

void compare_one_draw(struct view *v, struct rect r, const struct results_row *row,
	const json_t *document, int id, struct list *pages)
{
	struct lines l = { .row = row->row };
	struct facts *f = &l.facts;
	char text[CLINIC_LINE_BYTES];

	facts_begin(f, v);
	facts_headline(f, results_measure(row->row, text, sizeof(text)));
	facts_words(f, results_group_name(row->group, text, sizeof(text)), THEME_MUTED);
	value_line(&l, document, "a");
	value_line(&l, document, "b");
	if (!isnan(clinic_number(row->row, "difference"))) {
		facts_line(f, _("Difference"),
			results_difference(row->row, false, text, sizeof(text)));
		facts_line(f, _("The difference is"), results_larger(row->row, 0));
	}
	mdc_line(&l);
	facts_words(f,
		clinic_sentence(
			json_object_get(row->row, "why_unknown"), text, sizeof(text)),
		THEME_MUTED);
	facts_words(f,
		clinic_sentence(json_object_get(document, "changes_source"), text,
			sizeof(text)),
		THEME_MUTED);
	facts_draw(f, r, id, "facts", pages);
}
