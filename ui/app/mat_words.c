#include "ui/app/mat_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/said.h"

struct state_words {
	const char *headline, *remedy, *patient, *brief;
};

static const struct state_words state_words[] = {
	[MODEL_NO_DAEMON] = { N_("Stance is not running"),
		N_("Start it with: systemctl start stanced (or run stanced in a "
		   "terminal). This screen connects by itself."),
		N_("One moment: not connected"), N_("Not running") },
	[MODEL_WAITING] = { N_("Waiting for the mat"),
		N_("Connected; nothing has been heard yet."), N_("One moment"),
		N_("Waiting") },
	[MODEL_SEARCHING] = { N_("Searching for the mat"),
		N_("Plug the mat in and switch it on. It is found by itself."),
		N_("Searching for the mat"), N_("Searching") },
	[MODEL_LOST] = { N_("Mat lost"),
		N_("Check the cable at both ends. The picture comes back by itself."),
		N_("Mat lost: check the cable"), N_("Mat lost") },
	[MODEL_STOPPED] = { N_("Mat stopped"), N_("It was stopped on request."),
		N_("Paused"), N_("Mat stopped") },
	[MODEL_STALE] = { N_("Frozen: no new data"),
		N_("This is the last picture. Check the cable of the mat if it stays "
		   "frozen."),
		N_("One moment: no new data"), N_("Frozen") },
	[MODEL_EMPTY] = { N_("Step on to begin"),
		N_("The mat is ready. To set zero, hold Zero while nobody stands on "
		   "it."),
		N_("Step on to begin"), N_("Step on to begin") },
	[MODEL_LIVE] = { N_("Live"), "", "", N_("Live") },
};

const char *mat_words_state(enum model_state state)
{
	return _(state_words[state].headline);
}

const char *mat_words_brief(enum model_state state)
{
	return _(state_words[state].brief);
}

const char *mat_words_remedy(const struct model *m, enum model_state state)
{
	bool about_mat = state == MODEL_SEARCHING || state == MODEL_LOST ||
			 state == MODEL_STOPPED;

	if (about_mat && m->has_status && m->status.mat_reason[0] != '\0')
		return said_text(m->status.mat_reason);
	return _(state_words[state].remedy);
}

void mat_words_no_data(
	const struct model *m, enum model_state state, char *out, size_t size)
{
	const char *remedy = mat_words_remedy(m, state);

	snprintf(out, size, "%s.%s%s", mat_words_state(state), remedy[0] ? " " : "",
		remedy);
}

const char *mat_words_patient(enum model_state state)
{
	return _(state_words[state].patient);
}

static void calibration_words(const struct status_document *s, char *out, size_t size)
{
	const char *state = s->calibration_state;
	double age = s->calibration_age_days;
	int days = age >= 0 ? (int)age : -1;

	out[0] = '\0';
	if (strcmp(state, "valid") == 0 && days == 0)
		snprintf(out, size, "%s", _("calibrated today"));
	else if (strcmp(state, "valid") == 0 && days > 0)
		snprintf(out, size,
			P_("calibrated %d day ago", "calibrated %d days ago",
				(unsigned long)days),
			days);
	else if (strcmp(state, "valid") == 0)
		snprintf(out, size, "%s", _("calibrated"));
	else if (strcmp(state, "unverified") == 0)
		snprintf(out, size, "%s", _("calibration not verified"));
	else if (strcmp(state, "expired") == 0)
		snprintf(out, size, "%s", _("calibration expired"));
	else if (strcmp(state, "mismatch") == 0)
		snprintf(out, size, "%s", _("calibration of another mat"));
	else if (strcmp(state, "none") == 0)
		snprintf(out, size, "%s", _("not calibrated"));
}

bool mat_words_strip(const struct model *m, enum model_state state, int variant,
	char *out, size_t size)
{
	char calibration[96], rate[32] = "";
	double rate_hz = m->has_status ? m->status.rate_hz : NAN;

	if (!model_is_live(state)) {
		snprintf(out, size, "%s",
			variant == 0 ? mat_words_state(state) : mat_words_brief(state));
		return variant == 0;
	}
	calibration_words(&m->status, calibration, sizeof(calibration));
	if (variant <= 1 && rate_hz > 0)
		snprintf(rate, sizeof(rate), " · %.0f Hz", rate_hz);
	if (variant == 0 && calibration[0] != '\0')
		snprintf(out, size, "%s%s · %s", _("Mat streaming"), rate, calibration);
	else if (variant <= 2)
		snprintf(out, size, "%s%s", _("Mat streaming"), rate);
	else
		snprintf(out, size, "%s", _("Live"));
	return variant <= 3;
}

/* Most important first. */
static const struct {
	uint32_t flag;
	const char *words;
} flag_words[] = {
	{ SAMPLE_SIDE_UNKNOWN,
		N_("Left or right? Stand on both feet, facing the front.") },
	{ SAMPLE_EDGE, N_("A foot is at the edge: step to the middle.") },
	{ SAMPLE_SATURATED, N_("Some cells are at their limit: load reads low.") },
	{ SAMPLE_DEAD_CELLS,
		N_("Dead cells under the feet: their load is estimated.") },
	{ SAMPLE_UNSTABLE, N_("Stand still: the feet are not told apart yet.") },
	{ SAMPLE_FEET_TOUCH, N_("Feet touch: the line between them is estimated.") },
	{ SAMPLE_EXTRAPOLATED, N_("Load beyond the calibrated range.") },
	{ SAMPLE_EXPIRED, N_("The calibration has expired: calibrate again.") },
	{ SAMPLE_UNVERIFIED, N_("The calibration was never verified.") },
	{ SAMPLE_OVERRUN, N_("The mat cannot keep its scan rate.") },
	{ SAMPLE_LOW_RATE, N_("Fewer than 50 pictures a second.") },
	{ SAMPLE_GAP, N_("Some data were lost on the way.") },
};

const char *mat_words_flags(uint32_t flags, bool facing_back, int *n_more)
{
	const char *first =
		facing_back ? _("Facing backwards: turn round to face the front.")
			    : NULL;
	int n = first ? 1 : 0;

	for (size_t i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++) {
		if (!(flags & flag_words[i].flag))
			continue;
		n++;
		if (!first)
			first = _(flag_words[i].words);
	}
	*n_more = n > 1 ? n - 1 : 0;
	return first;
}

double mat_words_shown_u95(double u95, double step)
{
	double rounding = 2 * 0.6 * step / sqrt(3);

	return sqrt(u95 * u95 + rounding * rounding);
}

bool mat_words_u95(double u95, int decimals, const char *unit, bool uncalibrated,
	int variant, char *out, size_t size)
{
	double step = pow(10, -decimals);

	char number[32];

	if (!isnan(u95)) {
		/* Up, but not for what is only binary noise in the last digit. */
		double up = ceil(u95 / step - 1e-6) * step;
		i18n_number(number, sizeof(number), up, decimals);
		snprintf(out, size, "±%s%s%s", number, *unit ? " " : "", unit);
		return variant == 0;
	}
	snprintf(out, size, "%s",
		variant == 0 && uncalibrated ? _("not calibrated: error unknown")
					     : _("error unknown"));
	return variant <= 1;
}
