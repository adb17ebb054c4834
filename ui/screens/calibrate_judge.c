/* calibrate.h: the verification, a row a test, with its figure, its limit and what that means. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/calibrate.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"

static const char *const tests[] = { N_("Total force"), N_("Return to zero"),
	N_("Left against right"), N_("Centre of pressure"), N_("Repeated placing, sd"),
	N_("Noise of the centre, rms"), N_("Noise as sway velocity"), N_("Frame rate"),
	N_("Frames lost"), N_("Jitter, 99th percentile"),
	N_("Gains measured, worst ninth"), N_("Cells that fell silent") };

static const char *test_name(const char *label)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (strcmp(tests[i], label) == 0)
			return _(tests[i]);
	return label;
}

static void say_figure(const json_t *one, char *out, size_t size)
{
	const char *unit = clinic_text(one, "unit");
	double figure = clinic_number(one, "figure"),
	       limit = clinic_number(one, "limit");
	bool least = json_is_true(json_object_get(one, "at_least"));
	char a[24], b[24];

	i18n_number(a, sizeof(a), figure, fabs(figure) < 10 ? 1 : 0);
	i18n_number(b, sizeof(b), limit, fabs(limit) < 10 ? 1 : 0);
	if (isnan(figure))
		snprintf(out, size, "%s", _("not tested"));
	else if (isnan(limit))
		snprintf(out, size, "%s %s", a, unit);
	else
		snprintf(out, size, "%s %s (%s %s)", a, unit, least ? "≥" : "≤", b);
}

static uint32_t judgement_color(const char *word)
{
	if (strcmp(word, "pass") == 0)
		return THEME_ACTION;
	return strcmp(word, "fail") == 0 ? THEME_FAULT : THEME_MUTED;
}

static const char *verdict_of(const json_t *one)
{
	const char *word = clinic_text(one, "judgement");

	return strcmp(word, "fail") == 0   ? _("failed")
	       : strcmp(word, "pass") == 0 ? _("passed")
					   : "";
}

static const json_t *test_at(const struct calibrate *s, int row)
{
	return json_array_get(json_object_get(s->verification, "lines"), (size_t)row);
}

static void test_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct calibrate *s = ctx;
	const json_t *one = test_at(s, row);
	const char *word = clinic_text(one, "judgement");
	bool failed = strcmp(word, "fail") == 0;
	struct draw_style bold = parts_bold(t, t->body),
			  plain = parts_regular(t, t->caption);
	const char *verdict = verdict_of(one);
	char figure[120], both[200];
	const char *const notes[] = { both, figure, verdict, NULL };
	struct clinic_row parts = { .code = test_name(clinic_text(one, "label")),
		.detail = "",
		.caution = failed };
	int dot = t->caption * 3 / 10;

	say_figure(one, figure, sizeof(figure));
	snprintf(
		both, sizeof(both), "%s%s%s", verdict, verdict[0] ? " · " : "", figure);
	rect_cut_left(&r, t->gap / 2);
	draw_circle(&ui->list, r.x + dot, r.y + r.h / 2, dot, judgement_color(word));
	rect_cut_left(&r, 2 * dot + t->gap / 2);
	parts.note = parts_fit(&ui->list, &plain,
		r.w - draw_measure(&ui->list, &bold, parts.code).w - 3 * t->gap, notes);
	clinic_row_draw(ui, t, r, &parts);
}

/* All of one, where its row had no room for that. */
void calibrate_test_draw(struct view *v, struct calibrate *s, struct rect r)
{
	const json_t *one = test_at(s, s->test - 1);
	struct facts f;
	char figure[120];

	facts_begin(&f, v);
	facts_headline(&f, test_name(clinic_text(one, "label")));
	facts_words(
		&f, verdict_of(one), judgement_color(clinic_text(one, "judgement")));
	say_figure(one, figure, sizeof(figure));
	facts_words(&f, figure, THEME_TEXT);
	facts_draw(&f, r, CALIBRATE_PAGES, "facts", &s->pages);
}

void calibrate_tests_draw(struct view *v, struct calibrate *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	enum parts_sign sign;
	const char *text = calibrate_sum(s, &sign);

	if (!s->is_tight)
		calibrate_notice(v, &r, clinic_rows_height(v), sign, text);
	s->list.n_rows =
		(int)json_array_size(json_object_get(s->verification, "lines"));
	s->list.columns = 1;
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, CALIBRATE_ROWS, "test", &s->list, 0, test_draw,
			s);
}
