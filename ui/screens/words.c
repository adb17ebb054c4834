#include "ui/screens/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct state_words {
	const char *headline, *remedy, *patient;
};

static const struct state_words state_words[] = {
	[MODEL_NO_DAEMON] = { "Stance is not running",
		"Start it with: systemctl start stanced (or run stanced in a "
		"terminal). This screen connects by itself.",
		"One moment: not connected" },
	[MODEL_WAITING] = { "Waiting for the mat",
		"Connected; nothing has been heard yet.", "One moment" },
	[MODEL_SEARCHING] = { "Searching for the mat",
		"Plug the mat in and switch it on. It is found by itself.",
		"Searching for the mat" },
	[MODEL_LOST] = { "Mat lost",
		"Check the cable at both ends. The picture comes back by itself.",
		"Mat lost: check the cable" },
	[MODEL_STOPPED] = { "Mat stopped", "It was stopped on request.", "Paused" },
	[MODEL_STALE] = { "Frozen: no new data",
		"This is the last picture. Check the cable of the mat if it stays "
		"frozen.",
		"One moment: no new data" },
	[MODEL_EMPTY] = { "Step on to begin",
		"The mat is ready. To set zero, hold Zero while nobody stands on it.",
		"Step on to begin" },
	[MODEL_LIVE] = { "Live", "", "" },
};

const char *words_state(enum model_state state)
{
	return state_words[state].headline;
}

const char *words_remedy(const struct model *m, enum model_state state)
{
	bool about_mat = state == MODEL_SEARCHING || state == MODEL_LOST ||
			 state == MODEL_STOPPED;

	if (about_mat && m->has_status && m->status.mat_reason[0] != '\0')
		return m->status.mat_reason;
	return state_words[state].remedy;
}

void words_no_data(
	const struct model *m, enum model_state state, char *out, size_t size)
{
	const char *remedy = words_remedy(m, state);

	snprintf(
		out, size, "%s.%s%s", words_state(state), remedy[0] ? " " : "", remedy);
}

const char *words_patient(enum model_state state)
{
	return state_words[state].patient;
}

static void calibration_words(const struct status_document *s, char *out, size_t size)
{
	const char *state = s->calibration_state;
	double age = s->calibration_age_days;

	out[0] = '\0';
	if (strcmp(state, "valid") == 0 && age >= 0 && age < 1)
		snprintf(out, size, " · calibrated today");
	else if (strcmp(state, "valid") == 0 && age >= 1 && age < 2)
		snprintf(out, size, " · calibrated 1 day ago");
	else if (strcmp(state, "valid") == 0 && age >= 2)
		snprintf(out, size, " · calibrated %.0f days ago", floor(age));
	else if (strcmp(state, "valid") == 0)
		snprintf(out, size, " · calibrated");
	else if (strcmp(state, "unverified") == 0)
		snprintf(out, size, " · calibration not verified");
	else if (strcmp(state, "expired") == 0)
		snprintf(out, size, " · calibration expired");
	else if (strcmp(state, "mismatch") == 0)
		snprintf(out, size, " · calibration of another mat");
	else if (strcmp(state, "none") == 0)
		snprintf(out, size, " · not calibrated");
}

bool words_strip(const struct model *m, enum model_state state, int variant, char *out,
	size_t size)
{
	char calibration[48];
	double rate_hz = m->has_status ? m->status.rate_hz : NAN;

	if (!model_is_live(state)) {
		snprintf(out, size, "%s", words_state(state));
		return variant == 0;
	}
	calibration_words(&m->status, calibration, sizeof(calibration));
	if (variant == 0 && rate_hz > 0)
		snprintf(out, size, "Mat streaming · %.0f Hz%s", rate_hz, calibration);
	else if (variant == 0)
		snprintf(out, size, "Mat streaming%s", calibration);
	else if (variant == 1 && rate_hz > 0)
		snprintf(out, size, "Mat streaming · %.0f Hz", rate_hz);
	else if (variant <= 2)
		snprintf(out, size, "Mat streaming");
	else
		snprintf(out, size, "Live");
	return variant <= 3;
}

/* Most important first. */
static const struct {
	uint32_t flag;
	const char *words;
} flag_words[] = {
	{ SAMPLE_SIDE_UNKNOWN, "Left or right? Stand on both feet, facing the front." },
	{ SAMPLE_EDGE, "A foot is at the edge: step to the middle." },
	{ SAMPLE_SATURATED, "Some cells are at their limit: load reads low." },
	{ SAMPLE_DEAD_CELLS, "Dead cells under the feet: their load is estimated." },
	{ SAMPLE_UNSTABLE, "Stand still: the feet are not told apart yet." },
	{ SAMPLE_FEET_TOUCH, "Feet touch: the line between them is estimated." },
	{ SAMPLE_EXTRAPOLATED, "Load beyond the calibrated range." },
	{ SAMPLE_EXPIRED, "The calibration has expired: calibrate again." },
	{ SAMPLE_UNVERIFIED, "The calibration was never verified." },
	{ SAMPLE_OVERRUN, "The mat cannot keep its scan rate." },
	{ SAMPLE_LOW_RATE, "Fewer than 50 pictures a second." },
	{ SAMPLE_GAP, "Some data were lost on the way." },
};

const char *words_flags(uint32_t flags, bool facing_back, int *n_more)
{
	const char *first =
		facing_back ? "Facing backwards: turn round to face the front." : NULL;
	int n = first ? 1 : 0;

	for (size_t i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++) {
		if (!(flags & flag_words[i].flag))
			continue;
		n++;
		if (!first)
			first = flag_words[i].words;
	}
	*n_more = n > 1 ? n - 1 : 0;
	return first;
}

double words_shown_u95(double u95, double step)
{
	double rounding = 2 * 0.6 * step / sqrt(3);

	return sqrt(u95 * u95 + rounding * rounding);
}

bool words_u95(double u95, int decimals, const char *unit, bool uncalibrated,
	int variant, char *out, size_t size)
{
	double step = pow(10, -decimals);

	if (!isnan(u95)) {
		/* Up, but not for what is only binary noise in the last digit. */
		double up = ceil(u95 / step - 1e-6) * step;
		snprintf(out, size, "±%.*f%s%s", decimals, up, *unit ? " " : "", unit);
		return variant == 0;
	}
	if (variant == 0 && uncalibrated)
		snprintf(out, size, "not calibrated: error unknown");
	else
		snprintf(out, size, "error unknown");
	return variant <= 1;
}
