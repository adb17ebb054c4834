/* The options of stance-sim that are one number: where each goes and what is allowed.
 * Does not parse.
 * Follows stance-sim(1). */
#ifndef STANCE_HW_SIM_SIMNUMBERS_H
#define STANCE_HW_SIM_SIMNUMBERS_H

#include <stdbool.h>
#include <stddef.h>

/* The groups of the options' summary. */
enum simnumbers_group {
	GROUP_MAT = 1,
	GROUP_PERSON,
	GROUP_BODY,
	GROUP_FEET,
	GROUP_EVENTS,
	GROUP_SHEET,
	GROUP_RUN
};

struct simnumber {
	const char *name, *unit;
	enum simnumbers_group group;
	bool integer;
	double low, high;
	size_t offset; /* in struct simopts: an int or a double */
	const char *help;
};

/* How many simnumbers[] has. */
#define SIMNUMBERS_N 65

extern const struct simnumber simnumbers[SIMNUMBERS_N];

#endif
