#include "src/core/training/place.h"

#include <math.h>
#include <string.h>
#include "src/base/i18n.h"
#include "src/base/root_sum_sq.h"

/* docs/protocols.md: the ankle on the foot's axis, over its length from the rear end. */
#define ANKLE_FRAC 0.25
/* One foot ahead by more than this: forward is then the mean of the feet's axes. */
#define STAGGER_RAD (15.0 * M_PI / 180.0)
/* Moving farther than this since it began to count is not standing (chosen: five times the usual sway). */
#define STILL_MM 25.0
/* A hole between frames, or a bad frame, that is forgiven. */
#define GAP_NS INT64_C(300000000)
/* Less than this is too short a look at the feet. */
#define LEAST_S 1.0
/* Width of a foot over its length (docs/simulator.md), for its outline. */
#define FOOT_WIDTH_FRAC 0.38

#define NS_PER_S 1e9

static const char *const the_words[PLACE_N] = { "good", "nobody", "one-foot",
	"turn-round", "edge", "feet-touch", "still", "side-unknown" };

static const char *const the_texts[PLACE_N] = {
	N_("Good. Stay like this."),
	N_("Step on to begin."),
	N_("Put both feet on the mat."),
	N_("Please turn round and face the front."),
	N_("Move a little towards the middle of the mat."),
	N_("Put your feet a little apart."),
	N_("Stand quietly for a moment."),
	N_("Step off and on again, one foot beside the other."),
};

const char *place_hint_word(enum place_hint hint)
{
	return the_words[hint];
}

const char *place_hint_text(enum place_hint hint)
{
	return the_texts[hint];
}

enum place_hint place_hint_find(const char *word)
{
	for (int i = 0; i < PLACE_N; i++) {
		if (strcmp(the_words[i], word) == 0)
			return (enum place_hint)i;
	}
	return PLACE_GOOD;
}

void place_begin(struct place_finder *finder)
{
	*finder = (struct place_finder){ .seconds = 0 };
}

static enum place_hint look(const struct stance_sample *s)
{
	if (isnan(s->cop_mm.x))
		return PLACE_NOBODY;
	if (!s->left.present && !s->right.present && s->flags & SAMPLE_SIDE_UNKNOWN)
		return PLACE_SIDE_UNKNOWN;
	if (!s->left.present || !s->right.present)
		return PLACE_ONE_FOOT;
	if (s->facing_back)
		return PLACE_TURN_ROUND;
	if (s->flags & SAMPLE_EDGE)
		return PLACE_EDGE;
	if (s->flags & SAMPLE_FEET_TOUCH)
		return PLACE_FEET_TOUCH;
	return PLACE_GOOD;
}

/* A foot without an axis (a plate of four cells) has only its centre of pressure. */
static struct pos_mm ahead_of_heel(const struct foot_sample *foot, double frac)
{
	double angle = foot->direction_deg * (M_PI / 180.0);
	double step_mm = frac * foot->length_mm;

	if (isnan(foot->heel_mm.x) || isnan(step_mm) || isnan(angle))
		return foot->cop_mm;
	return (struct pos_mm){ foot->heel_mm.x + step_mm * sin(angle),
		foot->heel_mm.y + step_mm * cos(angle) };
}

static void add(struct pos_mm *sum, struct pos_mm at)
{
	sum->x += at.x;
	sum->y += at.y;
}

static void add_foot(struct place_finder *f, const struct foot_sample *foot)
{
	double angle = foot->direction_deg * (M_PI / 180.0);

	if (isnan(angle))
		return;
	f->sin_sum += sin(angle);
	f->cos_sum += cos(angle);
}

static void collect(struct place_finder *f, const struct stance_sample *s)
{
	f->n += 1;
	add(&f->cop, s->cop_mm);
	add(&f->left_heel, ahead_of_heel(&s->left, 0));
	add(&f->right_heel, ahead_of_heel(&s->right, 0));
	add(&f->left_ankle, ahead_of_heel(&s->left, ANKLE_FRAC));
	add(&f->right_ankle, ahead_of_heel(&s->right, ANKLE_FRAC));
	f->left_cop_x += s->left.cop_mm.x;
	f->left_cop_y += s->left.cop_mm.y;
	f->right_cop_x += s->right.cop_mm.x;
	f->right_cop_y += s->right.cop_mm.y;
	f->left_length_mm += isnan(s->left.length_mm) ? 0 : s->left.length_mm;
	f->right_length_mm += isnan(s->right.length_mm) ? 0 : s->right.length_mm;
	add_foot(f, &s->left);
	add_foot(f, &s->right);
}

enum place_hint place_push(struct place_finder *f, const struct stance_sample *s)
{
	enum place_hint hint = look(s);

	if (hint != PLACE_GOOD) {
		/* a single odd frame changes nothing */
		if (s->t_ns - f->last_ns > GAP_NS)
			place_begin(f);
		return hint;
	}
	if (f->n > 0 && (s->t_ns - f->last_ns > GAP_NS ||
				root_sum_sq(s->cop_mm.x - f->first_cop.x,
					s->cop_mm.y - f->first_cop.y) > STILL_MM)) {
		bool moved = s->t_ns - f->last_ns <= GAP_NS;

		place_begin(f);
		if (moved)
			return PLACE_STILL;
	}
	if (f->n == 0) {
		f->since_ns = s->t_ns;
		f->first_cop = s->cop_mm;
	}
	f->last_ns = s->t_ns;
	f->seconds = (double)(s->t_ns - f->since_ns) / NS_PER_S;
	collect(f, s);
	return PLACE_GOOD;
}

/* --- the frame --------------------------------------------------------------------------- */

static double between(double a, double b)
{
	return remainder(a - b, 2 * M_PI);
}

/* The direction that is ahead, as an angle from the mat's front to the right. */
static double ahead_rad(const struct place_finder *f)
{
	double heels = atan2(
		-(f->right_heel.y - f->left_heel.y), f->right_heel.x - f->left_heel.x);
	double axes = f->sin_sum == 0 && f->cos_sum == 0
			      ? heels
			      : atan2(f->sin_sum, f->cos_sum);

	return fabs(between(heels, axes)) > STAGGER_RAD ? axes : heels;
}

/* How far the outline of both feet reaches each way: heels, toes and outer sides, joined by quarters of an
 * ellipse. */
static void find_reach(const struct place_finder *f, struct place *place)
{
	double length_mm = (f->left_length_mm + f->right_length_mm) / (2 * f->n);
	struct pos_mm left = place_of(
		place, (struct pos_mm){ f->left_heel.x / f->n, f->left_heel.y / f->n });
	struct pos_mm right = place_of(place,
		(struct pos_mm){ f->right_heel.x / f->n, f->right_heel.y / f->n });
	double half_mm = 0.5 * FOOT_WIDTH_FRAC * length_mm;
	double front = fmin(left.y, right.y) + length_mm;
	double rear = -fmax(left.y, right.y);
	double to_right = right.x + half_mm, to_left = -left.x + half_mm;

	for (int k = 0; k < EXERCISE_N_DIRECTIONS; k++) {
		double x = sin(k * (M_PI / 4)), y = cos(k * (M_PI / 4));
		double side = x > 0 ? to_right : to_left, way = y > 0 ? front : rear;

		place->reach_mm[k] =
			fmax(0, 1 / root_sum_sq(x / fmax(side, 1), y / fmax(way, 1)));
	}
}

bool place_found(const struct place_finder *f, struct place *place)
{
	double angle, n = f->n, ankle_x, ankle_y, off;

	if (f->seconds < LEAST_S || n < 2)
		return false;
	angle = ahead_rad(f);
	place->ahead = (struct pos_mm){ sin(angle), cos(angle) };
	place->right = (struct pos_mm){ cos(angle), -sin(angle) };
	/* sideways the middle of the ankles, fore and aft where she stands */
	ankle_x = (f->left_ankle.x + f->right_ankle.x) / (2 * n);
	ankle_y = (f->left_ankle.y + f->right_ankle.y) / (2 * n);
	off = (f->cop.x / n - ankle_x) * place->ahead.x +
	      (f->cop.y / n - ankle_y) * place->ahead.y;
	place->origin_mm = (struct pos_mm){ ankle_x + off * place->ahead.x,
		ankle_y + off * place->ahead.y };
	place->width_mm = (f->right_cop_x - f->left_cop_x) / n * place->right.x +
			  (f->right_cop_y - f->left_cop_y) / n * place->right.y;
	find_reach(f, place);
	return place->width_mm > 0;
}

struct pos_mm place_of(const struct place *place, struct pos_mm at)
{
	double x = at.x - place->origin_mm.x, y = at.y - place->origin_mm.y;

	return (struct pos_mm){ x * place->right.x + y * place->right.y,
		x * place->ahead.x + y * place->ahead.y };
}
