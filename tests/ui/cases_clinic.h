/* The clinician's screens of a visit, with a daemon's documents. Included by cases.h. */

#define CLINIC_PROGRESS                                                                \
	"{\"id\":7,\"protocol\":\"quiet-eo\",\"state\":\"%s\",\"instruction\":"        \
	"\"Stand as still as you can and look at the dot.\",\"elapsed_s\":8,"          \
	"\"remaining_s\":11.4,\"done_frac\":0.43,\"verdict\":%s,\"reasons\":[],"       \
	"\"visit\":3,\"practice\":%s,\"quality\":null}"

#define CLINIC_EVEN                                                                    \
	"{\"name\":\"even-weight\",\"blocks\":[{\"exercise\":\"probe\",\"duration_"    \
	"s\":"                                                                         \
	"30},{\"exercise\":\"hold-dot\",\"duration_s\":60},{\"exercise\":\"beam\","    \
	"\"duration_s\":60}]}"
#define CLINIC_BLIND                                                                   \
	"{\"name\":\"eyes-closed\",\"blocks\":[{\"exercise\":\"probe\",\"duration_"    \
	"s\":"                                                                         \
	"30},{\"exercise\":\"by-ear\",\"duration_s\":60},{\"exercise\":\"by-ear\","    \
	"\"duration_s\":60},{\"exercise\":\"probe\",\"duration_s\":30}]}"

static const char *const clinic_answers[] = {
	"worklist.list",
	"{\"entries\":[{\"patient\":\"P-0107\",\"red_flag\":false,"
	"\"last_visit_started\":\"2026-11-02T10:00:00+01:00\"},"
	"{\"patient\":\"P-0108\",\"red_flag\":true,\"last_visit_started\":null}],"
	"\"offset\":0,\"total\":2,\"more\":false}",
	"patient.find",
	"{\"query\":\"P-01\",\"patients\":[{\"code\":\"P-0107\",\"red_flag\":false,"
	"\"last_visit_started\":\"2026-11-02T10:00:00+01:00\"}],\"offset\":0,"
	"\"total\":10000,\"more\":true}",
	"patient.show",
	"{\"code\":\"P-0107\",\"sex\":\"F\",\"birth_year\":1957,\"stature_m\":1.64,"
	"\"mass_kg\":72,\"pain_sites\":[\"knee_left\",\"back\"],"
	"\"red_flags\":[\"night_pain\",\"numbness\"],"
	"\"extension_deficit_left_deg\":12,\"extension_deficit_right_deg\":0,"
	"\"knee_axis_left\":\"varus\",\"knee_axis_right\":\"neutral\","
	"\"surgery\":\"knee 2019\",\"restrictions\":\"no deep bend\","
	"\"last_visit_started\":\"2026-11-02T10:00:00+01:00\"}",
	"training.programmes",
	"{\"programmes\":[" CLINIC_EVEN ",{\"name\":\"weight-shift\",\"blocks\":[{"
	"\"exercise\":\"targets-8\",\"duration_s\":420}]},{\"name\":\"still\","
	"\"blocks\":[{\"exercise\":\"still-lake\",\"duration_s\":240}]}," CLINIC_BLIND
	",{\"name\":\"taste\",\"blocks\":[{\"exercise\":\"slalom\",\"duration_s\":60}]}"
	"]}",
	"training.programme",
	CLINIC_EVEN,
	"training.status",
	"{\"state\":\"off\"}",
	"training.set",
	CLINIC_BLIND,
	"training.arm",
	"{\"state\":\"attract\"}",
	"visit.current",
	"null",
	"visit.plans",
	"{\"plans\":[{\"key\":\"quick\",\"title\":\"Quick\",\"minutes\":3},"
	"{\"key\":\"standard\",\"title\":\"Standard\",\"minutes\":10},"
	"{\"key\":\"full\",\"title\":\"Full\",\"minutes\":25}]}",
	"visit.start",
	"{\"id\":3,\"patient\":\"P-0107\"}",
	"visit.plan",
	"{\"visit\":3,\"patient\":\"P-0107\",\"plan\":{\"key\":\"quick\"},"
	"\"next\":{\"title\":\"Quiet stance, eyes "
	"open\",\"step\":1,\"trial_n\":2,\"of\":3,"
	"\"reason\":\"How the weight lies; three trials make an interval.\","
	"\"instruction\":\"Stand as still as you can and look at the dot.\","
	"\"supervise\":true,\"start\":{\"protocol\":\"quiet-eo\",\"visit\":3}}}",
	"trial.status",
	"{\"id\":null,\"state\":\"idle\"}",
	"trial.start",
	"{\"id\":7,\"state\":\"waiting\",\"instruction\":\"Step on.\"}",
	"trial.void",
	"{\"id\":7}",
	NULL,
};

/* "screen argument then": goes there, answers everything, and does what `then` says. */
static int64_t clinic_play(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "live");
	bool practice = strstr(what, "practice") != NULL;
	char screen[24] = "", arg[32] = "", then[24] = "", text[600];

	sscanf(what, "%23s %31s %23s", screen, arg, then);
	if (strchr(arg, '/')) /* "CODE/PLAN" */
		*strchr(arg, '/') = '\n';
	stage_go(app, screen, strcmp(arg, "-") == 0 ? "" : arg, now_ns);
	stage_serve(app, clinic_answers, now_ns);
	app->sound.on |= strcmp(then, "heard") == 0;
	if (strcmp(then, "beside") == 0)
		stage_tap(app, "beside", now_ns);
	if (strcmp(then, "armed") == 0)
		assert_true(stage_tell(app, "training",
			"{\"state\":\"attract\",\"patient\":\"P-0107\"}", now_ns));
	if (strcmp(then, "typed") == 0)
		stage_type(app, "P-01", now_ns);
	if (strcmp(then, "keys") == 0)
		assert_true(stage_tap(app, "search", now_ns));
	if (strcmp(then, "measuring") == 0 || strcmp(then, "stored") == 0 || practice ||
		strcmp(then, "discard") == 0) {
		snprintf(text, sizeof(text), CLINIC_PROGRESS, "measuring", "null",
			"false");
		assert_true(stage_tell(app, "trial", text, now_ns));
	}
	if (strcmp(then, "stored") == 0 || strcmp(then, "discard") == 0 || practice) {
		snprintf(text, sizeof(text), CLINIC_PROGRESS, "stored", "\"good\"",
			practice ? "true" : "false");
		assert_true(stage_tell(app, "trial", text, now_ns));
	}
	stage_serve(app, clinic_answers, now_ns);
	if (strcmp(then, "discard") == 0)
		stage_tap(app, "discard",
			now_ns); /* at three times the size it has no room */
	return now_ns;
}

static const struct screen_case cases_clinic[] = {
	{ "clinic-patients-found", false, clinic_play, "patients - typed", 2, false },
	{ "clinic-patients-keys", false, clinic_play, "patients - keys", 0, false },
	{ "clinic-patient-card", false, clinic_play, "patient P-0107 -", 5, false },
	{ "clinic-programmes", false, clinic_play, "programmes P-0107 -", 3, false },
	{ "clinic-arm-even", false, clinic_play, "arm P-0107/even-weight -", 1, false },
	{ "clinic-arm-blind", false, clinic_play, "arm P-0107/eyes-closed heard", 3,
		false },
	{ "clinic-arm-beside", false, clinic_play, "arm P-0107/eyes-closed beside", 1,
		false },
	{ "clinic-arm-armed", false, clinic_play, "arm P-0107/even-weight armed", 1,
		false },
	{ "clinic-visit-choice", false, clinic_play, "visit P-0107 -", 3, false },
	{ "clinic-trial-next", false, clinic_play, "trial 3 -", 3, false },
	{ "clinic-trial-measuring", false, clinic_play, "trial 3 measuring", 7, false },
	{ "clinic-trial-stored", false, clinic_play, "trial 3 stored", 1, false },
	{ "clinic-trial-practice", false, clinic_play, "trial 3 practice", 1, false },
	{ "clinic-trial-discard", false, clinic_play, "trial 3 discard", 1, false },
};
