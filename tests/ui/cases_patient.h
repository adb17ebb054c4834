/* The patient's screens: a training in each of its states and exercises, a trial. Included by cases.h.
 * `what` is the document that the daemon sends, by default with what every one of them has. */

static int64_t patient_told(
	struct app *app, const char *stream, const char *screen, const char *what)
{
	struct scene person = scene_person();
	bool empty = strstr(what, "attract") || strstr(what, "back-on");
	int64_t now_ns =
		empty ? scene_play_empty(app, false) : scene_play(app, &person, 0.5);

	assert_true(stage_tell(app, stream, what, now_ns));
	assert_string_equal(view_screen_name(app_view(app, 0)), screen);
	assert_true(stage_tell(app, stream, what, now_ns));
	return now_ns;
}

static int64_t patient_train(struct app *app, const char *what)
{
	return patient_told(app, "training", "train", what);
}

static int64_t patient_trial(struct app *app, const char *what)
{
	return patient_told(app, "trial", "mirror", what);
}

/* With a loudspeaker that is switched on. */
static int64_t patient_hears(struct app *app, const char *what)
{
	app->sound.on = true;
	return patient_train(app, what);
}

/* Over after having run: what remains for a few seconds. */
static int64_t patient_trial_over(struct app *app, const char *what)
{
	int64_t now_ns = patient_trial(app, "{\"state\":\"measuring\"}");

	assert_true(stage_tell(app, "trial", what, now_ns));
	return now_ns;
}

#define EXERCISE(key, title, say, pic)                                                 \
	"{\"state\":\"exercise\",\"exercise\":\"" key "\",\"title\":\"" title          \
	"\",\"say\":\"" say                                                            \
	"\",\"done_frac\":0.4,\"remaining_s\":36,\"view_mm\":60,\"silent\":false,"     \
	"\"picture\":{" pic "}}"

#define BY_EAR_PICTURE                                                                 \
	EXERCISE("by-ear", "By ear", "Eyes closed. Stand where the tone is quiet.",    \
		"\"kind\":\"tone\",\"inside\":false,\"tone\":{\"volume_frac\":0.5,"    \
		"\"pitch_hz\":850,\"pan_frac\":0.6,\"reed_frac\":0.6,"                 \
		"\"flutter_frac\":0.6},\"score\":70,\"unit\":\"%\"")

static const struct screen_case cases_patient[] = {
	{ "attract", true, patient_train,
		"{\"state\":\"attract\",\"say\":\"Step on to begin.\"}", 7, false },
	{ "placement", true, patient_train,
		"{\"state\":\"placement\",\"place\":\"edge\","
		"\"say\":\"Move a little towards the middle of the mat.\"}",
		7, false },
	{ "countdown", true, patient_train,
		"{\"state\":\"countdown\",\"count\":3,\"title\":\"Hold the dot\","
		"\"say\":\"Keep the dot in the ring.\"}",
		7, true },
	{ "pause", true, patient_train,
		"{\"state\":\"pause\",\"hint\":\"back-on\","
		"\"say\":\"Take your time. Step back on to continue.\"}",
		7, false },
	{ "hold", true, patient_train,
		EXERCISE("hold-dot", "Hold the dot", "Keep the dot in the ring.",
			"\"kind\":\"ring\",\"dot_mm\":[6,-9],\"target_mm\":[0,0],"
			"\"radius_mm\":15,\"inside\":true,\"score\":82,\"unit\":\"%\""),
		7, true },
	{ "hold-hidden", true, patient_train,
		EXERCISE("hold-dot", "Hold the dot", "Stand as you have practised and look at the dot.",
			"\"kind\":\"none\",\"dot_mm\":null,\"score\":null"),
		1, true },
	{ "beam", true, patient_train,
		EXERCISE("beam", "Level the beam",
			"Keep the beam level: press the lighter side into the floor.",
			"\"kind\":\"beam\",\"left_frac\":0.6,\"target_left_frac\":0.5,"
			"\"tolerance_frac\":0.03,\"inside\":false,\"score\":55,"
			"\"unit\":\"%\""),
		7, true },
	{ "targets", true, patient_train,
		EXERCISE("targets-8", "Eight targets",
			"Lean to each target, stay there, and come back to the middle.",
			"\"kind\":\"ring\",\"part\":\"main\",\"dot_mm\":[15,12],"
			"\"target_mm\":[28,28],\"radius_mm\":10,\"inside\":false,"
			"\"held_frac\":0.4,\"item\":2,\"n_items\":8,\"direction\":1"),
		3, true },
	{ "metronome", true, patient_train,
		EXERCISE("metronome", "With the beat",
			"Shift your weight from side to side with the beat.",
			"\"kind\":\"track\",\"dot_mm\":[-12,0],\"target_mm\":[-8,0],"
			"\"side\":\"left\",\"beat_frac\":0.6,\"score\":70,"
			"\"unit\":\"%\""),
		3, true },
	{ "slalom", true, patient_train,
		EXERCISE("slalom", "Slalom",
			"Lean left and right to steer through the gates.",
			"\"kind\":\"gates\",\"dot_mm\":[-12,0],\"gates\":["
			"{\"x_mm\":-15,\"half_width_mm\":12,\"in_s\":0.8,\"passed\":"
			"null},"
			"{\"x_mm\":20,\"half_width_mm\":12,\"in_s\":2.8,\"passed\":"
			"null},"
			"{\"x_mm\":-9,\"half_width_mm\":12,\"in_s\":4.8,\"passed\":"
			"null}],"
			"\"score\":80,\"unit\":\"%\""),
		3, true },
	{ "lake", true, patient_train,
		EXERCISE("still-lake", "Still lake",
			"Stand so quietly that the lake becomes smooth.",
			"\"kind\":\"lake\",\"rough_frac\":0.5,\"score\":null"),
		3, true },
	{ "match", true, patient_train,
		EXERCISE("blind-match", "Find it again",
			"Remember the load on your legs, then find it again without "
			"the beam.",
			"\"kind\":\"beam\",\"part\":\"learn\",\"left_frac\":0.41,"
			"\"target_left_frac\":0.4,\"tolerance_frac\":0.02,"
			"\"inside\":true"),
		3, true },
	{ "by-ear-announced", true, patient_hears,
		"{\"state\":\"countdown\",\"count\":0,\"exercise\":\"by-ear\","
		"\"title\":\"By ear\",\"say\":\"Somebody stands beside you. Close your "
		"eyes at the sound, and stand where the tone is quiet.\"}",
		7, true },
	{ "by-ear-mute", true, patient_train,
		"{\"state\":\"countdown\",\"count\":0,\"exercise\":\"by-ear\","
		"\"title\":\"By ear\",\"say\":\"Somebody stands beside you. Close your "
		"eyes at the sound, and stand where the tone is quiet.\"}",
		1, true },
	{ "by-ear", true, patient_hears, BY_EAR_PICTURE, 7, true },
	{ "by-ear-unheard", true, patient_train, BY_EAR_PICTURE, 1, true },
	{ "by-ear-hidden", true, patient_hears,
		EXERCISE("by-ear", "By ear", "Eyes closed. Stand as practised.",
			"\"kind\":\"none\",\"tone\":null,\"score\":null"),
		1, true },
	{ "by-ear-pause", true, patient_train,
		"{\"state\":\"pause\",\"hint\":\"middle\",\"exercise\":\"by-ear\","
		"\"say\":\"Open your eyes. Stand on both feet.\"}",
		1, true },
	{ "estimate", true, patient_train,
		"{\"state\":\"estimate\",\"view_mm\":60,"
		"\"say\":\"Where was your weight? Lean there and stay.\","
		"\"estimate\":{\"at_mm\":14,\"held_frac\":0.5}}",
		3, true },
	{ "reveal", true, patient_train,
		"{\"state\":\"reveal\",\"say\":\"Well done.\","
		"\"estimate\":{\"at_mm\":14,\"actual_mm\":-6},\"blocks\":[]}",
		3, false },
	{ "reveal-score", true, patient_train,
		"{\"state\":\"reveal\",\"say\":\"Well done.\",\"estimate\":null,"
		"\"blocks\":[{\"score\":82,\"unit\":\"%\","
		"\"score_text\":\"of the time in the ring\"}]}",
		3, false },
	{ "rest", true, patient_train,
		"{\"state\":\"rest\",\"say\":\"Well done. Sit down if you like.\","
		"\"done_frac\":0.3}",
		3, false },
	{ "result", true, patient_train,
		"{\"state\":\"result\",\"say\":\"Well done. That was all for today.\","
		"\"blocks\":[{\"exercise\":\"hold-dot\",\"title\":\"Hold the dot\"}],"
		"\"headline\":{\"exercise\":\"hold-dot\",\"change\":{\"word\":"
		"\"better\","
		"\"text\":\"Better than last time, by more than chance explains.\"}}}",
		7, false },
	{ "trial-waiting", true, patient_trial,
		"{\"state\":\"waiting\",\"instruction\":"
		"\"Stand upright in the middle and wait for the word.\"}",
		0, false },
	{ "trial-measuring", true, patient_trial,
		"{\"state\":\"measuring\",\"remaining_s\":12,\"done_frac\":0.5,"
		"\"instruction\":"
		"\"Stand as still as you can and look at the dot.\"}",
		7, true },
	{ "trial-over", true, patient_trial_over, "{\"state\":\"stored\"}", 1, false },
	{ "trial-over-eyes", true, patient_trial_over,
		"{\"state\":\"stored\",\"cue\":\"open-eyes\"}", 1, false },
};
