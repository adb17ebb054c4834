/* What a recording needs of a mat, as JSON and back: its description with the zero in force
 * (stance.mat/1) and its frames as received (stance.raw/1).
 * Does not send, receive or write files. Encoding uses no heap; decoding uses jansson.
 * Follows docs/api.md ("mat.describe", "Documents"). */
#ifndef STANCE_IPC_DOCUMENT_MAT_H
#define STANCE_IPC_DOCUMENT_MAT_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/core/analysis.h"
#include "src/core/frame.h"

struct json_t;

#define DOCUMENT_MAT_HELLO_MAX 512

/* Room for a stance.raw/1 text: base64 of the cells and the head. */
#define DOCUMENT_RAW_SIZE(n_cells) ((n_cells)*2 / 3 * 4 + 384)

/* stance.mat/1. Strings are NUL-terminated, "" is null. */
struct mat_document {
	char driver[16], serial[17], model[25], firmware[17];
	uint8_t hello[DOCUMENT_MAT_HELLO_MAX]; /* as received */
	int n_hello;                           /* 0: null */
	struct analysis_setup mat;
	struct analysis_zero zero; /* encoding: `map` is borrowed; NULL: null */
	/* Of a calibrated sheet, before the next frame; borrowed, and not encoded. */
	struct analysis_memory memory;
	char calibration_state[32], calibration_id[65];
};

/* Encode as one JSON value. Where `w` has too little room it is left overflowed. */
void document_put_mat(struct jsonw *w, const struct mat_document *m);
void document_put_raw(struct jsonw *w, const struct raw_frame *frame, size_t n_cells);

/* Decode. `map` has room for `max_cells` numbers and receives the zero map, to which m->zero.map then
 * points. Return 0, or -EBADMSG if it is not that document or does not fit. */
int document_get_mat(const struct json_t *json, struct mat_document *m, float *map,
	size_t max_cells);

/* `cells` has room for `n_cells`, which must be the frame's number; frame->cells points there. */
int document_get_raw(const struct json_t *json, struct raw_frame *frame,
	uint16_t *cells, size_t n_cells);

#endif
