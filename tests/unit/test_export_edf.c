/* An EDF+ file reopened by EDFlib itself, sample by sample. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/export/edf.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"
#include "tests/support/edf_reopen.h"

#define N 250 /* two and a half seconds at 100 Hz, without frame 120 */

static double columns[TRIAL_SERIES_N_COLUMNS][N];
static uint32_t flags[N];
static uint8_t phase[N];

static void make(struct export_trial *t)
{
	for (int i = 0; i < N; i++) {
		for (int c = 0; c < TRIAL_SERIES_N_COLUMNS; c++)
			columns[c][i] = sin(i * 0.01 * (c + 1)) * 90.0;
		columns[0][i] = 1.0 + (i < 120 ? i : i + 1) * 0.01;
		columns[3][i] = i == 5 ? NAN : 700.0 + i; /* force */
		phase[i] = i < 50 ? TRIAL_NO_PHASE : 0;
	}
	*t = (struct export_trial){ .id = 7, .n_phases = 1 };
	t->first_s[0] = columns[0][50];
	t->last_s[0] = columns[0][N - 1];
	t->series = (struct trial_series){ N, N, columns[0], columns[1], columns[2],
		columns[3], columns[4], columns[5], columns[6], columns[7], columns[8],
		columns[9], columns[10], columns[11], flags, phase };
	t->document = json_pack("{sssssfs{ss}s[{sisfss}]}", "patient", "P-7", "started",
		"2026-11-28T09:30:00+01:00", "rate_hz", 100.0006, "quality", "verdict",
		"good", "marks", "n", 1, "t_s", 2.0, "text", "spoke");
	assert_non_null(t->document);
}

static void test_reopened(void **state)
{
	static double read[300];
	struct export_trial t;
	struct parcel parcel = { 0 };
	struct edf_reopened found;
	char path[] = "/tmp/stance-edf-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	make(&t);
	assert_int_equal(export_edf(&t, &parcel), 0);
	assert_int_equal(parcel.n, 1);
	assert_string_equal(parcel.files[0].name, "trial-7.edf");
	assert_int_equal(
		write(fd, parcel.files[0].bytes, parcel.files[0].n), parcel.files[0].n);
	close(fd);
	assert_int_equal(edf_reopen(path, 2, read, 300, &found), 0);
	unlink(path);
	assert_int_equal(found.n_signals, 13);
	assert_int_equal(found.n_samples, 300); /* whole records */
	assert_int_equal(found.n_notes, 3);     /* verdict, stretch, mark */
	assert_string_equal(found.last_note, "mark 1: spoke");
	assert_true(fabs(found.last_note_s - 1.0) < 1e-4);
	for (int k = 0; k < 300; k++) {
		int row = k < 120 ? k : k - 1;

		if (k == 5 || k == 120 || row >= N) /* the lowest number: absent */
			assert_true(read[k] <= found.p_min + 1e-9);
		else
			assert_true(
				fabs(read[k] - columns[3][row]) <= 0.6 * found.step);
	}
	parcel_fini(&parcel);
	json_decref(t.document);
}

/* A few edges of sync lines are notes too; of very many as many as EDFlib takes. */
static void test_edges_are_notes(void **state)
{
	static struct export_edge edges[5000];
	static double read[300];
	static const int n_edges[] = { 2, 5000 }, n_notes[] = { 5, 3 + 120 };

	(void)state;
	for (int i = 0; i < 5000; i++) {
		edges[i].t_s = 1.2 + i * 1e-4;
		strcpy(edges[i].kind, i % 2 ? "in_fall" : "in_rise");
	}
	for (int k = 0; k < 2; k++) {
		struct export_trial t;
		struct parcel parcel = { 0 };
		struct edf_reopened found;
		char path[] = "/tmp/stance-edf-XXXXXX";
		int fd = mkstemp(path);

		make(&t);
		t.edges = edges;
		t.n_edges = n_edges[k];
		assert_int_equal(export_edf(&t, &parcel), 0);
		assert_int_equal(write(fd, parcel.files[0].bytes, parcel.files[0].n),
			parcel.files[0].n);
		close(fd);
		assert_int_equal(edf_reopen(path, 2, read, 300, &found), 0);
		unlink(path);
		assert_int_equal(found.n_notes, n_notes[k]);
		parcel_fini(&parcel);
		json_decref(t.document);
	}
}

static void test_no_frames(void **state)
{
	struct export_trial t;
	struct parcel parcel = { 0 };

	(void)state;
	make(&t);
	t.series.n = 1;
	assert_int_equal(export_edf(&t, &parcel), -ENODATA);
	assert_int_equal(parcel.n, 0);
	json_decref(t.document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reopened),
		cmocka_unit_test(test_edges_are_notes),
		cmocka_unit_test(test_no_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
