/* The situations in which screens are looked at: one table an area, all in case_areas[]. A new screen
 * adds rows to its area's file; test_golden and test_layout do the rest, over panels, text
 * scales and languages. */
#ifndef STANCE_TESTS_UI_CASES_H
#define STANCE_TESTS_UI_CASES_H

#include "tests/ui/stage.h"

/* Panels of which a picture is kept (bits by the order of layout_profile_at()); of everything else
 * the draw list's hash is. */
enum {
	CASE_800X480 = 1,
	CASE_720X1280 = 2,
	CASE_1280X800 = 4,
	CASE_1920X1080 = 8,
};

/* One situation. `play` brings the app there, from its start, and returns the time then; `what` is
 * for it. */
struct screen_case {
	const char *name; /* of the golden files: area's, unique */
	bool far;
	int64_t (*play)(struct app *app, const char *what);
	const char *what;
	unsigned pictures;
	bool bare; /* needs no widget of its own: a page that anything closes */
};

struct case_area {
	const char *name; /* tests/ui/golden/NAME.hashes */
	const struct screen_case *cases;
	int n;
};

#include "tests/ui/cases_core.h"
#include "tests/ui/cases_patient.h"
#include "tests/ui/cases_clinic.h"
#include "tests/ui/cases_clinic2.h"
#include "tests/ui/cases_results.h"
#include "tests/ui/cases_compare.h"
#include "tests/ui/cases_tech.h"
#include "tests/ui/cases_far2.h"
#include "tests/ui/cases_report.h"

#define CASE_AREA(name)                                                                \
	{                                                                              \
#name, cases_##name, sizeof(cases_##name) / sizeof(cases_##name[0])    \
	}

static const struct case_area case_areas[] = {
	CASE_AREA(core),
	CASE_AREA(patient),
	CASE_AREA(clinic),
	CASE_AREA(clinic2),
	CASE_AREA(results),
	CASE_AREA(compare),
	CASE_AREA(tech),
	CASE_AREA(far2),
	CASE_AREA(report),
};
#define CASE_N_AREAS ((int)(sizeof(case_areas) / sizeof(case_areas[0])))

/* Return true for every area, or, with UI_AREA=report, for that one alone: while a screen is being made. */
static inline bool case_is_wanted(const struct case_area *area)
{
	const char *name = getenv("UI_AREA");

	return !name || strcmp(name, area->name) == 0;
}

/* The languages of the tests, English first. */
static const char *const case_languages[] = { "en", "de", "en_XA", "ar_XB" };
#define CASE_N_LANGUAGES 4

/* Use a language of the build; the tests are run from the root of the tree. */
static inline void case_language(const char *language)
{
	const char *build = getenv("STANCE_BUILD");
	char dir[512];

	snprintf(dir, sizeof(dir), "%s/share/locale", build ? build : "build/release");
	setenv("STANCE_LOCALE_DIR", dir, 1);
	if (i18n_open(language) != 0)
		fail_msg("no catalogue for %s in %s: make all", language, dir);
}

/* An app in a situation. `*now_ns` receives the time then. */
static inline struct app *case_open(const struct screen_case *c,
	const struct layout_profile *p, double low_vision, draw_measure_fn *measure,
	void *ctx, int64_t *now_ns)
{
	struct app_setup setup = scene_setup(p, c->far, low_vision);
	struct app *app;

	scene_measure(&setup, measure, ctx);
	app = app_new(&setup);
	assert_non_null(app);
	app_set_clock(app, 14 * 60 + 32);
	*now_ns = c->play(app, c->what);
	assert_true(*now_ns > 0);
	return app;
}

#endif
