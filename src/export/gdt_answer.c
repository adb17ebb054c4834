#include "src/export/gdt_answer.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/text.h"
#include "src/core/trial/protocol.h"
#include "src/export/doc.h"
#include "src/export/moment.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

/* Most characters of a content, as practices' systems show them. */
#define TEST_MOST 6
#define ID_MOST   8
#define KEY_MOST  20
#define NAME_MOST 60
#define LINE_MOST 60
#define CODE_MOST 0

#define INTENDED "These numbers describe how the person stood. They are no diagnosis."

struct answer {
	struct gdt_writer w;
	const struct gdt_options *options;
	const char *started;
};

static int begin(struct answer *a, const struct gdt_options *options,
	const char *patient, const char *started)
{
	enum gdt_charset set = options->charset ? options->charset : GDT_CHARSET_LATIN1;
	struct moment m;
	char word[32];
	int err;

	*a = (struct answer){ .options = options };
	if (!*patient)
		return -ENODATA;
	if (!gdt_can_encode(set, patient))
		return -EILSEQ;
	err = gdt_begin(&a->w, GDT_ANSWER, set);
	if (err < 0)
		return err;
	gdt_put(&a->w, 8315, ID_MOST, options->receiver ? options->receiver : "");
	gdt_put(&a->w, 8316, ID_MOST, options->sender ? options->sender : "");
	snprintf(word, sizeof(word), "%d", set);
	gdt_put(&a->w, 9206, 1, word);
	gdt_put(&a->w, 9218, 5, "02.10");
	gdt_put(&a->w, 3000, CODE_MOST, patient);
	gdt_put(&a->w, 8402, TEST_MOST, options->test ? options->test : "");
	if (moment_parse(started, &m) == 0) {
		struct moment_parts p = moment_split(m);

		snprintf(word, sizeof(word), "%02d%02d%04d", p.day, p.month, p.year);
		gdt_put(&a->w, 6200, 8, word);
		snprintf(
			word, sizeof(word), "%02d%02d%02d", p.hour, p.minute, p.second);
		gdt_put(&a->w, 6201, 6, word);
	}
	return 0;
}

static int finish(struct answer *a, const char *name, struct parcel *parcel)
{
	char *bytes = NULL;
	size_t n = 0;
	int err;

	gdt_put_lines(&a->w, 6228, LINE_MOST, INTENDED);
	err = gdt_finish(&a->w, &bytes, &n);
	return err < 0 ? err : parcel_add(parcel, name, bytes, n);
}

/* --- values -------------------------------------------------------------------------------- */

/* Where and how a value was measured, for its name. */
struct place {
	const char *protocol; /* key */
	const char *phase;    /* "" the whole */
	int n;                /* trials in a mean; 0: one trial */
};

/* What an answer may hold, and what a practice's system files it under: field 8410 has 20 characters, of which
 * protocol and part take up to 15. Never change one: curves of years hang on it. */
static const struct {
	enum metric metric;
	const char *word;
	bool always; /* else only where the protocol is about it */
} words[] = {
	{ METRIC_MASS_KG, "M", true },
	{ METRIC_LEFT_FRAC, "L", true },
	{ METRIC_COM_ML_MM, "X", true },
	{ METRIC_MEAN_VELOCITY_MM_S, "V", true },
	{ METRIC_ELLIPSE95_MM2, "A", true },
	{ METRIC_ASYMMETRY_PCT, "AS", false },
	{ METRIC_HOLD_TIME_S, "H", false },
	{ METRIC_ROMBERG_VELOCITY, "RV", false },
	{ METRIC_ROMBERG_AREA, "RA", false },
	{ METRIC_FOAM_VELOCITY_RATIO, "FV", false },
	{ METRIC_VESTIBULAR_VELOCITY_RATIO, "VV", false },
	{ METRIC_REPETITIONS, "N", false },
	{ METRIC_REPETITIONS_TIME_S, "T", false },
	{ METRIC_RISE_ASYMMETRY_PCT, "RS", false },
	{ METRIC_LOWER_ASYMMETRY_PCT, "LS", false },
	{ METRIC_SQUAT_ASYMMETRY_PCT, "SQ", false },
	{ METRIC_REACTION_TIME_S, "RT", false },
	{ METRIC_MOVEMENT_VELOCITY_DEG_S, "MV", false },
	{ METRIC_ENDPOINT_EXCURSION_DEG, "EE", false },
	{ METRIC_MAX_EXCURSION_DEG, "XE", false },
	{ METRIC_MAX_EXCURSION_MM, "XM", false },
	{ METRIC_DIRECTIONAL_CONTROL_PCT, "DC", false },
	{ METRIC_OUTSIDE_45_55_PCT, "O45", false },
	{ METRIC_OUTSIDE_40_60_PCT, "O40", false },
	{ METRIC_SHIFTS, "SH", false },
	{ METRIC_FIDGETS, "FI", false },
	{ METRIC_FORE_FRAC, "F", false },
	{ METRIC_RMS_ML_MM, "SX", false },
	{ METRIC_RMS_AP_MM, "SY", false },
};
#define N_WORDS (sizeof(words) / sizeof(*words))

/* Return the word of a metric, NULL if an answer never holds it. */
static const char *word_of(enum metric m)
{
	for (size_t i = 0; i < N_WORDS; i++)
		if (words[i].metric == m)
			return words[i].word;
	return NULL;
}

static void put_id(struct answer *a, const struct place *place, enum metric m)
{
	char id[128];

	snprintf(id, sizeof(id), "%s%s%s.%s", place->protocol, *place->phase ? "-" : "",
		place->phase, word_of(m));
	gdt_put(&a->w, 8410, KEY_MOST, id);
}

/* With a point in every language. */
static void put_digits(char *text, size_t size, double value, int decimals)
{
	if (decimals <= 0)
		text_format(text, size, "%.0f", value);
	else if (decimals == 1)
		text_format(text, size, "%.1f", value);
	else if (decimals == 2)
		text_format(text, size, "%.2f", value);
	else
		text_format(text, size, "%.3f", value);
}

static void put_value(
	struct answer *a, const struct place *place, enum metric m, double value)
{
	const struct metric_info *info = metric_info(m);
	char text[160];

	if (!isfinite(value))
		return;
	put_id(a, place, m);
	snprintf(text, sizeof(text), "%s, %s%s%s", info->label, place->protocol,
		*place->phase ? " " : "", place->phase);
	gdt_put(&a->w, 8411, NAME_MOST, text);
	put_digits(text, sizeof(text), value, info->decimals);
	gdt_put(&a->w, 8420, 0, text);
	gdt_put(&a->w, 8421, NAME_MOST, *info->unit ? info->unit : "1");
	if (place->n > 0) {
		snprintf(text, sizeof(text), "mean of %d trial%s", place->n,
			place->n == 1 ? "" : "s");
		gdt_put(&a->w, 8470, LINE_MOST, text);
	}
}

static double mean_of(const json_t *metrics, enum metric m)
{
	return doc_number(json_object_get(metrics, metric_info(m)->key), "mean");
}

/* What says most of a protocol, by its own table; and how the weight lay. */
static bool is_wanted(const char *protocol, enum metric m)
{
	const struct protocol *p = protocol_find(protocol);
	const char *key = metric_info(m)->key;
	size_t n = strlen(key);

	if (!word_of(m))
		return false;
	for (size_t i = 0; i < N_WORDS; i++)
		if (words[i].metric == m && words[i].always)
			return true;
	for (const char *at = p ? p->main_metrics : NULL; at && *at;) {
		size_t length = strcspn(at, " ");

		if (length == n && strncmp(at, key, n) == 0)
			return true;
		at += length + strspn(at + length, " ");
	}
	return false;
}

/* --- a trial ------------------------------------------------------------------------------- */

static void put_quality(struct answer *a, const json_t *trial)
{
	const json_t *quality = json_object_get(trial, "quality");
	const json_t *reasons = json_object_get(quality, "reasons");
	char line[256];

	snprintf(line, sizeof(line), "%s: quality %s", doc_protocol_title(trial),
		doc_text(quality, "verdict"));
	gdt_put_lines(&a->w, 6228, LINE_MOST, line);
	for (size_t i = 0; i < json_array_size(reasons); i++)
		gdt_put_lines(&a->w, 6228, LINE_MOST,
			json_string_value(json_array_get(reasons, i)));
	if (json_is_true(json_object_get(trial, "voided"))) {
		snprintf(line, sizeof(line), "not to be used: %s",
			doc_text(trial, "void_reason"));
		gdt_put_lines(&a->w, 6228, LINE_MOST, line);
	}
}

static void put_phase(struct answer *a, const json_t *trial, const json_t *phase)
{
	struct place place = { doc_text(trial, "protocol"), doc_text(phase, "key"), 0 };

	for (int m = 0; m < METRIC_N; m++) {
		bool is_outcome =
			metric_info((enum metric)m)->group == METRIC_GROUP_OUTCOME;

		if (is_wanted(place.protocol, (enum metric)m))
			put_value(a, &place, (enum metric)m,
				is_outcome ? doc_phase_outcome(trial, phase, m)
					   : doc_metric(phase, (enum metric)m));
	}
}

static void put_whole(struct answer *a, const json_t *trial, bool has_phases)
{
	struct place place = { doc_text(trial, "protocol"), "", 0 };

	for (int m = 0; m < METRIC_N; m++) {
		bool is_outcome =
			metric_info((enum metric)m)->group == METRIC_GROUP_OUTCOME;

		if (is_wanted(place.protocol, (enum metric)m) &&
			(is_outcome || !has_phases))
			put_value(a, &place, (enum metric)m,
				doc_metric(trial, (enum metric)m));
	}
}

/* What is not to be used is told in words, without numbers. */
static bool has_values(const json_t *trial)
{
	const char *verdict = doc_text(json_object_get(trial, "quality"), "verdict");

	return !json_is_true(json_object_get(trial, "voided")) &&
	       (strcmp(verdict, "good") == 0 || strcmp(verdict, "check") == 0);
}

int export_gdt_trial(const struct export_trial *trial,
	const struct gdt_options *options, struct parcel *parcel)
{
	const json_t *d = trial->document;
	const json_t *phases = json_object_get(d, "phases");
	char name[PARCEL_NAME_SIZE];
	struct answer a;
	int err = begin(&a, options, doc_text(d, "patient"), doc_text(d, "started"));

	if (err < 0)
		return err;
	if (has_values(d)) {
		put_whole(&a, d, json_array_size(phases) > 0);
		for (size_t k = 0; k < json_array_size(phases); k++)
			put_phase(&a, d, json_array_get(phases, k));
	}
	put_quality(&a, d);
	snprintf(name, sizeof(name), "trial-%lld.gdt", trial->id);
	return finish(&a, name, parcel);
}

/* --- a visit ------------------------------------------------------------------------------- */

static void put_group(struct answer *a, const json_t *group)
{
	const json_t *metrics = json_object_get(group, "metrics");
	struct place place = { doc_text(group, "protocol"), doc_text(group, "phase"),
		(int)json_array_size(json_object_get(group, "trials")) };

	for (int m = 0; m < METRIC_N; m++)
		if (is_wanted(place.protocol, (enum metric)m))
			put_value(a, &place, (enum metric)m,
				mean_of(metrics, (enum metric)m));
}

int export_gdt_visit(long long id, const json_t *document,
	const struct gdt_options *options, struct parcel *parcel)
{
	const json_t *means = json_object_get(document, "means");
	const json_t *trials = json_object_get(document, "trials");
	char name[PARCEL_NAME_SIZE], line[160];
	struct answer a;
	int err = begin(&a, options, doc_text(document, "patient"),
		doc_text(document, "started"));

	if (err < 0)
		return err;
	for (size_t k = 0; k < json_array_size(means); k++)
		put_group(&a, json_array_get(means, k));
	snprintf(line, sizeof(line), "Posture measurement, visit %lld, %zu trials", id,
		json_array_size(trials));
	gdt_put_lines(&a.w, 6228, LINE_MOST, line);
	gdt_put_lines(&a.w, 6228, LINE_MOST, doc_text(document, "card"));
	snprintf(name, sizeof(name), "visit-%lld.gdt", id);
	return finish(&a, name, parcel);
}
