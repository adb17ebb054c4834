#include "src/report/certificate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "src/report/certificate_plots.h"
#include "src/report/sheet.h"

#define N_SHEETS   2
#define MAP_MM     78.0
#define CHART_MM   52.0
#define K95        2.0 /* expanded uncertainty, GUM 6.2 */
#define MAX_FACTS  12
#define MAX_PHRASE 160

static const char intended_use[] =
	"Stance is a measurement and training aid, not a diagnosis. Uncertainties are "
	"expanded, k = 2, about 95 %.";

/* --- words ---------------------------------------------------------------------------------- */

/* "2026-11-27 14:05 +01:00"; "-" for none. */
static void date_text(int64_t unix_ms, int offset_min, char *out, size_t size)
{
	time_t shifted = (time_t)(unix_ms / 1000) + (time_t)offset_min * 60;
	struct tm tm;
	int minutes = offset_min < 0 ? -offset_min : offset_min;

	if (unix_ms <= 0 || !gmtime_r(&shifted, &tm)) {
		snprintf(out, size, "-");
		return;
	}
	snprintf(out, size, "%04d-%02d-%02d %02d:%02d %c%02d:%02d", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		offset_min < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* The same as PDF wants it. */
static void date_iso(int64_t unix_ms, int offset_min, char *out, size_t size)
{
	date_text(unix_ms, offset_min, out, size);
	if (strlen(out) < 23) {
		snprintf(out, size, "1970-01-01T00:00:00Z");
		return;
	}
	out[10] = 'T';
	memmove(out + 19, out + 17, strlen(out + 17) + 1);
	memcpy(out + 16, ":00", 3);
}

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

struct verdict {
	const char *word;
	struct paper_colour colour;
	char sentence[320];
};

static struct verdict verdict_of(const struct calibration *c, int64_t now_unix_ms)
{
	struct verdict v = { .colour = sheet_attention };

	if (!c->accepted)
		v.word = "Not in force";
	else if (c->expires_unix_ms > 0 && now_unix_ms > c->expires_unix_ms)
		v.word = "Expired";
	else if (!c->verified)
		v.word = "Not verified";
	else
		v.word = c->quick ? "Verified, quick calibration" : "Verified";
	if (c->accepted && c->verified && strncmp(v.word, "Verified", 8) == 0)
		v.colour = sheet_good;
	snprintf(v.sentence, sizeof(v.sentence), "%s%s",
		c->verification.n_rows > 0
			? c->verification.text
			: "No weight was used to verify it; every result "
			  "measured with it is marked unverified.",
		c->quick ? " It rests on one weight or a person: its uncertainties are "
			   "larger."
			 : "");
	return v;
}

static double draw_verdict(
	struct paper *paper, double y, const struct calibration *c, int64_t now_unix_ms)
{
	struct verdict v = verdict_of(c, now_unix_ms);
	struct paper_type type = { .size_pt = 14, .bold = 1, .colour = v.colour };
	struct paper_type body = sheet_body();
	double from = y, after;

	after = y + 2.5 +
		paper_text(paper, 0, NAN, SHEET_WIDTH_MM - 12, &type, v.word) +
		paper_text(paper, 0, NAN, SHEET_WIDTH_MM - 12, &body, v.sentence) + 3.0;
	paper_box(paper, SHEET_LEFT_MM, from, SHEET_WIDTH_MM, after - from, sheet_fill);
	paper_box(paper, SHEET_LEFT_MM, from, 1.6, after - from, v.colour);
	paper_tag(paper, "P");
	y += 2.0;
	y += paper_text(
		paper, SHEET_LEFT_MM + 6, y, SHEET_WIDTH_MM - 12, &type, v.word);
	paper_text(paper, SHEET_LEFT_MM + 6, y + 0.5, SHEET_WIDTH_MM - 12, &body,
		v.sentence);
	paper_untag(paper, "P");
	return after + 4.0;
}

/* --- the first sheet ------------------------------------------------------------------------- */

static void fact(struct sheet_fact *facts, int *n, const char *name, const char *value)
{
	facts[*n].name = name;
	snprintf(facts[*n].value, sizeof(facts[*n].value), "%s", or_dash(value));
	(*n)++;
}

static double draw_identity(struct paper *paper, double y, const struct calibration *c)
{
	const struct calibration_device *d = &c->device;
	struct sheet_fact facts[MAX_FACTS];
	char text[MAX_PHRASE];
	int n = 0;

	fact(facts, &n, "Mat", d->model);
	fact(facts, &n, "Serial number", d->serial);
	snprintf(text, sizeof(text), "%s (driver %s)", or_dash(d->firmware),
		or_dash(d->driver));
	fact(facts, &n, "Firmware", text);
	snprintf(text, sizeof(text), "%d x %d, pitch %.4g x %.4g mm",
		d->geometry.n_rows, d->geometry.n_cols, d->geometry.pitch_x_mm,
		d->geometry.pitch_y_mm);
	fact(facts, &n, "Cells", text);
	snprintf(text, sizeof(text), "0 to %u counts", d->full_scale);
	fact(facts, &n, "Numbers", text);
	if (isnan(c->temperature_c))
		snprintf(text, sizeof(text), "-");
	else
		snprintf(text, sizeof(text), "%.1f \u00b0C", c->temperature_c);
	fact(facts, &n, "Mat temperature", text);
	fact(facts, &n, "Operator", c->operator_name);
	date_text(c->created_unix_ms, c->utc_offset_min, text, sizeof(text));
	fact(facts, &n, "Calibrated", text);
	date_text(c->expires_unix_ms, c->utc_offset_min, text, sizeof(text));
	fact(facts, &n, "Valid until", text);
	fact(facts, &n, "Calibration", c->id);
	fact(facts, &n, "The one before", c->previous_id);
	fact(facts, &n, "Computed by", c->algorithm);
	return sheet_facts(paper, y, facts, n);
}

static void put_figure(
	char *out, size_t size, double value, int decimals, const char *unit)
{
	if (isnan(value) || !(value > 0))
		snprintf(out, size, "not known");
	else
		snprintf(out, size, "%.*f %s", decimals, value, unit);
}

static double draw_budget(struct paper *paper, double y, const struct calibration *c)
{
	static const struct sheet_column columns[] = {
		{ "what a person's result may be off by, besides its own variation",
			118, 0 },
		{ "\u00b1, k = 2", 58, PAPER_RIGHT },
	};
	const struct sensor_budget *b = &c->model.budget;
	const struct {
		const char *name;
		double value;
		int decimals;
		const char *unit;
	} lines[] = {
		{ "Total force", 100 * K95 * b->force_frac, 1, "%" },
		{ "Left/right and fore/rear share", 100 * K95 * b->share_frac, 2,
			"points" },
		{ "Mean COP, ML", K95 * b->cop_x_mm, 2, "mm" },
		{ "Mean COP, AP", K95 * b->cop_y_mm, 2, "mm" },
		{ "Drift of a standing load", 100 * K95 * b->drift_frac_per_min, 2,
			"% a minute" },
		{ "Sway velocity and path", 100 * K95 * b->velocity_frac, 1, "%" },
		{ "Sway areas", 100 * K95 * b->area_frac, 1, "%" },
		{ "Sway velocity of a dead weight (the mat's own noise)",
			b->noise_velocity_mm_s, 2, "mm/s" },
	};
	struct sheet_row rows[sizeof(lines) / sizeof(lines[0])];
	int n = (int)(sizeof(lines) / sizeof(lines[0]));

	for (int i = 0; i < n; i++) {
		rows[i].last_colour = sheet_ink;
		snprintf(rows[i].cell[0], sizeof(rows[i].cell[0]), "%s", lines[i].name);
		put_figure(rows[i].cell[1], sizeof(rows[i].cell[1]), lines[i].value,
			lines[i].decimals, lines[i].unit);
	}
	y = sheet_heading(paper, y, "What it may be trusted with");
	y = sheet_table(paper, SHEET_LEFT_MM, y, columns, 2, rows, n);
	if (b->velocity_bias_frac > 0) {
		char text[MAX_PHRASE];

		snprintf(text, sizeof(text),
			"Hysteresis was not identified: sway velocity reads about %.0f "
			"%% low.",
			100 * b->velocity_bias_frac);
		y = sheet_paragraph(paper, y + 1.5, text);
	}
	return y;
}

static struct paper_colour judgement_colour(enum verify_judgement judgement)
{
	return judgement == VERIFY_PASS   ? sheet_good
	       : judgement == VERIFY_FAIL ? sheet_attention
					  : sheet_muted;
}

static const char *judgement_word(enum verify_judgement judgement)
{
	return judgement == VERIFY_PASS   ? "pass"
	       : judgement == VERIFY_FAIL ? "FAIL"
					  : "not tested";
}

static double draw_verification(
	struct paper *paper, double y, const struct calibration *c)
{
	static const struct sheet_column columns[] = {
		{ "test, with weights that were not fitted", 90, PAPER_LEFT },
		{ "figure", 30, PAPER_RIGHT },
		{ "limit", 32, PAPER_RIGHT },
		{ "", 24, PAPER_RIGHT },
	};
	struct sheet_row rows[VERIFY_N_TESTS];

	y = sheet_heading(paper, y, "Verification");
	if (c->verification.n_rows == 0)
		return sheet_paragraph(paper, y, "None was made.");
	for (int i = 0; i < VERIFY_N_TESTS; i++) {
		const struct verify_line *l = &c->verification.lines[i];

		snprintf(rows[i].cell[0], sizeof(rows[i].cell[0]), "%s",
			l->label ? l->label : "");
		if (isnan(l->figure))
			snprintf(rows[i].cell[1], sizeof(rows[i].cell[1]), "-");
		else
			snprintf(rows[i].cell[1], sizeof(rows[i].cell[1]), "%.3g %s",
				l->figure, l->unit ? l->unit : "");
		if (isnan(l->limit))
			snprintf(rows[i].cell[2], sizeof(rows[i].cell[2]), "-");
		else
			snprintf(rows[i].cell[2], sizeof(rows[i].cell[2]), "%s %.3g %s",
				l->at_least ? "\u2265" : "\u2264", l->limit,
				l->unit ? l->unit : "");
		snprintf(rows[i].cell[3], sizeof(rows[i].cell[3]), "%s",
			judgement_word(l->judgement));
		rows[i].last_colour = judgement_colour(l->judgement);
	}
	return sheet_table(paper, SHEET_LEFT_MM, y, columns, 4, rows, VERIFY_N_TESTS);
}

/* Where whoever answers for it signs. */
static void draw_signature(struct paper *paper)
{
	const double y = SHEET_BOTTOM_MM - 16.0, half = 0.5 * SHEET_WIDTH_MM;
	static const char *const words[2] = { "Date", "Signature" };
	struct paper_type type = sheet_small();

	for (int i = 0; i < 2; i++) {
		double x = SHEET_LEFT_MM + i * half;

		paper_line(paper, x, y, x + half - (i ? 0 : 8.0), y, 0.2, sheet_muted);
		paper_tag(paper, "P");
		paper_text(paper, x, y + 0.8, half, &type, words[i]);
		paper_untag(paper, "P");
	}
}

/* --- the second sheet ------------------------------------------------------------------------ */

static void caption(
	struct paper *paper, double x, double y, double width, const char *text)
{
	struct paper_type type = sheet_small();

	paper_tag(paper, "P");
	paper_text(paper, x, y, width, &type, text);
	paper_untag(paper, "P");
}

static double draw_maps(struct paper *paper, double y, const struct calibration *c)
{
	const double right = SHEET_RIGHT_MM - MAP_MM;
	double height = certificate_map_height(&c->model, MAP_MM);
	char text[MAX_PHRASE];

	paper_tag(paper, "Figure");
	certificate_plot_gains(paper, SHEET_LEFT_MM, y, MAP_MM, &c->model);
	paper_untag(paper, "Figure");
	paper_tag(paper, "Figure");
	certificate_plot_errors(paper, right, y, MAP_MM, &c->model, &c->verification);
	paper_untag(paper, "Figure");
	snprintf(text, sizeof(text),
		"Gains of the cells, 0.5 (light) to 2 (dark); front is up. Crossed: %d "
		"dead, %d "
		"stuck, %d noisy; stroke: %d never pressed.",
		c->report.n_states[CELL_DEAD], c->report.n_states[CELL_STUCK],
		c->report.n_states[CELL_NOISY], c->report.n_states[CELL_UNCOVERED]);
	caption(paper, SHEET_LEFT_MM, y + height + 1.0, MAP_MM, text);
	caption(paper, right, y + height + 1.0, MAP_MM,
		"Errors over the mat: ring, where a weight stood; line, to where it "
		"was seen, thirty "
		"times as long; figure, error of force.");
	return y + height + 9.0;
}

static double draw_response(struct paper *paper, double y, const struct calibration *c)
{
	const struct fit_report *r = &c->report;
	struct sheet_fact facts[MAX_FACTS];
	char text[MAX_PHRASE];
	int n = 0;

	snprintf(text, sizeof(text), "%s, exponent %.3f",
		curve_kind_name(c->model.curve.kind), c->model.curve.exponent);
	fact(facts, &n, "Curve",
		c->model.curve.kind == CURVE_POWER
			? text
			: curve_kind_name(c->model.curve.kind));
	put_figure(text, sizeof(text), 100 * r->cv_rms_frac[c->model.curve.kind], 2,
		"% (cross-validated)");
	fact(facts, &n, "Residual", text);
	put_figure(text, sizeof(text), 100 * r->creep_per_decade_frac, 1, "% a decade");
	fact(facts, &n, "Creep", text);
	if (r->has_staircase)
		snprintf(text, sizeof(text), "%.1f %% of the loop's height",
			100 * r->hysteresis_frac);
	else
		snprintf(text, sizeof(text), "not identified (no staircase)");
	fact(facts, &n, "Hysteresis", text);
	snprintf(text, sizeof(text), "rows %.2f %%, columns %.2f %%",
		100 * c->model.crosstalk.row_frac, 100 * c->model.crosstalk.col_frac);
	fact(facts, &n, "Crosstalk", text);
	if (isnan(r->uniformity_frac))
		snprintf(text, sizeof(text), "one pass only");
	else
		snprintf(text, sizeof(text), "%.2f %% between passes%s",
			100 * r->uniformity_frac,
			r->has_turned_passes ? ", turned end for end" : "");
	fact(facts, &n, "Uniformity", text);
	if (r->unlike_frac > 0.0) {
		snprintf(text, sizeof(text), "%.1f %% apart between cells",
			100 * r->unlike_frac);
		fact(facts, &n, "Exponents", text);
	}
	y = sheet_heading(paper, y, "How the mat answers");
	return sheet_facts(paper, y, facts, n);
}

static double draw_residuals(struct paper *paper, double y, const struct calibration *c)
{
	y = sheet_heading(paper, y, "Residuals of the known loads");
	paper_tag(paper, "Figure");
	certificate_plot_residuals(
		paper, SHEET_LEFT_MM, y, SHEET_WIDTH_MM, CHART_MM, c);
	paper_untag(paper, "Figure");
	caption(paper, SHEET_LEFT_MM, y + CHART_MM, SHEET_WIDTH_MM,
		"Measured less stated mass. Dots: loads that were fitted; rings: "
		"weights that "
		"verified.");
	return y + CHART_MM + 4.0;
}

static double draw_problems(struct paper *paper, double y, const struct calibration *c)
{
	const double most = SHEET_BOTTOM_MM - 12.0;

	if (c->report.n_problems == 0)
		return y;
	y = sheet_heading(paper, y, "Noticed");
	for (int i = 0; i < c->report.n_problems && y < most; i++)
		y = sheet_paragraph(paper, y, c->report.problems[i].text);
	return y;
}

/* --- all of it ------------------------------------------------------------------------------- */

static void draw(struct paper *paper, const struct calibration *c, int64_t now_unix_ms)
{
	double y = sheet_title(paper, SHEET_TOP_MM, "Stance, posture station",
		"Calibration certificate");

	y = draw_verdict(paper, y + 1.0, c, now_unix_ms);
	y = draw_identity(paper, y, c);
	y = draw_budget(paper, y, c);
	draw_verification(paper, y, c);
	draw_signature(paper);
	sheet_footer(paper, intended_use, 1, N_SHEETS);
	paper_turn(paper);
	y = sheet_title(paper, SHEET_TOP_MM, or_dash(c->id), "Evidence");
	y = draw_maps(paper, y + 1.0, c);
	y = draw_response(paper, y, c);
	y = draw_residuals(paper, y, c);
	draw_problems(paper, y, c);
	sheet_footer(paper, intended_use, 2, N_SHEETS);
}

int certificate_write(const struct calibration *c, int64_t now_unix_ms,
	const char *path, enum paper_format format)
{
	char created[40], title[128];
	struct paper_meta meta = { .title = title,
		.author = c->operator_name,
		.subject = "Calibration of a force-sensing mat",
		.created_iso = created };
	struct paper *paper;
	int error;

	date_iso(c->created_unix_ms, c->utc_offset_min, created, sizeof(created));
	snprintf(title, sizeof(title), "Calibration certificate %s", c->id);
	error = paper_open(path, format, &meta, &paper);
	if (error)
		return error;
	draw(paper, c, now_unix_ms);
	return paper_close(paper);
}
