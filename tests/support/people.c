#include "tests/support/people.h"

#include <math.h>
#include <string.h>

#include "src/base/text.h"
#include "src/base/units.h"

#define ROOT_3       1.7320508075688772
#define RATE_HZ      50.0
#define HABIT_MM     8.9 /* sd of people's lateral offsets */
#define STANCE_MM    5.0 /* of one stance about the habit */
#define ANKLES_MM    4.0 /* of the ankles' middle about what footprints tell */
#define STANCE_AP_MM 8.1
#define ANKLES_AP    0.03  /* of the foot's length */
#define SEAT_MM      140.0 /* between the halves of a seat's loads */
#define SEEN_FRAC    0.15  /* of a habit is left when it is seen */
#define BENT_SPARE   2.0   /* times as much is taken off a sore knee that bends */

const char *people_kind_name(enum people_kind kind)
{
	static const char *const names[] = { "habit", "leg", "silent", "lean", "pain" };

	return names[kind];
}

/* A rectangle of that standard deviation. */
static double about(struct rng *rng, double middle, double sd)
{
	return rng_between(rng, middle - ROOT_3 * sd, middle + ROOT_3 * sd);
}

static double laplace(struct rng *rng, double sd)
{
	double u = rng_uniform(rng) - 0.5;

	return -sd / sqrt(2) * (u < 0 ? -1 : 1) * log(1 - 2 * fabs(u));
}

static double triangle(struct rng *rng, double low, double top, double high)
{
	double u = rng_uniform(rng), at = (top - low) / (high - low);

	return u < at ? low + sqrt(u * (high - low) * (top - low))
		      : high - sqrt((1 - u) * (high - low) * (high - top));
}

static int either_side(struct rng *rng)
{
	return rng_uniform(rng) < 0.5 ? -1 : 1;
}

/* --- who ------------------------------------------------------------------------------------------ */

static void draw_build(struct rng *rng, struct somebody *p)
{
	char sex = rng_uniform(rng) < 0.5 ? 'M' : 'F';
	double stature = about(rng, sex == 'M' ? 1.77 : 1.64, 0.07);
	struct skeleton_options *h = &p->habit;

	skeleton_defaults(h, sex, stature, about(rng, sex == 'M' ? 80 : 67, 11));
	h->shift_frac = about(rng, h->shift_frac, 0.02);
	h->hip_width_m = about(rng, h->hip_width_m, 0.012);
	h->leg_m = about(rng, h->leg_m, 0.03 / sqrt(2) * h->leg_m);
	h->com_above_ankle_m = about(rng, h->com_above_ankle_m, 0.02);
	h->com_ap_mm = about(rng, 44, 12);
	h->trunk_ap_frac = triangle(rng, 0.15, 0.35, 0.9);
	h->knee_mix = triangle(rng, 0, 0.5, 1);
	h->knee_factor = 1 + 0.1 * rng_normal(rng);
	h->l5s1_arm_ml_m = about(rng, 0.07, 0.015);
	h->l5s1_arm_ap_m = about(rng, 0.055, 0.01);
	h->l5s1_base_bw = about(rng, 0.85, 0.15);
	h->e_ref_m = about(rng, 0.042, 0.01);
	p->width_mm = about(rng, 175, 25);
	p->foot_length_mm = 1e3 * 0.152 * stature;
	p->ankles_ml_mm = about(rng, 0, ANKLES_MM);
	p->ankles_ap_mm = about(rng, 0, ANKLES_AP * p->foot_length_mm);
	p->told = (struct trial_person){ .mass_kg = about(rng, h->mass_kg, 1),
		.stature_m = about(rng, stature, 0.02),
		.sex = sex,
		.age_years = 40 };
}

/* Make the offset in all, whatever legs and pain make of it: the trunk's part by leaning, the rest by the hips. */
static void carry(struct somebody *p, double offset_mm, double trunk_frac)
{
	struct skeleton_options *h = &p->habit;
	double by_leg_mm = -h->lift_response * h->leg_difference_mm;
	double by_pain_mm = -h->spare_frac * p->width_mm;

	h->trunk_lean_mm = trunk_frac * offset_mm;
	h->pelvis_shift_mm =
		((1 - trunk_frac) * offset_mm - by_leg_mm - by_pain_mm) / h->shift_frac;
}

/* A difference of 4 to 20 mm beside a habit. The load of most goes to the side that is lifted, of some away. */
static void draw_leg(struct rng *rng, struct somebody *p)
{
	struct skeleton_options *h = &p->habit;
	double other_mm = laplace(rng, 6), offset_mm;

	h->leg_difference_mm = either_side(rng) * triangle(rng, 4, 10, 20);
	if (p->kind == PEOPLE_LEG)
		h->lift_response = (rng_uniform(rng) < 0.15 ? -1 : 1) *
				   triangle(rng, 0.5, 0.8, 1.2);
	offset_mm = other_mm - h->lift_response * h->leg_difference_mm;
	carry(p, offset_mm, triangle(rng, 0, 0.25, 0.8));
	if (p->kind == PEOPLE_LEG)
		p->null_lift_mm = -(offset_mm + p->ankles_ml_mm) / h->lift_response;
}

static void draw_pain(struct rng *rng, struct somebody *p)
{
	struct skeleton_options *h = &p->habit;

	p->sore_side = either_side(rng);
	h->spare_frac = p->sore_side * triangle(rng, 0.04, 0.08, 0.16);
	carry(p, laplace(rng, 4) - h->spare_frac * p->width_mm,
		triangle(rng, 0, 0.25, 0.8));
}

/* What is true of the habit, on the feet as they stood. The knees carry what the shares say, wherever the ankles
 * are. */
static void know(struct somebody *p)
{
	struct skeleton_options on_feet = p->habit;
	struct skeleton shares;
	double ankles_mm =
		p->width_mm - 2 * 0.2 * p->foot_length_mm * sin(7 * UNITS_RAD_PER_DEG);

	skeleton_solve(&p->habit, p->width_mm, ankles_mm, &p->truth);
	on_feet.pelvis_shift_mm += p->ankles_ml_mm / on_feet.shift_frac;
	skeleton_solve(&on_feet, p->width_mm, ankles_mm, &shares);
	p->truth.knee_left_pct_bw = shares.knee_left_pct_bw;
	p->truth.knee_right_pct_bw = shares.knee_right_pct_bw;
}

void people_draw(struct rng *rng, enum people_kind kind, struct somebody *p)
{
	*p = (struct somebody){ .kind = kind, .null_lift_mm = NAN };
	draw_build(rng, p);
	switch (kind) {
	case PEOPLE_LEG:
	case PEOPLE_SILENT:
		draw_leg(rng, p);
		break;
	case PEOPLE_LEAN:
		carry(p, either_side(rng) * triangle(rng, 6, 14, 34),
			triangle(rng, 0.1, 0.4, 0.9));
		break;
	case PEOPLE_PAIN:
		draw_pain(rng, p);
		break;
	default:
		carry(p, laplace(rng, HABIT_MM), triangle(rng, 0, 0.25, 0.8));
	}
	know(p);
}

void people_truth(const struct somebody *p, double truth[INFERENCE_N])
{
	const struct skeleton *s = &p->truth;
	double left = s->knee_left_pct_bw, right = s->knee_right_pct_bw;

	truth[INFERENCE_LEAN_DEG] = s->lean_deg;
	truth[INFERENCE_ANKLE_MOMENT_NM] = s->ankle_moment_nm;
	truth[INFERENCE_PELVIS_SHIFT_MM] = s->pelvis_shift_mm;
	truth[INFERENCE_OBLIQUITY_FROM_SHIFT_DEG] = s->obliquity_from_shift_deg;
	truth[INFERENCE_KNEE_LEFT_PCT_BW] = s->knee_left_pct_bw;
	truth[INFERENCE_KNEE_RIGHT_PCT_BW] = s->knee_right_pct_bw;
	truth[INFERENCE_KNEE_RIGHT_MORE_PCT] = 100 * (right - left) / (right + left);
	truth[INFERENCE_L5S1_MOMENT_FRONTAL_NM] = s->l5s1_moment_frontal_nm;
	truth[INFERENCE_L5S1_MOMENT_SAGITTAL_NM] = s->l5s1_moment_sagittal_nm;
	truth[INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT] = s->l5s1_compression_frontal_pct;
	truth[INFERENCE_L5S1_COMPRESSION_EXTRA_PCT] = s->l5s1_compression_extra_pct;
}

/* --- what they do --------------------------------------------------------------------------------- */

/* The body in a test. Bent knees take up a difference of the legs' lengths, and spare a sore knee more. */
static void act(
	const struct somebody *p, const char *protocol, struct skeleton_options *body)
{
	*body = p->habit;
	if (strcmp(protocol, "correct-seen") == 0) {
		body->pelvis_shift_mm *= SEEN_FRAC;
		body->trunk_lean_mm *= SEEN_FRAC;
	} else if (strcmp(protocol, "squat-60") == 0) {
		body->leg_difference_mm = 0;
		body->spare_frac *= BENT_SPARE;
	}
}

/* Sitting, the legs make no difference: what is left is the trunk's. */
static void sit(const struct somebody *p, double stance_mm, struct person_options *o)
{
	double off_mm = p->habit.trunk_lean_mm + stance_mm;

	o->stance = POSTURE_SEATED;
	o->left_frac = fmin(fmax(0.5 - off_mm / SEAT_MM, 0.1), 0.9);
}

static void prepare(struct stage *stage, const struct somebody *p, const char *protocol)
{
	struct person_options *o = &stage->scene.person;

	stage_defaults(stage, protocol);
	stage->by_wire = true;
	stage->rate_hz = RATE_HZ;
	stage->duration_s = strcmp(protocol, "quiet-eo") == 0 ? 4 : 2;
	stage->settle_s = 0.5;
	stage->person = p->told;
	o->foot_length_mm = p->foot_length_mm;
	o->stature_m = p->habit.stature_m;
	o->mass_kg = p->habit.mass_kg;
	o->stance_width_mm = p->width_mm;
}

int people_stand(struct rng *rng, const struct somebody *p, const char *protocol,
	double lift_mm, struct stage *stage)
{
	struct person_options *o = &stage->scene.person;
	double stance_mm = about(rng, 0, STANCE_MM);
	struct skeleton_options body;
	int rc;

	prepare(stage, p, protocol);
	o->seed = rng_u64(rng);
	stage->lift_mm = lift_mm;
	act(p, protocol, &body);
	body.lift_mm = lift_mm;
	body.pelvis_shift_mm += (stance_mm + p->ankles_ml_mm) / body.shift_frac;
	body.com_ap_mm += about(rng, 0, STANCE_AP_MM) + p->ankles_ap_mm;
	if (strcmp(protocol, "seated") == 0)
		sit(p, stance_mm, o);
	else
		o->body = &body;
	rc = stage_play(stage, "");
	o->body = NULL;
	text_copy(stage->record.protocol, sizeof(stage->record.protocol), protocol);
	text_copy(stage->record.calibration_state,
		sizeof(stage->record.calibration_state), "not_needed");
	return rc;
}
