/* The clinician's way to a trial: worklist, card, pre-check, lock. Included by cases.h. */

/* Codes as nobody should choose them, and may. */
static const char *const clinic2_codes[] = { "P-0107", "P-0108",
	"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
	"Müller \xF0\x9F\xA6\xB6 \"7\"" };

/* An entry of a worklist of 10,000. */
static json_t *clinic2_entry(int row)
{
	static const char *const plans[] = { "quick", NULL, "full", "standard" };
	char code[24];

	snprintf(code, sizeof(code), "K-%05d", row);
	return json_pack("{s:i, s:s, s:s?, s:s?, s:s?, s:s, s:b}", "id", row, "patient",
		row < 4 ? clinic2_codes[row] : code, "due",
		row < 3 ? "2026-11-28" : "2026-11-30", "plan", plans[row % 4], "reason",
		row == 0 ? "knee, left" : NULL, "state",
		row == 0 ? "measuring" : "waiting", "red_flag", row == 1);
}

static json_t *clinic2_page(const char *params, int total)
{
	json_t *p = json_loads(params, 0, NULL), *entries = json_array();
	int first = (int)json_integer_value(json_object_get(p, "offset"));
	int n = (int)json_integer_value(json_object_get(p, "limit"));

	for (int i = first; i < first + n && i < total; i++)
		json_array_append_new(entries, clinic2_entry(i));
	json_decref(p);
	return json_pack("{s:o, s:i, s:i, s:b}", "entries", entries, "offset", first,
		"total", total, "more", first + n < total);
}

/* Answer whatever is asked of the worklist. */
static void clinic2_serve_worklist(struct app *app, int total, int64_t now_ns)
{
	const struct app_ask *ask;

	stage_settle(app, now_ns);
	while ((ask = app_next_ask(app)) != NULL) {
		json_t *page = strcmp(ask->method, "worklist.list") == 0
				       ? clinic2_page(ask->params, total)
				       : NULL;
		app_answered(app, ask->id, page, page ? 0 : -32601,
			page ? NULL : "no such method", now_ns);
		json_decref(page);
		stage_settle(app, now_ns);
	}
}

static int64_t clinic2_worklist(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "live");

	app_set_today(app, "2026-11-28");
	app->guard.pin_set = strcmp(what, "pin") == 0;
	view_replace(app_view(app, 0), "worklist", ""); /* where it begins */
	clinic2_serve_worklist(app, strcmp(what, "nobody") == 0 ? 0 : 10000, now_ns);
	return now_ns;
}

/* What is wrong with the machine, as a row that is touched away. */
static int64_t clinic2_warning(struct app *app, const char *what)
{
	int64_t now_ns = clinic2_worklist(app, what);

	app_set_warning(app, APP_WARNING_HEAT);
	return now_ns;
}

static const char *const clinic2_answers[] = {
	"patient.show",
	"{\"code\":\"P-0107\",\"sex\":\"F\",\"birth_year\":1957,\"stature_m\":1.64,"
	"\"mass_kg\":72.4,\"pain_sites\":[\"back\",\"knee_left\",\"foot_right\","
	"\"neck\"],"
	"\"red_flags\":[\"night_pain\",\"numbness\"],"
	"\"extension_deficit_left_deg\":12,\"extension_deficit_right_deg\":0,"
	"\"knee_axis_left\":\"varus\",\"knee_axis_right\":\"neutral\","
	"\"surgery\":\"knee 2019\",\"restrictions\":null,\"notes\":null,"
	"\"last_visit_started\":\"2026-11-02T10:00:00+01:00\"}",
	NULL,
};

/* "KEY then": a field of the card; "-" the card's fields. */
static int64_t clinic2_field(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "live");
	char key[40] = "", then[40] = "", arg[80];

	sscanf(what, "%39s %39s", key, then);
	app_set_today(app, "2026-11-28");
	snprintf(arg, sizeof(arg), "P-0107\n%s", key);
	if (strcmp(key, "-") == 0)
		stage_go(app, "edit", "P-0107", now_ns);
	else
		stage_go(app, "field", arg, now_ns);
	stage_serve(app, clinic2_answers, now_ns);
	if (strcmp(then, "wrong") == 0) {
		stage_type(app, "777", now_ns);
		stage_key(app, INPUT_KEY_ENTER, now_ns);
	}
	return now_ns;
}

/* A pre-check: the states of mat, zero, weight, feet; kg of the card; where the left heel is off. */
#define CLINIC2_FOOT                                                                   \
	"{\"heel_mm\":[%s,-125],\"direction_deg\":%s,\"dx_mm\":%s,"                    \
	"\"dy_mm\":-4,\"angle_deg\":1,\"ok\":true}"
static const char *clinic2_check(const char *what)
{
	bool off = strcmp(what, "off") == 0, empty = strcmp(what, "empty") == 0;
	bool unsaved = strcmp(what, "unsaved") == 0;
	static char text[3000];
	char left[400], right[400];

	snprintf(left, sizeof(left), CLINIC2_FOOT, "-86", "-8",
		unsaved ? "null"
		: off   ? "23"
			: "2");
	snprintf(right, sizeof(right), CLINIC2_FOOT, "86", "8", unsaved ? "null" : "3");
	snprintf(text, sizeof(text),
		"{\"ready\":%s,\"state\":\"good\",\"mat\":{\"state\":\"good\","
		"\"rate_hz\":100},\"zero\":{\"state\":\"%s\",\"age_s\":400,"
		"\"empty\":%s},\"calibration\":{\"state\":\"%s\","
		"\"calibration_state\":\"expired\"},\"weight\":{\"state\":\"%s\","
		"\"mass_kg\":%s,\"u95_kg\":0.4,\"steady\":true,\"entered_kg\":%d},"
		"\"placement\":{\"state\":\"%s\",\"saved\":%s,\"limit_mm\":15,"
		"\"limit_deg\":5,\"left\":%s,\"right\":%s}}",
		off || empty ? "false" : "true", off ? "bad" : "good",
		empty ? "true" : "false", off ? "check" : "good",
		empty ? "waiting"
		: off ? "check"
		      : "good",
		empty ? "null" : "72.4", off ? 81 : 72,
		empty ? "waiting"
		: off ? "check"
		      : "good",
		unsaved ? "false" : "true", empty ? "null" : left,
		empty ? "null" : right);
	return text;
}

static int64_t clinic2_precheck(struct app *app, const char *what)
{
	const char *const answers[] = { "visit.plan",
		"{\"visit\":3,\"patient\":\"P-0107\",\"plan\":{\"key\":\"quick\"},"
		"\"next\":{\"title\":\"Quiet standing\",\"trial_n\":1,\"of\":3,"
		"\"supervise\":false,\"start\":{\"protocol\":\"quiet-eo\","
		"\"condition\":{\"footwear\":\"barefoot\"}}}}",
		"precheck", clinic2_check(what), "placement.save", "{}", NULL };
	int64_t now_ns = scene_named(app, strcmp(what, "lost") == 0    ? "lost"
					  : strcmp(what, "empty") == 0 ? "empty"
								       : "live");

	stage_go(app, "precheck", "3", now_ns);
	stage_serve(app, answers, now_ns);
	if (strcmp(what, "unsaved") == 0) {
		stage_tap(app, "save", now_ns);
		stage_serve(app, answers, now_ns);
	}
	return now_ns;
}

#define CLINIC2_PROGRESS                                                               \
	"{\"id\":7,\"protocol\":\"quiet-eo\",\"state\":\"%s\",\"instruction\":"        \
	"\"Stand still and look at the mark.\",\"elapsed_s\":8,"                       \
	"\"remaining_s\":%s,\"done_frac\":0.43,\"verdict\":%s,\"reasons\":[%s],"       \
	"\"visit\":3,\"patient\":\"P-0107\",\"n_marks\":2,\"quality\":%s}"

static const char *const clinic2_trial_answers[] = { "visit.plan",
	"{\"visit\":3,\"patient\":\"P-0107\",\"plan\":{\"key\":\"quick\"},"
	"\"next\":{\"title\":\"Quiet standing\",\"step\":1,\"trial_n\":2,\"of\":3,"
	"\"reason\":\"Three trials make a mean.\","
	"\"instruction\":\"Stand still and look at the mark.\","
	"\"supervise\":false,\"start\":{\"protocol\":\"quiet-eo\",\"visit\":3}}}",
	"trial.status", "{\"id\":null,\"state\":\"idle\"}", "trial.mark",
	"{\"trial\":7,\"n\":3,\"t_s\":8.04,\"text\":null}", NULL };

/* The person goes on swaying for eight seconds: samples alone, 20 a second. */
static int64_t clinic2_sway(struct app *app, int64_t now_ns)
{
	struct stance_sample sample = app->model.sample;
	struct pos_mm before = sample.cop_mm, from = scene_sway(SCENE_SECONDS);

	for (int i = 1; i <= 160; i++) {
		struct pos_mm at = scene_sway(SCENE_SECONDS + i / 20.0);
		now_ns += 50 * SCENE_MS;
		sample.t_ns = now_ns;
		sample.seq++;
		sample.cop_mm = (struct pos_mm){ before.x + at.x - from.x,
			before.y + at.y - from.y };
		model_sample(&app->model, &sample, now_ns);
	}
	app_tick(app, now_ns);
	return now_ns;
}

/* All that was planned is measured; the results propose one more. */
static const char *const clinic2_over_answers[] = { "visit.plan",
	"{\"visit\":3,\"patient\":\"P-0107\",\"plan\":{\"key\":\"quick\"},"
	"\"next\":{\"step\":null,\"title\":\"Quiet stance, eyes closed\","
	"\"reason\":\"Eyes open was measured; closed, they can be compared.\","
	"\"instruction\":\"Close your eyes and stand as still as you can.\","
	"\"supervise\":true,\"start\":{\"protocol\":\"quiet-ec\",\"visit\":3}}}",
	"trial.status", "{\"id\":null,\"state\":\"idle\"}", NULL };

/* A trial of a visit: "measuring", "marked", "poor", "unusable", "review". */
static int64_t clinic2_trial(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "live");
	bool poor = strcmp(what, "poor") == 0,
	     over = strcmp(what, "review") == 0 || strcmp(what, "proposed") == 0;
	bool unusable = strcmp(what, "unusable") == 0;
	const char *const *answers = strcmp(what, "proposed") == 0
					     ? clinic2_over_answers
					     : clinic2_trial_answers;
	char text[900];

	stage_go(app, "trial", "3", now_ns);
	stage_serve(app, answers, now_ns);
	snprintf(text, sizeof(text), CLINIC2_PROGRESS, "measuring", "11.4", "null", "",
		poor ? "{\"verdict\":\"check\",\"reasons\":[\"A foot moved by 18 "
		       "mm.\"]}"
		     : "{\"verdict\":\"good\",\"reasons\":[]}");
	assert_true(stage_tell(app, "trial", text, now_ns));
	now_ns = clinic2_sway(app, now_ns);
	if (strcmp(what, "marked") == 0) {
		stage_tap(app, "mark", now_ns);
		stage_serve(app, clinic2_trial_answers, now_ns);
	}
	if (!over && !unusable)
		return now_ns;
	snprintf(text, sizeof(text), CLINIC2_PROGRESS, "stored", "null",
		over ? "\"check\"" : "\"unusable\"",
		over ? "\"A foot moved by 18 mm.\"" : "\"Both feet left the mat.\"",
		"null");
	assert_true(stage_tell(app, "trial", text, now_ns));
	stage_serve(app, answers, now_ns);
	return now_ns;
}

/* The lock: "", or with what station.status says of tries and waiting. */
static int64_t clinic2_lock(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "live");
	char status[200];
	const char *const answers[] = { "station.lock",
		"{\"locked\":true,\"pin_set\":true,\"retry_after_s\":0,"
		"\"tries_left\":5}",
		"station.status", status, NULL };
	bool wrong = strcmp(what, "wrong") == 0, wait = strcmp(what, "wait") == 0;

	snprintf(status, sizeof(status),
		"{\"locked\":true,\"pin_set\":true,\"retry_after_s\":%d,"
		"\"tries_left\":%d}",
		wait ? 20 : 0, wait ? 0 : 3);
	stage_go(app, "lock", "", now_ns);
	stage_serve(app, answers, now_ns);
	stage_type(app, "1234", now_ns);
	if (wrong || wait) {
		stage_key(app, INPUT_KEY_ENTER, now_ns);
		stage_answer(app, "station.unlock", wrong ? -32013 : -32004,
			"That is not the PIN.", now_ns);
		stage_serve(app, answers, now_ns);
	}
	return now_ns;
}

static const struct screen_case cases_clinic2[] = {
	{ "clinic2-worklist", false, clinic2_worklist, "", 7, false },
	{ "clinic2-worklist-empty", false, clinic2_worklist, "nobody", 1, false },
	{ "clinic2-worklist-warning", false, clinic2_warning, "", 3, false },
	{ "clinic2-worklist-pin", false, clinic2_worklist, "pin", 1, false },
	{ "clinic2-edit", false, clinic2_field, "-", 7, false },
	{ "clinic2-field-sex", false, clinic2_field, "sex", 1, false },
	{ "clinic2-field-mass", false, clinic2_field, "mass_kg", 3, false },
	{ "clinic2-field-wrong", false, clinic2_field, "stature_m wrong", 1, false },
	{ "clinic2-field-flags", false, clinic2_field, "red_flags", 7, false },
	{ "clinic2-field-pain", false, clinic2_field, "pain_sites", 1, false },
	{ "clinic2-field-text", false, clinic2_field, "surgery", 3, false },
	{ "clinic2-precheck-good", false, clinic2_precheck, "good", 7, false },
	{ "clinic2-precheck-empty", false, clinic2_precheck, "empty", 1, false },
	{ "clinic2-precheck-off", false, clinic2_precheck, "off", 3, false },
	{ "clinic2-precheck-unsaved", false, clinic2_precheck, "unsaved", 1, false },
	{ "clinic2-precheck-lost", false, clinic2_precheck, "lost", 0, false },
	{ "clinic2-trial-measuring", false, clinic2_trial, "measuring", 7, false },
	{ "clinic2-trial-marked", false, clinic2_trial, "marked", 1, false },
	{ "clinic2-trial-poor", false, clinic2_trial, "poor", 2, false },
	{ "clinic2-trial-review", false, clinic2_trial, "review", 3, false },
	{ "clinic2-lock", false, clinic2_lock, "", 7, false },
	{ "clinic2-lock-wrong", false, clinic2_lock, "wrong", 2, false },
	{ "clinic2-lock-wait", false, clinic2_lock, "wait", 1, false },
	{ "clinic2-trial-proposed", false, clinic2_trial, "proposed", 3, false },
	{ "clinic2-trial-unusable", false, clinic2_trial, "unusable", 0, false },
};
