#include "hw/sim/timeline_load.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HAND_S          0.3 /* a hand puts a weight down, or takes it, in this */
#define ROLL_SPEED_MM_S 200
#define ROLL_PASSES     2
#define ROLL_INSET_MM   (-30) /* far enough behind the edge to leave the mat */

/* Which verbs know a word, as bits. */
enum {
	OF_WEIGHT = 1,
	OF_REST = 2,
	OF_CHANGE = 4,
	OF_TAKE = 8,
	OF_ROLL = 16,
};

/* The words behind the verbs, each with its numbers. */
static const struct word {
	const char *name;
	int needed_by, known_by; /* bits; known_by: may be left out */
	int n_numbers;
	double low, high;
	size_t at[2]; /* in struct timeline_load */
	const char *expected;
} words_known[] = {
	{ "mass", OF_WEIGHT | OF_REST | OF_CHANGE | OF_ROLL, 0, 1, 0.01, 400,
		{ offsetof(struct timeline_load, mass_kg) },
		"mass takes kilograms from 0.01 to 400" },
	{ "at", OF_WEIGHT | OF_REST, 0, 2, -2000, 2000,
		{ offsetof(struct timeline_load, x_mm),
			offsetof(struct timeline_load, y_mm) },
		"at takes x and y in millimetres from the middle of the mat" },
	{ "radius", OF_WEIGHT, 0, 1, 2, 500,
		{ offsetof(struct timeline_load, radius_mm) },
		"radius takes millimetres from 2 to 500" },
	{ "speed", 0, OF_ROLL, 1, 10, 5000,
		{ offsetof(struct timeline_load, speed_mm_s) },
		"speed takes millimetres a second from 10 to 5000" },
	{ "uneven", 0, OF_ROLL, 1, -1, 1,
		{ offsetof(struct timeline_load, uneven_frac) },
		"uneven takes a fraction from -1 to 1" },
	{ "length", 0, OF_ROLL, 1, 20, 5000,
		{ offsetof(struct timeline_load, length_mm) },
		"length takes millimetres from 20 to 5000" },
	{ "centre", 0, OF_ROLL, 1, -2000, 2000,
		{ offsetof(struct timeline_load, centre_mm) },
		"centre takes millimetres from the middle of the mat" },
	{ "inset", 0, OF_ROLL, 1, -200, 1000,
		{ offsetof(struct timeline_load, inset_mm) },
		"inset takes millimetres from -200 to 1000" },
};

#define N_WORDS ((int)(sizeof(words_known) / sizeof(words_known[0])))

static int bit_of(enum timeline_kind kind)
{
	switch (kind) {
	case TIMELINE_WEIGHT:
		return OF_WEIGHT;
	case TIMELINE_REST:
		return OF_REST;
	case TIMELINE_CHANGE:
		return OF_CHANGE;
	case TIMELINE_TAKE:
		return OF_TAKE;
	case TIMELINE_ROLL:
		return OF_ROLL;
	default:
		return 0;
	}
}

bool timeline_load_is_one(enum timeline_kind kind)
{
	return bit_of(kind) != 0;
}

static const char *expected_of(enum timeline_kind kind)
{
	switch (kind) {
	case TIMELINE_WEIGHT:
		return "expected `weight ID mass KG at X Y radius MM [over SECONDS]`, "
		       "ID from 1 to 16";
	case TIMELINE_REST:
		return "expected `rest ID mass KG at X Y [over SECONDS]`, ID from 1 to "
		       "16";
	case TIMELINE_CHANGE:
		return "expected `change ID mass KG [over SECONDS]`";
	case TIMELINE_TAKE:
		return "expected `take ID [over SECONDS]`";
	default:
		return "expected `roll mass KG along x|y [passes N] [speed MM_S] "
		       "[uneven F] [length MM] [centre MM] [inset MM]`";
	}
}

static bool number(const char *word, double low, double high, double *value)
{
	char *end;
	double v = strtod(word, &end);

	if (end == word || *end || !(v >= low && v <= high))
		return false;
	*value = v;
	return true;
}

static bool whole(const char *word, int low, int high, int *value)
{
	double v;

	if (!number(word, low, high, &v) || v != floor(v))
		return false;
	*value = (int)v;
	return true;
}

static const struct word *find(const char *name, int bit)
{
	for (int i = 0; i < N_WORDS; i++) {
		const struct word *w = &words_known[i];

		if (((w->needed_by | w->known_by) & bit) && !strcmp(name, w->name))
			return w;
	}
	return NULL;
}

/* A word that is not in the table: over, along, passes. Returns how many words it took, 0 none of
 * them, -1 wrong. */
static int special(char *words[], int n, struct timeline_event *e, bool *has_way)
{
	if (n < 2)
		return 0;
	if (!strcmp(words[0], "over") && e->kind != TIMELINE_ROLL)
		return number(words[1], 0, 1e4, &e->over_s) ? 2 : -1;
	if (e->kind != TIMELINE_ROLL)
		return 0;
	if (!strcmp(words[0], "passes"))
		return whole(words[1], 1, 100, &e->load.n_passes) ? 2 : -1;
	if (strcmp(words[0], "along"))
		return 0;
	*has_way = true;
	e->load.along_x = !strcmp(words[1], "x");
	return e->load.along_x || !strcmp(words[1], "y") ? 2 : -1;
}

static void set_defaults(struct timeline_event *e)
{
	e->over_s = HAND_S;
	e->load = (struct timeline_load){ .n_passes = ROLL_PASSES,
		.speed_mm_s = ROLL_SPEED_MM_S,
		.length_mm = NAN,
		.inset_mm = ROLL_INSET_MM };
}

const char *timeline_load_parse(char *words[], int n, struct timeline_event *e)
{
	int bit = bit_of(e->kind), used = 0, seen = 0, took;
	bool has_way = false;

	set_defaults(e);
	if (e->kind != TIMELINE_ROLL &&
		(n < 1 || !whole(words[used++], 1, TIMELINE_MAX_WEIGHTS, &e->load.id)))
		return expected_of(e->kind);
	while (used < n) {
		const struct word *w = find(words[used], bit);

		took = w ? 1 + w->n_numbers
			 : special(words + used, n - used, e, &has_way);
		if (took <= 0 || used + took > n)
			return expected_of(e->kind);
		for (int i = 0; w && i < w->n_numbers; i++) {
			double *to = (double *)((char *)&e->load + w->at[i]);

			if (!number(words[used + 1 + i], w->low, w->high, to))
				return w->expected;
		}
		if (w)
			seen |= 1 << (int)(w - words_known);
		used += took;
	}
	for (int i = 0; i < N_WORDS; i++) {
		if ((words_known[i].needed_by & bit) && !(seen & 1 << i))
			return expected_of(e->kind);
	}
	return e->kind == TIMELINE_ROLL && !has_way ? expected_of(e->kind) : NULL;
}

int timeline_load_check(const struct timeline *t, char *message, size_t size)
{
	bool is_there[TIMELINE_MAX_WEIGHTS + 1] = { false };
	bool is_known[TIMELINE_MAX_WEIGHTS + 1];

	for (int id = 0; id <= TIMELINE_MAX_WEIGHTS; id++)
		is_known[id] = t->n_forgotten == 0;
	for (int i = 0; i < t->n; i++) {
		const struct timeline_event *e = &t->events[i];
		bool comes = e->kind == TIMELINE_WEIGHT || e->kind == TIMELINE_REST;
		int id = e->load.id;

		if (!timeline_load_is_one(e->kind) || e->kind == TIMELINE_ROLL)
			continue;
		/* of a script whose beginning was forgotten one cannot know */
		if (is_known[id] && comes == is_there[id]) {
			snprintf(message, size, "at %g s: weight %d is %s", e->at_s, id,
				comes ? "on the mat already; take it first"
				      : "not on the mat");
			return -EINVAL;
		}
		is_known[id] = true;
		is_there[id] = e->kind != TIMELINE_TAKE;
	}
	return 0;
}
