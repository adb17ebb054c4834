/* Two visits beside each other. The document is tests/ui/comparison.json, its feet drawn as tests/support/pads.h
 * draws them. Included by cases.h. */

#define COMPARE_VISITS                                                                 \
	"{\"visits\": [{\"id\": 2, \"started\": \"2026-11-16T08:30:00+01:00\", "       \
	"\"trials\": 3}, {\"id\": 4, \"started\": \"2026-11-09T08:30:00+01:00\", "     \
	"\"trials\": 0}, {\"id\": 1, \"started\": \"2026-11-02T10:00:00+01:00\", "     \
	"\"trials\": 1}], \"more\": false}"

/* What is left of the pictures, or the longest names. */
static void compare_take(json_t *document, const char *how)
{
	json_t *map = json_object_get(document, "map");

	if (strcmp(how, "apart") == 0) {
		json_object_set_new(map, "difference", json_null());
		json_object_set_new(map, "why",
			json_string("The feet stood too differently: by more than 20 "
				    "mm or 10°."));
	} else if (strcmp(how, "bare") == 0) {
		json_object_set_new(document, "map", json_null());
		json_object_set_new(document, "why_no_map",
			json_string("One of the visits has no picture of the load."));
	} else if (strcmp(how, "nothing") == 0) {
		json_array_clear(json_object_get(document, "groups"));
	} else if (strcmp(how, "long") == 0) {
		results_lengthen(document);
	} else if (strcmp(how, "today") == 0) {
		json_object_set_new(document, "same_day", json_true());
	}
}

static const char *compare_json(const char *how)
{
	static char text[65536];
	json_t *document = json_load_file("tests/ui/comparison.json", 0, NULL);
	char *dump;

	assert_non_null(document);
	compare_take(document, how);
	dump = json_dumps(document, JSON_COMPACT);
	assert_non_null(dump);
	assert_true(strlen(dump) < sizeof(text));
	strcpy(text, dump);
	free(dump);
	json_decref(document);
	return text;
}

/* "screen/argument/how/button button ...": goes there, answers everything, and touches the buttons. */
static int64_t compare_play(struct app *app, const char *what)
{
	char screen[24] = "", arg[40] = "", how[16] = "", buttons[80] = "";
	const char *answers[] = { "visit.compare", NULL, "visit.results", NULL,
		"visit.list", COMPARE_VISITS, NULL };
	int64_t now_ns = scene_named(app, "live");
	char *name, *rest = NULL;

	sscanf(what, "%23[^/]/%39[^/]/%15[^/]/%79[^/]", screen, arg, how, buttons);
	answers[1] = compare_json(how);
	answers[3] = results_json(false);
	app_set_today(app, "2026-11-28");
	stage_go(app, screen, arg, now_ns);
	stage_serve(app, answers, now_ns);
	for (name = strtok_r(buttons, " ", &rest); name;
		name = strtok_r(NULL, " ", &rest)) {
		stage_tap(app, name, now_ns);
		stage_serve(app, answers, now_ns);
		now_ns += 500 * SCENE_MS;
	}
	return now_ns;
}

static const struct screen_case cases_compare[] = {
	{ "compare-main", false, compare_play, "compare/1 3/whole", 7, false },
	{ "compare-all", false, compare_play, "compare/1 3/today/all", 0, false },
	{ "compare-long", false, compare_play, "compare/1 3/long", 1, false },
	{ "compare-one", false, compare_play, "compare/1 3/whole/rows-0", 1, false },
	{ "compare-unknown", false, compare_play, "compare/1 3/whole/rows-1", 0,
		false },
	{ "compare-feet", false, compare_play, "compare/1 3/whole/feet", 7, false },
	{ "compare-apart", false, compare_play, "compare/1 3/apart/feet", 1, false },
	{ "compare-no-map", false, compare_play, "compare/1 3/bare/feet", 0, false },
	{ "compare-nothing", false, compare_play, "compare/1 3/nothing", 0, false },
	{ "compare-with", false, compare_play, "compare/1 3/whole/other", 3, false },
	{ "compare-again", false, compare_play, "compare/1 3/whole/other visit-0", 0,
		false },
	{ "compare-from-results", false, compare_play, "results/visit 3/whole/compare",
		0, false },
};
