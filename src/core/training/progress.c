#include "src/core/training/progress.h"

#include <math.h>
#include <string.h>

#include "src/core/student.h"
#include "src/core/training/exercise_parts.h"
#include "src/base/i18n.h"

/* MDC95 of one trial within a session (Santos & Duarte 2016, as in docs/protocols.md, "Changes"): the lateral
 * offset, millimetres; mean velocity, a ratio, that of people over 60, the wider one. Of the mean of n, over
 * the square root of n; on another day 1.3 times as wide. */
#define MDC_OFFSET_MM      13.9
#define MDC_VELOCITY_RATIO 1.58
#define OTHER_DAY          1.3

/* Differences between sessions that are needed before a person's own spread is taken for known. */
#define LEAST_DIFFERENCES 3

static const char *const the_words[PROGRESS_WORD_N] = { "first", "same", "better",
	"worse", "unknown" };

static const char *const the_texts[PROGRESS_WORD_N] = {
	N_("The first time."),
	N_("About the same as last time."),
	N_("Better than last time, by more than chance explains."),
	N_("Less than last time, by more than chance explains."),
	N_("About the same as last time."),
};

const char *progress_word(enum progress_word word)
{
	return the_words[word];
}

const char *progress_text(enum progress_word word)
{
	return the_texts[word];
}

enum progress_word progress_find(const char *word)
{
	int i = 0;

	while (i < PROGRESS_WORD_N && strcmp(the_words[i], word) != 0)
		i++;
	return (enum progress_word)i;
}

const char *progress_source(enum exercise exercise)
{
	switch (exercise) {
	case EXERCISE_PROBE:
		return "MDC95 13.9 mm of one trial of 30 s (Santos & Duarte 2016), "
		       "over "
		       "the square root of the probes, 1.3 times as wide between "
		       "days.";
	case EXERCISE_LAKE:
		return "MDC95 of mean velocity 1.58 for one trial over 60 years "
		       "(Santos "
		       "& Duarte 2016), its logarithm over the square root of the "
		       "blocks, 1.3 times as wide between days.";
	case EXERCISE_TARGETS:
	case EXERCISE_METRONOME:
	case EXERCISE_SLALOM:
		return "Student's t times the person's own spread between at least "
		       "three earlier pairs of sessions, and not below what counting "
		       "so few gives by chance.";
	default:
		return "Student's t times the person's own spread between at least "
		       "three earlier pairs of sessions.";
	}
}

void progress_add(struct progress_series *s, double value, int blocks)
{
	if (isnan(value))
		return;
	if (s->n == PROGRESS_N) {
		memmove(s->value, s->value + 1, (PROGRESS_N - 1) * sizeof(*s->value));
		memmove(s->blocks, s->blocks + 1,
			(PROGRESS_N - 1) * sizeof(*s->blocks));
		s->n--;
	}
	s->value[s->n] = value;
	s->blocks[s->n++] = blocks < 1 ? 1 : blocks;
}

/* --- limits ------------------------------------------------------------------------------ */

/* 1.96 sqrt(2) SEM is 1.96 times the standard deviation of a difference; from few differences, with
 * Student's t for 1.96. Their root mean square, not about their mean: learning widens it. */
static double own_mdc(const struct progress_series *s)
{
	int n = s->n - 1;
	double square = 0;

	if (n < LEAST_DIFFERENCES)
		return NAN;
	for (int i = 0; i < n; i++) {
		double step = s->value[i + 1] - s->value[i];

		square += step * step;
	}
	return student_t975(n) * sqrt(square / n);
}

/* How many are counted in a block, at least. */
static double items_of(enum exercise exercise)
{
	switch (exercise) {
	case EXERCISE_TARGETS:
		return EXERCISE_N_DIRECTIONS;
	case EXERCISE_METRONOME:
		return 28; /* 60 s at 2 s a beat, without the first */
	case EXERCISE_SLALOM:
		return 19;
	default:
		return NAN;
	}
}

/* Two counts of the same chance differ by this much, in per cent (normal approximation, with one added to
 * hits and misses so that all or nothing is not certain: Agresti & Caffo 2000). */
static double counting_mdc(double now, double before, double n_now, double n_before)
{
	double p = (now / 100 * n_now + 1) / (n_now + 2);
	double q = (before / 100 * n_before + 1) / (n_before + 2);

	return 196.0 * sqrt(p * (1 - p) / (n_now + 2) + q * (1 - q) / (n_before + 2));
}

static double mdc_of(
	enum exercise exercise, double now, int blocks, const struct progress_series *s)
{
	int before_blocks = s->blocks[s->n - 1];
	double n = blocks < before_blocks ? blocks : before_blocks;
	double items = items_of(exercise), own;

	if (exercise == EXERCISE_PROBE)
		return OTHER_DAY * MDC_OFFSET_MM / sqrt(n);
	if (exercise == EXERCISE_LAKE)
		return exp(OTHER_DAY * log(MDC_VELOCITY_RATIO) / sqrt(n));
	own = own_mdc(s);
	if (isnan(own) || isnan(items))
		return own;
	return fmax(own, counting_mdc(now, s->value[s->n - 1], items * blocks,
				 items * before_blocks));
}

static bool is_beyond(const struct progress_change *c)
{
	if (c->is_ratio)
		return fmax(c->ratio, 1 / c->ratio) > c->mdc;
	return fabs(c->difference) > c->mdc;
}

void progress_compare(enum exercise exercise, double now, int blocks,
	const struct progress_series *before, struct progress_change *c)
{
	bool higher = exercise_info(exercise)->higher_is_better;

	*c = (struct progress_change){ .word = PROGRESS_FIRST,
		.now = now,
		.before = NAN,
		.difference = NAN,
		.ratio = NAN,
		.mdc = NAN,
		.is_ratio = exercise == EXERCISE_LAKE,
		.n_before = before->n,
		.n_trend = before->n };
	memcpy(c->trend, before->value, sizeof(c->trend));
	if (before->n == 0 || isnan(now))
		return;
	c->before = before->value[before->n - 1];
	c->difference = now - c->before;
	if (c->is_ratio && c->before > 0 && now > 0)
		c->ratio = now / c->before;
	c->mdc = mdc_of(exercise, now, blocks < 1 ? 1 : blocks, before);
	if (isnan(c->mdc) || (c->is_ratio && isnan(c->ratio)))
		c->word = PROGRESS_UNKNOWN;
	else if (!is_beyond(c))
		c->word = PROGRESS_SAME;
	else
		c->word = (c->difference > 0) == higher ? PROGRESS_BETTER
							: PROGRESS_WORSE;
}
