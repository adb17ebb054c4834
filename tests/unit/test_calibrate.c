/* The words of stance calibrate: what a guide plans, what is ticked off, how a step, a certificate and a
 * running step look. */
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

#include "src/cli/calibrate.h"
#include "src/cli/calibrate_certificate.h"
#include "src/cli/calibrate_plan.h"
#include "src/cli/calibrate_view.h"

static struct calibrate_plan plan;

static struct agenda_tools tools_of(int n_masses, bool has_roller, double body_kg)
{
	struct agenda_tools t = { .n_masses = n_masses,
		.masses_kg = { 20, 40, 60 },
		.has_roller = has_roller,
		.roller_kg = NAN,
		.body_kg = body_kg,
		.verify_kg = 50,
		.half_x_mm = 240,
		.half_y_mm = 240 };

	return t;
}

static int count(const char *kind)
{
	int n = 0;

	for (int i = 0; i < plan.n; i++)
		n += strcmp(plan.steps[i].kind, kind) == 0;
	return n;
}

static void plans_by_what_is_at_hand(void **state)
{
	struct agenda_tools t = tools_of(3, true, 80);

	(void)state;
	t.n_stairs = 3;
	calibrate_plan_readings(&plan, &t);
	assert_string_equal(plan.steps[0].kind, "zero");
	assert_int_equal(count("roll"), 4);
	assert_int_equal(count("load"), 3 + 1);
	assert_int_equal(count("staircase"), 1);
	assert_int_equal(count("creep"), 1);
	assert_string_equal(
		calibrate_plan_worth(&t), "This makes the best calibration there is.");
	t = tools_of(1, false, 80); /* 20 kg and a person */
	calibrate_plan_readings(&plan, &t);
	assert_int_equal(count("roll"), 0);
	assert_int_equal(count("load"), 1 + 3 + 1);
	assert_int_equal(count("creep"), 1);
	assert_true(plan.steps[plan.n - 1].mass_kg == 80);
	assert_non_null(strstr(calibrate_plan_worth(&t), "quick"));
	t = tools_of(0, false, NAN);
	assert_non_null(strstr(calibrate_plan_worth(&t), "nothing to go by"));
	calibrate_plan_readings(&plan, &t);
	assert_int_equal(plan.n, 1);
}

/* Two minutes with the heaviest weight, where neither a weight nor, afterwards, a foot of who steps on stood before. */
static void creeps_where_nothing_stood(void **state)
{
	struct agenda_tools t = tools_of(2, false, 80);
	const struct calibrate_plan_step *creep;

	(void)state;
	for (int k = 0; k < 8; k++) {
		t.has_roller = k & 1;
		t.n_stairs = k & 2 ? 3 : 0;
		t.half_x_mm = t.half_y_mm = k & 4 ? 240 : 160;
		calibrate_plan_readings(&plan, &t);
		creep = &plan.steps[plan.n - 1]; /* 40 kg: feet press as hard */
		assert_string_equal(creep->kind, "creep");
		assert_string_equal(creep->method, "calibrate.creep");
		assert_true(creep->mass_kg == 40);
		assert_true(creep->x_mm + 60 <= t.half_x_mm);
		for (int i = 0; i < plan.n - 1; i++) {
			/* the staircase has no place of its own: it is the middle */
			double x = isnan(plan.steps[i].x_mm) ? 0 : plan.steps[i].x_mm;
			double y = isnan(plan.steps[i].y_mm) ? 0 : plan.steps[i].y_mm;

			assert_true(hypot(x - creep->x_mm, y - creep->y_mm) > 2 * 60);
		}
		assert_string_equal(creep->title, "creep 40 kg");
		assert_non_null(strstr(creep->what,
			"no weight stood before, and leave it alone for two minutes."));
	}
	t.n_masses = 1; /* 20 kg: the body is loaded, after it */
	calibrate_plan_readings(&plan, &t);
	assert_string_equal(plan.steps[plan.n - 2].kind, "creep");
	t.n_masses = 0;
	calibrate_plan_readings(&plan, &t);
	assert_int_equal(count("creep"), 0);
}

/* A place is said as people do, and the heaviest goes onto the small disc once. */
static void says_where_and_on_what(void **state)
{
	struct agenda_tools t = tools_of(2, true, NAN);
	int n_small = 0;

	(void)state;
	t.verify_kg = 50;
	calibrate_plan_readings(&plan, &t);
	for (int i = 0; i < plan.n; i++) {
		assert_null(strstr(plan.steps[i].what, " 0 mm"));
		n_small += strstr(plan.steps[i].what, "small disc") != NULL;
	}
	assert_int_equal(n_small, 1);
	calibrate_plan_verification(&plan, &t);
	for (int i = 0; i < plan.n; i++)
		assert_null(strstr(plan.steps[i].what, " 0 mm"));
	assert_non_null(strstr(plan.steps[1].what, "mm to the left of the middle."));
	assert_non_null(strstr(plan.steps[4].what, "mm to the rear of the middle."));
}

/* Every place lies on the mat, with room for a disc of 60 mm; verification has mirrored places and one
 * twice. */
static void places_lie_on_the_mat(void **state)
{
	struct agenda_tools t = tools_of(3, true, NAN);

	(void)state;
	for (int k = 0; k < 2; k++) {
		if (k == 0)
			calibrate_plan_readings(&plan, &t);
		else
			calibrate_plan_verification(&plan, &t);
		for (int i = 0; i < plan.n; i++) {
			const struct calibrate_plan_step *s = &plan.steps[i];

			assert_true(isnan(s->x_mm) || fabs(s->x_mm) + 60 < 240);
			assert_true(isnan(s->y_mm) || fabs(s->y_mm) + 60 < 240);
		}
	}
	assert_int_equal(plan.n, 6);
	assert_true(plan.steps[1].x_mm == -plan.steps[2].x_mm);
	assert_true(plan.steps[0].x_mm == plan.steps[5].x_mm);
	assert_string_equal(plan.steps[0].method, "calibrate.verify");
}

/* What was done is ticked off once each; what was dropped, or was another mass or place, is not. */
static void ticks_off_what_is_done(void **state)
{
	struct agenda_tools t = tools_of(3, true, NAN);
	json_t *draft = json_loads(
		"{\"items\":["
		"{\"step\":\"zero\",\"dropped\":false},"
		"{\"step\":\"roll\",\"mass_kg\":null,\"dropped\":false},"
		"{\"step\":\"roll\",\"mass_kg\":null,\"dropped\":true},"
		"{\"step\":\"load\",\"mass_kg\":40.0,\"x_mm\":0,\"y_mm\":0},"
		"{\"step\":\"load\",\"mass_kg\":25.0,\"x_mm\":0,\"y_mm\":0},"
		"{\"step\":\"load\",\"mass_kg\":60.0,\"x_mm\":150,\"y_mm\":0}]}",
		0, NULL);
	int n_done = 0;

	(void)state;
	calibrate_plan_readings(&plan, &t);
	calibrate_plan_tick(&plan, draft);
	for (int i = 0; i < plan.n; i++)
		n_done += plan.steps[i].done;
	assert_int_equal(n_done, 3);
	assert_true(plan.steps[0].done && plan.steps[1].done && !plan.steps[2].done);
	calibrate_plan_tick(&plan, NULL);
	assert_false(plan.steps[0].done);
	json_decref(draft);
}

/* Creep is ticked off by itself, not by a load of the same mass there; a place that was not said is any. */
static void ticks_off_creep(void **state)
{
	struct agenda_tools t = tools_of(3, true, NAN);
	json_t *load = json_loads("{\"items\":[{\"step\":\"load\",\"mass_kg\":60.0,"
				  "\"x_mm\":108,\"y_mm\":-108}]}",
		0, NULL);
	json_t *creep = json_loads("{\"items\":[{\"step\":\"creep\",\"mass_kg\":60.0,"
				   "\"x_mm\":108,\"y_mm\":-108}]}",
		0, NULL);
	json_t *anywhere = json_loads("{\"items\":[{\"step\":\"creep\",\"mass_kg\":"
				      "60.0,\"x_mm\":null,\"y_mm\":null}]}",
		0, NULL);

	(void)state;
	calibrate_plan_readings(&plan, &t);
	calibrate_plan_tick(&plan, load);
	for (int i = 0; i < plan.n; i++)
		assert_false(plan.steps[i].done);
	calibrate_plan_tick(&plan, creep);
	assert_true(plan.steps[plan.n - 1].done);
	calibrate_plan_tick(&plan, NULL);
	assert_false(plan.steps[plan.n - 1].done);
	calibrate_plan_tick(&plan, anywhere);
	assert_true(plan.steps[plan.n - 1].done);
	json_decref(load);
	json_decref(creep);
	json_decref(anywhere);
}

/* --- exit codes and words ------------------------------------------------------------------------- */

static int exit_of(const char *text)
{
	json_t *step = json_loads(text, 0, NULL);
	int code = calibrate_step_exit(step);

	assert_non_null(step);
	json_decref(step);
	return code;
}

static void steps_have_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(exit_of("{\"ok\":true,\"step\":\"load\"}"), 0);
	assert_int_equal(exit_of("{\"ok\":false,\"step\":\"zero\"}"), 1);
	assert_int_equal(
		exit_of("{\"ok\":false,\"step\":\"load\",\"timed_out\":true}"), 5);
	assert_int_equal(
		exit_of("{\"ok\":false,\"step\":\"judge\",\"verification\":{}}"), 7);
	assert_int_equal(exit_of("{\"ok\":false,\"step\":\"check\",\"check\":{}}"), 7);
	assert_int_equal(
		exit_of("{\"ok\":false,\"step\":\"judge\",\"verification\":null}"), 1);
}

static char *out_text, *err_text;
static size_t out_size, err_size;

static struct cli open_cli(void)
{
	struct cli cli = { .out = open_memstream(&out_text, &out_size),
		.err = open_memstream(&err_text, &err_size) };

	return cli;
}

static void close_cli(struct cli *cli)
{
	fclose(cli->out);
	fclose(cli->err);
}

static void free_texts(void)
{
	free(out_text);
	free(err_text);
}

static void says(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("\"%s\" is not in:\n%s", words, text);
}

#define SAW                                                                            \
	"\"saw\":{\"frames\":998,\"lost\":0,\"load_cnt\":52110.0,"                     \
	"\"at_mm\":[-59.8,40.1],\"radius_mm\":61.0,\"steadiness_frac\":0.0007,"        \
	"\"coverage_frac\":null}"

static void a_step_is_told_in_words(void **state)
{
	struct cli cli = open_cli();
	json_t *step = json_loads(
		"{\"ok\":true,\"step\":\"load\",\"item\":4," SAW
		",\"notes\":[\"cell 3, 4 is quiet\"],\"next\":\"Take it off.\"}",
		0, NULL);

	(void)state;
	calibrate_text_step(&cli, step);
	json_decref(step);
	step = json_loads(
		"{\"ok\":false,\"step\":\"zero\",\"reason\":\"Empty the mat.\","
		"\"notes\":[]}",
		0, NULL);
	calibrate_text_step(&cli, step);
	close_cli(&cli);
	says(out_text, "load: done, reading 4\n");
	says(out_text, "x -59.8, y +40.1 mm, 52,110 counts, steady within 0.07 %\n");
	says(out_text, "998 frames, none lost\n");
	says(out_text, "note: cell 3, 4 is quiet\n");
	says(out_text, "next: Take it off.\n");
	says(err_text, "stance: zero: Empty the mat.\n");
	json_decref(step);
	free_texts();
}

/* With --json only a document may be on stdout. */
static void json_leaves_words_out(void **state)
{
	struct cli cli = open_cli();
	json_t *step =
		json_loads("{\"ok\":false,\"step\":\"judge\",\"reason\":\"5 % off\","
			   "\"notes\":[\"x\"],\"verification\":{\"lines\":[]}}",
			0, NULL);

	(void)state;
	cli.json = true;
	calibrate_text_step(&cli, step);
	close_cli(&cli);
	assert_string_equal(out_text, "");
	says(err_text, "judge: 5 % off");
	json_decref(step);
	free_texts();
}

static const char certificate[] =
	"{\"id\":\"abc\",\"state\":\"valid\",\"operator\":\"Tess\",\"created_unix_ms\":"
	"0,"
	"\"accepted\":true,\"verified\":true,\"utc_offset_min\":60,"
	"\"device\":{\"model\":\"M\",\"serial\":\"S1\",\"rows\":32,\"cols\":48,"
	"\"pitch_x_mm\":10,\"pitch_y_mm\":15,\"unit\":\"counts\",\"full_scale\":4095,"
	"\"has_divider\":true,\"r_reference_ohm\":4700,\"r_series_ohm\":100,"
	"\"applies_threshold\":true},"
	"\"model\":{\"threshold_sds\":4,\"curve\":{\"kind\":\"power\",\"scale_n\":20,"
	"\"exponent\":1.05,\"w_max\":0.5},\"creep\":[[0.3,0.02],[1,0]],"
	"\"crosstalk_row_frac\":0.01,\"crosstalk_col_frac\":0,"
	"\"states\":{\"dead\":[49,100],\"stuck\":[]}},"
	"\"report\":{\"cv_rms_frac\":{\"linear\":0.1,\"power\":0.01,\"cubic\":null},"
	"\"cells\":{\"ok\":1534,\"dead\":2},\"uniformity_frac\":0.012,"
	"\"creep_per_decade_frac\":0.08,\"hysteresis_frac\":0,"
	"\"unlike_frac\":0.036,\"has_staircase\":false,"
	"\"quick\":false,\"loads\":[{\"item\":3,\"mass_kg\":60,\"fit_kg\":59.4,"
	"\"pressed_n\":5.1,\"used\":true}],\"problems\":[{\"severity\":\"warn\","
	"\"item\":3,\"text\":\"look here\"}]},"
	"\"budget\":{\"force_frac\":0.02,\"share_frac\":0.004,\"cop_x_mm\":0.5,"
	"\"cop_y_mm\":0.6,\"velocity_bias_frac\":0.12,\"noise_velocity_mm_s\":0.4},"
	"\"verification\":{\"passed\":true,\"text\":\"Passed.\",\"rows\":["
	"{\"mass_kg\":50,\"measured_kg\":50.5,\"force_error_frac\":0.01,\"x_mm\":0,"
	"\"y_mm\":0,\"cop_x_mm\":0.4,\"cop_y_mm\":0.3,\"cop_error_mm\":0.5}],"
	"\"lines\":[{\"key\":\"total_force\",\"label\":\"Total force\",\"unit\":\"%\","
	"\"figure\":1.0,\"limit\":5.0,\"at_least\":false,\"judgement\":\"pass\"},"
	"{\"key\":\"rate\",\"label\":\"Frame rate\",\"unit\":\"Hz\",\"figure\":20,"
	"\"limit\":50,\"at_least\":true,\"judgement\":\"fail\"}]}}";

static void a_certificate_says_it_all(void **state)
{
	json_t *document = json_loads(certificate, 0, NULL);
	FILE *out = open_memstream(&out_text, &out_size);

	(void)state;
	assert_non_null(document);
	calibrate_certificate_print(out, document);
	fclose(out);
	json_decref(document);
	says(out_text, "Calibration abc");
	says(out_text, "Tess");
	says(out_text, "serial S1");
	says(out_text, "32 x 48 cells of 10 x 15 mm");
	says(out_text, "leaves out light cells");
	says(out_text, "20 x response^1.050");
	says(out_text, "1.00 % along rows");
	says(out_text, "60.00 kg         59.40 kg    -1.0 %");
	says(out_text, "linear 10.0 %, power 1.0 %\n");
	says(out_text, "1534 good, 2 dead");
	says(out_text, "dead (row, column from 0 at the front left): (1, 1) (2, 4)");
	says(out_text, "hysteresis: not measured");
	says(out_text, "exponents: 3.6 % apart from cell to cell, taken out");
	says(out_text, "look at: look here");
	says(out_text, "weight                            +- 3.9 %"); /* 1.96 * 2 */
	says(out_text, "about 12 % too low");
	says(out_text, "a dead weight seems to sway at 0.40 mm/s");
	says(out_text, "50.50 kg   +1.0 %");
	says(out_text, "at most 5 %         pass");
	says(out_text, "at least 50 Hz      FAIL");
	free(out_text);
}

/* --- the picture ---------------------------------------------------------------------------------- */

#define SIDE 24

static char *picture(const struct calibrate_view *view, int n_rows, int n_cols)
{
	struct termgrid grid = { 0 };
	FILE *out = open_memstream(&out_text, &out_size);

	assert_int_equal(termgrid_resize(&grid, n_rows, n_cols), 0);
	calibrate_view_draw(view, &grid);
	termgrid_dump(&grid, out);
	fclose(out);
	termgrid_fini(&grid);
	return out_text;
}

static void the_picture_shows_what_to_do(void **state)
{
	static uint16_t cells[SIDE * SIDE], covered[SIDE * SIDE];
	struct frame_document frame = {
		.geometry = { SIDE, SIDE, 20, 20 }, .scale = 1, .cells = cells
	};
	struct calibrate_view view = {
		.title = "roll", .frame = &frame, .covered = covered, .counts_top = 400
	};
	json_t *progress = json_loads(
		"{\"state\":\"measuring\",\"step\":\"roll\",\"hint\":\"Roll on to the "
		"rear edge, slowly and evenly over all of the mat.\",\"elapsed_s\":15,"
		"\"remaining_s\":45,\"load_cnt\":1234,\"at_mm\":[5,-100],"
		"\"radius_mm\":80,\"steadiness_frac\":0.2,\"coverage_frac\":0.42,"
		"\"sweeps\":1,\"frames\":200,\"lost\":3}",
		0, NULL);
	char line[256];

	(void)state;
	for (int i = 0; i < SIDE * SIDE; i++) {
		covered[i] = i < SIDE * SIDE / 2;
		cells[i] = i / SIDE == 17 ? 400 : 0;
	}
	calibrate_view_read(progress, &view.state);
	json_decref(progress);
	view.has_state = true;
	picture(&view, 24, 80);
	says(out_text, "Calibration: roll");
	says(out_text, "front");
	says(out_text, "Roll on to the rear edge, slowly and");
	says(out_text, "42.0 % of the cells");
	says(out_text, "sweeps     1");
	says(out_text, "1,234 counts");
	says(out_text, "x +5, y -100 mm");
	says(out_text, "lost       3 of 200");
	says(out_text, "45.0 s left");
	says(out_text, "#########..."); /* a quarter of 36 columns */
	says(out_text, "Ctrl-C takes this step back");
	free(out_text);
	calibrate_view_line(&view.state, line, sizeof(line));
	says(line, "over all of the mat. (45 s)");
	view.state.coverage_frac = NAN; /* a disc instead */
	picture(&view, 24, 80);
	says(out_text, "as a disc of 80 mm radius");
	says(out_text, "moving, 20.00 % a second");
	free(out_text);
}

/* Any size, and any lack of knowledge, is drawn without a fault. */
static void any_size_is_drawn(void **state)
{
	struct calibrate_view view = { .title = "zero", .counts_top = 400 };

	(void)state;
	for (int rows = 1; rows < 30; rows += 3) {
		for (int cols = 1; cols < 120; cols += 7) {
			picture(&view, rows, cols);
			free(out_text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_by_what_is_at_hand),
		cmocka_unit_test(creeps_where_nothing_stood),
		cmocka_unit_test(says_where_and_on_what),
		cmocka_unit_test(places_lie_on_the_mat),
		cmocka_unit_test(ticks_off_what_is_done),
		cmocka_unit_test(ticks_off_creep),
		cmocka_unit_test(steps_have_exit_codes),
		cmocka_unit_test(a_step_is_told_in_words),
		cmocka_unit_test(json_leaves_words_out),
		cmocka_unit_test(a_certificate_says_it_all),
		cmocka_unit_test(the_picture_shows_what_to_do),
		cmocka_unit_test(any_size_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
