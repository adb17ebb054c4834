#include "src/core/contact.h"

#include <stdbool.h>

#include "src/base/bits.h"

#define WORD_BITS 64
#define MAX_WORDS (GEOMETRY_MAX_SIDE / WORD_BITS)

size_t contact_max_runs(const struct mat_geometry *g)
{
	return (size_t)g->n_rows * (size_t)((g->n_cols + 1) / 2);
}

static int32_t root_of(int32_t *parent, int32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static void join(int32_t *parent, int32_t a, int32_t b)
{
	a = root_of(parent, a);
	b = root_of(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

/* Pack one row's contact into bits, bit 0 the first column. */
static void pack_row(const float *values, int n_cols, float threshold, uint64_t *words)
{
	for (int w = 0; w * WORD_BITS < n_cols; w++) {
		int n = n_cols - w * WORD_BITS < WORD_BITS ? n_cols - w * WORD_BITS
							   : WORD_BITS;
		uint64_t word = 0;

		for (int i = 0; i < n; i++)
			word |= (uint64_t)(values[w * WORD_BITS + i] > threshold) << i;
		words[w] = word;
	}
}

/* Return the first column >= `col` whose bit equals `set`, or n_cols. */
static int next_bit(const uint64_t *words, int n_cols, int col, bool set)
{
	while (col < n_cols) {
		uint64_t word = set ? words[col / WORD_BITS] : ~words[col / WORD_BITS];

		word >>= col % WORD_BITS;
		if (word) {
			col += bits_lowest(word);
			return col < n_cols ? col : n_cols;
		}
		col = (col / WORD_BITS + 1) * WORD_BITS;
	}
	return n_cols;
}

/* Join the runs first..n-1 of one row with those of the row above, above..first-1. */
static void join_rows(struct contact *c, int above, int first)
{
	int i = above;

	for (int k = first; k < c->n_runs; k++) {
		while (i < first && c->runs[i].to + 1 < c->runs[k].from)
			i++;
		for (int j = i; j < first && c->runs[j].from <= c->runs[k].to + 1; j++)
			join(c->parent, j, k);
	}
}

static void add_runs(struct contact *c, const uint64_t *words, int row, int n_cols)
{
	int col = next_bit(words, n_cols, 0, true);

	while (col < n_cols) {
		int end = next_bit(words, n_cols, col, false);

		c->runs[c->n_runs] = (struct contact_run){
			.row = (int16_t)row,
			.from = (int16_t)col,
			.to = (int16_t)(end - 1),
		};
		c->parent[c->n_runs] = c->n_runs;
		c->n_runs++;
		col = next_bit(words, n_cols, end, true);
	}
}

static void add_to_part(struct contact_part *p, const struct contact_run *run,
	const float *values, int n_cols)
{
	for (int col = run->from; col <= run->to; col++)
		p->load += (double)values[run->row * n_cols + col];
	p->n_cells += run->to - run->from + 1;
	p->row_to = run->row;
	if (run->from < p->col_from)
		p->col_from = run->from;
	if (run->to > p->col_to)
		p->col_to = run->to;
}

void contact_find(struct contact *c, const float *values, const struct mat_geometry *g,
	float threshold)
{
	uint64_t words[MAX_WORDS];
	int above = 0;

	c->n_runs = 0;
	c->n_parts = 0;
	for (int row = 0; row < g->n_rows; row++) {
		int first = c->n_runs;

		pack_row(values + row * g->n_cols, g->n_cols, threshold, words);
		add_runs(c, words, row, g->n_cols);
		join_rows(c, above, first);
		above = first;
	}
	for (int i = 0; i < c->n_runs; i++) {
		struct contact_run *run = &c->runs[i];
		int32_t root = root_of(c->parent, i);

		if (root == i) {
			run->part = c->n_parts;
			c->parts[c->n_parts++] = (struct contact_part){
				.row_from = run->row,
				.row_to = run->row,
				.col_from = run->from,
				.col_to = run->to,
			};
		} else {
			run->part = c->runs[root].part;
		}
		add_to_part(&c->parts[run->part], run, values, g->n_cols);
	}
}
