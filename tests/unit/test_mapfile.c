/* Pressure maps of other makers: each format read to the last cell, mistakes named by line, and what is
 * measured in them by hand. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hw/mapfile.h"
#include "src/cli/frames_measure.h"

static float cells[MAPFILE_MAX_CELLS];
static char message[256];
static struct mapfile map;
static struct mapfile_frame frame;
static struct frames_measures m;

static int open_text(const char *text)
{
	message[0] = '\0';
	return mapfile_open(
		&map, text, strlen(text), "f", cells, message, sizeof(message));
}

static void near_to(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-6 * (1 + fabs(expected))))
		fail_msg("%.9g, expected %.9g", value, expected);
}

#define TEKSCAN_HEAD                                                                   \
	"DATA_TYPE MOVIE\r\nSENSOR_TYPE MADE\r\nROWS 2\r\nCOLS 3\r\n"                  \
	"ROW_SPACING 5 mm\r\nCOL_SPACING 0.4 centimeters\r\n"                          \
	"SECONDS_PER_FRAME 0.02\r\nUNITS KPa\r\nASCII_DATA @@\r\n\r\n"

/* By hand: cells of 20 mm2; 10 kPa on one is 0.2 N. */
static void reads_tekscan(void **state)
{
	(void)state;
	assert_int_equal(open_text(TEKSCAN_HEAD "Frame 1\r\nB,10,0\r\n0,20,10\r\n\r\n"
						"Frame 2\r\nB,0,0\r\n0,0,0\r\n@@\r\n"),
		0);
	assert_int_equal(map.head.format, MAPFILE_TEKSCAN);
	near_to(map.head.pitch_x_mm, 4);
	near_to(map.head.pitch_y_mm, 5);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	assert_int_equal(frame.number, 1);
	assert_int_equal(frame.line, 11);
	near_to(frame.t_s, 0);
	assert_true(isnan(frame.parts[0].cells[0]));
	frames_measure(&map.head, &frame, &m);
	near_to(m.all.sum, 40);
	near_to(m.all.force_n, 0.8);
	assert_int_equal(m.all.n_contact, 3);
	near_to(m.all.contact_mm2, 60);
	/* x: (10 * 0 + 20 * 0 + 10 * 1) / 40 cells; y: (10 - 30) / 2 / 40 */
	near_to(m.all.cop_x_mm, 0.25 * 4);
	near_to(m.all.cop_y_mm, -0.25 * 5);
	assert_true(isnan(m.left_frac));
	assert_int_equal(mapfile_next(&map, &frame), 1);
	near_to(frame.t_s, 0.02);
	frames_measure(&map.head, &frame, &m);
	assert_true(m.all.sum == 0 && isnan(m.all.cop_x_mm));
	assert_int_equal(mapfile_next(&map, &frame), 0);
}

static void knows_what_the_file_sums_up(void **state)
{
	(void)state;
	assert_int_equal(open_text(TEKSCAN_HEAD "Frame 7, 1.5,, noon,,,Raw Sum=,,44\r\n"
						"B,10,0\r\n0,20,10\r\n"),
		0);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	assert_int_equal(frame.number, 7);
	near_to(frame.t_s, 1.5);
	near_to(frame.parts[0].told_sum, 44);
	frames_measure(&map.head, &frame, &m);
	near_to(m.told_frac, 0.1);
}

static void reads_emed(void **state)
{
	static const char text[] =
		"\n\t\tPage 1\n\tFile: a\tMatrix: 64x95\n\tSensor area: 0.25 cm-2\t"
		"Time/picture:10.0 ms\n\tMV over frames\n"
		"\tSensor size: 0.500x0.500 cm\n\tPict-No.: 3  Force[N]=sum\n\n"
		"\t26\t27\tForce\n30\t0.00\t40.00\t1.00\n31\t20.00\t0.00\t0.50\n"
		"Force\t0.50\t1.00\t1.50\n\f\n";

	(void)state;
	assert_int_equal(open_text(text), 0);
	assert_int_equal(map.head.format, MAPFILE_EMED);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	assert_int_equal(frame.number, 3);
	assert_int_equal(frame.parts[0].n_rows, 2);
	assert_int_equal(frame.parts[0].n_cols, 2);
	near_to(frame.parts[0].told_n, 1.5);
	frames_measure(&map.head, &frame, &m);
	near_to(m.all.force_n, 1.5);
	near_to(m.told_frac, 0);
	assert_int_equal(mapfile_next(&map, &frame), 0);
}

#define SENSOR(name, load, row)                                                        \
	"SENSOR," name ",,\nRows,1,,\n,,,\nColumns,3,,\nSensel Width (cm),1,,\n"       \
	"Sensel Height (cm),2,,\nEst. Load (N)," load ",,\nSENSELS,,,\n,,,\n" row "\n"

static void reads_xsensor(void **state)
{
	(void)state;
	assert_int_equal(
		open_text("\xef\xbb\xbf"
			  "File:,x,,\nUnits:,mmHg,,\nThreshold:,5,,\n"
			  "FRAME,8,,\nTime, 23:59:59.5,,\n" SENSOR(
				  "A-LF", "8", "100,200,0,") SENSOR("A-RF", "4",
				  "0,0,100,") "GROUP,,,\nSENSELS,,,\n1,,,\n"
					      "FRAME,9,,\nTime, 00:00:00.25,,\n" SENSOR(
						      "A-LF", "0", "0,0,0,")),
		0);
	near_to(map.head.threshold, 5);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	assert_int_equal(frame.n_parts, 2);
	assert_int_equal(frame.parts[0].side, MAPFILE_LEFT);
	assert_int_equal(frame.parts[1].side, MAPFILE_RIGHT);
	frames_measure(&map.head, &frame, &m);
	near_to(m.left_frac, 0.75);
	near_to(m.all.force_n, 400 * 0.133322387415 * 200e-3);
	near_to(m.told_n, 12);
	assert_true(isnan(m.all.cop_x_mm) && isfinite(m.part[0].cop_x_mm));
	assert_int_equal(mapfile_next(&map, &frame), 1);
	near_to(frame.t_s, 0.75); /* across midnight */
	assert_int_equal(frame.n_parts, 1);
	assert_int_equal(mapfile_next(&map, &frame), 0);
}

static void reads_labelled_feet(void **state)
{
	(void)state;
	assert_int_equal(open_text("id,label,L_r00_c0,L_r00_c1,R_r00_c0,R_r00_c1\n"
				   "S1,leans left,30,30,10,10\nS2,alone,5,0,0,0\n"),
		0);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	assert_string_equal(frame.label, "leans left");
	frames_measure(&map.head, &frame, &m);
	near_to(m.left_frac, 0.75);
	assert_true(isnan(m.all.force_n) && isnan(m.all.contact_mm2));
	near_to(m.part[1].cop_x_cells, 0);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	frames_measure(&map.head, &frame, &m);
	assert_true(isnan(m.left_frac));
}

/* A map wide enough for two feet is parted at the widest empty gap; a narrow one never. */
static void parts_two_feet_on_one_map(void **state)
{
	static const char rows[] =
		"Frame 1\n0,3,3,3,0,0,0,1,1,1\n0,3,0,3,0,0,0,1,1,1\n";
	char text[512];

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		snprintf(text, sizeof(text),
			"DATA_TYPE MOVIE\nROWS 2\nCOLS 10\nROW_SPACING 30 mm\n"
			"COL_SPACING %s mm\nUNITS KPa\nASCII_DATA @@\n%s",
			wide ? "30" : "10", rows);
		assert_int_equal(open_text(text), 0);
		assert_int_equal(mapfile_next(&map, &frame), 1);
		frames_measure(&map.head, &frame, &m);
		if (wide)
			near_to(m.left_frac, 15.0 / 21);
		else
			assert_true(isnan(m.left_frac));
	}
}

static void reads_a_bare_matrix(void **state)
{
	(void)state;
	assert_int_equal(open_text("0\t1\n2\t3\n"), 0);
	assert_int_equal(map.head.format, MAPFILE_MATRIX);
	assert_int_equal(mapfile_next(&map, &frame), 1);
	frames_measure(&map.head, &frame, &m);
	near_to(m.all.sum, 6);
	near_to(m.all.cop_x_cells, (4 - 2) * 0.5 / 6);
	assert_true(isnan(frame.t_s) && isnan(m.told_n));
	assert_int_equal(mapfile_next(&map, &frame), 0);
}

static void names_the_line(void **state)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "some words\n", "f:1: no export of frames" },
		{ "", "f:1: no export of frames" },
		{ "DATA_TYPE MOVIE\nROWS 900\n", "f:2: ROWS must be" },
		{ "DATA_TYPE MOVIE\nROWS 2\n", "ASCII_DATA is missing" },
		{ TEKSCAN_HEAD "Frame 1\nB,1,2\nB,1\n",
			"f:13: this row has 2 cells, not 3" },
		{ TEKSCAN_HEAD "Frame 1\nB,1,2\nB,1,2,3\n", "f:13: this row has more" },
		{ TEKSCAN_HEAD "Frame 1\nB,1,q\n", "f:12: cell 3 is no number: \"q\"" },
		{ TEKSCAN_HEAD "Frame 1\nB,1,2\n", "the file ends within frame 1" },
		{ TEKSCAN_HEAD "rubbish\n", "f:11: expected \"Frame\"" },
		{ "id,label,L_r00_c0,R_r00_c0\nS1,x,1\n", "f:2: this row has 1 cells" },
		{ "id,label,L_r00_c0,R_r00_c0,R_r00_c1\n", "f:1: 3 cells are not two" },
		{ "1,2\n3,4,5\n", "f:2: this row has more than 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int rc = open_text(wrong[i].text);

		if (rc == 0)
			rc = mapfile_next(&map, &frame);
		assert_int_equal(rc, -EINVAL);
		if (!strstr(message, wrong[i].says))
			fail_msg("%s: says \"%s\"", wrong[i].text, message);
	}
}

static bool has_note(
	char notes[FRAMES_MAX_NOTES][FRAMES_NOTE_SIZE], int n, const char *words)
{
	for (int i = 0; i < n; i++)
		if (strstr(notes[i], words))
			return true;
	return false;
}

static void says_what_cannot_be_known(void **state)
{
	char notes[FRAMES_MAX_NOTES][FRAMES_NOTE_SIZE];
	struct frames_summary s = { 0 };
	int n;

	(void)state;
	assert_int_equal(open_text("1 2\n3 4\n"), 0);
	mapfile_next(&map, &frame);
	frames_measure(&map.head, &frame, &m);
	frames_summary_add(&s, &frame, &m);
	n = frames_notes(&map.head, &s, notes);
	assert_true(has_note(notes, n, "no unit"));
	assert_true(has_note(notes, n, "size of the cells"));
	assert_true(has_note(notes, n, "no time"));
	assert_true(has_note(notes, n, "no share of left"));
	memset(&s, 0, sizeof(s));
	assert_int_equal(open_text(TEKSCAN_HEAD "Frame 1\nB,1,2\n1,1,2\n"
						"Frame 2\nB,1,2\n1,1,2\n"),
		0);
	for (int k = 0; k < 2; k++) {
		mapfile_next(&map, &frame);
		frames_measure(&map.head, &frame, &m);
		frames_summary_add(&s, &frame, &m);
	}
	n = frames_notes(&map.head, &s, notes);
	assert_false(has_note(notes, n, "no unit"));
	assert_false(has_note(notes, n, "no time"));
	assert_false(has_note(notes, n, "too slow")); /* 50 Hz */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_tekscan),
		cmocka_unit_test(knows_what_the_file_sums_up),
		cmocka_unit_test(reads_emed),
		cmocka_unit_test(reads_xsensor),
		cmocka_unit_test(reads_labelled_feet),
		cmocka_unit_test(parts_two_feet_on_one_map),
		cmocka_unit_test(reads_a_bare_matrix),
		cmocka_unit_test(names_the_line),
		cmocka_unit_test(says_what_cannot_be_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
