#include "src/cli/cop_table.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH  50
#define VALUE_WIDTH  10
#define UNIT_WIDTH   7
#define PAPER_DIGITS 6

/* Where each part of the table begins. */
static const struct {
	enum metric first;
	const char *title;
} parts[] = {
	{ METRIC_PATH_MM, "Path and spread" },
	{ METRIC_ELLIPSE95_MM2, "Areas" },
	{ METRIC_MEAN_FREQUENCY_HZ, "Frequencies" },
	{ METRIC_SAMPLE_ENTROPY_ML, "Exploratory: not settled enough to decide by" },
};

static void print_title(FILE *out, int m)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if ((int)parts[i].first == m)
			fprintf(out, "\n%s\n", parts[i].title);
}

static void print_value(FILE *out, const struct metric_info *info, double value)
{
	if (isnan(value))
		fprintf(out, "  %-*s%*s", LABEL_WIDTH, info->label, VALUE_WIDTH, "-");
	else
		fprintf(out, "  %-*s%*.*f%s%s", LABEL_WIDTH, info->label, VALUE_WIDTH,
			info->decimals, value, *info->unit ? " " : "", info->unit);
}

/* "61 % have less; 5 to 95 %: 5.0 to 13.5 (women, 18-39 years, provisional)" */
static void print_norm(FILE *out, int m, double value, const struct norms_case *who)
{
	const struct metric_info *info = metric_info((enum metric)m);
	struct norms_value norm;

	if (!who || isnan(value) || norms_find((enum metric)m, who, &norm) < 0)
		return;
	fprintf(out, "%*s%2.0f %% have less; 5 to 95 %%: %.*f to %.*f (%s%s years%s)",
		UNIT_WIDTH - (int)strlen(info->unit), "",
		norms_percentile(&norm, value), info->decimals,
		norms_quantile(&norm, 5.0), info->decimals, norms_quantile(&norm, 95.0),
		norm.sex == 'F'   ? "women, "
		: norm.sex == 'M' ? "men, "
				  : "",
		norm.ages, norm.provisional ? ", provisional" : "");
}

static void print_head(
	FILE *out, int n, double rate_hz, double duration_s, double cutoff_hz)
{
	fprintf(out, "%d samples, %.4g Hz, %.2f s, ", n, rate_hz, duration_s);
	if (isnan(cutoff_hz))
		fprintf(out, "not filtered\n");
	else
		fprintf(out, "low-pass %g Hz\n", cutoff_hz);
}

static void print_notes(FILE *out, uint32_t notes, double missing_frac)
{
	for (int i = 0; i < SWAY_N_NOTES; i++)
		if (notes >> i & 1)
			fprintf(out, "note: %s\n", sway_note_text(i));
	if (missing_frac > 0.0)
		fprintf(out, "note: %.1f %% of the time is missing.\n",
			100.0 * missing_frac);
}

void cop_table_native(
	FILE *out, const struct sway_result *result, const struct norms_case *who)
{
	print_head(
		out, result->n, result->rate_hz, result->duration_s, result->cutoff_hz);
	print_notes(out, result->notes, result->missing_frac);
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		if (info->group != METRIC_GROUP_SWAY)
			continue;
		print_title(out, m);
		print_value(out, info, result->value[m]);
		print_norm(out, m, result->value[m], who);
		fputc('\n', out);
	}
	if (who)
		fprintf(out, "\n%s\n", norms_notice());
}

static void print_descriptor(FILE *out, const struct quijoux_info *info, double value)
{
	const char *mark = info->exploratory ? "  (exploratory)" : "";

	if (isnan(value))
		fprintf(out, "  %-*s%*s%s\n", LABEL_WIDTH, info->key, VALUE_WIDTH + 4,
			"-", mark);
	else
		fprintf(out, "  %-*s%*.*g%s%s%s\n", LABEL_WIDTH, info->key,
			VALUE_WIDTH + 4, PAPER_DIGITS, value, *info->unit ? " " : "",
			info->unit, mark);
}

void cop_table_quijoux(FILE *out, const struct quijoux_result *result, uint32_t notes)
{
	const char *part = "";

	print_head(
		out, result->n, result->rate_hz, result->duration_s, QUIJOUX_CUTOFF_HZ);
	print_notes(out, notes, result->missing_frac);
	for (int i = 0; i < QUIJOUX_N_NOTES; i++)
		if (result->notes >> i & 1)
			fprintf(out, "note: %s\n", quijoux_note_text(i));
	for (int i = 0; i < QUIJOUX_N; i++) {
		const struct quijoux_info *info = quijoux_info(i);

		if (strcmp(part, info->source) != 0)
			fprintf(out, "\nMode quijoux, %s\n", info->source);
		part = info->source;
		print_descriptor(out, info, result->value[i]);
	}
}
