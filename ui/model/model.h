/* What the daemon said last, and what may be shown of it now: the state, the picture, the
 * steadied numbers. Time is always given, so that tests decide what is stale.
 * Does not draw, send or read a clock.
 * Follows docs/api.md ("Documents") and docs/screens.md ("States"). */
#ifndef STANCE_UI_MODEL_H
#define STANCE_UI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/clock.h"
#include "src/core/geometry.h"
#include "src/core/sample.h"
#include "src/ipc/documents.h"
#include "ui/model/trail.h"

/* Older than this, a picture is frozen and greyed. The rule is "within 300 ms": this leaves
 * time to draw it. */
#define MODEL_STALE_NS (250 * CLOCK_NS_PER_MS)

enum model_state {
	MODEL_NO_DAEMON, /* nobody listens on the socket */
	MODEL_WAITING,   /* connected, nothing heard yet */
	MODEL_SEARCHING, /* the daemon looks for a mat */
	MODEL_LOST,      /* the mat went away */
	MODEL_STOPPED,   /* on request */
	MODEL_STALE,     /* it should stream, but nothing comes */
	MODEL_EMPTY,     /* nobody stands on the mat */
	MODEL_LIVE,
};

/* Numbers as shown: means over about a quarter of a second, NaN where absent. */
struct model_numbers {
	double left_frac, left_u95;
	double fore_frac, fore_u95;
	double mass_kg, mass_u95_kg;
	double width_mm;
};

/* Caller-owned; model_init() before use, model_fini() at the end. */
struct model {
	bool connected;
	bool has_status;
	struct status_document status;
	int64_t status_at_ns; /* when it came here */
	bool has_sample;
	struct stance_sample sample;
	int64_t sample_at_ns; /* when it came here */
	struct model_numbers numbers;
	int64_t flag_at_ns[SAMPLE_N_FLAGS]; /* when each flag was last set; 0 never */
	bool facing_back;
	struct trail trail;
	bool has_frame;
	struct mat_geometry geometry;
	bool unit_is_force;
	float *cells;     /* newtons or counts, row-major */
	float counts_top; /* top of the scale for raw counts: only grows */
	uint64_t frame_seq;
	char notice[256]; /* the last answer to a command, in words */
	bool notice_is_fault;
	int64_t notice_until_ns;
	uint32_t version; /* changes with everything said here that can be seen */
};

/* Returns 0 or -ENOMEM. */
int model_init(struct model *m);
void model_fini(struct model *m);

/* Feed what came; each takes the time of arrival. */
void model_connected(struct model *m, int64_t now_ns);
void model_disconnected(struct model *m, int64_t now_ns);
void model_status(
	struct model *m, const struct status_document *status, int64_t now_ns);
/* One of an empty mat like the one before leaves `version` as it is: an idle station draws nothing. */
void model_sample(struct model *m, const struct stance_sample *sample, int64_t now_ns);

/* Likewise a frame with the same cells. The cells are copied. A frame whose geometry is out of range is ignored. */
void model_frame(struct model *m, const struct frame_document *frame, int64_t now_ns);

/* Show a sentence for some seconds. */
void model_notice(struct model *m, const char *text, bool is_fault, int64_t now_ns);

/* Return what the screen has to show at `now_ns`, and its word in scripts. */
enum model_state model_state(const struct model *m, int64_t now_ns);
const char *model_state_name(enum model_state state);

/* Return true if numbers and picture are live, or of an empty mat: not frozen. */
bool model_is_live(enum model_state state);

/* Return the flags set now or within the last second, so that a word stays long enough to be
 * read. */
uint32_t model_flags(const struct model *m, int64_t now_ns);

/* Return the notice to show, NULL if none. */
const char *model_notice_now(const struct model *m, int64_t now_ns);

/* Return when model_state(), model_flags() or the notice will next change by time alone,
 * INT64_MAX if never. */
int64_t model_next_change(const struct model *m, int64_t now_ns);

#endif
