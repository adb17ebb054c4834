/* What a finished block means for the session: scores, limits, success, changes. */
#include <math.h>
#include <string.h>

#include "src/core/training/training_parts.h"

static double measure_of(const struct exercise_score *score, const char *key)
{
	for (int i = 0; i < score->n_measures; i++) {
		if (strcmp(score->measures[i].key, key) == 0)
			return score->measures[i].value;
	}
	return NAN;
}

/* Where the weight was, in millimetres to the right: what the person is asked to estimate. */
static double where(const struct training *t, const struct training_block *b)
{
	switch (b->exercise) {
	case EXERCISE_HOLD:
	case EXERCISE_PROBE:
		return measure_of(&b->score, "offset_mm");
	case EXERCISE_BEAM:
		return (0.5 - measure_of(&b->score, "left_pct") / 100) *
		       t->place.width_mm;
	default:
		return NAN;
	}
}

static bool counts_for_success(const struct training_block *b)
{
	return (b->exercise == EXERCISE_HOLD || b->exercise == EXERCISE_BEAM ||
		       b->exercise == EXERCISE_BY_EAR) &&
	       b->is_whole && !isnan(b->score.value);
}

static void find_success(struct training_summary *s)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < s->n_blocks; i++) {
		if (!counts_for_success(&s->blocks[i]))
			continue;
		sum += s->blocks[i].score.value;
		n++;
	}
	s->success_pct = n > 0 ? sum / n : NAN;
}

int training_mean(
	const struct training_summary *s, enum exercise exercise, double *mean)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < s->n_blocks; i++) {
		const struct training_block *b = &s->blocks[i];

		if (b->exercise != exercise || !b->is_whole || isnan(b->score.value))
			continue;
		sum += b->score.value;
		n++;
	}
	*mean = n > 0 ? sum / n : NAN;
	return n;
}

static void compare(struct training *t, enum exercise exercise)
{
	struct training_summary *s = &t->summary;
	struct progress_change change;
	double mean;
	int n = training_mean(s, exercise, &mean);

	progress_compare(exercise, mean, n, &t->setup.history.of[exercise], &change);
	for (int i = 0; i < s->n_blocks; i++) {
		if (s->blocks[i].exercise == exercise)
			s->blocks[i].change = change;
	}
}

/* A known change of a probe, else of anything, else the first block's. */
static int rank(const struct training_block *b)
{
	bool is_known = b->change.word == PROGRESS_SAME ||
			b->change.word == PROGRESS_BETTER ||
			b->change.word == PROGRESS_WORSE;

	if (isnan(b->change.now))
		return 0;
	return 1 + is_known + (is_known && b->exercise == EXERCISE_PROBE);
}

static void find_headline(struct training_summary *s)
{
	int best = 0;

	s->has_headline = false;
	for (int i = 0; i < s->n_blocks; i++) {
		if (rank(&s->blocks[i]) <= best)
			continue;
		best = rank(&s->blocks[i]);
		s->has_headline = true;
		s->headline_of = s->blocks[i].exercise;
		s->headline = s->blocks[i].change;
	}
}

void training_finish_block(struct training *t, bool is_whole)
{
	struct training_summary *s = &t->summary;
	struct training_block *b = &s->blocks[t->block];

	exercise_score(&t->run, &b->score);
	b->is_whole = is_whole;
	b->actual_mm = where(t, b);
	if (b->exercise == EXERCISE_LIMITS && is_whole && !isnan(b->score.value))
		memcpy(s->limits_mm, b->score.limits_mm, sizeof(s->limits_mm));
	s->exercise_s += b->score.counted_s;
	t->block_runs = false;
	t->n_finished = t->block + 1;
	find_success(s);
	compare(t, b->exercise);
	find_headline(s);
}
