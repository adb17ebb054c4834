#include "src/cli/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

void terminal_open(struct terminal *terminal, FILE *out, int in_fd)
{
	struct termios raw;

	*terminal = (struct terminal){ .out = out, .in_fd = in_fd, .open = true };
	if (in_fd >= 0 && tcgetattr(in_fd, &terminal->saved) == 0) {
		raw = terminal->saved;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		raw.c_cc[VMIN] = 0;
		raw.c_cc[VTIME] = 0;
		terminal->has_saved = tcsetattr(in_fd, TCSANOW, &raw) == 0;
	}
	fputs("\033[?1049h\033[?25l\033[2J", out);
	fflush(out);
}

void terminal_close(struct terminal *terminal)
{
	if (!terminal->open)
		return;
	terminal->open = false;
	fputs("\033[m\033[?25h\033[?1049l", terminal->out);
	fflush(terminal->out);
	if (terminal->has_saved)
		tcsetattr(terminal->in_fd, TCSANOW, &terminal->saved);
}

static int from_env(const char *name, int otherwise)
{
	const char *text = getenv(name);
	int value = text ? atoi(text) : 0;

	return value > 0 ? value : otherwise;
}

void terminal_size(const struct terminal *terminal, int *n_rows, int *n_cols)
{
	struct winsize size = { 0 };

	if (ioctl(fileno(terminal->out), TIOCGWINSZ, &size) < 0 || !size.ws_row ||
		!size.ws_col) {
		*n_rows = from_env("LINES", 24);
		*n_cols = from_env("COLUMNS", 80);
		return;
	}
	*n_rows = size.ws_row;
	*n_cols = size.ws_col;
}

static void our_signals(sigset_t *set)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaddset(set, numbers[i]);
}

int terminal_signals_open(void)
{
	sigset_t set;
	int fd;

	our_signals(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void terminal_signals_close(int fd)
{
	sigset_t set;

	if (fd >= 0)
		close(fd);
	our_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int terminal_signal(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}
