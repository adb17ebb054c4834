/* The discrete Fourier transform in double precision, of any length, or only the part of it that
 * is wanted.
 * Does not allocate and has no inverse: the forward transform of conjugates is one.
 * Mixed radix 2, 3, 4, 5 in the self-sorting order of Stockham (Temperton 1983, J Comput Phys
 * 52:1); other lengths by Bluestein 1970 (IEEE Trans Audio Electroacoust 18:451), which also
 * gives a few bins of a long, zero-padded transform cheaply (the chirp z-transform).
 *
 * Our own because Debian's libkissfft is built for floats only, relative error 1e-7 where 1e-9 is
 * asked for, and FFTW is GPL. */
#ifndef STANCE_CORE_SWAY_FFT_H
#define STANCE_CORE_SWAY_FFT_H

#include <stdbool.h>
#include <stddef.h>

#define FFT_MAX_N       (1 << 22)
#define FFT_MAX_FACTORS 32

struct fft_complex {
	double re, im;
};

/* A transform of length n, 1..FFT_MAX_N, whose inputs beyond n_in (1..n) are zero, and of which
 * only the bins first .. first + n_out - 1 (modulo n, 1 <= n_out <= n, -n < first < n) are wanted.
 * { n, n, 0, n } is all of it. */
struct fft_shape {
	int n;
	int n_in;
	int first;
	int n_out;
};

/* A plan, which points into the caller's memory; one thread at a time, scratch is inside. */
struct fft {
	struct fft_shape shape;
	bool is_direct; /* n has no prime over 5: no chirp */
	int n_inner;    /* length of the mixed-radix transform */
	int n_factors;
	int factors[FFT_MAX_FACTORS];
	struct fft_complex *roots;    /* scratch of fft_init() */
	struct fft_complex *twiddles; /* of all stages, one after the other */
	struct fft_complex *chirp;    /* exp(-i pi j^2 / n): inputs, then outputs */
	struct fft_complex *kernel;   /* transform of the chirp, over n_inner */
	struct fft_complex *work[2];
};

/* Return the bytes that fft_init() needs, 0 if the shape is out of range. */
size_t fft_size(const struct fft_shape *shape);

/* Make a plan in `memory`: fft_size() bytes, aligned to CARVE_ALIGNMENT, borrowed for as long as
 * the plan is used. The shape must be in range. */
void fft_init(struct fft *fft, const struct fft_shape *shape, void *memory);

/* Transform `in` (n_in) to `out` (n_out): out[k] = sum over j of in[j] exp(-2 pi i j (first + k)
 * / n). They may be the same array. */
void fft_run(struct fft *fft, const struct fft_complex *in, struct fft_complex *out);

#endif
