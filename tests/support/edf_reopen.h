/* An EDF+ file as EDFlib itself reads it. For tests. */
#ifndef STANCE_TESTS_SUPPORT_EDF_REOPEN_H
#define STANCE_TESTS_SUPPORT_EDF_REOPEN_H

struct edf_reopened {
	int n_signals, n_notes;
	long long n_samples; /* of the signal */
	double p_min, step;
	char last_note[520];
	double last_note_s;
};

/* Read at most `n` samples of one signal, and what the file says of itself. Returns 0, or what EDFlib found wrong. */
int edf_reopen(
	const char *path, int signal, double *samples, int n, struct edf_reopened *out);

#endif
