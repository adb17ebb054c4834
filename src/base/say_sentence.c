#include "src/base/say_sentence.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

#define NUMBER_SIZE 64
#define MAX_HOLES   8
#define HOLE_SIZE   320
#define MAX_DEPTH   3  /* a sentence within a sentence */
#define LEAST_WORDS 10 /* letters besides the holes, or anything would fit */

/* Pieces of sentences that others are made with (src/core/trial/quality.h); and the sides. */
static const char *const pieces[] = { N_("A foot carried less than 5 %"),
	N_("The total load drifted"), N_("left"), N_("right"),
	/* and what strerror(3) says of disks */
	N_("No space left on device"), N_("Input/output error"),
	N_("Permission denied"), N_("Read-only file system"),
	N_("Cannot allocate memory") };

struct holes {
	int n;
	char value[MAX_HOLES][HOLE_SIZE];
};

/* Length of the conversion at `format` (which is at a %), its letter in `*kind`, its argument's number from 1, else 0. */
static size_t conversion(const char *format, char *kind, int *number)
{
	size_t n = 1 + strspn(format + 1, "0123456789");

	*number = 0;
	if (n > 1 && format[n] == '$')
		*number = atoi(format + 1);
	n = 1 + strcspn(format + 1, "%csdiufgeEGxX");
	*kind = format[n];
	return *kind ? n + 1 : n;
}

/* How long the template is up to its next hole, and that part as it is said ("%%" is one letter). */
static size_t literal(const char *template, char *out, size_t size)
{
	size_t n = 0, i = 0;

	while (template[i] && n + 1 < size) {
		if (template[i] != '%') {
			out[n++] = template[i++];
		} else if (template[i + 1] == '%') {
			out[n++] = '%';
			i += 2;
		} else {
			break;
		}
	}
	out[n] = '\0';
	return i;
}

static bool match(const char *template, const char *text, struct holes *holes)
{
	char part[HOLE_SIZE], kind;
	size_t n = literal(template, part, sizeof(part));
	int number;

	holes->n = 0;
	if (strncmp(text, part, strlen(part)) != 0)
		return false;
	text += strlen(part);
	template += n;
	while (*template) {
		const char *end;

		template += conversion(template, &kind, &number);
		template += literal(template, part, sizeof(part));
		end = *part       ? strstr(text, part)
		      : *template ? text
				  : text + strlen(text);
		if (!end || end - text >= HOLE_SIZE || holes->n == MAX_HOLES)
			return false;
		snprintf(holes->value[holes->n++], HOLE_SIZE, "%.*s", (int)(end - text),
			text);
		text = end + strlen(part);
	}
	return *text == '\0';
}

static size_t weight_of(const char *template)
{
	size_t n = 0;
	char kind;
	int number;

	while (*template) {
		if (*template == '%') {
			template += conversion(template, &kind, &number);
		} else {
			n++;
			template ++;
		}
	}
	return n;
}

static bool is_piece(const char *text)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		if (strcmp(text, pieces[i]) == 0)
			return true;
	return false;
}

static void translate(char *out, size_t size, const char *text, int depth);

/* A number with the language's decimal mark, a word or a sentence in it. A whole number stays as it is written: it may
 * be a code, with noughts before it. */
static void put_hole(char *out, size_t size, const char *value, int depth)
{
	char *end, number[NUMBER_SIZE];
	double v = strtod(value, &end);
	const char *point = strchr(value, '.');

	if (*value && value[strspn(value, "0123456789")] == '\0') {
		snprintf(out, size, "%s", value);
		return;
	}
	if (!*value || end == value || *end) {
		translate(out, size, value, depth + 1);
		return;
	}
	i18n_number(number, sizeof(number), v, point ? (int)strlen(point + 1) : 0);
	snprintf(out, size, "%s%s", v > 0 && *value == '+' ? "+" : "", number);
}

static void fill(const char *template, const struct holes *holes, char *out,
	size_t size, int depth)
{
	char part[2 * HOLE_SIZE], kind;
	size_t n = 0;
	int next = 0, number;

	*out = '\0';
	while (*template && n + 1 < size) {
		template += literal(template, part, sizeof(part));
		n += (size_t)snprintf(out + n, size - n, "%s", part);
		if (!*template || n + 1 >= size)
			break;
		template += conversion(template, &kind, &number);
		number = number > 0 ? number - 1 : next++;
		if (number < holes->n)
			put_hole(out + n, size - n, holes->value[number], depth);
		n += strlen(out + n);
	}
}

/* Names of things in a sentence ("patient %s") are too short to be looked for among the sentences. */
static bool put_thing(char *out, size_t size, const char *text, int depth)
{
	static const char thing[] = "thing\4";
	const char *id, *best = NULL;
	struct holes holes;

	for (size_t i = 0; (id = i18n_msgid(i)); i++) {
		if (strncmp(id, thing, strlen(thing)) != 0)
			continue;
		id += strlen(thing);
		if (match(id, text, &holes) &&
			(!best || weight_of(id) > weight_of(best)))
			best = id;
	}
	if (!best || !match(best, text, &holes))
		return false;
	fill(i18n_context("thing", best), &holes, out, size, depth);
	return true;
}

static void translate(char *out, size_t size, const char *text, int depth)
{
	const char *id, *best = NULL;
	struct holes holes;
	size_t most = LEAST_WORDS - 1;

	if (strcmp(_(text), text) != 0 || is_piece(text) || depth > MAX_DEPTH) {
		snprintf(out, size, "%s", _(text));
		return;
	}
	if (depth > 0 && put_thing(out, size, text, depth))
		return;
	for (size_t i = 0; (id = i18n_msgid(i)); i++) {
		if (!strchr(id, '%') || strchr(id, '\4') || weight_of(id) <= most ||
			!match(id, text, &holes))
			continue;
		most = weight_of(id);
		best = id;
	}
	if (!best || !match(best, text, &holes)) {
		snprintf(out, size, "%s", text);
		return;
	}
	fill(_(best), &holes, out, size, depth);
}

const char *say_sentence(char *out, size_t size, const char *text)
{
	translate(out, size, text, 0);
	return out;
}
