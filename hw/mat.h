/* A mat on a port: found, started, kept, lost and found again. One object, one file descriptor,
 * never blocking; the caller's event loop owns the waiting.
 * Does not analyse frames and does not know who wants them.
 * Follows SMP/1's conversation (docs/smp.md); states are those of docs/api.md, stance.status/1.
 *
 *      searching --port opens, mat answers HELLO, START acknowledged, first FRAME--> streaming
 *      streaming --300 ms of silence, or a hang-up--> lost --reopening--> searching
 *      any --mat_stop()--> stopped --mat_start()--> searching
 */
#ifndef STANCE_HW_MAT_H
#define STANCE_HW_MAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/frame.h"
#include "src/core/geometry.h"

/* As the diagram above; MAT_STOPPED on request. */
enum mat_state { MAT_SEARCHING, MAT_STREAMING, MAT_LOST, MAT_STOPPED };

/* Return the state's word in docs/api.md. */
const char *mat_state_name(enum mat_state state);

/* How to look for a mat. Strings are copied. */
struct mat_options {
	/* NULL or "": search the serial ports for a mat that a driver knows. */
	const char *path;
	const char *driver; /* NULL or "": try all in probe order */
	double rate_hz;     /* wanted; 0: the mat's default */
	int baud;           /* 0: each driver's own list */
};

#define MAT_HELLO_MAX                                                                  \
	512 /* chosen: SMP/1's own HELLO and a few hundred bytes of tags */

/* What the mat says of itself; valid while has_mat. Strings are printable. */
struct mat_info {
	bool has_mat;
	char driver[16];
	char path[256]; /* of the port in use, as opened */
	char serial[17], model[25], firmware[17];
	struct mat_geometry geometry;
	enum frame_unit unit;
	double unit_scale;
	uint32_t full_scale; /* 2^adc_bits - 1 */
	bool has_divider;
	uint32_t r_reference_ohm, r_series_ohm;
	bool applies_threshold, applies_autozero;
	double temperature_c; /* NaN: none */
	/* Its introduction as received, for recordings: the body of SMP/1's HELLO. */
	uint8_t hello[MAT_HELLO_MAX];
	int n_hello; /* 0: its protocol has none, or one longer than that */
};

/* Since the mat_new(); never reset by a replug. */
struct mat_counters {
	uint64_t bytes;       /* read from the port */
	uint64_t frames;      /* good frames passed on */
	uint64_t bad_frames;  /* damaged packets of any kind, dropped */
	uint64_t lost_frames; /* packet numbers missing */
	uint64_t late_frames; /* undamaged, but twice or out of order: dropped */
	uint64_t resyncs;     /* times the stream was out of step and found again */
	double rate_hz;       /* by the frames' own stamps, last second; NaN unknown */
	/* From the end of the scan (its start, if the frame was read before that end) by the
	 * mapped clock until the frame was passed on, last 512 frames; NaN unknown. */
	double latency_p50_ms, latency_p99_ms;
};

/* Callbacks, all from within mat_ready(), mat_tick(), mat_start() or mat_stop(). `frame_fn`
 * borrows the frame. `state_fn` comes on every change of state or info; `reason` is a sentence
 * for a person that says what to do, "" if there is nothing to say. */
struct mat_handlers {
	void (*frame_fn)(const struct raw_frame *frame, void *ctx);
	void (*state_fn)(enum mat_state state, const char *reason, void *ctx);
	void *ctx;
};

struct mat;

/* Make a mat that is searching; nothing is opened before the first mat_tick(). `*out` is freed
 * with mat_free(). Returns 0, -ENOMEM, or -EINVAL for an unknown driver or a negative rate. */
int mat_new(const struct mat_options *options, const struct mat_handlers *handlers,
	struct mat **out);

/* Close the port (sending STOP if streaming) and free; NULL does nothing. */
void mat_free(struct mat *mat);

/* Return the descriptor to poll, -1 while no port is open. It changes only inside mat_ready(),
 * mat_tick(), mat_start() and mat_stop(): ask again after each. */
int mat_fd(const struct mat *mat);

/* Return the poll(2) events to wait for on it. */
short mat_poll_events(const struct mat *mat);

/* Return when mat_tick() must be called next, on the host's monotonic clock. */
int64_t mat_deadline_ns(const struct mat *mat);

/* Read, decode and pass on what is there; `revents` from poll. A hang-up becomes MAT_LOST. */
void mat_ready(struct mat *mat, short revents, int64_t now_ns);

/* Do what is due: probe, retry HELLO, PING, notice silence, reopen. */
void mat_tick(struct mat *mat, int64_t now_ns);

/* Whether somebody calls mat_look() when a port may have come; ports are then looked for more rarely by the clock. */
void mat_watch(struct mat *mat, bool is_watched);

/* A port may have come: look for it at the next mat_tick(), which is due at once, and for a while after. Does nothing while
 * a port is open. */
void mat_look(struct mat *mat, int64_t now_ns);

/* Stop streaming and close the port until mat_start(). */
void mat_stop(struct mat *mat, int64_t now_ns);
void mat_start(struct mat *mat, int64_t now_ns);

/* Ask the mat to blink. Returns 0, or -ENODEV if none is streaming. */
int mat_identify(struct mat *mat, int64_t now_ns);

/* Return what the mat is, what it said of itself, and what was counted, as of now. The info is
 * borrowed until the next call that may change it. */
enum mat_state mat_state(const struct mat *mat);
const struct mat_info *mat_info(const struct mat *mat);
void mat_counters(const struct mat *mat, struct mat_counters *counters);

/* Return the last reason given with a state, "" if none. */
const char *mat_reason(const struct mat *mat);

#endif
