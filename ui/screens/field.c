/* One field of a card. Given "CODE\nKEY". A choice is kept by its touch, a number or a text with OK or
 * Enter, ticks with the button below; then it goes back. What cannot be is said beside it, and stays. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/entry.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/fields.h"
#include "ui/screens/screens.h"
#include "ui/screens/typing.h"

enum { SHOW = 1, KEEP, KEYS, FIELD, CHOICE, CHECKS, UNKNOWN };

#define MAX_WORDS 16

static const char *const unknown_texts[] = { N_("Not known"), "–", NULL };
static const char *const not_asked_texts[] = { N_("Not asked"), "–", NULL };
static const char *const none_texts[] = { N_("Asked: none"), N_("None"), NULL };
static const char *const further_texts[] = { N_("Next page"), N_("Next"), NULL };
static const char *const keep_texts[] = { N_("Keep"), NULL };

struct field_state {
	const struct field *field;
	char code[VIEW_ARG_BYTES];
	struct entry entry;
	struct list list;
	bool ticks[MAX_WORDS];
	int chosen; /* of a choice, -1 none */
	int seen; /* words that were on the screen: who says "none" has seen them all */
	bool filled;  /* with what was known */
	bool keeping; /* an update is on its way */
	char message[400];
};

static int enter(struct view *v, void *state)
{
	struct field_state *s = state;
	char key[VIEW_ARG_BYTES];

	clinic_code_of(view_arg(v), s->code, sizeof(s->code));
	s->field = fields_find(clinic_plan_of(view_arg(v), key, sizeof(key)));
	s->chosen = -1;
	s->entry.digits_only = s->field && s->field->kind != FIELD_TEXT;
	s->entry.decimals = s->entry.digits_only && s->field->kind != FIELD_YEAR &&
			    s->field->kind != FIELD_DEGREES;
	return s->field ? 0 : -EINVAL;
}

static void load(struct view *v, void *state)
{
	struct field_state *s = state;

	s->keeping = false;
	if (!s->filled)
		view_ask(v, SHOW, "patient.show", json_pack("{s:s}", "code", s->code));
}

static bool holds(const json_t *list, const char *word)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *one = json_string_value(json_array_get(list, i));
		if (one && strcmp(one, word) == 0)
			return true;
	}
	return false;
}

/* Begin with what is known. */
static void fill(struct field_state *s, const json_t *patient)
{
	const struct field *f = s->field;
	const char *text = clinic_text(patient, f->key);
	char shown[40];

	s->filled = true;
	for (int i = 0; i < f->n_words && i < MAX_WORDS; i++) {
		s->ticks[i] = holds(json_object_get(patient, f->key), f->words[i].word);
		if (strcmp(text, f->words[i].word) == 0)
			s->chosen = i;
	}
	fields_shown(f, clinic_number(patient, f->key), shown, sizeof(shown));
	entry_set(&s->entry, f->kind == FIELD_TEXT ? text : shown);
	s->entry.replace =
		f->kind != FIELD_TEXT; /* a number is typed anew, a text goes on */
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct field_state *s = state;

	if (tag == KEEP)
		s->keeping = false;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code == 0 && tag == SHOW)
		fill(s, a->result);
	else if (a->code == 0)
		view_back(v);
}

/* --- keeping --------------------------------------------------------------------------------- */

static void keep(struct view *v, struct field_state *s, json_t *value)
{
	if (s->keeping || !value) {
		json_decref(value);
		return;
	}
	s->keeping = true;
	s->message[0] = '\0';
	view_ask(v, KEEP, "patient.update",
		json_pack("{s:s, s:o}", "code", s->code, s->field->key, value));
}

static void limits_of(
	const struct view *v, const struct field *f, double *low, double *high)
{
	int year = atoi(v->app->today);

	*low = f->low;
	*high = f->high;
	if (f->kind == FIELD_YEAR && year > 2000) {
		*low = year - 120;
		*high = year;
	}
}

/* What may be typed: "Between 50 and 260 cm." */
static void range_text(
	const struct view *v, const struct field *f, char *out, size_t size)
{
	double low, high;
	char from[24], to[24];

	limits_of(v, f, &low, &high);
	fields_shown(f, low, from, sizeof(from));
	fields_shown(f, high, to, sizeof(to));
	snprintf(out, size, _("Between %1$s and %2$s %3$s"), from, to, fields_unit(f));
}

static void keep_number(struct view *v, struct field_state *s)
{
	double typed = entry_number(&s->entry), kept = fields_kept(s->field, typed);
	double low, high, slack;

	limits_of(v, s->field, &low, &high);
	slack = 1e-9 * high;
	if (s->entry.text[0] == '\0')
		keep(v, s, json_null());
	else if (!(kept >= low - slack && kept <= high + slack))
		range_text(v, s->field, s->message, sizeof(s->message));
	else if (s->field->kind == FIELD_YEAR)
		keep(v, s, json_integer((json_int_t)kept));
	else
		keep(v, s, json_real(fmin(fmax(kept, low), high)));
}

static void keep_text(struct view *v, struct field_state *s)
{
	if (strlen(s->entry.text) > FIELDS_TEXT_BYTES)
		snprintf(s->message, sizeof(s->message), "%s",
			_("This text is too long."));
	else
		keep(v, s,
			s->entry.text[0] != '\0' ? json_string(s->entry.text)
						 : json_null());
}

static void keep_ticks(struct view *v, struct field_state *s)
{
	json_t *list = json_array();

	for (int i = 0; i < s->field->n_words && i < MAX_WORDS; i++)
		if (s->ticks[i])
			json_array_append_new(
				list, json_string(s->field->words[i].word));
	keep(v, s, list);
}

static void entered(struct view *v, struct field_state *s, enum entry_result result)
{
	if (result == ENTRY_CHANGED)
		s->message[0] = '\0';
	if (result != ENTRY_DONE || !s->filled)
		return;
	if (s->field->kind == FIELD_TEXT)
		keep_text(v, s);
	else
		keep_number(v, s);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct field_state *s = state;
	int row = id == CHECKS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (id == KEYS)
		entered(v, s, entry_act(&s->entry, index));
	else if (id == UNKNOWN)
		keep(v, s, json_null());
	else if (id == CHOICE && index >= 0 && index < s->field->n_words)
		keep(v, s, json_string(s->field->words[index].word));
	else if (id == KEEP && s->seen < s->field->n_words)
		s->list.first += s->list.per_page;
	else if (id == KEEP)
		keep_ticks(v, s);
	else if (row >= 0 && row < MAX_WORDS)
		s->ticks[row] = !s->ticks[row];
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct field_state *s = state;
	enum entry_result result;

	if (s->field->kind == FIELD_CHOICE || s->field->kind == FIELD_CHECKS)
		return false;
	result = entry_event(&s->entry, e);
	entered(v, s, result);
	return result != ENTRY_NOTHING;
}

/* --- drawing --------------------------------------------------------------------------------- */

/* What was wrong, else what may be typed. */
static void hint_text(
	const struct view *v, const struct field_state *s, char *out, size_t size)
{
	if (s->message[0] != '\0')
		snprintf(out, size, "%s", s->message);
	else
		range_text(v, s->field, out, size);
}

static void hint_draw(struct view *v, struct field_state *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	bool wrong = s->message[0] != '\0';
	char text[400];

	hint_text(v, s, text, sizeof(text));
	if (frame_read(v, r, &small, 1, wrong ? THEME_CAUTION : THEME_MUTED, text))
		rect_cut_top(r, t.gap - t.gap / 2);
}

/* The height that it wants; with `is_least` that of a line, and the dots of one that is read in parts. */
static int hint_height(
	struct view *v, const struct field_state *s, int w, bool is_least)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	char text[400];
	int line_h = draw_measure(&v->ui.list, &small, "X").h, h, widest;

	hint_text(v, s, text, sizeof(text));
	h = draw_wrapped_height(&v->ui.list, &small, w, text, &widest);
	return is_least && h > line_h ? line_h + t.caption / 2 : h;
}

static void unknown_draw(struct view *v, struct rect r)
{
	struct parts_type t = frame_type(v);
	const struct parts_button b = { .id = UNKNOWN,
		.name = "unknown",
		.texts = unknown_texts,
		.enabled = true };
	int h = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);

	h = h > t.body * 2 ? h : t.body * 2;
	if (h <= r.h && parts_button_width(&v->ui, &t, &b, false) <= r.w)
		parts_button_draw(&v->ui, &t, rect_cut_bottom(&r, h), &b);
}

/* Cut the pad off the bottom of `*r`, below a field and a hint: as high as they leave, and no higher than is comfortable. Returns
 * the height of the field, without its label where that has no room. */
static int cut_pad(struct view *v, struct field_state *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const int fields[] = { entry_field_height(&v->ui, &t),
		entry_box_height(&v->ui, &t) };
	int h = 0, i = 0, gap = t.gap / 2;

	for (int k = 0; k < 4; k++) { /* all of the hint, then a line of it */
		i = k % 2;
		h = r->h - fields[i] - 2 * (t.gap / 2) -
		    hint_height(v, s, r->w, k >= 2);
		if (entry_pad_fits(&v->ui, r->w, h))
			break;
	}
	if (h > r->h * 3 / 5 && entry_pad_fits(&v->ui, r->w, r->h * 3 / 5)) {
		h = r->h * 3 / 5;
		gap = t.gap;
	}
	if (entry_pad_fits(&v->ui, r->w, h)) {
		entry_pad_draw(
			&v->ui, &t, rect_cut_bottom(r, h), KEYS, "key", &s->entry);
		rect_cut_bottom(r, gap);
	}
	return fields[i];
}

static void number_draw(struct view *v, struct field_state *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	int field_h = entry_field_height(&v->ui, &t), w, h;
	bool is_beside;

	entry_pad_size(&v->ui, &w, &h);
	is_beside = r.w > r.h && h <= r.h && w + 6 * t.body <= r.w;
	if (is_beside) {
		w = w < r.w / 2 ? r.w / 2 : w;
		entry_pad_draw(
			&v->ui, &t, rect_cut_right(&r, w), KEYS, "key", &s->entry);
		rect_cut_right(&r, 2 * t.gap);
	} else {
		field_h = cut_pad(v, s, &r);
	}
	if (field_h <= r.h)
		entry_field_draw(&v->ui, &t, rect_cut_top(&r, field_h), FIELD, "entry",
			&s->entry, fields_unit(s->field), "–", true);
	h = hint_height(v, s, r.w, false);
	rect_cut_top(&r, h + t.gap <= r.h ? t.gap : t.gap / 2);
	hint_draw(v, s, &r);
	unknown_draw(v, r);
}

static void text_draw(struct view *v, struct field_state *s, struct rect r)
{
	const struct typing typing = { .entry = &s->entry,
		.keys = KEYS,
		.field = FIELD,
		.name = "entry",
		.hint = _("type here"), /* of what is in the strip */
		.message = s->message };

	typing_draw(v, r, &typing);
}

static void choice_draw(struct view *v, struct field_state *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	const char *texts[CONTROL_MAX_CHOICES];
	const struct control_choice choice = { CHOICE, "choice", texts,
		s->field->n_words, s->chosen, !s->keeping };
	int h;

	for (int i = 0; i < s->field->n_words; i++)
		texts[i] = s->field->words[i].text;
	h = control_choice_height(&v->ui, &t, r.w, &choice);
	if (h <= r.h)
		control_choice_draw(&v->ui, &t, rect_cut_top(&r, h), &choice);
	rect_cut_top(&r, t.gap);
	if (s->message[0] != '\0')
		hint_draw(v, s, &r);
	unknown_draw(v, r);
}

/* A box that is ticked or empty, and the word. */
static void tick_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct field_state *s = ctx;
	struct draw_style style = s->ticks[row] ? parts_bold(t, t->caption)
						: parts_regular(t, t->caption);
	const char *text = _(s->field->words[row].text);
	int side = t->caption * 4 / 3, line = side / 10 > 1 ? side / 10 : 1, h, widest;
	struct rect box;

	rect_cut_left(&r, t->gap / 2);
	box = rect_middle(rect_cut_left(&r, side), side, side);
	rect_cut_left(&r, t->gap);
	draw_round_rect(
		&ui->list, box, side / 5, s->ticks[row] ? THEME_ACTION : THEME_MUTED);
	if (!s->ticks[row])
		draw_round_rect(
			&ui->list, rect_inset(box, line), side / 5, THEME_BACKGROUND);
	else
		draw_text(&ui->list, &style, box, DRAW_CENTRE, THEME_ON_ACTION, "✓");
	h = draw_wrapped_height(&ui->list, &style, r.w, text, &widest);
	if (h <= r.h && widest <= r.w)
		draw_wrapped(&ui->list, &style,
			(struct rect){ r.x, r.y + (r.h - h) / 2, r.w, h }, DRAW_LEFT,
			THEME_TEXT, text);
	else
		clinic_part_draw(ui, &style, r, THEME_TEXT, text);
}

/* The height of a row in whose columns, `w` wide, every word is whole. */
static int tick_height(struct view *v, const struct field *f, int w)
{
	struct parts_type t = frame_type(v);
	struct draw_style style = parts_bold(&t, t.caption);
	int most = 0;

	w -= 3 * t.gap + t.caption * 4 / 3;
	for (int i = 0; i < f->n_words; i++) {
		int h = draw_wrapped_height(
			&v->ui.list, &style, w, _(f->words[i].text), NULL);
		draw_elsewhere(&v->ui.list, _(f->words[i].text)); /* in its row */
		most = h > most ? h : most;
	}
	return list_row_height(&v->ui, &t, most + t.gap);
}

/* The fewest columns that show every word at once, each whole; else those that show the most. Left and right
 * stand side by side. */
static int columns_of(struct view *v, const struct field *f, struct rect r, int *row_h)
{
	struct parts_type t = frame_type(v);
	struct draw_style style = parts_bold(&t, t.caption);
	int best = 1, least = 0, most = 0;

	for (int i = 0; i < f->n_words; i++) {
		int one;
		draw_wrapped_height(&v->ui.list, &style, 1, _(f->words[i].text), &one);
		least = one > least ? one : least;
	}
	least += t.caption * 4 / 3 + 4 * t.gap;
	*row_h = tick_height(v, f, r.w);
	for (int n = 1; n <= 4 && most < f->n_words; n += n == 1 || !f->sides ? 1 : 2) {
		int w = r.w, h = tick_height(v, f, w / n);
		int shown = n * ((r.h + t.gap / 2) / (h + t.gap / 2));
		if (shown < f->n_words) { /* the buttons for the other pages */
			w -= list_pager_width(&v->ui, &t, r.w, r.h) + t.gap;
			h = tick_height(v, f, w / n);
			shown = n * ((r.h + t.gap / 2) / (h + t.gap / 2));
		}
		if (w / n < least)
			break;
		if (shown <= most)
			continue;
		most = shown;
		best = n;
		*row_h = h;
	}
	return best;
}

/* Remember what was shown; the button below says it from the next picture on. */
static void see(struct view *v, struct field_state *s)
{
	int shown = s->list.first + s->list.per_page;

	shown = shown < s->field->n_words ? shown : s->field->n_words;
	if (shown <= s->seen)
		return;
	s->seen = shown;
	ui_redraw_at(&v->ui, v->ui.now_ns);
}

static void checks_draw(struct view *v, struct field_state *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	int n = 0, row_h;
	struct parts_button buttons[] = {
		{ .id = UNKNOWN,
			.name = "unknown",
			.texts = not_asked_texts,
			.enabled = !s->keeping },
		{ .id = KEEP,
			.name = "keep",
			.primary = true,
			.enabled = s->filled && !s->keeping,
			.lit = true },
	};

	for (int i = 0; i < s->field->n_words && i < MAX_WORDS; i++)
		n += s->ticks[i];
	buttons[1].texts = s->seen < s->field->n_words && s->seen > 0 ? further_texts
			   : n > 0                                    ? keep_texts
								      : none_texts;
	frame_actions(v, &r, buttons, 2);
	if (s->message[0] != '\0')
		hint_draw(v, s, &r);
	s->list.columns = columns_of(v, s->field, r, &row_h);
	s->list.n_rows = s->field->n_words;
	if (r.h < clinic_page_height(v))
		return;
	list_draw(&v->ui, &t, r, CHECKS, "tick", &s->list, row_h, tick_draw, s);
	see(v, s);
}

static void draw(struct view *v, void *state)
{
	struct field_state *s = state;
	struct rect r = frame_begin(v, _(s->field->label));

	if (!s->filled)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else if (s->field->kind == FIELD_CHECKS)
		checks_draw(v, s, r);
	else if (s->field->kind == FIELD_CHOICE)
		choice_draw(v, s, r);
	else if (s->field->kind == FIELD_TEXT)
		text_draw(v, s, r);
	else
		number_draw(v, s, r);
}

const struct screen screen_field = {
	.name = "field",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct field_state),
	.enter = enter,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.draw = draw,
};
