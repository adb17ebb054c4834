#include "src/cli/trial_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/finding_text.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/core/metrics.h"
#include "src/core/sway/sway.h"
#include "src/core/trial/protocol.h"

#define LABEL_WIDTH PHRASES_LABEL_WIDTH
#define VALUE_WIDTH 10

/* A metric's value of one stretch: `stretch` has "weight" and "sway". */
static double value_of(const json_t *trial, const json_t *stretch, int m)
{
	const struct metric_info *info = metric_info((enum metric)m);
	const json_t *weight = json_object_get(stretch, "weight");
	const json_t *sway = json_object_get(stretch, "sway");

	switch (m) {
	case METRIC_FOOT_LENGTH_LEFT_MM:
		return members_number(
			json_object_get(weight, "foot_length_mm"), "left");
	case METRIC_FOOT_LENGTH_RIGHT_MM:
		return members_number(
			json_object_get(weight, "foot_length_mm"), "right");
	case METRIC_TOE_OUT_LEFT_DEG:
		return members_number(json_object_get(weight, "toe_out_deg"), "left");
	case METRIC_TOE_OUT_RIGHT_DEG:
		return members_number(json_object_get(weight, "toe_out_deg"), "right");
	default:
		break;
	}
	if (info->group == METRIC_GROUP_WEIGHT)
		return members_number(weight, info->key);
	if (m == METRIC_VELOCITY_U95_PCT)
		return members_number(json_object_get(sway, "u95"), "velocity_pct");
	if (m == METRIC_AREA_U95_PCT)
		return members_number(json_object_get(sway, "u95"), "area_pct");
	if (m == METRIC_VELOCITY_BIAS_PCT)
		return members_number(sway, info->key);
	if (info->group == METRIC_GROUP_SWAY)
		return members_number(json_object_get(sway, "metrics"), info->key);
	return members_number(json_object_get(trial, "outcomes"), info->key);
}

/* The 95 % interval that stands beside some weights. */
static const json_t *interval_of(const json_t *stretch, const char *key)
{
	char name[80];

	snprintf(name, sizeof(name), "%s_ci95", key);
	return json_object_get(json_object_get(stretch, "weight"), name);
}

/* --- one metric ---------------------------------------------------------------------------- */

/* Fractions of one are read more easily as percentages. */
static void print_number(FILE *out, const struct metric_info *info, double value)
{
	size_t n = strlen(info->key);
	bool is_frac = n > 5 && strcmp(info->key + n - 5, "_frac") == 0;

	if (is_frac)
		fprintf(out, "%*.1f %%", VALUE_WIDTH, 100.0 * value);
	else
		fprintf(out, "%*.*f%s%s", VALUE_WIDTH, info->decimals,
			phrases_signless(value, info->decimals), *info->unit ? " " : "",
			info->unit);
}

/* Where other people of that age stand: "61 % have less; 5 to 95 %: 5.0 to 13.5". */
static void print_norm(FILE *out, const json_t *stretch, const struct metric_info *info)
{
	const json_t *norms =
		json_object_get(json_object_get(stretch, "sway"), "norms");
	const json_t *norm = json_object_get(norms, info->key);
	const char *sex = members_text(norm, "sex");

	if (!json_is_object(norm))
		return;
	fprintf(out, "  %.0f %% have less; 5 to 95 %%: %.*f to %.*f (%s%s years%s)",
		members_number(norm, "percentile"), info->decimals,
		members_number(norm, "p5"), info->decimals, members_number(norm, "p95"),
		*sex == 'F'   ? "women, "
		: *sex == 'M' ? "men, "
			      : "",
		members_text(norm, "ages"),
		json_is_true(json_object_get(norm, "provisional")) ? ", provisional"
								   : "");
}

static void print_metric(FILE *out, const json_t *trial, const json_t *stretch, int m)
{
	const struct metric_info *info = metric_info((enum metric)m);
	double value = value_of(trial, stretch, m);
	const json_t *interval = interval_of(stretch, info->key);

	fprintf(out, "  %-*s", LABEL_WIDTH, info->label);
	if (isnan(value))
		fprintf(out, "%*s", VALUE_WIDTH, "-");
	else
		print_number(out, info, value);
	if (json_array_size(interval) == 2)
		fprintf(out, "  (95 %%: %.*f to %.*f)", info->decimals,
			json_number_value(json_array_get(interval, 0)), info->decimals,
			json_number_value(json_array_get(interval, 1)));
	print_norm(out, stretch, info);
	fprintf(out, "%s\n", info->exploratory ? "  exploratory" : "");
}

bool trial_text_is_among(const char *keys, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = keys; (p = strstr(p, key)); p += n)
		if ((p == keys || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

static void print_stretch(FILE *out, const json_t *trial, const json_t *stretch,
	const char *keys, bool all, bool with_outcomes)
{
	if (!json_is_object(json_object_get(stretch, "weight")) && !with_outcomes)
		return;
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);
		bool known = !isnan(value_of(trial, stretch, m));
		/* a mass that was scaled, or could have been, is never shown alone */
		bool is_mass = (m == METRIC_MASS_KG || m == METRIC_MEASURED_MASS_KG ||
				       m == METRIC_SCALE_FACTOR) &&
			       with_outcomes;
		bool is_end = m == METRIC_ASYMMETRY_PCT_CI95_LOW ||
			      m == METRIC_ASYMMETRY_PCT_CI95_HIGH ||
			      m == METRIC_COM_ML_MM_CI95_LOW ||
			      m == METRIC_COM_ML_MM_CI95_HIGH;

		if (is_end || (info->group == METRIC_GROUP_OUTCOME && !with_outcomes))
			continue;
		if (trial_text_is_among(keys, info->key) || is_mass
				? known || !with_outcomes || all
				: known && (all || info->group == METRIC_GROUP_OUTCOME))
			print_metric(out, trial, stretch, m);
	}
}

/* --- the whole ----------------------------------------------------------------------------- */

static const char *verdict_sentence(const char *verdict)
{
	static const struct {
		const char *verdict, *sentence;
	} all[] = {
		{ "good", "good" },
		{ "check", "check: usable, but look at the reasons" },
		{ "unusable", "unusable: repeat it" },
		{ "interrupted", "interrupted: it did not come to its end" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(all[i].verdict, verdict) == 0)
			return all[i].sentence;
	return *verdict ? verdict : "not judged";
}

static const char *verdict_colour(const struct cli *cli, const char *verdict)
{
	if (cli->colour == CLI_COLOUR_NONE)
		return "";
	return strcmp(verdict, "good") == 0    ? "\033[32m"
	       : strcmp(verdict, "check") == 0 ? "\033[33m"
					       : "\033[31m";
}

static void print_head(const struct cli *cli, const json_t *trial)
{
	const struct protocol *protocol =
		protocol_find(members_text(trial, "protocol"));
	const json_t *id = json_object_get(trial, "id");
	FILE *out = cli->out;
	char started[24];

	if (json_is_integer(id))
		fprintf(out, "trial %lld: ", (long long)json_integer_value(id));
	fprintf(out, "%s", protocol ? protocol->title : "Recording");
	fprintf(out, ", %s",
		*members_text(trial, "patient") ? members_text(trial, "patient")
						: "anonymous");
	if (*members_text(trial, "started"))
		fprintf(out, ", %s",
			phrases_minute(members_text(trial, "started"), started,
				sizeof(started)));
	fputc('\n', out);
}

static void print_verdict(const struct cli *cli, const json_t *trial)
{
	const json_t *quality = json_object_get(trial, "quality");
	const json_t *reasons = json_object_get(quality, "reasons");
	const char *verdict = members_text(quality, "verdict");
	const char *colour = verdict_colour(cli, verdict);

	fprintf(cli->out, "verdict: %s%s%s\n", colour, verdict_sentence(verdict),
		*colour ? "\033[m" : "");
	for (size_t i = 0; i < json_array_size(reasons); i++)
		fprintf(cli->out, "  - %s\n",
			json_string_value(json_array_get(reasons, i)));
	if (json_is_true(json_object_get(trial, "voided")))
		fprintf(cli->out, "VOIDED: %s\n", members_text(trial, "void_reason"));
}

static void print_word(FILE *out, const json_t *condition, const char *key,
	const char *before, const char *after)
{
	if (*members_text(condition, key))
		fprintf(out, ", %s%s%s", before, members_text(condition, key), after);
}

/* Of a protocol with a stance of its own, the title has said it. */
static void print_stance(FILE *out, const json_t *trial, const char *stance)
{
	if (strcmp(stance, "bipedal") == 0)
		fputs(", on both feet", out);
	else if (*stance && !protocol_find(members_text(trial, "protocol")))
		fprintf(out, ", %s", stance);
}

static void print_condition(FILE *out, const json_t *trial)
{
	const json_t *condition = json_object_get(trial, "condition");
	double pain = members_number(condition, "pain");
	double lift_mm = members_number(condition, "lift_mm");

	fprintf(out, "measured %.1f s", members_number(trial, "duration_s"));
	if (!isnan(members_number(trial, "rate_hz")))
		fprintf(out, " at %.1f Hz", members_number(trial, "rate_hz"));
	if (json_array_size(json_object_get(trial, "phases")) == 0) {
		print_word(out, condition, "eyes", "eyes ", "");
		print_word(out, condition, "surface", "", " surface");
	} /* else each phase has its own */
	print_stance(out, trial, members_text(condition, "stance"));
	print_word(out, condition, "footwear", "", "");
	print_word(out, condition, "support", "support: ", "");
	print_word(out, condition, "orthosis", "orthosis: ", "");
	if (fabs(lift_mm) > 0)
		fprintf(out, ", %g mm under the %s foot", fabs(lift_mm),
			lift_mm > 0 ? "right" : "left");
	if (!isnan(pain))
		fprintf(out, ", pain %.0f of 10", pain);
	if (*members_text(trial, "operator"))
		fprintf(out, ", by %s", members_text(trial, "operator"));
	fputc('\n', out);
}

/* What a phase gives beside its weight and sway stands among the trial's outcomes, as "eo_..." */
static void print_phase_outcomes(
	FILE *out, const json_t *trial, const char *phase, bool all, const char *keys)
{
	char name[96];

	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);
		double value;

		if (info->group != METRIC_GROUP_OUTCOME ||
			!(all || trial_text_is_among(keys, info->key)))
			continue;
		snprintf(name, sizeof(name), "%s_%s", phase, info->key);
		for (char *c = name; *c; c++)
			*c = *c == '-' ? '_' : *c;
		value = members_number(json_object_get(trial, "outcomes"), name);
		if (isnan(value))
			continue;
		fprintf(out, "  %-*s", LABEL_WIDTH, info->label);
		print_number(out, info, value);
		fputc('\n', out);
	}
}

/* Of a trial with phases: is there anything of the whole to print? */
static bool has_whole(const json_t *trial, const char *keys, bool all)
{
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		if (info->group == METRIC_GROUP_OUTCOME &&
			(all || trial_text_is_among(keys, info->key)) &&
			!isnan(value_of(trial, NULL, m)))
			return true;
	}
	return false;
}

static void print_numbers(const struct cli *cli, const json_t *trial, bool all)
{
	const struct protocol *protocol =
		protocol_find(members_text(trial, "protocol"));
	const char *keys = protocol ? protocol->main_metrics : "left_frac fore_frac";
	const json_t *phases = json_object_get(trial, "phases");

	if (json_array_size(phases) == 0 || has_whole(trial, keys, all))
		fputc('\n', cli->out);
	if (json_array_size(phases) == 0) {
		print_stretch(cli->out, trial, trial, keys, all, true);
		return;
	}
	print_stretch(cli->out, trial, NULL, keys, all, true);
	for (size_t i = 0; i < json_array_size(phases); i++) {
		const json_t *phase = json_array_get(phases, i);

		fprintf(cli->out, "\n%s\n",
			protocol_phase_title(members_text(trial, "protocol"),
				members_text(phase, "key")));
		print_stretch(cli->out, trial, phase,
			protocol ? protocol_phase_metrics(protocol) : keys, all, false);
		print_phase_outcomes(
			cli->out, trial, members_text(phase, "key"), all, keys);
	}
}

/* What must be known of the numbers above: what the series lacked, and whom they are compared to. */
static void print_sway_notes(FILE *out, const json_t *sway)
{
	const json_t *notes = json_object_get(sway, "notes");
	const json_t *norms = json_object_get(sway, "norms");

	for (size_t i = 0; i < json_array_size(notes); i++) {
		const char *word = json_string_value(json_array_get(notes, i));

		for (int k = 0; k < SWAY_N_NOTES; k++)
			if (word && strcmp(word, sway_note_word(k)) == 0)
				fprintf(out, "note: %s\n", sway_note_text(k));
	}
	if (json_object_size(norms) > 2) /* more than its condition and its notice */
		fprintf(out, "note: %s\n", members_text(norms, "notice"));
}

static void print_notes(FILE *out, const json_t *trial)
{
	const json_t *phases = json_object_get(trial, "phases");

	fputc('\n', out);
	print_sway_notes(
		out, json_array_size(phases) > 0
			     ? json_object_get(json_array_get(phases, 0), "sway")
			     : json_object_get(trial, "sway"));
}

static void print_origin(FILE *out, const json_t *trial)
{
	const char *state = members_text(trial, "calibration_state");
	const char *id = members_text(trial, "calibration_id");

	fprintf(out, "calibration %s%s%s; computed by version %s%s\n",
		*state ? phrases_calibration(state) : "unknown", *id ? ", " : "", id,
		members_text(json_object_get(trial, "algorithm"), "version"),
		json_is_true(json_object_get(trial, "has_raw"))
			? "; raw frames are kept"
			: "");
}

void trial_text_print(const struct cli *cli, const struct json_t *trial, bool all)
{
	print_head(cli, trial);
	print_verdict(cli, trial);
	print_condition(cli->out, trial);
	print_numbers(cli, trial, all);
	finding_text_print(cli, trial);
	print_notes(cli->out, trial);
	print_origin(cli->out, trial);
}

/* --- listings ------------------------------------------------------------------------------ */

static void print_line(FILE *out, const json_t *line)
{
	double left = members_number(line, "left_frac");
	double velocity = members_number(line, "mean_velocity_mm_s");
	char started[24], left_text[16] = "-", velocity_text[24] = "-";

	phrases_minute(members_text(line, "started"), started, sizeof(started));
	if (!isnan(left))
		snprintf(left_text, sizeof(left_text), "%.1f %%", 100.0 * left);
	if (!isnan(velocity))
		snprintf(velocity_text, sizeof(velocity_text), "%.1f mm/s", velocity);
	fprintf(out, "%6lld  %-16s  %-14s  %-13s%7s%12s  %s%s\n",
		(long long)json_integer_value(json_object_get(line, "id")), started,
		*members_text(line, "protocol") ? members_text(line, "protocol") : "-",
		members_text(line, "verdict"), left_text, velocity_text,
		*members_text(line, "patient") ? members_text(line, "patient")
					       : "anonymous",
		json_is_true(json_object_get(line, "voided")) ? "  VOIDED" : "");
}

void trial_text_list(const struct cli *cli, const struct json_t *trials)
{
	if (json_array_size(trials) == 0) {
		cli_note(cli, "no trials");
		return;
	}
	if (!cli->quiet)
		fprintf(cli->out, "%6s  %-16s  %-14s  %-13s%7s%12s  %s\n", "id",
			"started", "protocol", "verdict", "left", "velocity",
			"patient");
	for (size_t i = 0; i < json_array_size(trials); i++)
		print_line(cli->out, json_array_get(trials, i));
}
