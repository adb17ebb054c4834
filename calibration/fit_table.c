#include "calibration/fit_table.h"

#include <math.h>

void fit_table_make(
	struct fit_table *t, const struct fit_all_series *all, const double *s_n)
{
	t->log_w0 = log(all->w[0]);
	for (int k = 0; k < FIT_BINS; k++)
		t->log_s[k] = log(s_n[k]);
}

double fit_table_s(const struct fit_table *t, double w)
{
	double at, from;
	int k;

	if (!(w > 0))
		return 0;
	at = (log(w) - t->log_w0) / FIT_BIN_LOG;
	k = (int)fmax(0, fmin(FIT_BINS - 2, floor(at)));
	from = t->log_s[k];
	return exp(from + (at - k) * (t->log_s[k + 1] - from));
}

double fit_table_w(const struct fit_table *t, double s_n)
{
	int low = 0, high = FIT_BINS - 1;
	double y;

	if (!(s_n > 0))
		return 0;
	y = log(s_n);
	while (high - low > 1) {
		int middle = (low + high) / 2;

		*(t->log_s[middle] <= y ? &low : &high) = middle;
	}
	y = (y - t->log_s[low]) / (t->log_s[high] - t->log_s[low]);
	return exp(t->log_w0 + FIT_BIN_LOG * (low + y));
}
