/* The protocols as data: what is done, for how long, what is said, what makes it invalid.
 * Does not run them: session.h does.
 * Follows docs/protocols.md; durations and instructions with their sources there. */
#ifndef STANCE_CORE_TRIAL_PROTOCOL_H
#define STANCE_CORE_TRIAL_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>

#include "src/core/trial/record.h"

/* What is measured beside sway and weight distribution. */
enum protocol_kind {
	PROTOCOL_QUIET,   /* stand still for a fixed time */
	PROTOCOL_HOLD,    /* hold a posture as long as possible, at most the duration */
	PROTOCOL_LIMITS,  /* lean as far as possible, a direction a phase */
	PROTOCOL_SQUAT,   /* hold a knee angle */
	PROTOCOL_STS,     /* sit-to-stand repetitions */
	PROTOCOL_NATURAL, /* stand as one likes */
	PROTOCOL_FREE, /* a plain recording: all of it, whatever happens on the mat */
};

/* Which feet must carry load while measuring. */
enum protocol_feet {
	PROTOCOL_BOTH,
	PROTOCOL_LEFT_ONLY,
	PROTOCOL_RIGHT_ONLY,
	PROTOCOL_TANDEM, /* both, one straight ahead of the other */
	PROTOCOL_ANY
};

struct protocol_phase {
	const char *key;         /* "" for a simple protocol */
	const char *title;       /* for people, likewise */
	const char *instruction; /* said to the person */
	const char *eyes, *surface;
	double direction_deg; /* limits: 0 forward, + to the right; NaN otherwise */
	bool step_off_before; /* the person leaves the mat before this phase (foam is laid) */
};

struct protocol {
	const char *key;   /* as in docs/api.md */
	const char *title; /* for people */
	enum protocol_kind kind;
	enum protocol_feet feet;
	const char *stance;   /* trial_condition.stance */
	const char *footwear; /* trial_condition.footwear that it asks for; NULL: any */
	bool seated;          /* on the mat itself: two halves of a seat, no feet */
	double duration_s;    /* of each phase */
	double settle_s;      /* discarded before each phase */
	int n_repeats;        /* that a visit should have */
	int n_practice;       /* before them, not counted */
	int n_phases;
	struct protocol_phase phases[RECORD_MAX_PHASES];
	const char *
		main_metrics; /* keys of metrics.h, space separated, the first is the headline */
	const char *source; /* paper or section */
};

/* Return protocol `index`, NULL past the end. */
const struct protocol *protocol_at(size_t index);

/* Return the protocol with this key, NULL if there is none. */
const struct protocol *protocol_find(const char *key);

/* Return the words for a phase of a protocol, both by their keys: a msgid, to be translated where it is shown. A phase
 * that is not known is returned as it is called; "" stays "". */
const char *protocol_phase_title(const char *protocol, const char *phase);

/* Return the keys of what is read of one phase alone, space separated: of a test whose own metrics are ratios between
 * its phases, what they are made of; else the protocol's main ones. */
const char *protocol_phase_metrics(const struct protocol *protocol);

/* Return the footwear that a protocol asks for, "" if it asks for none, or for NULL; and word `index` of those there
 * are (barefoot, socks, shoes), NULL past the end. */
const char *protocol_footwear(const struct protocol *protocol);
const char *protocol_footwear_at(size_t index);

/* Return whether a metric is one of the protocol's own first ones; false for NULL. */
bool protocol_is_main(const struct protocol *protocol, const char *metric_key);

#endif
