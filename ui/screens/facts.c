#include "ui/screens/facts.h"

#include <stdio.h>
#include <string.h>

#include "ui/app/frame.h"
#include "ui/core/theme.h"

#define MAX_ROWS 200

/* A row of what is drawn: a line of a text, a notice or a picture. */
struct row {
	const struct fact *fact;
	enum { BESIDE, LABEL, LABEL_LINE, TEXT_LINE, NOTICE, PICTURE } what;
	int line; /* of its text */
	int h, gap;
	int y, page;
};

struct rows {
	struct facts *f;
	int w, h; /* of a page */
	struct row all[MAX_ROWS];
	int n, n_pages;
};

void facts_begin(struct facts *f, struct view *v)
{
	f->v = v;
	f->type = parts_near_type(&v->ui.display);
	f->gap = f->type.gap / 3;
	f->words_gap = f->type.gap / 2;
	f->n = f->n_text = 0;
}

static int keep(struct facts *f, const char *text)
{
	size_t n = strlen(text) + 1, room = sizeof(f->text) - (size_t)f->n_text;
	int at = f->n_text;

	if (n > room) {
		f->v->ui.list.overflow = true;
		n = 1;
		text = "";
		at = f->n_text = (int)sizeof(f->text) - 1;
	}
	memcpy(&f->text[at], text, n);
	f->n_text += f->n_text + (int)n < (int)sizeof(f->text) ? (int)n : 0;
	return at;
}

/* Return a new one; where there are too many the last is drawn over, which the draw list tells. */
static struct fact *append(struct facts *f, enum fact_kind kind, const char *text)
{
	struct fact *fact;

	if (f->n == FACTS_MAX) {
		f->v->ui.list.overflow = true;
		f->n--;
	}
	fact = &f->all[f->n++];
	*fact = (struct fact){ .kind = kind, .gap = f->words_gap };
	fact->style = parts_regular(&f->type, f->type.caption);
	fact->text = keep(f, text);
	return fact;
}

void facts_line(struct facts *f, const char *label, const char *value)
{
	struct fact *fact;

	if (value[0] == '\0')
		return;
	fact = append(f, FACT_LINE, value);
	fact->label = keep(f, label);
	fact->style = parts_bold(&f->type, f->type.caption);
	fact->color = THEME_TEXT;
	fact->gap = f->gap;
}

void facts_mark(struct facts *f, uint32_t color)
{
	if (f->n == 0)
		return;
	f->all[f->n - 1].is_marked = true;
	f->all[f->n - 1].mark = color;
}

void facts_words(struct facts *f, const char *text, uint32_t color)
{
	if (text[0] != '\0')
		append(f, FACT_WORDS, text)->color = color;
}

void facts_headline(struct facts *f, const char *text)
{
	if (text[0] == '\0')
		return;
	facts_words(f, text, THEME_TEXT);
	f->all[f->n - 1].style = parts_bold(&f->type, f->type.body);
}

void facts_notice(struct facts *f, enum parts_sign sign, const char *text)
{
	struct fact *fact = append(f, FACT_NOTICE, text);

	fact->color = parts_sign_color(sign);
	fact->sign = sign;
}

void facts_picture(struct facts *f, int h, facts_draw_fn *draw, const void *ctx)
{
	struct fact *fact = append(f, FACT_PICTURE, "");

	fact->h = h;
	fact->draw = draw;
	fact->ctx = ctx;
	fact->gap = 0;
}

void facts_space(struct facts *f, int px)
{
	if (f->n > 0)
		f->all[f->n - 1].gap += px;
}

/* --- rows ------------------------------------------------------------------------------------- */

static struct row *row_add(struct rows *rows, const struct fact *fact, int what, int h)
{
	struct row *row;

	if (rows->n == MAX_ROWS) {
		rows->f->v->ui.list.overflow = true;
		rows->n--;
	}
	row = &rows->all[rows->n++];
	*row = (struct row){ .fact = fact, .h = h };
	row->what = what;
	return row;
}

static void rows_of_text(struct rows *rows, const struct fact *fact, int what,
	const struct draw_style *style, const char *text)
{
	struct draw_list *list = &rows->f->v->ui.list;
	int line_h = draw_measure(list, style, "X").h;
	int n = draw_wrapped_height(list, style, rows->w, text, NULL) / line_h;

	for (int i = 0; i < n; i++)
		row_add(rows, fact, what, line_h)->line = i;
}

static struct draw_style label_style(const struct facts *f)
{
	struct draw_style style = parts_regular(&f->type, f->type.caption);

	style.breaks = true;
	return style;
}

/* The place of the square before a line. */
static int mark_width(const struct facts *f, const struct fact *fact)
{
	return fact->is_marked ? f->type.caption * 2 / 3 + f->type.gap : 0;
}

static void rows_of_line(struct rows *rows, const struct fact *fact)
{
	struct facts *f = rows->f;
	struct draw_list *list = &f->v->ui.list;
	const struct draw_style label = label_style(f);
	int h = f->type.caption * 4 / 3;
	int label_w = draw_measure(list, &label, &f->text[fact->label]).w +
		      f->type.gap + mark_width(f, fact);
	int text_w = draw_measure(list, &fact->style, &f->text[fact->text]).w;

	if (label_w + text_w <= rows->w) {
		row_add(rows, fact, BESIDE, h);
		return;
	}
	if (label_w <= rows->w)
		row_add(rows, fact, LABEL, h);
	else
		rows_of_text(rows, fact, LABEL_LINE, &label, &f->text[fact->label]);
	rows_of_text(rows, fact, TEXT_LINE, &fact->style, &f->text[fact->text]);
}

/* A headline that is more than a page, or has a word that is wider, is as large as the rest. */
static void fit_words(struct rows *rows, struct fact *fact)
{
	const char *text = &rows->f->text[fact->text];
	int widest, h = draw_wrapped_height(
			    &rows->f->v->ui.list, &fact->style, rows->w, text, &widest);

	if (fact->kind == FACT_WORDS && (h > rows->h || widest > rows->w))
		fact->style = parts_regular(&rows->f->type, rows->f->type.caption);
	fact->style.breaks = true;
}

static void rows_of(struct rows *rows, struct fact *fact)
{
	struct facts *f = rows->f;
	const char *text = &f->text[fact->text];
	int first = rows->n, h;

	fit_words(rows, fact);
	switch (fact->kind) {
	case FACT_LINE:
		rows_of_line(rows, fact);
		break;
	case FACT_PICTURE:
		row_add(rows, fact, PICTURE, fact->h);
		break;
	case FACT_NOTICE:
		h = parts_notice_height(&f->v->ui, &f->type, rows->w, text);
		if (h <= rows->h) {
			row_add(rows, fact, NOTICE, h);
			break;
		} /* its words alone, over the pages that they need */
		rows_of_text(rows, fact, TEXT_LINE, &fact->style, text);
		break;
	case FACT_WORDS:
		rows_of_text(rows, fact, TEXT_LINE, &fact->style, text);
		break;
	}
	if (rows->n > first)
		rows->all[rows->n - 1].gap = fact->gap;
}

/* The height of all rows of the fact that row `i` begins; `*n` receives how many. */
static int whole_height(const struct rows *rows, int i, int *n)
{
	int h = 0, k = i;

	for (; k < rows->n && rows->all[k].fact == rows->all[i].fact; k++)
		h += rows->all[k].h;
	*n = k - i;
	return h;
}

/* Give every row its place. What is less than a page stays together; what is more is spread evenly over its pages. */
static void rows_place(struct rows *rows)
{
	int y = 0, page = 0, of_fact = 0, on_page = 0, each = 0;

	for (int i = 0; i < rows->n; i++) {
		struct row *row = &rows->all[i];
		int whole = row->h;
		if (of_fact == 0) {
			whole = whole_height(rows, i, &of_fact);
			each = of_fact;
			if (whole > rows->h && rows->h > 0)
				each = (of_fact + whole / rows->h) /
				       (whole / rows->h + 1);
			on_page = each;
		}
		if (i > 0 && (y + whole > rows->h || on_page == 0)) {
			page += y > 0;
			y = 0;
			on_page = each;
		}
		row->y = y;
		row->page = page;
		y += row->h + row->gap;
		of_fact--;
		on_page--;
	}
	rows->n_pages = page + 1;
}

static void rows_make(struct rows *rows, struct facts *f, struct rect r)
{
	rows->f = f;
	rows->w = r.w;
	rows->h = r.h;
	rows->n = 0;
	for (int i = 0; i < f->n; i++)
		rows_of(rows, &f->all[i]);
	rows_place(rows);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The square, and cut its place off. */
static void mark_draw(struct facts *f, const struct fact *fact, struct rect *r)
{
	struct rect place = rect_cut_left(r, mark_width(f, fact));
	int size = f->type.caption * 2 / 3;

	if (!fact->is_marked)
		return;
	place.w = size;
	draw_rect(&f->v->ui.list, rect_middle(place, size, size), fact->mark);
}

static void beside_draw(struct facts *f, const struct fact *fact, struct rect r)
{
	struct draw_list *list = &f->v->ui.list;
	const struct draw_style label = label_style(f);
	int label_w = draw_measure(list, &label, &f->text[fact->label]).w + f->type.gap;

	mark_draw(f, fact, &r);
	draw_text(list, &label, rect_cut_left(&r, label_w), DRAW_LEFT, THEME_MUTED,
		&f->text[fact->label]);
	draw_text(list, &fact->style, r, DRAW_LEFT, fact->color, &f->text[fact->text]);
}

static void row_draw(struct facts *f, const struct row *row, struct rect r)
{
	struct draw_list *list = &f->v->ui.list;
	const struct fact *fact = row->fact;
	const struct draw_style label = label_style(f);
	const char *text = &f->text[fact->text];

	switch (row->what) {
	case BESIDE:
		beside_draw(f, fact, r);
		break;
	case LABEL:
		mark_draw(f, fact, &r);
		draw_text(
			list, &label, r, DRAW_LEFT, THEME_MUTED, &f->text[fact->label]);
		break;
	case LABEL_LINE:
		draw_wrapped_part(list, &label, r, DRAW_LEFT, THEME_MUTED,
			&f->text[fact->label], row->line, 1);
		break;
	case TEXT_LINE:
		draw_wrapped_part(list, &fact->style, r, DRAW_LEFT, fact->color, text,
			row->line, 1);
		break;
	case NOTICE:
		parts_notice_draw(&f->v->ui, &f->type, r, fact->sign, text);
		break;
	case PICTURE:
		fact->draw(f->v, r, fact->ctx);
		break;
	}
}

static void row_is_elsewhere(struct facts *f, const struct row *row)
{
	draw_elsewhere(&f->v->ui.list, &f->text[row->fact->text]);
	if (row->fact->kind == FACT_LINE)
		draw_elsewhere(&f->v->ui.list, &f->text[row->fact->label]);
}

bool facts_fit(struct facts *f, struct rect r)
{
	struct rows rows;

	rows_make(&rows, f, r);
	return rows.n_pages == 1;
}

/* Cut the place of the buttons off: at the side, or below the text on an upright screen, where a low row has both. */
static struct rect cut_pager(struct facts *f, struct rect *r)
{
	const struct parts_type *t = &f->type;
	int h = layout_mm_px(&f->v->ui.display, LAYOUT_SECONDARY_MM);
	struct rect pager;

	h = h > t->body * 5 / 4 ? h : t->body * 5 / 4;
	if (r->h > r->w && list_pager_is_low(&f->v->ui, t, h)) {
		pager = rect_cut_bottom(r, h);
		rect_cut_bottom(r, t->gap);
		return pager;
	}
	pager = rect_cut_right(r, list_pager_width(&f->v->ui, t, r->w, r->h));
	rect_cut_right(r, t->gap);
	return pager;
}

/* Where not even the buttons have room the pages turn by themselves, each as long as it takes to read. */
static int page_by_time(struct facts *f, int n)
{
	char all[FACTS_TEXT_BYTES];

	memcpy(all, f->text, (size_t)f->n_text);
	for (int i = 0; i + 1 < f->n_text; i++)
		all[i] = all[i] == '\0' ? ' ' : all[i];
	return f->n_text > 0 ? frame_part(f->v, all, n) : 0;
}

static bool has_room(struct facts *f, struct rect r)
{
	return r.h >= layout_mm_px(&f->v->ui.display, LAYOUT_SECONDARY_MM) &&
	       r.h >= f->type.body * 5 / 4;
}

/* Whether all rows are within a page: not where that is lower than a line. */
static bool rows_are_within(struct facts *f, const struct rows *rows)
{
	for (int i = 0; i < rows->n; i++) {
		if (rows->all[i].h <= rows->h)
			continue;
		for (int k = 0; k < f->n; k++)
			draw_left_out(
				&f->v->ui.list, f->all[k].kind == FACT_PICTURE
							? "a picture"
							: &f->text[f->all[k].text]);
		return false;
	}
	return true;
}

/* Draw a page. Returns its height. */
static int rows_draw(struct facts *f, const struct rows *rows, struct rect r,
	const struct list *pages)
{
	int used = 0;

	if (!rows_are_within(f, rows))
		return 0;
	for (int i = 0; i < rows->n; i++) {
		const struct row *row = &rows->all[i];
		row_is_elsewhere(f, row); /* or here */
		if (row->page != pages->first)
			continue;
		row_draw(f, row, (struct rect){ r.x, r.y + row->y, r.w, row->h });
		used = row->y + row->h + row->gap;
	}
	return used;
}

void facts_read(struct facts *f, struct rect r)
{
	struct list pages = { 0 };
	struct rows rows;
	int dots_h = f->type.caption / 2;
	struct rect dots = rect_cut_bottom(&r, dots_h);

	rows_make(&rows, f, r);
	pages.first = rows.n_pages > 1 ? page_by_time(f, rows.n_pages) : 0;
	rows_draw(f, &rows, r, &pages);
	frame_part_dots(f->v, dots, rows.n_pages, pages.first);
}

int facts_draw(
	struct facts *f, struct rect r, int id, const char *name, struct list *pages)
{
	struct rows rows;
	struct rect pager;
	int used;

	rows_make(&rows, f, r);
	pages->n_rows = rows.n_pages;
	pages->per_page = 1;
	if (rows.n_pages > 1 && has_room(f, r)) {
		pager = cut_pager(f, &r);
		rows_make(&rows, f, r);
		pages->n_rows = rows.n_pages;
		pages->first = pages->first < rows.n_pages ? pages->first : 0;
		list_pager_draw(&f->v->ui, &f->type, pager, id, name, pages);
	} else {
		pages->first = rows.n_pages > 1 ? page_by_time(f, rows.n_pages) : 0;
	}
	used = rows_draw(f, &rows, r, pages);
	return rows.n_pages > 1 ? r.h : used;
}
