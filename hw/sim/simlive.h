/* A script that arrives while time runs: lines from a descriptor, without waiting for them.
 * Does not understand them.
 * Follows stance-sim(1), --script -. */
#ifndef STANCE_HW_SIM_SIMLIVE_H
#define STANCE_HW_SIM_SIMLIVE_H

#include <stdbool.h>
#include <stddef.h>

#define SIMLIVE_LINE_SIZE 512

/* Caller-owned. */
struct simlive {
	int fd; /* -1: nothing more will come */
	size_t n;
	char bytes[SIMLIVE_LINE_SIZE];
};

/* Listen to `fd`, which is never closed; -1: to nothing. Whether reading it waits for others is left
 * as it is. */
void simlive_init(struct simlive *live, int fd);

/* Take the next whole line without its newline, cut at SIMLIVE_LINE_SIZE - 1. Returns false if
 * none has arrived. Never waits. */
bool simlive_next(struct simlive *live, char line[SIMLIVE_LINE_SIZE]);

#endif
