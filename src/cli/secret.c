#include "src/cli/secret.h"

#include <string.h>
#include <termios.h>

#include "src/cli/cli.h"

/* Returns whether `saved` is to be put back. A signal key ends the program with the echo off only
 * where the shell does not put it back, so signals are typed as characters. */
static bool hide(int fd, struct termios *saved)
{
	struct termios quiet;

	if (tcgetattr(fd, saved) < 0)
		return false;
	quiet = *saved;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	return tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
}

int secret_read(struct cli *cli, const char *prompt, char *out, size_t size)
{
	struct termios saved;
	bool hidden = false;
	const char *line;
	size_t n;

	out[0] = '\0';
	if (cli->in_is_terminal) {
		hidden = hide(fileno(cli->in), &saved);
		fputs(prompt, cli->err);
		fflush(cli->err);
	}
	line = cli->in ? fgets(out, (int)size, cli->in) : NULL;
	if (hidden) {
		tcsetattr(fileno(cli->in), TCSAFLUSH, &saved);
		fputc('\n', cli->err);
	}
	n = strcspn(out, "\n");
	if (line && out[0] != '\n' && (out[n] == '\n' || feof(cli->in))) {
		out[n] = '\0';
		return CLI_OK;
	}
	cli_error(cli,
		line && n + 1 >= size ? "that is too long" : "nothing was entered");
	return CLI_USAGE;
}
