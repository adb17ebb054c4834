#include "src/report/draft.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/report/docread.h"

#define QUICK_FRAMES 60 /* enough for the eye at the size of a screen */

/* Takes the text. */
static json_t *parse(char *text, size_t n)
{
	json_t *document = json_loadb(text, n, 0, NULL);

	free(text);
	return document;
}

int draft_make(struct from *from, int64_t visit, int64_t trial, json_t **out,
	char *message, size_t size)
{
	json_t *document;
	char *text;
	size_t n;
	int err = from_draft(from, visit, trial, &text, &n, message, size);

	if (err < 0)
		return err;
	document = parse(text, n);
	if (!document) {
		snprintf(message, size, "not enough memory.");
		return -ENOMEM;
	}
	*out = document;
	return 0;
}

/* --- figures --------------------------------------------------------------------------------- */

static int add_figures_of(struct from *from, int64_t trial, bool is_quick,
	json_t *document, char *message, size_t size)
{
	char *text;
	size_t n;
	json_t *figures;
	int err = from_figures(
		from, trial, is_quick ? QUICK_FRAMES : 0, &text, &n, message, size);

	if (err < 0)
		return err;
	figures = parse(text, n);
	if (json_array_extend(json_object_get(document, "traces"),
		    json_object_get(figures, "traces")) != 0 ||
		json_array_extend(json_object_get(document, "pictures"),
			json_object_get(figures, "pictures")) != 0) {
		snprintf(message, size, "not enough memory.");
		err = -ENOMEM;
	}
	json_decref(figures);
	return err;
}

/* Those of habitual standing, in their order; else all that are used. The first picture ends it: that one is shown. */
int draft_add_figures(struct from *from, const struct report *report, bool is_quick,
	json_t *document, char *message, size_t size)
{
	const struct report_group *g = report_habitual(report);
	const int n = g ? g->n_trials : report->n_trials;
	int err = 0;

	if (json_object_set_new(document, "traces", json_array()) != 0 ||
		json_object_set_new(document, "pictures", json_array()) != 0) {
		snprintf(message, size, "not enough memory.");
		return -ENOMEM;
	}
	for (int i = 0; i < n && err == 0; i++) {
		if (!g && !report->trials[i].used)
			continue;
		err = add_figures_of(from, g ? g->trials[i] : report->trials[i].id,
			is_quick, document, message, size);
		if (docread_count(document, "pictures") > 0)
			break;
	}
	return err;
}
