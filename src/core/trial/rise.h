/* When a rise from a chair begins and ends, from the load under the feet: the moments at which it leaves
 * rest and is at rest again.
 * Does not count rises; outcomes_sts.c finds them.
 * Follows docs/protocols.md ("Outcomes"). */
#ifndef STANCE_CORE_TRIAL_RISE_H
#define STANCE_CORE_TRIAL_RISE_H

/* Both take `t_s` (strictly rising) and `force_n`, n rows each; rows whose force is NaN are passed
 * over. Rest has a level and a band around it of its own, from the load itself just before or after.
 * A threshold alone is always inside the movement. So two are passed, and a smooth movement (Flash &
 * Hogan 1985, minimum jerk) tells from the time between them when it was at rest: at its begin by its
 * cubic start, which needs no size; at the end, where the size of the last swing is known, by its whole
 * form. What is added for that is at most RISE_ADDED_MAX_S. */
#define RISE_ADDED_MAX_S 0.15

/* Return the time at which the load began to rise, looking back from `row`, in the middle of the rise.
 * `seated_n` and `standing_n`: about the loads between which it rises. The first row's time if it
 * was not at rest before. */
double rise_begin_s(const double *t_s, const double *force_n, int row, double seated_n,
	double standing_n);

/* Return the time at which the load came to rest, where it is quiet from `row` on until row n - 1.
 * `standing_n`: about the load of standing. */
double rise_end_s(
	const double *t_s, const double *force_n, int n, int row, double standing_n);

#endif
