#include "hw/sim/timeline.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sim/timeline_load.h"

#define MAX_LINE  256
#define MAX_WORDS 24

/* The parts of `sts`: each repetition is a rise, a pause, a descent and a pause. */
#define STS_RISE_FRAC  0.4
#define STS_PAUSE_FRAC 0.1
#define STS_MAX        30

/* A foot that is set elsewhere: up, across, down. */
#define MOVE_LIFT_S  0.25
#define MOVE_PLACE_S 0.30
#define MOVE_LOWER_S 0.35

/* The words of the language, in the order of enum timeline_kind. */
static const struct verb {
	const char *name;
	enum timeline_kind kind;
	const char *choices; /* of the first word behind it, "a|b"; NULL: none */
	int n_numbers;
	bool may_take_time;
	double over_s;    /* unless given */
	double low, high; /* of its numbers */
	const char *expected;
} verbs[] = {
	{ "step-on", TIMELINE_STEP_ON, NULL, 0, false, 0, 0, 0, "" },
	{ "step-off", TIMELINE_STEP_OFF, NULL, 0, false, 0, 0, 0, "" },
	{ "left-frac", TIMELINE_LEFT_FRAC, NULL, 1, true, 0, 0, 1,
		"this verb takes one number: left-frac from 0 to 1" },
	{ "fore-frac", TIMELINE_FORE_FRAC, NULL, 1, true, 0, 0, 1,
		"this verb takes one number: fore-frac from 0 to 1" },
	{ "lean", TIMELINE_LEAN, NULL, 2, true, 0, -200, 200,
		"lean takes two numbers, x and y in millimetres from -200 to 200" },
	{ "sway", TIMELINE_SWAY, NULL, 1, true, 0, 0, 20,
		"this verb takes one number: sway from 0 to 20" },
	{ "unplug", TIMELINE_UNPLUG, NULL, 0, false, 0, 0, 0, "" },
	{ "replug", TIMELINE_REPLUG, NULL, 0, false, 0, 0, 0, "" },
	{ "button", TIMELINE_BUTTON, NULL, 0, false, 0, 0, 0, "" },
	{ "lift", TIMELINE_LIFT, "left|right", 0, true, 0.4, 0, 0,
		"lift takes left or right" },
	{ "lower", TIMELINE_LOWER, "left|right", 0, true, 0.4, 0, 0,
		"lower takes left or right" },
	{ "move", TIMELINE_PLACE, "left|right", 2, false, 0, -500, 500,
		"move takes left or right and two numbers, x and y in millimetres "
		"from -500 to 500" },
	{ "sit", TIMELINE_SIT, NULL, 0, true, 1.2, 0, 0, "" },
	{ "stand", TIMELINE_STAND, NULL, 0, true, 1.2, 0, 0, "" },
	{ "squat", TIMELINE_SQUAT, NULL, 1, true, 1.5, 0, 120,
		"this verb takes one number: squat from 0 to 120 degrees" },
	{ "lean-angle", TIMELINE_LEAN_ANGLE, NULL, 2, true, 1, -360, 360,
		"lean-angle takes two numbers, degrees and direction, 0 forward and "
		"90 to the right" },
	{ "eyes", TIMELINE_EYES, "open|closed", 0, true, 1, 0, 0,
		"eyes takes open or closed" },
	{ "surface", TIMELINE_SURFACE, "firm|foam", 0, true, 1, 0, 0,
		"surface takes firm or foam" },
	{ "sts", TIMELINE_STS, NULL, 1, true, 0, 1, STS_MAX,
		"sts takes a number of rises from 1 to 30 and `over SECONDS`" },
	{ "kill", TIMELINE_KILL, NULL, 2, false, 0, -1, 255,
		"kill takes a row and a column from 0, or -1 for all of them" },
	{ "weight", TIMELINE_WEIGHT, NULL, 0, false, 0, 0, 0, "" },
	{ "rest", TIMELINE_REST, NULL, 0, false, 0, 0, 0, "" },
	{ "change", TIMELINE_CHANGE, NULL, 0, false, 0, 0, 0, "" },
	{ "take", TIMELINE_TAKE, NULL, 0, false, 0, 0, 0, "" },
	{ "roll", TIMELINE_ROLL, NULL, 0, false, 0, 0, 0, "" },
};

#define N_VERBS ((int)(sizeof(verbs) / sizeof(verbs[0])))

int timeline_add(struct timeline *t, const struct timeline_event *event)
{
	if (t->n == TIMELINE_MAX)
		return -ENOSPC;
	t->events[t->n++] = *event;
	return 0;
}

static bool number(const char *word, double low, double high, double *value)
{
	char *end;
	double v = word ? strtod(word, &end) : NAN;

	if (!word || end == word || *end || !(v >= low && v <= high))
		return false;
	*value = v;
	return true;
}

static const struct verb *find(const char *name)
{
	for (int i = 0; i < N_VERBS; i++) {
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	}
	return NULL;
}

/* Which of "a|b" is it? Returns -1 if none. */
static int choice(const char *choices, const char *word)
{
	for (int i = 0; *choices; i++) {
		size_t n = strcspn(choices, "|");

		if (strlen(word) == n && !strncmp(choices, word, n))
			return i;
		choices += n + (choices[n] == '|');
	}
	return -1;
}

/* What stands behind the verb: a choice, numbers, a time. Returns NULL, or what is wrong. */
static const char *understand_rest(
	const struct verb *verb, char *words[], int n, struct timeline_event *event)
{
	double *values[] = { &event->a, &event->b, &event->c };
	int used = 0, n_values = 0;

	if (verb->choices) {
		event->a = n > 0 ? choice(verb->choices, words[0]) : -1;
		if (event->a < 0)
			return verb->expected;
		used = n_values = 1;
	}
	for (int i = 0; i < verb->n_numbers; i++, used++) {
		if (used >= n ||
			!number(words[used], verb->low, verb->high, values[n_values++]))
			return verb->expected;
	}
	event->over_s = verb->over_s;
	if (verb->may_take_time && used < n) {
		if (n != used + 2 || strcmp(words[used], "over") ||
			!number(words[used + 1], 0, 1e4, &event->over_s))
			return "after the numbers only `over SECONDS` may follow";
		used += 2;
	}
	return used == n ? NULL : "there are words left over at the end";
}

/* Understand a verb and what stands behind it; returns NULL, or what is wrong. */
static const char *understand_verb(char *words[], int n, struct timeline_event *event)
{
	const struct verb *verb = n > 0 ? find(words[0]) : NULL;
	const char *wrong;

	if (!verb)
		return "unknown verb; known are step-on, step-off, left-frac, "
		       "fore-frac, lean, lean-angle, sway, eyes, surface, lift, lower, "
		       "move, sit, stand, sts, squat, weight, rest, change, take, "
		       "roll, "
		       "kill, unplug, replug, button";
	event->kind = verb->kind;
	if (timeline_load_is_one(verb->kind))
		return timeline_load_parse(words + 1, n - 1, event);
	wrong = understand_rest(verb, words + 1, n - 1, event);
	if (!wrong && event->kind == TIMELINE_STS &&
		(event->a != floor(event->a) || !(event->over_s > 0)))
		wrong = verb->expected;
	if (!wrong && event->kind == TIMELINE_KILL &&
		(event->a != floor(event->a) || event->b != floor(event->b)))
		wrong = verb->expected;
	return wrong;
}

/* Understand the words of one line; returns NULL, or what is wrong. */
static const char *understand(char *words[], int n, struct timeline_event *event)
{
	if (n < 3 || strcmp(words[0], "at") || !number(words[1], 0, 1e6, &event->at_s))
		return "expected `at SECONDS VERB ...`, for instance `at 2.0 step-on`";
	return understand_verb(words + 2, n - 2, event);
}

/* N rises within `over_s`, from the first moment of the first to the last moment of the last. */
static int add_sts(struct timeline *t, const struct timeline_event *event)
{
	double cycle_s = event->over_s / (event->a - 1 + STS_RISE_FRAC);
	int rc = 0;

	for (int i = 0; rc == 0 && i < (int)event->a; i++) {
		struct timeline_event e = *event;

		e.kind = TIMELINE_STAND;
		e.a = 0;
		e.over_s = STS_RISE_FRAC * cycle_s;
		e.at_s = event->at_s + i * cycle_s;
		rc = timeline_add(t, &e);
		if (rc < 0 || i + 1 == (int)event->a)
			break;
		e.kind = TIMELINE_SIT;
		e.at_s += (STS_RISE_FRAC + STS_PAUSE_FRAC) * cycle_s;
		rc = timeline_add(t, &e);
	}
	return rc;
}

static int add_move(struct timeline *t, const struct timeline_event *event)
{
	struct timeline_event up = *event, across = *event, down = *event;
	int rc;

	up.kind = TIMELINE_LIFT;
	down.kind = TIMELINE_LOWER;
	up.over_s = down.over_s = MOVE_LIFT_S;
	across.at_s += MOVE_PLACE_S;
	down.at_s += MOVE_LOWER_S;
	rc = timeline_add(t, &up);
	if (rc == 0)
		rc = timeline_add(t, &across);
	return rc < 0 ? rc : timeline_add(t, &down);
}

static int add(struct timeline *t, const struct timeline_event *event)
{
	switch (event->kind) {
	case TIMELINE_STS:
		return add_sts(t, event);
	case TIMELINE_PLACE:
		return add_move(t, event);
	default:
		return timeline_add(t, event);
	}
}

/* Cut a line into words; what follows a # is left out. */
static int split(char *line, char *words[MAX_WORDS])
{
	char *rest = line, *word;
	int n = 0;

	line[strcspn(line, "#")] = '\0';
	while (n < MAX_WORDS && (word = strtok_r(rest, " \t\r\n", &rest)))
		words[n++] = word;
	return n;
}

static int parse_line(struct timeline *t, char *line, int n_line, const char *file,
	char *message, size_t size)
{
	struct timeline_event event = { .line = n_line };
	char *words[MAX_WORDS];
	int n = split(line, words);
	const char *wrong = n > 0 ? understand(words, n, &event) : NULL;

	if (n == 0 || (!wrong && add(t, &event) == 0))
		return 0;
	snprintf(message, size, "%s:%d: %s", file, n_line,
		wrong ? wrong : "too many events; a script may have 512");
	return wrong ? -EINVAL : -ENOSPC;
}

int timeline_parse(struct timeline *t, const char *text, size_t n, const char *file,
	char *message, size_t size)
{
	const char *end = text + n;
	int n_line = 0, rc = 0;

	while (rc == 0 && text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((stop ? stop : end) - text);
		char line[MAX_LINE];

		n_line++;
		if (length >= MAX_LINE) {
			snprintf(message, size, "%s:%d: the line is too long", file,
				n_line);
			return -EINVAL;
		}
		memcpy(line, text, length);
		line[length] = '\0';
		rc = parse_line(t, line, n_line, file, message, size);
		text = stop ? stop + 1 : end;
	}
	return rc;
}

static int by_time(const void *a, const void *b)
{
	const struct timeline_event *p = a, *q = b;

	if (p->at_s != q->at_s)
		return p->at_s < q->at_s ? -1 : 1;
	return p->line - q->line;
}

/* Two kinds of event that must take turns; `side` -1: of both feet alike. */
struct turns {
	enum timeline_kind on, off;
	int side;
	double apart_s;
};

static bool is_one_of(const struct timeline_event *e, const struct turns *turns)
{
	return (e->kind == turns->on || e->kind == turns->off) &&
	       (turns->side < 0 || (int)e->a == turns->side);
}

static int check_turns(
	const struct timeline *t, const struct turns *turns, char *message, size_t size)
{
	const struct timeline_event *last = NULL;

	for (int i = 0; i < t->n; i++) {
		const struct timeline_event *e = &t->events[i];
		double apart_s;

		if (!is_one_of(e, turns))
			continue;
		if (last && e->kind == last->kind) {
			snprintf(message, size,
				"at %g s: %s comes twice without its opposite between "
				"(first at %g s)",
				e->at_s, verbs[e->kind].name, last->at_s);
			return -EINVAL;
		}
		apart_s = last ? fmax(turns->apart_s, last->over_s) : 0;
		if (last && e->at_s - last->at_s < apart_s - 1e-9) {
			snprintf(message, size,
				"at %g s: %s must come at least %g s after what was "
				"before",
				e->at_s, verbs[e->kind].name, apart_s);
			return -EINVAL;
		}
		last = e;
	}
	return 0;
}

int timeline_finish(struct timeline *t, char *message, size_t size)
{
	static const struct turns all[] = {
		{ TIMELINE_STEP_ON, TIMELINE_STEP_OFF, -1, TIMELINE_STEP_S },
		{ TIMELINE_REPLUG, TIMELINE_UNPLUG, -1, 0.01 },
		{ TIMELINE_STAND, TIMELINE_SIT, -1, 0 },
		{ TIMELINE_LIFT, TIMELINE_LOWER, TIMELINE_LEFT, 0 },
		{ TIMELINE_LIFT, TIMELINE_LOWER, TIMELINE_RIGHT, 0 },
	};
	int rc = 0;

	qsort(t->events, (size_t)t->n, sizeof(t->events[0]), by_time);
	for (size_t i = 0; rc == 0 && i < sizeof(all) / sizeof(all[0]); i++)
		rc = check_turns(t, &all[i], message, size);
	if (rc == 0)
		rc = timeline_load_check(t, message, size);
	for (int i = 0; rc == 0 && i < t->n && !t->n_forgotten; i++) {
		if (t->events[i].kind == TIMELINE_UNPLUG)
			break;
		if (t->events[i].kind == TIMELINE_REPLUG) {
			snprintf(message, size,
				"at %g s: replug without an unplug before",
				t->events[i].at_s);
			rc = -EINVAL;
		}
	}
	return rc;
}

/* The words of a line that says when itself, or does not; sets event->at_s. */
static const char *understand_live(
	char *words[], int n, double now_s, struct timeline_event *event)
{
	bool at = n > 1 && !strcmp(words[0], "at"),
	     after = n > 1 && !strcmp(words[0], "after");

	event->at_s = now_s;
	if (!at && !after)
		return understand_verb(words, n, event);
	if (!number(words[1], 0, 1e6, &event->at_s))
		return "expected a number of seconds";
	if (after)
		event->at_s += now_s;
	if (event->at_s < now_s)
		return "that is over; use `after SECONDS` to count from now";
	return understand_verb(words + 2, n - 2, event);
}

int timeline_insert(
	struct timeline *t, const char *line, double now_s, char *message, size_t size)
{
	struct timeline_event event = { .line = 1 };
	struct timeline old = *t;
	char text[MAX_LINE], *words[MAX_WORDS];
	const char *wrong;
	int n, rc;

	if (strlen(line) >= sizeof(text)) {
		snprintf(message, size, "the line is too long");
		return -EINVAL;
	}
	strcpy(text, line);
	n = split(text, words);
	if (n == 0)
		return 0;
	for (int i = 0; i < t->n; i++) /* behind all that are there */
		event.line = t->events[i].line >= event.line ? t->events[i].line + 1
							     : event.line;
	wrong = understand_live(words, n, now_s, &event);
	if (wrong)
		snprintf(message, size, "%s", wrong);
	rc = wrong ? -EINVAL : add(t, &event);
	if (rc == -ENOSPC)
		snprintf(message, size, "too many events lie ahead; at most 512 may");
	if (rc == 0)
		rc = timeline_finish(t, message, size);
	n = t->n - old.n;
	if (rc < 0)
		*t = old;
	return rc < 0 ? rc : n;
}

void timeline_forget(struct timeline *t, int n)
{
	t->n -= n;
	t->n_forgotten += n;
	memmove(t->events, t->events + n, (size_t)t->n * sizeof(t->events[0]));
}

/* Is the first event of these two kinds `first`? */
static bool begins_with(const struct timeline *t, enum timeline_kind first,
	enum timeline_kind other, int side)
{
	const struct turns turns = { first, other, side, 0 };

	for (int i = 0; i < t->n; i++) {
		if (is_one_of(&t->events[i], &turns))
			return t->events[i].kind == first;
	}
	return false;
}

bool timeline_starts_on(const struct timeline *t)
{
	return !begins_with(t, TIMELINE_STEP_ON, TIMELINE_STEP_OFF, -1);
}

bool timeline_starts_seated(const struct timeline *t)
{
	return begins_with(t, TIMELINE_STAND, TIMELINE_SIT, -1);
}

bool timeline_starts_lifted(const struct timeline *t, enum timeline_side side)
{
	return begins_with(t, TIMELINE_LOWER, TIMELINE_LIFT, (int)side);
}
