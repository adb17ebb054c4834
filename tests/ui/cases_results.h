/* What was measured, and what follows from it. The document is tests/ui/results.json. Included by cases.h. */

/* The longest names that there are: a part of a long protocol, and a measure. */
static void results_lengthen(json_t *document)
{
	const char *const parts[][2] = { { "mctsib", "foam-ec" },
		{ "los", "front-right" } };
	json_t *group;
	size_t i;

	json_array_foreach(json_object_get(document, "groups"), i, group)
	{
		json_t *row = json_array_get(json_object_get(group, "rows"), i);
		json_object_set_new(group, "title",
			json_string("mCTSIB: firm and foam, eyes open and closed"));
		json_object_set_new(group, "protocol", json_string(parts[i % 2][0]));
		json_object_set_new(group, "phase", json_string(parts[i % 2][1]));
		json_object_set_new(row, "label",
			json_string("load on right forefoot and left heel, less the "
				    "others"));
	}
}

static const char *results_json(bool are_long)
{
	static char text[65536];
	json_t *document;
	char *dump;

	document = json_load_file("tests/ui/results.json", 0, NULL);
	assert_non_null(document);
	if (are_long)
		results_lengthen(document);
	dump = json_dumps(document, JSON_COMPACT);
	assert_non_null(dump);
	assert_true(strlen(dump) < sizeof(text));
	strcpy(text, dump);
	free(dump);
	json_decref(document);
	return text;
}

/* "screen/argument/button button ...": goes there, answers everything, and touches the buttons. */
static int64_t results_play_with(struct app *app, const char *what, bool are_long)
{
	const char *text = results_json(are_long);
	const char *const answers[] = { "visit.results", text, "trial.results", text,
		NULL };
	int64_t now_ns = scene_named(app, "live");
	char screen[24] = "", arg[40] = "", buttons[80] = "", *name, *rest = NULL;

	sscanf(what, "%23[^/]/%39[^/]/%79[^/]", screen, arg, buttons);
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

static int64_t results_play(struct app *app, const char *what)
{
	return results_play_with(app, what, false);
}

static int64_t results_play_long(struct app *app, const char *what)
{
	return results_play_with(app, what, true);
}

static const struct screen_case cases_results[] = {
	{ "results-main", false, results_play, "results/visit 3", 7, false },
	{ "results-all", false, results_play, "results/visit 3/all", 0, false },
	{ "results-long", false, results_play_long, "results/visit 3", 3, false },
	{ "results-measure-long", false, results_play_long, "measure/visit 3 1 1", 0,
		false },
	{ "results-measure", false, results_play, "measure/visit 3 0 2", 7, false },
	{ "results-measure-unknown", false, results_play, "measure/visit 3 0 1", 1,
		false },
	{ "results-measure-single", false, results_play, "measure/visit 3 1 0", 0,
		false },
	{ "results-findings", false, results_play, "findings/visit 3", 7, false },
	{ "results-why", false, results_play, "why/visit 3 2", 1, false },
};
