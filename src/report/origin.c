#include "src/report/origin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/slurp.h"
#include "src/report/draft.h"
#include "src/report/from.h"
#include "src/report/report_parts.h"
#include "src/report/report_read.h"
#include "src/store/store_report.h"

struct origin {
	json_t *document;
	struct report report;
	char sha256[STORE_SHA256_SIZE];
};

static int parse(struct origin *s, const char *text, size_t n, const char *what,
	char *message, size_t size)
{
	json_error_t error;

	s->document = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	if (s->document)
		return 0;
	snprintf(message, size, "%s is damaged: %s, line %d.", what, error.text,
		error.line);
	return -EBADMSG;
}

static int read_file(struct origin *s, const char *path, char *message, size_t size)
{
	char *text;
	size_t n;
	int error = slurp_file(path, STORE_REPORT_MAX, &text, &n);

	if (error) {
		snprintf(message, size, "\"%s\" cannot be read: %s.", path,
			strerror(-error));
		return error;
	}
	error = parse(s, text, n, path, message, size);
	free(text);
	return error;
}

/* --- what was signed ------------------------------------------------------------------------------ */

/* Returns 1 and the signed document, 0 if the visit has none, or a negative errno. */
static int read_signed(struct origin *s, struct from *from,
	const struct origin_wish *wish, char *message, size_t size)
{
	char *text = NULL;
	int error;

	if (wish->visit == 0 || wish->version < 0)
		return 0;
	error = from_signed(
		from, wish->visit, wish->version, &text, s->sha256, message, size);
	if (error == -ENOENT && wish->version == 0)
		return 0;
	if (error == -ENOENT)
		snprintf(message, size, "visit %lld has no signed version %d.",
			(long long)wish->visit, wish->version);
	if (error)
		return error;
	error = parse(s, text, strlen(text), "the signed report", message, size);
	free(text);
	return error ? error : 1;
}

/* --- all of it ------------------------------------------------------------------------------------ */

static int read_report(struct origin *s, char *message, size_t size)
{
	int error = report_read(s->document, &s->report);

	if (error == -EBADMSG)
		snprintf(message, size, "the document is no stance.report/1.");
	else if (error)
		snprintf(message, size, "not enough memory.");
	s->report.signature.sha256 = s->sha256;
	return error;
}

/* As it is now. */
static int read_draft(struct origin *s, struct from *from,
	const struct origin_wish *wish, char *message, size_t size)
{
	int error =
		draft_make(from, wish->visit, wish->trial, &s->document, message, size);

	if (error == 0)
		error = read_report(s, message, size);
	if (error < 0)
		return error;
	error = draft_add_figures(
		from, &s->report, wish->is_quick, s->document, message, size);
	if (error < 0)
		return error;
	error = report_read_picture(s->document, &s->report);
	if (error < 0)
		snprintf(message, size, "what was measured cannot be read: %s.",
			strerror(-error));
	return error;
}

static int read_station(
	struct origin *s, const struct origin_wish *wish, char *message, size_t size)
{
	struct from *from;
	int error = from_open(wish->state_dir, wish->socket, &from, message, size);

	if (error < 0)
		return error;
	error = read_signed(s, from, wish, message, size);
	if (error > 0)
		error = read_report(s, message, size);
	else if (error == 0)
		error = read_draft(s, from, wish, message, size);
	from_close(from);
	return error;
}

int origin_open(
	const struct origin_wish *wish, struct origin **out, char *message, size_t size)
{
	struct origin *s = calloc(1, sizeof(*s));
	int error;

	if (!s) {
		snprintf(message, size, "not enough memory.");
		return -ENOMEM;
	}
	report_init(&s->report);
	if (wish->file) {
		error = read_file(s, wish->file, message, size);
		if (error == 0)
			error = read_report(s, message, size);
	} else {
		error = read_station(s, wish, message, size);
	}
	if (error == 0 && s->report.n_trials == 0) {
		snprintf(message, size, "nothing was measured yet: there is no trial.");
		error = -ENODATA;
	}
	if (error)
		origin_free(s);
	else
		*out = s;
	return error;
}

void origin_free(struct origin *s)
{
	if (!s)
		return;
	report_fini(&s->report);
	json_decref(s->document);
	free(s);
}

const struct report *origin_report(const struct origin *s)
{
	return &s->report;
}
