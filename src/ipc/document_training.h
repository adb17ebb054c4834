/* Training as JSON: stance.training/1, what a screen shows now; and the programme.
 * Does not decide. Encoding uses no heap; decoding uses jansson.
 * Follows docs/api.md ("Training"). */
#ifndef STANCE_IPC_DOCUMENT_TRAINING_H
#define STANCE_IPC_DOCUMENT_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/core/training/training.h"
#include "src/core/trial/record.h"

struct json_t;

/* Room for one as text. While an exercise runs one is below 2000 bytes. */
#define DOCUMENT_TRAINING_MAX (24 * 1024)

/* A programme as text. */
#define DOCUMENT_PROGRAMME_MAX 4096

struct training_document {
	int64_t id;            /* of the session that runs, 0: null */
	const char *patient;   /* "": anonymous, null */
	const char *programme; /* its name, "": null */
	const char *reason;    /* why it is off, or could not be stored; "": null */
	struct training_view view;
	const struct training_summary *summary; /* blocks so far; NULL: none is told */
	bool with_blocks; /* all of them, in result; else the last one, in reveal and rest */
	int64_t last_id;      /* of the session stored last since the start, 0: null */
	const char *last_end; /* how it ended */
};

/* Encode as one JSON value. Where `w` has too little room it is left overflowed. */
void document_put_training(struct jsonw *w, const struct training_document *document);

/* One block, one change and the limits, as members of an object that is begun. */
void document_put_training_block(struct jsonw *w, const struct training_block *block);
void document_put_training_change(
	struct jsonw *w, enum exercise exercise, const struct progress_change *change);

/* The programme as one JSON value, and back. Back: returns 0, or -EBADMSG with a sentence in `why` that
 * names the member; members left out are those of the named programme, or of the default. */
void document_put_programme(struct jsonw *w, const struct programme *programme);
int document_get_programme(
	const struct json_t *json, struct programme *programme, char *why, size_t size);

/* What a client hears, with room for its texts. */
struct training_heard {
	struct training_document document; /* its texts point into this struct */
	char patient[RECORD_CODE_SIZE];
	char programme[PROGRAMME_NAME_SIZE];
	char reason[256];
	char say[192], cue[32];
	char last_end[32];
	struct training_summary
		summary; /* only what was told; scores' measures have no keys */
};

/* Decode a parsed stance.training/1. Returns 0, or -EBADMSG if it is none. The struct must not be copied
 * afterwards: its document points into it. */
int document_get_training(const struct json_t *json, struct training_heard *heard);

#endif
