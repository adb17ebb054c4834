/* The report of a visit: read, signed, amended, printed; and what happens where it cannot be drawn. Included by
 * cases.h. */

#define REPORT_PLAN                                                                    \
	"{\"visit\": 3, \"patient\": \"P-0107\", \"signed\": 0, \"running\": null}"
#define REPORT_VERSION_1(superseded)                                                   \
	"{\"visit\": 3, \"patient\": \"P-0107\", \"version\": 1, \"previous\": 0,"     \
	"\"signed_at\": \"2026-11-28T09:31:12.250+01:00\", \"operator\": \"A. "        \
	"Weber\","                                                                     \
	"\"by\": \"stance-ui\", \"comment\": \"\", \"sha256\":"                        \
	"\"9f2c41d07be35a86114f0a6d3cbb52f7e1947d20c8835a6ff01b2d94e7c6a530\","        \
	"\"bytes\": 181230, \"superseded\": " superseded "}"
#define REPORT_VERSION_2                                                               \
	"{\"visit\": 3, \"patient\": \"P-0107\", \"version\": 2, \"previous\": 1,"     \
	"\"signed_at\": \"2026-11-28T11:02:40.000+01:00\","                            \
	"\"operator\": \"Dr. Maximiliane von Hohenstein-Oberlauringen\","              \
	"\"by\": \"stance-ui\", \"comment\": \"Trial 7 was another stance\","          \
	"\"sha256\":"                                                                  \
	"\"04ab77e9c1d2b3f4a5968778695a4b3c2d1e0f00112233445566778899aabbcc\","        \
	"\"bytes\": 171230, \"superseded\": false}"

static const char report_none[] = "{\"reports\": [], \"total\": 0}";
static const char report_one[] =
	"{\"reports\": [" REPORT_VERSION_1("false") "], \"total\": 1}";
static const char report_two[] = "{\"reports\": [" REPORT_VERSION_2
				 "," REPORT_VERSION_1("true") "], \"total\": 2}";
#define REPORT_OLD "," REPORT_VERSION_1("true")
static const char report_many[] =
	"{\"reports\": [" REPORT_VERSION_2 REPORT_OLD REPORT_OLD REPORT_OLD REPORT_OLD
	"], \"total\": 5}";

/* Answer all that is asked, and every program: with `status`. */
static void report_serve(struct app *app, const char *versions, const char *shared,
	int status, int64_t now_ns)
{
	const char *const answers[] = { "visit.plan", REPORT_PLAN, "report.list",
		versions, "station.status", shared, "visit.results", results_json(false),
		"visit.share", "{\"id\": 3}", NULL };

	stage_serve(app, answers, now_ns);
	while (stage_run(app, RUN_PREVIEW, status, "", now_ns))
		;
	stage_serve(app, answers, now_ns);
}

/* "screen/argument/versions/status/buttons": versions are none, one, two or many; status is that of the pictures; a
 * button with ! is held; "as:NAME" is who signed last, "print:STATUS" how printing ended, "type:TEXT" what is typed, "refuse" is how
 * the daemon answers next. */
/* Where a button had no room the step does nothing. */
static void report_step(struct app *app, const char *step, int64_t now_ns)
{
	if (strncmp(step, "type:", 5) == 0)
		stage_type(app, step + 5, now_ns);
	else if (strncmp(step, "print:", 6) == 0)
		stage_run(app, RUN_PRINT, atoi(step + 6),
			"lp: Error - no default destination available.", now_ns);
	else if (strcmp(step, "cannot-print") == 0)
		app->setup.can_print = false;
	else if (strcmp(step, "refuse") == 0)
		stage_answer(app, "report.sign", -32010,
			"The clock is not known to be right, and a signature bears its "
			"time: wait until a time service has set it, or say by "
			"station.clock that it can be trusted.",
			now_ns);
	else if (strcmp(step, "lose") == 0)
		stage_answer(app, "report.amend", VIEW_ANSWER_GONE, "gone", now_ns);
	else if (step[0] == '!')
		stage_hold(app, step + 1, now_ns, WIDGETS_HOLD_NS + 50 * SCENE_MS);
	else
		stage_tap(app, step, now_ns);
}

static int64_t report_play(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "live");
	char screen[16] = "", arg[40] = "", versions[16] = "", steps[160] = "", *step,
	     *rest = NULL;
	const char *reports, *shared = "{\"shared_visit\": null}";
	int status = 0;

	sscanf(what, "%15[^/]/%39[^/]/%15[^/]/%d/%159[^\n]", screen, arg, versions,
		&status, steps);
	reports = strcmp(versions, "one") == 0    ? report_one
		  : strcmp(versions, "two") == 0  ? report_two
		  : strcmp(versions, "many") == 0 ? report_many
						  : report_none;
	app_set_today(app, "2026-11-28");
	if (strncmp(steps, "as", 2) == 0)
		snprintf(app->operator_name, sizeof(app->operator_name), "A. Weber");
	stage_go(app, screen, arg, now_ns);
	report_serve(app, reports, shared, status, now_ns);
	for (step = strtok_r(steps, " ", &rest); step;
		step = strtok_r(NULL, " ", &rest)) {
		if (strcmp(step, "as") == 0)
			continue;
		report_step(app, step, now_ns);
		if (strcmp(step, "share") == 0)
			shared = "{\"shared_visit\": 3}";
		if (strcmp(step, "!sign") != 0)
			report_serve(app, reports, shared, status, now_ns);
		now_ns += 2000 * SCENE_MS;
	}
	return now_ns;
}

static const struct screen_case cases_report[] = {
	{ "report-draft", false, report_play, "report/visit 3/none/0/", 7, false },
	{ "report-draft-known", false, report_play, "report/visit 3/none/0/as", 1,
		false },
	{ "report-refused", false, report_play, "report/visit 3/none/0/as !sign refuse",
		1, false },
	{ "report-signing", false, report_play, "report/visit 3/none/0/as !sign", 0,
		false },
	{ "report-signed", false, report_play, "report/visit 3/one/0/", 5, false },
	{ "report-versions", false, report_play, "report/visit 3/two/0/", 7, false },
	{ "report-many", false, report_play, "report/visit 3/many/0/", 0, false },
	{ "report-print", false, report_play, "report/visit 3/one/0/print", 1, false },
	{ "report-printed", false, report_play,
		"report/visit 3/one/0/print print-clinician print:0", 0, false },
	{ "report-print-failed", false, report_play,
		"report/visit 3/one/0/print print-patient print:1", 1, false },
	{ "report-no-printer", false, report_play,
		"report/visit 3/one/0/cannot-print print", 0, false },
	{ "report-empty", false, report_play, "report/visit 3/none/5/", 1, false },
	{ "report-missing", false, report_play, "report/visit 3/none/127/", 1, false },
	{ "report-damaged", false, report_play, "report/visit 3/one/8/", 0, false },
	{ "pages-width", false, report_play, "pages/3 0/none/0/", 7, false },
	{ "pages-large", false, report_play, "pages/3 0/none/0/larger", 7, false },
	{ "pages-whole", false, report_play, "pages/3 0/none/0/larger larger", 1,
		false },
	{ "pages-further", false, report_play,
		"pages/3 0/none/0/larger forward forward forward", 0, false },
	{ "pages-patient", false, report_play, "pages/3 1/one/0/audience", 1, false },
	{ "pages-failed", false, report_play, "pages/3 0/none/124/", 1, false },
	{ "pages-not-permitted", false, report_play, "pages/3 0/none/4/", 0, false },
	{ "sign-who", false, report_play, "sign/3/two/0/", 1, false },
	{ "sign-name", false, report_play, "sign/3/none/0/type:B.Lind", 3, false },
	{ "sign-ready", false, report_play,
		"sign/3/two/0/name-0 comment type:fine key-ok", 7, false },
	{ "sign-comment", false, report_play, "sign/3/two/0/name-1 comment type:fine",
		0, false },
	{ "sign-refused", false, report_play, "sign/3/two/0/name-1 !sign refuse", 1,
		false },
	{ "amend-reason", false, report_play, "amend/3/one/0/as", 1, false },
	{ "amend-trials", false, report_play,
		"amend/3/one/0/as trials trial-1 reason-1", 3, false },
	{ "amend-why", false, report_play, "amend/3/one/0/as trials trial-1", 0,
		false },
	{ "amend-ready", false, report_play,
		"amend/3/one/0/as trials trial-1 reason-1 go-on comment type:wrong "
		"key-ok",
		1, false },
	{ "amend-lost", false, report_play,
		"amend/3/one/0/as comment type:wrong key-ok !sign lose", 0, false },
};
