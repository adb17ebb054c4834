/* The patient's screen of a training session, and how the exercises are drawn: one small file each.
 * All is drawn from the stream's last document (docs/api.md, stance.training/1): what a person must not see
 * now is null in it.
 * Follows docs/screens.md ("The patient's screens"). */
#ifndef STANCE_UI_SCREENS_TRAIN_H
#define STANCE_UI_SCREENS_TRAIN_H

#include <jansson.h>
#include <stdbool.h>

#include "ui/screens/far_parts.h"

/* Return whether a stance.training/1 has something to show; a stance.trial-progress/1. */
bool train_is_on(const struct json_t *document);
bool mirror_is_on(const struct json_t *document);

/* Return whether a stream's message says that something is done on the mat now, which goes before what is only to be
 * looked at. */
bool train_takes(const char *stream, const struct json_t *document);

/* Members of a document: NaN, "", false where absent or null. A pair's `i`th number. */
double train_number(const json_t *document, const char *key);
double train_pair(const json_t *document, const char *key, int i);
const char *train_word(const json_t *document, const char *key);
bool train_flag(const json_t *document, const char *key);

/* Return the language's sentence for a text the daemon says; "" for none. */
const char *train_said(const char *english);

/* Pictures of exercises; `doc` the document, `pic` its member `picture`. */
typedef void train_picture_fn(
	struct far_picture *p, const json_t *doc, const json_t *pic);
train_picture_fn train_hold, train_beam, train_targets, train_metronome, train_slalom,
	train_lake, train_match, train_by_ear, train_look;

/* Return how an exercise is drawn; train_look for what shows nothing. */
train_picture_fn *train_picture(const char *exercise, const char *kind);

/* The beam, from 0 (all on the right) to 1, NaN for what is hidden. */
void train_beam_at(struct far_picture *p, double left, double target, double tolerance,
	bool inside);

/* Return whether nothing is heard here: there is no loudspeaker, or it is switched off. */
bool train_is_mute(const struct view *v);

/* What is said of a block: the number with its unit, and what it means. */
void train_block_number(const json_t *block, char *text, size_t size);

/* The states besides exercise and estimate. */
typedef void train_state_fn(struct view *v, struct rect r, const json_t *doc);
train_state_fn train_attract, train_placement, train_countdown, train_pause, train_rest,
	train_reveal, train_result;

#endif
