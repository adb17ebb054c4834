/* Two visits of one person beside each other: each measure then and now, the difference, how large it has to be to be
 * more than the error of measurement, and whether it is; the load under the feet on another page. A row opens all that is
 * known of it. */
#include "ui/screens/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1, ROWS, OTHER, ALL, FEET, NUMBERS };

#define MAX_ROWS 512

static const char *const other_texts[] = { N_("Other visit"), N_("Other"), NULL };
static const char *const all_texts[] = { N_("All measures"), N_("All"), NULL };
static const char *const main_texts[] = { N_("Main measures"), N_("Main"), NULL };
static const char *const feet_texts[] = { N_("Load under the feet"), N_("Feet"), NULL };
static const char *const numbers_texts[] = { N_("Numbers"), N_("List"), NULL };

enum page { PAGE_NUMBERS, PAGE_FEET, PAGE_ONE };

struct compare {
	json_t *document;
	struct compare_map map;
	struct list list;
	struct results_row rows[MAX_ROWS];
	enum page page;
	int row; /* of PAGE_ONE */
	bool with_all, wide;
	int columns_w; /* where the rows are wide, with or without pages beside them */
	char message[200];
};

struct compare_of compare_of(const char *arg)
{
	struct compare_of of = { 0, 0 };
	long long a = 0, b = 0;

	if (sscanf(arg, "%lld %lld", &a, &b) == 2)
		of = (struct compare_of){ a, b };
	return of;
}

void compare_day(const json_t *document, const char *which, char *out, size_t size)
{
	const char *started = clinic_text(json_object_get(document, which), "started");
	char day[40];

	clinic_day(started, day, sizeof(day));
	if (json_is_true(json_object_get(document, "same_day")) && strlen(started) > 16)
		snprintf(out, size, "%s %.5s", day, started + 11);
	else
		snprintf(out, size, "%s", day);
}

static void load(struct view *v, void *state)
{
	struct compare_of of = compare_of(view_arg(v));

	(void)state;
	view_ask(v, LOAD, "visit.compare",
		json_pack("{s:I, s:I}", "a", (json_int_t)of.a, "b", (json_int_t)of.b));
}

static void leave(struct view *v, void *state)
{
	struct compare *s = state;

	(void)v;
	json_decref(s->document);
	compare_map_fini(&s->map);
}

/* The headlines; all where a document has none. */
static void find_rows(struct compare *s)
{
	s->list.n_rows = results_rows(s->document, s->with_all, s->rows, MAX_ROWS);
	if (s->list.n_rows == 0)
		s->list.n_rows = results_rows(s->document, true, s->rows, MAX_ROWS);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct compare *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->document);
	s->document = json_deep_copy(a->result);
	compare_map_fini(&s->map);
	compare_map_read(s->document, &s->map); /* what cannot be read is not shown */
	find_rows(s);
	if (s->row >= s->list.n_rows)
		s->page = s->page == PAGE_ONE ? PAGE_NUMBERS : s->page;
}

static void go_other(struct view *v, const struct compare *s)
{
	char arg[VIEW_ARG_BYTES];

	snprintf(arg, sizeof(arg), "%lld %s", (long long)compare_of(view_arg(v)).b,
		clinic_text(s->document, "patient"));
	view_replace(v, "compare-with", arg);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct compare *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (row != LIST_NO_ROW) {
		s->row = row;
		s->page = PAGE_ONE;
	} else if (id == ALL) {
		s->with_all = !s->with_all;
		s->list.first = 0;
		find_rows(s);
	} else if (id == OTHER) {
		go_other(v, s);
	} else if (id == FEET) {
		s->page = PAGE_FEET;
	} else if (id == NUMBERS) {
		s->page = PAGE_NUMBERS;
	}
}

/* --- rows ------------------------------------------------------------------------------------ */

/* The number and its unit, below it what it may be off by; without that no number is shown. `key` is "a" or "b". */
static const char *error_of(const json_t *row, const char *key, char *out, size_t size)
{
	char interval[16], n[16];

	snprintf(interval, sizeof(interval), "%s_ci95", key);
	snprintf(n, sizeof(n), "%s_n", key);
	results_interval(row, key, interval, out, size);
	if (out[0] == '\0' && clinic_int(row, n) > 0)
		snprintf(out, size, "%s", _("one trial"));
	return out;
}

static void value_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row, const char *key)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char number[40], error[80];
	int w;

	results_number(row, key, number, sizeof(number));
	error_of(row, key, error, sizeof(error));
	w = draw_measure(&ui->list, &bold, number).w;
	if (w > upper.w || draw_measure(&ui->list, &bold, number).h > upper.h ||
		draw_measure(&ui->list, &small, error).w > lower.w ||
		draw_measure(&ui->list, &small, error).h > lower.h)
		return;
	draw_text(&ui->list, &bold, rect_cut_left(&upper, w), DRAW_LEFT, THEME_TEXT,
		number);
	rect_cut_left(&upper, t->gap / 2);
	results_text(ui, &small, upper, DRAW_LEFT, THEME_MUTED, results_unit(row));
	results_text(ui, &small, lower, DRAW_LEFT, THEME_MUTED, error);
}

/* The difference with its unit, and what it has to be more than. */
static void difference_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	const char *unit = results_unit(row);
	char number[40], mdc[60], text[80];
	int w;

	snprintf(text, sizeof(text), "%s%s%s",
		results_signed(row, "difference", number, sizeof(number)),
		unit[0] != '\0' ? " " : "", unit);
	w = draw_measure(&ui->list, &bold, text).w;
	if (w > r.w || draw_measure(&ui->list, &bold, text).h > r.h)
		return;
	draw_text(&ui->list, &bold, rect_cut_left(&r, w), DRAW_LEFT, THEME_TEXT, text);
	rect_cut_left(&r, t->gap * 2 / 3);
	if (results_mdc(row, mdc, sizeof(mdc))[0] == '\0')
		return;
	snprintf(text, sizeof(text), "MDC %s", mdc);
	results_text(ui, &small, r, DRAW_LEFT, THEME_MUTED, text);
}

/* Below it whether it is, in the longest words that have room. */
static void change_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row)
{
	bool changed = strcmp(clinic_text(row, "larger"), "yes") == 0;
	struct draw_style small = parts_regular(t, t->caption);
	const char *words;
	int which = 0;

	if (isnan(clinic_number(row, "difference"))) {
		results_text(
			ui, &small, upper, DRAW_LEFT, THEME_MUTED, _("not in both"));
		return;
	}
	difference_draw(ui, t, upper, row);
	while ((words = results_larger(row, which)) != NULL &&
		draw_measure(&ui->list, &small, words).w > lower.w)
		which++;
	if (words)
		results_text(ui, &small, lower, DRAW_LEFT,
			changed ? THEME_TEXT : THEME_MUTED, words);
}

/* Four columns where they have room: measure, then, now, difference. */
static bool is_wide(const struct parts_type *t, int w)
{
	return w >= 32 * t->caption;
}

static void columns_of(const struct parts_type *t, struct rect r, struct rect col[4])
{
	static const int wide[4] = { 26, 19, 19, 36 };
	int w = r.w - 3 * t->gap;

	for (int i = 0; i < 4; i++) {
		col[i] = i < 3 ? rect_cut_left(&r, w * wide[i] / 100) : r;
		rect_cut_left(&r, t->gap);
	}
}

/* On one line, and below it what was done; or, under a row of the same, on both lines where one is too short. */
static void name_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const struct results_row *row, bool is_same)
{
	struct draw_style body = parts_regular(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	struct rect both = { upper.x, upper.y, upper.w, upper.h + lower.h };
	char text[RESULTS_TEXT_BYTES];
	int widest, h;

	results_name(row->row, "label", text, sizeof(text));
	h = draw_wrapped_height(&ui->list, &small, both.w, text, &widest);
	if (draw_measure(&ui->list, &body, text).w > upper.w)
		body = small;
	if (is_same && draw_measure(&ui->list, &body, text).w > upper.w &&
		widest <= both.w && h <= both.h) {
		draw_wrapped(&ui->list, &small, rect_middle(both, both.w, h), DRAW_LEFT,
			THEME_TEXT, text);
		return;
	}
	clinic_part_draw(ui, &body, upper, THEME_TEXT, text);
	clinic_part_draw(ui, &small, lower, THEME_MUTED,
		results_group_name(row->group, text, sizeof(text)));
}

static void wide_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, bool is_same)
{
	struct rect upper[4], lower[4];

	columns_of(t, r, upper);
	columns_of(t, r, lower);
	for (int i = 0; i < 4; i++) {
		upper[i].h = upper[i].h * t->body / (t->body + t->caption);
		lower[i].y += upper[i].h;
		lower[i].h -= upper[i].h;
	}
	name_draw(ui, t, upper[0], lower[0], row, is_same);
	value_draw(ui, t, upper[1], lower[1], row->row, "a");
	value_draw(ui, t, upper[2], lower[2], row->row, "b");
	change_draw(ui, t, upper[3], lower[3], row->row);
}

static int narrow_height(const struct parts_type *t)
{
	return 4 * (t->caption * 4 / 3) + 2 * (t->body * 4 / 3);
}

/* Where four columns have no room: the name; then and now; below them the difference, and that alone where the rest has
 * no room either. */
static void narrow_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row)
{
	struct draw_style small = parts_regular(t, t->caption);
	int line = t->caption * 4 / 3, tall = t->body * 4 / 3;
	char text[RESULTS_TEXT_BYTES];
	bool whole = r.h >= narrow_height(t);
	struct rect upper, lower;

	if (r.h < line)
		return;
	clinic_part_draw(ui, &small, rect_cut_top(&r, line), THEME_TEXT,
		results_name(row->row, "label", text, sizeof(text)));
	if (!whole) {
		upper = rect_cut_top(&r, tall);
		change_draw(ui, t, upper, r, row->row);
		return;
	}
	clinic_part_draw(ui, &small, rect_cut_top(&r, line), THEME_MUTED,
		results_group_name(row->group, text, sizeof(text)));
	upper = rect_cut_top(&r, tall);
	lower = rect_cut_top(&r, line);
	value_draw(ui, t, rect_cut_left(&upper, upper.w / 2),
		rect_cut_left(&lower, lower.w / 2), row->row, "a");
	value_draw(ui, t, upper, lower, row->row, "b");
	upper = rect_cut_top(&r, tall);
	change_draw(ui, t, upper, r, row->row);
}

static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct compare *s = ctx;
	bool is_same =
		row > s->list.first && s->rows[row - 1].group == s->rows[row].group;

	rect_cut_left(&r, t->gap / 2);
	if (s->wide && r.w > s->columns_w)
		r.w = s->columns_w;
	if (s->wide)
		wide_row_draw(ui, t, r, &s->rows[row], is_same);
	else
		narrow_row_draw(ui, t, r, &s->rows[row]);
}

static int row_height(const struct parts_type *t, bool wide)
{
	return wide ? t->body * 4 / 3 + t->caption * 4 / 3 + 2 * t->gap
		    : narrow_height(t) + 2 * t->gap;
}

/* --- one measure ----------------------------------------------------------------------------- */

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
		results_unit(l->row), error_of(l->row, key, error, sizeof(error)));
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

static void one_draw(struct view *v, const struct compare *s, struct rect r)
{
	const struct results_row *row = &s->rows[s->row];
	struct lines l = { v, r, row->row };
	char text[CLINIC_LINE_BYTES], number[40];

	paragraph(&l, results_name(row->row, "label", text, sizeof(text)), true,
		THEME_TEXT);
	paragraph(&l, results_group_name(row->group, text, sizeof(text)), false,
		THEME_MUTED);
	value_line(&l, s->document, "a");
	value_line(&l, s->document, "b");
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
		clinic_sentence(json_object_get(s->document, "changes_source"), text,
			sizeof(text)),
		false, THEME_MUTED);
}

/* --- the screen ------------------------------------------------------------------------------ */

/* Over the columns which is which; where they have no room in one line. */
static void head_draw(struct view *v, const struct compare *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	struct rect top, col[4];
	char a[RESULTS_TEXT_BYTES / 2], b[RESULTS_TEXT_BYTES / 2],
		text[RESULTS_TEXT_BYTES];

	if (r->h < 4 * clinic_page_height(v) / 3)
		return;
	compare_day(s->document, "a", a, sizeof(a));
	compare_day(s->document, "b", b, sizeof(b));
	top = rect_cut_top(r, t.caption * 4 / 3);
	rect_cut_top(r, t.gap / 2);
	rect_cut_left(&top, t.gap);
	if (s->wide && top.w > s->columns_w)
		top.w = s->columns_w;
	if (!s->wide) {
		snprintf(text, sizeof(text), _("%1$s, then %2$s"), a, b);
		results_text(&v->ui, &small, top, DRAW_LEFT, THEME_MUTED, text);
		return;
	}
	columns_of(&t, top, col);
	results_text(&v->ui, &small, col[1], DRAW_LEFT, THEME_MUTED, a);
	results_text(&v->ui, &small, col[2], DRAW_LEFT, THEME_MUTED, b);
	results_text(&v->ui, &small, col[3], DRAW_LEFT, THEME_MUTED, _("Difference"));
}

static void actions_draw(struct view *v, const struct compare *s, struct rect *r)
{
	bool is_there = s->document != NULL, numbers = s->page == PAGE_NUMBERS;
	const struct parts_button other = {
		.id = OTHER, .name = "other", .texts = other_texts, .enabled = is_there
	};
	const struct parts_button all = { .id = ALL,
		.name = "all",
		.texts = s->with_all ? main_texts : all_texts,
		.enabled = is_there };
	const struct parts_button page = { .id = numbers ? FEET : NUMBERS,
		.name = numbers ? "feet" : "numbers",
		.texts = numbers ? feet_texts : numbers_texts,
		.primary = true,
		.enabled = is_there,
		.lit = is_there };
	const struct parts_button of_numbers[] = { all, other, page };
	const struct parts_button of_others[] = { other, page };

	frame_actions(v, r, numbers ? of_numbers : of_others, numbers ? 3 : 2);
}

/* What the buttons for the pages take, with their gap: as list.c has it. */
static int pager_width(const struct view *v)
{
	struct parts_type t = frame_type(v);
	int target = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);

	return (target > 4 * t.caption ? target : 4 * t.caption) + t.gap;
}

static void numbers_draw(struct view *v, struct compare *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	int pager = pager_width(v);

	if (s->list.n_rows == 0) {
		frame_message(v, r, PARTS_INFO, _("Nothing to compare"),
			_("Nothing was measured in both visits in the same way."));
		return;
	}
	s->wide = is_wide(&t, r.w - pager);
	s->columns_w = r.w - pager - 2 * t.gap;
	head_draw(v, s, &r);
	list_draw(&v->ui, &t, r, ROWS, "rows", &s->list, row_height(&t, s->wide),
		row_draw, s);
}

static void draw(struct view *v, void *state)
{
	struct compare *s = state;
	const char *code = clinic_text(s->document, "patient");
	struct rect r = frame_begin(v, code[0] != '\0' ? code : _("Two visits"));

	actions_draw(v, s, &r);
	if (s->message[0] != '\0' || !s->document)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else if (s->page == PAGE_FEET)
		compare_map_draw(v, r, &s->map, s->document);
	else if (s->page == PAGE_ONE && s->row < s->list.n_rows)
		one_draw(v, s, r);
	else
		numbers_draw(v, s, r);
}

const struct screen screen_compare = {
	.name = "compare",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct compare),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
