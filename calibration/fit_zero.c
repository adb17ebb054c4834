#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/fit_parts.h"
#include "src/base/i18n.h"

#define THRESHOLD_SDS                                                                  \
	4.0 /* chosen: of 2304 empty cells one in seven frames passes it */
#define LEAST_FRAMES    20 /* chosen: a noise known to a sixth */
#define N_NOISE_BINS    4096
#define NOISE_PER_COUNT 64.0f /* bins in a count */
#define NOISY_RATIO     4.0   /* chosen: times the ordinary noise */
#define NOISY_LEAST_CNT 3.0
#define STUCK_FULL_FRAC 0.25 /* chosen: an empty cell that reads above it is stuck */
#define STUCK_NOISE_CNT 0.05 /* never moved a count */
#define MOST_BAD_FRAC   0.05 /* more cells than this amiss, and the mat is */

/* The median by counting; a hundredth of a count is enough. */
static double ordinary_noise(const float *sd_cnt, int n)
{
	int bins[N_NOISE_BINS] = { 0 }, seen = 0;

	for (int i = 0; i < n; i++) {
		float at = sd_cnt[i] * NOISE_PER_COUNT;

		bins[at < N_NOISE_BINS - 1 ? (int)at : N_NOISE_BINS - 1]++;
	}
	for (int k = 0; k < N_NOISE_BINS; k++) {
		seen += bins[k];
		if (2 * seen > n)
			return k == 0 ? 0 : ((double)k + 0.5) / (double)NOISE_PER_COUNT;
	}
	return 0;
}

static bool is_noisy(double sd_cnt, double ordinary_cnt)
{
	return sd_cnt > NOISY_RATIO * ordinary_cnt && sd_cnt > NOISY_LEAST_CNT;
}

static bool is_stuck(const struct fit_setup *setup, double zero_cnt, double sd_cnt)
{
	if (setup->unit != FRAME_UNIT_COUNTS)
		return false;
	return zero_cnt > 0.98 * setup->full_scale ||
	       (sd_cnt < STUCK_NOISE_CNT &&
		       zero_cnt > STUCK_FULL_FRAC * setup->full_scale);
}

static int count_states(const struct model *model, enum cell_state state)
{
	int n = 0;

	for (int i = 0; i < geometry_n_cells(&model->geometry); i++)
		n += model->state[i] == state;
	return n;
}

static void tell(const struct model *model, struct fit_report *report)
{
	int n_noisy = count_states(model, CELL_NOISY);
	int n_stuck = count_states(model, CELL_STUCK);
	int n = geometry_n_cells(&model->geometry);

	if (n_noisy > MOST_BAD_FRAC * n)
		fit_problem_add(report, FIT_REFUSE, -1,
			N_("Zero: %d of %d cells are noisy. Keep still, look after the "
			   "mat's "
			   "cable and earth, then do zero again."),
			n_noisy, n);
	else if (n_noisy > 0)
		fit_problem_add(report, FIT_NOTE, -1,
			N_("Zero: noisy cells, %d of them, are left out."), n_noisy);
	if (n_stuck > MOST_BAD_FRAC * n)
		fit_problem_add(report, FIT_REFUSE, -1,
			N_("Zero: %d of %d cells are stuck at a high number. Look "
			   "after "
			   "the "
			   "mat, then do zero again."),
			n_stuck, n);
	else if (n_stuck > 0)
		fit_problem_add(report, FIT_NOTE, -1,
			N_("Zero: stuck cells, %d of them, are left out."), n_stuck);
}

int fit_zero(const struct fit_setup *setup, const struct readings *readings,
	struct model *model, struct fit_report *report)
{
	int n = geometry_n_cells(&setup->geometry);
	double ordinary;

	if (readings->n_zero_frames < LEAST_FRAMES)
		return -ENODATA;
	ordinary = ordinary_noise(readings->zero_sd_cnt, n);
	model->threshold_sds = THRESHOLD_SDS;
	for (int i = 0; i < n; i++) {
		double zero = (double)readings->zero_cnt[i];
		double sd = (double)readings->zero_sd_cnt[i];

		model->zero_cnt[i] = readings->zero_cnt[i];
		model->noise_cnt[i] = readings->zero_sd_cnt[i];
		model->gain[i] = 1;
		model->state[i] = CELL_OK;
		if (is_stuck(setup, zero, sd))
			model->state[i] = CELL_STUCK;
		else if (is_noisy(sd, ordinary))
			model->state[i] = CELL_NOISY;
	}
	tell(model, report);
	return 0;
}
