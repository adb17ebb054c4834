/* The live screens, the help, and the gallery of controls. Included by cases.h. */

static int64_t core_scene(struct app *app, const char *what)
{
	return scene_named(app, what);
}

static int64_t core_help(struct app *app, const char *what)
{
	const int64_t now_ns = SCENE_START;

	(void)what;
	stage_settle(app, now_ns);
	stage_key(app, INPUT_KEY_F1, now_ns);
	return now_ns;
}

static int64_t core_gallery(struct app *app, const char *what)
{
	const int64_t now_ns = scene_play_empty(app, false);

	stage_go(app, "gallery", what, now_ns);
	if (strcmp(what, "pad") == 0)
		stage_type(app, "72.5", now_ns);
	if (strcmp(what, "keyboard") == 0)
		stage_type(app, "A note of a clinician who writes", now_ns);
	if (strcmp(what, "undo") == 0)
		stage_tap(app, "card", now_ns);
	if (strcmp(what, "focus") == 0)
		stage_key(app, INPUT_KEY_TAB, now_ns);
	return now_ns + 100 * SCENE_MS;
}

/* What is wrong with the machine, in the strip: this screen has no other room. */
static int64_t core_warning(struct app *app, const char *what)
{
	int64_t now_ns = core_scene(app, what);

	app_set_warning(app, APP_WARNING_POWER);
	return now_ns;
}

static const struct screen_case cases_core[] = {
	{ "near-live", false, core_scene, "live", 15, false },
	{ "near-uncalibrated", false, core_scene, "uncalibrated", 7, false },
	{ "near-feet-touch", false, core_scene, "feet-touch", 5, false },
	{ "near-stale", false, core_scene, "stale", 11, false },
	{ "near-lost", false, core_scene, "lost", 5, false },
	{ "near-searching", false, core_scene, "searching", 3, false },
	{ "near-empty", false, core_scene, "empty", 5, false },
	{ "near-no-daemon", false, core_scene, "no-daemon", 3, false },
	{ "far-live", true, core_scene, "live", 15, false },
	{ "far-uncalibrated", true, core_scene, "uncalibrated", 1, false },
	{ "far-lost", true, core_scene, "lost", 1, false },
	{ "far-searching", true, core_scene, "searching", 4, false },
	{ "far-empty", true, core_scene, "empty", 11, false },
	{ "far-stale", true, core_scene, "stale", 0, false },
	{ "far-feet-touch", true, core_scene, "feet-touch", 0, false },
	{ "far-no-daemon", true, core_scene, "no-daemon", 0, false },
	{ "near-warning", false, core_warning, "live", 1, false },
	{ "near-help", false, core_help, "", 0, true },
	{ "gallery-controls", false, core_gallery, "", 1, false },
	{ "gallery-undo", false, core_gallery, "undo", 0, false },
	{ "gallery-focus", false, core_gallery, "focus", 0, false },
	{ "gallery-list", false, core_gallery, "list", 1, false },
	{ "gallery-pad", false, core_gallery, "pad", 0, false },
	{ "gallery-keyboard", false, core_gallery, "keyboard", 3, false },
	{ "gallery-message", false, core_gallery, "message", 0, false },
};
