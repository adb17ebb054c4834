/* All that is known of one measure: how sure it is, what it was, whether the difference is larger than
 * the error of measurement, and against whom the usual range was found, or why there is none. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1, PAGES };

struct measure {
	json_t *document;
	char message[400];
	struct list pages;
};

static void load(struct view *v, void *state)
{
	(void)state;
	results_ask(v, LOAD);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct measure *)state)->document);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct measure *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->document);
	s->document = json_deep_copy(a->result);
}

/* --- lines ----------------------------------------------------------------------------------- */

struct page {
	struct facts facts;
	const json_t *row;
};

/* A number of the row with its unit. */
static const char *with_unit(const json_t *row, const char *key, char *out, size_t size)
{
	char number[40];

	if (isnan(clinic_number(row, key))) {
		out[0] = '\0';
		return out;
	}
	snprintf(out, size, "%s %s", results_number(row, key, number, sizeof(number)),
		results_unit(row));
	return out;
}

/* "± 0.1 mm/s"; "" where it is not known. */
static const char *calibration_error(const json_t *row, char *out, size_t size)
{
	char text[80];

	with_unit(row, "u95", text, sizeof(text));
	snprintf(out, size, "%s%s", text[0] != '\0' ? "± " : "", text);
	return out;
}

/* The two ends of a range, its numbers members of an object or of a list. */
static void range_line(struct page *p, const char *label, double low, double high)
{
	char a[40], b[40], span[100], text[140];

	if (isnan(low) || isnan(high))
		return;
	snprintf(span, sizeof(span), _("%1$s to %2$s"),
		results_value(p->row, "value", low, a, sizeof(a)),
		results_value(p->row, "value", high, b, sizeof(b)));
	snprintf(text, sizeof(text), "%s %s", span, results_unit(p->row));
	facts_line(&p->facts, label, text);
}

static double end_of(const json_t *range, size_t i)
{
	const json_t *end = json_array_get(range, i);

	return json_is_number(end) ? json_number_value(end) : NAN;
}

static void own_draw(struct page *p)
{
	const json_t *ci = json_object_get(p->row, "ci95");
	char text[RESULTS_TEXT_BYTES];

	range_line(p, _("95 % interval"), end_of(ci, 0), end_of(ci, 1));
	snprintf(text, sizeof(text), "%d", (int)clinic_int(p->row, "n"));
	facts_line(&p->facts, _("Trials"), text);
	facts_line(&p->facts, _("Spread between them (SD)"),
		with_unit(p->row, "sd", text, sizeof(text)));
	facts_line(&p->facts, _("Uncertainty of the calibration"),
		calibration_error(p->row, text, sizeof(text)));
	if (json_is_true(json_object_get(p->row, "exploratory")))
		facts_words(&p->facts,
			_("For research: there is no agreement what it means."),
			THEME_CAUTION);
}

/* The smallest change beyond the error of measurement: a factor or a difference. */
static void mdc_line(struct page *p)
{
	bool factor = strcmp(clinic_text(p->row, "mdc95_of"), "ratio") == 0;
	double mdc = clinic_number(p->row, "mdc95");
	char number[40], text[RESULTS_TEXT_BYTES];

	if (isnan(mdc))
		return;
	if (factor) {
		i18n_number(number, sizeof(number), mdc, 2);
		snprintf(text, sizeof(text), _("factor %s or its inverse"), number);
	} else {
		results_mdc(p->row, text, sizeof(text));
	}
	facts_line(&p->facts, _("Change beyond the error from"), text);
}

static void before_draw(struct page *p)
{
	char text[RESULTS_TEXT_BYTES], why[CLINIC_LINE_BYTES];

	if (isnan(clinic_number(p->row, "previous"))) {
		facts_line(&p->facts, _("Earlier value"),
			_("no earlier visit measured this in the same way"));
		return;
	}
	facts_line(&p->facts, _("Earlier value"),
		with_unit(p->row, "previous", text, sizeof(text)));
	facts_line(&p->facts, _("Difference"),
		results_difference(p->row, false, text, sizeof(text)));
	facts_line(&p->facts, _("The difference is"), results_larger(p->row, 0));
	mdc_line(p);
	facts_words(&p->facts,
		clinic_sentence(
			json_object_get(p->row, "why_unknown"), why, sizeof(why)),
		THEME_MUTED);
}

static void norm_people(struct page *p, const json_t *norm)
{
	char text[2 * RESULTS_TEXT_BYTES], number[40], ages[40];
	int from = 0, to = 0;

	i18n_number(number, sizeof(number), clinic_number(norm, "people"), 0);
	if (sscanf(clinic_text(norm, "ages"), "%d%*[^0-9]%d", &from, &to) == 2)
		snprintf(ages, sizeof(ages), "%d–%d", from, to);
	else
		snprintf(ages, sizeof(ages), "%.30s", clinic_text(norm, "ages"));
	snprintf(text, sizeof(text), _("%1$s people, %2$s years, %3$s"), number, ages,
		strcmp(clinic_text(norm, "sex"), "F") == 0   ? _("women")
		: strcmp(clinic_text(norm, "sex"), "M") == 0 ? _("men")
							     : _("women and men"));
	facts_line(&p->facts, _("Found among"), text);
	clinic_sentence(json_object_get(norm, "source"), text, sizeof(text));
	facts_line(&p->facts, _("Source"), text);
}

static void bar_draw(struct view *v, struct rect r, const void *ctx)
{
	struct parts_type t = frame_type(v);

	results_norm_draw(&v->ui, &t, r, ctx);
}

static void norm_draw(struct page *p)
{
	const json_t *norm = json_object_get(p->row, "norm");
	char text[CLINIC_LINE_BYTES];

	if (!json_is_object(norm)) {
		facts_line(&p->facts, _("Usual range"), _("not shown"));
		facts_words(&p->facts,
			clinic_sentence(json_object_get(p->row, "why_no_norm"), text,
				sizeof(text)),
			THEME_MUTED);
		return;
	}
	facts_picture(&p->facts, p->facts.type.caption * 3 / 2, bar_draw, p->row);
	range_line(p, _("Usual range (5th to 95th percentile)"),
		clinic_number(norm, "p5"), clinic_number(norm, "p95"));
	snprintf(text, sizeof(text), "%.0f", clinic_number(norm, "percentile"));
	facts_line(&p->facts, _("Percentile"), text);
	norm_people(p, norm);
	if (json_is_true(json_object_get(norm, "provisional")))
		facts_words(&p->facts,
			_("Provisional: few people, or another kind of device. Compare "
			  "with "
			  "the person's own earlier values first."),
			THEME_MUTED);
}

/* Whether a name has no room in the strip, beside the way back: it is below it then. */
static bool is_long(struct view *v, const char *name)
{
	struct parts_type t = frame_type(v);
	struct draw_style title = parts_bold(&t, t.caption);

	return draw_measure(&v->ui.list, &title, name).w >
	       (v->ui.display.w - 2 * t.margin) * 3 / 4;
}

/* The value in the largest type, its unit and error beside it or, where they have no room there, below. */
static void unit_text(const json_t *row, char *out, size_t size)
{
	char error[80];

	snprintf(out, size, "%s   %s", results_unit(row),
		results_error(row, error, sizeof(error)));
}

static void value_draw(struct view *v, struct rect r, const void *ctx)
{
	struct parts_type t = frame_type(v);
	struct draw_style big = parts_bold(&t, t.value);
	char text[RESULTS_TEXT_BYTES], number[40];
	int w;

	results_number(ctx, "value", number, sizeof(number));
	w = draw_measure(&v->ui.list, &big, number).w;
	draw_text(
		&v->ui.list, &big, rect_cut_left(&r, w), DRAW_LEFT, THEME_TEXT, number);
	rect_cut_left(&r, t.gap);
	unit_text(ctx, text, sizeof(text));
	big = parts_regular(&t, t.caption);
	results_text(&v->ui, &big, r, DRAW_LEFT, THEME_MUTED, text);
}

static void head_draw(struct page *p, const json_t *group, int w)
{
	struct facts *f = &p->facts;
	struct draw_list *list = &f->v->ui.list;
	struct draw_style big = parts_bold(&f->type, f->type.value);
	struct draw_style small = parts_regular(&f->type, f->type.caption);
	char text[RESULTS_TEXT_BYTES], number[40];

	results_measure(p->row, text, sizeof(text));
	if (is_long(f->v, text))
		facts_words(f, text, THEME_TEXT);
	facts_words(f, results_group_name(group, text, sizeof(text)), THEME_MUTED);
	results_number(p->row, "value", number, sizeof(number));
	facts_picture(f, draw_measure(list, &big, number).h, value_draw, p->row);
	unit_text(p->row, text, sizeof(text));
	if (draw_measure(list, &big, number).w + f->type.gap +
			draw_measure(list, &small, text).w >
		w)
		facts_words(f, text, THEME_MUTED);
	else
		draw_elsewhere(list, text); /* in the picture, of whatever page */
}

static void page_begin(struct page *p, struct view *v, const json_t *row)
{
	facts_begin(&p->facts, v);
	p->row = row;
}

/* In two columns where all of it has room in them. */
static bool columns_draw(
	struct view *v, const json_t *group, const json_t *row, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct rect left = rect_cut_left(&r, (r.w - 2 * t.margin) / 2);
	struct list none = { 0 };
	struct page p, norm;

	rect_cut_left(&r, 2 * t.margin);
	page_begin(&p, v, row);
	head_draw(&p, group, left.w);
	before_draw(&p);
	facts_space(&p.facts, t.gap);
	own_draw(&p);
	page_begin(&norm, v, row);
	norm_draw(&norm);
	if (!facts_fit(&p.facts, left) || !facts_fit(&norm.facts, r))
		return false;
	facts_draw(&p.facts, left, PAGES, "facts", &none);
	facts_draw(&norm.facts, r, PAGES, "facts", &none);
	return true;
}

static void page_draw(struct view *v, const json_t *group, const json_t *row,
	struct rect r, struct list *pages)
{
	struct parts_type t = frame_type(v);
	struct page p;

	if (r.w > 32 * t.caption && columns_draw(v, group, row, r))
		return;
	page_begin(&p, v, row);
	/* as if there were buttons for pages */
	head_draw(&p, group, r.w - list_pager_width(&v->ui, &t, r.w, r.h) - t.gap);
	before_draw(&p);
	facts_space(&p.facts, t.gap);
	norm_draw(&p);
	facts_space(&p.facts, t.gap);
	own_draw(&p);
	facts_draw(&p.facts, r, PAGES, "facts", pages);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct measure *s = state;

	(void)v;
	if (id == PAGES)
		list_act(&s->pages, index);
}

static void draw(struct view *v, void *state)
{
	struct measure *s = state;
	struct results_of of = results_of(view_arg(v));
	const json_t *group = json_array_get(
		json_object_get(s->document, "groups"), (size_t)of.group);
	const json_t *row =
		json_array_get(json_object_get(group, "rows"), (size_t)of.row);
	char name[RESULTS_TEXT_BYTES];
	struct rect r;

	results_measure(row, name, sizeof(name));
	r = frame_begin(v, name[0] != '\0' && !is_long(v, name) ? name : _("Results"));
	if (s->message[0] != '\0' || !row)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else
		page_draw(v, group, row, r, &s->pages);
}

const struct screen screen_measure = {
	.name = "measure",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct measure),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
