#include <argp.h>

#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/verbs.h"

#define ANSWER_MS 2000 /* chosen: a living daemon answers in milliseconds */

int verb_identify(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Let the mat blink, to see which one it is."
	};
	struct client_message message;
	struct client *client = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = connect_open(cli, &client);
	if (code == CLI_OK)
		code = connect_call(
			cli, client, "mat.identify", NULL, ANSWER_MS, &message);
	if (code == CLI_OK && cli->json)
		connect_print_result(cli, &message);
	else if (code == CLI_OK)
		cli_note(cli, "the mat was asked to blink");
	client_close(client);
	return code;
}
