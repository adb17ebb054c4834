/* frame.h: texts that are longer than their place, as they are for those who read large type on a small screen. They are
 * shown part by part, each as long as it takes to read. */
#include <string.h>

#include "src/base/clock.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"

/* How long a character is there, at the pace of somebody who reads slowly, a hundred words a minute; and how long a part is at
 * least. */
#define CHARACTER_NS (120 * CLOCK_NS_PER_MS)
#define LEAST_NS     (1200 * CLOCK_NS_PER_MS)

/* The first text of a picture decides when reading began; another one begins anew. */
static int64_t begun_ns(struct view *v, const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211); /* FNV-1a */
	if (v->read_at_ns != v->ui.now_ns && v->read_hash != hash) {
		v->read_hash = hash;
		v->read_ns = v->ui.now_ns;
	}
	v->read_at_ns = v->ui.now_ns;
	return v->read_ns;
}

int frame_part(struct view *v, const char *text, int n)
{
	int64_t each_ns = (int64_t)strlen(text) * CHARACTER_NS / (n > 0 ? n : 1);
	int64_t at_ns = v->ui.now_ns - begun_ns(v, text), part;

	if (n < 2)
		return 0;
	each_ns = each_ns > LEAST_NS ? each_ns : LEAST_NS;
	part = at_ns / each_ns;
	ui_redraw_at(&v->ui, v->ui.now_ns - at_ns + (part + 1) * each_ns);
	return (int)(part % n);
}

void frame_part_dots(struct view *v, struct rect r, int n, int part)
{
	int radius = r.h / 4;

	for (int i = 0; n > 1 && i < n && (i + 1) * r.h <= r.w; i++)
		draw_circle(&v->ui.list, r.x + i * r.h + radius, r.y + r.h / 2, radius,
			i == part ? THEME_TEXT : THEME_LINE);
}

/* Return the first of the styles in which all of it has room, -1 if in none. */
static int style_that_fits(struct view *v, struct rect r,
	const struct draw_style *styles, int n, const char *text, int *h)
{
	for (int i = 0; i < n; i++) {
		int widest;
		*h = draw_wrapped_height(&v->ui.list, &styles[i], r.w, text, &widest);
		if (*h <= r.h && widest <= r.w)
			return i;
	}
	return -1;
}

bool frame_read(struct view *v, struct rect *r, const struct draw_style *styles, int n,
	uint32_t color, const char *text)
{
	struct parts_type t = frame_type(v);
	struct draw_style style = styles[n - 1];
	int h, which = style_that_fits(v, *r, styles, n, text, &h);
	int line_h = draw_measure(&v->ui.list, &style, "X").h, dots_h = t.caption / 2;
	int lines = (r->h - dots_h) / line_h, parts, part;

	if (which >= 0) {
		draw_wrapped(&v->ui.list, &styles[which], rect_cut_top(r, h), DRAW_LEFT,
			color, text);
		rect_cut_top(r, t.gap / 2);
		return true;
	}
	if (lines < 1) {
		draw_left_out(&v->ui.list, text);
		return false;
	}
	style.breaks = true;
	h = draw_wrapped_height(&v->ui.list, &style, r->w, text, NULL);
	parts = (h / line_h + lines - 1) / lines;
	part = frame_part(v, text, parts);
	draw_wrapped_part(&v->ui.list, &style, rect_cut_top(r, lines * line_h),
		DRAW_LEFT, color, text, part * lines, lines);
	frame_part_dots(v, rect_cut_top(r, dots_h), parts, part);
	return true;
}
