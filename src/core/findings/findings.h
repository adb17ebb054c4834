/* Findings: sentences that the facts allow, each with its grade, its audience and its reasons.
 * Rules are data, evaluated in order; a rule with an unknown fact is silent. Never a diagnosis: what may be said,
 * and how, is in docs/clinical-basis.md ("Wording"), and a test holds every sentence to it. */
#ifndef STANCE_CORE_FINDINGS_FINDINGS_H
#define STANCE_CORE_FINDINGS_FINDINGS_H

#include <stdbool.h>

#include "src/core/findings/facts.h"

/* How well founded: A measured physics; B two human studies or a review; C one, or indirect; D model, expert. */
enum finding_grade { GRADE_A, GRADE_B, GRADE_C, GRADE_D };
enum finding_audience { AUDIENCE_PATIENT, AUDIENCE_CLINICIAN, AUDIENCE_N };

const char *finding_grade_name(enum finding_grade grade); /* "A" ... */
const char *finding_audience_name(
	enum finding_audience audience); /* "patient", "clinician" */

enum finding_test { AT_LEAST, ABOVE, BELOW };

/* One condition: |value| of the fact against a limit if `magnitude`. */
struct finding_condition {
	enum fact fact;
	enum finding_test test;
	double limit;
	bool magnitude;
};
#define FINDING_MAX_CONDITIONS 5

/* One rule. Texts hold words in braces, filled in from the facts: findings.c lists them. */
struct finding_rule {
	const char *id;
	enum finding_grade grade;
	bool one_trial; /* a single trial may carry it; else it needs a visit's repetition */
	bool pelvis; /* speaks of the pelvis: only where a provocation gave information about it */
	bool any; /* any of the conditions; else all */
	int n_conditions;
	struct finding_condition conditions[FINDING_MAX_CONDITIONS];
	const char *text[AUDIENCE_N]; /* NULL: not for them */
	const char *source;           /* papers, in docs/clinical-basis.md */
	const char *next;             /* which test would help next, "" none */
};

/* The rules in order; returns how many. */
int findings_rules(const struct finding_rule **rules);

#define FINDING_TEXT_SIZE 320
#define FINDINGS_MAX      48

struct finding {
	const struct finding_rule *rule;
	enum finding_audience audience;
	char text[FINDING_TEXT_SIZE];
	double value[FINDING_MAX_CONDITIONS]; /* of the rule's conditions, in order */
};

/* What must hold before anything is concluded; each sentence says what to do. */
enum finding_gate {
	GATE_CALIBRATION, /* missing or out of date: ratios hold, newtons do not */
	GATE_WEIGHT,      /* measured force is more than 5 % off the entered weight */
	GATE_EDGE,        /* a foot reached the edge of the mat */
	GATE_STEP,        /* a foot below 5 % of body weight */
	GATE_DRIFT,       /* more than 5 % of body weight a minute */
	GATE_TRIALS,      /* fewer than three */
	GATE_WIDTH,       /* stance width differs by more than 15 mm between trials */
	GATE_N,
};
const char *finding_gate_text(enum finding_gate gate);

/* Gates that only take absolute force away; shares and offsets still speak. */
bool finding_gate_is_soft(enum finding_gate gate);

struct findings {
	int n;
	struct finding items[FINDINGS_MAX];
	unsigned gates; /* 1 << enum finding_gate: failed */
	char card
		[FINDING_TEXT_SIZE]; /* the sentence about pelvis and load; "" if nothing is to be said */
};

/* Evaluate. `single_trial`: only rules that one trial can carry. `failed_gates`: bits. With a hard gate failed
 * there are no findings but those that send to a doctor (X, X2). */
void findings_evaluate(const struct facts *facts, unsigned failed_gates,
	bool single_trial, struct findings *out);

/* Write the text of a rule for an audience with the facts' words put in. */
void finding_text(const struct finding_rule *rule, enum finding_audience audience,
	const struct facts *facts, char *text, int size);

#endif
