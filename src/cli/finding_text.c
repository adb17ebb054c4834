#include "src/cli/finding_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/core/align/inference.h"

#define LABEL_WIDTH 52

static void print_range(
	FILE *out, const json_t *alignment, const struct inference_info *info)
{
	const json_t *range = json_object_get(alignment, info->key);

	if (!json_is_object(range))
		return;
	fprintf(out, "  %-*s%.*f to %.*f %s\n", LABEL_WIDTH, info->label,
		info->decimals, members_number(range, "p5"), info->decimals,
		members_number(range, "p95"), info->unit);
}

static void print_alignment(FILE *out, const json_t *alignment)
{
	if (!json_is_object(alignment))
		return;
	fprintf(out, "\nWhat this is compatible with (model ranges, 5 to 95 %%; not "
		     "measurements)\n");
	for (int q = 0; q < INFERENCE_N; q++)
		print_range(out, alignment, inference_info((enum inference_quantity)q));
	if (json_is_true(json_object_get(alignment, "beyond_model")))
		fprintf(out, "  one leg carries so much that the knees' model does not "
			     "hold\n");
}

static void print_why(FILE *out, const json_t *why)
{
	const json_t *conditions = json_object_get(why, "conditions");

	for (size_t i = 0; i < json_array_size(conditions); i++) {
		const json_t *c = json_array_get(conditions, i);
		const char *test = members_text(c, "test");

		fprintf(out, "        %s: %.4g (%s %g)\n", members_text(c, "label"),
			members_number(c, "value"),
			strcmp(test, "at_least") == 0 ? "at least" : test,
			members_number(c, "limit"));
	}
	fprintf(out, "        source: %s\n", members_text(why, "source"));
}

static void print_findings(const struct cli *cli, const json_t *findings)
{
	if (json_array_size(findings) > 0)
		fprintf(cli->out,
			"\nFindings (grade A measured ... D model or expert)\n");
	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *f = json_array_get(findings, i);

		fprintf(cli->out, "  %-4s%s  %s: %s\n", members_text(f, "id"),
			members_text(f, "grade"), members_text(f, "audience"),
			members_text(f, "text"));
		if (cli->verbose)
			print_why(cli->out, json_object_get(f, "why"));
	}
}

static void print_gates(FILE *out, const json_t *gates)
{
	if (json_array_size(gates) > 0)
		fprintf(out, "\nBefore more is concluded\n");
	for (size_t i = 0; i < json_array_size(gates); i++)
		fprintf(out, "  %s\n", json_string_value(json_array_get(gates, i)));
}

static void print_titration(FILE *out, const json_t *t)
{
	const json_t *ci95 = json_object_get(t, "null_lift_mm_ci95");

	if (!json_is_object(t))
		return;
	fprintf(out,
		"\nLift titration, %lld trials: the load moves %+.2f mm a millimetre "
		"(t %.1f)%s\n",
		(long long)json_integer_value(json_object_get(t, "n")),
		members_number(t, "response"), members_number(t, "response_t"),
		json_is_true(json_object_get(t, "responds")) ? ""
							     : ": no certain response");
	if (!json_is_true(json_object_get(t, "responds")))
		return;
	fprintf(out, "  it is even at %+.1f mm (+ right foot)",
		members_number(t, "null_lift_mm"));
	if (json_is_number(json_array_get(ci95, 0)) &&
		json_is_number(json_array_get(ci95, 1)))
		fprintf(out, ", 95 %% %+.1f to %+.1f",
			json_number_value(json_array_get(ci95, 0)),
			json_number_value(json_array_get(ci95, 1)));
	fprintf(out, "; that evens the load and is not a leg-length difference\n");
}

void finding_text_print(const struct cli *cli, const json_t *document)
{
	const char *card = members_text(document, "card");

	print_alignment(cli->out, json_object_get(document, "alignment"));
	print_titration(cli->out, json_object_get(document, "titration"));
	print_findings(cli, json_object_get(document, "findings"));
	print_gates(cli->out, json_object_get(document, "gates"));
	if (*card)
		fprintf(cli->out, "\n%s\n", card);
}
