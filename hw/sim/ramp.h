/* A quantity that moves smoothly from one value to another.
 * Does not know what moves it.
 * Follows Flash & Hogan 1985: minimum jerk, no speed and no acceleration at either end. */
#ifndef STANCE_HW_SIM_RAMP_H
#define STANCE_HW_SIM_RAMP_H

struct ramp {
	double from, to, start_s, over_s;
};

/* Return 0 before `t` = 0, 1 after `t` = 1, and the minimum-jerk way between. */
static inline double ramp_ease(double t)
{
	if (!(t > 0))
		return 0;
	return t >= 1 ? 1 : t * t * t * (10 + t * (6 * t - 15));
}

static inline double ramp_at(const struct ramp *r, double t_s)
{
	double t = r->over_s > 0 ? (t_s - r->start_s) / r->over_s : t_s >= r->start_s;

	return r->from + (r->to - r->from) * ramp_ease(t);
}

/* Return its second derivative, a unit per square second. */
static inline double ramp_acceleration(const struct ramp *r, double t_s)
{
	double t = r->over_s > 0 ? (t_s - r->start_s) / r->over_s : 1;

	if (!(t > 0) || t >= 1)
		return 0;
	return (r->to - r->from) * t * (60 + t * (120 * t - 180)) /
	       (r->over_s * r->over_s);
}

/* From wherever it is at `start_s`, go to `to`. */
static inline void ramp_go(struct ramp *r, double to, double start_s, double over_s)
{
	*r = (struct ramp){ ramp_at(r, start_s), to, start_s, over_s };
}

static inline void ramp_set(struct ramp *r, double value)
{
	*r = (struct ramp){ .from = value, .to = value };
}

#endif
