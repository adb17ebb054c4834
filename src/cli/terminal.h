/* The terminal as a canvas that is always given back as it was: alternate screen, no
 * cursor, keys without echo; and the signals that a long-running verb must answer, as a
 * descriptor. Does not draw. Follows termios(3), signalfd(2) and the private modes 25
 * and 1049 of xterm. */
#ifndef STANCE_CLI_TERMINAL_H
#define STANCE_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

/* Caller-owned; the fields are terminal.c's. */
struct terminal {
	FILE *out;
	int in_fd; /* keys come from here, -1: no terminal */
	struct termios saved;
	bool has_saved;
	bool open;
};

/* Take the terminal of `out` over; `in_fd` for keys, -1 for none. */
void terminal_open(struct terminal *terminal, FILE *out, int in_fd);

/* Give it back as it was; twice does nothing. */
void terminal_close(struct terminal *terminal);

/* Write the window's size: of the terminal, else of LINES and COLUMNS, else 24 x 80. */
void terminal_size(const struct terminal *terminal, int *n_rows, int *n_cols);

/* Block SIGINT, SIGTERM, SIGHUP, SIGWINCH and SIGTSTP and return a descriptor that
 * reports them instead, for terminal_signal(); or a negative errno. */
int terminal_signals_open(void);

/* Close it and unblock them again. */
void terminal_signals_close(int fd);

/* Return the next signal's number, 0 if none is waiting. */
int terminal_signal(int fd);

#endif
