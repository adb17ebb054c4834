#include "src/core/trial/quality.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "src/base/bits.h"
#include "src/base/i18n.h"
#include "src/base/text.h"
#include "src/base/units.h"
#include "src/core/trial/distribution.h"

/* Limits of docs/protocols.md ("Quality"). */
#define MISSING_BAD    0.05 /* of the time */
#define MISSING_CHECK  0.01
#define SOME_FRAMES    0.05 /* of the frames carry a flag: worth a look */
#define MANY_FRAMES    0.5
#define NEVER          2.0
#define EDGE_FRAMES    0.0
#define BIAS_LEAST_PCT 5.0 /* less is within what a calibration may leave */

void quality_add(struct trial_record *record, enum trial_verdict verdict,
	const char *format, ...)
{
	va_list args;

	if (verdict > record->verdict)
		record->verdict = verdict;
	if (record->n_reasons >= RECORD_MAX_REASONS)
		return;
	va_start(args, format);
	text_vformat(
		record->reasons[record->n_reasons], RECORD_REASON_SIZE, format, args);
	va_end(args);
	record->n_reasons++;
}

/* What a reason about one phase of several begins with. */
struct phase_name {
	char text[RECORD_WORD_SIZE + 4];
};

static struct phase_name name_of(const struct engine *e, int phase)
{
	struct phase_name name = { "" };

	if (e->setup.protocol->n_phases > 1)
		text_format(name.text, sizeof(name.text),
			"%s: ", e->setup.protocol->phases[phase].key);
	return name;
}

/* --- how it ended -------------------------------------------------------------------------- */

static void judge_stop(const struct engine *e, struct trial_record *r)
{
	static const char *const reasons[] = {
		[SESSION_STOP_ABORTED] = N_("The trial was aborted."),
		[SESSION_STOP_MAT_LOST] = N_("The mat was lost during the trial."),
		[SESSION_STOP_DISK] = N_("The disk could not take the recording."),
		[SESSION_STOP_RECORDING_ENDS] =
			N_("The recording ends before the trial does."),
		[SESSION_STOP_DAEMON] = N_("The daemon was stopped during the trial."),
		[SESSION_STOP_DISK_SLOW] =
			N_("The disk did not keep up: the recording ends early."),
	};

	_Static_assert(sizeof(reasons) / sizeof(reasons[0]) == SESSION_N_STOPS,
		"a reason for each stop");

	if (e->stop > SESSION_STOP_FINISH)
		quality_add(r, TRIAL_INTERRUPTED, "%s", reasons[e->stop]);
	if (e->phases[0].n == 0)
		quality_add(r, TRIAL_UNUSABLE, N_("Nothing was measured."));
}

static void judge_end(const struct engine *e, int phase, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];
	enum protocol_kind kind = e->setup.protocol->kind;
	struct phase_name name = name_of(e, phase);
	bool free_end = kind == PROTOCOL_HOLD || kind == PROTOCOL_STS ||
			kind == PROTOCOL_NATURAL || kind == PROTOCOL_FREE;

	if (p->stepped_off && kind != PROTOCOL_HOLD)
		quality_add(r, TRIAL_UNUSABLE,
			N_("%sThe person stepped off after %.1f s of %.0f."), name.text,
			p->stepped_off_s, e->setup.duration_s);
	else if (!p->complete && e->stop == SESSION_STOP_FINISH && !free_end)
		quality_add(r, TRIAL_UNUSABLE,
			N_("%sEnded by hand after %.1f s of %.0f."), name.text,
			p->end_s - p->start_s, e->setup.duration_s);
}

static void judge_phases_missing(
	const struct engine *e, int n_measured, struct trial_record *r)
{
	int n = e->setup.protocol->n_phases;

	if (n_measured < n && n_measured > 0)
		quality_add(r, TRIAL_UNUSABLE, N_("Only %d of %d parts were measured."),
			n_measured, n);
}

/* --- the person ---------------------------------------------------------------------------- */

static void judge_feet(const struct engine *e, int phase, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];
	enum protocol_kind kind = e->setup.protocol->kind;
	bool matters = e->setup.protocol->feet == PROTOCOL_BOTH &&
		       kind != PROTOCOL_LIMITS && kind != PROTOCOL_HOLD &&
		       !p->stepped_off; /* who leaves lifts one foot first */
	struct phase_name name = name_of(e, phase);

	if (matters && !isnan(p->thin_s))
		quality_add(r, TRIAL_UNUSABLE, N_("%s%s of the weight at %.1f s."),
			name.text, QUALITY_SAYS_STEP, p->thin_s);
	else if (matters && p->n_thin > QUALITY_THIN_FRAMES * p->n)
		quality_add(r, TRIAL_CHECK,
			N_("%s%s of the weight in %.0f %% of the frames."), name.text,
			QUALITY_SAYS_STEP, 100.0 * p->n_thin / p->n);
	if (p->moved_mm > 0.0 && e->setup.protocol->feet == PROTOCOL_BOTH &&
		(kind == PROTOCOL_QUIET || kind == PROTOCOL_SQUAT))
		quality_add(r, TRIAL_CHECK, N_("%sA foot was moved by %.0f mm."),
			name.text, p->moved_mm);
	if (p->n_facing_back > MANY_FRAMES * p->n)
		quality_add(r, TRIAL_CHECK,
			N_("%sThe person faced the back of the mat; left and right are "
			   "hers."),
			name.text);
}

/* The foot that should be behind, by the means of the heels along the feet's directions. */
static void judge_tandem(const struct engine *e, int phase, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];
	double ahead = 0.0; /* the right foot's heel, of the left one's */
	bool left_behind = strcmp(e->setup.protocol->stance, "tandem-left") == 0;

	if (e->setup.protocol->feet != PROTOCOL_TANDEM)
		return;
	ahead += (engine_mean(&p->heel_x_mm[ENGINE_RIGHT]) -
			 engine_mean(&p->heel_x_mm[ENGINE_LEFT])) *
		 (engine_mean(&p->axis_x[ENGINE_LEFT]) +
			 engine_mean(&p->axis_x[ENGINE_RIGHT]));
	ahead += (engine_mean(&p->heel_y_mm[ENGINE_RIGHT]) -
			 engine_mean(&p->heel_y_mm[ENGINE_LEFT])) *
		 (engine_mean(&p->axis_y[ENGINE_LEFT]) +
			 engine_mean(&p->axis_y[ENGINE_RIGHT]));
	if (left_behind ? ahead < 0.0 : ahead > 0.0)
		quality_add(r, TRIAL_CHECK,
			N_("The %s foot stood in front, not behind."),
			left_behind ? "left" : "right");
}

static void judge_edge(const struct engine *e, int phase, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];

	if (p->n_near_edge > EDGE_FRAMES * p->n)
		quality_add(r, TRIAL_CHECK,
			N_("%sThe COP came within %.0f mm of the mat's edge; stand in "
			   "the "
			   "middle."),
			name_of(e, phase).text, ENGINE_EDGE_MM);
}

double quality_drift_n_per_min(const double *t_s, const double *force_n, int n)
{
	double st = 0, sf = 0, stt = 0, stf = 0;
	int count = 0;

	for (int i = 0; i < n; i++) {
		double t = t_s[i] - t_s[0], f = force_n[i];

		if (isnan(f))
			continue;
		st += t;
		sf += f;
		stt += t * t;
		stf += t * f;
		count++;
	}
	return count > 2 ? 60.0 * (count * stf - st * sf) / (count * stt - st * st)
			 : NAN;
}

static void judge_misfit(const struct quality_context *context, double force_n,
	const char *name, struct trial_record *r)
{
	double factor = context->weight_n / force_n;
	bool is_scaled =
		context->scales && fabs(factor - 1.0) <= DISTRIBUTION_SCALE_MOST;
	const char *so = is_scaled ? N_("force is scaled by the factor shown.")
			 : context->scales
				 ? N_("the mass does not match, trust the shares only.")
				 : N_("trust the shares only.");

	quality_add(r, TRIAL_CHECK,
		N_("%sThe mat shows %.1f kg, %.1f kg were entered: %s"), name,
		force_n / UNITS_GRAVITY_M_S2, context->weight_n / UNITS_GRAVITY_M_S2,
		so);
}

/* Known beforehand of the mat, no fault of the trial. */
static void judge_bias(struct trial_record *r)
{
	double bias_pct = r->phases[0].value[METRIC_VELOCITY_BIAS_PCT];

	if (bias_pct < -BIAS_LEAST_PCT)
		quality_add(r, TRIAL_GOOD,
			N_("The calibration has no staircase: sway velocity reads "
			   "about "
			   "%.0f %% low (10 to 20 %%)."),
			-bias_pct);
}

static void judge_load(const struct engine *e, int phase,
	const struct quality_context *context, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];
	enum protocol_kind kind = e->setup.protocol->kind;
	double force_n =
		r->phases[phase].value[METRIC_MEASURED_MASS_KG] * UNITS_GRAVITY_M_S2;
	double drift = quality_drift_n_per_min(e->series.t_s + p->first,
			       e->series.force_n + p->first, p->n) /
		       force_n;
	double misfit = force_n / context->weight_n - 1.0;
	struct phase_name name = name_of(e, phase);

	if (kind != PROTOCOL_QUIET || e->setup.protocol->feet != PROTOCOL_BOTH)
		return;
	if (p->end_s - p->start_s >= QUALITY_DRIFT_LEAST_S &&
		fabs(drift) > QUALITY_DRIFT_PER_MIN)
		quality_add(r, TRIAL_CHECK,
			N_("%s%s by %+.0f %% of body weight a minute."), name.text,
			QUALITY_SAYS_DRIFT, 100.0 * drift);
	if (fabs(misfit) > QUALITY_WEIGHT_MISFIT)
		judge_misfit(context, force_n, name.text, r);
}

/* --- the mat ------------------------------------------------------------------------------- */

static double lost_of(const struct engine_phase *p)
{
	return p->n > 0 ? (double)p->n_lost / (double)(p->n_lost + p->n) : 0.0;
}

static void judge_missing(
	const struct engine *e, int phase, double missing, struct trial_record *r)
{
	struct phase_name name = name_of(e, phase);

	if (missing > MISSING_BAD)
		quality_add(r, TRIAL_UNUSABLE,
			N_("%s%.1f %% of the frames are missing; check the cable."),
			name.text, 100.0 * missing);
	else if (missing > MISSING_CHECK)
		quality_add(r, TRIAL_CHECK, N_("%s%.1f %% of the frames are missing."),
			name.text, 100.0 * missing);
}

static void judge_losses(const struct engine *e, int phase, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];
	const struct trial_phase *t = &r->phases[phase];
	double missing =
		fmax(lost_of(p), isnan(t->missing_frac) ? 0.0 : t->missing_frac);
	struct phase_name name = name_of(e, phase);

	judge_missing(e, phase, missing, r);
	if (e->setup.protocol->kind == PROTOCOL_QUIET && p->n > 0 &&
		isnan(t->value[METRIC_PATH_MM]) && !(missing > MISSING_BAD))
		quality_add(r, TRIAL_UNUSABLE,
			N_("%s%.1f s of standing are too short to measure sway."),
			name.text, p->end_s - p->start_s);
	if (e->full)
		quality_add(r, TRIAL_UNUSABLE,
			N_("%sThe mat sent more frames than there was room for."),
			name.text);
}

/* Flags of samples that speak against a trial, by how many frames carry them. */
static const struct {
	enum sample_flag flag;
	double some; /* more than this share of the frames: check */
	double many; /* more than this: unusable */
	const char *sentence;
} the_flags[] = {
	{ SAMPLE_UNCALIBRATED, 0.0, NEVER,
		N_("The mat is not calibrated: shares and COP are those of raw "
		   "counts.") },
	{ SAMPLE_UNVERIFIED, 0.0, NEVER, N_("The calibration was never verified.") },
	{ SAMPLE_EXPIRED, 0.0, NEVER, N_("The calibration has expired.") },
	{ SAMPLE_EXTRAPOLATED, SOME_FRAMES, NEVER,
		N_("The load lay beyond the calibrated span.") },
	{ SAMPLE_SATURATED, 0.0, MANY_FRAMES, N_("Cells were saturated.") },
	{ SAMPLE_DEAD_CELLS, SOME_FRAMES, NEVER, N_("Dead cells lay under the feet.") },
	/* Shoes look alike from below: they are named by where they stand. */
	{ SAMPLE_SIDE_UNKNOWN, SOME_FRAMES, NEVER,
		N_("Left and right are named by place: the soles do not tell them "
		   "apart.") },
	{ SAMPLE_FEET_TOUCH, SOME_FRAMES, NEVER,
		N_("The feet touched: the line between them is inferred.") },
	{ SAMPLE_EDGE, SOME_FRAMES, NEVER,
		/* begins as QUALITY_SAYS_EDGE */
		N_("A foot reached the mat's edge: load may be missing.") },
	{ SAMPLE_UNSTABLE, SOME_FRAMES, MANY_FRAMES,
		N_("The feet could not be kept apart surely.") },
	{ SAMPLE_OVERRUN, SOME_FRAMES, NEVER, N_("The mat could not keep its rate.") },
};

static void judge_flags(const struct engine *e, int phase, struct trial_record *r)
{
	const struct engine_phase *p = &e->phases[phase];
	struct phase_name name = name_of(e, phase);
	const struct protocol *protocol = e->setup.protocol;
	/* heel to toe, or the two halves of a seat */
	bool must_touch = protocol->kind == PROTOCOL_HOLD || protocol->seated;

	for (size_t k = 0; k < sizeof(the_flags) / sizeof(the_flags[0]); k++) {
		int index = bits_lowest(the_flags[k].flag);
		double share = p->n > 0 ? (double)p->n_flag[index] / p->n : 0.0;
		bool ignored = (the_flags[k].flag == SAMPLE_SIDE_UNKNOWN &&
				       protocol->feet == PROTOCOL_ANY) ||
			       (the_flags[k].flag == SAMPLE_FEET_TOUCH && must_touch);

		if (!(share > the_flags[k].some) || ignored)
			continue;
		quality_add(r, share > the_flags[k].many ? TRIAL_UNUSABLE : TRIAL_CHECK,
			N_("%s%s (%.0f %% of the frames)"), name.text,
			the_flags[k].sentence, 100.0 * share);
	}
}

static void judge_rate(int phase, struct trial_record *r)
{
	double rate_hz = r->phases[phase].rate_hz;

	if (rate_hz < QUALITY_RATE_LEAST_HZ - 0.5)
		quality_add(r, TRIAL_CHECK,
			N_("The mat sent %.0f frames a second; sway needs at least "
			   "%.0f."),
			rate_hz, QUALITY_RATE_LEAST_HZ);
}

void quality_judge(const struct engine *e, const struct quality_context *context,
	struct trial_record *record)
{
	int n_measured = 0;

	record->verdict = TRIAL_GOOD;
	record->n_reasons = 0;
	judge_stop(e, record);
	for (int k = 0; k < record->n_phases; k++) {
		if (e->phases[k].n == 0)
			continue;
		n_measured++;
		judge_end(e, k, record);
		judge_feet(e, k, record);
		judge_tandem(e, k, record);
		judge_edge(e, k, record);
		judge_load(e, k, context, record);
		judge_losses(e, k, record);
		judge_flags(e, k, record);
	}
	if (n_measured > 0) {
		judge_rate(0, record);
		judge_bias(record);
	}
	if (context->needs_force)
		quality_add(record, TRIAL_UNUSABLE,
			N_("This protocol needs force; calibrate the mat."));
	if (e->stop <= SESSION_STOP_FINISH)
		judge_phases_missing(e, n_measured, record);
}

void quality_judge_live(const struct engine *e, struct trial_record *record)
{
	record->verdict = TRIAL_GOOD;
	record->n_reasons = 0;
	for (int k = 0; k <= e->phase && k < RECORD_MAX_PHASES; k++) {
		const struct engine_phase *p = &e->phases[k];
		bool is_over = k < e->phase || e->state == SESSION_DONE;

		if (p->n == 0)
			continue;
		if (is_over)
			judge_end(e, k, record);
		judge_feet(e, k, record);
		judge_tandem(e, k, record);
		judge_edge(e, k, record);
		judge_missing(e, k, lost_of(p), record);
		judge_flags(e, k, record);
	}
}
