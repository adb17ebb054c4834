#include "hw/sim/sheet_lag.h"

#include <math.h>

#define HALF_DECADE  3.1622776601683795
#define PLAY_TOP_KPA 200.0 /* pressure whose loop hysteresis_frac describes */
#define REST_N       1e-9  /* creep below this is over */

/* Half widths of the play operators over PLAY_TOP_KPA. */
static const double play_widths[SHEET_N_PLAY] = { 0.05, 0.10, 0.20 };

void sheet_lag_keep(
	const struct sheet_options *o, double dt_s, double keep[SHEET_MAX_CREEP])
{
	double tau_s = o->creep_first_s;

	for (int k = 0; k < o->n_creep; k++, tau_s *= HALF_DECADE)
		keep[k] = exp(-dt_s / tau_s);
}

double sheet_lag_feel(
	struct sheet *s, int i, double force_n, const double keep[SHEET_MAX_CREEP])
{
	double top_n =
		PLAY_TOP_KPA * 1e-3 * s->geometry.pitch_x_mm * s->geometry.pitch_y_mm;
	double sum_widths = 0, felt = force_n, *play = s->play + i * SHEET_N_PLAY;
	double *creep = s->creep + i * SHEET_MAX_CREEP;
	double amplitude = 0.5 * s->options.creep_frac * s->creep_gain[i];

	for (int k = 0; k < SHEET_N_PLAY; k++)
		sum_widths += play_widths[k];
	for (int k = 0; k < SHEET_N_PLAY; k++) {
		double width = 2 * play_widths[k] * top_n;

		play[k] = fmin(force_n, fmax(force_n - width, play[k]));
		felt += s->options.hysteresis_frac / (2 * sum_widths) *
			(play[k] - force_n);
	}
	force_n = felt;
	for (int k = 0; k < s->options.n_creep; k++) {
		creep[k] = force_n + (creep[k] - force_n) * keep[k];
		felt += amplitude * creep[k];
	}
	return felt > REST_N ? felt : 0;
}
