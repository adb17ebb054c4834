/* Everybody, found as typed; a new code. What is typed on real keys or by a barcode reader goes to the
 * search at once. Given "keys" the keyboard is shown, given "=TEXT" that is searched. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/entry.h"
#include "ui/core/list.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"
#include "ui/screens/typing.h"

enum { SEARCH = 1, KEYS, ROWS, NEW, ANONYMOUS };

#define QUERY_BYTES 64 /* as patient.find takes */

static const char *const anonymous_texts[] = { N_("Measure without a patient"),
	N_("Anonymous"), NULL };
static const char *const search_texts[] = { N_("Search or new"), N_("Search"), NULL };
static const char *const new_texts[] = { N_("New patient with this code"),
	N_("New patient"), N_("New"), NULL };

struct patients {
	struct entry query;
	struct list list;
	bool keys;    /* the keyboard is shown */
	bool opening; /* Enter was pressed: the one that is meant is opened */
	json_t *page;
	int page_first;
	char message[400];
};

static int enter(struct view *v, void *state)
{
	struct patients *s = state;

	s->keys = strcmp(view_arg(v), "keys") == 0;
	if (view_arg(v)[0] == '=')
		entry_set(&s->query, view_arg(v) + 1);
	return 0;
}

static void ask_anew(struct patients *s)
{
	json_decref(s->page);
	s->page = NULL;
	s->list.first = 0;
	s->message[0] = '\0';
	list_forget(&s->list);
}

static void load(struct view *v, void *state)
{
	struct patients *s = state;

	(void)v;
	list_forget(&s->list);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct patients *)state)->page);
}

static void tick(struct view *v, void *state)
{
	struct patients *s = state;
	int first, n;

	if (!list_wants(&s->list, &first, &n))
		return;
	s->page_first = first;
	view_ask(v, ROWS, "patient.find",
		json_pack("{s:s, s:i, s:i}", "query", s->query.text, "offset", first,
			"limit", n > 100 ? 100 : n));
}

static json_t *rows_of(const struct patients *s)
{
	return json_object_get(s->page, "patients");
}

/* Return the code in a row that is on the page, "" else. */
static const char *code_at(const struct patients *s, int row)
{
	return clinic_text(
		json_array_get(rows_of(s), (size_t)(row - s->page_first)), "code");
}

static bool is_known(const struct patients *s)
{
	for (int i = 0; i < (int)json_array_size(rows_of(s)); i++)
		if (strcmp(code_at(s, s->page_first + i), s->query.text) == 0)
			return true;
	return false;
}

static void take_page(struct view *v, struct patients *s, const json_t *page)
{
	if (strcmp(clinic_text(page, "query"), s->query.text) != 0)
		return; /* of a search that is over */
	json_decref(s->page);
	s->page = json_deep_copy(page);
	s->list.n_rows = (int)clinic_int(page, "total");
	s->message[0] = '\0';
	if (!s->opening)
		return;
	s->opening = false;
	if (is_known(s))
		view_go(v, "patient", s->query.text);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct patients *s = state;

	if (a->code != 0)
		snprintf(s->message, sizeof(s->message), "%s", a->message);
	else if (tag == NEW)
		view_go(v, "patient", clinic_text(a->result, "code"));
	else
		take_page(v, s, a->result);
}

static void typed(struct patients *s, enum entry_result result)
{
	if (result == ENTRY_NOTHING)
		return;
	while (strlen(s->query.text) > QUERY_BYTES) { /* whole characters */
		size_t n = strlen(s->query.text) - 1;
		while (n > 0 && ((unsigned char)s->query.text[n] & 0xc0) == 0x80)
			n--;
		s->query.text[n] = '\0';
	}
	s->opening = result == ENTRY_DONE && s->query.text[0] != '\0';
	s->keys = result == ENTRY_DONE ? false : s->keys;
	ask_anew(s);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct patients *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (id == SEARCH)
		s->keys = !s->keys;
	else if (id == KEYS)
		typed(s, entry_act(&s->query, index));
	else if (id == ANONYMOUS)
		view_go(v, "precheck", "");
	else if (id == NEW)
		view_ask(v, NEW, "patient.add",
			json_pack("{s:s}", "code", s->query.text));
	else if (row != LIST_NO_ROW && code_at(s, row)[0] != '\0')
		view_go(v, "patient", code_at(s, row));
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct patients *s = state;
	enum entry_result result = entry_event(&s->query, e);

	(void)v;
	typed(s, result);
	return result != ENTRY_NOTHING;
}

/* The code; at the right what is to be known of it before it is chosen. */
static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct patients *s = ctx;
	const json_t *one = json_array_get(rows_of(s), (size_t)(row - s->page_first));
	bool flag = json_is_true(json_object_get(one, "red_flag"));
	const char *started = clinic_text(one, "last_visit_started");
	char day[40];
	struct clinic_row parts = {
		.code = code_at(s, row), .detail = "", .caution = flag
	};

	if (row < s->page_first || !one)
		return;
	clinic_day(started, day, sizeof(day));
	parts.note = flag ? _("red flag") : day[0] != '\0' ? day : _("new");
	clinic_row_draw(ui, t, r, &parts);
}

static void keyboard_draw(struct view *v, struct patients *s, struct rect r)
{
	static const char *const labels[] = { N_("Code"), NULL };
	const struct typing typing = { .entry = &s->query,
		.keys = KEYS,
		.field = SEARCH,
		.name = "search",
		.labels = labels,
		.hint = _("type or scan"),
		.message = "" };

	typing_draw(v, r, &typing);
}

static void rows_draw(struct view *v, struct patients *s, struct rect r)
{
	struct parts_type t = frame_type(v);

	if (s->message[0] != '\0')
		frame_message(v, r, PARTS_CAUTION, _("Not possible"), s->message);
	else if (s->page && s->list.n_rows == 0)
		frame_message(v, r, PARTS_INFO, _("Nobody found"),
			s->query.text[0] != '\0'
				? s->query.text
				: _("Type a code to add the first patient."));
	else if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, ROWS, "patient", &s->list, 0, row_draw, s);
	if (s->list.per_page == 0)
		s->list.per_page = 1; /* a first page, before it is known how many */
}

/* What is searched stays to be seen while its rows are looked at. */
static const char *title_of(const struct patients *s, char *title, size_t size)
{
	if (s->query.text[0] == '\0' || s->keys)
		return _("Patients");
	snprintf(title, size, _("Search: %s"), s->query.text);
	return title;
}

static void draw(struct view *v, void *state)
{
	struct patients *s = state;
	char title[ENTRY_BYTES + 40];
	struct rect r = frame_begin(v, title_of(s, title, sizeof(title)));
	bool new = s->query.text[0] != '\0' && s->page && !is_known(s);
	const struct parts_button buttons[] = {
		{ .id = ANONYMOUS,
			.name = "anonymous",
			.texts = anonymous_texts,
			.enabled = true },
		{ .id = new ? NEW : SEARCH,
			.name = new ? "new" : "search",
			.texts = new ? new_texts : search_texts,
			.primary = true,
			.enabled = v->app->model.connected,
			.lit = new },
	};

	if (s->keys)
		keyboard_draw(v, s, r);
	else {
		frame_actions(v, &r, buttons, 2);
		rows_draw(v, s, r);
	}
}

const struct screen screen_patients = {
	.name = "patients",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct patients),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.tick = tick,
	.draw = draw,
};
