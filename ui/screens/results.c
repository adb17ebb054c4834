/* What was measured, of a visit or of one trial: each measure with its error, what it was before and
 * whether the difference says anything, and where it lies in the usual range. A row opens all that is
 * known of it. From here to the findings, the comparison and the report. */
#include "ui/screens/results.h"

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
#include "ui/screens/screens.h"

enum { LOAD = 1, ROWS, ALL, COMPARE, REPORT, FINDINGS };

#define MAX_ROWS 512

static const char *const all_texts[] = { N_("All measures"), N_("All"), NULL };
static const char *const main_texts[] = { N_("Main measures"), N_("Main"), NULL };

static const char *const compare_texts[] = { N_("Compare"), NULL };
static const char *const findings_texts[] = { N_("Findings"), NULL };

static const char *const report_texts[] = { N_("Report"), NULL };

/* There is a report of visits only. */
static bool is_visit(const json_t *results)
{
	return strcmp(clinic_text(results, "of"), "visit") == 0;
}

/* Where one can go from here: a button each, from the left, the last the primary. */
struct way {
	int id;
	const char *name; /* of the button */
	const char *const *texts;
	const char *screen;
	bool (*is_open)(const json_t *results); /* NULL: always */
	/* What the screen is given; NULL: what this one was. */
	void (*say)(const json_t *results, char *arg, size_t size);
};

/* A visit with an earlier one of the same person, which had the same done. */
static bool has_earlier(const json_t *results)
{
	return is_visit(results) &&
	       json_is_object(json_object_get(results, "previous"));
}

static void say_earlier(const json_t *results, char *arg, size_t size)
{
	snprintf(arg, size, "%lld %lld",
		(long long)clinic_int(json_object_get(results, "previous"), "visit"),
		(long long)clinic_int(results, "id"));
}

static const struct way the_ways[] = {
	{ COMPARE, "compare", compare_texts, "compare", has_earlier, say_earlier },
	{ REPORT, "report", report_texts, "report", is_visit, NULL },
	{ FINDINGS, "findings", findings_texts, "findings", NULL, NULL },
};
#define N_WAYS (sizeof(the_ways) / sizeof(the_ways[0]))

struct results {
	json_t *document;
	struct list list;
	struct results_row rows[MAX_ROWS];
	struct results_columns columns;
	bool with_all;
	char message[400];
};

static void load(struct view *v, void *state)
{
	(void)state;
	results_ask(v, LOAD);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct results *)state)->document);
}

/* The headlines; all where a document has none. */
static void find_rows(struct results *s)
{
	s->list.n_rows = results_rows(s->document, s->with_all, s->rows, MAX_ROWS);
	if (s->list.n_rows == 0)
		s->list.n_rows = results_rows(s->document, true, s->rows, MAX_ROWS);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct results *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->document);
	s->document = json_deep_copy(a->result);
	find_rows(s);
}

static void go(struct view *v, const struct results *s, int id)
{
	char arg[VIEW_ARG_BYTES];

	snprintf(arg, sizeof(arg), "%s", view_arg(v));
	for (size_t i = 0; i < N_WAYS; i++) {
		if (the_ways[i].id != id)
			continue;
		if (the_ways[i].say)
			the_ways[i].say(s->document, arg, sizeof(arg));
		view_go(v, the_ways[i].screen, arg);
	}
}

static void act(struct view *v, void *state, int id, int index)
{
	struct results *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;
	char arg[VIEW_ARG_BYTES + 32];

	if (row != LIST_NO_ROW) {
		snprintf(arg, sizeof(arg), "%s %d %d", view_arg(v),
			s->rows[row].group_n, s->rows[row].row_n);
		view_go(v, "measure", arg);
	} else if (id == ALL) {
		s->with_all = !s->with_all;
		s->list.first = 0;
		find_rows(s);
	} else {
		go(v, s, id);
	}
}

static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct results *s = ctx;

	results_row_draw(ui, t, r, &s->rows[row], &s->columns);
}

/* --- the screen ------------------------------------------------------------------------------ */

/* What is compared with, and how many trials could not be used: one line each, where there is room. */
static void head_draw(struct view *v, const struct results *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	const json_t *previous = json_object_get(s->document, "previous");
	char day[40], text[RESULTS_TEXT_BYTES];

	if (!json_is_object(previous) || r->h < 4 * clinic_page_height(v) / 3 ||
		r->h < results_row_height(&t, &s->columns) + 2 * t.caption)
		return;
	clinic_day(clinic_text(previous, "started"), day, sizeof(day));
	snprintf(text, sizeof(text),
		json_is_true(json_object_get(previous, "same_day"))
			? _("Before: earlier today, %s")
			: _("Before: the visit of %s"),
		day);
	clinic_part_draw(
		&v->ui, &small, rect_cut_top(r, t.caption * 4 / 3), THEME_MUTED, text);
	rect_cut_top(r, t.gap / 2);
}

static void actions_draw(struct view *v, const struct results *s, struct rect *r)
{
	struct parts_button buttons[1 + N_WAYS];
	int n = 0;

	buttons[n++] = (struct parts_button){ .id = ALL,
		.name = "all",
		.texts = s->with_all ? main_texts : all_texts,
		.enabled = s->document != NULL };
	for (size_t i = 0; i < N_WAYS; i++) {
		const struct way *way = &the_ways[i];
		bool primary = i == N_WAYS - 1;

		if (way->is_open && !(s->document && way->is_open(s->document)))
			continue;
		buttons[n++] = (struct parts_button){ .id = way->id,
			.name = way->name,
			.texts = way->texts,
			.primary = primary,
			.enabled = s->document != NULL,
			.lit = primary && s->document != NULL };
	}
	frame_actions(v, r, buttons, n);
}

static void draw(struct view *v, void *state)
{
	struct results *s = state;
	struct parts_type t = frame_type(v);
	const char *code = clinic_text(s->document, "patient");
	struct rect r = frame_begin(v, code[0] != '\0' ? code : _("Results"));

	actions_draw(v, s, &r);
	if (s->message[0] != '\0' || !s->document) {
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
		return;
	}
	if (s->list.n_rows == 0) {
		frame_message(v, r, PARTS_INFO, _("Nothing to show"),
			_("There is no trial that can be used. Measure again."));
		return;
	}
	s->columns = results_columns(&v->ui, &t, r, s->rows, s->list.n_rows);
	head_draw(v, s, &r);
	list_draw(&v->ui, &t, r, ROWS, "rows", &s->list,
		results_row_height(&t, &s->columns), row_draw, s);
}

const struct screen screen_results = {
	.name = "results",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct results),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
