#include "hw/sim/person.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/base/units.h"

#define LENGTH_MM         255.0
#define WIDTH_OF_LENGTH   0.38
#define ARCH_FRAC         0.5
#define TOE_OUT_DEG       7.0   /* 14 degrees between the feet (McIlroy & Maki 1997) */
#define STANCE_WIDTH_MM   170.0 /* between heel centres (McIlroy & Maki 1997) */
#define MASS_KG           72.0
#define ANCHOR_OF_LENGTH  0.45 /* a COP at rest, from the heel */
#define ANKLE_OF_LENGTH   0.25 /* of the foot's length, from its heel */
#define MAX_COP_APART_MM  40.0 /* more than this and the plates' feet were staggered */
#define OWN_ML_FRAC       0.2  /* of lateral sway happens within each foot */
#define APART_FRAC        0.25 /* of AP sway: what the feet do against each other */
#define PULSE_HZ          1.15 /* the heart's thrust on the total force */
#define PULSE_FRAC        0.0016
#define BREATH_HZ         0.27
#define BREATH_FRAC       0.0012
#define FIRST_FOOT_FRAC   0.5  /* of the step's time until the first foot carries all */
#define SECOND_FROM_FRAC  0.4  /* when the second foot touches */
#define LANDING_OVERSHOOT 0.07 /* of body weight */
#define LANDING_HEEL_FRAC 0.26 /* of the foot's length behind the mean COP */
#define LEAVING_TOE_FRAC  0.24 /* ahead of it */
#define STATURE_M         1.70
#define HEEL_TO_TOE_MM    5.0 /* between the feet of a tandem stance */
/* Half a seat; between the tuberosities about 120 mm. The trunk sways less than the body. */
#define SEAT_LENGTH_MM  260.0
#define SEAT_WIDTH_MM   130.0
#define SEAT_APART_MM   140.0
#define SEAT_TURNED_DEG 8.0
#define SEAT_SWAY_MM    1.5
#define IN_LINE_MM      60.0 /* feet nearer than this carry lateral sway within */
#define OUTLINE_BINS    1024 /* of a millimetre, for the gap between the feet */

static const double deg = M_PI / 180.0;

/* One instant of the source of motion, person's frame: x to the right, y forward. */
struct motion {
	double total_n, share;
	struct pos_mm rel[PERSON_N_FEET]; /* of each COP about its foot's anchor */
};

void person_defaults(struct person_options *o)
{
	*o = (struct person_options){
		.foot_length_mm = LENGTH_MM,
		.foot_width_mm = NAN,
		.arch_frac = ARCH_FRAC,
		.toe_out_deg = TOE_OUT_DEG,
		.stance_width_mm = NAN,
		.gap_mm = NAN,
		.heel_raised = PERSON_NO_HEEL,
		.lead_foot = PERSON_RIGHT,
		.mass_kg = NAN,
		.left_frac = NAN,
		.fore_frac = NAN,
		.sway_mm = NAN,
		.stature_m = STATURE_M,
		.seed = 1,
	};
}

/* A vector of the stance turned into the foot's frame. */
static struct pos_mm into_foot(double turn_rad, struct pos_mm p)
{
	double c = cos(turn_rad), s = sin(turn_rad);

	return (struct pos_mm){ c * p.x - s * p.y, s * p.x + c * p.y };
}

static struct pos_mm out_of_foot(double turn_rad, struct pos_mm p)
{
	return into_foot(-turn_rad, p);
}

/* The fore share of a sole whose COP lies `v_mm` from the heel. */
static double fore_at(struct sole *sole, double v_mm)
{
	sole_press(sole, 1, (struct pos_mm){ sole->neutral.x, v_mm });
	return sole_fore_frac(sole);
}

/* How far the COP must move forward from the anchor for a fore share, by bisection. */
static double lean_for_fore(struct person *p, double fore_frac)
{
	double sum = 0;

	for (int f = 0; f < PERSON_N_FEET; f++) {
		double low = 0, high = p->options.foot_length_mm;

		for (int i = 0; i < 40; i++) {
			double middle = (low + high) / 2;

			if (fore_at(p->sole[f], middle) < fore_frac)
				low = middle;
			else
				high = middle;
		}
		sum += (low + high) / 2 - p->anchor[f].y;
	}
	return sum / PERSON_N_FEET;
}

/* Farthest reach of a foot towards the other, per millimetre of y, with its anchor at x = 0. */
static void inner_outline(const struct person *p, int f, double reach[OUTLINE_BINS])
{
	const struct sole *s = p->sole[f];
	double side = f == PERSON_LEFT ? 1 : -1;
	double shift = (f == PERSON_LEFT ? 0.5 : -0.5) * p->options.stagger_mm;

	for (int i = 0; i < OUTLINE_BINS; i++)
		reach[i] = -INFINITY;
	for (int k = 0; k < s->n_v; k++) {
		for (int i = s->first[k]; i < s->last[k]; i++) {
			struct pos_mm at = { sole_u_mm(s, i) - s->neutral.x,
				sole_v_mm(s, k) -
					ANCHOR_OF_LENGTH * s->shape.length_mm };
			int bin;

			at = out_of_foot(p->turn_rad[f], at);
			bin = (int)floor(at.y + shift) + OUTLINE_BINS / 2;
			for (int b = bin - 1; b <= bin + 1; b++) {
				if (b >= 0 && b < OUTLINE_BINS)
					reach[b] = fmax(reach[b],
						side * at.x + 0.5 * SOLE_PITCH_MM);
			}
		}
	}
}

/* The stance width that leaves `gap_mm` between the feet. */
static double width_for_gap(const struct person *p, double gap_mm)
{
	double left[OUTLINE_BINS], right[OUTLINE_BINS], most = -INFINITY;

	inner_outline(p, PERSON_LEFT, left);
	inner_outline(p, PERSON_RIGHT, right);
	for (int i = 0; i < OUTLINE_BINS; i++)
		most = fmax(most, left[i] + right[i]);
	return isfinite(most) ? most + gap_mm : STANCE_WIDTH_MM;
}

static void choose_width(struct person *p)
{
	const struct plates *rec = p->options.plates;
	double recorded =
		rec ? rec->mean[PLATES_RIGHT].x - rec->mean[PLATES_LEFT].x : NAN;

	p->width_mm = STANCE_WIDTH_MM;
	if (recorded > 0)
		p->width_mm = recorded;
	if (!isnan(p->options.stance_width_mm))
		p->width_mm = p->options.stance_width_mm;
	if (!isnan(p->options.gap_mm))
		p->width_mm = width_for_gap(p, p->options.gap_mm);
}

/* The plates do not say where the feet were, only where they pressed. Heels are taken as level
 * unless the two COPs lie too far apart for that; then the feet were staggered by the rest. */
static double place_recording(struct person *p)
{
	const struct plates *rec = p->options.plates;
	double apart, stagger;

	p->mean_share = rec->mean_share;
	if (isnan(rec->mean[PLATES_LEFT].y) || isnan(rec->mean[PLATES_RIGHT].y))
		return 0;
	apart = rec->mean[PLATES_LEFT].y - rec->mean[PLATES_RIGHT].y;
	stagger = apart - fmin(fmax(apart, -MAX_COP_APART_MM), MAX_COP_APART_MM);
	p->mean[PERSON_LEFT].y = 0.5 * (apart - stagger);
	p->mean[PERSON_RIGHT].y = -0.5 * (apart - stagger);
	return stagger;
}

static void place(struct person *p)
{
	const struct person_options *o = &p->options;
	struct imprint_pose body = { o->offset, o->yaw_deg * deg };

	if (o->plates)
		p->options.stagger_mm += place_recording(p);
	choose_width(p);
	for (int f = 0; f < PERSON_N_FEET; f++) {
		double side = f == PERSON_LEFT ? -0.5 : 0.5;
		struct pos_mm rest = { p->sole[f]->neutral.x,
			ANCHOR_OF_LENGTH * o->foot_length_mm };
		struct pos_mm heel = out_of_foot(p->turn_rad[f], rest);

		heel.x = side * p->width_mm - heel.x;
		heel.y = -side * o->stagger_mm - heel.y;
		p->pose[f].heel = imprint_to_mat(&body, heel);
		p->pose[f].angle_rad = body.angle_rad + p->turn_rad[f];
		p->anchor[f] = rest;
		if (p->sole[f]->shape.heel_raised)
			p->anchor[f] = p->sole[f]->neutral;
	}
}

/* The feet carry what the body above them puts there. Its COM moves over the ankles' middle, which lies
 * ANKLE_OF_LENGTH from the heels. */
static void carry_body(struct person *p)
{
	const struct person_options *o = &p->options;
	double ahead_mm = (ANCHOR_OF_LENGTH - ANKLE_OF_LENGTH) * o->foot_length_mm;
	double narrower_mm = 2 * ahead_mm * sin(o->toe_out_deg * UNITS_RAD_PER_DEG);

	skeleton_solve(o->body, p->width_mm, p->width_mm - narrower_mm, &p->skeleton);
	p->has_skeleton = true;
	ramp_set(&p->share, 1 - p->skeleton.right_frac);
	ramp_set(&p->lean_y_mm,
		p->skeleton.com_ap_mm -
			ahead_mm * cos(o->toe_out_deg * UNITS_RAD_PER_DEG));
}

static void size_up(struct person *p)
{
	const struct person_options *o = &p->options;
	double rms_mm = root_sum_sq(BALANCE_RMS_ML_MM, BALANCE_RMS_AP_MM);

	p->mass_kg = o->mass_kg;
	if (isnan(p->mass_kg))
		p->mass_kg =
			o->plates ? o->plates->mean_n / UNITS_GRAVITY_M_S2 : MASS_KG;
	if (o->plates)
		rms_mm = o->plates->rms_mm;
	p->sway_scale = isnan(o->sway_mm) || !(rms_mm > 0) ? 1 : o->sway_mm / rms_mm;
	if (!o->plates)
		p->mean_share = 0.5;
	ramp_set(&p->share, isnan(o->left_frac) ? p->mean_share : o->left_frac);
	ramp_set(&p->sway, 1);
	ramp_set(&p->lean_x_mm, 0);
	ramp_set(&p->lean_y_mm,
		isnan(o->fore_frac) ? 0 : lean_for_fore(p, o->fore_frac));
	if (o->body)
		carry_body(p);
}

/* One foot straight behind the other. */
static void stand_in_line(struct person_options *o)
{
	double apart = o->foot_length_mm + HEEL_TO_TOE_MM;

	o->toe_out_deg = 0;
	o->stance_width_mm = 0;
	o->gap_mm = NAN;
	o->stagger_mm += o->stance == POSTURE_TANDEM_LEFT ? -apart : apart;
}

/* The mat lies on a stool, and she sits on it. */
static void sit_on_mat(struct person_options *o)
{
	o->foot_length_mm = SEAT_LENGTH_MM;
	o->foot_width_mm = SEAT_WIDTH_MM;
	o->toe_out_deg = SEAT_TURNED_DEG;
	o->heel_raised = PERSON_NO_HEEL;
	o->stance_width_mm = SEAT_APART_MM;
	o->gap_mm = NAN;
	if (isnan(o->sway_mm))
		o->sway_mm = SEAT_SWAY_MM;
}

static void begin(struct person *p)
{
	const struct person_options *o = &p->options;

	balance_init(&p->ml, BALANCE_ML, o->seed);
	balance_init(&p->ap, BALANCE_AP, o->seed);
	balance_init(&p->apart, BALANCE_AP, ~o->seed);
	posture_init(&p->posture, o->stance, o->stature_m, o->timeline);
	p->stands = o->stance != POSTURE_NONE &&
		    (!o->timeline || timeline_starts_on(o->timeline));
	p->step_s = -1e9;
}

int person_init(struct person *p, const struct person_options *options)
{
	struct sole_shape shape;

	memset(p, 0, sizeof(*p));
	p->options = *options;
	if (options->stance == POSTURE_SEATED)
		sit_on_mat(&p->options);
	shape = (struct sole_shape){ .length_mm = p->options.foot_length_mm,
		.width_mm = p->options.foot_width_mm,
		.arch_frac = p->options.arch_frac,
		.seat = options->stance == POSTURE_SEATED };
	if (options->stance == POSTURE_TANDEM_LEFT ||
		options->stance == POSTURE_TANDEM_RIGHT)
		stand_in_line(&p->options);
	if (isnan(shape.width_mm))
		shape.width_mm = WIDTH_OF_LENGTH * shape.length_mm;
	for (int f = 0; f < PERSON_N_FEET; f++) {
		int rc;

		shape.left = f == PERSON_LEFT;
		shape.heel_raised = p->options.heel_raised == f;
		rc = sole_new(&shape, &p->sole[f]);
		if (rc < 0) {
			person_fini(p);
			return rc;
		}
		p->turn_rad[f] =
			(f == PERSON_LEFT ? -1 : 1) * p->options.toe_out_deg * deg;
	}
	place(p);
	size_up(p);
	begin(p);
	return 0;
}

void person_fini(struct person *p)
{
	for (int f = 0; f < PERSON_N_FEET; f++)
		sole_free(p->sole[f]);
	memset(p, 0, sizeof(*p));
}

static void model_motion(struct person *p, double t_s, struct motion *m)
{
	double x = balance_at(&p->ml, t_s), y = balance_at(&p->ap, t_s);
	double apart = APART_FRAC * balance_at(&p->apart, t_s);
	double own = OWN_ML_FRAC * x;

	m->total_n = p->mass_kg * UNITS_GRAVITY_M_S2 *
		     (1 + PULSE_FRAC * sin(2 * M_PI * PULSE_HZ * t_s) +
			     BREATH_FRAC * sin(2 * M_PI * BREATH_HZ * t_s));
	m->share = p->mean_share - (x - own) / fmax(p->width_mm, 40);
	m->rel[PERSON_LEFT] = (struct pos_mm){ own, y + apart };
	m->rel[PERSON_RIGHT] = (struct pos_mm){ own, y - apart };
}

static void recorded_motion(struct person *p, double t_s, struct motion *m)
{
	const struct plates *rec = p->options.plates;
	struct plates_row row = plates_at(rec, t_s);
	double sum = row.force_n[PLATES_LEFT] + row.force_n[PLATES_RIGHT];

	m->total_n = sum * p->mass_kg * UNITS_GRAVITY_M_S2 / rec->mean_n;
	m->share = sum > 0 ? row.force_n[PLATES_LEFT] / sum : p->mean_share;
	for (int f = 0; f < PERSON_N_FEET; f++) {
		m->rel[f] = (struct pos_mm){ 0, 0 };
		if (isnan(row.cop[f].x))
			continue;
		m->rel[f].x = row.cop[f].x - rec->mean[f].x;
		m->rel[f].y = row.cop[f].y - rec->mean[f].y;
	}
}

/* Set a foot elsewhere: mat plane turned with the person. */
static void set_foot(struct person *p, const struct timeline_event *e)
{
	struct pos_mm by =
		out_of_foot(p->options.yaw_deg * deg, (struct pos_mm){ e->b, e->c });
	struct imprint_pose *pose = &p->pose[(int)e->a];

	pose->heel.x += by.x;
	pose->heel.y += by.y;
	p->width_mm += (int)e->a == PERSON_LEFT ? -e->b : e->b;
	p->n_moves++;
}

static void lean_to(
	struct person *p, double x_mm, double y_mm, const struct timeline_event *e)
{
	ramp_go(&p->lean_x_mm, x_mm, e->at_s, e->over_s);
	ramp_go(&p->lean_y_mm, y_mm, e->at_s, e->over_s);
}

/* The body leans from the ankles as a whole: its centre of mass, and so the mean COP, moves by its
 * height times the sine. */
static void lean_by_angle(struct person *p, const struct timeline_event *e)
{
	double mm = 1e3 * POSTURE_COM_FRAC * p->options.stature_m * sin(e->a * deg);

	lean_to(p, mm * sin(e->b * deg), mm * cos(e->b * deg), e);
}

static void act(struct person *p, const struct timeline_event *e)
{
	switch (e->kind) {
	case TIMELINE_STEP_ON:
	case TIMELINE_STEP_OFF:
		p->stands = e->kind == TIMELINE_STEP_ON;
		p->step_s = e->at_s;
		break;
	case TIMELINE_LEFT_FRAC:
		ramp_go(&p->share, e->a, e->at_s, e->over_s);
		break;
	case TIMELINE_FORE_FRAC:
		ramp_go(&p->lean_y_mm, lean_for_fore(p, e->a), e->at_s, e->over_s);
		break;
	case TIMELINE_LEAN:
		lean_to(p, e->a, e->b, e);
		break;
	case TIMELINE_LEAN_ANGLE:
		lean_by_angle(p, e);
		break;
	case TIMELINE_SWAY:
		ramp_go(&p->sway, e->a, e->at_s, e->over_s);
		break;
	case TIMELINE_PLACE:
		set_foot(p, e);
		break;
	default:
		posture_follow(&p->posture, e);
	}
}

/* Let happen what is due. */
static void follow(struct person *p, double t_s)
{
	const struct timeline *line = p->options.timeline;

	while (line && p->next_event < line->n &&
		line->events[p->next_event].at_s + p->cue_s <= t_s) {
		struct timeline_event event = line->events[p->next_event++];

		event.at_s += p->cue_s;
		act(p, &event);
	}
}

void person_cue(struct person *p, double t_s)
{
	p->cue_s = t_s;
}

/* How far a step has come: 1 both feet stand, 0 nobody there. A step off is a step on that runs
 * backwards, with the COP ahead instead of behind. */
static double step_progress(const struct person *p, double t_s)
{
	double t = (t_s - p->step_s) / TIMELINE_STEP_S;

	t = fmin(fmax(t, 0), 1);
	return p->stands ? t : 1 - t;
}

/* Loads of the feet during a step, `t` its progress. */
static void step_loads(const struct person *p, double t, const struct motion *m,
	struct person_load load[PERSON_N_FEET])
{
	int lead = p->options.lead_foot, other = !lead;
	double total = m->total_n * ramp_ease(t / FIRST_FOOT_FRAC);
	double second = ramp_ease((t - SECOND_FROM_FRAC) / (1 - SECOND_FROM_FRAC));
	double share = other == PERSON_LEFT ? m->share : 1 - m->share;
	double bump = (t - SECOND_FROM_FRAC) / (1 - SECOND_FROM_FRAC);

	if (bump > 0)
		total *= 1 + LANDING_OVERSHOOT * pow(sin(M_PI * bump), 2);
	load[other].force_n = total * share * second;
	load[lead].force_n = total - load[other].force_n;
}

/* How far along the foot the COP is shifted while a foot lands or leaves. */
static double step_shift_mm(const struct person *p, int f, double t)
{
	double from = f == p->options.lead_foot ? 0 : SECOND_FROM_FRAC;
	double until = f == p->options.lead_foot ? FIRST_FOOT_FRAC : 1;
	double frac = p->stands ? -LANDING_HEEL_FRAC : LEAVING_TOE_FRAC;

	return frac * p->options.foot_length_mm *
	       (1 - ramp_ease((t - from) / (until - from)));
}

/* The share of the left foot, and how far both COPs move within the feet for what shifting load
 * cannot do: nearly nothing between two feet side by side, everything on one leg or in tandem. */
static double share_load(const struct person *p, double t_s, double scale, double share,
	double *inside_mm)
{
	double lean = ramp_at(&p->lean_x_mm, t_s), width = fmax(p->width_mm, 40);
	double lift_left = posture_lift(&p->posture, TIMELINE_LEFT, t_s);
	double lift_right = posture_lift(&p->posture, TIMELINE_RIGHT, t_s);
	double inside = p->width_mm < IN_LINE_MM ? 1 : fmax(lift_left, lift_right);
	double moved = scale * (share - p->mean_share) - lean / width;
	double wanted = ramp_at(&p->share, t_s) + (1 - inside) * moved;
	double got = fmin(fmax(wanted, 0), 1);

	*inside_mm = width * (got - wanted - inside * moved);
	got *= 1 - lift_left;
	return 1 - (1 - got) * (1 - lift_right);
}

void person_at(struct person *p, double t_s, struct person_load load[PERSON_N_FEET])
{
	double t, scale, inside_mm;
	struct motion m;

	follow(p, t_s);
	t = step_progress(p, t_s);
	if (p->options.plates)
		recorded_motion(p, t_s, &m);
	else
		model_motion(p, t_s, &m);
	scale = p->sway_scale * ramp_at(&p->sway, t_s) * posture_sway(&p->posture, t_s);
	m.share = share_load(p, t_s, scale, m.share, &inside_mm);
	m.total_n *= posture_load(&p->posture, t_s);
	step_loads(p, t, &m, load);
	for (int f = 0; f < PERSON_N_FEET; f++) {
		struct pos_mm rel = { scale * m.rel[f].x + inside_mm,
			scale * m.rel[f].y + p->mean[f].y +
				ramp_at(&p->lean_y_mm, t_s) };

		rel = into_foot(p->turn_rad[f], rel);
		load[f].cop.x = p->anchor[f].x + rel.x;
		load[f].cop.y = p->anchor[f].y + rel.y + step_shift_mm(p, f, t);
	}
}

const char *person_word(const struct person *p, double t_s)
{
	double t = step_progress(p, t_s);

	if (t <= 0)
		return "absent";
	return t < 1 ? "stepping" : posture_word(&p->posture, t_s);
}
