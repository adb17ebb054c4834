/* Readings: where moments and cells go, what full means, and that a step taken back leaves no trace. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/readings.h"
#include "src/base/rng.h"

#define BAND_CNT 5.0f

static const struct mat_geometry small = { 2, 3, 10, 10 };

static void *lay_out(struct readings *r, const struct mat_geometry *g, int items,
	int snapshots, int cells)
{
	size_t size = readings_size(g, items, snapshots, cells);
	void *memory = aligned_alloc(64, size);

	assert_non_null(memory);
	assert_int_equal(readings_init(r, memory, size, g, items, snapshots, cells), 0);
	return memory;
}

static void a_moment_keeps_the_cells_off_zero(void **state)
{
	const float counts[] = { 45, 46, 40, 30, 100, 35 };
	const struct snapshot moment = {
		.t_s = 3, .span_s = 0.5, .mass_kg = NAN, .pass = 2, .first = 9, .n = 9
	};
	struct readings r;
	void *memory = lay_out(&r, &small, 2, 2, 8);
	struct reading *item;

	(void)state;
	for (int i = 0; i < 6; i++)
		r.zero_cnt[i] = 40;
	item = readings_begin(&r, READING_ROLL);
	assert_int_equal(item->kind, READING_ROLL);
	assert_true(isnan(item->mass_kg) && isnan(item->x_mm) && isnan(item->onset_s));
	assert_int_equal(readings_add(&r, &moment, counts, BAND_CNT), 0);
	assert_int_equal(item->n, 1);
	assert_int_equal(r.snapshots[0].first, 0);
	assert_int_equal(r.snapshots[0].n, 3);
	assert_int_equal(r.snapshots[0].pass, 2);
	assert_true(r.cell[0] == 1 && r.cell[1] == 3 && r.cell[2] == 4);
	assert_true(r.count[0] == 46 && r.count[1] == 30 && r.count[2] == 100);
	free(memory);
}

static void what_does_not_fit_is_not_half_taken(void **state)
{
	const float counts[] = { 50, 50, 50, 0, 0, 0 };
	const struct snapshot moment = { .t_s = 1 };
	struct readings r;
	void *memory = lay_out(&r, &small, 2, 3, 4);

	(void)state;
	assert_int_equal(readings_add(&r, &moment, counts, BAND_CNT), -ENOSPC);
	readings_begin(&r, READING_LOAD);
	assert_int_equal(readings_add(&r, &moment, counts, BAND_CNT), 0);
	assert_int_equal(readings_add(&r, &moment, counts, BAND_CNT), -ENOSPC);
	assert_int_equal(r.n_snapshots, 1);
	assert_int_equal(r.n_cells, 3);
	assert_int_equal(r.items[0].n, 1);
	assert_non_null(readings_begin(&r, READING_LOAD));
	assert_null(readings_begin(&r, READING_LOAD));
	free(memory);
}

/* Random steps, some taken back: what stays is what was never taken back, contiguous. */
static void a_step_taken_back_leaves_no_trace(void **state)
{
	const struct mat_geometry g = { 8, 8, 10, 10 };
	float counts[64];
	struct readings r, kept;
	void *memory = lay_out(&r, &g, 40, 400, 20000);
	void *other = lay_out(&kept, &g, 40, 400, 20000);
	struct rng rng;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int k = 0; k < 30; k++) {
		bool is_taken_back = rng_uniform(&rng) < 0.4;
		int n = (int)rng_between(&rng, 0, 5);

		readings_begin(&r, READING_LOAD)->mass_kg = k;
		if (!is_taken_back)
			readings_begin(&kept, READING_LOAD)->mass_kg = k;
		for (int s = 0; s < n; s++) {
			struct snapshot moment = { .t_s = 10 * k + s };

			for (int i = 0; i < 64; i++)
				counts[i] = (float)rng_between(&rng, -9, 9);
			readings_add(&r, &moment, counts, BAND_CNT);
			if (!is_taken_back)
				readings_add(&kept, &moment, counts, BAND_CNT);
		}
		if (is_taken_back)
			readings_undo(&r);
	}
	assert_int_equal(r.n_items, kept.n_items);
	assert_int_equal(r.n_snapshots, kept.n_snapshots);
	assert_int_equal(r.n_cells, kept.n_cells);
	for (int i = 0; i < r.n_items; i++) {
		assert_true(r.items[i].mass_kg == kept.items[i].mass_kg);
		assert_int_equal(r.items[i].first, kept.items[i].first);
		assert_int_equal(r.items[i].n, kept.items[i].n);
	}
	assert_memory_equal(r.snapshots, kept.snapshots,
		(size_t)r.n_snapshots * sizeof(struct snapshot));
	assert_memory_equal(r.cell, kept.cell, (size_t)r.n_cells * sizeof(uint16_t));
	assert_memory_equal(r.count, kept.count, (size_t)r.n_cells * sizeof(float));
	while (r.n_items)
		readings_undo(&r);
	readings_undo(&r);
	assert_int_equal(r.n_snapshots, 0);
	assert_int_equal(r.n_cells, 0);
	free(memory);
	free(other);
}

static void sizes_out_of_range_are_refused(void **state)
{
	struct mat_geometry g = small;
	unsigned char memory[64];
	struct readings r;

	(void)state;
	assert_int_equal(readings_size(&g, 0, 1, 1), 0);
	assert_int_equal(readings_size(&g, 1, READINGS_MAX_SNAPSHOTS + 1, 1), 0);
	assert_int_equal(readings_size(&g, 1, 1, READINGS_MAX_CELLS + 1), 0);
	g.n_rows = GEOMETRY_MAX_SIDE + 1;
	assert_int_equal(readings_size(&g, 1, 1, 1), 0);
	g = small;
	g.pitch_x_mm = NAN;
	assert_int_equal(readings_size(&g, 1, 1, 1), 0);
	assert_int_equal(readings_init(&r, memory, 64, &g, 1, 1, 1), -EINVAL);
	assert_int_equal(readings_init(&r, memory, 64, &small, 1, 1, 1), -ENOBUFS);
}

static void every_kind_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(reading_kind_name(READING_ZERO), "zero");
	assert_string_equal(reading_kind_name(READING_STAIRCASE), "staircase");
	assert_string_equal(reading_kind_name(READING_VERIFY), "verify");
	assert_string_equal(reading_kind_name(READING_N_KINDS), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_keeps_the_cells_off_zero),
		cmocka_unit_test(what_does_not_fit_is_not_half_taken),
		cmocka_unit_test(a_step_taken_back_leaves_no_trace),
		cmocka_unit_test(sizes_out_of_range_are_refused),
		cmocka_unit_test(every_kind_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
