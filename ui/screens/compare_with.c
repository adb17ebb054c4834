/* With which earlier visit to compare: the person's visits before this one that have trials, the newest first. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/screens/clinic.h"
#include "ui/screens/compare.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1, ROWS };

#define MAX_VISITS 200 /* of one answer: eight years of one in a fortnight */

struct with {
	json_t *visits; /* those with trials */
	struct list list;
	char message[200];
};

/* "B CODE": the later visit, whose. */
static int64_t later_of(const char *arg, const char **code)
{
	long long id = 0;
	int n = 0;

	sscanf(arg, "%lld %n", &id, &n);
	*code = arg + n;
	return id;
}

static void load(struct view *v, void *state)
{
	const char *code;
	int64_t later = later_of(view_arg(v), &code);

	(void)state;
	view_ask(v, LOAD, "visit.list",
		json_pack("{s:s, s:I, s:i}", "patient", code, "before_id",
			(json_int_t)later, "limit", MAX_VISITS));
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct with *)state)->visits);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	const json_t *visits = json_object_get(a->result, "visits");
	struct with *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->visits);
	s->visits = json_array();
	for (size_t i = 0; i < json_array_size(visits); i++) {
		json_t *visit = json_array_get(visits, i);

		if (clinic_int(visit, "trials") > 0)
			json_array_append_new(s->visits, json_deep_copy(visit));
	}
	s->list.n_rows = (int)json_array_size(s->visits);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct with *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;
	char arg[VIEW_ARG_BYTES];
	const char *code;

	if (row == LIST_NO_ROW)
		return;
	snprintf(arg, sizeof(arg), "%lld %lld",
		(long long)clinic_int(json_array_get(s->visits, (size_t)row), "id"),
		(long long)later_of(view_arg(v), &code));
	view_replace(v, "compare", arg);
}

static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct with *s = ctx;
	const json_t *visit = json_array_get(s->visits, (size_t)row);
	const char *started = clinic_text(visit, "started");
	int n = (int)clinic_int(visit, "trials");
	char day[40], hour[8] = "", trials[40];
	struct clinic_row what = { .code = day, .detail = hour, .note = trials };

	clinic_day(started, day, sizeof(day));
	if (strlen(started) > 16)
		snprintf(hour, sizeof(hour), "%.5s", started + 11);
	snprintf(trials, sizeof(trials), P_("%d trial", "%d trials", (unsigned long)n),
		n);
	clinic_row_draw(ui, t, r, &what);
}

static void draw(struct view *v, void *state)
{
	struct with *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, _("Compare with"));

	if (s->message[0] != '\0' || !s->visits)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else if (s->list.n_rows == 0)
		frame_message(v, r, PARTS_INFO, _("Nothing to compare"),
			_("There is no earlier visit with a trial."));
	else
		list_draw(&v->ui, &t, r, ROWS, "visit", &s->list, 0, row_draw, s);
}

const struct screen screen_compare_with = {
	.name = "compare-with",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct with),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
