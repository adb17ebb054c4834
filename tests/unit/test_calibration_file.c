/* The calibration file: what is written comes back, canonically; what was changed, is damaged or belongs
 * elsewhere is refused with a reason. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/file/calibration.h"
#include "src/base/rng.h"
#include "tests/support/calibration_sample.h"

#define SEED 20261127

#define DAY_MS INT64_C(86400000)

static char message[512];

static char *write_text(struct calibration *c, size_t *n)
{
	char *text = NULL;

	assert_int_equal(calibration_write(c, &text, n), 0);
	assert_int_equal(strlen(text), *n);
	return text;
}

static struct calibration *parse(const char *text, size_t n)
{
	struct calibration *c = NULL;
	int err = calibration_parse(text, n, false, &c, message, sizeof(message));

	if (err != 0)
		fail_msg("%s", message);
	return c;
}

static bool same(double a, double b)
{
	return (isnan(a) && isnan(b)) || (a <= b && a >= b);
}

/* --- round trip -------------------------------------------------------------------------- */

static void assert_same_readings(const struct readings *a, const struct readings *b)
{
	size_t n_cells = (size_t)geometry_n_cells(&a->geometry);

	assert_int_equal(a->n_items, b->n_items);
	assert_int_equal(a->n_snapshots, b->n_snapshots);
	assert_int_equal(a->n_cells, b->n_cells);
	assert_memory_equal(a->cell, b->cell, (size_t)a->n_cells * sizeof(a->cell[0]));
	assert_memory_equal(
		a->count, b->count, (size_t)a->n_cells * sizeof(a->count[0]));
	assert_int_equal(a->n_zero_frames, b->n_zero_frames);
	assert_memory_equal(a->zero_cnt, b->zero_cnt, n_cells * sizeof(float));
	assert_memory_equal(a->zero_sd_cnt, b->zero_sd_cnt, n_cells * sizeof(float));
	assert_int_equal(a->n_late_frames, b->n_late_frames);
	assert_memory_equal(a->late_cnt, b->late_cnt, n_cells * sizeof(float));
	for (int i = 0; i < a->n_items; i++) {
		const struct reading *x = &a->items[i], *y = &b->items[i];

		assert_int_equal(x->kind, y->kind);
		assert_true(same(x->mass_kg, y->mass_kg));
		assert_true(same(x->x_mm, y->x_mm) && same(x->onset_s, y->onset_s) &&
			    same(x->off_s, y->off_s));
		assert_true(same(x->noise_velocity_mm_s, y->noise_velocity_mm_s));
		assert_int_equal(x->first, y->first);
		assert_int_equal(x->n, y->n);
		assert_int_equal(x->dropped, y->dropped);
	}
	for (int i = 0; i < a->n_snapshots; i++) {
		const struct snapshot *x = &a->snapshots[i], *y = &b->snapshots[i];

		assert_true(same(x->t_s, y->t_s) && same(x->span_s, y->span_s));
		assert_true(same(x->mass_kg, y->mass_kg));
		assert_int_equal(x->pass, y->pass);
		assert_int_equal(x->first, y->first);
		assert_int_equal(x->n, y->n);
	}
}

static void assert_same_model(const struct model *a, const struct model *b)
{
	size_t n_cells = (size_t)geometry_n_cells(&a->geometry);

	assert_memory_equal(a->zero_cnt, b->zero_cnt, n_cells * sizeof(float));
	assert_memory_equal(a->noise_cnt, b->noise_cnt, n_cells * sizeof(float));
	assert_memory_equal(a->gain, b->gain, n_cells * sizeof(float));
	assert_memory_equal(a->state, b->state, n_cells);
	assert_int_equal(a->curve.kind, b->curve.kind);
	assert_true(same(a->curve.scale_n, b->curve.scale_n));
	assert_true(same(a->curve.exponent, b->curve.exponent));
	assert_true(same(a->curve.w_max, b->curve.w_max));
	assert_int_equal(a->curve.n_knots, b->curve.n_knots);
	assert_int_equal(a->creep.n, b->creep.n);
	assert_int_equal(a->creep.of_response, b->creep.of_response);
	for (int i = 0; i < a->creep.n; i++) {
		assert_true(same(a->creep.tau_s[i], b->creep.tau_s[i]));
		assert_true(same(a->creep.amplitude[i], b->creep.amplitude[i]));
	}
	assert_int_equal(a->play.n, b->play.n);
	for (int i = 0; i < a->play.n; i++)
		assert_true(same(a->play.weight[i], b->play.weight[i]));
	assert_true(same(a->budget.share_frac, b->budget.share_frac));
	assert_true(same(a->budget.noise_velocity_mm_s, b->budget.noise_velocity_mm_s));
	assert_true(same(a->r_reference_ohm, b->r_reference_ohm));
}

static void test_what_is_written_comes_back(void **state)
{
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int k = 0; k < 8; k++) {
		struct calibration *c = calibration_sample(&rng), *back;
		size_t n, n_again;
		char *text = write_text(c, &n), *again;

		back = parse(text, n);
		assert_string_equal(back->id, c->id);
		assert_string_equal(back->operator_name, c->operator_name);
		assert_string_equal(back->device.serial, c->device.serial);
		assert_int_equal(back->expires_unix_ms, c->expires_unix_ms);
		assert_same_model(&back->model, &c->model);
		assert_same_readings(&back->readings, &c->readings);
		assert_int_equal(back->report.n_problems, c->report.n_problems);
		assert_int_equal(back->verification.n_rows, c->verification.n_rows);
		again = write_text(back, &n_again);
		assert_int_equal(n, n_again);
		assert_memory_equal(text, again, n);
		free(text);
		free(again);
		calibration_free(c);
		calibration_free(back);
	}
}

/* A procedure half-way: readings, no model. */
static void test_a_draft_comes_back(void **state)
{
	struct rng rng;
	struct calibration *c, *back;
	size_t n;
	char *text;

	(void)state;
	rng_init(&rng, SEED, 0);
	c = calibration_sample(&rng);
	c->algorithm[0] = '\0';
	c->accepted = c->verified = false;
	c->verification.n_rows = 0;
	text = write_text(c, &n);
	assert_non_null(strstr(text, "\"model\":null"));
	back = parse(text, n);
	assert_string_equal(back->algorithm, "");
	assert_same_readings(&back->readings, &c->readings);
	assert_int_equal(calibration_fitness(back, &c->device, c->created_unix_ms,
				 message, sizeof(message)),
		CALIBRATION_NOT_ACCEPTED);
	free(text);
	calibration_free(c);
	calibration_free(back);
}

/* The worker's copy has the same text; the head of it can be read alone. */
static void test_a_copy_and_a_glance(void **state)
{
	struct rng rng;
	struct calibration *c, *copy;
	struct calibration_head head;
	size_t n, n_copy;
	char *text, *again;

	(void)state;
	rng_init(&rng, SEED, 1);
	c = calibration_sample(&rng);
	copy = calibration_copy(c);
	assert_non_null(copy);
	text = write_text(c, &n);
	calibration_free(c);
	again = write_text(copy, &n_copy);
	assert_int_equal(n, n_copy);
	assert_memory_equal(text, again, n);
	assert_true(n > CALIBRATION_HEAD_MAX);
	assert_int_equal(calibration_peek(text, CALIBRATION_HEAD_MAX, &head), 0);
	assert_string_equal(head.operator_name, copy->operator_name);
	assert_string_equal(head.device.serial, copy->device.serial);
	assert_int_equal(head.expires_unix_ms, copy->expires_unix_ms);
	assert_true(head.verified);
	assert_int_equal(calibration_peek(text, 200, &head), -EBADMSG);
	free(text);
	free(again);
	calibration_free(copy);
}

/* What a recording holds: the same model and id, no readings. */
static void test_an_excerpt_measures_alike(void **state)
{
	struct rng rng;
	struct calibration *c, *back;
	size_t n, n_again;
	char *whole, *text, *again;

	(void)state;
	rng_init(&rng, SEED, 2);
	c = calibration_sample(&rng);
	whole = write_text(c, &n);
	free(whole);
	assert_int_equal(calibration_write_excerpt(c, &text, &n), 0);
	back = parse(text, n);
	assert_string_equal(back->id, c->id);
	assert_string_equal(back->excerpt_of, c->id);
	assert_same_model(&back->model, &c->model);
	assert_int_equal(back->readings.n_items, 0);
	assert_true(c->readings.n_items > 0);
	again = write_text(back, &n_again);
	assert_string_equal(back->id, c->id);
	assert_int_equal(n, n_again);
	assert_memory_equal(text, again, n);
	free(text);
	free(again);
	calibration_free(c);
	calibration_free(back);
}

/* --- damage ------------------------------------------------------------------------------ */

static char *sample_text(size_t *n)
{
	struct rng rng;
	struct calibration *c;
	char *text;

	rng_init(&rng, SEED, 0);
	c = calibration_sample(&rng);
	text = write_text(c, n);
	calibration_free(c);
	return text;
}

static void test_every_changed_byte_is_noticed(void **state)
{
	size_t n;
	char *text = sample_text(&n);

	(void)state;
	for (size_t i = 0; i < n - 1; i += 149) {
		char before = text[i];
		struct calibration *c = NULL;

		text[i] = before == '7' ? '8' : '7';
		assert_int_equal(
			calibration_parse(text, n, false, &c, message, sizeof(message)),
			-EBADMSG);
		assert_null(c);
		assert_true(message[0]);
		text[i] = before;
	}
	free(text);
}

static void test_every_cut_is_noticed(void **state)
{
	size_t n;
	char *text = sample_text(&n);

	(void)state;
	for (size_t i = 0; i < n - 1; i += 499) {
		struct calibration *c = NULL;

		assert_int_equal(
			calibration_parse(text, i, false, &c, message, sizeof(message)),
			-EBADMSG);
	}
	calibration_free(parse(text, n - 1)); /* the last newline alone may go */
	free(text);
}

/* Well-meant edits: the gain of one cell. Its readings can still be had. */
static void test_an_edited_file_gives_its_readings(void **state)
{
	struct calibration *c = NULL;
	size_t n;
	char *text = sample_text(&n), *place;

	(void)state;
	place = strstr(text, "\"operator\":\"");
	assert_non_null(place);
	place[12] = place[12] == 'X' ? 'Y' : 'X';
	assert_int_equal(
		calibration_parse(text, n, false, &c, message, sizeof(message)),
		-EBADMSG);
	assert_non_null(strstr(message, "changed after it was written"));
	assert_non_null(strstr(message, "fit --from"));
	assert_int_equal(
		calibration_parse(text, n, true, &c, message, sizeof(message)), 0);
	assert_true(c->readings.n_items > 0);
	assert_false(c->accepted || c->verified);
	assert_string_equal(c->algorithm, "");
	calibration_free(c);
	free(text);
}

/* --- what does not hold together, though sealed ------------------------------------------ */

/* Replace the first `from` by `to` and seal it anew, as a buggy or hostile writer would. */
static void assert_refused(
	const char *from, const char *to, int err, const char *expected)
{
	struct calibration *c = NULL;
	size_t n;
	char *text = sample_text(&n), *changed;

	changed = calibration_sample_resealed(text, from, to, &n);
	assert_non_null(changed);
	assert_int_equal(
		calibration_parse(changed, n, false, &c, message, sizeof(message)),
		err);
	if (!strstr(message, expected))
		fail_msg("%s -> %s: \"%s\" does not say \"%s\"", from, to, message,
			expected);
	free(text);
	free(changed);
}

static void test_what_does_not_hold_together_is_named(void **state)
{
	(void)state;
	assert_refused("calibration/1", "calibration/2", -EPROTO, "later version");
	assert_refused(
		"stance.calibration/1", "stance.sample/1", -EBADMSG, "no calibration");
	assert_refused("\"rows\":", "\"rows\":99", -EBADMSG, "device.rows");
	assert_refused("\"cols\":", "\"cols\":1", -EBADMSG, "rows of");
	assert_refused("\"kind\":\"", "\"kind\":\"x", -EBADMSG, "model.curve.kind");
	assert_refused("\"scale_n\":", "\"scale_n\":-", -EBADMSG, "scale_n");
	assert_refused("\"exponent\":", "\"exponent\":\"a\",\"b\":", -EBADMSG,
		"exponent must be a number from 0.05 to 20");
	assert_refused("\"dead\":[", "\"dead\":[99999,", -EBADMSG, "model.states.dead");
	assert_refused("\"creep\":[[", "\"creep\":[[-", -EBADMSG, "model.creep");
	assert_refused("\"force_frac\":", "\"force_frac\":null,\"x\":", -EBADMSG,
		"budget.force_frac");
	assert_refused(
		"\"step\":\"", "\"step\":\"x", -EBADMSG, "readings.items[0].step");
	assert_refused("\"cells\":\"", "\"cells\":\"AAAA", -EBADMSG, "cells");
	assert_refused("\"mass_kg\":", "\"mass_kg\":1e999,\"y\":", -EBADMSG, "");
	assert_refused("\"passed\":true", "\"passed\":false", -EBADMSG, "verified");
	assert_refused("\"operator\":\"", "\"operator\":\"\\u001b", -EBADMSG,
		"operator must be a text");
	assert_refused(
		"\"previous_id\":\"", "\"previous_id\":\"zz", -EBADMSG, "previous_id");
	assert_refused("\"accepted\":", "\"accepted\":null,\"accepted\":", -EBADMSG,
		"duplicate");
}

/* --- fitness ----------------------------------------------------------------------------- */

static void assert_fitness(const struct calibration *c,
	const struct calibration_device *mat, int64_t now_ms,
	enum calibration_fitness fitness, const char *expected)
{
	assert_int_equal(
		calibration_fitness(c, mat, now_ms, message, sizeof(message)), fitness);
	if (!strstr(message, expected))
		fail_msg("\"%s\" does not say \"%s\"", message, expected);
}

static void test_fitness_names_what_differs(void **state)
{
	struct rng rng;
	struct calibration *c;
	struct calibration_device mat;
	int64_t now_ms;

	(void)state;
	rng_init(&rng, SEED, 0);
	c = calibration_sample(&rng);
	now_ms = c->created_unix_ms + DAY_MS;
	assert_fitness(c, &c->device, now_ms, CALIBRATION_FITS, "");
	assert_string_equal(message, "");
	mat = c->device;
	snprintf(mat.serial, sizeof(mat.serial), "OTHER");
	assert_fitness(c, &mat, now_ms, CALIBRATION_OTHER_MAT, "OTHER");
	mat = c->device;
	mat.geometry.pitch_x_mm += 0.5;
	assert_fitness(c, &mat, now_ms, CALIBRATION_OTHER_GEOMETRY, "cells");
	mat = c->device;
	mat.full_scale = 1023;
	assert_fitness(c, &mat, now_ms, CALIBRATION_OTHER_UNIT, "1023");
	mat = c->device;
	mat.applies_threshold = !mat.applies_threshold;
	assert_fitness(c, &mat, now_ms, CALIBRATION_OTHER_SETTING, "threshold");
	mat = c->device;
	mat.applies_autozero = !mat.applies_autozero;
	assert_fitness(c, &mat, now_ms, CALIBRATION_OTHER_SETTING, "zeroing");
	mat = c->device;
	mat.r_reference_ohm++;
	assert_fitness(c, &mat, now_ms, CALIBRATION_OTHER_SETTING, "divider");
	assert_fitness(c, &mat, c->expires_unix_ms, CALIBRATION_OTHER_SETTING, "");
	assert_fitness(c, &c->device, c->expires_unix_ms + 3 * DAY_MS,
		CALIBRATION_EXPIRED, "3 days ago");
	calibration_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_comes_back),
		cmocka_unit_test(test_a_draft_comes_back),
		cmocka_unit_test(test_a_copy_and_a_glance),
		cmocka_unit_test(test_an_excerpt_measures_alike),
		cmocka_unit_test(test_every_changed_byte_is_noticed),
		cmocka_unit_test(test_every_cut_is_noticed),
		cmocka_unit_test(test_an_edited_file_gives_its_readings),
		cmocka_unit_test(test_what_does_not_hold_together_is_named),
		cmocka_unit_test(test_fitness_names_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
