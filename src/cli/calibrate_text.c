/* calibrate.h: what a step saw and what a calibration is worth, in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/calibrate.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"

#define K95 1.96 /* normal: 95 % of it lies within so many standard deviations */

/* --- the fit ------------------------------------------------------------------------------ */

static void print_loads(FILE *out, const json_t *report)
{
	const json_t *loads = json_object_get(report, "loads");

	if (json_array_size(loads) == 0)
		return;
	fprintf(out, "  %-10s%12s%17s%10s%18s\n", "reading", "stated", "the model says",
		"off by", "hardest cell");
	for (size_t i = 0; i < json_array_size(loads); i++) {
		const json_t *l = json_array_get(loads, i);
		double mass = members_number(l, "mass_kg"),
		       fit = members_number(l, "fit_kg");

		fprintf(out, "  %-10.0f%9.2f kg%14.2f kg%+8.1f %%%16.1f N%s\n",
			members_number(l, "item"), mass, fit, 100 * (fit / mass - 1),
			members_number(l, "pressed_n"),
			json_is_true(json_object_get(l, "used")) ? "" : "  left out");
	}
}

static void print_cross_validation(FILE *out, const json_t *report)
{
	static const char *const kinds[] = { "linear", "power", "cubic" };
	const json_t *cv = json_object_get(report, "cv_rms_frac");
	bool any = false;

	for (size_t k = 0; k < 3; k++) {
		double rms = members_number(cv, kinds[k]);

		if (isnan(rms))
			continue;
		fprintf(out, "%s %s %.1f %%",
			any ? "," : "  a load that the curve has not seen is off by:",
			kinds[k], 100 * rms);
		any = true;
	}
	if (any)
		fprintf(out, "\n");
}

static void print_cells(FILE *out, const json_t *report)
{
	static const struct {
		const char *key, *words;
	} states[] = {
		{ "dead", "dead" },
		{ "stuck", "stuck" },
		{ "noisy", "noisy" },
		{ "uncovered", "never pressed by the roller" },
	};
	const json_t *cells = json_object_get(report, "cells");

	fprintf(out, "  cells: %.0f good", members_number(cells, "ok"));
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		double n = members_number(cells, states[i].key);

		if (n > 0)
			fprintf(out, ", %.0f %s", n, states[i].words);
	}
	fprintf(out, "\n");
}

static void print_lag(FILE *out, const json_t *report)
{
	double creep = members_number(report, "creep_per_decade_frac");
	double hysteresis = members_number(report, "hysteresis_frac");
	double unlike = members_number(report, "unlike_frac");
	double uniform = members_number(report, "uniformity_frac");

	if (!isnan(creep))
		fprintf(out,
			"  creep: %.1f %% more per decade of time under load, taken "
			"out\n",
			100 * creep);
	if (hysteresis > 0)
		fprintf(out, "  hysteresis: %.1f %% of the load, taken out\n",
			100 * hysteresis);
	else
		fprintf(out,
			"  hysteresis: not measured%s: sway reads low; a staircase "
			"finds it\n",
			json_is_true(json_object_get(report, "has_staircase"))
				? ", although there was a staircase"
				: "");
	if (!isnan(uniform))
		fprintf(out, "  turned passes of the roller agree within %.1f %%\n",
			100 * uniform);
	if (unlike > 0)
		fprintf(out,
			"  exponents: %.1f %% apart from cell to cell, taken out\n",
			100 * unlike);
	if (json_is_true(json_object_get(report, "quick")))
		fprintf(out,
			"  quick calibration: one weight or a person; more weights and "
			"a roller make it surer\n");
}

static void print_problems(FILE *out, const json_t *report)
{
	static const struct {
		const char *key, *words;
	} severities[] = { { "refuse", "wrong" }, { "warn", "look at" },
		{ "note", "note" } };
	const json_t *problems = json_object_get(report, "problems");

	for (size_t s = 0; s < 3; s++) {
		for (size_t i = 0; i < json_array_size(problems); i++) {
			const json_t *p = json_array_get(problems, i);

			if (strcmp(members_text(p, "severity"), severities[s].key) == 0)
				fprintf(out, "  %s: %s\n", severities[s].words,
					members_text(p, "text"));
		}
	}
}

void calibrate_text_report(FILE *out, const json_t *report)
{
	if (!json_is_object(report))
		return;
	fprintf(out, "\nThe fit\n");
	print_loads(out, report);
	print_cross_validation(out, report);
	print_lag(out, report);
	print_cells(out, report);
	print_problems(out, report);
}

/* --- the budget --------------------------------------------------------------------------- */

static void print_sure(FILE *out, const char *what, double value, const char *unit)
{
	double u95 = K95 * value;

	if (!isnan(value))
		fprintf(out, "  %-34s+- %.*f %s\n", what,
			u95 >= 9.95   ? 0
			: u95 >= 0.95 ? 1
				      : 2,
			u95, unit);
}

void calibrate_text_budget(FILE *out, const json_t *budget)
{
	double bias = members_number(budget, "velocity_bias_frac");
	double noise = members_number(budget, "noise_velocity_mm_s");

	if (!json_is_object(budget))
		return;
	fprintf(out, "\nHow sure (19 times of 20)\n");
	print_sure(out, "weight", 100 * members_number(budget, "force_frac"), "%");
	print_sure(out, "left and fore share",
		100 * members_number(budget, "share_frac"), "points");
	print_sure(out, "centre of pressure, sideways",
		members_number(budget, "cop_x_mm"), "mm");
	print_sure(out, "centre of pressure, fore and aft",
		members_number(budget, "cop_y_mm"), "mm");
	print_sure(out, "weight of one who stands still",
		100 * members_number(budget, "drift_frac_per_min"), "% a minute");
	print_sure(out, "sway velocity and path",
		100 * members_number(budget, "velocity_frac"), "%");
	print_sure(out, "sway area", 100 * members_number(budget, "area_frac"), "%");
	if (bias >= 0.005)
		fprintf(out,
			"  sway velocity reads about %.0f %% too low: hysteresis was "
			"not measured\n",
			100 * bias);
	if (!isnan(noise))
		fprintf(out, "  a dead weight seems to sway at %.2f mm/s\n", noise);
}

/* --- the verification --------------------------------------------------------------------- */

static void print_rows(FILE *out, const json_t *rows)
{
	if (json_array_size(rows) == 0)
		return;
	fprintf(out, "  %10s%12s%9s%16s%20s%9s\n", "stated", "measured", "off by",
		"placed at", "centre found at", "off by");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *r = json_array_get(rows, i);
		double x = members_number(r, "x_mm"), y = members_number(r, "y_mm");
		char placed[32] = "not said", off[32] = "-";

		if (isfinite(x))
			snprintf(placed, sizeof(placed), "(%.0f, %.0f) mm", x, y);
		if (isfinite(members_number(r, "cop_error_mm")))
			snprintf(off, sizeof(off), "%.1f mm",
				members_number(r, "cop_error_mm"));
		fprintf(out, "  %7.2f kg%9.2f kg%+7.1f %%%16s   (%6.1f, %6.1f) mm%9s\n",
			members_number(r, "mass_kg"), members_number(r, "measured_kg"),
			100 * members_number(r, "force_error_frac"), placed,
			members_number(r, "cop_x_mm"), members_number(r, "cop_y_mm"),
			off);
	}
}

static void print_line(FILE *out, const json_t *line)
{
	const char *unit = members_text(line, "unit");
	const char *judgement = members_text(line, "judgement");
	double figure = members_number(line, "figure");
	bool at_least = json_is_true(json_object_get(line, "at_least"));
	char found[48] = "not tested", limit[64] = "";

	if (isfinite(figure))
		snprintf(found, sizeof(found), "%.3g %s", figure, unit);
	if (isfinite(members_number(line, "limit")))
		snprintf(limit, sizeof(limit), "at %s %.3g %s",
			at_least ? "least" : "most", members_number(line, "limit"),
			unit);
	fprintf(out, "  %-34s%14s   %-20s%s\n", members_text(line, "label"), found,
		limit,
		strcmp(judgement, "pass") == 0   ? "pass"
		: strcmp(judgement, "fail") == 0 ? "FAIL"
						 : "-");
}

void calibrate_text_verification(FILE *out, const json_t *v)
{
	const json_t *lines = json_object_get(v, "lines");

	if (!json_is_object(v))
		return;
	fprintf(out, "\nVerification\n  %s\n",
		*members_text(v, "text")                     ? members_text(v, "text")
		: json_is_true(json_object_get(v, "passed")) ? "passed"
							     : "not passed");
	print_rows(out, json_object_get(v, "rows"));
	for (size_t i = 0; i < json_array_size(lines); i++)
		print_line(out, json_array_get(lines, i));
}

/* --- a step ------------------------------------------------------------------------------- */

static void print_saw(FILE *out, const json_t *saw)
{
	const json_t *at = json_object_get(saw, "at_mm");
	double frames = members_number(saw, "frames"),
	       lost = members_number(saw, "lost");
	double coverage = members_number(saw, "coverage_frac");
	double steady = members_number(saw, "steadiness_frac");
	char count[32];

	if (json_array_size(at) == 2)
		fprintf(out, "  centre at x %+.1f, y %+.1f mm, %s counts%s",
			json_number_value(json_array_get(at, 0)),
			json_number_value(json_array_get(at, 1)),
			phrases_count(
				(uint64_t)fmax(members_number(saw, "load_cnt"), 0),
				count, sizeof(count)),
			isfinite(steady) ? "" : "\n");
	if (json_array_size(at) == 2 && isfinite(steady))
		fprintf(out, ", steady within %.2f %%\n", 100 * fabs(steady));
	if (isfinite(coverage))
		fprintf(out, "  %.1f %% of the cells covered, %.0f sweeps\n",
			100 * coverage, members_number(saw, "sweeps"));
	if (frames > 0)
		fprintf(out, "  %.0f frames, %s lost\n", frames,
			lost > 0 ? phrases_count((uint64_t)lost, count, sizeof(count))
				 : "none");
}

static void print_check(FILE *out, const json_t *check)
{
	if (!json_is_object(check))
		return;
	fprintf(out, "  %.2f kg measured as %.2f kg: %+.1f %%, at most %.1f %%: %s\n",
		members_number(check, "mass_kg"), members_number(check, "measured_kg"),
		100 * members_number(check, "error_frac"),
		100 * members_number(check, "limit_frac"),
		json_is_true(json_object_get(check, "ok")) ? "good" : "NOT GOOD");
}

static void print_force(FILE *out, const json_t *step)
{
	const char *state = members_text(step, "state");

	if (*state)
		fprintf(out, "  calibration %s: %s\n", members_text(step, "id"),
			phrases_calibration(state));
}

void calibrate_text_step(const struct cli *cli, const json_t *step)
{
	const json_t *notes = json_object_get(step, "notes");
	const char *name = members_text(step, "step");
	const char *reason = members_text(step, "reason");
	bool ok = json_is_true(json_object_get(step, "ok"));
	FILE *out = cli->out;

	if (!cli->json &&
		(ok || json_is_object(json_object_get(step, "report")) ||
			json_is_object(json_object_get(step, "verification")) ||
			json_is_object(json_object_get(step, "check")))) {
		fprintf(out, "%s: %s", name, ok ? "done" : "not good");
		if (isfinite(members_number(step, "item")))
			fprintf(out, ", reading %.0f", members_number(step, "item"));
		fputc('\n', out);
		if (ok)
			print_saw(out, json_object_get(step, "saw"));
		print_check(out, json_object_get(step, "check"));
		print_force(out, step);
		calibrate_text_report(out, json_object_get(step, "report"));
		calibrate_text_budget(out, json_object_get(step, "budget"));
		calibrate_text_verification(out, json_object_get(step, "verification"));
	}
	for (size_t i = 0; !cli->json && i < json_array_size(notes); i++)
		fprintf(out, "  note: %s\n",
			json_string_value(json_array_get(notes, i)));
	if (!ok)
		cli_error(cli, "%s: %s", name,
			*reason ? reason : "refused, and the daemon does not say why");
	if (!cli->json && ok && *members_text(step, "next"))
		fprintf(out, "next: %s\n", members_text(step, "next"));
}
