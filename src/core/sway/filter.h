/* Zero-lag low-pass filtering: a recursive filter run forward and backward over a whole series.
 * Does not resample and does not remove the mean.
 * Follows docs/metrics.md ("Filter"); Gustafsson (1996, IEEE Trans Signal Process 44:988) for
 * running both ways, Winter (2009, Biomechanics and Motor Control, 2.2.4.4) for the cut-off. */
#ifndef STANCE_CORE_SWAY_FILTER_H
#define STANCE_CORE_SWAY_FILTER_H

#define FILTER_MAX_ORDER 8

/* y[i] = b[0] x[i] + ... + b[order] x[i-order] - a[1] y[i-1] - ... - a[order] y[i-order].
 * a[0] is 1; 1 <= order <= FILTER_MAX_ORDER. */
struct filter {
	int order;
	double b[FILTER_MAX_ORDER + 1];
	double a[FILTER_MAX_ORDER + 1];
};

/* Samples by which filter_both_ways() lengthens either end for the second-order filter: three
 * times its coefficients. */
#define FILTER_BUTTER2_PAD 9

/* Design a second-order Butterworth low-pass (bilinear transform) of which two passes have their
 * -3 dB point at `cutoff_hz`: the cut-off of one pass lies higher, tan(pi cutoff / rate) / 0.802
 * (Winter 2009). 0 < cutoff_hz < rate_hz / 2. */
struct filter filter_butter2(double cutoff_hz, double rate_hz);

/* Three times the coefficients of the fourth-order filter. */
#define FILTER_BUTTER4_PAD 15

/* Design a fourth-order Butterworth low-pass (bilinear transform) of which one pass has its -3 dB
 * point at `cutoff_hz`; two are at -6 dB there. As SciPy's butter(4, ...) in one direct form, for
 * mode quijoux and the sway density. 0 < cutoff_hz < rate_hz / 2. */
struct filter filter_butter4(double cutoff_hz, double rate_hz);

/* Filter x[0..n-1] in place, forward and then backward, so that nothing is delayed. Both ends are
 * first lengthened by `n_pad` samples, mirrored through the end point (odd extension), and each
 * pass starts in the steady state of its first sample. 0 <= n_pad < n. `work` holds
 * n + 2 * n_pad numbers, contents undefined afterwards. */
void filter_both_ways(
	const struct filter *filter, int n_pad, double *x, int n, double *work);

#endif
