/* The documents on the socket: the contract's example by hand, then round trips and
 * refusals. */
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
#include "src/ipc/documents.h"

#define S INT64_C(1000000000)

static struct stance_sample standing(void)
{
	struct stance_sample s = sample_absent();

	s.seq = 1234;
	s.device_us = 5678901;
	s.has_device_us = true;
	s.t_ns = 100 * S + 12340000;
	s.force_n = 735.2;
	s.load_frac = 0.98;
	s.cop_mm = (struct pos_mm){ 1.2, -3.4 };
	s.left_frac = 0.512;
	s.fore_frac = 0.45;
	s.left.present = true;
	s.left.force_n = 376.4;
	s.left.cop_mm = (struct pos_mm){ -88.1, 2.0 };
	s.left.fore_frac = 0.44;
	s.flags = SAMPLE_UNVERIFIED | SAMPLE_EDGE;
	return s;
}

static json_t *parse_finished(const struct jsonw *w)
{
	json_error_t error;
	json_t *json;

	assert_true(jsonw_finish(w) > 0);
	json = json_loads(w->buffer, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s in %s", error.text, w->buffer);
	return json;
}

static void a_sample_is_written_as_the_contract_says(void **state)
{
	static const char expected[] =
		"{\"schema\":\"stance.sample/1\",\"seq\":1234,\"device_us\":5678901,"
		"\"t_s\":0.01234,\"force_n\":735.2,\"load\":0.98,\"cop_mm\":[1.2,-3.4],"
		"\"left_frac\":0.512,\"fore_frac\":0.45,\"left\":{\"force_n\":376.4,"
		"\"cop_mm\":[-88.1,2],\"fore_frac\":0.44,\"share_frac\":null,"
		"\"length_mm\":null,\"direction_deg\":null,\"heel_mm\":null,"
		"\"contact_area_mm2\":null,\"peak_kpa\":null},\"right\":null,"
		"\"stance_width_mm\":null,\"contact_area_mm2\":null,\"peak_kpa\":null,"
		"\"facing_back\":false,\"u95\":{\"force_n\":null,\"cop_mm\":null,"
		"\"left_frac\":null,\"fore_frac\":null},\"flags\":[\"unverified\","
		"\"edge\"]}";
	char buffer[DOCUMENTS_SAMPLE_MAX];
	struct stance_sample s = standing();
	struct jsonw w;

	(void)state;
	jsonw_init(&w, buffer, sizeof(buffer));
	document_put_sample(&w, &s, 100 * S);
	assert_string_equal(buffer, expected);
}

static void an_empty_mat_is_null_not_zero(void **state)
{
	static const char *const keys[] = { "device_us", "force_n", "load", "cop_mm",
		"left_frac", "fore_frac", "left", "right" };
	char buffer[DOCUMENTS_SAMPLE_MAX];
	struct stance_sample s = sample_absent();
	struct jsonw w;
	json_t *json;

	(void)state;
	jsonw_init(&w, buffer, sizeof(buffer));
	document_put_sample(&w, &s, 0);
	json = parse_finished(&w);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!json_is_null(json_object_get(json, keys[i])))
			fail_msg("%s is not null", keys[i]);
	}
	assert_int_equal(json_array_size(json_object_get(json, "flags")), 0);
	json_decref(json);
}

static void assert_near(double a, double b, double tolerance)
{
	if (isnan(a) != isnan(b) || fabs(a - b) > tolerance)
		fail_msg("%.9g is not %.9g", a, b);
}

/* Half of the last decimal that document_put.c writes. */
#define TOL_N    0.51e-4
#define TOL_MM   0.51e-4
#define TOL_FRAC 0.51e-6

static void assert_same_foot(const struct foot_sample *a, const struct foot_sample *b)
{
	assert_int_equal(a->present, b->present);
	assert_near(a->force_n, b->force_n, TOL_N);
	assert_near(a->share_frac, b->share_frac, TOL_FRAC);
	assert_near(a->cop_mm.x, b->cop_mm.x, TOL_MM);
	assert_near(a->cop_mm.y, b->cop_mm.y, TOL_MM);
	assert_near(a->fore_frac, b->fore_frac, TOL_FRAC);
	assert_near(a->heel_mm.x, b->heel_mm.x, TOL_MM);
	assert_near(a->heel_mm.y, b->heel_mm.y, TOL_MM);
	assert_near(a->length_mm, b->length_mm, TOL_MM);
	assert_near(a->direction_deg, b->direction_deg, 0.51e-3);
	assert_near(a->contact_area_mm2, b->contact_area_mm2, 0.051);
	assert_near(a->peak_kpa, b->peak_kpa, 0.51e-3);
}

static void assert_same_sample(
	const struct stance_sample *a, const struct stance_sample *b)
{
	assert_true(a->seq == b->seq && a->device_us == b->device_us);
	assert_int_equal(a->has_device_us, b->has_device_us);
	assert_true(llabs(a->t_ns - b->t_ns) <= 510);
	assert_near(a->force_n, b->force_n, TOL_N);
	assert_near(a->load_frac, b->load_frac, TOL_FRAC);
	assert_near(a->cop_mm.x, b->cop_mm.x, TOL_MM);
	assert_near(a->cop_mm.y, b->cop_mm.y, TOL_MM);
	assert_near(a->left_frac, b->left_frac, TOL_FRAC);
	assert_near(a->fore_frac, b->fore_frac, TOL_FRAC);
	assert_same_foot(&a->left, &b->left);
	assert_same_foot(&a->right, &b->right);
	assert_near(a->stance_width_mm, b->stance_width_mm, TOL_MM);
	assert_near(a->contact_area_mm2, b->contact_area_mm2, 0.051);
	assert_near(a->peak_kpa, b->peak_kpa, 0.51e-3);
	assert_int_equal(a->facing_back, b->facing_back);
	assert_near(a->u95.force_n, b->u95.force_n, TOL_N);
	assert_near(a->u95.cop_mm, b->u95.cop_mm, TOL_MM);
	assert_near(a->u95.left_frac, b->u95.left_frac, TOL_FRAC);
	assert_near(a->u95.fore_frac, b->u95.fore_frac, TOL_FRAC);
	assert_int_equal(a->flags, b->flags);
}

/* A number, or NaN one time in five. */
static double maybe(struct rng *rng, double low, double high)
{
	double value = rng_between(rng, low, high);

	return rng_uniform(rng) < 0.2 ? NAN : value;
}

static struct pos_mm maybe_pos(struct rng *rng)
{
	double x = maybe(rng, -400, 400);

	return (struct pos_mm){ x, isnan(x) ? NAN : rng_between(rng, -400, 400) };
}

static void random_foot(struct rng *rng, struct foot_sample *f)
{
	if (rng_uniform(rng) < 0.3)
		return;
	*f = (struct foot_sample){ .present = true,
		.force_n = maybe(rng, 0, 2000),
		.share_frac = maybe(rng, 0, 1),
		.cop_mm = maybe_pos(rng),
		.fore_frac = maybe(rng, 0, 1),
		.heel_mm = maybe_pos(rng),
		.length_mm = maybe(rng, 100, 350),
		.direction_deg = maybe(rng, -180, 180),
		.contact_area_mm2 = maybe(rng, 0, 20000),
		.peak_kpa = maybe(rng, 0, 900) };
}

static struct stance_sample random_sample(struct rng *rng)
{
	struct stance_sample s = sample_absent();

	s.seq = rng_u64(rng) >> 1;
	s.has_device_us = rng_uniform(rng) < 0.5;
	s.device_us = s.has_device_us ? rng_u64(rng) >> 1 : 0;
	s.t_ns = (int64_t)(rng_uniform(rng) * 1e15);
	s.force_n = maybe(rng, 0, 3000);
	s.load_frac = maybe(rng, 0, 2);
	s.cop_mm = maybe_pos(rng);
	s.left_frac = maybe(rng, 0, 1);
	s.fore_frac = maybe(rng, 0, 1);
	random_foot(rng, &s.left);
	random_foot(rng, &s.right);
	s.stance_width_mm = maybe(rng, 0, 500);
	s.contact_area_mm2 = maybe(rng, 0, 40000);
	s.peak_kpa = maybe(rng, 0, 900);
	s.facing_back = rng_uniform(rng) < 0.5;
	s.u95 = (struct sample_u95){ maybe(rng, 0, 9), maybe(rng, 0, 9),
		maybe(rng, 0, 1), maybe(rng, 0, 1) };
	s.flags = (uint32_t)rng_u64(rng) & ((1U << SAMPLE_N_FLAGS) - 1);
	return s;
}

static void any_sample_comes_back(void **state)
{
	uint64_t seed = 20260102;
	struct rng rng;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (int i = 0; i < 500; i++) {
		char buffer[DOCUMENTS_SAMPLE_MAX];
		struct stance_sample s = random_sample(&rng), back;
		struct jsonw w;
		json_t *json;

		jsonw_init(&w, buffer, sizeof(buffer));
		document_put_sample(&w, &s, 0);
		json = parse_finished(&w);
		assert_int_equal(document_get_sample(json, &back), 0);
		assert_same_sample(&s, &back);
		json_decref(json);
	}
}

static void a_sample_of_long_numbers_fits_its_buffer(void **state)
{
	struct foot_sample foot = { .present = true,
		.force_n = -123456.7891,
		.share_frac = -0.123456,
		.cop_mm = { -1234.5678, -1234.5678 },
		.fore_frac = -0.123456,
		.heel_mm = { -1234.5678, -1234.5678 },
		.length_mm = 12345.6789,
		.direction_deg = -179.999,
		.contact_area_mm2 = 1234567.8,
		.peak_kpa = 123456.789 };
	struct stance_sample s = { .seq = UINT64_MAX,
		.device_us = UINT64_MAX,
		.has_device_us = true,
		.t_ns = INT64_MAX / 2,
		.force_n = -123456.7891,
		.load_frac = 123.456789,
		.cop_mm = { -1234.5678, -1234.5678 },
		.left_frac = -0.123456,
		.fore_frac = -0.123456,
		.left = foot,
		.right = foot,
		.stance_width_mm = 12345.6789,
		.contact_area_mm2 = 1234567.8,
		.peak_kpa = 123456.789,
		.u95 = { 123456.7891, 1234.5678, 0.123456, 0.123456 },
		.flags = UINT32_MAX };
	char buffer[DOCUMENTS_SAMPLE_MAX];
	struct jsonw w;

	(void)state;
	jsonw_init(&w, buffer, sizeof(buffer));
	document_put_sample(&w, &s, 0);
	assert_in_range(jsonw_finish(&w), 1, DOCUMENTS_SAMPLE_MAX * 3 / 4);
}

static void cells_are_little_endian_base64(void **state)
{
	uint16_t cells[] = { 0x0001, 0x0203, 0xffff, 0 };
	struct frame_document f = { .seq = 7,
		.t_s = 1.5,
		.geometry = { 2, 2, 10, 12.5 },
		.unit_is_force = true,
		.scale = 0.001,
		.cells = cells };
	char buffer[512];
	struct jsonw w;

	(void)state;
	jsonw_init(&w, buffer, sizeof(buffer));
	document_put_frame(&w, &f);
	/* bytes 01 00 03 02 ff ff 00 00, encoded by coreutils' base64 */
	assert_string_equal(buffer,
		"{\"schema\":\"stance.frame/"
		"1\",\"seq\":7,\"t_s\":1.5,\"rows\":2,\"cols\":2,"
		"\"pitch_mm\":[10,12.5],\"unit\":\"n\",\"scale\":0.001,"
		"\"cells\":\"AQADAv//AAA=\"}");
}

static void frames_of_any_size_come_back(void **state)
{
	static const int sides[][2] = { { 1, 1 }, { 1, 2 }, { 3, 1 }, { 16, 24 },
		{ 32, 32 }, { 48, 48 }, { 127, 97 }, { 256, 256 } };
	static uint16_t cells[256 * 256], back[256 * 256];
	static char buffer[DOCUMENTS_FRAME_MAX];
	struct rng rng;

	(void)state;
	rng_init(&rng, 20260103, 0);
	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		struct mat_geometry g = { sides[i][0], sides[i][1], 15, 15 };
		size_t n = (size_t)geometry_n_cells(&g);
		struct frame_document f = { .seq = UINT64_MAX / 2,
			.t_s = 123456.789012,
			.geometry = g,
			.scale = 0.125,
			.cells = cells };
		struct frame_document out = { .cells = back, .max_cells = n };
		struct jsonw w;
		json_t *json;

		for (size_t k = 0; k < n; k++)
			cells[k] = (uint16_t)rng_u64(&rng);
		jsonw_init(&w, buffer, sizeof(buffer));
		document_put_frame(&w, &f);
		json = parse_finished(&w);
		assert_int_equal(document_get_frame(json, &out), 0);
		assert_true(out.seq == f.seq && !out.unit_is_force);
		assert_near(out.t_s, f.t_s, 1e-6);
		assert_near(out.scale, 0.125, 0);
		assert_memory_equal(cells, back, n * sizeof(cells[0]));
		out.max_cells = n - 1;
		assert_int_equal(document_get_frame(json, &out), -EBADMSG);
		json_decref(json);
	}
}

static void a_frame_that_does_not_fit_is_cut_and_said(void **state)
{
	static uint16_t cells[48 * 48];
	struct frame_document f = {
		.geometry = { 48, 48, 10, 10 }, .scale = 1, .cells = cells
	};
	char buffer[6400];

	(void)state;
	for (size_t size = 1; size < sizeof(buffer); size += 37) {
		struct jsonw w;
		int length;

		memset(buffer, 'x', sizeof(buffer));
		jsonw_init(&w, buffer, size);
		document_put_frame(&w, &f);
		length = jsonw_finish(&w);
		assert_true(length == -ENOBUFS || (size_t)length < size);
		assert_int_equal(buffer[size], 'x');
	}
}

static struct status_document streaming(void)
{
	struct status_document s = { .version = "0.1.0",
		.uptime_s = 12.5,
		.pid = 4711,
		.mat_state = "streaming",
		.driver = "smp",
		.path = "/dev/ttyACM0",
		.serial = "M-1 \"x\"",
		.model = "Mat",
		.firmware = "1.2",
		.rows = 48,
		.cols = 32,
		.pitch_x_mm = 10,
		.pitch_y_mm = 10,
		.rate_hz = 99.98,
		.unit_is_force = true,
		.bytes = 123456789012,
		.frames = 1000,
		.bad_frames = 1,
		.lost_frames = 2,
		.resyncs = 3,
		.latency_p50_ms = 0.25,
		.latency_p99_ms = 1.5,
		.temperature_c = 24.31,
		.calibration_state = "not_needed",
		.calibration_age_days = NAN,
		.store_path = "/var/lib/stance",
		.store_free_bytes = 1e12,
		.trial_state = "idle",
		.trial_elapsed_s = NAN,
		.gpio = { .library = "libgpiod 1",
			.n_lines = 2,
			.lines = { { "start", "GPIO17 pull-up", "ok", "", true },
				{ "fault", "GPIO4", "taken", "end that program",
					false } },
			.told = "No visit is open.",
			.pulses = 12,
			.edges = 3,
			.pulses_off = 3,
			.pulse_error_ms = 0.125 },
		.clients = 2 };

	return s;
}

static json_t *status_json(const struct status_document *s)
{
	static char buffer[DOCUMENTS_STATUS_MAX];
	struct jsonw w;

	jsonw_init(&w, buffer, sizeof(buffer));
	document_put_status(&w, s);
	return parse_finished(&w);
}

static void a_status_has_the_contract_s_members(void **state)
{
	static const char *const members[][2] = { { "daemon", "version uptime_s pid" },
		{ "mat", "state driver path serial model firmware rows cols pitch_mm "
			 "rate_hz "
			 "bytes frames bad_frames lost_frames resyncs latency_ms" },
		{ "calibration", "id state age_days" },
		{ "store", "path trials free_bytes" },
		{ "trial", "state protocol elapsed_s" },
		{ "gpio", "library lines told pulses edges lost_edges "
			  "pulses_off pulse_error_ms" } };
	struct status_document s = streaming();
	json_t *json = status_json(&s);

	(void)state;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		json_t *part = json_object_get(json, members[i][0]);
		char words[256], *rest = words, *word;

		snprintf(words, sizeof(words), "%s", members[i][1]);
		while ((word = strtok_r(rest, " ", &rest))) {
			if (!json_object_get(part, word))
				fail_msg("%s.%s is missing", members[i][0], word);
		}
	}
	json_decref(json);
}

static void a_status_comes_back(void **state)
{
	struct status_document s = streaming(), back;
	json_t *json = status_json(&s);

	(void)state;
	assert_int_equal(document_get_status(json, &back), 0);
	assert_string_equal(back.version, s.version);
	assert_int_equal(back.pid, 4711);
	assert_string_equal(back.mat_state, "streaming");
	assert_string_equal(back.mat_reason, "");
	assert_string_equal(back.serial, s.serial);
	assert_int_equal(back.rows, 48);
	assert_int_equal(back.cols, 32);
	assert_near(back.pitch_x_mm, 10, 0);
	assert_true(back.unit_is_force);
	assert_true(back.bytes == s.bytes && back.resyncs == 3);
	assert_int_equal(back.gpio.n_lines, 2);
	assert_string_equal(back.gpio.lines[0].line, "GPIO17 pull-up");
	assert_true(back.gpio.lines[0].is_active);
	assert_string_equal(back.gpio.lines[1].state, "taken");
	assert_string_equal(back.gpio.lines[1].reason, "end that program");
	assert_string_equal(back.gpio.told, "No visit is open.");
	assert_true(back.gpio.pulses == 12 && back.gpio.edges == 3);
	assert_int_equal(back.gpio.pulses_off, 3);
	assert_near(back.gpio.pulse_error_ms, 0.125, 1e-9);
	assert_near(back.rate_hz, 99.98, 1e-9);
	assert_near(back.latency_p99_ms, 1.5, 1e-9);
	assert_true(isnan(back.calibration_age_days) && isnan(back.trial_elapsed_s));
	assert_string_equal(back.calibration_state, "not_needed");
	assert_string_equal(back.store_path, "/var/lib/stance");
	assert_near(back.store_free_bytes, 1e12, 0);
	assert_string_equal(back.trial_protocol, "");
	assert_int_equal(back.clients, 2);
	json_decref(json);
}

static void without_a_mat_its_sizes_are_null(void **state)
{
	struct status_document s = { .mat_state = "searching",
		.mat_reason = "Plug the mat in.",
		.pitch_x_mm = NAN,
		.pitch_y_mm = NAN,
		.rate_hz = NAN };
	json_t *json = status_json(&s), *mat = json_object_get(json, "mat");

	(void)state;
	assert_true(json_is_null(json_object_get(mat, "rows")));
	assert_true(json_is_null(json_object_get(mat, "pitch_mm")));
	assert_true(json_is_null(json_object_get(mat, "unit")));
	assert_true(json_is_null(json_object_get(mat, "serial")));
	assert_int_equal(json_integer_value(json_object_get(mat, "frames")), 0);
	json_decref(json);
}

static void a_status_of_the_longest_strings_fits(void **state)
{
	struct status_document s;

	(void)state;
	memset(&s, 1, sizeof(s)); /* control characters: six bytes each */
	s.version[31] = s.mat_state[15] = s.mat_reason[511] = s.driver[15] =
		s.path[255] = s.serial[16] = s.model[24] = s.firmware[16] =
			s.calibration_state[15] = s.calibration_id[63] =
				s.store_path[255] = s.trial_state[15] =
					s.trial_protocol[31] = '\0';
	s.gpio.n_lines = GPIO_DOCUMENT_MAX_LINES;
	s.gpio.library[23] = s.gpio.told[255] = '\0';
	for (int i = 0; i < s.gpio.n_lines; i++) {
		struct gpio_document_line *line = &s.gpio.lines[i];

		line->role[15] = line->line[79] = line->state[15] = line->reason[319] =
			'\0';
		line->is_active = true;
	}
	s.unit_is_force = true;
	json_decref(status_json(&s));
}

static void wrong_documents_are_refused(void **state)
{
	static const char *const bad[] = { "{}", "[]", "3",
		"{\"schema\":\"stance.sample/2\"}", "{\"schema\":\"stance.sample/1\"}",
		"{\"schema\":\"stance.sample/1\",\"t_s\":1,\"seq\":-1}",
		"{\"schema\":\"stance.sample/1\",\"t_s\":1e300}",
		"{\"schema\":\"stance.sample/1\",\"t_s\":1,\"cop_mm\":[1]}",
		"{\"schema\":\"stance.sample/1\",\"t_s\":1,\"left\":3}",
		"{\"schema\":\"stance.sample/"
		"1\",\"t_s\":1,\"left\":{\"force_n\":\"x\"}}",
		"{\"schema\":\"stance.sample/1\",\"t_s\":1,\"flags\":\"edge\"}",
		"{\"schema\":\"stance.frame/"
		"1\",\"t_s\":1,\"rows\":1,\"cols\":1,\"unit\":\"n\","
		"\"scale\":1,\"cells\":\"AA\"}",
		"{\"schema\":\"stance.frame/"
		"1\",\"t_s\":1,\"rows\":1,\"cols\":1,\"unit\":\"n\","
		"\"scale\":1,\"cells\":\"A*A=\"}",
		"{\"schema\":\"stance.frame/1\",\"t_s\":1,\"rows\":300,\"cols\":1,"
		"\"unit\":\"n\",\"scale\":1,\"cells\":\"AAA=\"}",
		"{\"schema\":\"stance.frame/"
		"1\",\"t_s\":1,\"rows\":0,\"cols\":1,\"unit\":\"n\","
		"\"scale\":1,\"cells\":\"\"}",
		"{\"schema\":\"stance.status/1\",\"mat\":{\"rows\":1000}}",
		"{\"schema\":\"stance.status/1\",\"mat\":{\"state\":1}}",
		"{\"schema\":\"stance.status/1\",\"daemon\":[]}" };
	uint16_t cells[512];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *json = json_loads(bad[i], JSON_DECODE_ANY, NULL);
		struct frame_document f = { .cells = cells, .max_cells = 512 };
		struct stance_sample s;
		struct status_document status;

		assert_non_null(json);
		if (document_get_sample(json, &s) != -EBADMSG ||
			document_get_frame(json, &f) != -EBADMSG ||
			document_get_status(json, &status) != -EBADMSG)
			fail_msg("accepted: %s", bad[i]);
		json_decref(json);
	}
}

static void unknown_members_and_flags_are_ignored(void **state)
{
	json_t *json =
		json_loads("{\"schema\":\"stance.sample/1\",\"t_s\":2.5,\"seq\":9,"
			   "\"new\":{},\"flags\":[\"gap\",\"later\"]}",
			0, NULL);
	struct stance_sample s;

	(void)state;
	assert_int_equal(document_get_sample(json, &s), 0);
	assert_int_equal(s.flags, SAMPLE_GAP);
	assert_true(s.t_ns == 2500000000 && s.seq == 9 && isnan(s.force_n));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_is_written_as_the_contract_says),
		cmocka_unit_test(an_empty_mat_is_null_not_zero),
		cmocka_unit_test(any_sample_comes_back),
		cmocka_unit_test(a_sample_of_long_numbers_fits_its_buffer),
		cmocka_unit_test(cells_are_little_endian_base64),
		cmocka_unit_test(frames_of_any_size_come_back),
		cmocka_unit_test(a_frame_that_does_not_fit_is_cut_and_said),
		cmocka_unit_test(a_status_has_the_contract_s_members),
		cmocka_unit_test(a_status_comes_back),
		cmocka_unit_test(without_a_mat_its_sizes_are_null),
		cmocka_unit_test(a_status_of_the_longest_strings_fits),
		cmocka_unit_test(wrong_documents_are_refused),
		cmocka_unit_test(unknown_members_and_flags_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
