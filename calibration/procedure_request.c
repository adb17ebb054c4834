#include "calibration/procedure_parts.h"

#include <errno.h>
#include <math.h>

#include "src/base/i18n.h"
#include "src/base/text.h"

#define MAX_MASS_KG   300.0
#define MAX_PASSES    40
#define MIN_MASSES    3
#define MAX_TURNS     4    /* a loop, or two; more is a list without an order */
#define LEAST_RATIO   1.02 /* between neighbours: less cannot be told from creep */
#define LEAST_MOMENTS 64   /* room that a step needs at least */
#define ROLL_MOMENTS  512

static int refuse_mass(double mass_kg, char *message, size_t size)
{
	if (!(mass_kg > 0))
		text_format(message, size, N_("A mass must be above 0 kg."));
	else
		text_format(message, size,
			N_("%.0f kg is more than this mat is for (%.0f kg at most)."),
			mass_kg, MAX_MASS_KG);
	return -EINVAL;
}

static bool is_mass(double mass_kg)
{
	return mass_kg > 0 && mass_kg <= MAX_MASS_KG;
}

static int check_place(const struct procedure *p,
	const struct procedure_request *request, char *message, size_t size)
{
	const struct mat_geometry *g = &p->setup.geometry;
	double x = 0.5 * g->n_cols * g->pitch_x_mm, y = 0.5 * g->n_rows * g->pitch_y_mm;

	if (isnan(request->x_mm) != isnan(request->y_mm)) {
		text_format(message, size,
			N_("Say both x and y of the place, or neither."));
		return -EINVAL;
	}
	if (request->kind == READING_VERIFY && isnan(request->x_mm)) {
		text_format(message, size,
			N_("To verify, say where the weight stands: x and y in "
			   "millimetres."));
		return -EINVAL;
	}
	if (!(fabs(request->x_mm) > x) && !(fabs(request->y_mm) > y))
		return 0;
	text_format(message, size,
		"(%.0f, %.0f) mm lies beside the mat, which reaches to %.0f and %.0f "
		"mm "
		"from its middle.",
		request->x_mm, request->y_mm, x, y);
	return -EINVAL;
}

static int check_masses(
	const struct procedure_request *request, char *message, size_t size)
{
	const double *m = request->masses_kg;
	int n_turns = 0;

	if (request->n_masses < MIN_MASSES ||
		request->n_masses > PROCEDURE_MAX_MASSES) {
		text_format(message, size,
			N_("A staircase takes %d to %d masses, not %d."), MIN_MASSES,
			PROCEDURE_MAX_MASSES, request->n_masses);
		return -EINVAL;
	}
	for (int i = 0; i < request->n_masses; i++) {
		if (!is_mass(m[i]))
			return refuse_mass(m[i], message, size);
		if (i > 0 &&
			fmax(m[i], m[i - 1]) < LEAST_RATIO * fmin(m[i], m[i - 1])) {
			text_format(message, size,
				N_("%.1f and %.1f kg follow each other: too close to "
				   "tell "
				   "apart."),
				m[i - 1], m[i]);
			return -EINVAL;
		}
		n_turns += i > 1 && (m[i] > m[i - 1]) != (m[i - 1] > m[i - 2]);
	}
	if (n_turns >= 1 && n_turns <= MAX_TURNS)
		return 0;
	text_format(message, size,
		n_turns == 0
			? N_("The masses go one way only: a staircase must come back, "
			     "as 60, 50, 40, 50, 60.")
			: N_("The masses jump up and down: sort them into one way down "
			     "and one way up."));
	return -EINVAL;
}

static int check_kind(const struct procedure *p,
	const struct procedure_request *request, char *message, size_t size)
{
	switch (request->kind) {
	case READING_ZERO:
		return 0;
	case READING_ROLL:
		if (!isnan(request->mass_kg) && !is_mass(request->mass_kg))
			return refuse_mass(request->mass_kg, message, size);
		if (request->n_passes >= 0 && request->n_passes <= MAX_PASSES)
			return 0;
		text_format(message, size, N_("%d passes? 1 to %d can be counted."),
			request->n_passes, MAX_PASSES);
		return -EINVAL;
	case READING_STAIRCASE:
		return check_masses(request, message, size);
	default:
		if (!is_mass(request->mass_kg))
			return refuse_mass(request->mass_kg, message, size);
		return check_place(p, request, message, size);
	}
}

static int check_room(const struct procedure *p,
	const struct procedure_request *request, char *message, size_t size)
{
	const struct readings *r = p->readings;
	int moments = request->kind == READING_ROLL ? ROLL_MOMENTS : LEAST_MOMENTS;

	if (request->kind == READING_ZERO)
		moments = 0;
	if (r->n_items < r->max_items && r->max_snapshots - r->n_snapshots >= moments &&
		r->max_cells - r->n_cells >= moments)
		return 0;
	text_format(message, size,
		N_("There is no room for more steps in this calibration: fit, or begin "
		   "anew."));
	return -EINVAL;
}

int procedure_request_check(const struct procedure *p,
	const struct procedure_request *request, char *message, size_t size)
{
	int err;

	if ((unsigned)request->kind >= READING_N_KINDS) {
		text_format(message, size, N_("No such step."));
		return -EINVAL;
	}
	err = check_kind(p, request, message, size);
	if (err)
		return err;
	if (request->kind == READING_ZERO)
		return check_room(p, request, message, size);
	if (!p->watch.has_zero) {
		text_format(message, size,
			N_("There is no zero yet: empty the mat and take the zero "
			   "first."));
		return -EINVAL;
	}
	if (p->watch.zero_was_loaded) {
		text_format(message, size,
			N_("The mat reads less than its zero %s: something stood there "
			   "during "
			   "zero. Empty the mat and take the zero again."),
			p->watch.hole_name);
		return -EINVAL;
	}
	return check_room(p, request, message, size);
}
