#include "src/ipc/document_training.h"

#include <math.h>

#define DECIMALS_S     2
#define DECIMALS_MM    1
#define DECIMALS_FRAC  4
#define DECIMALS_SCORE 2
#define DECIMALS_HZ    1

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_fixed(struct jsonw *w, const char *key, double value, int decimals)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, decimals);
}

static void put_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}

static void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

static void put_id(struct jsonw *w, const char *key, int64_t id)
{
	jsonw_key(w, key);
	if (id > 0)
		jsonw_int(w, id);
	else
		jsonw_null(w);
}

static void put_pair(struct jsonw *w, const char *key, struct pos_mm at)
{
	jsonw_key(w, key);
	if (isnan(at.x)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_fixed(w, at.x, DECIMALS_MM);
	jsonw_fixed(w, at.y, DECIMALS_MM);
	jsonw_end_array(w);
}

/* -1 is: not told. */
static void put_told(struct jsonw *w, const char *key, int value)
{
	jsonw_key(w, key);
	if (value < 0)
		jsonw_null(w);
	else
		jsonw_bool(w, value > 0);
}

/* --- the picture ------------------------------------------------------------------------- */

static void put_gates(struct jsonw *w, const struct exercise_view *v)
{
	jsonw_key(w, "gates");
	jsonw_begin_array(w);
	for (int i = 0; i < v->n_gates; i++) {
		const struct exercise_gate *g = &v->gates[i];

		jsonw_begin_object(w);
		put_fixed(w, "x_mm", g->x_mm, DECIMALS_MM);
		put_fixed(w, "half_width_mm", g->half_width_mm, DECIMALS_MM);
		put_fixed(w, "in_s", g->in_s, DECIMALS_S);
		put_told(w, "passed", g->passed);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_tone(struct jsonw *w, const struct exercise_tone *tone)
{
	jsonw_key(w, "tone");
	if (isnan(tone->volume_frac)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_fixed(w, "volume_frac", tone->volume_frac, DECIMALS_FRAC);
	put_fixed(w, "pitch_hz", tone->pitch_hz, DECIMALS_HZ);
	put_fixed(w, "pan_frac", tone->pan_frac, DECIMALS_FRAC);
	put_fixed(w, "reed_frac", tone->reed_frac, DECIMALS_FRAC);
	put_fixed(w, "flutter_frac", tone->flutter_frac, DECIMALS_FRAC);
	jsonw_end_object(w);
}

static void put_items(struct jsonw *w, const struct exercise_view *v)
{
	put_int(w, "item", v->item);
	put_int(w, "n_items", v->n_items);
	jsonw_key(w, "direction");
	if (v->direction < 0)
		jsonw_null(w);
	else
		jsonw_int(w, v->direction);
	put_text(w, "side", v->side < 0 ? "left" : v->side > 0 ? "right" : NULL);
	put_fixed(w, "beat_frac", v->beat_frac, DECIMALS_FRAC);
	put_fixed(w, "rough_frac", v->rough_frac, DECIMALS_FRAC);
	put_tone(w, &v->tone);
	put_gates(w, v);
}

static void put_picture(struct jsonw *w, const struct training_view *view)
{
	const struct exercise_view *v = &view->picture;

	jsonw_key(w, "picture");
	if (view->state != TRAINING_EXERCISE) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_text(w, "kind", exercise_picture_word(v->picture));
	put_text(w, "part", exercise_part_word(v->part));
	put_pair(w, "dot_mm", v->dot_mm);
	put_fixed(w, "left_frac", v->left_frac, DECIMALS_FRAC);
	put_fixed(w, "target_left_frac", v->target_left_frac, DECIMALS_FRAC);
	put_fixed(w, "tolerance_frac", v->tolerance_frac, DECIMALS_FRAC);
	put_pair(w, "target_mm", v->target_mm);
	put_fixed(w, "radius_mm", v->radius_mm, DECIMALS_MM);
	put_told(w, "inside", v->inside);
	put_fixed(w, "held_frac", v->held_frac, DECIMALS_FRAC);
	put_items(w, v);
	put_fixed(w, "score", v->score, DECIMALS_SCORE);
	put_text(w, "unit", exercise_info(view->exercise)->unit);
	jsonw_end_object(w);
}

/* --- blocks ------------------------------------------------------------------------------ */

void document_put_training_change(
	struct jsonw *w, enum exercise exercise, const struct progress_change *c)
{
	put_text(w, "word", progress_word(c->word));
	put_text(w, "text", progress_text(c->word));
	put_fixed(w, "now", c->now, DECIMALS_SCORE);
	put_fixed(w, "before", c->before, DECIMALS_SCORE);
	put_fixed(w, "difference", c->difference, DECIMALS_SCORE);
	put_fixed(w, "ratio", c->ratio, DECIMALS_FRAC);
	put_fixed(w, "mdc", c->mdc, DECIMALS_FRAC);
	put_bool(w, "is_ratio", c->is_ratio);
	put_int(w, "n_before", c->n_before);
	jsonw_key(w, "trend");
	jsonw_begin_array(w);
	for (int i = 0; i < c->n_trend; i++)
		jsonw_fixed(w, c->trend[i], DECIMALS_SCORE);
	jsonw_end_array(w);
	put_text(w, "source", progress_source(exercise));
}

static void put_score(struct jsonw *w, const struct training_block *b)
{
	const struct exercise_info *info = exercise_info(b->exercise);

	put_fixed(w, "score", b->score.value, DECIMALS_SCORE);
	put_text(w, "unit", info->unit);
	put_text(w, "score_text", info->score_text);
	put_bool(w, "higher_is_better", info->higher_is_better);
	jsonw_key(w, "measures");
	jsonw_begin_object(w);
	for (int i = 0; i < b->score.n_measures; i++)
		put_fixed(w, b->score.measures[i].key, b->score.measures[i].value, 3);
	jsonw_end_object(w);
}

void document_put_training_block(struct jsonw *w, const struct training_block *b)
{
	const struct exercise_info *info = exercise_info(b->exercise);

	put_text(w, "exercise", info->key);
	put_text(w, "title", info->title);
	put_text(w, "feedback", exercise_feedback_word(b->feedback));
	put_bool(w, "whole", b->is_whole);
	put_fixed(w, "duration_s", b->duration_s, DECIMALS_S);
	put_fixed(w, "counted_s", b->score.counted_s, DECIMALS_S);
	put_fixed(w, "band_mm", b->band_mm, DECIMALS_MM);
	put_score(w, b);
	put_fixed(w, "estimate_mm", b->estimate_mm, DECIMALS_MM);
	put_fixed(w, "actual_mm", b->actual_mm, DECIMALS_MM);
	put_int(w, "pauses", b->n_pauses);
	put_int(w, "stops", b->n_stops);
	jsonw_key(w, "change");
	jsonw_begin_object(w);
	document_put_training_change(w, b->exercise, &b->change);
	jsonw_end_object(w);
}

/* Which blocks are told: all in a result, the last one between two. */
static bool is_told(const struct training_document *d, int i)
{
	return d->with_blocks || i == d->view.last_block;
}

/* A probe's score stays hidden while the session goes on: it shall measure the next one too. */
static bool is_secret(const struct training_document *d, int i)
{
	return !d->with_blocks && d->summary->blocks[i].feedback == FEEDBACK_NONE;
}

static void put_blocks(struct jsonw *w, const struct training_document *d)
{
	int n = d->summary ? d->view.last_block + 1 : 0;

	jsonw_key(w, "blocks");
	jsonw_begin_array(w);
	for (int i = 0; i < n; i++) {
		if (!is_told(d, i) || is_secret(d, i))
			continue;
		jsonw_begin_object(w);
		document_put_training_block(w, &d->summary->blocks[i]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_key(w, "headline");
	if (!d->with_blocks || !d->summary || !d->summary->has_headline) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_text(w, "exercise", exercise_info(d->summary->headline_of)->key);
	document_put_training_change(w, d->summary->headline_of, &d->summary->headline);
	jsonw_end_object(w);
}

/* --- the whole --------------------------------------------------------------------------- */

static void put_estimate(struct jsonw *w, const struct training_document *d)
{
	const struct training_view *v = &d->view;
	const struct training_block *last = d->summary && v->last_block >= 0
						    ? &d->summary->blocks[v->last_block]
						    : NULL;

	jsonw_key(w, "estimate");
	if (v->state == TRAINING_ESTIMATE) {
		jsonw_begin_object(w);
		put_fixed(w, "at_mm", v->estimate_mm, DECIMALS_MM);
		put_fixed(w, "held_frac", v->estimate_held_frac, DECIMALS_FRAC);
		jsonw_end_object(w);
	} else if (v->state == TRAINING_REVEAL && last && !isnan(last->estimate_mm)) {
		jsonw_begin_object(w);
		put_fixed(w, "at_mm", last->estimate_mm, DECIMALS_MM);
		put_fixed(w, "actual_mm", last->actual_mm, DECIMALS_MM);
		jsonw_end_object(w);
	} else {
		jsonw_null(w);
	}
}

static void put_exercise(struct jsonw *w, const struct training_view *v)
{
	bool has = v->state != TRAINING_OFF && v->state != TRAINING_ATTRACT &&
		   v->state != TRAINING_RESULT;
	const struct exercise_info *info = exercise_info(v->exercise);

	put_text(w, "exercise", has ? info->key : NULL);
	put_text(w, "title", has ? info->title : NULL);
	put_text(w, "feedback", has ? exercise_feedback_word(v->feedback) : NULL);
}

static void put_times(struct jsonw *w, const struct training_view *v)
{
	put_fixed(w, "elapsed_s", v->elapsed_s, DECIMALS_S);
	put_fixed(w, "remaining_s", v->remaining_s, DECIMALS_S);
	put_fixed(w, "done_frac", v->done_frac, DECIMALS_FRAC);
	put_fixed(w, "session_frac", v->session_frac, DECIMALS_FRAC);
	put_int(w, "count", v->count);
	put_bool(w, "silent", v->is_silent);
}

static void put_last(struct jsonw *w, const struct training_document *d)
{
	jsonw_key(w, "last");
	if (d->last_id <= 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_id(w, "id", d->last_id);
	put_text(w, "end", d->last_end);
	jsonw_end_object(w);
}

void document_put_training(struct jsonw *w, const struct training_document *d)
{
	const struct training_view *v = &d->view;

	jsonw_begin_object(w);
	put_text(w, "schema", "stance.training/1");
	put_text(w, "state", training_state_word(v->state));
	put_id(w, "id", d->id);
	put_text(w, "patient", d->patient);
	put_text(w, "programme", d->programme);
	put_text(w, "reason", d->reason);
	put_text(w, "say", v->say);
	put_text(w, "cue", v->cue);
	put_text(w, "hint", training_hint_word(v->hint));
	put_text(w, "place", place_hint_word(v->place_hint));
	put_int(w, "block", v->block);
	put_int(w, "n_blocks", v->n_blocks);
	put_exercise(w, v);
	put_times(w, v);
	put_fixed(w, "view_mm", v->view_mm, DECIMALS_MM);
	put_fixed(w, "target_mm", v->target_mm, DECIMALS_MM);
	put_picture(w, v);
	put_estimate(w, d);
	put_blocks(w, d);
	put_last(w, d);
	jsonw_end_object(w);
}
