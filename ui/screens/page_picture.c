#include "ui/screens/page_picture.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/core/shrink.h"
#include "ui/screens/clinic.h"

/* Ends of stance-report(1), "Exit status". */
enum { END_DENIED = 4, END_NO_DATA = 5, END_DAMAGED = 8 };

/* The program ended, but there is no picture that can be read. */
enum { NO_ANSWER = -1, NO_PICTURE = -2 };

void page_picture_fini(struct page_picture *s)
{
	free(s->pixels);
	canvas_fini(&s->small);
	*s = (struct page_picture){ .pixels = NULL };
}

static bool is_same(const struct run_wish *a, const struct run_wish *b)
{
	return a->program == b->program && a->visit == b->visit &&
	       a->version == b->version && a->page == b->page && a->dpi == b->dpi &&
	       a->for_patient == b->for_patient;
}

bool page_picture_is_here(const struct page_picture *s)
{
	return s->pixels && is_same(&s->has, &s->wish);
}

static void ask(struct view *v, int tag, struct page_picture *s)
{
	s->wish.program = RUN_PREVIEW;
	s->asked = s->wish;
	s->waits = true;
	view_run(v, tag, &s->wish);
}

void page_picture_want(struct view *v, int tag, struct page_picture *s)
{
	s->wish.program = RUN_PREVIEW;
	s->status = 0;
	if (!s->waits && !page_picture_is_here(s))
		ask(v, tag, s);
}

void page_picture_again(struct view *v, int tag, struct page_picture *s)
{
	s->status = 0;
	s->has = (struct run_wish){ .program = RUN_NOTHING };
	if (!s->waits)
		ask(v, tag, s);
}

/* Returns the status then. */
static int take_picture(struct view *v, struct page_picture *s, const json_t *result)
{
	const char *path = clinic_text(result, "picture");
	uint32_t *pixels;
	int w, h;

	if (path[0] == '\0' || !v->app->setup.read_picture ||
		v->app->setup.read_picture(path, &pixels, &w, &h) != 0)
		return NO_PICTURE;
	free(s->pixels);
	s->pixels = pixels;
	s->w = w;
	s->h = h;
	canvas_fini(&s->small);
	s->small = (struct canvas){ .pixels = NULL };
	s->has = s->asked;
	s->n_pages = (int)clinic_int(result, "pages");
	return 0;
}

void page_picture_answer(struct view *v, int tag, struct page_picture *s,
	const struct view_answer *answer)
{
	int status = answer->code != 0 ? NO_ANSWER
				       : (int)clinic_int(answer->result, "status");

	s->waits = false;
	if (status == 0)
		status = take_picture(v, s, answer->result);
	/* what became of one that nobody waits for any more is no matter */
	if (!is_same(&s->asked, &s->wish))
		ask(v, tag, s);
	else
		s->status = status;
}

const struct canvas *page_picture_at_width(struct page_picture *s, int w)
{
	int h;

	if (!s->pixels || s->w < 1 || s->h < 1)
		return NULL;
	w = w > s->w ? s->w : w < 1 ? 1 : w;
	h = (int)((int64_t)s->h * w / s->w);
	if (s->small.pixels && s->small.w == w)
		return &s->small;
	if (shrink_picture(&s->small, s->pixels, s->w, s->h, w, h < 1 ? 1 : h) != 0)
		return NULL;
	return &s->small;
}

const char *page_picture_trouble(const struct page_picture *s, const char **what_to_do)
{
	switch (s->waits ? 0 : s->status) {
	case 0:
		return NULL;
	case RUN_MISSING:
		*what_to_do = _("The program stance-report, which draws reports, is "
				"not installed here. What was measured is kept, and "
				"the visit can be signed all the same.");
		return _("No picture of the report");
	case END_DENIED:
		*what_to_do = _("This screen is not allowed to read reports: its "
				"account needs the role of a clinician.");
		return _("Not permitted");
	case END_NO_DATA:
		*what_to_do = _("This visit has no finished trial. Measure one, then "
				"there is a report.");
		return _("Nothing was measured yet");
	case END_DAMAGED:
		*what_to_do = _("It is not what was signed, so it is not shown. Have "
				"the station's data restored from a backup.");
		return _("The signed report is damaged");
	case RUN_HUNG:
	case NO_ANSWER:
		*what_to_do = _("The station may be busy. Try again.");
		return _("Drawing the report took too long");
	default:
		*what_to_do = _("Try again. If it stays so, the log of the screen says "
				"why. What was measured is kept.");
		return _("The report could not be drawn");
	}
}
