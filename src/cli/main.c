#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/base/log.h"
#include "src/cli/cli.h"

/* Verbs that hold nothing end at once; watch takes the signal over to restore the
 * terminal. */
static void on_interrupt(int number)
{
	(void)number;
	_exit(CLI_INTERRUPTED);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	int code;

	sigaction(SIGINT, &action, NULL);
	log_set_level(LOG_LEVEL_WARN); /* the verbs say themselves what happens */
	setlocale(LC_CTYPE, "");
	code = cli_run(argc, argv, stdin, stdout, stderr);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("stance: writing the output");
		return code ? code : CLI_FAILURE;
	}
	return code;
}
