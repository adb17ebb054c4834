/* calibrate.h: its pictures, one for each phase. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/base64.h"
#include "src/base/i18n.h"
#include "src/base/say_sentence.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/calibrate.h"
#include "ui/screens/cellmap.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/typing.h"

static const char *const begin_texts[] = { N_("Calibrate"), NULL };
static const char *const resume_texts[] = { N_("Go on with it"), N_("Go on"), NULL };
static const char *const check_texts[] = { N_("Morning check"), N_("Check"), NULL };
static const char *const forget_texts[] = { N_("Hold: forget it"), N_("Forget"), NULL };
static const char *const steps_texts[] = { N_("To the steps"), N_("Go on"), NULL };
static const char *const step_texts[] = { N_("Begin this step"), N_("Begin"), NULL };
static const char *const again_texts[] = { N_("Try it again"), N_("Again"), NULL };
static const char *const abort_texts[] = { N_("Stop this step"), N_("Stop"), NULL };
static const char *const skip_texts[] = { N_("Skip"), NULL };
static const char *const undo_texts[] = { N_("Last one again"), N_("Undo"), NULL };
static const char *const fit_texts[] = { N_("Compute it"), N_("Compute"), NULL };
static const char *const verify_texts[] = { N_("Verify it"), N_("Verify"), NULL };
static const char *const without_texts[] = { N_("Leave unverified"), N_("Unverified"),
	NULL };
static const char *const more_texts[] = { N_("Verify more"), N_("More"), NULL };
static const char *const sign_texts[] = { N_("Put it in force…"), N_("In force…"),
	N_("Next"), NULL };
static const char *const name_texts[] = { N_("Change the name"), N_("Name"), NULL };
static const char *const accept_texts[] = { N_("Hold: in force"), N_("Hold"), NULL };
static const char *const back_texts[] = { N_("Done"), NULL };
static const char *const worth_texts[] = { N_("What it is worth"), N_("Worth"), NULL };
static const char *const tools_texts[] = { N_("What is at hand?"), N_("Tools"), NULL };
static const char *const passed_texts[] = { N_("Passed?"), NULL };
static const char *const tests_texts[] = { N_("Tests"), NULL };

const struct agenda_step *calibrate_step(const struct calibrate *s, int *i)
{
	for (int k = 0; k < s->agenda.n; k++)
		if (!s->agenda.steps[k].done && !s->skipped[k]) {
			if (i)
				*i = k;
			return &s->agenda.steps[k];
		}
	return NULL;
}

/* --- the mat ---------------------------------------------------------------------------------- */

static struct mat_geometry geometry_of(const struct view *v)
{
	const struct status_document *s = &v->app->model.status;
	struct mat_geometry g = { s->rows, s->cols, s->pitch_x_mm, s->pitch_y_mm };

	return g;
}

/* Which cells the roller has pressed: green. */
static bool paint_coverage(
	const struct calibrate *s, const struct mat_geometry *g, uint32_t *colors)
{
	static uint8_t bits[CELLMAP_MAX_CELLS / 8 + 6];
	const char *text = clinic_text(s->progress, "coverage");
	size_t n_cells = (size_t)g->n_rows * (size_t)g->n_cols, length = strlen(text);

	if (length / 4 * 3 > sizeof(bits) ||
		base64_decode(text, length, bits) < (int)(n_cells + 7) / 8)
		return false;
	for (size_t i = 0; i < n_cells; i++)
		colors[i] = bits[i / 8] >> i % 8 & 1
				    ? theme_mix(THEME_MAT, THEME_ACTION, 0.6)
				    : THEME_MAT;
	return true;
}

/* What stands there, by its own heaviest cell: it is not to be measured by eye. */
static void paint_load(
	const struct view *v, const struct mat_geometry *g, uint32_t *colors)
{
	const struct model *m = &v->app->model;
	int n = g->n_rows * g->n_cols;
	bool same = m->has_frame && m->geometry.n_rows == g->n_rows &&
		    m->geometry.n_cols == g->n_cols;
	float top = m->unit_is_force ? 2.0F : 64.0F;

	for (int i = 0; same && i < n; i++)
		top = m->cells[i] > top ? m->cells[i] : top;
	for (int i = 0; i < n; i++)
		colors[i] = same ? cellmap_color(v, (double)(m->cells[i] / top))
				 : THEME_MAT;
}

/* Which edge is the front: nobody stands there to tell. */
static void front_draw(struct view *v, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	const char *text = _("Front");

	if (r->h < 8 * t.caption || draw_measure(&v->ui.list, &small, text).w > r->w) {
		draw_elsewhere(&v->ui.list, text); /* in the words of the step */
		return;
	}
	draw_text(&v->ui.list, &small, rect_cut_top(r, t.caption * 4 / 3), DRAW_CENTRE,
		THEME_MUTED, text);
}

static void mat_draw(struct view *v, const struct calibrate *s, struct rect r,
	const struct agenda_step *step)
{
	static uint32_t colors[CELLMAP_MAX_CELLS];
	struct parts_type t = frame_type(v);
	struct mat_geometry g = geometry_of(v);
	const json_t *at = json_object_get(s->progress, "at_mm");
	struct cellmap map;

	if (g.n_rows < 1 || g.n_cols < 1 || g.n_rows * g.n_cols > CELLMAP_MAX_CELLS)
		return;
	if (step->kind != AGENDA_ROLL || !paint_coverage(s, &g, colors))
		paint_load(v, &g, colors);
	front_draw(v, &r);
	map = cellmap_draw(v, r, &g, colors);
	if (!map.canvas)
		return;
	if (s->running && json_array_size(at) == 2)
		cellmap_mark(&map, json_number_value(json_array_get(at, 0)),
			json_number_value(json_array_get(at, 1)),
			(float)t.caption * 0.6F, t.line_px, THEME_TEXT);
	if (isfinite(step->x_mm))
		cellmap_mark(&map, step->x_mm, step->y_mm, (float)t.caption,
			2 * t.line_px, THEME_ACTION);
}

/* --- a step ------------------------------------------------------------------------------------ */

/* Whether a notice has a line, with the dots of one that is read in parts. */
static bool has_line(struct view *v, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);

	return r.h - clinic_page_height(v) - t.gap >=
	       draw_measure(&v->ui.list, &small, "X").h + t.caption / 2;
}

void calibrate_notice(struct view *v, struct rect *r, int least, enum parts_sign sign,
	const char *text)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int h = parts_notice_height(&v->ui, &t, r->w, text);
	struct rect part;

	if (text[0] == '\0')
		return;
	if (h > r->h - least) { /* part by part in what the rows leave */
		part = rect_cut_bottom(r, r->h - least);
		rect_cut_top(&part, t.gap);
		frame_read(v, &part, &small, 1, parts_sign_color(sign), text);
		return;
	}
	parts_notice_draw(&v->ui, &t, rect_cut_bottom(r, h), sign, text);
	rect_cut_bottom(r, t.gap);
}

/* How far: of the time where it has an end, of the cells while it is rolled. */
static void bar_draw(struct view *v, const struct calibrate *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	double done = clinic_number(s->progress, "elapsed_s");
	double left = clinic_number(s->progress, "remaining_s");
	double coverage = clinic_number(s->progress, "coverage_frac");
	double frac = isfinite(coverage) ? coverage : done / (done + left);
	struct rect bar;

	if (!(frac >= 0 && frac <= 1) || r->h < t.caption)
		return;
	bar = rect_cut_top(r, t.caption / 2);
	draw_round_rect(&v->ui.list, bar, bar.h / 2, THEME_LINE);
	bar.w = (int)(bar.w * frac);
	if (bar.w >= bar.h)
		draw_round_rect(&v->ui.list, bar, bar.h / 2, THEME_ACTION);
	rect_cut_top(r, t.gap);
}

/* While it runs: what the daemon asks for now. */
static void running_draw(struct view *v, const struct calibrate *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	const struct draw_style styles[] = { parts_bold(&t, t.value),
		parts_bold(&t, t.body), parts_regular(&t, t.caption) };
	const char *hint = clinic_text(s->progress, "hint");
	char text[CALIBRATE_TEXT];

	say_sentence(text, sizeof(text), hint[0] != '\0' ? hint : _("One moment"));
	bar_draw(v, s, &r);
	frame_read(v, &r, styles, 3, THEME_TEXT, text);
}

static void step_draw(struct view *v, const struct calibrate *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	const struct draw_style styles[] = { parts_regular(&t, t.body),
		parts_regular(&t, t.caption) };
	int i = 0;
	const struct agenda_step *step = calibrate_step(s, &i);
	bool beside = r.w > r.h;
	char what[CALIBRATE_TEXT], both[2 * CALIBRATE_TEXT];
	struct rect map;

	if (!step)
		return;
	if (beside)
		map = rect_cut_left(&r, r.h < r.w * 2 / 5 ? r.h : r.w * 2 / 5);
	else
		map = rect_cut_top(&r, r.w < r.h / 2 ? r.w : r.h / 2);
	mat_draw(v, s, map, step);
	rect_cut_left(&r, beside ? 2 * t.gap : 0);
	rect_cut_top(&r, beside ? 0 : t.gap);
	if (s->running) {
		running_draw(v, s, r);
		return;
	}
	calibrate_what(step, &s->tools, what, sizeof(what));
	if (s->said[0] != '\0' && !has_line(v, r)) { /* one after the other */
		snprintf(both, sizeof(both), "%s %s", s->said, what);
		frame_read(v, &r, styles, 2, THEME_TEXT, both);
		return;
	}
	calibrate_notice(v, &r, clinic_page_height(v), s->sign, s->said);
	frame_read(v, &r, styles, 2, THEME_TEXT, what);
}

/* --- what came of it --------------------------------------------------------------------------- */

static void percent_line(struct facts *f, const char *label, double frac)
{
	char number[24], text[40];

	if (isnan(frac))
		return;
	snprintf(text, sizeof(text), "%s %%",
		i18n_number(number, sizeof(number), 100 * frac, 1));
	facts_line(f, label, text);
}

/* What the readings came to. */
static void report_say(struct facts *f, const struct calibrate *s)
{
	const json_t *cells = json_object_get(s->report, "cells");
	const json_t *problems = json_object_get(s->report, "problems");
	char text[120], said[CALIBRATE_TEXT];

	snprintf(text, sizeof(text), _("%lld good, %lld dead, %lld stuck, %lld noisy"),
		(long long)clinic_int(cells, "ok"),
		(long long)clinic_int(cells, "dead"),
		(long long)clinic_int(cells, "stuck"),
		(long long)clinic_int(cells, "noisy"));
	if (json_is_object(cells))
		facts_line(f, _("Cells"), text);
	percent_line(
		f, _("Loads agree within"), clinic_number(s->report, "hidden_frac"));
	percent_line(f, _("Hysteresis"), clinic_number(s->report, "hysteresis_frac"));
	if (json_is_true(json_object_get(s->report, "quick")))
		facts_line(f, _("Kind"), _("quick, and marked so"));
	for (size_t i = 0; i < json_array_size(problems); i++)
		facts_line(f, _("Look at this:"),
			say_sentence(said, sizeof(said),
				clinic_text(json_array_get(problems, i), "text")));
}

static void report_draw(struct view *v, struct calibrate *s, struct rect r)
{
	struct facts f;

	calibrate_notice(v, &r, clinic_page_height(v), s->sign, s->said);
	facts_begin(&f, v);
	f.gap = f.type.gap / 2;
	report_say(&f, s);
	facts_draw(&f, r, CALIBRATE_PAGES, "facts", &s->pages);
}

/* --- who puts it in force ------------------------------------------------------------------------ */

static void signing_draw(struct view *v, struct calibrate *s, struct rect r)
{
	static const char *const labels[] = { N_("Your name, for the certificate"),
		N_("Your name"), NULL };
	const struct typing typing = { .entry = &s->operator,
		.keys = CALIBRATE_PAD,
		.field = CALIBRATE_FIELD,
		.name = "operator",
		.labels = labels,
		.hint = "",
		.message = "" };
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int field_h = entry_field_height(&v->ui, &t);

	if (s->typing) {
		typing_draw(v, r, &typing);
		return;
	}
	calibrate_notice(v, &r, clinic_page_height(v), s->sign, s->said);
	field_h = field_h > r.h ? entry_box_height(&v->ui, &t) : field_h;
	if (field_h <= r.h)
		entry_field_draw(&v->ui, &t, rect_cut_top(&r, field_h), CALIBRATE_FIELD,
			"operator", &s->operator,
			parts_fit(&v->ui.list, &small, r.w, labels), "", false);
}

/* --- phases ---------------------------------------------------------------------------------------- */

static void home_draw(struct view *v, const struct calibrate *s, struct rect r)
{
	const struct status_document *d = &v->app->model.status;
	size_t n = json_array_size(json_object_get(s->draft, "items"));
	char text[160];

	if (strcmp(d->calibration_state, "not_needed") == 0) {
		frame_message(v, r, PARTS_GOOD, _("Nothing to calibrate"),
			_("This mat sends force."));
		return;
	}
	if (s->said[0] != '\0') {
		frame_message(v, r, s->sign, _("Not possible"), s->said);
		return;
	}
	snprintf(text, sizeof(text),
		P_("%zu reading is kept: go on, or forget it.",
			"%zu readings are kept: go on, or forget them.", n),
		n);
	if (n > 0)
		frame_message(v, r, PARTS_INFO, _("A calibration was begun"), text);
	else
		frame_message(v, r, PARTS_INFO, _("Calibrate this mat"),
			_("Known weights, a roller if there is one, and five minutes "
			  "to half an hour. The mat has been on for a quarter of an "
			  "hour."));
}

static bool is_test_alone(const struct calibrate *s)
{
	return s->phase == CALIBRATE_JUDGED && s->test > 0;
}

/* Rows and what they come to take turns. */
static struct parts_button read_button(const struct calibrate *s)
{
	bool tools = s->phase == CALIBRATE_TOOLS;

	return (struct parts_button){ .id = CALIBRATE_READ,
		.name = "read",
		.texts = s->reading || is_test_alone(s)
				 ? tools ? tools_texts : tests_texts
			 : tools ? worth_texts
				 : passed_texts,
		.enabled = true };
}

#define MOST_BUTTONS 4

/* The buttons of a phase. Returns how many. */
static int buttons_of(const struct view *v, const struct calibrate *s,
	struct parts_button buttons[MOST_BUTTONS])
{
	bool free = !s->asked && v->app->model.connected, go = free;
	const char *const *texts[3] = { NULL }; /* third, second, primary */
	bool items = json_array_size(json_object_get(s->draft, "items")) > 0;
	bool hold = false;
	int n = 0;

	switch (s->phase) {
	case CALIBRATE_HOME:
		texts[0] = items ? forget_texts : NULL;
		texts[1] = check_texts;
		texts[2] = items ? resume_texts : begin_texts;
		go = free && s->was_read && v->app->model.status.rows > 0 &&
		     strcmp(v->app->model.status.calibration_state, "not_needed") != 0;
		break;
	case CALIBRATE_TOOLS:
		texts[2] = steps_texts;
		go = agenda_worth(&s->tools) != AGENDA_NOTHING;
		break;
	case CALIBRATE_STEPS:
		texts[0] = items && !s->running ? undo_texts : NULL;
		texts[1] = s->running ? abort_texts : skip_texts;
		texts[2] = s->running ? NULL
			   : s->said[0] != '\0' && s->sign == PARTS_CAUTION
				   ? again_texts
				   : step_texts;
		break;
	case CALIBRATE_READY:
		texts[1] = NULL;
		texts[0] = undo_texts;
		texts[2] = fit_texts;
		break;
	case CALIBRATE_FITTED:
		texts[1] = without_texts;
		texts[2] = verify_texts;
		break;
	case CALIBRATE_WEIGHT: /* its pad has a key for it */
		break;
	case CALIBRATE_JUDGED:
		texts[1] = more_texts;
		texts[2] = sign_texts;
		break;
	case CALIBRATE_SIGNING:
		texts[1] = name_texts;
		texts[2] = accept_texts;
		go = free && s->operator.text[0] != '\0';
		hold = true;
		break;
	case CALIBRATE_DONE:
		texts[2] = back_texts;
		break;
	}
	if (s->is_tight || is_test_alone(s))
		buttons[n++] = read_button(s);
	if (texts[0])
		buttons[n++] = (struct parts_button){ .id = CALIBRATE_THIRD,
			.name = "third",
			.texts = texts[0],
			.hold = s->phase == CALIBRATE_HOME,
			.enabled = free };
	if (texts[1])
		buttons[n++] = (struct parts_button){ .id = CALIBRATE_SECOND,
			.name = "second",
			.texts = texts[1],
			.primary = !texts[2],
			.enabled = free || s->running };
	if (texts[2])
		buttons[n++] = (struct parts_button){ .id = CALIBRATE_BEGIN,
			.name = "begin",
			.texts = texts[2],
			.primary = true,
			.hold = hold,
			.start = s->phase == CALIBRATE_STEPS,
			.enabled = go };
	return n;
}

static void title_of(const struct calibrate *s, char *out, size_t size)
{
	char title[80];
	int i;
	const struct agenda_step *step =
		s->phase == CALIBRATE_STEPS ? calibrate_step(s, &i) : NULL;

	if (step && s->verifying) {
		calibrate_title(step, out, size);
	} else if (step) {
		calibrate_title(step, title, sizeof(title));
		snprintf(out, size, "%d/%d %s", i + 1, s->agenda.n, title);
	} else {
		snprintf(out, size, "%s",
			s->phase == CALIBRATE_TOOLS     ? _("What is at hand?")
			: s->phase == CALIBRATE_JUDGED  ? _("Verification")
			: s->phase == CALIBRATE_SIGNING ? _("In force")
							: _("Calibration"));
	}
}

static void phase_draw(struct view *v, struct calibrate *s, struct rect r)
{
	switch (s->phase) {
	case CALIBRATE_HOME:
		home_draw(v, s, r);
		break;
	case CALIBRATE_TOOLS:
		calibrate_tools_draw(v, s, r);
		break;
	case CALIBRATE_STEPS:
		step_draw(v, s, r);
		break;
	case CALIBRATE_READY:
		if (s->said[0] != '\0' && s->sign == PARTS_CAUTION)
			frame_message(v, r, s->sign, _("Not yet"), s->said);
		else
			frame_message(v, r, PARTS_GOOD, _("All is read"),
				_("Compute the calibration; then a weight that was not "
				  "used so far verifies it."));
		break;
	case CALIBRATE_FITTED:
		report_draw(v, s, r);
		break;
	case CALIBRATE_WEIGHT:
		calibrate_pad_draw(
			v, s, r, _("The weight to verify with"), _("not used so far"));
		break;
	case CALIBRATE_JUDGED:
		calibrate_tests_draw(v, s, r);
		break;
	case CALIBRATE_SIGNING:
		signing_draw(v, s, r);
		break;
	case CALIBRATE_DONE:
		frame_message(v, r, s->sign, _("It is in force"),
			s->sign == PARTS_CAUTION
				? s->said
				: _("The sheet remembers the weights for some minutes: "
				    "let it rest before somebody is measured."));
		break;
	}
}

static bool is_tight(struct view *v, const struct calibrate *s, struct rect r)
{
	const struct parts_button one = { .texts = begin_texts, .primary = true };
	enum parts_sign sign;

	frame_actions_place(v, &r, &one, 1);
	return calibrate_sum(s, &sign)[0] != '\0' && !clinic_has_words_room(v, r);
}

static void sum_draw(struct view *v, const struct calibrate *s, struct rect r)
{
	enum parts_sign sign;
	const char *text = calibrate_sum(s, &sign);

	if (s->phase == CALIBRATE_TOOLS)
		frame_message(v, r, sign, _("What it is worth"), text);
	else if (sign == PARTS_GOOD)
		frame_message(v, r, sign, text, "");
	else
		frame_message(v, r, sign, _("Not passed"), text);
}

void calibrate_draw(struct view *v, void *state)
{
	struct calibrate *s = state;
	struct parts_button buttons[MOST_BUTTONS];
	char title[120];
	struct rect r;
	bool whole = s->phase == CALIBRATE_WEIGHT ||
		     (s->typing && (s->phase == CALIBRATE_SIGNING ||
					   s->phase == CALIBRATE_TOOLS));

	title_of(s, title, sizeof(title));
	r = frame_begin(v, title);
	s->is_tight = !whole && is_tight(v, s, r);
	if (!whole) /* keys need all the room there is */
		frame_actions(v, &r, buttons, buttons_of(v, s, buttons));
	if (is_test_alone(s))
		calibrate_test_draw(v, s, r);
	else if (s->is_tight && s->reading)
		sum_draw(v, s, r);
	else
		phase_draw(v, s, r);
}
