/* Other people's values beside a person's: only where they were measured alike. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/trial/protocol.h"
#include "src/ipc/document_sway.h"
#include "src/records/results_parts.h"
#include "src/records/serve.h"

/* Standing as the people of the norms stood. Those that ask for a correction, a lift, a bend are not among them. */
static bool is_still(const char *protocol)
{
	static const char *const still[] = { "quiet-eo", "quiet-ec", "foam-eo",
		"foam-ec", "romberg", "mctsib" };

	for (size_t i = 0; i < sizeof(still) / sizeof(still[0]); i++)
		if (strcmp(protocol, still[i]) == 0)
			return true;
	return false;
}

static bool is_none(const char *word)
{
	return !*word || strcmp(word, "none") == 0;
}

/* Of what nobody published norms that fit: NULL if somebody did, or the reason. */
static const char *unlike(const struct visit_group *g)
{
	const struct trial_condition *c = &g->condition;

	if (!is_still(g->protocol) || strcmp(c->stance, "bipedal") != 0 ||
		c->lift_mm != 0.0)
		return N_("The norms are of quiet standing on two feet.");
	if (!is_none(c->support) || !is_none(c->orthosis))
		return N_("The norms are of standing without a support or an "
			  "orthosis.");
	if (!*c->footwear)
		return N_("The norms are of bare feet; what was worn is not noted.");
	if (strcmp(c->footwear, "socks") == 0)
		return N_("The norms are of bare feet; socks were worn.");
	if (strcmp(c->footwear, "shoes") == 0)
		return N_("The norms are of bare feet; shoes were worn.");
	if (strcmp(c->footwear, "barefoot") != 0)
		return N_("The norms are of bare feet.");
	if (g->is_mixed || g->longest_s > VISIT_LIKE * g->shortest_s)
		return N_("The trials differ in length, rate or filter.");
	return NULL;
}

/* Of a ratio that the trial itself gives, romberg and mctsib, the condition is that of its numerator. */
static enum norms_condition condition_of(
	const struct visit_group *g, enum metric metric)
{
	const struct trial_condition *c = &g->condition;
	bool closed = strcmp(c->eyes, "closed") == 0;

	if (!*g->phase && protocol_find(g->protocol)->n_phases > 1)
		return metric == METRIC_FOAM_VELOCITY_RATIO         ? NORMS_EO_FOAM
		       : metric == METRIC_VESTIBULAR_VELOCITY_RATIO ? NORMS_EC_FOAM
								    : NORMS_EC_FIRM;
	if (strcmp(c->surface, "foam") == 0)
		return closed ? NORMS_EC_FOAM : NORMS_EO_FOAM;
	return closed ? NORMS_EC_FIRM : NORMS_EO_FIRM;
}

static const char *find(const struct visit_group *g, enum metric metric,
	const struct trial_person *person, struct norms_case *who,
	struct norms_value *norm)
{
	const char *why = unlike(g);
	int err;

	*who = (struct norms_case){ .condition = condition_of(g, metric),
		.age_years = person->age_years,
		.sex = person->sex,
		.duration_s = 0.5 * (g->shortest_s + g->longest_s),
		.cutoff_hz = g->cutoff_hz,
		.rate_hz = g->rate_hz };
	if (!why && isnan(person->age_years))
		why = N_("The norms are by age, which is not known.");
	if (why)
		return why;
	err = norms_find(metric, who, norm);
	if (err == -ERANGE)
		return who->duration_s < 9.5
			       ? N_("The norms are of 10 s and more.")
			       : N_("The norms are of people from 18 to 85 years.");
	return err < 0 ? N_("There are no norms of this.") : NULL;
}

/* Which metrics have norms at all is asked of them with a case that fits. */
static bool is_known(enum metric metric)
{
	struct norms_value norm;

	for (int c = 0; c < NORMS_N_CONDITIONS; c++) {
		const struct norms_case any = { .condition = (enum norms_condition)c,
			.age_years = 30,
			.duration_s = 60,
			.cutoff_hz = 10,
			.rate_hz = 100 };

		if (norms_find(metric, &any, &norm) == 0)
			return true;
	}
	return false;
}

void results_put_norm(struct jsonw *w, const struct visit_group *group,
	enum metric metric, double value, const struct trial_person *person,
	const char *why_not)
{
	struct norms_value norm;
	struct norms_case who;
	const char *why =
		is_known(metric) ? why_not : N_("There are no norms of this.");

	if (!why)
		why = find(group, metric, person, &who, &norm);
	jsonw_key(w, "norm");
	if (why) {
		jsonw_null(w);
	} else {
		jsonw_begin_object(w);
		document_put_norm(w, &norm, value);
		serve_text(w, "condition", norms_condition_name(who.condition));
		serve_text(w, "source", norms_source());
		jsonw_end_object(w);
	}
	serve_text(w, "why_no_norm", why ? why : "");
}
