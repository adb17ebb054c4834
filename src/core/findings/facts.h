/* What findings are drawn from: numbers with a name, a unit and a sentence, whoever measured them.
 * Draws no conclusion. NaN: not known, and no finding may rest on it.
 * Sources of every definition: docs/clinical-basis.md. */
#ifndef STANCE_CORE_FINDINGS_FACTS_H
#define STANCE_CORE_FINDINGS_FACTS_H

#include <stdbool.h>

/* "more" is the side that carries more in habitual standing. Predicates are 0 or 1. */
enum fact {
	/* habitual standing, means over the visit's trials */
	FACT_N_TRIALS,
	FACT_COM_ML_MM,     /* d, + right */
	FACT_COM_ML_LOW_MM, /* its 95 % interval */
	FACT_COM_ML_HIGH_MM,
	FACT_LATERAL_BAND,   /* 0 usual, 1 small, 2 clear, 3 much: facts_derive() */
	FACT_SHARE_MORE_PCT, /* load on the side that carries more */
	FACT_COM_AP_MM,      /* e, forward of the ankles */
	FACT_COP_LENGTH_PCT, /* COP over the foot's length, from the heel */
	FACT_TOE_OUT_DIFFERENCE_DEG, /* right less left */
	FACT_DIAGONAL_INDEX,         /* DLI: (RF + LH - LF - RH) over all */
	FACT_DIAGONAL_N, /* trials in which it was as large and of the same sign */
	FACT_AP_DIFFERENCE_MM, /* per-foot fore and aft */
	FACT_AP_DIFFERENCE_N,
	/* other tests */
	FACT_OUTSIDE_45_55_PCT,    /* natural standing: share of time */
	FACT_EYES_CLOSED_SHIFT_MM, /* offset with closed eyes less open, + right */
	FACT_CORRECTABILITY,       /* 1 - |d shown| / |d habitual| */
	FACT_RETENTION,            /* 1 - |d hidden| / |d habitual| */
	FACT_SQUAT_CHANGE_PCT, /* A at 60 degrees less A standing, away from the side named in `squat_side` */
	FACT_SQUAT_REDUCES,        /* asymmetry vanishes in the squat */
	FACT_SEATED_ASYMMETRY_PCT, /* |A| seated */
	FACT_SEATED_EXCLUDES_0,
	FACT_LIFT_T,        /* |t| of the lift response */
	FACT_LIFT_RESPONDS, /* certain and large enough */
	FACT_LIFT_NULL_MM,  /* |b*| */
	/* entered by the clinician */
	FACT_BLOCK_MM,              /* |blocks| until the crests are level */
	FACT_BLOCK_SAME_SIDE,       /* as the null lift */
	FACT_EXTENSION_DEFICIT_DEG, /* the larger of both knees' */
	FACT_DEFICIT_LESS_LOADED,   /* that knee carries less */
	FACT_PAIN_KNEE_LESS,        /* a painful knee on the side that carries less */
	FACT_PAIN_KNEE_MORE,
	FACT_PAIN_BACK,
	FACT_PAIN_LEG,
	FACT_RED_FLAG,
	/* modelled */
	FACT_KNEE_MORE_LOW_PCT,
	FACT_KNEE_MORE_HIGH_PCT, /* 5 and 95 % */
	FACT_BACK_MORE_LOW_PCT,
	FACT_BACK_MORE_HIGH_PCT,
	FACT_PELVIS_SHIFT_MOST_MM,
	FACT_N,
};

/* One of them; static. */
struct fact_info {
	const char *key; /* carries the unit */
	const char *label;
	const char *unit;
	int decimals;
};
const struct fact_info *fact_info(enum fact fact);

/* Sides as signs: -1 left, +1 right, 0 none. */
struct facts {
	double value[FACT_N];
	int more_side;  /* that carries more */
	int null_side;  /* under which foot the null lift lies */
	int squat_side; /* unloaded when bending */
	int toe_side;   /* that turns out more */
	int deficit_side;
	int pain_knee_side; /* the painful knee; both: the one a finding is about */
};

/* Bands of the lateral offset, mm, and how far its interval must stay from zero (docs/clinical-basis.md,
 * "Bands"). */
#define FACTS_BAND_SMALL_MM 10.0
#define FACTS_BAND_CLEAR_MM 15.0
#define FACTS_BAND_MUCH_MM  20.0
#define FACTS_EXCLUDE_MM    5.0

/* Start with nothing known. */
void facts_init(struct facts *facts);

/* Fill in what follows from others: the band, the side that carries more. */
void facts_derive(struct facts *facts);

#endif
