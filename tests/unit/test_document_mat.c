/* stance.mat/1 and stance.raw/1: what goes in comes out, bit for bit where it must; what is wrong is
 * refused. */
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
#include <jansson.h>

#include "src/base/rng.h"
#include "src/ipc/document_mat.h"
#include "src/ipc/server.h"

#define SEED      20260726u
#define MAX_CELLS (GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)

static char the_text[SERVER_VALUE_MAX];
static float the_map[MAX_CELLS], the_copy[MAX_CELLS];

static struct mat_document a_mat(int n_rows, int n_cols)
{
	struct mat_document m = { .driver = "smp",
		.serial = "M-\"7\"",
		.firmware = "1.2.3",
		.n_hello = 92,
		.mat = { .geometry = { n_rows, n_cols, 10.003, 9.875 },
			.unit = FRAME_UNIT_COUNTS,
			.unit_scale = 3,
			.full_scale = 4095,
			.rate_hz = 99.975 },
		.zero = { .map = the_map,
			.noise = 0.75,
			.threshold = 4,
			.tared = true },
		.calibration_state = "none" };

	for (int i = 0; i < m.n_hello; i++)
		m.hello[i] = (uint8_t)(i * 37);
	return m;
}

/* The document as a client has it. Freed by the caller. */
static json_t *parsed(const struct mat_document *m)
{
	struct jsonw w;
	json_t *json;

	jsonw_init(&w, the_text, sizeof(the_text));
	document_put_mat(&w, m);
	assert_true(jsonw_finish(&w) > 0);
	json = json_loads(the_text, 0, NULL);
	assert_non_null(json);
	return json;
}

static void the_largest_mat_comes_back_bit_for_bit(void **state)
{
	struct mat_document in = a_mat(256, 256), out;
	struct rng rng;
	json_t *json;

	(void)state;
	rng_init(&rng, SEED, 0);
	for (int i = 0; i < MAX_CELLS; i++)
		the_map[i] = (float)rng_normal(&rng);
	json = parsed(&in);
	assert_int_equal(document_get_mat(json, &out, the_copy, MAX_CELLS), 0);
	assert_ptr_equal(out.zero.map, the_copy);
	assert_memory_equal(the_copy, the_map, sizeof(the_map));
	assert_string_equal(out.serial, in.serial);
	assert_string_equal(out.model, "");
	assert_string_equal(out.firmware, "1.2.3");
	assert_string_equal(out.calibration_state, "none");
	assert_int_equal(out.n_hello, 92);
	assert_memory_equal(out.hello, in.hello, 92);
	/* Whole micrometres survive exactly. */
	assert_memory_equal(
		&out.mat.geometry, &in.mat.geometry, sizeof(in.mat.geometry));
	assert_int_equal(out.mat.full_scale, 4095);
	assert_int_equal(out.mat.unit, FRAME_UNIT_COUNTS);
	assert_true(fabs(out.mat.rate_hz - 99.975) < 1e-9);
	assert_true(fabs(out.zero.noise - 0.75) < 1e-12 && out.zero.tared);
	assert_int_equal(
		document_get_mat(json, &out, the_copy, MAX_CELLS - 1), -EBADMSG);
	json_decref(json);
}

static void a_mat_that_is_not_known_yet_has_no_map(void **state)
{
	struct mat_document in = a_mat(12, 10), out;
	json_t *json;

	(void)state;
	in.zero = (struct analysis_zero){ .map = NULL, .noise = NAN };
	in.n_hello = 0;
	json = parsed(&in);
	assert_true(json_is_null(json_object_get(json, "hello")));
	assert_int_equal(document_get_mat(json, &out, the_copy, MAX_CELLS), 0);
	assert_null(out.zero.map);
	assert_true(isnan(out.zero.noise) && !out.zero.tared);
	assert_int_equal(out.n_hello, 0);
	json_decref(json);
}

static void a_wrong_mat_is_refused(void **state)
{
	static const struct {
		const char *key, *value;
	} wrong[] = { { "schema", "\"stance.mat/2\"" }, { "rows", "0" },
		{ "rows", "257" }, { "cols", "1.5" }, { "unit", "\"kg\"" },
		{ "pitch_x_mm", "\"ten\"" }, { "full_scale", "65536" },
		{ "serial", "7" }, { "serial", "\"longer than seventeen\"" },
		{ "hello", "\"AAA\"" }, { "hello", "[]" }, { "zero", "{}" },
		{ "zero", "{\"noise\":1,\"threshold\":1,\"map\":\"AAAA\"}" } };
	struct mat_document in = a_mat(4, 3), out;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *json = parsed(&in);
		json_t *value = json_loads(wrong[i].value, JSON_DECODE_ANY, NULL);

		assert_int_equal(document_get_mat(json, &out, the_copy, MAX_CELLS), 0);
		assert_int_equal(json_object_set_new(json, wrong[i].key, value), 0);
		assert_int_equal(
			document_get_mat(json, &out, the_copy, MAX_CELLS), -EBADMSG);
		json_decref(json);
	}
}

static void a_map_of_infinities_is_refused(void **state)
{
	struct mat_document in = a_mat(4, 3), out;
	json_t *json;

	(void)state;
	the_map[5] = INFINITY;
	json = parsed(&in);
	the_map[5] = 0;
	assert_int_equal(document_get_mat(json, &out, the_copy, MAX_CELLS), -EBADMSG);
	json_decref(json);
}

/* --- frames ------------------------------------------------------------------------------ */

static json_t *parsed_frame(const struct raw_frame *frame, size_t n_cells)
{
	struct jsonw w;
	json_t *json;
	int n;

	jsonw_init(&w, the_text, sizeof(the_text));
	document_put_raw(&w, frame, n_cells);
	n = jsonw_finish(&w);
	assert_true(n > 0 && (size_t)n < DOCUMENT_RAW_SIZE(n_cells));
	json = json_loads(the_text, 0, NULL);
	assert_non_null(json);
	return json;
}

static void a_frame_comes_back_whole(void **state)
{
	static const struct raw_frame extremes[] = {
		{ .seq = INT64_MAX,
			.device_us = INT64_MAX,
			.has_device_us = true,
			.t_ns = INT64_MAX,
			.n_lost = UINT32_MAX,
			.scan_us = UINT16_MAX,
			.status = UINT8_MAX },
		{ .t_ns = INT64_MIN + 1 },
		{ .seq = 12, .t_ns = INT64_C(1234567890123456789) },
	};
	uint16_t cells[9], copy[9];
	struct raw_frame out;

	(void)state;
	for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++) {
		struct raw_frame in = extremes[i];
		json_t *json;

		for (int k = 0; k < 9; k++)
			cells[k] = (uint16_t)(UINT16_MAX - 7 * k);
		in.cells = cells;
		json = parsed_frame(&in, 9);
		assert_int_equal(document_get_raw(json, &out, copy, 9), 0);
		assert_memory_equal(copy, cells, sizeof(cells));
		assert_true(out.seq == in.seq && out.t_ns == in.t_ns &&
			    out.device_us == in.device_us &&
			    out.has_device_us == in.has_device_us);
		assert_true(out.n_lost == in.n_lost && out.scan_us == in.scan_us &&
			    out.status == in.status);
		assert_int_equal(document_get_raw(json, &out, copy, 8), -EBADMSG);
		json_object_set_new(json, "t_ns", json_real(1.5));
		assert_int_equal(document_get_raw(json, &out, copy, 9), -EBADMSG);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_mat_comes_back_bit_for_bit),
		cmocka_unit_test(a_mat_that_is_not_known_yet_has_no_map),
		cmocka_unit_test(a_wrong_mat_is_refused),
		cmocka_unit_test(a_map_of_infinities_is_refused),
		cmocka_unit_test(a_frame_comes_back_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
