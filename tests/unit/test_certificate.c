/* The certificate: the same calibration gives the same bytes, in each format, and nothing is left behind
 * where it cannot be written. What it looks like is looked at by people; its words by test_report.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/rng.h"
#include "src/base/slurp.h"
#include "src/report/certificate.h"
#include "tests/support/folder.h"

#define SIDE   48
#define NOW_MS INT64_C(1780000000000)

static void fill_model(struct model *m)
{
	struct rng rng;

	rng_init(&rng, 7, 1);
	m->geometry = (struct mat_geometry){ SIDE, SIDE, 10, 10 };
	for (int i = 0; i < SIDE * SIDE; i++) {
		m->gain[i] = (float)exp(0.15 * rng_normal(&rng));
		m->state[i] = i % 577 == 5   ? CELL_DEAD
			      : i % 733 == 3 ? CELL_NOISY
			      : i < 3        ? CELL_UNCOVERED
					     : CELL_OK;
	}
	m->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 21.5, .exponent = 0.941, .w_max = 1.3
	};
	m->budget = (struct sensor_budget){ 0.004, 0.0011, 0.21, 0.24, 0.002, 0.004,
		0.009, 0, 0.31 };
}

static void fill_verification(struct verify_result *v)
{
	static const char *const labels[VERIFY_N_TESTS] = { "Total force, worst weight",
		"Return to zero", "Left/right, equal weights", "COP, worst place",
		"Repeated placing, sd", "COP of a dead weight, rms",
		"Dead weight as sway velocity", "Frame rate", "Frames lost",
		"Jitter, p99" };

	v->n_rows = 9;
	for (int i = 0; i < v->n_rows; i++) {
		struct verify_row *r = &v->rows[i];

		*r = (struct verify_row){ .mass_kg = 20,
			.x_mm = 150.0 * (i % 3 - 1),
			.y_mm = 150.0 * (i / 3 - 1),
			.force_error_frac = 0.004 * (i - 4) };
		r->cop_x_mm = r->x_mm + 0.4 * (i % 2 ? 1 : -1);
		r->cop_y_mm = r->y_mm + 0.2 * (i - 4);
	}
	for (int i = 0; i < VERIFY_N_TESTS; i++)
		v->lines[i] = (struct verify_line){ .key = "k",
			.label = labels[i],
			.unit = i < 2 ? "%" : "mm",
			.figure = i == 4 ? NAN : 1.2 + i,
			.limit = 5 + i,
			.judgement = i == 4 ? VERIFY_NOT_TESTED : VERIFY_PASS };
	v->passed = true;
	snprintf(v->text, sizeof(v->text),
		"Nine weights at nine places agree with the mat.");
}

static struct calibration *make(void)
{
	struct calibration *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	snprintf(c->id, sizeof(c->id), "3f9a0c1d2e4b5a69788796a5b4c3d2e1");
	snprintf(c->operator_name, sizeof(c->operator_name), "T. Meister");
	snprintf(c->algorithm, sizeof(c->algorithm), "0.1.0");
	c->created_unix_ms = NOW_MS - 86400000;
	c->expires_unix_ms = NOW_MS + INT64_C(364) * 86400000;
	c->utc_offset_min = 60;
	c->temperature_c = 22.4;
	c->accepted = c->verified = true;
	c->device = (struct calibration_device){ .driver = "smp",
		.serial = "A1B2C3D4E5F60708",
		.model = "Resistive 48",
		.firmware = "1.4.2",
		.geometry = { SIDE, SIDE, 10, 10 },
		.full_scale = 4095 };
	fill_model(&c->model);
	fill_verification(&c->verification);
	c->report.n_states[CELL_DEAD] = 4;
	c->report.n_states[CELL_UNCOVERED] = 3;
	c->report.cv_rms_frac[CURVE_POWER] = 0.006;
	c->report.creep_per_decade_frac = 0.12;
	c->report.has_staircase = true;
	c->report.hysteresis_frac = 0.043;
	c->report.uniformity_frac = 0.004;
	c->report.unlike_frac = 0.036;
	c->report.n_loads = 5;
	for (int i = 0; i < 5; i++)
		c->report.loads[i] = (struct fit_load){ .mass_kg = 20.0 * (i + 1),
			.fit_kg = 20.0 * (i + 1) * (1 + 0.003 * (i - 2)),
			.used = true };
	c->report.n_problems = 1;
	snprintf(c->report.problems[0].text, sizeof(c->report.problems[0].text),
		"Three cells at the front left were never pressed by the roller.");
	return c;
}

/* In a process of its own, as the program does: cairo numbers the parts of SVG by process. */
static void write_apart(const struct calibration *c, int64_t now_unix_ms,
	const char *path, enum paper_format format)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(certificate_write(c, now_unix_ms, path, format) ? 1 : 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void write_twice(enum paper_format format, const char *name)
{
	struct calibration *c = make();
	char first[4096], second[4096], *a, *b;
	size_t na, nb;
	char folder[] = "/tmp/stance-certificate-XXXXXX";

	assert_non_null(mkdtemp(folder));
	snprintf(first, sizeof(first), "%s/a-%s", folder, name);
	snprintf(second, sizeof(second), "%s/b-%s", folder, name);
	write_apart(c, NOW_MS, first, format);
	write_apart(c, NOW_MS + 5000, second, format);
	assert_int_equal(slurp_file(first, 16 << 20, &a, &na), 0);
	assert_int_equal(slurp_file(second, 16 << 20, &b, &nb), 0);
	assert_true(na > 10000);
	assert_int_equal(na, nb);
	assert_memory_equal(a, b, na);
	free(a);
	free(b);
	free(c);
	folder_remove(folder);
}

static void test_pdf_is_reproducible(void **state)
{
	(void)state;
	write_twice(PAPER_PDF, "certificate.pdf");
}

static void test_png_is_reproducible(void **state)
{
	(void)state;
	write_twice(PAPER_PNG, "certificate.png");
}

static void test_svg_is_reproducible(void **state)
{
	(void)state;
	write_twice(PAPER_SVG, "certificate.svg");
}

static void test_second_sheet_has_a_file_of_its_own(void **state)
{
	struct calibration *c = make();
	char folder[] = "/tmp/stance-certificate-XXXXXX";
	char path[4096];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/c.png", folder);
	assert_int_equal(certificate_write(c, NOW_MS, path, PAPER_PNG), 0);
	snprintf(path, sizeof(path), "%s/c-2.png", folder);
	assert_int_equal(access(path, R_OK), 0);
	free(c);
	folder_remove(folder);
}

static void test_an_old_file_stays_when_writing_fails(void **state)
{
	struct calibration *c = make();

	(void)state;
	assert_int_equal(
		certificate_write(c, NOW_MS, "/nonexistent/c.pdf", PAPER_PDF), -ENOENT);
	assert_int_equal(
		certificate_write(c, NOW_MS, "c.txt", paper_format_of("c.txt")),
		-EINVAL);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pdf_is_reproducible),
		cmocka_unit_test(test_png_is_reproducible),
		cmocka_unit_test(test_svg_is_reproducible),
		cmocka_unit_test(test_second_sheet_has_a_file_of_its_own),
		cmocka_unit_test(test_an_old_file_stays_when_writing_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
