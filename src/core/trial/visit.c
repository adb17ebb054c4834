#include "src/core/trial/visit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/text.h"
#include "src/core/student.h"
#include "src/core/sway/norms.h"
#include "src/core/trial/protocol.h"
#include "src/core/trial/quality.h"

/* A lateral offset that asks for an explanation: clear side preference, and surely one. */
#define ASKS_MM 15.0
#define SURE_MM 5.0
/* Of it, what must go when it is seen, to call it a habit: rule P1 of docs/clinical-basis.md. */
#define EXPLAINED 0.7

#define MDC_SINGLE_MM 13.9
#define MDC_MEAN3_MM  8.0
#define OTHER_DAY     1.3

/* --- collecting ---------------------------------------------------------------------------- */

void visit_init(struct visit *visit)
{
	memset(visit, 0, sizeof(*visit));
}

static bool is_usable(const struct trial_record *r)
{
	return !r->voided && (r->verdict == TRIAL_GOOD || r->verdict == TRIAL_CHECK);
}

/* What the protocol does not fix must be the same in all trials of a mean. */
static bool same_circumstances(
	const struct trial_condition *a, const struct trial_condition *b)
{
	return strcmp(a->footwear, b->footwear) == 0 &&
	       strcmp(a->support, b->support) == 0 &&
	       strcmp(a->orthosis, b->orthosis) == 0;
}

static struct visit_group *take_group(struct visit *v, const char *protocol,
	const char *phase, const struct trial_condition *condition)
{
	struct visit_group *g;

	for (int k = 0; k < v->n_groups; k++) {
		g = &v->groups[k];
		if (strcmp(g->protocol, protocol) == 0 &&
			strcmp(g->phase, phase) == 0 &&
			same_circumstances(&g->condition, condition))
			return g;
	}
	if (v->n_groups >= VISIT_MAX_GROUPS)
		return NULL;
	g = &v->groups[v->n_groups++];
	text_copy(g->protocol, sizeof(g->protocol), protocol);
	text_copy(g->phase, sizeof(g->phase), phase);
	g->condition = *condition;
	return g;
}

/* Welford 1962; until visit_finish(), sd holds the sum of squares about the mean. */
static void add_value(struct visit_mean *m, double value)
{
	double step = value - m->mean;

	if (isnan(value))
		return;
	m->n++;
	m->mean += step / m->n;
	m->sd += step * (value - m->mean);
}

static void note_duration(struct visit_group *g, double duration_s)
{
	bool first = g->n == 0;

	g->shortest_s = first ? duration_s : fmin(g->shortest_s, duration_s);
	g->longest_s = first ? duration_s : fmax(g->longest_s, duration_s);
}

/* Within 2 %, which no norm and no metric tells apart; NaN is like NaN. */
static bool is_like(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 0.02 * fmax(a, b);
}

static void note_filter(struct visit_group *g, double rate_hz, double cutoff_hz)
{
	if (g->n == 0) {
		g->rate_hz = rate_hz;
		g->cutoff_hz = cutoff_hz;
	} else if (!is_like(g->rate_hz, rate_hz) || !is_like(g->cutoff_hz, cutoff_hz)) {
		g->is_mixed = true;
	}
}

static bool add_to_group(struct visit *v, const struct trial_record *r,
	const struct trial_phase *phase, double duration_s, const double *value)
{
	bool is_part = phase && r->n_phases > 1;
	struct visit_group *g = take_group(v, r->protocol, is_part ? phase->key : "",
		phase ? &phase->condition : &r->condition);

	if (!g)
		return false;
	note_duration(g, duration_s);
	note_filter(g, phase ? phase->rate_hz : NAN, phase ? phase->cutoff_hz : NAN);
	g->trials[g->n++] = r->id;
	for (int k = 0; k < METRIC_N; k++)
		add_value(&g->value[k], value[k]);
	/* one trial has only its own interval; of more it is not used */
	for (int k = METRIC_ASYMMETRY_PCT; k <= METRIC_COM_ML_MM; k += 3) {
		g->value[k].low = value[k + 1];
		g->value[k].high = value[k + 2];
	}
	return true;
}

_Static_assert(METRIC_ASYMMETRY_PCT + 3 == METRIC_COM_ML_MM &&
		       METRIC_ASYMMETRY_PCT_CI95_LOW == METRIC_ASYMMETRY_PCT + 1 &&
		       METRIC_ASYMMETRY_PCT_CI95_HIGH == METRIC_ASYMMETRY_PCT + 2 &&
		       METRIC_COM_ML_MM_CI95_LOW == METRIC_COM_ML_MM + 1 &&
		       METRIC_COM_ML_MM_CI95_HIGH == METRIC_COM_ML_MM + 2,
	"intervals are not beside their values");

static bool add_values(struct visit *v, const struct trial_record *r)
{
	int n_needed = r->n_phases > 1 ? r->n_phases + 1 : 1;

	/* all or nothing: a group that is full must not hold a part of a trial */
	if (v->n_groups + n_needed > VISIT_MAX_GROUPS || r->n_phases < 1)
		return false;
	for (int k = 0; k < r->n_phases; k++)
		add_to_group(v, r, &r->phases[k], r->phases[k].duration_s,
			r->phases[k].value);
	return r->n_phases == 1 || add_to_group(v, r, NULL, r->duration_s, r->outcome);
}

static bool holds(const char *sentence, const char *words)
{
	size_t n = strlen(words), size = strlen(sentence);

	for (size_t i = 0; i + n <= size; i++)
		if (memcmp(sentence + i, words, n) == 0)
			return true;
	return false;
}

static bool says(const struct trial_record *r, const char *words)
{
	for (int i = 0; i < r->n_reasons; i++)
		if (holds(r->reasons[i], words))
			return true;
	return false;
}

/* What findings look at trial by trial. */
static void note_stance(struct visit_trial *t, const struct trial_record *r)
{
	const double *value = r->phases[0].value;
	bool is_there = r->n_phases > 0;

	t->com_ml_mm = is_there ? value[METRIC_COM_ML_MM] : NAN;
	t->stance_width_mm = is_there ? value[METRIC_STANCE_WIDTH_MM] : NAN;
	t->ap_difference_mm = is_there ? value[METRIC_AP_DIFFERENCE_MM] : NAN;
	t->diagonal_index = is_there ? value[METRIC_DIAGONAL_INDEX] : NAN;
	t->lift_mm = r->condition.lift_mm;
	t->stepped = says(r, QUALITY_SAYS_STEP);
	t->drifted = says(r, QUALITY_SAYS_DRIFT);
	t->at_edge = says(r, QUALITY_SAYS_EDGE);
	t->is_calibrated = strcmp(r->calibration_state, "valid") == 0 ||
			   strcmp(r->calibration_state, "not_needed") == 0;
}

void visit_add(struct visit *v, const struct trial_record *r)
{
	struct visit_trial *t;

	if (v->n_trials >= VISIT_MAX_TRIALS) {
		v->n_left_out++;
		return;
	}
	t = &v->trials[v->n_trials++];
	t->id = r->id;
	text_copy(t->protocol, sizeof(t->protocol), r->protocol);
	t->started_unix_ms = r->started_unix_ms;
	t->utc_offset_min = r->utc_offset_min;
	t->verdict = r->verdict;
	t->voided = r->voided;
	t->practice = r->voided && strcmp(r->void_reason, RECORD_PRACTICE) == 0;
	text_copy(t->patient, sizeof(t->patient), r->patient);
	t->duration_s = r->duration_s;
	t->left_frac = r->n_phases > 0 ? r->phases[0].value[METRIC_LEFT_FRAC] : NAN;
	t->mean_velocity_mm_s =
		r->n_phases > 0 ? r->phases[0].value[METRIC_MEAN_VELOCITY_MM_S] : NAN;
	note_stance(t, r);
	t->used = is_usable(r) && add_values(v, r);
	if (is_usable(r) && !t->used)
		v->n_left_out++;
}

/* --- intervals ----------------------------------------------------------------------------- */

double visit_t_half(int n, double sem)
{
	return n > 1 ? student_t975(n - 1) * sem : NAN;
}

/* What the standard error of a mean cannot fall below: that of d, and what it makes of A, which
 * changes by 200 / W for each millimetre. */
static double floor_of(const struct visit_group *g, int metric)
{
	if (metric == METRIC_COM_ML_MM)
		return VISIT_SEM_FLOOR_MM;
	if (metric == METRIC_ASYMMETRY_PCT && g->value[METRIC_STANCE_WIDTH_MM].n > 0)
		return VISIT_SEM_FLOOR_MM * 200.0 /
		       g->value[METRIC_STANCE_WIDTH_MM].mean;
	return 0.0;
}

static void finish_mean(struct visit_mean *m, double floor)
{
	double half;

	if (m->n == 0) {
		m->mean = m->sd = m->low = m->high = NAN;
		return;
	}
	if (m->n == 1) {
		/* 0 is what a metric without intervals of its own was left with */
		bool has_own = m->low < m->high;

		m->sd = NAN;
		m->low = has_own ? m->low : NAN;
		m->high = has_own ? m->high : NAN;
		return;
	}
	m->sd = sqrt(m->sd / (m->n - 1));
	half = visit_t_half(m->n, fmax(m->sd, floor) / sqrt(m->n));
	m->low = m->mean - half;
	m->high = m->mean + half;
}

static void finish_group(struct visit_group *g)
{
	const struct protocol *protocol = protocol_find(g->protocol);

	g->has_practice =
		protocol && protocol->n_practice > 0 && g->n > protocol->n_repeats;
	for (int k = 0; k < METRIC_N; k++)
		finish_mean(&g->value[k], floor_of(g, k));
}

/* --- ratios -------------------------------------------------------------------------------- */

static int find_like(
	const struct visit *v, const char *protocol, const struct visit_group *like)
{
	for (int k = 0; k < v->n_groups; k++) {
		const struct visit_group *g = &v->groups[k];

		if (strcmp(g->protocol, protocol) == 0 &&
			(!like || same_circumstances(&g->condition, &like->condition)))
			return k;
	}
	return -1;
}

static const struct {
	const char *key, *of, *over, *surface;
	enum metric metric;
} the_ratios[] = {
	{ "romberg_velocity", "quiet-ec", "quiet-eo", "firm",
		METRIC_MEAN_VELOCITY_MM_S },
	{ "romberg_area", "quiet-ec", "quiet-eo", "firm", METRIC_ELLIPSE95_MM2 },
	{ "romberg_velocity", "foam-ec", "foam-eo", "foam", METRIC_MEAN_VELOCITY_MM_S },
	{ "romberg_area", "foam-ec", "foam-eo", "foam", METRIC_ELLIPSE95_MM2 },
	{ "foam_velocity_ratio", "foam-eo", "quiet-eo", "foam",
		METRIC_MEAN_VELOCITY_MM_S },
	{ "vestibular_velocity_ratio", "foam-ec", "quiet-eo", "foam",
		METRIC_MEAN_VELOCITY_MM_S },
};

/* Every group of the numerator, with the denominator measured under the same circumstances. */
static void find_ratios(struct visit *v, size_t k)
{
	for (int of = 0; of < v->n_groups; of++) {
		int over;
		double ratio;

		if (strcmp(v->groups[of].protocol, the_ratios[k].of) != 0)
			continue;
		over = find_like(v, the_ratios[k].over, &v->groups[of]);
		if (over < 0 || v->n_ratios >= VISIT_MAX_RATIOS)
			continue;
		ratio = v->groups[of].value[the_ratios[k].metric].mean /
			v->groups[over].value[the_ratios[k].metric].mean;
		if (!isfinite(ratio))
			continue;
		v->ratios[v->n_ratios++] = (struct visit_ratio){ the_ratios[k].key,
			the_ratios[k].surface, ratio, of, over };
	}
}

/* --- the same group of another visit ------------------------------------------------------- */

const struct visit_group *visit_find(
	const struct visit *v, const struct visit_group *like)
{
	for (int k = 0; k < v->n_groups; k++) {
		const struct visit_group *g = &v->groups[k];

		if (strcmp(g->protocol, like->protocol) == 0 &&
			strcmp(g->phase, like->phase) == 0 &&
			same_circumstances(&g->condition, &like->condition))
			return g;
	}
	return NULL;
}

/* --- the next test ------------------------------------------------------------------------- */

static int n_usable(const struct visit *v, const char *protocol)
{
	int n = 0;

	for (int k = 0; k < v->n_trials; k++)
		n += v->trials[k].used && strcmp(v->trials[k].protocol, protocol) == 0;
	return n;
}

static bool was_tried(const struct visit *v, const char *protocol)
{
	for (int k = 0; k < v->n_trials; k++) {
		if (strcmp(v->trials[k].protocol, protocol) == 0)
			return true;
	}
	return false;
}

/* Propose the protocol if it has fewer usable trials than it needs. */
static bool propose_rest(struct visit *v, const struct protocol *protocol)
{
	int n = protocol ? n_usable(v, protocol->key) : 0;

	if (!protocol || n >= protocol->n_repeats)
		return false;
	v->next.protocol = protocol->key;
	text_format(v->next.reason, sizeof(v->next.reason),
		N_("%d of %d trials are usable."), n, protocol->n_repeats);
	return true;
}

static bool offset_asks(const struct visit *v)
{
	int k = find_like(v, "quiet-eo", NULL);
	const struct visit_mean *d;

	if (k < 0)
		return false;
	d = &v->groups[k].value[METRIC_COM_ML_MM];
	return fabs(d->mean) >= ASKS_MM && (d->low > SURE_MM || d->high < -SURE_MM);
}

static double mean_offset_mm(const struct visit *v, const char *protocol)
{
	int k = find_like(v, protocol, NULL);

	return k < 0 ? (double)NAN : v->groups[k].value[METRIC_COM_ML_MM].mean;
}

/* Most of the offset goes when it is seen, and whether it stays away when it is not was looked at
 * too: a habit, and no test is needed to explain it. */
static bool is_explained(const struct visit *v)
{
	double habit = fabs(mean_offset_mm(v, "quiet-eo"));
	double seen = fabs(mean_offset_mm(v, "correct-seen"));

	return 1.0 - seen / habit > EXPLAINED && n_usable(v, "correct-hidden") > 0;
}

/* A clear offset is followed in the order in which each test can explain it: can it be corrected,
 * does it change with the knees' angle, with plates under a foot, sitting. */
static void propose_explanation(struct visit *v)
{
	static const char *const order[] = { "correct-seen", "correct-hidden",
		"squat-30", "squat-60", "lift", "seated" };
	int k = find_like(v, "quiet-eo", NULL);

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (n_usable(v, order[i]) > 0)
			continue;
		v->next.protocol = order[i];
		text_format(v->next.reason, sizeof(v->next.reason),
			N_("The weight lies %.0f mm to the %s; this may help to see "
			   "why."),
			fabs(v->groups[k].value[METRIC_COM_ML_MM].mean),
			v->groups[k].value[METRIC_COM_ML_MM].mean < 0.0 ? "left"
									: "right");
		return;
	}
}

static void propose(struct visit *v, const char *planned)
{
	const struct protocol *protocol;

	if (propose_rest(v, protocol_find(planned)))
		return;
	for (size_t i = 0; (protocol = protocol_at(i)); i++) {
		if (was_tried(v, protocol->key) && propose_rest(v, protocol))
			return;
	}
	if (offset_asks(v) && !is_explained(v)) {
		propose_explanation(v);
		return;
	}
	if (n_usable(v, "quiet-eo") > 0 && n_usable(v, "quiet-ec") == 0) {
		v->next.protocol = protocol_find("quiet-ec")->key;
		text_copy(v->next.reason, sizeof(v->next.reason),
			N_("Eyes open was measured; closed, they can be compared."));
	}
}

void visit_finish(struct visit *v, const char *planned)
{
	for (int k = 0; k < v->n_groups; k++)
		finish_group(&v->groups[k]);
	for (size_t k = 0; k < sizeof(the_ratios) / sizeof(*the_ratios); k++)
		find_ratios(v, k);
	propose(v, planned);
}

/* --- changes ------------------------------------------------------------------------------- */

static enum norms_condition condition_of(const struct trial_condition *c)
{
	bool closed = strcmp(c->eyes, "closed") == 0;

	if (strcmp(c->surface, "foam") == 0)
		return closed ? NORMS_EC_FOAM : NORMS_EO_FOAM;
	return closed ? NORMS_EC_FIRM : NORMS_EO_FIRM;
}

static bool is_lateral_offset_known(const struct visit_group *now)
{
	return condition_of(&now->condition) == NORMS_EO_FIRM &&
	       protocol_find(now->protocol) &&
	       protocol_find(now->protocol)->kind == PROTOCOL_QUIET;
}

static int limit_of(const struct visit_group *now, enum metric metric, bool mean3,
	double age_years, bool same_day, double *limit)
{
	struct norms_reliability reliability;
	int err;

	if (strcmp(now->condition.stance, "bipedal") != 0)
		return -ENOENT;
	if (metric == METRIC_COM_ML_MM) {
		*limit = (mean3 ? MDC_MEAN3_MM : MDC_SINGLE_MM) *
			 (same_day ? 1.0 : OTHER_DAY);
		return is_lateral_offset_known(now) ? 0 : -ENOENT;
	}
	err = norms_reliability(metric, condition_of(&now->condition), age_years,
		same_day, &reliability);
	if (err == 0)
		*limit = mean3 ? reliability.change_mean3 : reliability.change_single;
	return err;
}

const char *visit_change_source(void)
{
	return N_(
		"Limits are MDC95: velocity, area and frequency from repeated trials "
		"on "
		"force plates, the lateral offset from three of 30 s (Santos & Duarte "
		"2016), within one session; on different days taken 1.3 times as "
		"wide.");
}

static bool are_alike_long(const struct visit_group *a, const struct visit_group *b)
{
	double shortest_s = fmin(a->shortest_s, b->shortest_s);

	return shortest_s >= VISIT_LEAST_S &&
	       fmax(a->longest_s, b->longest_s) <= VISIT_LIKE * shortest_s;
}

int visit_change(const struct visit_group *now, const struct visit_group *before,
	enum metric metric, double age_years, bool same_day, struct visit_change *out)
{
	const struct visit_mean *a = &now->value[metric], *b = &before->value[metric];
	bool mean3 = a->n >= 3 && b->n >= 3;
	double limit = NAN, ratio;
	int err;

	if (strcmp(now->protocol, before->protocol) != 0 ||
		strcmp(now->phase, before->phase) != 0)
		return -EINVAL;
	if (a->n == 0 || b->n == 0)
		return -ENODATA;
	err = limit_of(now, metric, mean3, age_years, same_day, &limit);
	if (err == 0 && metric != METRIC_COM_ML_MM && !are_alike_long(now, before))
		err = -EDOM;
	ratio = a->mean > 0.0 && b->mean > 0.0 && metric != METRIC_COM_ML_MM
			? a->mean / b->mean
			: NAN;
	*out = (struct visit_change){ .ratio = ratio,
		.difference = a->mean - b->mean,
		.limit = err < 0 ? NAN : limit };
	if (err == 0)
		out->is_real = isnan(ratio) ? fabs(out->difference) > limit
					    : fmax(ratio, 1.0 / ratio) > limit;
	return err;
}
