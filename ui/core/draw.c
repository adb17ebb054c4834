#include "ui/core/draw.h"

#include <stddef.h>
#include <string.h>

#include "ui/core/breaks.h"

void draw_init(struct draw_list *list, draw_measure_fn *measure, void *ctx)
{
	list->measure = measure;
	list->measure_ctx = ctx;
	draw_clear(list);
}

void draw_clear(struct draw_list *list)
{
	list->n_commands = 0;
	list->n_text = 0;
	list->overflow = false;
	list->n_shortened = 0;
	list->n_kept = 0;
	list->keep = 0;
	list->keep_depth = 0;
	list->elsewhere = 0;
}

const char *draw_text_of(
	const struct draw_list *list, const struct draw_command *command)
{
	return &list->text[command->text];
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * UINT64_C(0x100000001b3);
}

static uint64_t mix_rect(uint64_t hash, const struct rect *r)
{
	hash = mix(hash, (uint32_t)r->x | (uint64_t)(uint32_t)r->y << 32);
	return mix(hash, (uint32_t)r->w | (uint64_t)(uint32_t)r->h << 32);
}

uint64_t draw_fingerprint(const struct draw_list *list)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];

		if (c->kind == DRAW_IMAGE)
			hash = mix(hash, c->image->version);
		hash = mix_rect(mix_rect(hash, &c->rect), &c->box);
		hash = mix(hash, c->color | (uint64_t)c->kind << 32);
		hash = mix(hash, (uint32_t)c->radius | (uint64_t)c->text << 32);
		hash = mix(hash, (uint32_t)c->style.size_px |
					 (uint64_t)c->style.face << 32 |
					 (uint64_t)c->style.reader << 40 |
					 (uint64_t)c->style.tabular << 48);
	}
	for (int i = 0; i < list->n_text; i++)
		hash = mix(hash, (unsigned char)list->text[i]);
	return hash ? hash : 1;
}

static struct draw_command *add(
	struct draw_list *list, enum draw_kind kind, struct rect r, uint32_t color)
{
	struct draw_command *c = &list->spill;

	if (list->n_commands < DRAW_MAX_COMMANDS)
		c = &list->commands[list->n_commands++];
	else
		list->overflow = true;
	*c = (struct draw_command){
		.kind = kind, .rect = r, .box = r, .color = color, .keep = list->keep
	};
	return c;
}

void draw_keep_begin(struct draw_list *list, struct rect box)
{
	if (list->keep_depth++ > 0)
		return;
	if (list->n_kept == DRAW_MAX_KEPT) {
		list->overflow = true;
		return;
	}
	list->kept[list->n_kept++] = box;
	list->keep = (uint8_t)list->n_kept;
}

void draw_keep_end(struct draw_list *list)
{
	if (--list->keep_depth == 0)
		list->keep = 0;
}

static int mirrored(int x, int own_w, int w)
{
	return w - x - own_w;
}

void draw_mirror(struct draw_list *list, int w)
{
	for (int i = 0; i < list->n_commands; i++) {
		struct draw_command *c = &list->commands[i];
		if (c->keep != 0) {
			const struct rect *box = &list->kept[c->keep - 1];
			int by = mirrored(box->x, box->w, w) - box->x;
			c->rect.x += by;
			c->box.x += by;
		} else {
			c->rect.x = mirrored(c->rect.x, c->rect.w, w);
			c->box.x = mirrored(c->box.x, c->box.w, w);
		}
	}
}

void draw_rect(struct draw_list *list, struct rect r, uint32_t color)
{
	if (r.w > 0 && r.h > 0)
		add(list, DRAW_RECT, r, color);
}

void draw_round_rect(struct draw_list *list, struct rect r, int radius, uint32_t color)
{
	int most = (r.w < r.h ? r.w : r.h) / 2;

	if (r.w > 0 && r.h > 0)
		add(list, DRAW_ROUND_RECT, r, color)->radius = rect_limit(radius, most);
}

void draw_circle(struct draw_list *list, int x, int y, int radius, uint32_t color)
{
	add(list, DRAW_CIRCLE,
		(struct rect){ x - radius, y - radius, 2 * radius, 2 * radius }, color);
}

void draw_ring(
	struct draw_list *list, int x, int y, int radius, int thickness, uint32_t color)
{
	add(list, DRAW_RING,
		(struct rect){ x - radius, y - radius, 2 * radius, 2 * radius }, color)
		->radius = thickness;
}

void draw_image(struct draw_list *list, int x, int y, const struct canvas *image)
{
	struct draw_command *c;

	if (!image->pixels || image->w <= 0 || image->h <= 0)
		return;
	c = add(list, DRAW_IMAGE, (struct rect){ x, y, image->w, image->h },
		UINT32_C(0xFFFFFFFF));
	c->image = image;
}

static void tell(struct draw_list *list, const char *text, enum draw_fate fate)
{
	if (list->fate && text[0] != '\0')
		list->fate(text,
			fate == DRAW_ASKED && list->elsewhere > 0 ? DRAW_ELSEWHERE
								  : fate,
			list->fate_ctx);
}

void draw_elsewhere(struct draw_list *list, const char *text)
{
	tell(list, text, DRAW_ELSEWHERE);
}

void draw_elsewhere_begin(struct draw_list *list)
{
	list->elsewhere++;
}

void draw_elsewhere_end(struct draw_list *list)
{
	list->elsewhere--;
}

void draw_left_out(struct draw_list *list, const char *text)
{
	tell(list, text, DRAW_LEFT_OUT);
}

static struct draw_metrics measured(
	struct draw_list *list, const struct draw_style *style, const char *text)
{
	struct draw_metrics m = { 0 };

	list->measure(style, text, &m, list->measure_ctx);
	return m;
}

struct draw_metrics draw_measure(
	struct draw_list *list, const struct draw_style *style, const char *text)
{
	tell(list, text, DRAW_ASKED);
	return measured(list, style, text);
}

/* Copy a text into the list; the empty string when there is no room. */
static uint16_t keep_text(struct draw_list *list, const char *text, size_t n)
{
	int at = list->n_text;

	if ((size_t)at + n + 1 > sizeof(list->text)) {
		list->overflow = true;
		return (uint16_t)(sizeof(list->text) - 1);
	}
	memcpy(&list->text[at], text, n);
	list->text[(size_t)at + n] = '\0';
	list->n_text += (int)n + 1;
	return (uint16_t)at;
}

static void put_text(struct draw_list *list, const struct draw_style *style,
	struct rect r, struct rect box, uint32_t color, const char *text)
{
	struct draw_command *c;

	if (text[0] == '\0')
		return;
	tell(list, text, DRAW_DRAWN);
	c = add(list, DRAW_TEXT, r, color);
	c->box = box;
	c->style = *style;
	c->text = keep_text(list, text, strlen(text));
}

int draw_text(struct draw_list *list, const struct draw_style *style, struct rect box,
	enum draw_align align, uint32_t color, const char *text)
{
	struct draw_metrics m = measured(list, style, text);
	struct rect r = { box.x, box.y + (box.h - m.h) / 2, m.w, m.h };

	if (align == DRAW_CENTRE)
		r.x += (box.w - m.w) / 2;
	else if (align == DRAW_RIGHT)
		r.x += box.w - m.w;
	put_text(list, style, r, box, color, text);
	return m.w;
}

int draw_text_at(struct draw_list *list, const struct draw_style *style, int x, int y,
	struct rect box, uint32_t color, const char *text)
{
	struct draw_metrics m = measured(list, style, text);

	put_text(list, style, (struct rect){ x, y - m.ascent, m.w, m.h }, box, color,
		text);
	return m.w;
}

/* Whether the text from `end` on is a space and a unit of the number before it, which stay together. */
static bool is_unit_next(const char *text, size_t end)
{
	static const char *const units[] = { "%", "mm", "cm", "m", "kg", "lb", "in",
		"s", "min", "Hz", "kPa", "mm/s", "mm²", "N" };
	const char *word = text + end + 1;
	size_t n;

	if (end == 0 || text[end] != ' ' || text[end - 1] < '0' || text[end - 1] > '9')
		return false;
	n = strcspn(word, " .,;:)]");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (n == strlen(units[i]) && strncmp(word, units[i], n) == 0)
			return true;
	return false;
}

/* Whether a word is a sign that belongs to the number after it. */
static bool is_number_next(const char *word, size_t n)
{
	return n == strlen("±") && strncmp(word, "± ", n + 1) == 0;
}

/* Return how much of a line has room whose last word, from `start` on, does not: up to one of its slashes if it is a path that
 * would need two lines anyway, else 0. */
static size_t path_joined(struct draw_list *list, const struct draw_style *style, int w,
	const char *line, size_t start, int *width)
{
	struct draw_style firm = *style;
	char part[DRAW_LINE_BYTES];
	size_t n;
	int joined;

	if (!strchr(line + start, '/') || measured(list, style, line + start).w <= w)
		return 0;
	firm.breaks = false;
	n = breaks_take(list, &firm, w, line, part, &joined);
	if (joined > w || n <= start + strlen("(/"))
		return 0;
	*width = joined;
	return n;
}

/* Return how many bytes of a text that is too long for a line's buffer have room in it, in whole characters. */
static size_t room_for(const char *text)
{
	size_t n = DRAW_LINE_BYTES - 1;

	while (n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Take the longest start of *text that fits `w`, broken at a space; of one word alone what breaks_take() says. */
static int take_line(struct draw_list *list, const struct draw_style *style, int w,
	const char **text, char line[DRAW_LINE_BYTES])
{
	char word[DRAW_LINE_BYTES];
	size_t kept = 0;
	int width = 0;

	while ((*text)[kept] != '\0') {
		size_t start = kept, end, joined;
		int wider;
		while ((*text)[start] == ' ')
			start++;
		end = start + strcspn(*text + start, " ");
		if (end > start && is_number_next(*text + start, end - start))
			end += 1 + strcspn(*text + end + 1, " ");
		if (end > start && is_unit_next(*text, end))
			end += 1 + strcspn(*text + end + 1, " ");
		if (kept == 0 && end >= DRAW_LINE_BYTES)
			end = room_for(*text);
		if (end == start || end >= DRAW_LINE_BYTES)
			break;
		memcpy(line, *text, end);
		line[end] = '\0';
		wider = measured(list, style, line).w;
		if (wider > w && kept > 0) {
			joined = path_joined(list, style, w, line, start, &width);
			kept = joined ? joined : kept;
			break;
		}
		kept = end;
		width = wider;
		if (wider > w)
			break;
	}
	memcpy(line, *text, kept);
	line[kept] = '\0';
	if (width > w) {
		memcpy(word, line, kept + 1);
		kept = breaks_take(list, style, w, word, line, &width);
	}
	*text += kept;
	while (**text == ' ')
		(*text)++;
	return width;
}

int draw_wrapped_height(struct draw_list *list, const struct draw_style *style, int w,
	const char *text, int *widest)
{
	char line[DRAW_LINE_BYTES];
	int most = 0, n_lines = 0;

	tell(list, text, DRAW_ASKED);
	while (*text != '\0' && n_lines < DRAW_MAX_LINES) {
		int width = take_line(list, style, w, &text, line);
		if (line[0] == '\0')
			break;
		most = width > most ? width : most;
		n_lines++;
	}
	if (widest)
		*widest = most;
	return n_lines * measured(list, style, "X").h;
}

int draw_wrapped(struct draw_list *list, const struct draw_style *style,
	struct rect box, enum draw_align align, uint32_t color, const char *text)
{
	return draw_wrapped_part(
		list, style, box, align, color, text, 0, DRAW_MAX_LINES);
}

int draw_wrapped_part(struct draw_list *list, const struct draw_style *style,
	struct rect box, enum draw_align align, uint32_t color, const char *text,
	int first, int n)
{
	char line[DRAW_LINE_BYTES];
	int h = measured(list, style, "X").h, used = 0;

	tell(list, text, DRAW_DRAWN);
	for (int i = 0; *text != '\0' && i < first + n && i < DRAW_MAX_LINES; i++) {
		struct rect r = { box.x, box.y + used, box.w, h };
		int at = list->n_commands;
		take_line(list, style, box.w, &text, line);
		if (line[0] == '\0')
			break;
		if (i < first)
			continue;
		draw_text(list, style, r, align, color, line);
		if (list->n_commands > at)
			list->commands[at].box = box;
		used += h;
	}
	return used;
}
