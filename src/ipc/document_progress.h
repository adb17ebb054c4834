/* Where a trial stands, as JSON: stance.trial-progress/1.
 * Does not decide. Encoding uses no heap.
 * Follows docs/api.md ("Trials"). */
#ifndef STANCE_IPC_DOCUMENT_PROGRESS_H
#define STANCE_IPC_DOCUMENT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/core/trial/record.h"

/* Room for one as text: twice sixteen reasons and an instruction. */
#define DOCUMENT_PROGRESS_MAX 8192

/* How a trial ended. */
struct progress_end {
	int64_t id;         /* 0: none has ended since the start */
	const char *state;  /* stored, timeout, failed */
	const char *reason; /* why it was not stored, else "" */
	enum trial_verdict verdict;
	int n_reasons;
	char reasons[RECORD_MAX_REASONS][RECORD_REASON_SIZE];
};

struct progress_document {
	int64_t id;           /* 0: null */
	const char *protocol; /* "": null */
	/* idle, waiting, settling, measuring, storing; or as struct progress_end. */
	const char *state;
	int phase, n_phases; /* 0 of 0: null */
	const char *phase_key, *instruction, *cue;
	double elapsed_s, remaining_s, done_frac;
	int64_t visit_id;    /* 0: null */
	const char *patient; /* "" or NULL: null */
	bool practice;       /* it will not count */
	int n_marks;
	const struct trial_record *quality; /* verdict and reasons so far; NULL: null */
	const struct progress_end *end;     /* of this trial; NULL while it runs */
	const struct progress_end *last;    /* the one before; NULL: not told */
};

/* Encode as one JSON value. Where `w` has too little room it is left overflowed. */
void document_put_progress(struct jsonw *w, const struct progress_document *p);

#endif
