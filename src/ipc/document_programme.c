/* stance.training-programme/1 to bytes and back: document_training.h. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/ipc/document_training.h"

#define GRAVITY_M_S2 9.80665

/* --- to bytes ---------------------------------------------------------------------------- */

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, 3);
}

static void put_block(struct jsonw *w, const struct programme_block *b)
{
	jsonw_begin_object(w);
	jsonw_key(w, "exercise");
	jsonw_string(w, exercise_info(b->exercise)->key);
	put_real(w, "duration_s", b->duration_s);
	put_real(w, "rest_s", b->rest_s);
	jsonw_key(w, "feedback");
	jsonw_string(w,
		b->feedback == PROGRAMME_BY_LEVEL
			? NULL
			: exercise_feedback_word((enum exercise_feedback)b->feedback));
	jsonw_key(w, "estimate");
	jsonw_bool(w, b->estimate);
	jsonw_end_object(w);
}

static void put_now(struct jsonw *w, const struct programme *p)
{
	jsonw_key(w, "feedback_now");
	jsonw_begin_array(w);
	for (int i = 0; i < p->n_blocks; i++)
		jsonw_string(w, exercise_feedback_word(programme_feedback(p, i)));
	jsonw_end_array(w);
}

void document_put_programme(struct jsonw *w, const struct programme *p)
{
	jsonw_begin_object(w);
	jsonw_key(w, "schema");
	jsonw_string(w, "stance.training-programme/1");
	jsonw_key(w, "name");
	jsonw_string(w, p->name);
	jsonw_key(w, "blocks");
	jsonw_begin_array(w);
	for (int i = 0; i < p->n_blocks; i++)
		put_block(w, &p->blocks[i]);
	jsonw_end_array(w);
	put_real(w, "target_mm", p->target_mm);
	put_real(w, "reach_frac", p->reach_frac);
	put_real(w, "period_s", p->period_s);
	jsonw_key(w, "level");
	jsonw_int(w, p->level);
	put_real(w, "band_mm", programme_band_mm(p->band));
	jsonw_key(w, "keeps_level");
	jsonw_bool(w, p->keeps_level);
	put_real(w, "cap_left_kg", p->cap_left_n / GRAVITY_M_S2);
	put_real(w, "cap_right_kg", p->cap_right_n / GRAVITY_M_S2);
	jsonw_key(w, "max_per_day");
	jsonw_int(w, p->max_per_day);
	jsonw_key(w, "max_per_week");
	jsonw_int(w, p->max_per_week);
	put_now(w, p);
	jsonw_end_object(w);
}

/* --- and back ---------------------------------------------------------------------------- */

struct reading {
	char *why;
	size_t size;
	bool is_wrong;
};

static void refuse(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void refuse(struct reading *r, const char *format, ...)
{
	va_list args;

	if (r->is_wrong)
		return;
	r->is_wrong = true;
	va_start(args, format);
	vsnprintf(r->why, r->size, format, args);
	va_end(args);
}

/* Absent leaves `*out`; null makes it `null_value`, which is NaN where null is refused. */
static void get_number(struct reading *r, const json_t *object, const char *key,
	bool may_be_null, double *out)
{
	const json_t *value = json_object_get(object, key);

	if (!value)
		return;
	if (json_is_number(value))
		*out = json_number_value(value);
	else if (json_is_null(value) && may_be_null)
		*out = NAN;
	else if (!json_is_null(value))
		refuse(r, "\"%s\" must be a number.", key);
}

static void get_int(struct reading *r, const json_t *object, const char *key, int *out)
{
	double value = *out;

	get_number(r, object, key, false, &value);
	if (value != floor(value) || fabs(value) > 1000)
		refuse(r, "\"%s\" must be a whole number.", key);
	else
		*out = (int)value;
}

static void get_bool(
	struct reading *r, const json_t *object, const char *key, bool *out)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_boolean(value))
		*out = json_is_true(value);
	else if (value && !json_is_null(value))
		refuse(r, "\"%s\" must be true or false.", key);
}

static void get_exercise(
	struct reading *r, const json_t *object, struct programme_block *b)
{
	const char *key = json_string_value(json_object_get(object, "exercise"));

	b->exercise = key ? exercise_find(key) : EXERCISE_N;
	if (b->exercise == EXERCISE_N) {
		refuse(r,
			"There is no exercise \"%.40s\"; docs/training.md lists those "
			"there are.",
			key ? key : "(not a string)");
		return;
	}
	b->duration_s = exercise_info(b->exercise)->duration_s;
	b->rest_s = 25;
	b->feedback =
		b->exercise == EXERCISE_PROBE ? FEEDBACK_NONE : PROGRAMME_BY_LEVEL;
}

static void get_feedback(
	struct reading *r, const json_t *object, struct programme_block *b)
{
	const json_t *value = json_object_get(object, "feedback");
	const char *word = json_string_value(value);

	if (!value)
		return;
	if (json_is_null(value))
		b->feedback = PROGRAMME_BY_LEVEL;
	else
		b->feedback = word ? (int)exercise_feedback_find(word) : FEEDBACK_N;
	if (b->feedback == FEEDBACK_N)
		refuse(r, "\"feedback\" must be full, bandwidth, end, none or null.");
}

static void get_block(
	struct reading *r, const json_t *object, struct programme_block *b)
{
	*b = (struct programme_block){ .exercise = EXERCISE_N };
	if (!json_is_object(object)) {
		refuse(r, "\"blocks\" must be a list of objects.");
		return;
	}
	get_exercise(r, object, b);
	get_number(r, object, "duration_s", false, &b->duration_s);
	get_number(r, object, "rest_s", false, &b->rest_s);
	get_feedback(r, object, b);
	get_bool(r, object, "estimate", &b->estimate);
}

static void get_blocks(struct reading *r, const json_t *json, struct programme *p)
{
	const json_t *blocks = json_object_get(json, "blocks");

	if (!blocks || json_is_null(blocks))
		return;
	if (!json_is_array(blocks) || json_array_size(blocks) < 1 ||
		json_array_size(blocks) > PROGRAMME_MAX_BLOCKS) {
		refuse(r, "\"blocks\" must be a list of 1 to %d.",
			PROGRAMME_MAX_BLOCKS);
		return;
	}
	p->n_blocks = (int)json_array_size(blocks);
	for (int i = 0; i < p->n_blocks; i++)
		get_block(r, json_array_get(blocks, (size_t)i), &p->blocks[i]);
}

static void get_band(struct reading *r, const json_t *json, struct programme *p)
{
	double band_mm = programme_band_mm(p->band);

	get_number(r, json, "band_mm", false, &band_mm);
	for (p->band = 0; p->band < PROGRAMME_N_BANDS; p->band++) {
		if (fabs(programme_band_mm(p->band) - band_mm) < 0.01)
			return;
	}
	p->band = 0;
	refuse(r, "\"band_mm\" must be 15, 10, 7 or 5.");
}

static void get_cap(
	struct reading *r, const json_t *json, const char *key, double *cap_n)
{
	double cap_kg = *cap_n / GRAVITY_M_S2;

	get_number(r, json, key, true, &cap_kg);
	*cap_n = cap_kg * GRAVITY_M_S2;
}

static void get_name(struct reading *r, const json_t *json, struct programme *p)
{
	const json_t *value = json_object_get(json, "name");
	const char *name = json_string_value(value);
	const struct programme *found = name ? programme_find(name) : programme_at(0);

	if ((value && !name && !json_is_null(value)) || !found)
		refuse(r,
			"There is no programme \"%.40s\"; training.programmes lists "
			"those there are.",
			name ? name : "(not a string)");
	*p = found ? *found : *programme_at(0);
}

int document_get_programme(
	const struct json_t *json, struct programme *out, char *why, size_t size)
{
	struct reading r = { .why = why, .size = size };
	struct programme p;
	const char *wrong;

	if (!json_is_object(json)) {
		refuse(&r, "A programme must be an object.");
		return -EBADMSG;
	}
	get_name(&r, json, &p);
	get_blocks(&r, json, &p);
	get_number(&r, json, "target_mm", false, &p.target_mm);
	get_number(&r, json, "reach_frac", false, &p.reach_frac);
	get_number(&r, json, "period_s", false, &p.period_s);
	get_int(&r, json, "level", &p.level);
	get_band(&r, json, &p);
	get_bool(&r, json, "keeps_level", &p.keeps_level);
	get_cap(&r, json, "cap_left_kg", &p.cap_left_n);
	get_cap(&r, json, "cap_right_kg", &p.cap_right_n);
	get_int(&r, json, "max_per_day", &p.max_per_day);
	get_int(&r, json, "max_per_week", &p.max_per_week);
	wrong = r.is_wrong ? NULL : programme_check(&p);
	if (wrong)
		refuse(&r, "%s", wrong);
	if (r.is_wrong)
		return -EBADMSG;
	*out = p;
	return 0;
}
