#include "src/report/report_sheet.h"

#include <errno.h>
#include <stdio.h>

#include "src/report/pages.h"
#include "src/report/say.h"

static const char *title_of(const struct report *r, enum finding_audience audience)
{
	if (audience == AUDIENCE_PATIENT)
		return _("How you stand");
	return r->is_visit ? _("Standing: balance and load") : _(r->title);
}

static void draw(struct page *p)
{
	if (p->is_body) {
		page_begin(p);
		pages_body(p);
		page_end(p);
		return;
	}
	if (p->audience == AUDIENCE_PATIENT) {
		pages_patient(p);
		return;
	}
	page_begin(p);
	pages_measured(p);
	/* Of a trial there is less to say: it goes on where it stands. So does a visit whose course over earlier
	 * visits had no room on the first sheet. */
	if (p->r->is_visit && paper_sheet(p->paper) == 1) {
		page_end(p);
		paper_turn(p->paper);
		if (paper_is_done(p->paper))
			return;
		page_begin(p);
	}
	pages_concluded(p);
	page_end(p);
}

static struct page page_of(
	const struct report *r, enum finding_audience audience, bool is_dense)
{
	return (struct page){ .r = r,
		.audience = audience,
		.is_dense = is_dense,
		.n_sheets = 1,
		.title = title_of(r, audience) };
}

static int count(const struct report *r, enum finding_audience audience, bool is_dense)
{
	const struct paper_meta meta = { .title = "" };
	struct page page = page_of(r, audience, is_dense);
	int n, error = paper_open("", PAPER_NONE, &meta, &page.paper);

	if (error)
		return error;
	draw(&page);
	n = paper_sheet(page.paper);
	error = paper_close(page.paper);
	return error ? error : n;
}

/* Two sheets are meant: smaller type where that saves one. */
#define MEANT 2
static int choose(
	const struct report *r, enum finding_audience audience, bool *is_dense)
{
	int n = count(r, audience, false), n_dense;

	*is_dense = false;
	if (n <= MEANT)
		return n;
	n_dense = count(r, audience, true);
	*is_dense = n_dense < n;
	return n_dense < n ? n_dense : n;
}

int report_sheet_count(const struct report *r, enum finding_audience audience)
{
	bool is_dense;

	return choose(r, audience, &is_dense);
}

static int open_paper(const struct report *r, const struct report_sheet *how,
	const char *path, enum paper_format format, struct paper **out)
{
	char title[200], when[SAY_SIZE];
	const struct paper_meta meta = { .title = title,
		.author = *r->operator_name ? r->operator_name : "Stance",
		.subject = _("Standing: balance and load"),
		.created_iso = r->is_signed ? r->signature.at : r->started,
		.only = how->only,
		.dpi = how->dpi,
		.is_fleeting = how->is_fleeting };
	int error;

	snprintf(title, sizeof(title), "%s, %s%s%s", title_of(r, how->audience),
		say_date(when, sizeof(when), r->started), *r->patient ? ", " : "",
		r->patient);
	error = paper_open(path, format, &meta, out);
	if (error)
		return error;
	paper_watch(*out, how->watch, how->watch_ctx);
	return 0;
}

int report_sheet_write(const struct report *r, const struct report_sheet *how,
	const char *path, enum paper_format format)
{
	bool is_dense = false;
	int n = how->is_body ? 1 : choose(r, how->audience, &is_dense), error;
	struct page page;

	if (n < 0)
		return n;
	if (how->only > n)
		return -ENOENT;
	page = page_of(r, how->audience, is_dense);
	page.n_sheets = n;
	page.is_body = how->is_body;
	error = open_paper(r, how, path, format, &page.paper);
	if (error)
		return error;
	draw(&page);
	return paper_close(page.paper);
}
