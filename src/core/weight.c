#include "src/core/weight.h"

#include <math.h>
#include <string.h>

#define STEP_NS INT64_C(100000000)
#define LEAST_N 10 /* a second */

void weight_init(struct weight *w)
{
	memset(w, 0, sizeof(*w));
	w->last_ns = INT64_MIN / 2;
}

static int place_of(const struct weight *w, double value)
{
	int i = 0;

	while (i < w->n && w->sorted[i] < value)
		i++;
	return i;
}

void weight_push(struct weight *w, int64_t t_ns, double force_n)
{
	int i;

	if (t_ns - w->last_ns < STEP_NS)
		return;
	w->last_ns = t_ns;
	if (w->n == WEIGHT_N) {
		i = place_of(w, w->ring[w->next]);
		w->n--;
		memmove(w->sorted + i, w->sorted + i + 1,
			(size_t)(w->n - i) * sizeof(*w->sorted));
	}
	i = place_of(w, force_n);
	memmove(w->sorted + i + 1, w->sorted + i,
		(size_t)(w->n - i) * sizeof(*w->sorted));
	w->sorted[i] = force_n;
	w->n++;
	w->ring[w->next] = force_n;
	w->next = (w->next + 1) % WEIGHT_N;
}

double weight_n(const struct weight *w)
{
	if (w->n < LEAST_N)
		return NAN;
	return 0.5 * (w->sorted[(w->n - 1) / 2] + w->sorted[w->n / 2]);
}
