/* Which training: the table of programmes, with the one that the patient has so far. */
#include "ui/screens/programmes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/training/exercise.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { TABLE = 1, OWN, ROWS };

struct programmes {
	json_t *table, *own; /* the daemon's; the patient's in force */
	struct list list;
	char message[200];
};

/* --- what they are --------------------------------------------------------------------------- */

static const struct {
	const char *key, *title, *what;
} the_words[] = {
	{ "even-weight", N_("Even weight"),
		N_("Hold the dot, level the beam: the same weight on both feet.") },
	{ "weight-shift", N_("Shifting weight"),
		N_("Limits, targets, the beat, slalom, a load remembered: leaning, "
		   "with a rail within reach.") },
	{ "still", N_("Standing still"), N_("Still lake and the dot: less sway.") },
	{ "eyes-closed", N_("By ear, eyes closed"),
		N_("A tone tells where the weight is, with closed eyes.") },
	{ "taste", N_("To try it"), N_("Three short exercises.") },
};
#define N_WORDS (sizeof(the_words) / sizeof(the_words[0]))

static size_t words_of(const char *key)
{
	size_t i = 0;

	while (i < N_WORDS && strcmp(the_words[i].key, key) != 0)
		i++;
	return i;
}

const char *programmes_title(const char *key)
{
	size_t i = words_of(key);

	return i < N_WORDS ? _(the_words[i].title) : _("Their own programme");
}

const char *programmes_what(const char *key)
{
	size_t i = words_of(key);

	return i < N_WORDS ? _(the_words[i].what) : "";
}

static const json_t *block_at(const json_t *programme, size_t i)
{
	return json_array_get(json_object_get(programme, "blocks"), i);
}

double programmes_minutes(const json_t *programme)
{
	const json_t *block;
	double seconds = 0;

	for (size_t i = 0; (block = block_at(programme, i)) != NULL; i++)
		seconds += clinic_number(block, "duration_s");
	return seconds / 60;
}

bool programmes_is_blind(const json_t *programme)
{
	const json_t *block;

	for (size_t i = 0; (block = block_at(programme, i)) != NULL; i++) {
		enum exercise e = exercise_find(clinic_text(block, "exercise"));
		if (e < EXERCISE_N && exercise_is_blind(e))
			return true;
	}
	return false;
}

const json_t *programmes_find(const json_t *table, const char *key)
{
	const json_t *all = json_object_get(table, "programmes");

	for (size_t i = 0; i < json_array_size(all); i++)
		if (strcmp(clinic_text(json_array_get(all, i), "name"), key) == 0)
			return json_array_get(all, i);
	return NULL;
}

/* --- the screen ------------------------------------------------------------------------------ */

static void load(struct view *v, void *state)
{
	char code[VIEW_ARG_BYTES];

	(void)state;
	view_ask(v, TABLE, "training.programmes", NULL);
	clinic_code_of(view_arg(v), code, sizeof(code));
	view_ask(v, OWN, "training.programme", json_pack("{s:s}", "patient", code));
}

static void leave(struct view *v, void *state)
{
	struct programmes *s = state;

	(void)v;
	json_decref(s->table);
	json_decref(s->own);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct programmes *s = state;
	json_t **place = tag == TABLE ? &s->table : &s->own;

	(void)v;
	if (a->code != 0) {
		snprintf(s->message, sizeof(s->message), "%s", a->message);
		return;
	}
	json_decref(*place);
	*place = json_deep_copy(a->result);
	s->list.n_rows = (int)json_array_size(json_object_get(s->table, "programmes"));
}

static const json_t *programme_at(const struct programmes *s, int row)
{
	return json_array_get(json_object_get(s->table, "programmes"), (size_t)row);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct programmes *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;
	char code[VIEW_ARG_BYTES], arg[2 * VIEW_ARG_BYTES];

	if (row == LIST_NO_ROW || !programme_at(s, row))
		return;
	clinic_code_of(view_arg(v), code, sizeof(code));
	snprintf(arg, sizeof(arg), "%s\n%.60s", code,
		clinic_text(programme_at(s, row), "name"));
	view_go(v, "arm", arg);
}

static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct programmes *s = ctx;
	const json_t *programme = programme_at(s, row);
	const char *key = clinic_text(programme, "name");
	char minutes[40];
	struct clinic_row parts = { .code = programmes_title(key), .detail = minutes };

	if (!programme)
		return;
	snprintf(minutes, sizeof(minutes), _("%d min"),
		(int)lrint(programmes_minutes(programme)));
	if (strcmp(clinic_text(s->own, "name"), key) == 0)
		parts.note = _("theirs so far");
	else
		parts.note = programmes_is_blind(programme) ? _("somebody beside") : "";
	clinic_row_draw(ui, t, r, &parts);
}

static void draw(struct view *v, void *state)
{
	struct programmes *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, _("Training"));

	if (s->message[0] != '\0' || !s->table || !s->own)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			clinic_said(s->message));
	else
		list_draw(&v->ui, &t, r, ROWS, "programme", &s->list, 0, row_draw, s);
}

const struct screen screen_programmes = {
	.name = "programmes",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct programmes),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
