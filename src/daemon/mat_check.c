#include "src/daemon/mat_check.h"

#include <math.h>

#include "src/base/clock.h"
#include "src/base/units.h"

/* Chosen: what is less than a third of the weight is not the weight; a load that changes by a tenth while it
 * settles is still being put there. */
#define PRESENT_FRAC 0.33
#define STEADY_FRAC  0.1

void mat_check_init(struct mat_check *check, double mass_kg)
{
	*check = (struct mat_check){ .mass_kg = mass_kg };
}

static double since_s(int64_t from_ns, int64_t to_ns)
{
	return (double)(to_ns - from_ns) / (double)CLOCK_NS_PER_S;
}

static void wait_anew(struct mat_check *check)
{
	check->state = MAT_CHECK_WAITING;
	check->sum_n = 0;
	check->n = 0;
}

static void begin_reading(struct mat_check *check, const struct stance_sample *sample)
{
	check->state = MAT_CHECK_READING;
	check->onset_ns = sample->t_ns;
	check->onset_n = sample->force_n;
	check->sum_n = 0;
	check->n = 0;
}

static void read_on(struct mat_check *check, const struct stance_sample *sample)
{
	double s = since_s(check->onset_ns, sample->t_ns);

	if (fabs(sample->force_n - check->onset_n) > STEADY_FRAC * check->onset_n) {
		begin_reading(check, sample);
		return;
	}
	if (s < MAT_CHECK_SETTLE_S)
		return;
	check->sum_n += sample->force_n;
	check->n++;
	if (s >= MAT_CHECK_SETTLE_S + MAT_CHECK_READ_S)
		check->state = MAT_CHECK_DONE;
}

enum mat_check_state mat_check_push(
	struct mat_check *check, const struct stance_sample *sample)
{
	double expected_n = check->mass_kg * UNITS_GRAVITY_M_S2;
	bool is_there = sample->force_n > PRESENT_FRAC * expected_n;

	if (check->state == MAT_CHECK_DONE || check->state == MAT_CHECK_NOTHING)
		return check->state;
	if (!check->has_begun) {
		check->begun_ns = sample->t_ns;
		check->has_begun = true;
	}
	if (!is_there)
		wait_anew(check);
	else if (check->state == MAT_CHECK_WAITING)
		begin_reading(check, sample);
	else
		read_on(check, sample);
	/* what never holds still comes to an end, too */
	if (check->state != MAT_CHECK_DONE &&
		since_s(check->begun_ns, sample->t_ns) >
			MAT_CHECK_WAIT_S +
				(check->state == MAT_CHECK_READING
						? MAT_CHECK_SETTLE_S + MAT_CHECK_READ_S
						: 0))
		check->state = MAT_CHECK_NOTHING;
	return check->state;
}

double mat_check_measured_kg(const struct mat_check *check)
{
	return check->n > 0 ? check->sum_n / check->n / UNITS_GRAVITY_M_S2 : NAN;
}
