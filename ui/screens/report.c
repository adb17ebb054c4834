/* The report of a visit: its first sheet, whether it is signed, by whom and when, every version; to read it, sign it, amend
 * it, print it and show its results to the patient. All of it is the daemon's: what was lost on the way is seen when it
 * is asked again. Given "visit 3". */
#include "ui/screens/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

#define MOST_VERSIONS 100
/* Dots an inch that a small picture of a sheet is made from. */
#define SMALL_DPI 75

/* --- words --------------------------------------------------------------------------------------- */

int64_t report_visit_of(const char *arg)
{
	long long id = 0;

	return sscanf(arg, "visit %lld", &id) == 1 && id > 0 ? id : 0;
}

const char *report_when(const json_t *version, char *out, size_t size)
{
	const char *at = clinic_text(version, "signed_at");
	char day[40];

	clinic_day(at, day, sizeof(day));
	if (strlen(at) >= 16)
		snprintf(out, size, "%s %.5s", day, at + 11);
	else
		snprintf(out, size, "%s", day);
	return out;
}

const char *report_digest(const json_t *version, char *out, size_t size)
{
	snprintf(out, size, "%.8s", clinic_text(version, "sha256"));
	return out;
}

/* --- what is known ------------------------------------------------------------------------------- */

static int64_t visit_of(const struct view *v)
{
	return report_visit_of(view_arg(v));
}

const json_t *report_version_at(const struct report_state *s, int row)
{
	return json_array_get(json_object_get(s->versions, "reports"), (size_t)row);
}

bool report_is_signed(const struct report_state *s)
{
	return report_version_at(s, 0) != NULL;
}

bool report_is_shared(const struct view *v, const struct report_state *s)
{
	return visit_of(v) > 0 && clinic_int(s->station, "shared_visit") == visit_of(v);
}

/* Nothing was measured, as stance-report says. */
bool report_is_empty(const struct report_state *s)
{
	const char *to_do;

	return page_picture_trouble(&s->sheet, &to_do) && s->sheet.status == 5;
}

static void ask_all(struct view *v)
{
	json_int_t id = (json_int_t)visit_of(v);

	view_ask(v, REPORT_PLAN, "visit.plan", json_pack("{s:I}", "id", id));
	view_ask(v, REPORT_VERSIONS, "report.list",
		json_pack("{s:I, s:i}", "visit", id, "limit", MOST_VERSIONS));
	view_ask(v, REPORT_STATION, "station.status", NULL);
}

static void load(struct view *v, void *state)
{
	struct report_state *s = state;

	s->busy = false;
	s->said[0] = '\0';
	ask_all(v);
}

static void leave(struct view *v, void *state)
{
	struct report_state *s = state;

	(void)v;
	json_decref(s->plan);
	json_decref(s->versions);
	json_decref(s->station);
	page_picture_fini(&s->sheet);
}

static void say(struct report_state *s, enum parts_sign sign, const char *text)
{
	s->sign = sign;
	snprintf(s->said, sizeof(s->said), "%s", text);
}

static void take(json_t **place, const json_t *document)
{
	json_t *copy = json_deep_copy(document);

	json_decref(*place);
	*place = copy;
}

/* Have the newest version drawn; what is not signed is a draft. */
static void take_versions(
	struct view *v, struct report_state *s, const json_t *document)
{
	take(&s->versions, document);
	s->list.n_rows = (int)json_array_size(json_object_get(s->versions, "reports"));
	s->sheet.wish = (struct run_wish){ .visit = visit_of(v),
		.version = (int)clinic_int(report_version_at(s, 0), "version"),
		.page = 1,
		.dpi = SMALL_DPI };
	page_picture_want(v, REPORT_SHEET, &s->sheet);
}

/* Why nothing came out of the printer, as far as that is known here: in lp's own words at the end. */
static void printed(struct report_state *s, const struct view_answer *a)
{
	int status = a->code != 0 ? RUN_HUNG : (int)clinic_int(a->result, "status");

	s->sign = status == 0 ? PARTS_GOOD : PARTS_CAUTION;
	if (status == 0)
		say(s, s->sign, _("Given to the printer."));
	else if (status == RUN_MISSING)
		say(s, s->sign,
			_("Not printed: the program stance-report is not installed."));
	else if (status == RUN_HUNG)
		say(s, s->sign,
			_("Not printed: the printer does not answer. Look whether it "
			  "is switched on and connected."));
	else
		snprintf(s->said, sizeof(s->said),
			_("Not printed. Look after the printer, then try again. (%s)"),
			clinic_text(a->result, "text"));
}

static void shared(struct view *v, struct report_state *s, const struct view_answer *a)
{
	view_ask(v, REPORT_STATION, "station.status", NULL);
	if (a->code != 0)
		say(s, PARTS_CAUTION, a->message);
	else if (s->sharing)
		app_show_patient(v->app, "shared", NULL);
}

static void signed_now(
	struct view *v, struct report_state *s, const struct view_answer *a)
{
	if (a->code != 0)
		say(s, PARTS_CAUTION, a->message);
	else
		say(s, PARTS_GOOD, _("Signed. It cannot be changed any more."));
	/* also after an answer that was lost: the store knows */
	ask_all(v);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct report_state *s = state;

	if (tag == REPORT_SHEET) {
		page_picture_answer(v, REPORT_SHEET, &s->sheet, a);
		return;
	}
	if (tag == REPORT_SIGN_AS || tag == REPORT_SHARE || tag == REPORT_PRINT)
		s->busy = false;
	if (tag == REPORT_SIGN_AS)
		signed_now(v, s, a);
	else if (tag == REPORT_SHARE)
		shared(v, s, a);
	else if (tag == REPORT_PRINT)
		printed(s, a);
	else if (a->code != 0)
		say(s, PARTS_CAUTION, a->message);
	else if (tag == REPORT_PLAN)
		take(&s->plan, a->result);
	else if (tag == REPORT_STATION)
		take(&s->station, a->result);
	else if (tag == REPORT_VERSIONS)
		take_versions(v, s, a->result);
}

/* --- acting -------------------------------------------------------------------------------------- */

static void read_it(struct view *v, int64_t version)
{
	char arg[64];

	snprintf(arg, sizeof(arg), "%lld %lld", (long long)visit_of(v),
		(long long)version);
	view_go(v, "pages", arg);
}

static void sign(struct view *v, struct report_state *s)
{
	s->busy = true;
	s->said[0] = '\0';
	view_ask_within(v, REPORT_SIGN_AS, "report.sign",
		json_pack("{s:I, s:s, s:s}", "visit", (json_int_t)visit_of(v),
			"operator", v->app->operator_name, "comment", ""),
		REPORT_SIGN_NS);
}

static void print(struct view *v, struct report_state *s, bool for_patient)
{
	const struct run_wish wish = {
		.program = RUN_PRINT, .visit = visit_of(v), .for_patient = for_patient
	};

	s->printing = false;
	s->busy = true;
	say(s, PARTS_INFO, _("Printing…"));
	view_run(v, REPORT_PRINT, &wish);
}

/* Which of the two, or why not. */
static void ask_to_print(struct view *v, struct report_state *s)
{
	s->printing = v->app->setup.can_print;
	if (s->printing)
		s->said[0] = '\0';
	else
		say(s, PARTS_CAUTION,
			_("This station cannot print: CUPS and its program lp are not "
			  "installed (package cups-client)."));
}

static void share(struct view *v, struct report_state *s)
{
	s->busy = true;
	s->sharing = !report_is_shared(v, s);
	view_ask(v, REPORT_SHARE, "visit.share",
		json_pack("{s:I, s:b}", "id", (json_int_t)visit_of(v), "shared",
			s->sharing));
}

static void act(struct view *v, void *state, int id, int index)
{
	struct report_state *s = state;
	int row = id == REPORT_ROWS ? list_act(&s->list, index) : LIST_NO_ROW;
	char arg[40];

	snprintf(arg, sizeof(arg), "%lld", (long long)visit_of(v));
	if (row != LIST_NO_ROW)
		read_it(v, clinic_int(report_version_at(s, row), "version"));
	else if (id == REPORT_READ || id == REPORT_SHEET)
		read_it(v, s->sheet.wish.version);
	else if (id == REPORT_AGAIN)
		page_picture_again(v, REPORT_SHEET, &s->sheet);
	else if (id == REPORT_SIGN)
		view_go(v, "sign", arg);
	else if (id == REPORT_SIGN_AS)
		sign(v, s);
	else if (id == REPORT_AMEND)
		view_go(v, "amend", arg);
	else if (id == REPORT_PRINT)
		ask_to_print(v, s);
	else if (id == REPORT_PRINT_PATIENT || id == REPORT_PRINT_CLINICIAN)
		print(v, s, id == REPORT_PRINT_PATIENT);
	else if (id == REPORT_SHARE)
		share(v, s);
	else if (id == REPORT_DONE)
		view_home(v);
}

/* Escape leaves the question which to print, not the screen. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct report_state *s = state;

	(void)v;
	if (!s->printing || e->kind != INPUT_KEY_DOWN || e->key != INPUT_KEY_ESCAPE)
		return false;
	s->printing = false;
	return true;
}

const struct screen screen_report = {
	.name = "report",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct report_state),
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.draw = report_draw,
};
