/* Two visits of one person beside each other: each measure then and now, the difference, how large it has to be to be
 * more than the error of measurement, and whether it is; the load under the feet on another page. A row opens all that is
 * known of it. */
#include "ui/screens/compare.h"

#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1, ROWS, OTHER, ALL, FEET, NUMBERS, PAGES };

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
	struct list pages;
	bool with_all;
	struct compare_columns columns; /* of the page being drawn */
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
		s->pages.first = 0;
	} else if (id == PAGES) {
		list_act(&s->pages, index);
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

/* --- the screen ------------------------------------------------------------------------------ */

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

static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct compare *s = ctx;

	compare_row_draw(ui, t, r, &s->rows[row], &s->columns);
}

static void numbers_draw(struct view *v, struct compare *s, struct rect r)
{
	struct parts_type t = frame_type(v);

	if (s->list.n_rows == 0) {
		frame_message(v, r, PARTS_INFO, _("Nothing to compare"),
			_("Nothing was measured in both visits in the same way."));
		return;
	}
	s->columns = compare_columns(v, r, s->rows, s->list.n_rows);
	compare_head_draw(v, s->document, &s->columns, &r);
	list_draw(&v->ui, &t, r, ROWS, "rows", &s->list,
		compare_row_height(&t, &s->columns), row_draw, s);
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
		compare_one_draw(v, r, &s->rows[s->row], s->document, PAGES, &s->pages);
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
