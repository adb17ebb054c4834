/* The person's weight from their own standing: the median force of the last 10 s.
 * Does not know a scale.
 * Follows docs/api.md (stance.sample/1, `load`). */
#ifndef STANCE_CORE_WEIGHT_H
#define STANCE_CORE_WEIGHT_H

#include <stdint.h>

#define WEIGHT_N 100 /* one force each 0.1 s for 10 s */

/* Caller-owned. */
struct weight {
	double ring[WEIGHT_N]; /* in the order they came */
	double sorted[WEIGHT_N];
	int n;
	int next;
	int64_t last_ns;
};

/* Forget the person. */
void weight_init(struct weight *w);

/* Take a standing person's force; call for every such frame, times rising. */
void weight_push(struct weight *w, int64_t t_ns, double force_n);

/* Return the median force, NaN until a second of standing has been seen. */
double weight_n(const struct weight *w);

#endif
