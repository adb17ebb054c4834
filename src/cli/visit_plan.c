#include "src/cli/visit_plan.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/form.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/visit_text.h"

/* --- printing ------------------------------------------------------------------------------ */

static void print_step(const struct cli *cli, const json_t *step)
{
	const char *state = members_text(step, "state");
	const char *skipped = members_text(step, "skipped");
	const double lift_mm = members_number(step, "lift_mm");

	fprintf(cli->out, "  %2.0f  %-8s  %.0f of %.0f  %-16s %s",
		members_number(step, "n"), state, members_number(step, "done"),
		members_number(step, "trials"), members_text(step, "protocol"),
		members_text(step, "title"));
	if (lift_mm > 0 || lift_mm < 0)
		fprintf(cli->out, ", %.0f mm under the %s foot", fabs(lift_mm),
			lift_mm > 0 ? "right" : "left");
	if (json_is_true(json_object_get(step, "optional")))
		fputs(" (only if the results ask for it)", cli->out);
	if (*skipped)
		fprintf(cli->out, ": %s", skipped);
	fputc('\n', cli->out);
}

static void print_steps(const struct cli *cli, const json_t *plan)
{
	const json_t *steps = json_object_get(plan, "steps");

	if (!json_is_object(plan)) {
		fputs("no plan (stance visit set-plan)\n", cli->out);
		return;
	}
	fprintf(cli->out, "plan: %s\n", members_text(plan, "title"));
	for (size_t i = 0; i < json_array_size(steps); i++)
		print_step(cli, json_array_get(steps, i));
	if (*members_text(plan, "note"))
		fprintf(cli->out, "%s\n", members_text(plan, "note"));
}

/* The line that measures it. */
static void print_command(const struct cli *cli, const json_t *start)
{
	const json_t *condition = json_object_get(start, "condition");
	const double duration_s = members_number(start, "duration_s");
	const double lift_mm = members_number(condition, "lift_mm");

	fprintf(cli->out, "  stance trial run --protocol %s --visit %.0f --patient %s",
		members_text(start, "protocol"), members_number(start, "visit"),
		members_text(start, "patient"));
	if (duration_s > 0)
		fprintf(cli->out, " --duration %g", duration_s);
	if (lift_mm > 0 || lift_mm < 0)
		fprintf(cli->out, " --lift-mm %g", lift_mm);
	fputc('\n', cli->out);
}

static void print_next(const struct cli *cli, const json_t *next)
{
	const double n = members_number(next, "trial_n");

	if (!json_is_object(next)) {
		fputs("next: nothing, all is done\n", cli->out);
		return;
	}
	fprintf(cli->out, "next: %s", members_text(next, "title"));
	if (n > 0)
		fprintf(cli->out, ", trial %.0f of %.0f", n,
			members_number(next, "of"));
	if (json_is_true(json_object_get(next, "practice")))
		fputs(", a practice trial that is not counted", cli->out);
	fprintf(cli->out, ". %s\n", members_text(next, "reason"));
	if (json_is_true(json_object_get(next, "supervise")))
		fputs("  somebody must stand beside\n", cli->out);
	print_command(cli, json_object_get(next, "start"));
}

static void print_last(const struct cli *cli, const json_t *last)
{
	if (json_is_object(last) && !*members_text(last, "decision"))
		fprintf(cli->out,
			"trial %.0f (%s) waits for a review: stance trial review %.0f "
			"keep\n",
			members_number(last, "id"), members_text(last, "verdict"),
			members_number(last, "id"));
}

static void print_plan(const struct cli *cli, const json_t *answer)
{
	const double signed_version = members_number(answer, "signed");
	const double left_s = members_number(answer, "seconds_left");
	char started[24];

	if (!json_is_object(answer)) {
		cli_note(cli, "no visit is open that began in the last 12 hours");
		return;
	}
	fprintf(cli->out, "visit %.0f of patient %s, started %s, %s",
		members_number(answer, "visit"), members_text(answer, "patient"),
		phrases_minute(
			members_text(answer, "started"), started, sizeof(started)),
		json_is_true(json_object_get(answer, "closed")) ? "closed" : "open");
	if (signed_version > 0)
		fprintf(cli->out, ", signed (version %.0f)", signed_version);
	if (*members_text(answer, "footwear"))
		fprintf(cli->out, ", %s", members_text(answer, "footwear"));
	fputc('\n', cli->out);
	print_steps(cli, json_object_get(answer, "plan"));
	print_last(cli, json_object_get(answer, "last_trial"));
	if (json_is_false(json_object_get(answer, "closed")))
		print_next(cli, json_object_get(answer, "next"));
	if (left_s > 0)
		fprintf(cli->out, "about %.0f min left\n", ceil(left_s / 60));
}

/* --- words --------------------------------------------------------------------------------- */

static const struct form_field of_visit[] = {
	{ "visit", "id", NULL, FORM_ID, NULL, NULL, true },
	{ 0 },
};

int visit_plan(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "visit.plan",
		.words = of_visit,
		.args_doc = "ID",
		.doc = "Show a visit's plan: what is done, what is next and why.",
		.print = print_plan };

	return form_run(cli, &form, argc, argv);
}

int visit_set_plan(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "visit", "id", NULL, FORM_ID, NULL, NULL, true },
		{ "plan", "plan", NULL, FORM_WORD, NULL, NULL, true },
		{ 0 },
	};
	static const struct form form = { .method = "visit.set_plan",
		.writes = true,
		.words = words,
		.args_doc = "ID quick|standard|full|none",
		.doc = "Give a visit another plan, or none. What was measured stays "
		       "and "
		       "counts.",
		.print = print_plan };

	return form_run(cli, &form, argc, argv);
}

int visit_footwear(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "visit", "id", NULL, FORM_ID, NULL, NULL, true },
		{ "footwear", "footwear", NULL, FORM_TEXT, NULL, NULL, true },
		{ 0 },
	};
	static const struct form form = { .method = "visit.footwear",
		.writes = true,
		.words = words,
		.args_doc = "ID barefoot|socks|shoes",
		.doc = "Note what is worn from now on in a visit. Without a note its "
		       "trials are those of bare feet, where the protocol asks for "
		       "them.",
		.print = print_plan };

	return form_run(cli, &form, argc, argv);
}

int visit_next(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "skip", "skip", NULL, FORM_TRUE, NULL,
			"Leave the next step out; say why", false },
		{ "reason", "reason", NULL, FORM_TEXT, "TEXT", "Why", false },
		{ 0 },
	};
	static const struct form form = { .method = "visit.next",
		.writes = true,
		.words = of_visit,
		.options = options,
		.args_doc = "ID",
		.doc = "Say what is to be measured next in a visit, or leave the next "
		       "step out.",
		.print = print_plan };

	return form_run(cli, &form, argc, argv);
}

int visit_current(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "visit.current",
		.doc = "Show the plan of the newest open visit that began in the last "
		       "12 hours.",
		.print = print_plan };

	return form_run(cli, &form, argc, argv);
}

int visit_share(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "off", "shared", NULL, FORM_FALSE, NULL, "Show them no longer",
			false },
		{ 0 },
	};
	static const struct form form = { .method = "visit.share",
		.writes = true,
		.words = of_visit,
		.options = options,
		.fixed = "{\"shared\":true}",
		.args_doc = "ID",
		.doc = "Show the results of a visit on the patient's screen. Those of "
		       "any other visit are not shown any more.",
		.print = visit_text_head };

	return form_run(cli, &form, argc, argv);
}
