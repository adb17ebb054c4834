/* The live picture as text: where the feet lie, what the numbers say, at any size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/cli/footview.h"

#define SIDE 20

/* A person of 735.5 N: the left heel loaded at the rear left, the right one at the rear right. */
struct scene {
	uint16_t cells[SIDE * SIDE];
	struct frame_document frame;
	struct stance_sample sample;
	struct status_document status;
	struct footview view;
};

static void make_scene(struct scene *s)
{
	*s = (struct scene){ 0 };
	s->cells[15 * SIDE + 3] = 20000;
	s->cells[15 * SIDE + 16] = 10000;
	s->frame = (struct frame_document){ .geometry = { SIDE, SIDE, 20, 20 },
		.unit_is_force = true,
		.scale = 0.001,
		.cells = s->cells };
	s->sample = sample_absent();
	s->sample.force_n = 735.5;
	s->sample.left_frac = 0.512;
	s->sample.fore_frac = 0.45;
	s->sample.cop_mm = (struct pos_mm){ 0, 0 };
	s->sample.left.present = s->sample.right.present = true;
	s->sample.left.cop_mm = (struct pos_mm){ -130, -110 };
	s->sample.right.cop_mm = (struct pos_mm){ 130, -110 };
	s->sample.left.force_n = 376.6;
	s->sample.u95.left_frac = 0.002;
	strcpy(s->status.mat_state, "streaming");
	strcpy(s->status.model, "Test mat");
	s->status.rows = s->status.cols = SIDE;
	s->status.pitch_x_mm = s->status.pitch_y_mm = 20;
	s->status.rate_hz = 100;
	s->view = (struct footview){ .status = &s->status,
		.sample = &s->sample,
		.frame = &s->frame,
		.pressure_kpa = 100,
		.counts_top = 1000,
		.colour = CLI_COLOUR_NONE };
}

static char *draw(const struct footview *view, int n_rows, int n_cols)
{
	struct termgrid grid = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(termgrid_resize(&grid, n_rows, n_cols), 0);
	footview_draw(view, &grid);
	termgrid_dump(&grid, out);
	fclose(out);
	termgrid_fini(&grid);
	return text;
}

static void assert_says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("\"%s\" is not in:\n%s", what, text);
}

static void test_whole_picture(void **state)
{
	/* 20 x 20 cells on 20 x 10 terminal cells: two rows of the mat a line, the front on top */
	static const char expected[] =
		"            front               streaming\n"
		"                                Test mat\n"
		"                                20 x 20 cells of 20 mm, 100.0 Hz\n"
		"\n"
		"                                weight  75.0 kg   735.5 N\n";
	struct scene s;
	char *text;

	(void)state;
	make_scene(&s);
	text = draw(&s.view, 13, 72);
	assert_memory_equal(text, expected, sizeof(expected) - 2);
	assert_says(text, "75.0 kg   735.5 N");
	assert_says(text, "left 51.2 %   +- 0.20 pts   right 48.8 %");
	assert_says(text, "fore 45.0 %");
	assert_says(text, "rear 55.0 %");
	assert_says(text, "100 kPa");
	free(text);
}

/* Without colour, heat is letters: the left heel is heavier, both are where they stand. */
static void test_feet_lie_where_they_stand(void **state)
{
	struct scene s;
	char *text, *line;

	(void)state;
	make_scene(&s);
	s.view.sample = NULL;
	text = draw(&s.view, 23, 90);
	line = text;
	for (int row = 0; row < 16;
		row++) { /* mat row 15 of 20 on 20 lines below "front" */
		assert_null(memchr(line, '+',
			strcspn(line, "\n") < 40 ? strcspn(line, "\n") : 40));
		line = strchr(line, '\n') + 1;
	}
	size_t left = strcspn(line, "-=+*#%@"), n = strcspn(line, "\n");
	size_t gap = strspn(line + left, ".:-=+*#%@");
	size_t right = left + gap + strcspn(line + left + gap, ".:-=+*#%@");
	assert_true(right < n);
	/* mirrored columns: 3 and 16 of 20 */
	assert_true(left > 0 && right > left);
	assert_int_equal(line[left] != line[right], 1);
	free(text);
}

static void test_marks(void **state)
{
	struct scene s;
	char *text, *l, *plus, *r;

	(void)state;
	make_scene(&s);
	text = draw(&s.view, 30, 110);
	l = strchr(text, 'L');
	plus = strchr(text, '+');
	r = strchr(text, 'R');
	assert_non_null(l);
	assert_non_null(plus);
	assert_non_null(r);
	assert_true(plus < l); /* the origin lies further forward than the heels */
	assert_true(l < r);    /* on the same line, left of the right foot */
	assert_null(memchr(l, '\n', (size_t)(r - l)));
	free(text);
}

static void test_stale_and_states(void **state)
{
	struct scene s;
	char *text;

	(void)state;
	make_scene(&s);
	s.view.age_s = 0.29;
	text = draw(&s.view, 24, 90);
	assert_says(text, "streaming");
	free(text);
	s.view.age_s = 1.25;
	text = draw(&s.view, 24, 90);
	assert_says(text, "no new data for 1.2 s");
	free(text);
	strcpy(s.status.mat_state, "searching");
	strcpy(s.status.mat_reason,
		"the port is gone; plug the mat in and it goes on by itself");
	text = draw(&s.view, 24, 90);
	assert_says(text, "searching, last data 1.2 s ago");
	assert_says(text, "the port is gone; plug the mat in and it");
	assert_says(text, "goes on by itself");
	free(text);
	s.view = (struct footview){ .pressure_kpa = 100, .counts_top = 1000 };
	text = draw(&s.view, 24, 90);
	assert_says(text, "connecting");
	assert_says(text, "no picture yet");
	free(text);
}

/* Without a calibration no force and no pressure is shown, but shares are. */
static void test_uncalibrated(void **state)
{
	struct scene s;
	char *text;

	(void)state;
	make_scene(&s);
	s.frame.unit_is_force = false;
	s.frame.scale = 1;
	s.sample.force_n = s.sample.left.force_n = NAN;
	s.sample.flags = SAMPLE_UNCALIBRATED | SAMPLE_EDGE;
	text = draw(&s.view, 30, 100);
	assert_says(text, "unknown: no calibration");
	assert_says(text, "left 51.2 %");
	assert_says(text, "raw: not calibrated");
	assert_says(text, "the mat has no calibration: shares hold,");
	assert_says(text, "forces are unknown");
	assert_says(text, "a foot reaches the edge");
	assert_null(strstr(text, "150 kPa"));
	assert_null(strstr(text, "100 kPa"));
	assert_null(strstr(text, "735"));
	free(text);
}

/* No size may write outside the grid (ASan watches); every mode draws. */
static void test_all_sizes(void **state)
{
	struct scene s;

	(void)state;
	make_scene(&s);
	for (int rows = 1; rows < 60; rows += rows < 12 ? 1 : 7)
		for (int cols = 1; cols < 130; cols += cols < 12 ? 1 : 13) {
			s.view.colour = (enum cli_colour)(cols % 3);
			s.view.utf8 = rows % 2;
			s.view.map = cols % 2 ? COLORMAP_INFERNO : COLORMAP_CIVIDIS;
			free(draw(&s.view, rows, cols));
		}
}

static void test_line(void **state)
{
	struct scene s;
	char line[256];

	(void)state;
	make_scene(&s);
	s.sample.flags = SAMPLE_FEET_TOUCH | SAMPLE_GAP;
	footview_line(&s.sample, 12.345, line, sizeof(line));
	assert_says(line, "12.35 s    735.5 N   75.0 kg  left  51.2 %  fore  45.0 %");
	assert_says(line, " gap feet_touch");
	s.sample = sample_absent();
	footview_line(&s.sample, 1, line, sizeof(line));
	assert_null(strstr(line, "nan"));
	footview_line(&s.sample, 1, line, 8);
	assert_int_equal(strlen(line), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_picture),
		cmocka_unit_test(test_feet_lie_where_they_stand),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_stale_and_states),
		cmocka_unit_test(test_uncalibrated),
		cmocka_unit_test(test_all_sizes),
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
