/* Where the clinician begins: who waits today, due first. A tap opens the card, with the plan that waits;
 * everybody, a new code and the mat itself are one tap away. What is typed on real keys or by a
 * barcode reader goes to the search at once. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/list.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { ROWS = 1, WHEN, DAYS, LIVE, PATIENTS, SEARCH };

static const char *const days_texts[] = { N_("Today"), N_("Any day") };
static const char *const today_texts[] = { N_("Only today"), N_("Today"), NULL };
static const char *const any_day_texts[] = { N_("Any day"), N_("All"), NULL };
static const char *const lock_texts[] = { N_("Lock"), NULL };
static const char *const live_texts[] = { N_("Live picture"), N_("Live"), NULL };
static const char *const patients_texts[] = { N_("Patients"), NULL };
static const char *const search_texts[] = { N_("Search or new"), N_("Search"), NULL };

struct worklist {
	struct list list;
	bool any_day;
	json_t *page;
	int page_first;
	int64_t asked_ns; /* others write it too: asked again in between */
	char message[400];
};

/* Who came in the meantime is seen within this. Chosen. */
#define AGAIN_NS (5 * CLOCK_NS_PER_S)

static void load(struct view *v, void *state)
{
	list_forget(&((struct worklist *)state)->list);
	guard_look(v->app); /* is there a PIN to lock with? */
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct worklist *)state)->page);
}

static void tick(struct view *v, void *state)
{
	struct worklist *s = state;
	const char *today = v->app->today;
	int first, n;

	if (v->ui.now_ns - s->asked_ns > AGAIN_NS && v->app->model.connected)
		list_forget(&s->list);
	if (!list_wants(&s->list, &first, &n))
		return;
	s->asked_ns = v->ui.now_ns;
	view_ask(v, first, "worklist.list",
		json_pack("{s:i, s:i, s:s?}", "offset", first, "limit",
			n > 100 ? 100 : n, "due_by",
			!s->any_day && today[0] != '\0' ? today : NULL));
}

/* `tag` is the row that was asked for: of a page that was left, nothing is kept. */
static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct worklist *s = state;

	(void)v;
	if (tag != s->list.first && a->code == 0)
		return;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->page);
	s->page = json_deep_copy(a->result);
	s->page_first = tag;
	s->list.n_rows = (int)clinic_int(a->result, "total");
}

static const json_t *entry_at(const struct worklist *s, int row)
{
	return row < s->page_first ? NULL
				   : json_array_get(json_object_get(s->page, "entries"),
					     (size_t)(row - s->page_first));
}

static void open_card(struct view *v, const json_t *entry)
{
	const char *code = clinic_text(entry, "patient");
	const char *plan = clinic_text(entry, "plan");
	char arg[VIEW_ARG_BYTES];

	snprintf(arg, sizeof(arg), plan[0] != '\0' ? "%s\n%s" : "%s", code, plan);
	if (code[0] != '\0')
		view_go(v, "patient", arg);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct worklist *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (row != LIST_NO_ROW)
		open_card(v, entry_at(s, row));
	else if (id == WHEN || id == DAYS) {
		s->any_day = id == DAYS ? index == 1 : !s->any_day;
		s->list.first = 0;
		list_forget(&s->list);
	} else if (id == LIVE)
		view_go(v, "live", "");
	else if (id == PATIENTS || id == SEARCH)
		view_go(v, "patients", id == SEARCH ? "keys" : "");
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	char arg[sizeof(e->text) + 1];

	(void)state;
	/* The text of a key comes as INPUT_TEXT: it is no short cut while one types. */
	if (e->kind == INPUT_KEY_DOWN && e->key >= ' ' && e->key < 0x7F)
		return true;
	if (e->kind != INPUT_TEXT)
		return false;
	snprintf(arg, sizeof(arg), "=%s", e->text);
	view_go(v, "patients", arg);
	return true;
}

/* What is to be known of an entry before it is chosen; the most important alone where room is short. */
static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const json_t *entry = entry_at(ctx, row);
	bool flag = json_is_true(json_object_get(entry, "red_flag"));
	bool now = strcmp(clinic_text(entry, "state"), "measuring") == 0;
	const char *plan = clinic_text(entry, "plan");
	const char *reason = clinic_text(entry, "reason");
	char day[40], detail[320];
	struct clinic_row parts = {
		.code = clinic_text(entry, "patient"), .detail = detail, .caution = flag
	};

	if (!entry)
		return;
	clinic_day(clinic_text(entry, "due"), day, sizeof(day));
	snprintf(detail, sizeof(detail), "%s%s%s",
		plan[0] != '\0' ? clinic_plan_name(plan, plan) : "",
		plan[0] != '\0' && reason[0] != '\0' ? " · " : "", reason);
	parts.note = flag             ? _("red flag")
		     : now            ? _("begun")
		     : day[0] != '\0' ? day
				      : "";
	clinic_row_draw(ui, t, r, &parts);
}

static void rows_draw(struct view *v, struct worklist *s, struct rect r)
{
	struct parts_type t = frame_type(v);

	if (s->list.per_page == 0)
		s->list.per_page = 1; /* a first page, before it is known how many */
	if (s->message[0] != '\0')
		frame_message(v, r, PARTS_CAUTION, _("Not possible"), s->message);
	else if (!s->page)
		frame_message(v, r, PARTS_INFO, _("One moment"), "");
	else if (s->list.n_rows == 0)
		frame_message(v, r, PARTS_INFO, _("Nobody waits"),
			_("Search for a patient, or type a new code."));
	else if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, ROWS, "entry", &s->list, 0, row_draw, s);
}

/* On a tall screen the days stand above the list. Returns whether they do. */
static bool days_draw(struct view *v, const struct worklist *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const struct control_choice days = { DAYS, "days", days_texts, 2, s->any_day,
		v->app->today[0] != '\0' };
	int h = control_choice_height(&v->ui, &t, r->w, &days);

	if (r->w > r->h || h + t.gap + 3 * clinic_page_height(v) > r->h)
		return false;
	control_choice_draw(&v->ui, &t, rect_cut_top(r, h), &days);
	rect_cut_top(r, t.gap);
	return true;
}

static void draw(struct view *v, void *state)
{
	struct worklist *s = state;
	struct rect r = frame_begin_home(v, s->any_day ? _("Worklist") : _("Today"));
	const struct parts_button when = { .id = WHEN,
		.name = "when",
		.texts = s->any_day ? today_texts : any_day_texts,
		.enabled = v->app->today[0] != '\0' };
	const struct parts_button lock = {
		.id = VIEW_LOCK, .name = "lock", .texts = lock_texts, .enabled = true
	};
	struct parts_button buttons[5] = {
		[2] = { .id = LIVE,
			.name = "live",
			.texts = live_texts,
			.enabled = true },
		[3] = { .id = PATIENTS,
			.name = "patients",
			.texts = patients_texts,
			.enabled = true },
		[4] = { .id = SEARCH,
			.name = "search",
			.texts = search_texts,
			.primary = true,
			.enabled = v->app->model.connected },
	};
	int first = 2;

	if (v->app->guard.pin_set)
		buttons[--first] = lock;
	if (!days_draw(v, s, &r))
		buttons[--first] = when;
	frame_actions(v, &r, &buttons[first], 5 - first);
	rows_draw(v, s, r);
}

const struct screen screen_worklist = {
	.name = "worklist",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct worklist),
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.tick = tick,
	.draw = draw,
};
