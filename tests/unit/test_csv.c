/* Tables of numbers: any order, any of three separators, every error with line and remedy. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/csv.h"
#include "src/base/slurp.h"

static const struct csv_column columns[] = { { "t_s", false }, { "x_mm", false },
	{ "force_n", true } };

static char message[512];
static struct csv csv;

static int start(const char *text)
{
	return csv_open(&csv, text, strlen(text), "f.csv", columns, 3, message,
		sizeof(message));
}

static void expect(const char *text, double t, double x, double force)
{
	double v[3];

	assert_int_equal(start(text), 0);
	assert_int_equal(csv_next(&csv, v), 1);
	assert_true(v[0] == t && v[1] == x);
	assert_true(isnan(force) ? isnan(v[2]) : v[2] == force);
	assert_int_equal(csv_next(&csv, v), 0);
	assert_int_equal(csv_next(&csv, v), 0);
}

static void reads_every_usual_dialect(void **state)
{
	(void)state;
	expect("t_s,x_mm,force_n\n0.5,-1e-3,700\n", 0.5, -1e-3, 700);
	expect("t_s,x_mm\n0.5,+3", 0.5, 3, NAN);
	expect("\xef\xbb\xbf\r\nnote;X_MM ; T_S\r\n\r\n\"a;b\";-2,25;0,5\r\n \t\r\n",
		0.5, -2.25, NAN);
	expect("force_n\tt_s\tx_mm\n\t1\t2\n", 1, 2, NAN);
	expect("\"t_s\" , \"x_mm\",force_n,last\n1, \"2\" ,NaN,\n", 1, 2, NAN);
	expect("t_s,x_mm,force_n\n1,2,null\n", 1, 2, NAN);
	expect("t_s,x_mm,force_n\n1,3,NA\n\n\n", 1, 3, NAN);
}

static void says_which_columns_exist(void **state)
{
	(void)state;
	assert_int_equal(start("t_s,x_mm\n"), 0);
	assert_true(csv_has(&csv, 0) && csv_has(&csv, 1) && !csv_has(&csv, 2));
	assert_int_equal(csv_max_rows("a\nb\nc", 5), 3);
	assert_int_equal(csv_max_rows("", 0), 1);
}

static void names_line_and_remedy(void **state)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "", "f.csv:1: the file is empty; it must start with the names of its "
		      "columns: t_s,x_mm[,force_n]" },
		{ "\n \n", "f.csv:1: the file is empty" },
		{ "0,1\n1,2\n", "f.csv:1: the columns have no names; put a first line "
				"t_s,x_mm[,force_n] above the numbers" },
		{ "\n\ntime,x_cm\n",
			"f.csv:3: the first line names no column t_s; the table needs "
			"t_s,x_mm[,force_n] and has \"time,x_cm\"" },
		{ "t_s,x_mm,T_S\n", "f.csv:1: column t_s stands here twice" },
		{ "t_s,x_mm\n0,1\n1\n", "f.csv:3: there is no value for column x_mm" },
		{ "t_s,x_mm\n0,1\n\n1,2x\n",
			"f.csv:4: this is not a number in column x_mm: \"2x\"" },
		{ "t_s,x_mm\n0,inf\n", "f.csv:2: this is not a number" },
		{ "t_s,x_mm\n0,1e999\n", "f.csv:2: this is not a number" },
		{ "t_s,x_mm\n0,0x10\n", "f.csv:2: this is not a number" },
		{ "t_s,x_mm\n0,1 2\n", "f.csv:2: this is not a number" },
		{ "t_s,x_mm\n0,-\n", "f.csv:2: this is not a number" },
		{ "t_s;x_mm\n0;1.000,5\n", "f.csv:2: this is not a number" },
		{ "t_s,x_mm\n0,"
		  "000000000000000000000000000000000000000000000000000000000000000000"
		  "0000\n",
			"f.csv:2: this is not a number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double v[3];
		int rc = start(bad[i].text);

		while (rc == 0 && (rc = csv_next(&csv, v)) == 1)
			rc = 0;
		assert_int_equal(rc, -EINVAL);
		if (!strstr(message, bad[i].part))
			fail_msg("expected \"%s\" in \"%s\"", bad[i].part, message);
	}
	assert_int_equal(csv_open(&csv, "PK\3\4\0\0", 6, "f.csv", columns, 3, message,
				 sizeof(message)),
		-EINVAL);
	assert_non_null(strstr(message, "this is no text"));
}

/* The caller's own complaints carry the line too, and a short buffer is only cut. */
static void lends_its_line(void **state)
{
	char small[12];
	double v[3];

	(void)state;
	assert_int_equal(start("t_s,x_mm\n\n5,6\n"), 0);
	assert_int_equal(csv_next(&csv, v), 1);
	assert_int_equal(csv_complain(&csv, "%g is late", v[0]), -EINVAL);
	assert_string_equal(message, "f.csv:3: 5 is late");
	csv_open(&csv, "a,b\n", 4, "a-file-with-a-long-name.csv", columns, 3, small,
		sizeof(small));
	assert_string_equal(small, "a-file-with");
}

static void slurps_streams_whole_or_not(void **state)
{
	FILE *file = tmpfile();
	char *text = NULL;
	size_t n = 0;

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 100000; i++)
		fputs("0123456789", file);
	rewind(file);
	assert_int_equal(slurp_stream(file, 1000000, &text, &n), 0);
	assert_int_equal(n, 1000000);
	assert_int_equal(text[n], '\0');
	assert_memory_equal(text + n - 10, "0123456789", 10);
	free(text);
	rewind(file);
	assert_int_equal(slurp_stream(file, 999999, &text, &n), -EFBIG);
	fclose(file);
	assert_int_equal(slurp_file("/no/such", 10, &text, &n), -ENOENT);
	assert_int_equal(slurp_file("/", 10, &text, &n), -EISDIR);
	assert_int_equal(slurp_file("/dev/null", 10, &text, &n), 0);
	assert_int_equal(n, 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_usual_dialect),
		cmocka_unit_test(says_which_columns_exist),
		cmocka_unit_test(names_line_and_remedy),
		cmocka_unit_test(lends_its_line),
		cmocka_unit_test(slurps_streams_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
