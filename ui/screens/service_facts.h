/* What a technician is told of the station: each with a state, a value, and what to do about it.
 * Of the daemon's status and the clock alone; does not draw.
 * Follows docs/api.md ("stance.status/1") and docs/screens.md ("The technician's screens"). */
#ifndef STANCE_UI_SCREENS_SERVICE_FACTS_H
#define STANCE_UI_SCREENS_SERVICE_FACTS_H

#include "ui/app/app.h"
#include "ui/core/parts.h"

#define SERVICE_MAX_FACTS 16
#define SERVICE_TEXT      256

struct service_fact {
	const char *name;  /* unique */
	const char *title; /* in the language */
	enum parts_sign sign;
	char value[SERVICE_TEXT],
		brief[SERVICE_TEXT]; /* the second where room is short */
	char remedy[640];   /* what to do or what more there is to know; "" nothing */
	const char *screen; /* where more of it is; NULL: nowhere */
};

/* Fill in at most SERVICE_MAX_FACTS, what is not well first. Returns how many. */
int service_facts(const struct view *v, struct service_fact *facts);

#endif
