#include "src/cli/change_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/core/metrics.h"

#define LABEL_WIDTH PHRASES_LABEL_WIDTH
#define TEST_SIZE   160

/* Numbers as the metric's table has them; fractions as per cent. */
struct shown {
	double scale;
	int decimals;
	const char *unit;
};

static struct shown shown_of(const struct metric_info *info)
{
	size_t n = strlen(info->key);

	if (n > 5 && strcmp(info->key + n - 5, "_frac") == 0)
		return (struct shown){ 100.0, 1, "%" };
	return (struct shown){ 1.0, info->decimals, info->unit };
}

/* What chance alone may do, in the words of the limit's kind. */
static void print_limit(
	const struct cli *cli, const struct shown *shown, const json_t *change)
{
	double mdc95 = members_number(change, "mdc95");

	if (strcmp(members_text(change, "mdc95_of"), "ratio") == 0)
		fprintf(cli->out, "x%.2f; chance alone x%.2f to x%.2f",
			members_number(change, "ratio"), 1.0 / mdc95, mdc95);
	else
		fprintf(cli->out, "%+.*f; chance alone up to %.*f", shown->decimals,
			phrases_signless(
				shown->scale * members_number(change, "difference"),
				shown->decimals),
			shown->decimals, shown->scale * mdc95);
}

/* A dash where it is not known. */
static void print_number(const struct cli *cli, const struct shown *shown,
	const json_t *row, const char *key)
{
	double value = members_number(row, key);

	if (isnan(value))
		fputs("-", cli->out);
	else
		fprintf(cli->out, "%.*f", shown->decimals,
			phrases_signless(shown->scale * value, shown->decimals));
}

void change_text_row(const struct cli *cli, const char *key, const json_t *change,
	const char *before, const char *now)
{
	enum metric m = metric_find(key);
	const char *larger = members_text(change, "larger");
	struct shown shown;

	if (m == METRIC_N)
		return;
	shown = shown_of(metric_info(m));
	fprintf(cli->out, "  %-*s", LABEL_WIDTH, metric_info(m)->label);
	print_number(cli, &shown, change, before);
	fputs(" -> ", cli->out);
	print_number(cli, &shown, change, now);
	fprintf(cli->out, "%s%s\n      ", *shown.unit ? " " : "", shown.unit);
	if (strcmp(larger, "unknown") == 0) {
		fprintf(cli->out, "larger than the measurement error: unknown. %s\n",
			members_text(change, "why_unknown"));
		return;
	}
	print_limit(cli, &shown, change);
	fprintf(cli->out, ": larger than the measurement error: %s\n", larger);
}

static void print_group(const struct cli *cli, const json_t *group)
{
	const json_t *metrics = json_object_get(group, "metrics");
	const char *key;
	char test[TEST_SIZE];
	json_t *change;

	if (json_object_size(metrics) == 0)
		return;
	fprintf(cli->out, "\n%s: since visit %lld of %.10s%s\n",
		phrases_test(members_text(group, "protocol"),
			members_text(group, "phase"), "Recording", test, sizeof(test)),
		(long long)json_integer_value(json_object_get(group, "before_visit")),
		members_text(group, "before_started"),
		json_is_true(json_object_get(group, "same_day")) ? ", the same day"
								 : "");
	json_object_foreach((json_t *)metrics, key, change)
		change_text_row(cli, key, change, "before", "now");
}

void change_text_print(const struct cli *cli, const json_t *document)
{
	const json_t *changes = json_object_get(document, "changes");
	bool any = false;

	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *group = json_array_get(changes, i);

		any |= json_object_size(json_object_get(group, "metrics")) > 0;
		print_group(cli, group);
	}
	if (any)
		fprintf(cli->out, "\n%s\n", members_text(document, "changes_source"));
}
