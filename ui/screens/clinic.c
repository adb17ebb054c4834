#include "ui/screens/clinic.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "src/base/i18n.h"
#include "src/base/utf8.h"
#include "src/core/trial/protocol.h"
#include "ui/app/said.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/fields.h"

const char *clinic_text(const json_t *document, const char *key)
{
	const char *text = json_string_value(json_object_get(document, key));

	return text ? text : "";
}

double clinic_number(const json_t *document, const char *key)
{
	const json_t *value = json_object_get(document, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

int64_t clinic_int(const json_t *document, const char *key)
{
	return json_integer_value(json_object_get(document, key));
}

const char *clinic_said(const char *english)
{
	return said_text(english);
}

const char *clinic_sentence(const json_t *value, char *out, size_t size)
{
	const char *text = json_string_value(value);

	/* "" is the msgid of the catalogue's header. */
	snprintf(out, size, "%s", text ? said_text(text) : "");
	return out;
}

void clinic_day(const char *iso, char *text, size_t size)
{
	struct tm day = { 0 };

	text[0] = '\0';
	if (sscanf(iso, "%4d-%2d-%2d", &day.tm_year, &day.tm_mon, &day.tm_mday) != 3)
		return;
	day.tm_year -= 1900;
	day.tm_mon -= 1;
	if (strftime(text, size, C_("date", "%Y-%m-%d"), &day) == 0)
		text[0] = '\0';
}

void clinic_words(const json_t *list, char *text, size_t size)
{
	size_t used = 0;

	if (json_array_size(list) == 0) {
		snprintf(text, size, "%s",
			json_is_array(list) ? _("none") : _("not asked"));
		return;
	}
	text[0] = '\0';
	for (size_t i = 0; i < json_array_size(list) && used < size; i++) {
		const char *key = json_string_value(json_array_get(list, i));
		used += (size_t)snprintf(text + used, size - used, "%s%s",
			i > 0 ? ", " : "", key ? fields_word(key) : "");
	}
}

const char *clinic_code_of(const char *arg, char *out, size_t size)
{
	snprintf(out, size, "%.*s", (int)strcspn(arg, "\n"), arg);
	return out;
}

const char *clinic_plan_of(const char *arg, char *out, size_t size)
{
	const char *end = strchr(arg, '\n');

	snprintf(out, size, "%s", end ? end + 1 : "");
	return out;
}

int clinic_footwear_of(const char *text)
{
	const char *word;

	for (int i = 0; (word = protocol_footwear_at((size_t)i)); i++)
		if (strstr(text, word))
			return i;
	return -1;
}

const char *clinic_footwear(int number)
{
	return protocol_footwear_at((size_t)number);
}

const char *clinic_plan_name(const char *key, const char *title)
{
	return strcmp(key, "quick") == 0      ? _("Quick")
	       : strcmp(key, "standard") == 0 ? _("Standard")
	       : strcmp(key, "full") == 0     ? _("Full")
					      : title;
}

/* Take from `*text` the most that is no wider than `w` with `end` behind it (a letter may be wider before another than before
 * nothing): a code has no spaces to break it at. `out` receives both, of PART_BYTES. */
#define PART_BYTES 164
static void take_part(struct draw_list *list, const struct draw_style *style, int w,
	const char **text, const char *end, char *out)
{
	char part[PART_BYTES];
	size_t n = 0;

	draw_elsewhere(list, *text);
	snprintf(out, PART_BYTES, "%s", end);
	while ((*text)[n] != '\0') {
		uint32_t code;
		size_t more = utf8_decode(*text + n, &code);

		more = more > 0 ? more : 1;
		if (n + more + strlen(end) >= PART_BYTES)
			break;
		snprintf(part, sizeof(part), "%.*s%s", (int)(n + more), *text, end);
		draw_elsewhere(list, part);
		if (n > 0 && draw_measure(list, style, part).w > w)
			break;
		memcpy(out, part, sizeof(part));
		n += more;
	}
	*text += n;
}

/* A code too long for its line, in small type over as many lines as there is room for. */
static void long_code_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const char *code)
{
	struct draw_style small = parts_regular(t, t->caption);
	int h = t->caption * 5 / 4;

	for (int n = r.h / h; n > 0 && *code != '\0'; n--) {
		bool ends = n == 1 && draw_measure(&ui->list, &small, code).w > r.w;
		char part[PART_BYTES];

		take_part(&ui->list, &small, r.w, &code, ends ? "…" : "", part);
		if (draw_measure(&ui->list, &small, part).w > r.w)
			return;
		ui->list.n_shortened += ends;
		draw_text(&ui->list, &small, rect_cut_top(&r, h), DRAW_LEFT, THEME_TEXT,
			part);
	}
}

void clinic_part_draw(struct ui *ui, const struct draw_style *style, struct rect r,
	uint32_t color, const char *text)
{
	char part[PART_BYTES];

	if (draw_measure(&ui->list, style, text).w <= r.w) {
		draw_text(&ui->list, style, r, DRAW_LEFT, color, text);
		return;
	}
	take_part(&ui->list, style, r.w, &text, "…", part);
	ui->list.n_shortened++;
	if (draw_measure(&ui->list, style, part).w <= r.w)
		draw_text(&ui->list, style, r, DRAW_LEFT, color, part);
}

void clinic_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct clinic_row *row)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	int w = draw_measure(&ui->list, &bold, row->code).w;

	rect_cut_left(&r, t->gap / 2);
	rect_cut_right(&r, t->gap / 2);
	if (w > r.w) {
		draw_elsewhere(&ui->list, row->code);
		long_code_draw(ui, t, r, row->code);
		return;
	}
	draw_text(&ui->list, &bold, rect_cut_left(&r, w), DRAW_LEFT, THEME_TEXT,
		row->code);
	rect_cut_left(&r, 2 * t->gap);
	w = draw_measure(&ui->list, &small, row->note).w;
	if (w <= r.w) {
		draw_text(&ui->list, &small, rect_cut_right(&r, w), DRAW_RIGHT,
			row->caution ? THEME_CAUTION : THEME_MUTED, row->note);
		rect_cut_right(&r, 2 * t->gap);
	}
	if (draw_measure(&ui->list, &small, row->detail).w <= r.w)
		draw_text(&ui->list, &small, r, DRAW_LEFT, THEME_MUTED, row->detail);
}

int clinic_page_height(const struct view *v)
{
	struct parts_type t = parts_near_type(&v->ui.display);

	return list_least_height(&v->ui, &t);
}

int clinic_rows_height(const struct view *v)
{
	struct parts_type t = parts_near_type(&v->ui.display);

	return 2 * list_row_height(&v->ui, &t, 0) + t.gap / 2;
}

bool clinic_has_words_room(struct view *v, struct rect r)
{
	struct parts_type t = parts_near_type(&v->ui.display);
	struct draw_style small = parts_regular(&t, t.caption);
	int line_h = draw_measure(&v->ui.list, &small, "X").h;

	return r.h - clinic_rows_height(v) - t.gap >= 2 * line_h + t.caption / 2;
}
