#include "src/cli/calibrate.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"

static const struct subverb words[] = {
	{ "run", "be guided through all of it, on a terminal", calibrate_run },
	{ "status", "what is in force, what was begun", calibrate_status },
	{ "zero", "measure the empty mat", calibrate_zero },
	{ "roll", "follow a roller over all cells", calibrate_roll },
	{ "load", "read a known weight", calibrate_load },
	{ "staircase", "follow a loop of loads: finds hysteresis",
		calibrate_staircase },
	{ "creep", "hold a weight for two minutes", calibrate_creep },
	{ "fit", "find the model from the readings", calibrate_fit },
	{ "verify", "measure other weights; --finish judges", calibrate_verify },
	{ "accept", "put it in force", calibrate_accept },
	{ "check", "the morning check: one weight, ten seconds", calibrate_check },
	{ "drop", "leave a reading out", calibrate_drop },
	{ "abort", "take the running step back", calibrate_abort },
	{ "show", "the certificate", calibrate_show },
	{ "list", "all calibrations", calibrate_list },
	{ "export", "write one as a file", calibrate_export },
	{ "import", "put a file in force", calibrate_import },
	{ 0 },
};

int verb_calibrate(struct cli *cli, int argc, char **argv)
{
	return subverb_run(cli, words,
		"Make the mat tell the truth: calibrate it with a roller and a few "
		"known weights, or one weight and a person.",
		argc, argv);
}
