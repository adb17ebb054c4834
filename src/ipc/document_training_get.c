/* stance.training/1 as a client hears it: document_training.h. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/ipc/document_training.h"

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int whole(const json_t *object, const char *key, int otherwise)
{
	double value = number(object, key);

	return isnan(value) || fabs(value) > 1e6 ? otherwise : (int)value;
}

static int told(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_boolean(value) ? json_is_true(value) : -1;
}

static const char *word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
	return out;
}

static struct pos_mm pair(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const json_t *x = json_array_get(value, 0), *y = json_array_get(value, 1);

	if (!json_is_number(x) || !json_is_number(y))
		return (struct pos_mm){ NAN, NAN };
	return (struct pos_mm){ json_number_value(x), json_number_value(y) };
}

/* A word that this version does not know counts as the first, the plainest. */
static int known(int found, int n)
{
	return found < n ? found : 0;
}

static int limited(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

/* --- the picture ------------------------------------------------------------------------- */

static void get_gates(const json_t *json, struct exercise_view *v)
{
	size_t n = json_array_size(json);

	for (size_t i = 0; i < n && v->n_gates < EXERCISE_N_GATES; i++) {
		const json_t *g = json_array_get(json, i);

		v->gates[v->n_gates++] =
			(struct exercise_gate){ .x_mm = number(g, "x_mm"),
				.half_width_mm = number(g, "half_width_mm"),
				.in_s = number(g, "in_s"),
				.passed = told(g, "passed") };
	}
}

static struct exercise_tone get_tone(const json_t *json)
{
	return (struct exercise_tone){ .volume_frac = number(json, "volume_frac"),
		.pitch_hz = number(json, "pitch_hz"),
		.pan_frac = number(json, "pan_frac"),
		.reed_frac = number(json, "reed_frac"),
		.flutter_frac = number(json, "flutter_frac") };
}

static void get_picture(const json_t *json, struct exercise_view *v)
{
	const char *side = word(json, "side");

	*v = exercise_view_none();
	if (!json_is_object(json))
		return;
	v->picture = (enum exercise_picture)known(
		exercise_picture_find(word(json, "kind")), PICTURE_N);
	v->part = (enum exercise_part)known(
		exercise_part_find(word(json, "part")), PART_N);
	v->dot_mm = pair(json, "dot_mm");
	v->left_frac = number(json, "left_frac");
	v->target_left_frac = number(json, "target_left_frac");
	v->tolerance_frac = number(json, "tolerance_frac");
	v->target_mm = pair(json, "target_mm");
	v->radius_mm = number(json, "radius_mm");
	v->inside = told(json, "inside");
	v->held_frac = number(json, "held_frac");
	v->item = whole(json, "item", 0);
	v->n_items = whole(json, "n_items", 0);
	v->direction =
		limited(whole(json, "direction", -1), -1, EXERCISE_N_DIRECTIONS - 1);
	v->side = strcmp(side, "left") == 0 ? -1 : strcmp(side, "right") == 0 ? 1 : 0;
	v->beat_frac = number(json, "beat_frac");
	v->rough_frac = number(json, "rough_frac");
	v->tone = get_tone(json_object_get(json, "tone"));
	v->score = number(json, "score");
	get_gates(json_object_get(json, "gates"), v);
}

/* --- blocks ------------------------------------------------------------------------------ */

static void get_change(const json_t *json, struct progress_change *c)
{
	const json_t *trend = json_object_get(json, "trend");

	*c = (struct progress_change){ .word = (enum progress_word)known(
					       progress_find(word(json, "word")),
					       PROGRESS_WORD_N),
		.now = number(json, "now"),
		.before = number(json, "before"),
		.difference = number(json, "difference"),
		.ratio = number(json, "ratio"),
		.mdc = number(json, "mdc"),
		.is_ratio = told(json, "is_ratio") > 0,
		.n_before = whole(json, "n_before", 0) };
	for (size_t i = 0; i < json_array_size(trend) && c->n_trend < PROGRESS_N; i++)
		c->trend[c->n_trend++] = json_number_value(json_array_get(trend, i));
}

/* Returns false for an exercise that this version does not know. */
static bool get_block(const json_t *json, struct training_block *b)
{
	*b = (struct training_block){ .exercise = exercise_find(word(json, "exercise")),
		.feedback = (enum exercise_feedback)known(
			exercise_feedback_find(word(json, "feedback")), FEEDBACK_N),
		.was_begun = true,
		.is_whole = told(json, "whole") > 0,
		.duration_s = number(json, "duration_s"),
		.band_mm = number(json, "band_mm"),
		.estimate_mm = number(json, "estimate_mm"),
		.actual_mm = number(json, "actual_mm"),
		.n_pauses = whole(json, "pauses", 0),
		.n_stops = whole(json, "stops", 0) };
	b->score.value = number(json, "score");
	b->score.counted_s = number(json, "counted_s");
	get_change(json_object_get(json, "change"), &b->change);
	return b->exercise < EXERCISE_N;
}

static void get_blocks(const json_t *json, struct training_summary *s)
{
	const json_t *blocks = json_object_get(json, "blocks");
	const json_t *headline = json_object_get(json, "headline");

	for (size_t i = 0;
		i < json_array_size(blocks) && s->n_blocks < PROGRAMME_MAX_BLOCKS; i++)
		s->n_blocks +=
			get_block(json_array_get(blocks, i), &s->blocks[s->n_blocks]);
	s->headline_of = exercise_find(word(headline, "exercise"));
	s->has_headline = s->headline_of < EXERCISE_N;
	if (s->has_headline)
		get_change(headline, &s->headline);
	else
		s->headline_of = EXERCISE_PROBE;
}

/* --- the whole --------------------------------------------------------------------------- */

static void get_times(const json_t *json, struct training_view *v)
{
	v->elapsed_s = number(json, "elapsed_s");
	v->remaining_s = number(json, "remaining_s");
	v->done_frac = number(json, "done_frac");
	v->session_frac = number(json, "session_frac");
	v->count = limited(whole(json, "count", 0), 0, 9);
	v->is_silent = told(json, "silent") > 0;
}

static void get_view(const json_t *json, struct training_heard *h)
{
	struct training_view *v = &h->document.view;
	const json_t *estimate = json_object_get(json, "estimate");

	v->n_blocks = limited(whole(json, "n_blocks", 0), 0, PROGRAMME_MAX_BLOCKS);
	v->block = limited(whole(json, "block", 0), 0, PROGRAMME_MAX_BLOCKS - 1);
	v->exercise =
		(enum exercise)known(exercise_find(word(json, "exercise")), EXERCISE_N);
	v->feedback = (enum exercise_feedback)known(
		exercise_feedback_find(word(json, "feedback")), FEEDBACK_N);
	v->hint = (enum training_hint)known(
		training_hint_find(word(json, "hint")), TRAINING_HINT_N);
	v->place_hint = place_hint_find(word(json, "place"));
	v->say = copy(h->say, sizeof(h->say), word(json, "say"));
	v->cue = copy(h->cue, sizeof(h->cue), word(json, "cue"));
	v->view_mm = number(json, "view_mm");
	v->target_mm = number(json, "target_mm");
	v->estimate_mm = number(estimate, "at_mm");
	v->estimate_held_frac = number(estimate, "held_frac");
	get_times(json, v);
	get_picture(json_object_get(json, "picture"), &v->picture);
}

int document_get_training(const struct json_t *json, struct training_heard *h)
{
	struct training_document *d = &h->document;
	enum training_state state = training_state_find(word(json, "state"));
	const json_t *last = json_object_get(json, "last");
	json_int_t id;

	if (strcmp(word(json, "schema"), "stance.training/1") != 0 ||
		state == TRAINING_N)
		return -EBADMSG;
	memset(h, 0, sizeof(*h));
	id = json_integer_value(json_object_get(json, "id"));
	d->id = id;
	d->patient = copy(h->patient, sizeof(h->patient), word(json, "patient"));
	d->programme =
		copy(h->programme, sizeof(h->programme), word(json, "programme"));
	d->reason = copy(h->reason, sizeof(h->reason), word(json, "reason"));
	d->view.state = state;
	get_view(json, h);
	get_blocks(json, &h->summary);
	d->view.last_block = h->summary.n_blocks - 1;
	d->summary = &h->summary;
	d->with_blocks = state == TRAINING_RESULT;
	d->last_id = json_integer_value(json_object_get(last, "id"));
	d->last_end = copy(h->last_end, sizeof(h->last_end), word(last, "end"));
	return 0;
}
