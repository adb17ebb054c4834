/* What a stance is compatible with: the model of loading.h over everything that is not known, as a median and
 * a range. Seeded: the same input gives the same numbers.
 * Never gives a single number for what a mat cannot see; docs/clinical-basis.md says what is measured, what is
 * modelled and what cannot be inferred.
 * Monte Carlo propagation of distributions: JCGM 101:2008. */
#ifndef STANCE_CORE_ALIGN_INFERENCE_H
#define STANCE_CORE_ALIGN_INFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INFERENCE_N_DRAWS 2000

/* The modelled quantities, in the order of documents. */
enum inference_quantity {
	INFERENCE_LEAN_DEG,
	INFERENCE_ANKLE_MOMENT_NM,
	INFERENCE_PELVIS_SHIFT_MM,
	INFERENCE_OBLIQUITY_FROM_SHIFT_DEG,
	INFERENCE_KNEE_LEFT_PCT_BW,
	INFERENCE_KNEE_RIGHT_PCT_BW,
	INFERENCE_KNEE_RIGHT_MORE_PCT, /* over equal standing; the left has as much less */
	INFERENCE_L5S1_MOMENT_FRONTAL_NM,
	INFERENCE_L5S1_MOMENT_SAGITTAL_NM,
	INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT, /* of it, what the lateral offset adds */
	INFERENCE_L5S1_COMPRESSION_EXTRA_PCT,
	INFERENCE_N,
};

/* One of them for people and documents; static. */
struct inference_info {
	const char *key, *unit, *label;
	const char *source; /* equation of docs/clinical-basis.md */
	int decimals;
	bool needs_ap; /* absent where the ankles' place is unknown */
};
const struct inference_info *inference_info(enum inference_quantity quantity);

/* A measured number and its standard uncertainty; value NaN: unknown. */
struct inference_measured {
	double value, sd;
};

/* What is known. Everything may be unknown (NaN, sex 0): the ranges widen, nothing fails, except that with
 * neither d nor load there is nothing to say. */
struct inference_input {
	char sex;                             /* 'M', 'F', 0 */
	struct inference_measured stature_m;  /* sd NaN: INFERENCE_SD_STATURE_M */
	struct inference_measured mass_kg;    /* sd NaN: INFERENCE_SD_MASS_KG */
	struct inference_measured com_ml_mm;  /* d, + right */
	struct inference_measured com_ap_mm;  /* e, forward of the ankles */
	struct inference_measured right_frac; /* of the load */
	struct inference_measured ankle_width_mm;
	struct inference_measured e_ref_mm; /* own baseline; NaN: INFERENCE_E_REF_MM */
};

#define INFERENCE_SD_STATURE_M 0.02
#define INFERENCE_SD_MASS_KG   1.0
#define INFERENCE_E_REF_MM     42.0
#define INFERENCE_SD_E_REF_MM  10.0

/* NaN where nothing can be said. */
struct inference_range {
	double median, p5, p95;
};

struct inference {
	struct inference_range range[INFERENCE_N];
	double pelvis_shift_most_mm; /* 95 % bound of |shift| if the trunk stays upright */
	bool beyond_model; /* load shares outside 0.3..0.7: the knees' lines are not valid there */
};

/* Return the bytes of scratch for `n_draws`. */
size_t inference_scratch_size(int n_draws);

/* Draw and summarise. `scratch` aligned for doubles. Below 5 ms for 2000 draws. */
void inference_run(const struct inference_input *input, uint64_t seed, int n_draws,
	void *scratch, struct inference *out);

/* What can and cannot be inferred from a mat: lists of words for documents, NULL-terminated, static. */
extern const char *const inference_inferable[];
extern const char *const inference_not_inferable[];

#endif
