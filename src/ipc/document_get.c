/* Documents out of JSON values: the clients' side. */
#include "src/ipc/documents.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "src/base/bytes.h"
#include "src/base/clock.h"
#include "src/base/base64.h"

/* Cells decoded at a time; a multiple of 3: six bytes are eight characters. */
#define CHUNK_CELLS 384

/* A member of the wrong type makes the whole document wrong; an absent one or null does
 * not. */
struct reader {
	const json_t *object;
	bool bad;
};

static const json_t *member(const struct reader *r, const char *key)
{
	const json_t *value = json_object_get(r->object, key);

	return json_is_null(value) ? NULL : value;
}

static double get_number(struct reader *r, const char *key)
{
	const json_t *value = member(r, key);

	if (!value)
		return NAN;
	if (!json_is_number(value)) {
		r->bad = true;
		return NAN;
	}
	return json_number_value(value);
}

static uint64_t get_uint(struct reader *r, const char *key)
{
	const json_t *value = member(r, key);

	if (!value)
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0) {
		r->bad = true;
		return 0;
	}
	return (uint64_t)json_integer_value(value);
}

static bool get_bool(struct reader *r, const char *key)
{
	const json_t *value = member(r, key);

	if (value && !json_is_boolean(value))
		r->bad = true;
	return json_is_true(value);
}

/* Cut if longer: a display is better than a refusal. */
static void get_text(struct reader *r, const char *key, char *out, size_t size)
{
	const json_t *value = member(r, key);
	size_t n;

	out[0] = '\0';
	if (!value)
		return;
	if (!json_is_string(value)) {
		r->bad = true;
		return;
	}
	n = json_string_length(value) < size ? json_string_length(value) : size - 1;
	memcpy(out, json_string_value(value), n);
	out[n] = '\0';
}

static struct pos_mm get_pos(struct reader *r, const char *key)
{
	struct pos_mm none = { NAN, NAN };
	const json_t *value = member(r, key);

	if (!value)
		return none;
	if (json_array_size(value) != 2 || !json_is_number(json_array_get(value, 0)) ||
		!json_is_number(json_array_get(value, 1))) {
		r->bad = true;
		return none;
	}
	return (struct pos_mm){ json_number_value(json_array_get(value, 0)),
		json_number_value(json_array_get(value, 1)) };
}

/* Read an object member; absent gives a reader in which everything is absent. */
static struct reader get_object(struct reader *r, const char *key)
{
	const json_t *value = member(r, key);

	if (value && !json_is_object(value))
		r->bad = true;
	return (struct reader){ .object = value };
}

static bool is_document(const json_t *json, const char *schema)
{
	const char *text = json_string_value(json_object_get(json, "schema"));

	return text && strcmp(text, schema) == 0;
}

/* --- stance.sample/1 ------------------------------------------------------ */

static void get_foot(struct reader *parent, const char *key, struct foot_sample *f)
{
	struct reader r = get_object(parent, key);

	if (!r.object)
		return;
	f->present = true;
	f->force_n = get_number(&r, "force_n");
	f->share_frac = get_number(&r, "share_frac");
	f->cop_mm = get_pos(&r, "cop_mm");
	f->fore_frac = get_number(&r, "fore_frac");
	f->heel_mm = get_pos(&r, "heel_mm");
	f->length_mm = get_number(&r, "length_mm");
	f->direction_deg = get_number(&r, "direction_deg");
	f->contact_area_mm2 = get_number(&r, "contact_area_mm2");
	f->peak_kpa = get_number(&r, "peak_kpa");
	parent->bad |= r.bad;
}

static void get_u95(struct reader *parent, struct sample_u95 *u)
{
	struct reader r = get_object(parent, "u95");

	u->force_n = get_number(&r, "force_n");
	u->cop_mm = get_number(&r, "cop_mm");
	u->left_frac = get_number(&r, "left_frac");
	u->fore_frac = get_number(&r, "fore_frac");
	parent->bad |= r.bad;
}

/* Words that this version does not know are ignored. */
static uint32_t get_flags(struct reader *r)
{
	const json_t *words = member(r, "flags");
	uint32_t flags = 0;

	if (words && !json_is_array(words))
		r->bad = true;
	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));

		for (int k = 0; word && k < SAMPLE_N_FLAGS; k++) {
			if (strcmp(word, sample_flag_name(k)) == 0)
				flags |= 1U << k;
		}
	}
	return flags;
}

/* Seconds since the daemon's start as nanoseconds; a span no daemon reaches is bad. */
static int64_t get_time_ns(struct reader *r)
{
	double t_s = get_number(r, "t_s");

	if (!(fabs(t_s) < 9e9)) {
		r->bad = true;
		return 0;
	}
	return llround(t_s * (double)CLOCK_NS_PER_S);
}

int document_get_sample(const struct json_t *json, struct stance_sample *s)
{
	struct reader r = { .object = json };
	struct stance_sample out = sample_absent();

	if (!is_document(json, "stance.sample/1"))
		return -EBADMSG;
	out.seq = get_uint(&r, "seq");
	out.has_device_us = member(&r, "device_us");
	out.device_us = get_uint(&r, "device_us");
	out.t_ns = get_time_ns(&r);
	out.force_n = get_number(&r, "force_n");
	out.load_frac = get_number(&r, "load");
	out.cop_mm = get_pos(&r, "cop_mm");
	out.left_frac = get_number(&r, "left_frac");
	out.fore_frac = get_number(&r, "fore_frac");
	get_foot(&r, "left", &out.left);
	get_foot(&r, "right", &out.right);
	out.stance_width_mm = get_number(&r, "stance_width_mm");
	out.contact_area_mm2 = get_number(&r, "contact_area_mm2");
	out.peak_kpa = get_number(&r, "peak_kpa");
	out.facing_back = get_bool(&r, "facing_back");
	get_u95(&r, &out.u95);
	out.flags = get_flags(&r);
	if (r.bad)
		return -EBADMSG;
	*s = out;
	return 0;
}

/* --- stance.frame/1 ------------------------------------------------------- */

int document_get_cells(const struct json_t *text, uint16_t *cells, size_t n_cells)
{
	const char *in = json_string_value(text);
	uint8_t bytes[CHUNK_CELLS * 2];

	if (!in || json_string_length(text) != base64_length(n_cells * 2))
		return -EBADMSG;
	for (size_t i = 0; i < n_cells; i += CHUNK_CELLS) {
		size_t n = n_cells - i < CHUNK_CELLS ? n_cells - i : CHUNK_CELLS;
		size_t n_text = base64_length(2 * n);

		if (base64_decode(in, n_text, bytes) != (int)(2 * n))
			return -EBADMSG;
		for (size_t k = 0; k < n; k++)
			cells[i + k] = bytes_get_u16(bytes + 2 * k);
		in += n_text;
	}
	return 0;
}

static bool geometry_is_sane(const struct mat_geometry *g)
{
	return g->n_rows >= 1 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE;
}

/* A side beyond the largest mat is no side. */
static int get_side(struct reader *r, const char *key)
{
	uint64_t n = get_uint(r, key);

	if (n > GEOMETRY_MAX_SIDE)
		r->bad = true;
	return n > GEOMETRY_MAX_SIDE ? 0 : (int)n;
}

int document_get_frame(const struct json_t *json, struct frame_document *f)
{
	struct reader r = { .object = json };
	struct frame_document out = { .cells = f->cells, .max_cells = f->max_cells };
	const char *unit = json_string_value(json_object_get(json, "unit"));
	struct pos_mm pitch = get_pos(&r, "pitch_mm");

	if (!is_document(json, "stance.frame/1") || !unit)
		return -EBADMSG;
	out.seq = get_uint(&r, "seq");
	out.t_s = get_number(&r, "t_s");
	out.geometry = (struct mat_geometry){ .n_rows = get_side(&r, "rows"),
		.n_cols = get_side(&r, "cols"),
		.pitch_x_mm = pitch.x,
		.pitch_y_mm = pitch.y };
	out.unit_is_force = strcmp(unit, "n") == 0;
	out.scale = get_number(&r, "scale");
	if (r.bad || !geometry_is_sane(&out.geometry) || isnan(out.scale) ||
		isnan(out.t_s) ||
		(size_t)geometry_n_cells(&out.geometry) > f->max_cells)
		return -EBADMSG;
	if (document_get_cells(json_object_get(json, "cells"), out.cells,
		    (size_t)geometry_n_cells(&out.geometry)) < 0)
		return -EBADMSG;
	*f = out;
	return 0;
}

/* --- stance.status/1 ------------------------------------------------------ */

static void get_mat(struct reader *parent, struct status_document *s)
{
	struct reader r = get_object(parent, "mat");
	struct reader latency = get_object(&r, "latency_ms");
	char unit[8];

	get_text(&r, "state", s->mat_state, sizeof(s->mat_state));
	get_text(&r, "reason", s->mat_reason, sizeof(s->mat_reason));
	get_text(&r, "driver", s->driver, sizeof(s->driver));
	get_text(&r, "path", s->path, sizeof(s->path));
	get_text(&r, "serial", s->serial, sizeof(s->serial));
	get_text(&r, "model", s->model, sizeof(s->model));
	get_text(&r, "firmware", s->firmware, sizeof(s->firmware));
	s->rows = get_side(&r, "rows");
	s->cols = get_side(&r, "cols");
	s->pitch_x_mm = get_number(&r, "pitch_x_mm");
	s->pitch_y_mm = get_number(&r, "pitch_y_mm");
	get_text(&r, "unit", unit, sizeof(unit));
	s->unit_is_force = strcmp(unit, "n") == 0;
	s->rate_hz = get_number(&r, "rate_hz");
	s->bytes = get_uint(&r, "bytes");
	s->frames = get_uint(&r, "frames");
	s->bad_frames = get_uint(&r, "bad_frames");
	s->lost_frames = get_uint(&r, "lost_frames");
	s->resyncs = get_uint(&r, "resyncs");
	s->latency_p50_ms = get_number(&latency, "p50");
	s->latency_p99_ms = get_number(&latency, "p99");
	s->temperature_c = get_number(&r, "temperature_c");
	parent->bad |= r.bad || latency.bad;
}

static void get_daemon(struct reader *parent, struct status_document *s)
{
	struct reader r = get_object(parent, "daemon");

	get_text(&r, "version", s->version, sizeof(s->version));
	s->uptime_s = get_number(&r, "uptime_s");
	s->pid = (int)get_uint(&r, "pid");
	s->clients = get_uint(&r, "clients");
	parent->bad |= r.bad;
}

static void get_last_check(struct reader *parent, struct status_check *check)
{
	struct reader r = get_object(parent, "last_check");

	if (!r.object)
		return;
	check->at_unix_ms = (int64_t)get_uint(&r, "at_unix_ms");
	check->mass_kg = get_number(&r, "mass_kg");
	check->measured_kg = get_number(&r, "measured_kg");
	check->error_frac = get_number(&r, "error_frac");
	check->limit_frac = get_number(&r, "limit_frac");
	check->ok = json_is_true(member(&r, "ok"));
	parent->bad |= r.bad;
}

static void get_calibration(struct reader *parent, struct status_document *s)
{
	struct reader r = get_object(parent, "calibration");

	get_text(&r, "id", s->calibration_id, sizeof(s->calibration_id));
	get_text(&r, "state", s->calibration_state, sizeof(s->calibration_state));
	s->calibration_age_days = get_number(&r, "age_days");
	get_text(&r, "reason", s->calibration_reason, sizeof(s->calibration_reason));
	s->calibration_expires_days = get_number(&r, "expires_days");
	s->calibration_quick = json_is_true(member(&r, "quick"));
	s->calibration_drift = json_is_true(member(&r, "drift"));
	get_text(&r, "step", s->calibration_step, sizeof(s->calibration_step));
	get_last_check(&r, &s->last_check);
	parent->bad |= r.bad;
}

static void get_parts(struct reader *parent, struct status_document *s)
{
	struct reader store = get_object(parent, "store");
	struct reader trial = get_object(parent, "trial");

	get_calibration(parent, s);
	get_text(&store, "path", s->store_path, sizeof(s->store_path));
	s->store_trials =
		member(&store, "trials") ? (int64_t)get_uint(&store, "trials") : -1;
	s->store_free_bytes = get_number(&store, "free_bytes");
	get_text(&trial, "state", s->trial_state, sizeof(s->trial_state));
	get_text(&trial, "protocol", s->trial_protocol, sizeof(s->trial_protocol));
	s->trial_elapsed_s = get_number(&trial, "elapsed_s");
	parent->bad |= store.bad || trial.bad;
}

int document_get_status(const struct json_t *json, struct status_document *s)
{
	struct reader r = { .object = json };
	struct status_document out = { .rows = 0 };

	if (!is_document(json, "stance.status/1"))
		return -EBADMSG;
	get_daemon(&r, &out);
	get_mat(&r, &out);
	get_parts(&r, &out);
	if (document_get_gpio(json, &out.gpio) < 0)
		r.bad = true;
	if (r.bad)
		return -EBADMSG;
	*s = out;
	return 0;
}
