#include "src/daemon/precheck.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/units.h"
#include "src/core/trial/quality.h"

/* From best to worst. */
enum state { GOOD, CHECK, WAITING, BAD };

struct part {
	enum state state;
	char text[320];
};

static struct part part_of(enum state state, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static struct part part_of(enum state state, const char *format, ...)
{
	struct part part = { .state = state };
	va_list args;

	va_start(args, format);
	vsnprintf(part.text, sizeof(part.text), format, args);
	va_end(args);
	return part;
}

/* --- judging ----------------------------------------------------------------------------- */

static struct part judge_mat(const struct precheck_facts *f)
{
	const struct status_document *s = f->status;

	if (strcmp(s->mat_state, "streaming") != 0)
		return part_of(strcmp(s->mat_state, "searching") == 0 ? WAITING : BAD,
			"%s",
			s->mat_reason[0] ? s->mat_reason : N_("Connect the mat."));
	if (s->rate_hz < QUALITY_RATE_LEAST_HZ - 0.5)
		return part_of(CHECK,
			N_("The mat sends %.0f frames a second; sway needs at least "
			   "%.0f."),
			s->rate_hz, QUALITY_RATE_LEAST_HZ);
	return part_of(GOOD, N_("The mat is streaming."));
}

static bool has_zero(const struct precheck_facts *f)
{
	/* a calibration brings one, a mat that sends force makes its own */
	return !isnan(f->tare_age_s) ||
	       strcmp(f->status->calibration_state, "none") != 0;
}

static struct part judge_zero(const struct precheck_facts *f)
{
	if (!f->now.is_known)
		return part_of(WAITING, N_("Waiting for the mat's frames."));
	if (!f->status->calibration_drift && has_zero(f))
		return part_of(GOOD, N_("The zero is in order."));
	return part_of(CHECK, "%s; %s.",
		f->status->calibration_drift
			? "The empty mat's zero has moved"
			: "The mat was not zeroed since the daemon's start",
		f->now.has_load ? "let the person step off, then zero it"
				: "zero it while it is empty");
}

static struct part judge_calibration(const struct precheck_facts *f)
{
	const struct status_document *s = f->status;
	const bool good = strcmp(s->calibration_state, "valid") == 0 ||
			  strcmp(s->calibration_state, "not_needed") == 0;

	if (s->calibration_reason[0])
		return part_of(good ? GOOD : CHECK, "%s", s->calibration_reason);
	if (!good)
		return part_of(CHECK, N_("The mat is not calibrated; shares only."));
	if (isnan(s->calibration_expires_days))
		return part_of(GOOD, N_("The mat is calibrated."));
	return part_of(GOOD, N_("The calibration is in force for another %.0f days."),
		s->calibration_expires_days);
}

static double mass_of(const struct precheck_facts *f)
{
	return f->now.has_load ? f->now.force_n / UNITS_GRAVITY_M_S2 : NAN;
}

static struct part judge_weight(const struct precheck_facts *f)
{
	const double kg = mass_of(f), off = kg / f->entered_kg - 1.0;

	if (!f->now.is_known || !f->now.has_load)
		return part_of(WAITING, N_("Step onto the mat."));
	if (isnan(kg))
		return part_of(
			CHECK, N_("The mat gives no force: weight is not checked."));
	if (!f->now.is_steady)
		return part_of(WAITING, N_("Stand still."));
	if (fabs(off) > QUALITY_WEIGHT_MISFIT)
		return part_of(CHECK,
			N_("The mat shows %.1f kg, %.1f kg were entered: correct the "
			   "card, "
			   "or trust the shares only."),
			kg, f->entered_kg);
	return part_of(GOOD, "%.1f kg.", kg);
}

static struct part judge_placement(const struct precheck_facts *f)
{
	bool ok = true;

	if (!f->now.foot[0].present || !f->now.foot[1].present)
		return part_of(WAITING, N_("Stand on the mat with both feet."));
	if (!f->has_saved)
		return part_of(GOOD, N_("Where the feet stand is not saved yet."));
	for (int side = 0; side < 2; side++)
		ok &= standing_compare(f->saved, side, &f->now.foot[side]).ok;
	return ok ? part_of(GOOD, N_("The feet stand where they were saved."))
		  : part_of(CHECK,
			    N_("The feet do not stand where they were saved: more than "
			       "%.0f mm or %.0f degrees off."),
			    STANDING_LIMIT_MM, STANDING_LIMIT_DEG);
}

/* --- writing ----------------------------------------------------------------------------- */

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value);
}

static void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

static const char *const words[] = { "good", "check", "waiting", "bad" };

static void begin_part(struct jsonw *w, const char *key, const struct part *part)
{
	jsonw_key(w, key);
	jsonw_begin_object(w);
	put_text(w, "state", words[part->state]);
	put_text(w, "text", part->text);
}

static void put_mat(
	struct jsonw *w, const struct precheck_facts *f, const struct part *p)
{
	begin_part(w, "mat", p);
	put_text(w, "mat_state", f->status->mat_state);
	put_real(w, "rate_hz", f->status->rate_hz);
	jsonw_end_object(w);
}

static void put_zero(
	struct jsonw *w, const struct precheck_facts *f, const struct part *p)
{
	begin_part(w, "zero", p);
	put_real(w, "age_s", f->tare_age_s);
	put_bool(w, "drift", f->status->calibration_drift);
	put_bool(w, "empty", f->now.is_known && !f->now.has_load);
	put_real(w, "load_n", f->now.force_n);
	jsonw_end_object(w);
}

static void put_calibration(
	struct jsonw *w, const struct precheck_facts *f, const struct part *p)
{
	const struct status_document *s = f->status;

	begin_part(w, "calibration", p);
	put_text(w, "id", s->calibration_id);
	put_text(w, "calibration_state", s->calibration_state);
	put_real(w, "age_days", s->calibration_age_days);
	put_real(w, "expires_days", s->calibration_expires_days);
	jsonw_end_object(w);
}

static void put_weight(
	struct jsonw *w, const struct precheck_facts *f, const struct part *p)
{
	const double kg = mass_of(f);

	begin_part(w, "weight", p);
	put_real(w, "mass_kg", kg);
	put_real(w, "u95_kg", isnan(kg) ? NAN : f->now.u95_n / UNITS_GRAVITY_M_S2);
	put_bool(w, "steady", f->now.is_steady);
	put_real(w, "entered_kg", f->entered_kg);
	put_real(w, "difference_pct", 100.0 * (kg / f->entered_kg - 1.0));
	put_real(w, "limit_pct", 100.0 * QUALITY_WEIGHT_MISFIT);
	jsonw_end_object(w);
}

static void put_foot(struct jsonw *w, const struct precheck_facts *f, int side)
{
	const struct standing_foot *foot = &f->now.foot[side];
	struct standing_off off = { NAN, NAN, NAN, true };

	jsonw_key(w, side == 0 ? "left" : "right");
	if (!foot->present) {
		jsonw_null(w);
		return;
	}
	if (f->has_saved)
		off = standing_compare(f->saved, side, foot);
	jsonw_begin_object(w);
	jsonw_key(w, "heel_mm");
	jsonw_begin_array(w);
	jsonw_real(w, foot->heel_mm.x);
	jsonw_real(w, foot->heel_mm.y);
	jsonw_end_array(w);
	put_real(w, "direction_deg", foot->direction_deg);
	put_real(w, "dx_mm", off.dx_mm);
	put_real(w, "dy_mm", off.dy_mm);
	put_real(w, "angle_deg", off.angle_deg);
	put_bool(w, "ok", off.ok);
	jsonw_end_object(w);
}

static void put_placement(
	struct jsonw *w, const struct precheck_facts *f, const struct part *p)
{
	begin_part(w, "placement", p);
	put_bool(w, "saved", f->has_saved);
	put_real(w, "limit_mm", STANDING_LIMIT_MM);
	put_real(w, "limit_deg", STANDING_LIMIT_DEG);
	put_foot(w, f, 0);
	put_foot(w, f, 1);
	put_real(w, "width_mm", f->now.width_mm);
	put_real(w, "width_saved_mm", f->has_saved ? f->saved_width_mm : NAN);
	jsonw_end_object(w);
}

void precheck_put(struct jsonw *w, const struct precheck_facts *f)
{
	const struct part mat = judge_mat(f), zero = judge_zero(f),
			  calibration = judge_calibration(f), weight = judge_weight(f),
			  placement = judge_placement(f);
	const struct part *const parts[] = { &mat, &zero, &calibration, &weight,
		&placement };
	enum state worst = GOOD;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		worst = parts[i]->state > worst ? parts[i]->state : worst;
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.precheck/1");
	put_bool(w, "ready", worst < WAITING);
	put_text(w, "state", words[worst]);
	put_mat(w, f, &mat);
	put_zero(w, f, &zero);
	put_calibration(w, f, &calibration);
	put_weight(w, f, &weight);
	put_placement(w, f, &placement);
	put_text(w, "patient", f->patient);
	jsonw_end_object(w);
}
