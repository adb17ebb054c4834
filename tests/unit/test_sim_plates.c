/* Recordings of two force plates: read whole or refused with the line, played without a jump. */
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

#include "hw/sim/plates.h"

#define HEADER "t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm\n"

static char message[256];

static int parse(const char *text, struct plates **out)
{
	message[0] = '\0';
	return plates_parse(text, strlen(text), "f.csv", out, message, sizeof(message));
}

static void reads_and_summarises(void **state)
{
	struct plates *p = NULL;

	(void)state;
	assert_int_equal(parse(HEADER "0,300,-80,10,100,90,20\n"
				      "0.5,100,-82,14,300,88,30\n",
				 &p),
		0);
	assert_int_equal(p->n_rows, 2);
	assert_true(fabs(p->mean_n - 400) < 1e-9);
	assert_true(fabs(p->mean_share - 0.5) < 1e-9);
	assert_true(fabs(p->mean[PLATES_LEFT].x + 81) < 1e-9);
	assert_true(fabs(p->mean[PLATES_RIGHT].y - 25) < 1e-9);
	/* net COP (-37.5, 12.5) and (45.5, 26): half their distance */
	assert_true(fabs(p->rms_mm - hypot(83, 13.5) / 2) < 1e-9);
	plates_free(p);
}

static void takes_columns_in_any_order(void **state)
{
	struct plates *p = NULL;

	(void)state;
	assert_int_equal(parse("\xef\xbb\xbfright_n, note "
			       ",t_s,left_n,left_x_mm,left_y_mm,right_x_mm,"
			       "right_y_mm\r\n100,x,0,300,-80,10,90,20\r\n\r\n100,y,1,"
			       "300,-80,10,90,20\r\n",
				 &p),
		0);
	assert_true(p->rows[0].force_n[PLATES_RIGHT] == 100);
	assert_true(p->rows[1].cop[PLATES_LEFT].x == -80);
	plates_free(p);
}

static void plays_forth_and_back(void **state)
{
	struct plates *p = NULL;
	double last = -80;

	(void)state;
	assert_int_equal(parse(HEADER "2,300,-80,0,100,80,0\n3,300,-70,0,100,80,0\n"
				      "4,300,-75,0,100,80,0\n",
				 &p),
		0);
	assert_true(fabs(plates_at(p, 0.25).cop[0].x + 77.5) < 1e-9);
	assert_true(fabs(plates_at(p, 2).cop[0].x + 75) < 1e-9);
	assert_true(fabs(plates_at(p, 2.5).cop[0].x + 72.5) < 1e-9);
	assert_true(fabs(plates_at(p, 4).cop[0].x + 80) < 1e-9);
	assert_true(fabs(plates_at(p, 4.25).cop[0].x + 77.5) < 1e-9);
	for (double t = 0; t < 20; t += 0.01) {
		double x = plates_at(p, t).cop[0].x;

		assert_true(fabs(x - last) < 0.11);
		last = x;
	}
	plates_free(p);
}

static void lets_a_foot_be_absent(void **state)
{
	struct plates *p = NULL;
	struct plates_row row;

	(void)state;
	assert_int_equal(parse(HEADER "0,0,,,100,80,5\n1,200,-70,8,100,80,5\n", &p), 0);
	assert_true(isnan(p->rows[0].cop[PLATES_LEFT].x));
	row = plates_at(p, 0.5);
	assert_true(fabs(row.force_n[PLATES_LEFT] - 100) < 1e-9);
	assert_true(row.cop[PLATES_LEFT].x == -70);
	plates_free(p);
}

static void names_the_line_that_is_wrong(void **state)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ HEADER "0,1e30,-80,10,100,90,20\n",
			"f.csv:2: a person's force is at most 10000 N" },
		{ HEADER "0,300,-80,10,100,90,2e9\n",
			"f.csv:2: a COP lies within 10000 mm of its plate's origin, "
			"in column right_y_mm" },
		{ HEADER "0,1 300,-80,10,100,90,20\n",
			"f.csv:2: this is not a number in column left_n" },
		{ "", "f.csv:1: the file is empty" },
		{ "t_s,left_n\n0,1\n",
			"f.csv:1: the first line names no column left_x_mm" },
		{ HEADER "0,300,-80,10,100,90\n", "f.csv:2: there is no value" },
		{ HEADER "0,300,-80,10,100,90,20\n0.1,3oo,-80,10,100,90,20\n",
			"f.csv:3: this is not a number in column left_n" },
		{ HEADER "0,300,-80,10,100,90,20\n0,300,-80,10,100,90,20\n",
			"f.csv:3: time must rise" },
		{ HEADER "0,-300,-80,10,100,90,20\n", "f.csv:2: force must be" },
		{ HEADER "0,300,,10,100,90,20\n",
			"f.csv:2: a loaded foot needs its COP" },
		{ HEADER "0,300,-80,10,100,90,20\n", "at least two rows" },
		{ HEADER "0,0,0,0,0,0,0\n1,0,0,0,0,0,0\n", "nobody stands" },
		{ HEADER "nan,300,-80,10,100,90,20\n", "f.csv:2: the time is missing" },
		{ HEADER "inf,300,-80,10,100,90,20\n",
			"f.csv:2: this is not a number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct plates *p = NULL;

		assert_int_equal(parse(bad[i].text, &p), -EINVAL);
		if (!strstr(message, bad[i].part))
			fail_msg("expected \"%s\" in \"%s\"", bad[i].part, message);
		assert_null(p);
	}
}

static void says_that_a_file_is_missing(void **state)
{
	struct plates *p = NULL;

	(void)state;
	assert_int_equal(
		plates_load("/no/such.csv", &p, message, sizeof(message)), -ENOENT);
	assert_non_null(strstr(message, "/no/such.csv"));
	assert_non_null(strstr(message, "No such file"));
	plates_free(NULL);
}

/* A real recording: 64.8 kg, left share near the 49.99 % that was computed independently. */
static void reads_a_real_recording(void **state)
{
	const char *shared = getenv("STANCE_SHARED");
	char path[512];
	struct plates *p = NULL;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/reference/cop/feet/PDS13OR2.csv",
		shared ? shared : "../shared");
	f = fopen(path, "r");
	if (!f) {
		printf("skipped: %s is not there\n", path);
		skip();
		return;
	}
	fclose(f);
	assert_int_equal(plates_load(path, &p, message, sizeof(message)), 0);
	assert_int_equal(p->n_rows, 6000);
	assert_true(fabs(p->mean_share - 0.4999) < 0.0002);
	assert_true(fabs(p->mean_n / 9.80665 - 64.8) < 0.3);
	plates_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_summarises),
		cmocka_unit_test(takes_columns_in_any_order),
		cmocka_unit_test(plays_forth_and_back),
		cmocka_unit_test(lets_a_foot_be_absent),
		cmocka_unit_test(names_the_line_that_is_wrong),
		cmocka_unit_test(says_that_a_file_is_missing),
		cmocka_unit_test(reads_a_real_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
