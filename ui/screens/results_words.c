#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/trial/protocol.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"

struct results_of results_of(const char *arg)
{
	struct results_of of = { strncmp(arg, "trial ", 6) == 0, 0, -1, -1 };
	long long id = 0;

	if (sscanf(arg, "%*6s %lld %d %d", &id, &of.group, &of.row) >= 1)
		of.id = id;
	return of;
}

void results_ask(struct view *v, int tag)
{
	struct results_of of = results_of(view_arg(v));

	view_ask(v, tag, of.is_trial ? "trial.results" : "visit.results",
		json_pack("{s:I}", "id", (json_int_t)of.id));
}

/* Append the rows of which `headline` is as wanted. */
static int add_rows(
	const json_t *document, bool headline, struct results_row *rows, int n, int max)
{
	const json_t *groups = json_object_get(document, "groups");

	for (size_t g = 0; g < json_array_size(groups); g++) {
		const json_t *group = json_array_get(groups, g);
		const json_t *list = json_object_get(group, "rows");
		for (size_t i = 0; i < json_array_size(list) && n < max; i++) {
			const json_t *row = json_array_get(list, i);
			if (json_is_true(json_object_get(row, "headline")) == headline)
				rows[n++] = (struct results_row){ group, row, (int)g,
					(int)i };
		}
	}
	return n;
}

int results_rows(
	const json_t *document, bool with_all, struct results_row *rows, int max)
{
	int n = add_rows(document, true, rows, 0, max);

	return with_all ? add_rows(document, false, rows, n, max) : n;
}

const char *results_name(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = clinic_text(object, key);

	snprintf(out, size, "%s", text[0] != '\0' ? _(text) : "");
	/* not of "mCTSIB" */
	if (out[0] >= 'a' && out[0] <= 'z' && !(out[1] >= 'A' && out[1] <= 'Z'))
		out[0] = (char)(out[0] - 'a' + 'A');
	return out;
}

/* The part first: a line that ends in "…" still tells the rows of a protocol apart. */
const char *results_group_name(const json_t *group, char *out, size_t size)
{
	char title[RESULTS_TEXT_BYTES];
	const char *phase = clinic_text(group, "phase");

	results_name(group, "title", title, sizeof(title));
	if (phase[0] == '\0')
		snprintf(out, size, "%s", title);
	else
		snprintf(out, size, "%s · %s",
			_(protocol_phase_title(clinic_text(group, "protocol"), phase)),
			title);
	return out;
}

/* Shares are fractions in documents; people read per cent. */
static bool is_share(const json_t *row)
{
	return clinic_text(row, "unit")[0] == '\0' &&
	       strstr(clinic_text(row, "key"), "_frac") != NULL;
}

double results_scale(const json_t *row)
{
	return is_share(row) ? 100 : 1;
}

int results_decimals(const json_t *row)
{
	int n = (int)clinic_int(row, "decimals") - (is_share(row) ? 2 : 0);

	return n < 0 ? 0 : n > 6 ? 6 : n;
}

/* The one measure whose sign is a side: to be read with the letter of the leg. */
static bool is_sideways(const json_t *row, const char *key)
{
	return strcmp(clinic_text(row, "key"), "com_ml_mm") == 0 &&
	       strcmp(key, "sd") != 0 && strcmp(key, "mdc95") != 0 &&
	       strcmp(key, "u95") != 0;
}

const char *results_measure(const json_t *row, char *out, size_t size)
{
	results_name(row, "label", out, size);
	if (is_sideways(row, "value"))
		snprintf(out, size, "%s", _("Centre of mass, sideways"));
	else if (strcmp(clinic_text(row, "key"), "mean_velocity_mm_s") == 0)
		snprintf(out, size, "%s", C_("measure", "Mean velocity")); /* whole */
	return out;
}

const char *results_label(const json_t *row, int w, struct draw_list *list,
	const struct draw_style *style, char *out, size_t size)
{
	results_measure(row, out, size);
	if (is_sideways(row, "value") && draw_measure(list, style, out).w > w)
		snprintf(out, size, "%s", C_("measure", "Centre of mass"));
	return out;
}

const char *results_number(const json_t *row, const char *key, char *out, size_t size)
{
	return results_value(row, key, clinic_number(row, key), out, size);
}

const char *results_value(
	const json_t *row, const char *key, double value, char *out, size_t size)
{
	char number[40];

	if (isnan(value))
		return i18n_number(out, size, value, 0);
	value *= results_scale(row);
	if (!is_sideways(row, key))
		return i18n_number(out, size, value, results_decimals(row));
	snprintf(out, size, "%s %s",
		value < 0 ? C_("left foot", "L") : C_("right foot", "R"),
		i18n_number(
			number, sizeof(number), fabs(value), results_decimals(row)));
	return out;
}

/* What stands behind a difference of the row. */
static const char *difference_unit(const json_t *row)
{
	const char *unit = results_unit(row);

	return strcmp(unit, "%") == 0 ? _("points") : unit;
}

const char *results_difference(const json_t *row, bool is_short, char *out, size_t size)
{
	double value = clinic_number(row, "difference");
	const char *unit = difference_unit(row);
	char number[40], amount[80];

	if (isnan(value)) {
		snprintf(out, size, "–");
		return out;
	}
	i18n_number(number, sizeof(number), fabs(value) * results_scale(row),
		results_decimals(row));
	snprintf(amount, sizeof(amount), "%s%s%s", number, unit[0] != '\0' ? " " : "",
		unit);
	if (!is_sideways(row, "difference") || value == 0)
		snprintf(out, size, "%s%s", value < 0 ? "−" : "+", amount);
	else if (is_short)
		snprintf(out, size, value < 0 ? _("%s to L") : _("%s to R"), amount);
	else
		snprintf(out, size,
			value < 0 ? _("%s to the left") : _("%s to the right"), amount);
	return out;
}

/* The interval as "± half" where the value is in its middle, else as its ends. */
const char *results_interval(const json_t *row, const char *key, const char *interval,
	char *out, size_t size)
{
	const json_t *ci = json_object_get(row, interval);
	double low = json_number_value(json_array_get(ci, 0));
	double high = json_number_value(json_array_get(ci, 1));
	double value = clinic_number(row, key), half = (high - low) / 2;
	double scale = results_scale(row);
	int decimals = results_decimals(row);
	char a[40], b[40];

	out[0] = '\0';
	if (json_array_size(ci) != 2)
		return out;
	if (fabs(low + half - value) <= 0.05 * half) {
		i18n_number(a, sizeof(a), scale * half, decimals);
		snprintf(out, size, "± %s", a);
		return out;
	}
	snprintf(out, size, _("%1$s to %2$s"),
		results_value(row, key, low, a, sizeof(a)),
		results_value(row, key, high, b, sizeof(b)));
	return out;
}

const char *results_error(const json_t *row, char *out, size_t size)
{
	char sd[40];

	if (json_array_size(json_object_get(row, "ci95")) == 2) {
		results_interval(row, "value", "ci95", out, size);
	} else if (!isnan(clinic_number(row, "sd"))) {
		snprintf(out, size, _("spread %s"),
			results_number(row, "sd", sd, sizeof(sd)));
	} else {
		snprintf(out, size, "%s", _("one trial"));
	}
	return out;
}

const char *results_larger(const json_t *row, int which)
{
	static const char *const yes[] = { N_("more than the error of measurement"),
		N_("more than error"), NULL };
	static const char *const no[] = { N_("within the error of measurement"),
		N_("within error"), NULL };
	static const char *const unknown[] = { N_("error of measurement not known"),
		N_("error not known"), NULL };
	const char *word = clinic_text(row, "larger");
	const char *const *texts = strcmp(word, "yes") == 0  ? yes
				   : strcmp(word, "no") == 0 ? no
							     : unknown;

	if (isnan(clinic_number(row, "difference")))
		return which == 0 ? "" : NULL;
	return which < 2 ? _(texts[which]) : NULL;
}

const char *results_mdc(const json_t *row, char *out, size_t size)
{
	bool factor = strcmp(clinic_text(row, "mdc95_of"), "ratio") == 0;
	double mdc = clinic_number(row, "mdc95");
	char number[40];

	out[0] = '\0';
	if (isnan(mdc))
		return out;
	if (factor) {
		i18n_number(number, sizeof(number), mdc, 2);
		snprintf(out, size, "×%s", number);
	} else {
		snprintf(out, size, "%s %s",
			results_number(row, "mdc95", number, sizeof(number)),
			difference_unit(row));
	}
	return out;
}

const char *results_unit(const json_t *row)
{
	static const char *const units[][2] = { { "mm2", "mm²" }, { "mm2/s", "mm²/s" },
		{ "deg", "°" }, { "mm2/Hz", "mm²/Hz" } };
	const char *unit = clinic_text(row, "unit");

	if (is_share(row))
		return "%";
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i][0]) == 0)
			return units[i][1];
	return unit;
}

void results_text(struct ui *ui, const struct draw_style *style, struct rect r,
	enum draw_align align, uint32_t color, const char *text)
{
	struct draw_metrics m = draw_measure(&ui->list, style, text);

	if (text[0] != '\0' && m.w <= r.w && m.h <= r.h)
		draw_text(&ui->list, style, r, align, color, text);
}

void results_norm_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row)
{
	const json_t *norm = json_object_get(row, "norm");
	double p5 = clinic_number(norm, "p5"), p95 = clinic_number(norm, "p95");
	double p50 = clinic_number(norm, "p50"), value = clinic_number(row, "value");
	double aside = 0.6 * (p95 - p5), low = p5 - aside, at;
	int h = t->caption / 2, dot = t->caption * 2 / 5;
	struct rect bar = rect_middle(r, r.w - 2 * dot, h);
	double px = bar.w / (p95 - p5 + 2 * aside);

	if (!(p95 > p5) || r.h < 2 * dot || bar.w < 6 * dot)
		return;
	draw_round_rect(&ui->list, bar, h / 2, THEME_LINE);
	draw_rect(&ui->list,
		(struct rect){ bar.x + (int)lround(aside * px), bar.y,
			(int)lround((p95 - p5) * px), h },
		theme_mix(THEME_SURFACE, THEME_ACTION, 0.5));
	if (p50 > p5 && p50 < p95)
		draw_rect(&ui->list,
			(struct rect){
				bar.x + (int)lround((p50 - low) * px), bar.y, 2, h },
			THEME_TEXT);
	if (isnan(value))
		return;
	at = fmin(fmax((value - low) * px, 0), bar.w);
	draw_circle(&ui->list, bar.x + (int)lround(at), bar.y + h / 2, dot + 1,
		THEME_SURFACE);
	draw_circle(
		&ui->list, bar.x + (int)lround(at), bar.y + h / 2, dot - 1, THEME_TEXT);
}
