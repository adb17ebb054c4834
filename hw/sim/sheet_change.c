#include "hw/sim/sheet_change.h"

#include <math.h>

#define REFERENCE_C   23.5 /* where gains and zero are as drawn */
#define SETTLE_REST_S 1.0  /* shorter and a spot comes back as it was */
#define SETTLE_CELLS  4    /* side of a patch that settles alike */

/* A normal number that the same words always give. */
static double normal_of(const struct sheet *s, uint64_t which, uint64_t what)
{
	struct rng rng;

	rng_init(&rng, s->options.seed ^ (which << 20), 0x210 + what);
	return rng_normal(&rng);
}

/* Half of how a spot settles it has in common with the cells around it: the layers lie as they lie. */
static double draw(const struct sheet *s, int i)
{
	uint64_t row = (uint64_t)(i / s->geometry.n_cols) / SETTLE_CELLS;
	uint64_t col = (uint64_t)(i % s->geometry.n_cols) / SETTLE_CELLS;
	double patch = normal_of(s, s->n_settlings, 2 * (row * 256 + col));
	double own = normal_of(s, s->n_settlings, 2 * (uint64_t)i + 1);

	return exp(s->options.resettle_frac * M_SQRT1_2 * (patch + own));
}

void sheet_change_settle(struct sheet *s, double t_s, const double *cells_n)
{
	bool any = false;

	if (!(s->options.resettle_frac > 0))
		return;
	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		bool was_loaded = isinf(s->empty_since_s[i]);

		if (cells_n[i] <= 0) {
			if (was_loaded)
				s->empty_since_s[i] = t_s;
			continue;
		}
		if (!was_loaded && t_s - s->empty_since_s[i] >= SETTLE_REST_S) {
			s->settle[i] = draw(s, i);
			any = true;
		}
		s->empty_since_s[i] = INFINITY;
	}
	s->n_settlings += any;
}

double sheet_change_warmth_c(const struct sheet *s, double t_s)
{
	return sheet_temperature_c(s, t_s) - REFERENCE_C;
}

double sheet_temperature_c(const struct sheet *s, double t_s)
{
	return s->options.temperature_c + s->options.warming_c_per_min * t_s / 60;
}

void sheet_kill(struct sheet *s, int row, int col)
{
	for (int r = 0; r < s->geometry.n_rows; r++) {
		for (int c = 0; c < s->geometry.n_cols; c++) {
			if ((row < 0 || row == r) && (col < 0 || col == c))
				s->gain[r * s->geometry.n_cols + c] = 0;
		}
	}
}
