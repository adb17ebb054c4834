#include <argp.h>
#include <string.h>

#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/verbs.h"

/* chosen: a second of frames to average, and as much again for a slow mat, several times over */
#define ANSWER_MS 15000

/* True when the person agrees, or --yes said so before. */
static bool confirm(struct cli *cli)
{
	char answer[16] = "";

	if (cli->yes)
		return true;
	fputs("Take what the mat feels now as zero? Nobody and nothing may be on it. "
	      "[y/N] ",
		cli->err);
	fflush(cli->err);
	return fgets(answer, sizeof(answer), cli->in) &&
	       (*answer == 'y' || *answer == 'Y');
}

static void print_result(struct cli *cli, const struct client_message *message)
{
	if (!cli->json) {
		cli_note(cli, "the empty mat is zero now");
		return;
	}
	connect_print_result(cli, message);
}

static int tare(struct cli *cli)
{
	struct client_message message;
	struct client *client = NULL;
	int code = connect_open(cli, &client);

	if (code != CLI_OK)
		return code;
	if (!confirm(cli)) {
		cli_note(cli, "nothing was changed");
		client_close(client);
		return CLI_CANCELLED;
	}
	code = connect_call(cli, client, "mat.tare", NULL, ANSWER_MS, &message);
	if (code == CLI_OK)
		print_result(cli, &message);
	client_close(client);
	return code;
}

int verb_tare(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Take what the empty mat feels now as zero.\v"
		       "Asks first on a terminal; elsewhere it needs --yes. A mat with "
		       "a load on it is refused and keeps its old zero.",
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!cli->yes && !cli->in_is_terminal) {
		cli_error(
			cli, "make sure the mat is empty, then say: stance tare --yes");
		return CLI_USAGE;
	}
	return tare(cli);
}
