/* Components by runs against a flood fill, and a case by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/contact.h"

#define SEED 31

static struct contact contact_new(const struct mat_geometry *g)
{
	size_t n = contact_max_runs(g);

	return (struct contact){
		.runs = calloc(n, sizeof(struct contact_run)),
		.parts = calloc(n, sizeof(struct contact_part)),
		.parent = calloc(n, sizeof(int32_t)),
	};
}

static void contact_free(struct contact *c)
{
	free(c->runs);
	free(c->parts);
	free(c->parent);
}

/* Diagonal neighbours connect; a gap of one cell does not. */
static void by_hand(void **state)
{
	const struct mat_geometry g = { 4, 6, 10.0, 10.0 };
	const float v[24] = {
		1, 0, 0, 0, 2, 2, /**/
		0, 1, 0, 0, 0, 2, /**/
		0, 0, 0, 0, 0, 0, /**/
		3, 3, 0, 4, 0, 0, /**/
	};
	struct contact c = contact_new(&g);

	(void)state;
	contact_find(&c, v, &g, 0.5f);
	assert_int_equal(c.n_parts, 4);
	assert_int_equal(c.n_runs, 6);
	assert_int_equal(c.parts[0].n_cells, 2);
	assert_int_equal(c.parts[1].n_cells, 3);
	assert_int_equal((int)c.parts[1].load, 6);
	assert_int_equal(c.parts[1].col_from, 4);
	assert_int_equal(c.parts[1].row_to, 1);
	assert_int_equal((int)c.parts[3].load, 4);
	contact_find(&c, v, &g, 2.5f);
	assert_int_equal(c.n_parts, 2);
	contact_free(&c);
}

static int flood(uint8_t *left, const struct mat_geometry *g, int row, int col)
{
	int n = 1;

	left[row * g->n_cols + col] = 0;
	for (int r = row - 1; r <= row + 1; r++)
		for (int c = col - 1; c <= col + 1; c++)
			if (r >= 0 && c >= 0 && r < g->n_rows && c < g->n_cols &&
				left[r * g->n_cols + c])
				n += flood(left, g, r, c);
	return n;
}

static void as_a_flood_fill(void **state)
{
	static const struct mat_geometry sizes[] = { { 48, 48, 10, 10 },
		{ 7, 130, 10, 10 }, { 64, 64, 8, 8 }, { 1, 256, 5, 5 },
		{ 50, 1, 5, 5 } };
	static float v[256 * 256];
	static uint8_t left[256 * 256];
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int n = 0; n < 200; n++) {
		const struct mat_geometry *g = &sizes[n % 5];
		struct contact c = contact_new(g);
		double density = rng_between(&rng, 0.05, 0.7);
		int k = 0;

		for (int i = 0; i < geometry_n_cells(g); i++) {
			left[i] = rng_uniform(&rng) < density;
			v[i] = left[i];
		}
		contact_find(&c, v, g, 0.5f);
		for (int i = 0; i < geometry_n_cells(g); i++) {
			if (!left[i])
				continue;
			assert_true(k < c.n_parts);
			assert_int_equal(c.parts[k].n_cells,
				flood(left, g, i / g->n_cols, i % g->n_cols));
			k++;
		}
		assert_int_equal(k, c.n_parts);
		contact_free(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(as_a_flood_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
