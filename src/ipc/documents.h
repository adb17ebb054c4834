/* The JSON documents that cross the socket, to bytes and back: samples, frames, status.
 * Does not send or receive. Encoding uses no heap; decoding uses jansson.
 * Follows docs/api.md ("Documents"); unknown members are ignored, absent ones are NaN or "". */
#ifndef STANCE_IPC_DOCUMENTS_H
#define STANCE_IPC_DOCUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/core/geometry.h"
#include "src/core/sample.h"
#include "src/ipc/document_gpio.h"

/* jansson's value, so that its header stays out of ours. */
struct json_t;

/* stance.frame/1. `cells` are front row first, left to right; value = number times scale. */
struct frame_document {
	uint64_t seq;
	double t_s;
	struct mat_geometry geometry; /* the pitch too, as pitch_mm [x, y] */
	bool unit_is_force;           /* "n" or "counts" */
	double scale;
	uint16_t *cells;  /* n_rows * n_cols; caller's */
	size_t max_cells; /* room in `cells` when decoding */
};

/* Room for a stance.frame/1 text: base64 of the cells and the head; and for other documents. */
#define DOCUMENTS_FRAME_SIZE(n_cells) ((n_cells)*2 / 3 * 4 + 512)
#define DOCUMENTS_FRAME_MAX           DOCUMENTS_FRAME_SIZE(GEOMETRY_MAX_SIDE *GEOMETRY_MAX_SIDE)
#define DOCUMENTS_SAMPLE_MAX          2048
/* Every string full of control characters, six bytes each. */
#define DOCUMENTS_STATUS_MAX 53248

/* A morning check of the calibration; at_unix_ms 0: none. */
struct status_check {
	int64_t at_unix_ms;
	double mass_kg, measured_kg;
	double error_frac, limit_frac;
	bool ok;
};

/* stance.status/1 as plain data; strings are NUL-terminated, NaN is null, "" is null. */
struct status_document {
	char version[32];
	double uptime_s;
	int pid;
	char mat_state[16];   /* searching, streaming, lost, stopped */
	char mat_reason[512]; /* what to do about it, "" if nothing */
	char driver[16], path[256], serial[17], model[25], firmware[17];
	int rows, cols; /* 0: null */
	double pitch_x_mm, pitch_y_mm;
	double rate_hz;
	bool unit_is_force; /* false: raw, uncalibrated numbers */
	uint64_t bytes, frames, bad_frames, lost_frames, resyncs;
	double latency_p50_ms, latency_p99_ms;
	double temperature_c;
	char calibration_state[16], calibration_id[64];
	double calibration_age_days, calibration_expires_days;
	char calibration_reason[512]; /* why it is not in force, or what to do */
	bool calibration_quick, calibration_drift;
	char calibration_step[16];      /* of a procedure, that runs */
	struct status_check last_check; /* of this mat */
	char store_path[256];
	int64_t store_trials; /* -1: null */
	double store_free_bytes;
	char trial_state[16], trial_protocol[32];
	double trial_elapsed_s;
	struct gpio_document gpio;
	uint64_t clients;
};

/* Encode as one JSON value (no newline): document_put.c. `start_ns` is the daemon's start: t_s
 * counts from it. Where `w` has too little room it is left overflowed. */
void document_put_sample(
	struct jsonw *w, const struct stance_sample *s, int64_t start_ns);
void document_put_frame(struct jsonw *w, const struct frame_document *f);
void document_put_status(struct jsonw *w, const struct status_document *s);

/* Cells as a JSON string, base64 of little-endian 16-bit numbers: written as the value of the last
 * key, and read back; exactly `n_cells` or -EBADMSG. */
void document_put_cells(struct jsonw *w, const uint16_t *cells, size_t n_cells);
int document_get_cells(const struct json_t *text, uint16_t *cells, size_t n_cells);

/* Decode a parsed document: document_get.c. Return 0, or -EBADMSG if it is not that document or
 * does not fit; then only a frame's cells may have changed. A sample's t_ns counts from the
 * daemon's start. */
int document_get_sample(const struct json_t *json, struct stance_sample *s);
int document_get_frame(const struct json_t *json, struct frame_document *f);
int document_get_status(const struct json_t *json, struct status_document *s);

#endif
