#include "src/cli/visit_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/change_text.h"
#include "src/cli/cli.h"
#include "src/cli/finding_text.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/trial_text.h"
#include "src/core/metrics.h"
#include "src/core/trial/protocol.h"

#define LABEL_WIDTH PHRASES_LABEL_WIDTH
#define VALUE_WIDTH 10
#define TEST_SIZE   160

static void print_head(const struct cli *cli, const json_t *visit)
{
	char started[24], test[TEST_SIZE];

	fprintf(cli->out, "visit %lld of patient %s, started %s, %s\n",
		(long long)json_integer_value(json_object_get(visit, "id")),
		members_text(visit, "patient"),
		phrases_minute(
			members_text(visit, "started"), started, sizeof(started)),
		json_is_true(json_object_get(visit, "closed")) ? "closed" : "open");
	if (*members_text(visit, "protocol"))
		fprintf(cli->out, "planned: %s\n",
			phrases_test(members_text(visit, "protocol"), "", NULL, test,
				sizeof(test)));
}

static void print_trials(const struct cli *cli, const json_t *trials)
{
	if (json_array_size(trials) == 0)
		fputs("no trials yet\n", cli->out);
	for (size_t i = 0; i < json_array_size(trials); i++) {
		const json_t *t = json_array_get(trials, i);
		char started[24], test[TEST_SIZE];

		fprintf(cli->out, "  trial %-5lld %s  %-11s  %s%s\n",
			(long long)json_integer_value(json_object_get(t, "id")),
			phrases_minute(
				members_text(t, "started"), started, sizeof(started)),
			members_text(t, "verdict"),
			phrases_test(members_text(t, "protocol"), "", NULL, test,
				sizeof(test)),
			json_is_true(json_object_get(t, "voided")) ? ", voided"
			: json_is_true(json_object_get(t, "used"))
				? ""
				: ", not in the means");
	}
}

static void print_mean(
	const struct cli *cli, const struct metric_info *info, const json_t *mean)
{
	const json_t *ci95 = json_object_get(mean, "ci95");
	size_t n = strlen(info->key);
	bool is_frac = n > 5 && strcmp(info->key + n - 5, "_frac") == 0;
	double scale = is_frac ? 100.0 : 1.0;
	int decimals = is_frac ? 1 : info->decimals;
	const char *unit = is_frac ? "%" : info->unit;

	fprintf(cli->out, "  %-*s%*.*f%s%s", LABEL_WIDTH, info->label, VALUE_WIDTH,
		decimals,
		phrases_signless(scale * members_number(mean, "mean"), decimals),
		*unit ? " " : "", unit);
	if (json_array_size(ci95) == 2)
		fprintf(cli->out, "  (95 %%: %.*f to %.*f)", decimals,
			scale * json_number_value(json_array_get(ci95, 0)), decimals,
			scale * json_number_value(json_array_get(ci95, 1)));
	fputc('\n', cli->out);
}

/* Which of a group's means are read without --verbose. */
static bool is_read(
	const struct cli *cli, const json_t *group, const char *phase, int m)
{
	const struct metric_info *info = metric_info((enum metric)m);
	const struct protocol *protocol =
		protocol_find(members_text(group, "protocol"));
	const char *keys = !protocol ? ""
			   : *phase  ? protocol_phase_metrics(protocol)
				     : protocol->main_metrics;

	return json_object_get(json_object_get(group, "metrics"), info->key) &&
	       (cli->verbose || info->group == METRIC_GROUP_OUTCOME ||
		       trial_text_is_among(keys, info->key));
}

static void print_heading(
	const struct cli *cli, const json_t *group, const char *phase, size_t n)
{
	char test[TEST_SIZE];

	fprintf(cli->out, "\n%s: ",
		phrases_test(members_text(group, "protocol"), phase, "Recording", test,
			sizeof(test)));
	if (n == 1)
		fputs("one trial", cli->out);
	else
		fprintf(cli->out, "mean of %zu trials", n);
	fprintf(cli->out, "%s\n",
		json_is_true(json_object_get(group, "has_practice"))
			? ", the first may be practice"
			: "");
}

/* A group of which nothing is read has no heading either: what the whole of a test gives may be its phases'. */
static void print_group(const struct cli *cli, const json_t *group)
{
	const char *phase = members_text(group, "phase");
	const json_t *metrics = json_object_get(group, "metrics");
	size_t n = json_array_size(json_object_get(group, "trials"));
	bool is_first = true;

	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		if (!is_read(cli, group, phase, m))
			continue;
		if (is_first)
			print_heading(cli, group, phase, n);
		is_first = false;
		print_mean(cli, info, json_object_get(metrics, info->key));
	}
}

static void print_ratios(const struct cli *cli, const json_t *ratios)
{
	if (json_array_size(ratios) > 0)
		fputs("\nRatios\n", cli->out);
	for (size_t i = 0; i < json_array_size(ratios); i++) {
		const json_t *r = json_array_get(ratios, i);
		enum metric m = metric_find(members_text(r, "key"));
		const char *label =
			m == METRIC_N ? members_text(r, "key") : metric_info(m)->label;
		char of[TEST_SIZE], over[TEST_SIZE];

		fprintf(cli->out, "  %-*s%*.2f\n      %s over %s\n", LABEL_WIDTH, label,
			VALUE_WIDTH, members_number(r, "value"),
			phrases_test(members_text(r, "of"), "", NULL, of, sizeof(of)),
			phrases_test(
				members_text(r, "over"), "", NULL, over, sizeof(over)));
	}
}

void visit_text_head(const struct cli *cli, const json_t *visit)
{
	print_head(cli, visit);
	print_trials(cli, json_object_get(visit, "trials"));
}

void visit_text_print(const struct cli *cli, const json_t *visit)
{
	const json_t *means = json_object_get(visit, "means");
	const json_t *next = json_object_get(visit, "next");
	char test[TEST_SIZE];

	visit_text_head(cli, visit);
	for (size_t i = 0; i < json_array_size(means); i++)
		print_group(cli, json_array_get(means, i));
	print_ratios(cli, json_object_get(visit, "ratios"));
	finding_text_print(cli, visit);
	change_text_print(cli, visit);
	if (json_is_object(next))
		fprintf(cli->out, "\nnext: %s: %s\n",
			phrases_test(members_text(next, "protocol"), "", NULL, test,
				sizeof(test)),
			members_text(next, "reason"));
}
