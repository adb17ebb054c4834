/* The patient's screens besides training and trials: the pages in plain words, what was found, where to stand.
 * Included by cases.h. */

/* "page": looked at on purpose until its movement is over. */
static int64_t far2_plain(struct app *app, const char *what)
{
	int64_t now_ns = scene_play_empty(app, false);

	stage_go(app, "plain", "asked", now_ns);
	for (int i = 0; i < atoi(what); i++)
		stage_key(app, INPUT_KEY_START, now_ns + i * CLOCK_NS_PER_S / 2);
	now_ns += 11 * CLOCK_NS_PER_S;
	stage_settle(app, now_ns);
	assert_string_equal(view_screen_name(app_view(app, 0)), "plain");
	return now_ns;
}

#define FAR2_ROW(key, value, previous, larger)                                         \
	"{\"key\":\"" key "\",\"value\":" value ",\"previous\":" previous              \
	",\"larger\":\"" larger "\"}"
#define FAR2_RESULTS(finding, rows)                                                    \
	"{\"of\":\"visit\",\"id\":3,\"groups\":[{\"protocol\":\"quiet-eo\","           \
	"\"phase\":null,\"rows\":[" rows "]}],\"findings\":[" finding "]}"
#define FAR2_CLEAR                                                                     \
	"{\"id\":\"S2\",\"audience\":\"patient\",\"text\":\"You clearly put more "     \
	"weight on your left leg: 57 of 100 parts.\"}"
#define FAR2_ALL                                                                       \
	FAR2_RESULTS(FAR2_CLEAR,                                                       \
		FAR2_ROW("left_frac", "0.57", "0.62", "yes") "," FAR2_ROW(             \
			"asymmetry_pct", "-14", "-24",                                 \
			"yes") "," FAR2_ROW("mean_velocity_mm_s", "9.1", "9.9", "no"))

/* "page": shared by the clinician, seen by itself, turned so often. */
static int64_t far2_shared(struct app *app, const char *what)
{
	static const char *const answers[] = { "visit.shared", FAR2_ALL, NULL };
	int64_t now_ns = scene_play_empty(app, false);

	stage_serve(app, answers, now_ns);
	assert_string_equal(view_screen_name(app_view(app, 0)), "shared");
	for (int i = 0; i < atoi(what); i++)
		stage_key(app, INPUT_KEY_START, now_ns + i * CLOCK_NS_PER_S / 2);
	return now_ns + CLOCK_NS_PER_S;
}

/* Where the patient stood before, a little turned, left foot ahead. */
static int64_t far2_placed(struct app *app, const char *what)
{
	static const char served_as[] =
		"{\"patient\":\"P-1\",\"serial\":\"%s\",\"left\":{\"heel_mm\":[-95,-90]"
		","
		"\"direction_deg\":-9,\"length_mm\":245},\"right\":{\"heel_mm\":[80,"
		"-120],\"direction_deg\":14,\"length_mm\":245}}";
	bool trains = strcmp(what, "training") == 0;
	const char *doc =
		trains ? "{\"state\":\"placement\",\"patient\":\"P-1\","
			 "\"place\":\"one-foot\",\"say\":\"Step on with both "
			 "feet.\"}"
		       : "{\"state\":\"waiting\",\"patient\":\"P-1\","
			 "\"protocol\":\"quiet-eo\",\"instruction\":\"Stand as "
			 "still as you can and look at the dot.\"}";
	int64_t now_ns = scene_play_empty(app, false);
	char placement[400];
	const char *served[] = { "placement.get", placement, NULL };

	snprintf(placement, sizeof(placement), served_as, app->model.status.serial);
	assert_true(stage_tell(app, what, doc, now_ns));
	assert_true(stage_tell(app, what, doc, now_ns));
	stage_serve(app, served, now_ns);
	assert_true(stage_tell(app, what, doc, now_ns));
	return now_ns;
}

static int64_t far2_bars(struct app *app, const char *what)
{
	(void)what;
	return patient_trial(app,
		"{\"state\":\"measuring\",\"protocol\":\"correct-seen\","
		"\"instruction\":\"Use the bars to put the same weight on both feet, "
		"and keep it so.\"}");
}

static const struct screen_case cases_far2[] = {
	{ "plain-feet", true, far2_plain, "0", 1, false },
	{ "plain-side", true, far2_plain, "1", 7, false },
	{ "plain-usual", true, far2_plain, "2", 0, false },
	{ "plain-knee", true, far2_plain, "3", 1, false },
	{ "plain-pelvis", true, far2_plain, "4", 1, false },
	{ "plain-back", true, far2_plain, "5", 1, false },
	{ "plain-bent", true, far2_plain, "6", 0, false },
	{ "plain-sees", true, far2_plain, "7", 1, false },
	{ "plain-blind", true, far2_plain, "8", 0, false },
	{ "plain-aim", true, far2_plain, "9", 0, false },
	{ "placed-training", true, far2_placed, "training", 1, false },
	{ "placed-trial", true, far2_placed, "trial", 3, false },
	{ "trial-bars", true, far2_bars, "", 7, false },
	{ "shared-weight", true, far2_shared, "0", 7, false },
	{ "shared-change", true, far2_shared, "1", 1, false },
	{ "shared-sway", true, far2_shared, "2", 1, false },
};
