#include "calibration/procedure_parts.h"

#include <math.h>

#include "src/base/root_sum_sq.h"
#include "src/base/text.h"

/* When a load counts. Contract: 15 s at most after it stands. Ten seconds after it came, creep goes on by
 * less than a hundredth in a second, and all loads are read at the same age. */
#define READ_S         10.0
#define LEAST_LOOK_S   3.0 /* for one that has stood for long */
#define LOAD_MOST_S    14.0
#define HALF_READ_S    0.5
#define FIRST_MOMENT_S 0.2
#define MOMENT_RATIO   1.35
#define MOMENT_HALF    0.1 /* of its time: neighbours do not touch */

#define UNREST_FRAC    0.03 /* of a person who stands quietly: docs/calibration.md */
#define UNREST_AFTER_S 2.5  /* before that creep bends the line, and a load settles */
#define WANDER_MM      20.0 /* in a second: no quiet stance does that */
#define QUIET_S        2.0
#define MOVED_MM       30.0
#define RESTART_FRAC   0.15 /* that comes on top makes it another load */
#define SWAY_AFTER_S   3.0
#define SAME_MASS      0.005
#define SAME_PLACE_MM  1.0
#define PLACE_MM       10.0
#define FULL_FRAC      0.01
#define FAINT_SDS      8.0 /* a cell's mean over its noise: too little to tell much */
#define PERSON_RMS_MM  2.0 /* no dead weight's COP moves like that */
#define LONG_AGO_S                                                                     \
	60.0 /* creep of a load that came before is not seen from its begin */

/* When the empty mat is kept after a verification weight, seconds after it went. */
static const double empty_s[] = { 2.0, 5.0, 10.0, 20.0, 40.0, 60.0 };
#define N_EMPTY      ((int)(sizeof(empty_s) / sizeof(empty_s[0])))
#define EMPTY_HALF_S 0.5

const char *procedure_kg(char text[PROCEDURE_KG_SIZE], double mass_kg)
{
	bool whole = fabs(mass_kg - round(mass_kg)) < 0.005;

	text_format(text, PROCEDURE_KG_SIZE, whole ? "%.0f kg" : "%.2f kg", mass_kg);
	return text;
}

static double total_s(const struct procedure *p)
{
	return p->request.kind == READING_CREEP ? PROCEDURE_CREEP_S : READ_S;
}

static void hint_wait(struct procedure *p)
{
	char kg[PROCEDURE_KG_SIZE];
	const struct procedure_request *q = &p->request;

	procedure_kg(kg, q->mass_kg);
	if (isnan(q->x_mm))
		procedure_hint(p, "Put %s on the mat and let go.", kg);
	else
		procedure_hint(p, "Put %s at x %.0f, y %.0f mm and let go.", kg,
			q->x_mm, q->y_mm);
}

void procedure_load_begin(struct procedure *p)
{
	p->load = (struct procedure_load){ .onset_s = NAN, .unsteady_s = NAN };
	hint_wait(p);
}

/* --- waiting -------------------------------------------------------------------------------------- */

static double last_mass(const struct procedure *p)
{
	const struct procedure_request *last = &p->last;

	if (last->kind == READING_STAIRCASE)
		return last->masses_kg[last->n_masses - 1];
	return last->kind == READING_ZERO || last->kind == READING_ROLL ? NAN
									: last->mass_kg;
}

static bool still_stands(const struct procedure *p)
{
	return p->has_last && p->watch.n_moves == p->last_moves;
}

/* The weight of the step before, asked for again: it need not be lifted. Where no place was said of it (that of a
 * staircase), where it stands counts. */
static bool is_same(const struct procedure *p)
{
	double mass = last_mass(p);

	if (!(fabs(p->request.mass_kg - mass) <= SAME_MASS * mass))
		return false;
	if (isnan(p->last.x_mm) && root_sum_sq(p->watch.x_mm - p->request.x_mm,
					   p->watch.y_mm - p->request.y_mm) > MOVED_MM)
		return false;
	return !(fabs(p->request.x_mm - p->last.x_mm) > SAME_PLACE_MM) &&
	       !(fabs(p->request.y_mm - p->last.y_mm) > SAME_PLACE_MM);
}

void procedure_load_give_up(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	char kg[PROCEDURE_KG_SIZE], before[PROCEDURE_KG_SIZE];

	procedure_kg(kg, p->request.mass_kg);
	if (w->is_moving)
		procedure_refuse(p,
			"The load did not come to rest: put %s down, let go, and "
			"repeat the "
			"step.",
			kg);
	else if (procedure_watch_loaded(w) && still_stands(p) && !isnan(last_mass(p)))
		procedure_refuse(p,
			"The %s of the step before still stand there, nothing changed: "
			"lift "
			"them, put %s on, and repeat the step.",
			procedure_kg(before, last_mass(p)), kg);
	else if (procedure_watch_loaded(w))
		procedure_refuse(p,
			"What stood there before the step still does: clear the mat, "
			"put %s "
			"on, and repeat the step.",
			kg);
	else if (w->n_contact > 2)
		procedure_refuse(p, "What stands there is too light to be seen: a "
				    "heavier weight, or a "
				    "smaller disc under it.");
	else
		procedure_refuse(p, "No weight came within %.0f s.", PROCEDURE_WAIT_S);
}

static void start(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_load *l = &p->load;

	if (!p->reading && !procedure_open(p))
		return;
	l->onset_seen = !isnan(w->arrival_s);
	l->onset_s = l->from_s = l->onset_seen ? w->arrival_s : w->t_s;
	l->read_s = fmax(l->from_s + total_s(p), w->t_s + LEAST_LOOK_S);
	if (p->request.kind == READING_CREEP)
		l->read_s = fmax(l->read_s, w->t_s + PROCEDURE_CREEP_S - READ_S);
	l->end_s = fmax(w->t_s + LOAD_MOST_S, l->read_s + HALF_READ_S);
	l->i_moment = 0;
	l->taken_s = w->t_s;
	l->unsteady_s = NAN;
	l->worst_frac = 0.0;
	p->n_sway = 0;
	procedure_take_clear(p);
	procedure_enter(p, PROCEDURE_MEASURING);
	p->end_s = l->read_s + HALF_READ_S;
	procedure_hint(p, "Hold still: do not touch the weight.");
}

bool procedure_load_may_start(const struct procedure *p)
{
	return procedure_watch_loaded(&p->watch) && !p->watch.is_moving &&
	       (!still_stands(p) || is_same(p));
}

static void wait(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	char kg[PROCEDURE_KG_SIZE];

	p->end_s = p->begin_s + PROCEDURE_WAIT_S;
	if (procedure_load_may_start(p)) {
		start(p);
		return;
	}
	if (procedure_watch_loaded(w) && !w->is_moving)
		procedure_hint(p, "Now put %s on instead of what stands there.",
			procedure_kg(kg, p->request.mass_kg));
	else if (!w->is_moving && w->n_contact > 2 && !w->is_occupied &&
		 isnan(w->departed_s))
		procedure_hint(p, "Heavier: this is too light to be seen.");
	else
		hint_wait(p);
	if (w->t_s > p->end_s)
		procedure_load_give_up(p);
}

/* --- measuring ------------------------------------------------------------------------------------ */

static double moment_s(int i)
{
	return FIRST_MOMENT_S * pow(MOMENT_RATIO, i);
}

/* Frames go to the moment of the schedule whose window they fall into, the last to the reading. */
static bool take_moments(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_load *l = &p->load;
	double t = p->watch.t_s, since = t - l->from_s, at;

	if (t >= l->read_s - HALF_READ_S) {
		procedure_take_add(p, frame);
		return true;
	}
	for (at = moment_s(l->i_moment); since > at * (1 + MOMENT_HALF);
		at = moment_s(++l->i_moment))
		if (p->take.n > 0 &&
			!procedure_take_keep(p, p->request.mass_kg, 0, 0, -1, false))
			return false;
	/* one that would run into the reading is left out */
	if (since >= at * (1 - MOMENT_HALF) &&
		l->from_s + at * (1 + MOMENT_HALF) < l->read_s - 2 * HALF_READ_S)
		procedure_take_add(p, frame);
	return true;
}

/* Everything so far belongs to a load that is no more. */
static void begin_again(struct procedure *p, bool gone)
{
	readings_undo(p->readings);
	p->reading = NULL;
	if (!gone) {
		start(p);
		return;
	}
	procedure_enter(p, PROCEDURE_WAITING);
	procedure_hint(p, "It was lifted: put it back and let go.");
}

static void watch_unrest(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_load *l = &p->load;
	double unrest = procedure_watch_unrest(w), wander = procedure_watch_wander(w);
	bool settles = w->t_s - fmax(l->from_s, p->state_s) < UNREST_AFTER_S;

	if (w->is_moving ||
		(!settles && (unrest > UNREST_FRAC || wander > WANDER_MM))) {
		l->unsteady_s = w->t_s;
		l->worst_frac = fmax(l->worst_frac, unrest);
	}
	if (w->t_s - l->unsteady_s < QUIET_S)
		procedure_hint(p, "Hold still: the load changes.");
	else if (w->load_cnt < FAINT_SDS * w->noise_cnt * w->n_contact)
		procedure_hint(p, "Hold still. A heavier weight would tell more.");
	else
		procedure_hint(p, "Hold still: do not touch the weight.");
}

static void give_up_restless(struct procedure *p)
{
	char much[PROCEDURE_TEXT_SIZE / 4] = "";

	if (p->load.worst_frac >= UNREST_FRAC)
		text_format(much, sizeof(much), " (%.0f %% in a second)",
			100.0 * p->load.worst_frac);
	procedure_refuse(p,
		"It does not hold still (%.0f %% in a second): let go of the weight, "
		"or stand "
		"quietly, and repeat the step.",
		100.0 * p->load.worst_frac);
}

/* A reading on a restless load would say nothing: wait for two quiet seconds, if there are some. */
static bool put_off(struct procedure *p)
{
	struct procedure_load *l = &p->load;
	double t = p->watch.t_s, later = l->unsteady_s + QUIET_S + HALF_READ_S;

	if (isnan(l->unsteady_s) || later <= t + 1e-9 || t < l->read_s - HALF_READ_S)
		return false;
	if (later + HALF_READ_S > l->end_s) {
		give_up_restless(p);
		return true;
	}
	procedure_take_clear(p);
	l->read_s = later;
	p->end_s = later + HALF_READ_S;
	return true;
}

/* Where the load came to stand; where it is if that was not seen, or if it walked since. */
struct pos_mm procedure_load_place(const struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	double walked =
		root_sum_sq(w->x_mm - w->arrival_x_mm, w->y_mm - w->arrival_y_mm);

	if (w->arrived_frac > RESTART_FRAC && walked < MOVED_MM)
		return (struct pos_mm){ w->arrival_x_mm, w->arrival_y_mm };
	return (struct pos_mm){ w->x_mm, w->y_mm };
}

/* --- the end -------------------------------------------------------------------------------------- */

static void note_place(struct procedure *p)
{
	struct pos_mm at = procedure_load_place(p);
	double away = root_sum_sq(at.x - p->request.x_mm, at.y - p->request.y_mm);

	if (away > PLACE_MM)
		procedure_note(p,
			"It stands at x %.0f, y %.0f mm, %.0f mm from the place said: "
			"placed "
			"elsewhere?",
			at.x, at.y, away);
}

static void note_load(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	const struct procedure_load *l = &p->load;

	if (w->n_full > FULL_FRAC * w->n_contact)
		procedure_note(p,
			"%d cells are at full scale: stand the weight on a larger "
			"disc, or "
			"lower the mat's gain.",
			w->n_full);
	if (w->load_cnt < FAINT_SDS * w->noise_cnt * w->n_contact)
		procedure_note(p,
			"A cell reads %.0f counts only: a heavier weight would tell "
			"more.",
			w->load_cnt / w->n_contact);
	if (!l->onset_seen || p->state_s - l->from_s > LONG_AGO_S)
		procedure_note(p, "The weight had stood there for long: its creep was "
				  "not seen from "
				  "the beginning.");
	if (!isnan(l->unsteady_s))
		procedure_note(p,
			"It did not hold still at first (%.0f %% in a second).",
			100.0 * l->worst_frac);
}

static void end(struct procedure *p)
{
	struct procedure_load *l = &p->load;

	if (!procedure_take_keep(p, p->request.mass_kg, 0, 0, -1, false)) {
		procedure_refuse(
			p, "There is no room for more steps: fit, or begin anew.");
		return;
	}
	p->reading->onset_s = l->onset_s;
	p->reading->read_s = l->read_s - l->from_s;
	procedure_sway_tell(p, p->reading);
	if (p->request.kind != READING_VERIFY && p->reading->cop_rms_mm > PERSON_RMS_MM)
		p->reading->cop_rms_mm = p->reading->noise_velocity_mm_s = NAN;
	procedure_compare_notes(p);
	procedure_compare_cells(p);
	note_place(p);
	note_load(p);
	procedure_finish(p);
}

/* Enough came since the step took its load to make it another one. */
static bool is_another(const struct procedure_watch *w, const struct procedure_load *l)
{
	return w->arrived_frac > RESTART_FRAC && w->arrival_s > l->taken_s;
}

static void measure(struct procedure *p, const struct raw_frame *frame)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_load *l = &p->load;

	if (w->is_fresh && (!w->is_occupied || is_another(w, l))) {
		begin_again(p, !w->is_occupied);
		return;
	}
	watch_unrest(p);
	if (w->t_s - p->begin_s > PROCEDURE_WAIT_S + total_s(p) + LOAD_MOST_S) {
		give_up_restless(p);
		return;
	}
	if (w->is_moving) {
		procedure_take_clear(p);
		if (w->t_s > l->end_s)
			put_off(p);
		return;
	}
	if (put_off(p))
		return;
	if (!take_moments(p, frame)) {
		procedure_refuse(
			p, "There is no room for more steps: fit, or begin anew.");
		return;
	}
	if (w->t_s - l->from_s > SWAY_AFTER_S && w->t_s - p->state_s > UNREST_AFTER_S)
		procedure_sway_add(p);
	if (w->t_s >= l->read_s + HALF_READ_S)
		end(p);
}

void procedure_load_push(struct procedure *p, const struct raw_frame *frame)
{
	if (p->state == PROCEDURE_WAITING)
		wait(p);
	else
		measure(p, frame);
}

/* --- afterwards ----------------------------------------------------------------------------------- */

void procedure_load_empty(struct procedure *p, const struct raw_frame *frame)
{
	const struct procedure_watch *w = &p->watch;
	double since = w->t_s - w->departed_s;

	if (!p->has_last || p->last.kind != READING_VERIFY || p->n_empty >= N_EMPTY ||
		w->n_moves == p->last_moves || w->is_occupied || w->is_moving)
		return;
	while (p->n_empty < N_EMPTY && since > empty_s[p->n_empty] + EMPTY_HALF_S) {
		procedure_take_keep(p, 0.0, 0, 0, -1, false);
		p->n_empty++;
	}
	if (p->n_empty < N_EMPTY && since > empty_s[p->n_empty] - EMPTY_HALF_S)
		procedure_take_add(p, frame);
}
