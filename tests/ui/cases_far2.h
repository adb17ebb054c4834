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
};
