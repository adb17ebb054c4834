#include "ui/core/entry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/utf8.h"
#include "ui/core/theme.h"

static int at_least(int a, int b)
{
	return a > b ? a : b;
}

/* --- the text ------------------------------------------------------------------------------ */

static int n_chars(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80;
	return n;
}

/* Append one whole character. Returns false if it does not belong or there is no room. */
static bool append(struct entry *e, const char *c, size_t n)
{
	size_t used = e->replace ? 0 : strlen(e->text);
	uint32_t code;

	if (utf8_decode(c, &code) != n || code < 0x20 || code == 0x7F)
		return false;
	if (e->digits_only) {
		bool point = code == '.' || code == ',';
		if (!(code >= '0' && code <= '9') &&
			!(point && e->decimals &&
				(used == 0 || !strpbrk(e->text, ".,"))))
			return false;
		c = point ? C_("decimal sign", ".") : c;
	}
	if (used + n + 1 > sizeof(e->text) ||
		(e->max_chars > 0 && used > 0 && n_chars(e->text) >= e->max_chars))
		return false;
	e->replace = false;
	memcpy(e->text + used, c, n);
	e->text[used + n] = '\0';
	return true;
}

void entry_set(struct entry *e, const char *text)
{
	uint32_t code;

	e->text[0] = '\0';
	while (*text != '\0') {
		size_t n = utf8_decode(text, &code);
		if (n > 0)
			append(e, text, n);
		text += n > 0 ? n : 1;
	}
}

static bool rub_out(struct entry *e)
{
	size_t n = strlen(e->text);

	e->replace = false;
	if (n == 0)
		return false;
	do
		n--;
	while (n > 0 && ((unsigned char)e->text[n] & 0xC0) == 0x80);
	e->text[n] = '\0';
	return true;
}

double entry_number(const struct entry *e)
{
	char text[32], *end, *comma;
	double v;

	snprintf(text, sizeof(text), "%.31s", e->text);
	comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	/* The program runs in the C locale: strtod() reads a point. */
	v = strtod(text, &end);
	return end == text || *end != '\0' ? NAN : v;
}

/* --- the field ----------------------------------------------------------------------------- */

int entry_box_height(const struct ui *ui, const struct parts_type *t)
{
	return at_least(
		layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), t->body * 5 / 4);
}

int entry_field_height(const struct ui *ui, const struct parts_type *t)
{
	return t->caption * 4 / 3 +
	       at_least(layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM),
		       t->body * 3 / 2);
}

/* What is shown of the text: dots for a secret, and no more than its end where it is long. */
static const char *shown_of(struct ui *ui, const struct draw_style *style, int w,
	const struct entry *e, char *buffer, size_t size)
{
	const char *text = e->text;
	size_t at = 0;

	if (e->secret) {
		for (int n = n_chars(e->text); n > 0 && at + 4 < size; n--)
			at += (size_t)snprintf(buffer + at, size - at, "•");
		buffer[at] = '\0';
		text = buffer;
	}
	while (draw_measure(&ui->list, style, text).w > w && *text != '\0') {
		draw_elsewhere(&ui->list, text); /* its end, where one types, is seen */
		text++;
		while (((unsigned char)*text & 0xC0) == 0x80)
			text++;
	}
	return text;
}

/* The label in the line of the text: at its end where it is short, as a unit is; a longer one in place of what is not typed
 * yet, and is known by whoever types. Returns the hint that is left. */
static const char *label_beside(struct ui *ui, const struct parts_type *t,
	struct rect *r, const struct entry *e, const char *label, const char *hint)
{
	struct draw_style small = parts_regular(t, t->caption);
	int w = draw_measure(&ui->list, &small, label).w;

	if (label[0] == '\0')
		return hint;
	if (w <= r->w / 4) {
		draw_text(&ui->list, &small, rect_cut_right(r, w), DRAW_RIGHT,
			THEME_MUTED, label);
		rect_cut_right(r, t->gap);
		return hint;
	}
	if (e->text[0] != '\0')
		draw_elsewhere(&ui->list, label);
	return label;
}

/* The text, or while there is none the hint, behind the line where one types; returns the width of what was typed. */
static int text_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct entry *e, const char *hint)
{
	struct draw_style style = parts_regular(t, t->body);
	char buffer[ENTRY_BYTES * 3];
	const char *text = shown_of(ui, &style, r.w, e, buffer, sizeof(buffer));

	if (e->text[0] != '\0')
		return draw_text(&ui->list, &style, r, DRAW_LEFT, THEME_TEXT, text);
	rect_cut_left(&r, t->body / 3);
	if (draw_measure(&ui->list, &style, hint).w > r.w)
		style = parts_regular(t, t->caption);
	parts_shrink(ui, &style, r.w, hint);
	if (draw_measure(&ui->list, &style, hint).w <= r.w)
		draw_text(&ui->list, &style, r, DRAW_LEFT, THEME_MUTED, hint);
	return 0;
}

void entry_field_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const struct entry *e, const char *label, const char *hint,
	bool active)
{
	struct draw_style small = parts_regular(t, t->caption);
	int line = active ? at_least(2, t->body / 10) : 1, w;
	bool low = r.h < entry_field_height(ui, t);
	struct rect title = rect_cut_top(&r, low ? 0 : t->caption * 4 / 3);

	draw_elsewhere(&ui->list, hint); /* the label says what */
	if (!low) {
		parts_shrink(ui, &small, title.w, label);
		draw_text(&ui->list, &small, title, DRAW_LEFT, THEME_MUTED, label);
	}
	if (id != 0)
		widgets_add(&ui->widgets,
			&(struct widget){
				.id = id, .name = name, .rect = r, .enabled = true });
	if (id == 0 || ui->widgets.focus != id) {
		draw_round_rect(
			&ui->list, r, t->radius, active ? THEME_ACTION : THEME_MUTED);
		r = rect_inset(r, line);
	}
	r = parts_surface_draw(ui, t, r, id, THEME_SURFACE);
	r = rect_inset(r, t->gap / 2);
	rect_cut_right(&r, 2 * line + t->gap / 2);
	if (low)
		hint = label_beside(ui, t, &r, e, label, hint);
	w = text_draw(ui, t, r, e, hint);
	if (active)
		draw_rect(&ui->list,
			(struct rect){ r.x + w + line, r.y + r.h / 2 - t->body * 3 / 5,
				line, t->body * 6 / 5 },
			THEME_ACTION);
}

/* --- keys ---------------------------------------------------------------------------------- */

/* A key's index is the code of its character, or one of these. */
enum {
	KEY_RUB = 1,
	KEY_OK,
	KEY_SHIFT,
	KEY_SYMBOLS,
};

/* Draw one key; `text` is on it, `part` ends its name. */
static void key_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, int index, const char *part, const char *text)
{
	struct draw_style style = parts_button_style(ui, t);
	char whole[64];
	struct parts_button b = { .id = WIDGET_ID(id, index),
		.name = whole,
		.label = text,
		.enabled = true,
		.lit = index == KEY_OK };

	if (index == KEY_OK && draw_measure(&ui->list, &style, text).w > r.w) {
		draw_elsewhere(&ui->list, text);
		b.label = "✓";
	}
	snprintf(whole, sizeof(whole), "%s-%s", name, part);
	parts_key_draw(ui, t, r, &b, ui_keep(ui, whole));
}

/* The side of a key: as comfortable as can be, and the least that its letter and a finger need. */
static int key_px(const struct ui *ui)
{
	struct parts_type t = parts_near_type(&ui->display);

	return at_least(
		layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), t.body * 3 / 2);
}

static int low_key_px(const struct ui *ui)
{
	struct parts_type t = parts_near_type(&ui->display);

	return at_least(
		layout_mm_px(&ui->display, LAYOUT_FLOOR_MM), t.caption * 13 / 12);
}

static int key_gap(const struct ui *ui)
{
	return parts_near_type(&ui->display).gap / 2;
}

/* What `n` keys of that side take, side by side. */
static int keys_px(const struct ui *ui, int n, int side)
{
	return n * (side + key_gap(ui)) - key_gap(ui);
}

void entry_pad_size(const struct ui *ui, int *w, int *h)
{
	*w = keys_px(ui, 3, key_px(ui));
	*h = keys_px(ui, 5, key_px(ui));
}

/* In a low box the pad lies down: five or seven keys in a row instead of three. */
static const struct {
	int columns, rows;
} pads[] = { { 3, 5 }, { 5, 3 }, { 7, 2 } };
#define N_PADS ((int)(sizeof(pads) / sizeof(pads[0])))

/* Return which of `pads` has room, its keys low where they cannot be higher; -1 if none has. */
static int pad_of(const struct ui *ui, int w, int h)
{
	const int sides[] = { key_px(ui), low_key_px(ui) };

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < N_PADS; i++)
			if (keys_px(ui, pads[i].columns, sides[0]) <= w &&
				keys_px(ui, pads[i].rows, sides[k]) <= h)
				return i;
	return -1;
}

bool entry_pad_fits(const struct ui *ui, int w, int h)
{
	return pad_of(ui, w, h) >= 0;
}

/* One key of the pad: '.', the code of a digit, KEY_RUB or KEY_OK. */
static void pad_key(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, int index)
{
	const char digit[2] = { (char)index, '\0' };

	if (index == '.')
		key_draw(ui, t, r, id, name, index, "point", C_("decimal sign", "."));
	else if (index == KEY_RUB)
		key_draw(ui, t, r, id, name, index, "rub", "⌫");
	else if (index == KEY_OK)
		key_draw(ui, t, r, id, name, index, "ok", C_("key", "OK"));
	else
		key_draw(ui, t, r, id, name, index, digit, digit);
}

void entry_pad_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const struct entry *e)
{
	/* The last key takes what its row leaves. */
	static const int tall[] = { '7', '8', '9', '4', '5', '6', '1', '2', '3', '.',
		'0', KEY_RUB, KEY_OK };
	static const int flat[] = { '1', '2', '3', '4', '5', '6', '7', '8', '9', '0',
		'.', KEY_RUB, KEY_OK };
	int which = at_least(pad_of(ui, r.w, r.h), 0), gap = t->gap / 2;
	int columns = pads[which].columns, rows = pads[which].rows;
	int w = (r.w + gap) / columns - gap, h = (r.h + gap) / rows - gap;
	const int *keys = which == 0 ? tall : flat;

	for (int i = 0; i < 13; i++) {
		struct rect at = { r.x + i % columns * (w + gap),
			r.y + i / columns * (h + gap), w, h };
		if (i == 12)
			at.w = r.x + r.w - at.x;
		if (keys[i] != '.' || e->decimals)
			pad_key(ui, t, at, id, name, keys[i]);
	}
}

/* Rows of letters, each character a key: those from `first`. */
struct plane {
	const char *rows[5];
	int first, n_rows;
};

#define WIDE_COLUMNS   11
#define NARROW_COLUMNS 6

/* As on a real keyboard, where its longest row has room. */
static bool is_wide(const struct ui *ui, int w)
{
	struct parts_type t = parts_near_type(&ui->display);
	int least = at_least(
		layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), t.caption * 9 / 8);

	return keys_px(ui, WIDE_COLUMNS, least) <= w;
}

/* A low keyboard has its digits among the symbols alone. */
static struct plane plane_of(const struct entry *e, bool wide, bool low)
{
	struct plane p;

	if (e->symbols && wide)
		p = (struct plane){ { "1234567890", "@#%&*-+()/", ".,:;!?'\"_=" }, 0,
			3 };
	else if (e->symbols)
		p = (struct plane){
			{ "123456", "7890-+", ".,:;!?", "@#%&*/", "()'\"_=" }, 0, 5
		};
	else if (wide)
		/* TRANSLATORS: the letters of the keyboard, row by row, as on a real one;
		 * at most 11 in a row. */
		p = (struct plane){ { "1234567890", C_("keyboard", "qwertyuiop"),
					    C_("keyboard", "asdfghjkl"),
					    C_("keyboard", "zxcvbnm") },
			low ? 1 : 0, 4 };
	else
		p = (struct plane){ { "abcdef", "ghijkl", "mnopqr", "stuvwx",
					    C_("keyboard", "yz.-") },
			0, 5 };
	return p;
}

/* The rows of keys, with that of the space; a wide one may be low. */
static int n_rows_of(bool wide, bool low)
{
	return !wide ? 6 : low ? 4 : 5;
}

int entry_keyboard_height(const struct ui *ui, int w)
{
	return keys_px(ui, n_rows_of(is_wide(ui, w), true), low_key_px(ui));
}

/* The upper case of the letters that keyboards here have. */
static uint32_t upper(uint32_t code)
{
	bool latin = (code >= 'a' && code <= 'z') ||
		     (code >= 0xE0 && code <= 0xFE && code != 0xF7);

	return latin ? code - 0x20 : code;
}

static void encode(uint32_t code, char out[5])
{
	if (code < 0x80)
		snprintf(out, 5, "%c", (char)code);
	else if (code < 0x800)
		snprintf(out, 5, "%c%c", (char)(0xC0 | code >> 6),
			(char)(0x80 | (code & 0x3F)));
	else
		snprintf(out, 5, "%c%c%c", (char)(0xE0 | code >> 12),
			(char)(0x80 | (code >> 6 & 0x3F)),
			(char)(0x80 | (code & 0x3F)));
}

/* One row, its keys as wide as those of the longest; short rows stand in the middle. */
static void row_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const char *row, int columns, bool shift)
{
	int gap = key_gap(ui), w = (r.w + gap) / columns - gap, n = n_chars(row);

	r = rect_middle(r, n * (w + gap) - gap, r.h);
	while (*row != '\0') {
		uint32_t code;
		size_t size = utf8_decode(row, &code);
		char part[5], text[5];
		encode(code, part);
		code = shift ? upper(code) : code;
		encode(code, text);
		key_draw(ui, t, rect_cut_left(&r, w), id, name, (int)code, part, text);
		rect_cut_left(&r, gap);
		row += size > 0 ? size : 1;
	}
}

/* Shift, symbols, space, rubbing out, done. */
static void bottom_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	int id, const char *name, const struct entry *e)
{
	int gap = key_gap(ui), w = (r.w - 4 * gap) / 6;

	key_draw(ui, t, rect_cut_left(&r, w), id, name, KEY_SHIFT, "shift",
		e->shift ? "⬆" : "⇧");
	rect_cut_left(&r, gap);
	key_draw(ui, t, rect_cut_left(&r, w), id, name, KEY_SYMBOLS, "symbols",
		e->symbols ? "abc" : "#1");
	rect_cut_left(&r, gap);
	key_draw(ui, t, rect_cut_right(&r, w), id, name, KEY_OK, "ok", C_("key", "OK"));
	rect_cut_right(&r, gap);
	key_draw(ui, t, rect_cut_right(&r, w), id, name, KEY_RUB, "rub", "⌫");
	rect_cut_right(&r, gap);
	key_draw(ui, t, r, id, name, ' ', "space", "␣");
}

void entry_keyboard_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	int id, const char *name, const struct entry *e)
{
	bool wide = is_wide(ui, r.w);
	bool low = keys_px(ui, n_rows_of(wide, false), low_key_px(ui)) > r.h;
	struct plane p = plane_of(e, wide, low);
	int gap = key_gap(ui), n_rows = n_rows_of(wide, low), columns = NARROW_COLUMNS;
	int h = (r.h + gap) / n_rows - gap;

	h = h > key_px(ui) * 5 / 4 ? key_px(ui) * 5 / 4 : h;
	r = rect_cut_bottom(&r, n_rows * (h + gap) - gap);
	for (int i = p.first; wide && i < p.n_rows; i++)
		columns = at_least(at_least(columns, 10), n_chars(p.rows[i]));
	/* The last row stays where it is, whatever is shown. */
	bottom_draw(ui, t, rect_cut_bottom(&r, h), id, name, e);
	rect_cut_bottom(&r, gap);
	for (int i = p.first; i < p.n_rows; i++) {
		row_draw(ui, t, rect_cut_top(&r, h), id, name, p.rows[i], columns,
			e->shift);
		rect_cut_top(&r, gap);
	}
}

/* --- what was typed ------------------------------------------------------------------------ */

enum entry_result entry_act(struct entry *e, int index)
{
	char text[5];

	switch (index) {
	case KEY_RUB:
		rub_out(e);
		return ENTRY_CHANGED;
	case KEY_OK:
		return ENTRY_DONE;
	case KEY_SHIFT:
		e->shift = !e->shift;
		return ENTRY_CHANGED;
	case KEY_SYMBOLS:
		e->symbols = !e->symbols;
		return ENTRY_CHANGED;
	default:
		break;
	}
	if (index < ' ')
		return ENTRY_NOTHING;
	encode((uint32_t)index, text);
	append(e, text, strlen(text));
	e->shift = false;
	return ENTRY_CHANGED;
}

enum entry_result entry_event(struct entry *e, const struct input_event *event)
{
	if (event->kind == INPUT_TEXT) {
		append(e, event->text, strlen(event->text));
		return ENTRY_CHANGED;
	}
	if (event->kind != INPUT_KEY_DOWN)
		return ENTRY_NOTHING;
	if (event->key == INPUT_KEY_BACKSPACE) {
		rub_out(e);
		return ENTRY_CHANGED;
	}
	if (event->key == INPUT_KEY_ENTER)
		return ENTRY_DONE;
	/* The text of a key comes as INPUT_TEXT: it is no short cut while one types. */
	return event->key >= ' ' && event->key < 0x7F ? ENTRY_CHANGED : ENTRY_NOTHING;
}
