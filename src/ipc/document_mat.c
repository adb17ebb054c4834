#include "src/ipc/document_mat.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/bytes.h"
#include "src/base/base64.h"
#include "src/ipc/documents.h"

#define DECIMALS 9 /* all there are: pitches are whole micrometres */

/* Numbers of the zero map coded at a time; a multiple of 3: 12 bytes are 16 characters. */
#define CHUNK_MAP 192

static const char *unit_name(enum frame_unit unit)
{
	switch (unit) {
	case FRAME_UNIT_COUNTS:
		return "counts";
	case FRAME_UNIT_CONDUCTANCE_NS:
		return "ns";
	case FRAME_UNIT_FORCE_MN:
		return "mn";
	}
	return "counts";
}

/* --- encoding ---------------------------------------------------------------------------- */

static void put_number(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, DECIMALS);
}

static void put_uint(struct jsonw *w, const char *key, uint64_t value)
{
	jsonw_key(w, key);
	jsonw_uint(w, value);
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text[0] ? text : NULL);
}

static void put_hello(struct jsonw *w, const struct mat_document *m)
{
	char text[(DOCUMENT_MAT_HELLO_MAX + 2) / 3 * 4 + 1];

	text[base64_encode(m->hello, (size_t)m->n_hello, text)] = '\0';
	put_text(w, "hello", text);
}

/* Little-endian floats of 32 bits, in chunks that end on a whole group. */
static void put_map(struct jsonw *w, const float *map, size_t n_cells)
{
	uint8_t bytes[CHUNK_MAP * 4];
	char text[CHUNK_MAP * 4 / 3 * 4];

	jsonw_key(w, "map");
	if (!map) {
		jsonw_null(w);
		return;
	}
	jsonw_raw(w, "\"", 1);
	for (size_t i = 0; i < n_cells; i += CHUNK_MAP) {
		size_t n = n_cells - i < CHUNK_MAP ? n_cells - i : CHUNK_MAP;

		for (size_t k = 0; k < n; k++) {
			uint32_t bits;

			memcpy(&bits, &map[i + k], sizeof(bits));
			bytes_put_u32(bytes + 4 * k, bits);
		}
		w->need_comma = false;
		jsonw_raw(w, text, base64_encode(bytes, 4 * n, text));
	}
	w->need_comma = false;
	jsonw_raw(w, "\"", 1);
}

static void put_zero(
	struct jsonw *w, const struct analysis_zero *zero, const struct mat_geometry *g)
{
	jsonw_key(w, "zero");
	jsonw_begin_object(w);
	put_number(w, "noise", zero->noise);
	put_number(w, "threshold", (double)zero->threshold);
	jsonw_key(w, "tared");
	jsonw_bool(w, zero->tared);
	put_map(w, zero->map, (size_t)geometry_n_cells(g));
	jsonw_end_object(w);
}

void document_put_mat(struct jsonw *w, const struct mat_document *m)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.mat/1");
	put_text(w, "driver", m->driver);
	put_text(w, "serial", m->serial);
	put_text(w, "model", m->model);
	put_text(w, "firmware", m->firmware);
	put_hello(w, m);
	put_uint(w, "rows", (uint64_t)m->mat.geometry.n_rows);
	put_uint(w, "cols", (uint64_t)m->mat.geometry.n_cols);
	put_number(w, "pitch_x_mm", m->mat.geometry.pitch_x_mm);
	put_number(w, "pitch_y_mm", m->mat.geometry.pitch_y_mm);
	put_text(w, "unit", unit_name(m->mat.unit));
	put_number(w, "unit_scale", m->mat.unit_scale);
	put_uint(w, "full_scale", m->mat.full_scale);
	put_number(w, "rate_hz", m->mat.rate_hz);
	put_text(w, "calibration_id", m->calibration_id);
	put_text(w, "calibration_state", m->calibration_state);
	put_zero(w, &m->zero, &m->mat.geometry);
	jsonw_end_object(w);
}

void document_put_raw(struct jsonw *w, const struct raw_frame *frame, size_t n_cells)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.raw/1");
	put_uint(w, "seq", frame->seq);
	jsonw_key(w, "device_us");
	if (frame->has_device_us)
		jsonw_uint(w, frame->device_us);
	else
		jsonw_null(w);
	jsonw_key(w, "t_ns");
	jsonw_int(w, frame->t_ns);
	put_uint(w, "n_lost", frame->n_lost);
	put_uint(w, "scan_us", frame->scan_us);
	put_uint(w, "status", frame->status);
	jsonw_key(w, "cells");
	document_put_cells(w, frame->cells, n_cells);
	jsonw_end_object(w);
}

/* --- decoding ---------------------------------------------------------------------------- */

/* `bad` is set by a member that is missing, of the wrong type or out of range. */
struct reader {
	const json_t *object;
	bool bad;
};

static double get_number(struct reader *r, const char *key)
{
	const json_t *value = json_object_get(r->object, key);

	if (!json_is_number(value) && !json_is_null(value))
		r->bad = true;
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int64_t get_int(struct reader *r, const char *key, int64_t low, int64_t high)
{
	const json_t *value = json_object_get(r->object, key);
	int64_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < low || number > high) {
		r->bad = true;
		return low;
	}
	return number;
}

static void get_text(struct reader *r, const char *key, char *out, size_t size)
{
	const json_t *value = json_object_get(r->object, key);
	const char *text = json_string_value(value);

	if (!json_is_null(value) && !text)
		r->bad = true;
	if (snprintf(out, size, "%s", text ? text : "") >= (int)size)
		r->bad = true;
}

static void get_hello(struct reader *r, struct mat_document *m)
{
	const json_t *value = json_object_get(r->object, "hello");
	size_t n = json_string_length(value);
	int got = -EBADMSG;

	if (json_is_null(value))
		return;
	if (n / 4 * 3 <= sizeof(m->hello) + 2) {
		uint8_t bytes[DOCUMENT_MAT_HELLO_MAX + 3];

		got = json_is_string(value)
			      ? base64_decode(json_string_value(value), n, bytes)
			      : -EBADMSG;
		if (got >= 0 && got <= (int)sizeof(m->hello))
			memcpy(m->hello, bytes, (size_t)got);
	}
	if (got < 0 || got > (int)sizeof(m->hello))
		r->bad = true;
	else
		m->n_hello = got;
}

static enum frame_unit get_unit(struct reader *r)
{
	const char *name = json_string_value(json_object_get(r->object, "unit"));

	for (int unit = FRAME_UNIT_COUNTS; name && unit <= FRAME_UNIT_FORCE_MN;
		unit++) {
		if (strcmp(name, unit_name((enum frame_unit)unit)) == 0)
			return (enum frame_unit)unit;
	}
	r->bad = true;
	return FRAME_UNIT_COUNTS;
}

/* Exactly `n_cells` floats, none infinite or NaN. */
static bool get_map(const json_t *value, float *map, size_t n_cells)
{
	const char *in = json_string_value(value);
	uint8_t bytes[CHUNK_MAP * 4];

	if (!in || json_string_length(value) != base64_length(n_cells * 4))
		return false;
	for (size_t i = 0; i < n_cells; i += CHUNK_MAP) {
		size_t n = n_cells - i < CHUNK_MAP ? n_cells - i : CHUNK_MAP;
		size_t n_text = base64_length(4 * n);

		if (base64_decode(in, n_text, bytes) != (int)(4 * n))
			return false;
		for (size_t k = 0; k < n; k++) {
			uint32_t bits = bytes_get_u32(bytes + 4 * k);

			memcpy(&map[i + k], &bits, sizeof(bits));
			if (!isfinite(map[i + k]))
				return false;
		}
		in += n_text;
	}
	return true;
}

static void get_zero(
	struct reader *parent, struct mat_document *m, float *map, size_t max_cells)
{
	struct reader r = { .object = json_object_get(parent->object, "zero") };
	const json_t *text = json_object_get(r.object, "map");
	size_t n_cells = (size_t)geometry_n_cells(&m->mat.geometry);

	m->zero.noise = get_number(&r, "noise");
	m->zero.threshold = (float)get_number(&r, "threshold");
	m->zero.tared = json_is_true(json_object_get(r.object, "tared"));
	if (!json_is_null(text)) {
		m->zero.map = map;
		r.bad |= n_cells > max_cells || !get_map(text, map, n_cells);
	}
	parent->bad |= r.bad;
}

static bool is_document(const json_t *json, const char *schema)
{
	const char *text = json_string_value(json_object_get(json, "schema"));

	return text && strcmp(text, schema) == 0;
}

int document_get_mat(
	const struct json_t *json, struct mat_document *m, float *map, size_t max_cells)
{
	struct reader r = { .object = json };
	struct mat_document out = { .n_hello = 0 };

	if (!is_document(json, "stance.mat/1"))
		return -EBADMSG;
	get_text(&r, "driver", out.driver, sizeof(out.driver));
	get_text(&r, "serial", out.serial, sizeof(out.serial));
	get_text(&r, "model", out.model, sizeof(out.model));
	get_text(&r, "firmware", out.firmware, sizeof(out.firmware));
	get_hello(&r, &out);
	out.mat.geometry.n_rows = (int)get_int(&r, "rows", 1, GEOMETRY_MAX_SIDE);
	out.mat.geometry.n_cols = (int)get_int(&r, "cols", 1, GEOMETRY_MAX_SIDE);
	out.mat.geometry.pitch_x_mm = get_number(&r, "pitch_x_mm");
	out.mat.geometry.pitch_y_mm = get_number(&r, "pitch_y_mm");
	out.mat.unit = get_unit(&r);
	out.mat.unit_scale = get_number(&r, "unit_scale");
	out.mat.full_scale = (uint32_t)get_int(&r, "full_scale", 1, UINT16_MAX);
	out.mat.rate_hz = get_number(&r, "rate_hz");
	get_text(&r, "calibration_id", out.calibration_id, sizeof(out.calibration_id));
	get_text(&r, "calibration_state", out.calibration_state,
		sizeof(out.calibration_state));
	get_zero(&r, &out, map, max_cells);
	if (r.bad)
		return -EBADMSG;
	*m = out;
	return 0;
}

int document_get_raw(const struct json_t *json, struct raw_frame *frame,
	uint16_t *cells, size_t n_cells)
{
	struct reader r = { .object = json };
	struct raw_frame out = { .cells = cells };

	if (!is_document(json, "stance.raw/1"))
		return -EBADMSG;
	out.seq = (uint64_t)get_int(&r, "seq", 0, INT64_MAX);
	out.has_device_us = !json_is_null(json_object_get(json, "device_us"));
	if (out.has_device_us)
		out.device_us = (uint64_t)get_int(&r, "device_us", 0, INT64_MAX);
	out.t_ns = get_int(&r, "t_ns", INT64_MIN, INT64_MAX);
	out.n_lost = (uint32_t)get_int(&r, "n_lost", 0, UINT32_MAX);
	out.scan_us = (uint16_t)get_int(&r, "scan_us", 0, UINT16_MAX);
	out.status = (uint8_t)get_int(&r, "status", 0, UINT8_MAX);
	if (r.bad ||
		document_get_cells(json_object_get(json, "cells"), cells, n_cells) < 0)
		return -EBADMSG;
	*frame = out;
	return 0;
}
