/* calibrate.h: the steps at the mat. */
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "src/cli/calibrate.h"
#include "src/cli/calibrate_words.h"
#include "src/cli/connect.h"
#include "src/ipc/client.h"

#define TITLE_SIZE 96

static int missing(struct cli *cli, const char *what)
{
	cli_error(cli, "%s", what);
	return CLI_USAGE;
}

static void put_place(
	const struct calibrate_words *w, const char *step, char *out, size_t size)
{
	if (isnan(w->x_mm))
		snprintf(out, size, "%s %g kg", step, w->mass_kg);
	else
		snprintf(out, size, "%s %g kg at (%g, %g) mm", step, w->mass_kg,
			w->x_mm, w->y_mm);
}

int calibrate_zero(struct cli *cli, int argc, char **argv)
{
	struct calibrate_words w;
	int parsed = calibrate_words_parse(&w, cli, 0,
		"Measure the empty mat: what each cell reads without load, and how "
		"much it flickers.\v"
		"Takes 10 s at most. Refused while anything is on the mat.",
		argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	return calibrate_step_run(cli, "calibrate.zero", NULL, "zero");
}

int calibrate_load(struct cli *cli, int argc, char **argv)
{
	char title[TITLE_SIZE];
	struct calibrate_words w;
	int parsed = calibrate_words_parse(&w, cli, CALIBRATE_MASS | CALIBRATE_PLACE,
		"Read one known weight.\v"
		"Takes a weight that stands there already, or waits 30 s for one (else "
		"exit code 5). The mat need not be emptied before: put the next one on "
		"and say load again. At most 15 s once it stands.",
		argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (isnan(w.mass_kg))
		return missing(
			cli, "--mass-kg is missing: what does the weight weigh?");
	put_place(&w, "load", title, sizeof(title));
	return calibrate_step_run(
		cli, "calibrate.load", calibrate_words_params(&w), title);
}

int calibrate_roll(struct cli *cli, int argc, char **argv)
{
	struct calibrate_words w;
	int parsed = calibrate_words_parse(&w, cli, CALIBRATE_MASS | CALIBRATE_PASSES,
		"Follow a roller over the whole mat, to make all cells alike.\v"
		"Ends after two sweeps, or --passes, or 60 s. Roll along and across, "
		"and once more with the roller turned end for end: say roll each time. "
		"Its weight, if known, is one load more.",
		argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	return calibrate_step_run(
		cli, "calibrate.roll", calibrate_words_params(&w), "roll");
}

int calibrate_staircase(struct cli *cli, int argc, char **argv)
{
	struct calibrate_words w;
	int parsed = calibrate_words_parse(&w, cli, CALIBRATE_MASSES,
		"Follow one disc through a loop of loads, 3 s each, to find "
		"hysteresis.\v"
		"Without it sway reads 10 to 20 % low on many sheets. A good loop goes "
		"down in steps and up again: 60,57,50,40,25,40,50,57,60.",
		argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (w.n_masses == 0)
		return missing(cli, "--masses-kg is missing: for instance "
				    "60,57,50,40,25,40,50,57,60");
	return calibrate_step_run(
		cli, "calibrate.staircase", calibrate_words_params(&w), "staircase");
}

int calibrate_creep(struct cli *cli, int argc, char **argv)
{
	char title[TITLE_SIZE];
	struct calibrate_words w;
	int parsed = calibrate_words_parse(&w, cli, CALIBRATE_MASS | CALIBRATE_PLACE,
		"Hold one weight for two minutes, to find slow creep.\v"
		"Put it where no weight stood before: cells that were pressed have "
		"crept already. It counts as a load, too. Optional: fit otherwise "
		"takes creep from the loads.",
		argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (isnan(w.mass_kg))
		return missing(
			cli, "--mass-kg is missing: what does the weight weigh?");
	put_place(&w, "creep", title, sizeof(title));
	return calibrate_step_run(
		cli, "calibrate.creep", calibrate_words_params(&w), title);
}

int calibrate_verify(struct cli *cli, int argc, char **argv)
{
	char title[TITLE_SIZE];
	struct calibrate_words w;
	int parsed = calibrate_words_parse(&w, cli,
		CALIBRATE_MASS | CALIBRATE_PLACE | CALIBRATE_FINISH,
		"Measure a weight that took no part in the fit, at a known place; "
		"repeat with others and elsewhere, then judge with --finish.\v"
		"verify --finish compares all of them with the limits: exit code 7 if "
		"one is missed.",
		argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (w.finish && !isnan(w.mass_kg))
		return missing(cli, "give a weight, or --finish, not both");
	if (w.finish)
		return calibrate_step_run(cli, "calibrate.judge",
			calibrate_words_params(&w), "verification");
	if (isnan(w.mass_kg) || isnan(w.x_mm))
		return missing(cli,
			"give --mass-kg M --x-mm X --y-mm Y of the weight, or --finish "
			"to judge");
	put_place(&w, "verify", title, sizeof(title));
	return calibrate_step_run(
		cli, "calibrate.verify", calibrate_words_params(&w), title);
}

int calibrate_check(struct cli *cli, int argc, char **argv)
{
	char title[TITLE_SIZE];
	struct calibrate_words w;
	struct client *client = NULL;
	int code, parsed = calibrate_words_parse(&w, cli, CALIBRATE_MASS,
			  "The morning check: one known weight, ten seconds, whether "
			  "the mat "
			  "still tells the truth.\v"
			  "Changes nothing. Exit code 7 if it does not, 6 without a "
			  "calibration.",
			  argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (isnan(w.mass_kg))
		return missing(
			cli, "--mass-kg is missing: what does the weight weigh?");
	code = connect_open(cli, &client);
	if (code == CLI_OK)
		code = calibrate_need_one(cli, client);
	client_close(client);
	if (code != CLI_OK)
		return code;
	put_place(&w, "check", title, sizeof(title));
	return calibrate_step_run(
		cli, "calibrate.check", calibrate_words_params(&w), title);
}
