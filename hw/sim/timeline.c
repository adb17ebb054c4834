#include "hw/sim/timeline.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE  256
#define MAX_WORDS 8

/* The words of the language. */
static const struct verb {
	const char *name;
	enum timeline_kind kind;
	int n_numbers;
	bool may_take_time;
	double low, high; /* of its numbers */
} verbs[] = {
	{ "step-on", TIMELINE_STEP_ON, 0, false, 0, 0 },
	{ "step-off", TIMELINE_STEP_OFF, 0, false, 0, 0 },
	{ "left-frac", TIMELINE_LEFT_FRAC, 1, true, 0, 1 },
	{ "fore-frac", TIMELINE_FORE_FRAC, 1, true, 0, 1 },
	{ "lean", TIMELINE_LEAN, 2, true, -200, 200 },
	{ "sway", TIMELINE_SWAY, 1, true, 0, 20 },
	{ "unplug", TIMELINE_UNPLUG, 0, false, 0, 0 },
	{ "replug", TIMELINE_REPLUG, 0, false, 0, 0 },
	{ "button", TIMELINE_BUTTON, 0, false, 0, 0 },
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

/* Understand the words of one line; returns NULL, or what is wrong. */
static const char *understand(char *words[], int n, struct timeline_event *event)
{
	const struct verb *verb;
	double values[2] = { 0, 0 };
	int used = 3;

	if (n < 3 || strcmp(words[0], "at") || !number(words[1], 0, 1e6, &event->at_s))
		return "expected `at SECONDS VERB ...`, for instance `at 2.0 step-on`";
	verb = find(words[2]);
	if (!verb)
		return "unknown verb; known are step-on, step-off, left-frac, "
		       "fore-frac, lean, sway, unplug, replug, button";
	for (int i = 0; i < verb->n_numbers; i++, used++) {
		if (used >= n ||
			!number(words[used], verb->low, verb->high, &values[i]))
			return verb->n_numbers == 2 ? "lean takes two numbers, x and y "
						      "in millimetres from -200 "
						      "to 200"
						    : "this verb takes one number: "
						      "left-frac and fore-frac from 0 "
						      "to 1, sway from 0 to 20";
	}
	if (verb->may_take_time && used < n) {
		if (n != used + 2 || strcmp(words[used], "over") ||
			!number(words[used + 1], 0, 1e4, &event->over_s))
			return "after the numbers only `over SECONDS` may follow";
		used += 2;
	}
	if (used != n)
		return "there are words left over at the end";
	event->kind = verb->kind;
	event->a = values[0];
	event->b = values[1];
	return NULL;
}

static int parse_line(struct timeline *t, char *line, int n_line, const char *file,
	char *message, size_t size)
{
	struct timeline_event event = { .line = n_line };
	char *words[MAX_WORDS], *rest = line, *word;
	const char *wrong;
	int n = 0;

	line[strcspn(line, "#")] = '\0';
	while (n < MAX_WORDS && (word = strtok_r(rest, " \t\r", &rest)))
		words[n++] = word;
	if (n == 0)
		return 0;
	wrong = understand(words, n, &event);
	if (!wrong && timeline_add(t, &event) == 0)
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

/* Two kinds of event that must take turns, `first` before `second`. */
static int check_turns(const struct timeline *t, enum timeline_kind on,
	enum timeline_kind off, double apart_s, char *message, size_t size)
{
	const struct timeline_event *last = NULL;

	for (int i = 0; i < t->n; i++) {
		const struct timeline_event *e = &t->events[i];

		if (e->kind != on && e->kind != off)
			continue;
		if (last && e->kind == last->kind) {
			snprintf(message, size,
				"at %g s: %s comes twice without its opposite between "
				"(first at %g s)",
				e->at_s, verbs[e->kind].name, last->at_s);
			return -EINVAL;
		}
		if (last && e->at_s - last->at_s < apart_s) {
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
	int rc;

	qsort(t->events, (size_t)t->n, sizeof(t->events[0]), by_time);
	rc = check_turns(
		t, TIMELINE_STEP_ON, TIMELINE_STEP_OFF, TIMELINE_STEP_S, message, size);
	if (rc == 0)
		rc = check_turns(
			t, TIMELINE_REPLUG, TIMELINE_UNPLUG, 0.01, message, size);
	for (int i = 0; rc == 0 && i < t->n; i++) {
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

bool timeline_starts_on(const struct timeline *t)
{
	for (int i = 0; i < t->n; i++) {
		if (t->events[i].kind == TIMELINE_STEP_ON)
			return false;
		if (t->events[i].kind == TIMELINE_STEP_OFF)
			return true;
	}
	return true;
}
