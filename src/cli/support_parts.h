/* The files of a support bundle: what each is called, holds, and how it is made.
 * Does not pack or write them. No part asks for anything of patients, visits or trials.
 * Follows stance(1) ("support-bundle"). */
#ifndef STANCE_CLI_SUPPORT_PARTS_H
#define STANCE_CLI_SUPPORT_PARTS_H

#include <stddef.h>
#include <stdio.h>

struct cli;

struct support_part {
	const char *file;  /* its name in the bundle */
	const char *holds; /* in a few words */
	/* Write it; what cannot be had is written as the reason. */
	void (*make_fn)(const struct cli *cli, FILE *out);
};

/* Return part `index`, NULL past the last. */
const struct support_part *support_part_at(size_t index);

#endif
