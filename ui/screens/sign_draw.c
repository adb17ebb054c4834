/* How signing and amending are drawn: the choices one by one, and at the end what will be signed. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"
#include "ui/screens/sign.h"
#include "ui/screens/typing.h"

static const char *const sign_texts[] = { N_("Hold to sign"), N_("Sign"), NULL };
static const char *const name_texts[] = { N_("Another name"), N_("Name…"), NULL };
static const char *const comment_texts[] = { N_("Comment…"), NULL };
static const char *const reason_texts[] = { N_("Reason…"), NULL };
static const char *const trials_texts[] = { N_("Leave trials out…"), N_("Trials…"),
	NULL };
static const char *const go_on_texts[] = { N_("Go on"), NULL };

/* --- lists --------------------------------------------------------------------------------------- */

static void line_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const char *text, bool muted)
{
	struct draw_style body = parts_regular(t, t->body);

	rect_cut_left(&r, t->gap / 2);
	if (draw_measure(&ui->list, &body, text).w > r.w)
		body = parts_regular(t, t->caption);
	clinic_part_draw(ui, &body, r, muted ? THEME_MUTED : THEME_TEXT, text);
}

static void name_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct sign *s = ctx;

	line_draw(ui, t, r, row < s->n_names ? s->names[row] : _("Another name"),
		row >= s->n_names);
}

static void reason_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	(void)ctx;
	line_draw(ui, t, r,
		row < TRIAL_N_REASONS ? _(trial_reasons[row]) : _("Another reason"),
		row >= TRIAL_N_REASONS);
}

/* What the protocol of a trial is called: the groups of the results say it. */
static const char *title_of(
	const struct sign *s, const json_t *trial, char *out, size_t size)
{
	const json_t *groups = json_object_get(s->results, "groups");
	const char *protocol = clinic_text(trial, "protocol");

	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);

		if (strcmp(clinic_text(group, "protocol"), protocol) == 0)
			return results_name(group, "title", out, size);
	}
	snprintf(out, size, "%s", protocol);
	return out;
}

/* "Quiet standing, eyes open · 14:32", and below it whether it counts. */
static void trial_row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct sign *s = ctx;
	const json_t *trial = s->trials[row];
	const char *at = clinic_text(trial, "started");
	int left = sign_left_at(s, clinic_int(trial, "id"));
	struct draw_style small = parts_regular(t, t->caption);
	char title[120], text[SIGN_REASON + 200];
	struct rect half;

	rect_cut_left(&r, t->gap / 2);
	half = rect_cut_top(&r, r.h / 2);
	snprintf(text, sizeof(text), "%.5s · %s", strlen(at) >= 16 ? at + 11 : at,
		title_of(s, trial, title, sizeof(title)));
	clinic_part_draw(ui, &small, half, THEME_TEXT, text);
	if (left >= 0)
		snprintf(text, sizeof(text), _("Left out: %s"),
			clinic_said(s->left[left].reason));
	else
		snprintf(text, sizeof(text), "%s",
			json_is_true(json_object_get(trial, "used"))
				? _("Is counted")
				: _("Is not counted anyway"));
	clinic_part_draw(ui, &small, r, left >= 0 ? THEME_CAUTION : THEME_MUTED, text);
}

static void rows_draw(struct view *v, struct sign *s, struct rect r, int id,
	const char *name, int n, int row_h, list_row_fn *row)
{
	struct parts_type t = frame_type(v);

	s->list.n_rows = n;
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, id, name, &s->list, row_h, row, s);
}

static void trials_draw(struct view *v, struct sign *s, struct rect r)
{
	const struct parts_button go_on = { .id = SIGN_GO_ON,
		.name = "go-on",
		.texts = go_on_texts,
		.primary = true,
		.enabled = true,
		.lit = true };
	struct parts_type t = frame_type(v);

	frame_actions(v, &r, &go_on, 1);
	if (s->n_trials == 0)
		frame_message(v, r, PARTS_INFO,
			s->results ? _("Nothing to leave out") : _("One moment"), "");
	else
		rows_draw(v, s, r, SIGN_TRIAL_ROWS, "trial", s->n_trials,
			t.caption * 8 / 3 + t.gap, trial_row_draw);
}

/* --- typing -------------------------------------------------------------------------------------- */

static void text_draw(struct view *v, struct sign *s, struct rect r)
{
	static const char *const name_labels[] = { N_("Your name, as it is signed"),
		N_("Your name"), NULL };
	static const char *const comment_labels[] = {
		N_("Comment, printed on the report"), N_("Comment"), NULL
	};
	static const char *const amend_labels[] = { N_("Why it is amended"),
		N_("Reason"), NULL };
	static const char *const reason_labels[] = { N_("Why this trial is left out"),
		N_("Reason"), NULL };
	const char *const *labels = s->phase == SIGN_TYPING_NAME     ? name_labels
				    : s->phase == SIGN_TYPING_REASON ? reason_labels
				    : s->amends                      ? amend_labels
								     : comment_labels;
	const struct typing typing = { .entry = &s->entry,
		.keys = SIGN_KEYS,
		.name = "entry",
		.labels = labels,
		.hint = "",
		.message = s->said };

	typing_draw(v, r, &typing);
}

/* --- all is known --------------------------------------------------------------------------------- */

/* Append a text after a blank, as much of it as has room. */
static void append(char *out, size_t size, const char *text)
{
	size_t n = strlen(out);

	if (text[0] != '\0' && n + 1 < size)
		snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "", text);
}

/* Who, what is left out, and the comment, which may be long. */
static void say_ready(const struct sign *s, char *out, size_t size)
{
	char text[ENTRY_BYTES + 100];

	out[0] = '\0';
	snprintf(text, sizeof(text), _("You sign as %s."), s->name);
	append(out, size, text);
	snprintf(text, sizeof(text),
		P_("One trial is left out.", "%d trials are left out.",
			(unsigned long)s->n_left),
		s->n_left);
	append(out, size, s->n_left > 0 ? text : "");
	snprintf(text, sizeof(text), s->amends ? _("Reason: %s") : _("Comment: %s"),
		s->comment);
	append(out, size, s->comment[0] != '\0' ? text : "");
	if (s->amends && s->comment[0] == '\0')
		append(out, size, _("Say the reason first."));
}

static int buttons_of(
	const struct view *v, const struct sign *s, struct parts_button *b)
{
	bool ready = sign_is_ready(v, s), free = !s->busy && !s->lost;
	bool needs_reason = s->amends && s->comment[0] == '\0';
	int n = 0;

	b[n++] = (struct parts_button){ .id = SIGN_OTHER_NAME,
		.name = "name",
		.texts = name_texts,
		.enabled = free };
	if (s->amends)
		b[n++] = (struct parts_button){ .id = SIGN_TRIALS,
			.name = "trials",
			.texts = trials_texts,
			.enabled = free };
	b[n++] = (struct parts_button){ .id = SIGN_COMMENT,
		.name = "comment",
		.texts = s->amends ? reason_texts : comment_texts,
		.primary = needs_reason,
		.lit = needs_reason,
		.enabled = free };
	if (!needs_reason)
		b[n++] = (struct parts_button){ .id = SIGN_SIGN,
			.name = "sign",
			.texts = sign_texts,
			.primary = true,
			.hold = true,
			.lit = ready,
			.enabled = ready };
	return n;
}

static void ready_draw(struct view *v, struct sign *s, struct rect r)
{
	struct parts_button b[4];
	char text[ENTRY_BYTES + REPORT_SAID_BYTES];

	frame_actions(v, &r, b, buttons_of(v, s, b));
	say_ready(s, text, sizeof(text));
	if (s->busy)
		frame_message(
			v, r, PARTS_INFO, _("One moment"), _("It is being signed."));
	else if (s->said[0] != '\0')
		frame_message(v, r, PARTS_CAUTION,
			s->lost ? _("Is it signed?") : _("Not signed"), s->said);
	else
		frame_message(v, r, PARTS_INFO,
			s->amends ? _("A further version") : _("Sign the report"),
			text);
}

void sign_draw(struct view *v, void *state)
{
	struct sign *s = state;
	struct rect r = frame_begin(v, s->amends ? _("Amend") : _("Sign"));

	switch (s->phase) {
	case SIGN_LOOKING:
		frame_message(v, r, PARTS_INFO, _("One moment"), "");
		break;
	case SIGN_WHO:
		rows_draw(v, s, r, SIGN_NAMES, "name", s->n_names + 1, 0, name_draw);
		break;
	case SIGN_CHOOSING_TRIALS:
		trials_draw(v, s, r);
		break;
	case SIGN_CHOOSING_REASON:
		rows_draw(v, s, r, SIGN_REASON_ROWS, "reason", TRIAL_N_REASONS + 1, 0,
			reason_draw);
		break;
	case SIGN_READY:
		ready_draw(v, s, r);
		break;
	default:
		text_draw(v, s, r);
		break;
	}
}
