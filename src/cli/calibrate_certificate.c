#include "src/cli/calibrate_certificate.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/cli/calibrate.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"

/* A wall clock time with the offset it was written with. */
static void put_time(const json_t *d, const char *key, char *out, size_t size)
{
	double ms = members_number(d, key);
	double offset_min = members_number(d, "utc_offset_min");
	time_t at = (time_t)(ms / 1e3 + (isfinite(offset_min) ? 60 * offset_min : 0));
	struct tm tm;

	snprintf(out, size, "-");
	if (isfinite(ms) && ms > 0 && gmtime_r(&at, &tm))
		strftime(out, size, "%Y-%m-%d %H:%M", &tm);
}

static void print_head(FILE *out, const json_t *d)
{
	char from[32], until[32];
	const char *state = members_text(d, "state");
	bool accepted = json_is_true(json_object_get(d, "accepted"));

	put_time(d, "created_unix_ms", from, sizeof(from));
	put_time(d, "expires_unix_ms", until, sizeof(until));
	fprintf(out, "Calibration %s\n\n", members_text(d, "id"));
	fprintf(out, "  %-14s%s\n", "state",
		*state      ? phrases_calibration(state)
		: !accepted ? "not accepted: never was in force"
		: json_is_true(json_object_get(d, "verified"))
			? "verified"
			: "accepted without a passed verification");
	if (json_is_true(json_object_get(d, "quick")))
		fprintf(out, "  %-14s%s\n", "",
			"quick: one weight or a person, so less sure");
	fprintf(out, "  %-14s%s\n", "operator", members_text(d, "operator"));
	fprintf(out, "  %-14s%s, good until %s\n", "made", from, until);
	if (*members_text(d, "previous_id"))
		fprintf(out, "  %-14s%s\n", "before it",
			members_text(d, "previous_id"));
	if (isfinite(members_number(d, "temperature_c")))
		fprintf(out, "  %-14s%.1f C when zeroed\n", "mat",
			members_number(d, "temperature_c"));
	fprintf(out, "  %-14s%s\n", "fitted by", members_text(d, "algorithm"));
}

static void print_device(FILE *out, const json_t *d)
{
	fprintf(out, "\nThe mat\n");
	fprintf(out, "  %s, serial %s, firmware %s, driver %s\n",
		members_text(d, "model"), members_text(d, "serial"),
		members_text(d, "firmware"), members_text(d, "driver"));
	fprintf(out, "  %.0f x %.0f cells of %g x %g mm, %s, full scale %.0f\n",
		members_number(d, "rows"), members_number(d, "cols"),
		members_number(d, "pitch_x_mm"), members_number(d, "pitch_y_mm"),
		members_text(d, "unit"), members_number(d, "full_scale"));
	if (json_is_true(json_object_get(d, "has_divider")))
		fprintf(out, "  divider of %.0f ohm, %.0f ohm in series\n",
			members_number(d, "r_reference_ohm"),
			members_number(d, "r_series_ohm"));
	if (json_is_true(json_object_get(d, "applies_threshold")))
		fprintf(out, "  the mat itself leaves out light cells: their load is "
			     "lost\n");
	if (json_is_true(json_object_get(d, "applies_autozero")))
		fprintf(out, "  the mat zeroes itself: what stands there long fades\n");
}

static void print_creep(FILE *out, const json_t *model)
{
	const json_t *creep = json_object_get(model, "creep");
	bool any = false;

	for (size_t i = 0; i < json_array_size(creep); i++) {
		const json_t *pair = json_array_get(creep, i);
		double amplitude = json_number_value(json_array_get(pair, 1));

		if (amplitude < 5e-4)
			continue;
		fprintf(out, "%s %.1f %% at %.3g s",
			any ? "," : "  creep:", 100 * amplitude,
			json_number_value(json_array_get(pair, 0)));
		any = true;
	}
	if (any)
		fprintf(out, "\n");
}

static void print_model(FILE *out, const json_t *model)
{
	const json_t *curve = json_object_get(model, "curve");
	double row = members_number(model, "crosstalk_row_frac");
	double col = members_number(model, "crosstalk_col_frac");

	if (!json_is_object(model))
		return;
	fprintf(out, "\nThe curve\n");
	if (strcmp(members_text(curve, "kind"), "cubic") == 0)
		fprintf(out, "  monotone cubic through %zu loads, a power law beyond\n",
			json_array_size(json_object_get(curve, "knots")));
	else
		fprintf(out, "  %s: newtons of a cell = %.4g x response^%.3f\n",
			members_text(curve, "kind"), members_number(curve, "scale_n"),
			members_number(curve, "exponent"));
	fprintf(out,
		"  known up to a response of %.3g, beyond it is marked "
		"\"extrapolated\"\n",
		members_number(curve, "w_max"));
	if (row > 0 || col > 0)
		fprintf(out,
			"  crosstalk: %.2f %% along rows, %.2f %% along columns, taken "
			"out\n",
			100 * row, 100 * col);
	print_creep(out, model);
	fprintf(out, "  contact: %.3g times a cell's own noise\n",
		members_number(model, "threshold_sds"));
}

/* Which cells are not good, where there are few; they count from the front left. */
static void print_states(FILE *out, const json_t *d)
{
	const json_t *states = json_object_get(json_object_get(d, "model"), "states");
	double n_cols = members_number(json_object_get(d, "device"), "cols");
	const char *key;
	json_t *cells;

	if (!(n_cols > 0))
		return;
	json_object_foreach((json_t *)states, key, cells)
	{
		size_t n = json_array_size(cells);

		if (n == 0 || n > 24)
			continue;
		fprintf(out, "  %s (row, column from 0 at the front left):", key);
		for (size_t i = 0; i < n; i++) {
			long long cell = json_integer_value(json_array_get(cells, i));

			fprintf(out, " (%lld, %lld)", cell / (long long)n_cols,
				cell % (long long)n_cols);
		}
		fprintf(out, "\n");
	}
}

void calibrate_certificate_print(FILE *out, const json_t *d)
{
	print_head(out, d);
	print_device(out, json_object_get(d, "device"));
	print_model(out, json_object_get(d, "model"));
	calibrate_text_report(out, json_object_get(d, "report"));
	print_states(out, d);
	calibrate_text_budget(out, json_object_get(d, "budget"));
	calibrate_text_verification(out, json_object_get(d, "verification"));
}
