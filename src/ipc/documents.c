#include "src/ipc/documents.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "src/base/bytes.h"
#include "src/base/clock.h"
#include "src/ipc/base64.h"

/* Decimals: a tenth of what the best mats resolve, so that rounding never shows. */
#define DECIMALS_N     4 /* 0.1 mN */
#define DECIMALS_MM    4 /* 0.1 um: sway speeds are differences of these */
#define DECIMALS_FRAC  6
#define DECIMALS_DEG   3
#define DECIMALS_AREA  1 /* mm2 */
#define DECIMALS_KPA   3
#define DECIMALS_S     6
#define DECIMALS_MS    3
#define DECIMALS_SCALE 9

#define CHUNK_CELLS 384 /* a multiple of 3: six bytes are eight characters */

static void put_fixed(struct jsonw *w, const char *key, double value, int decimals)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, decimals);
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

static void put_pos(struct jsonw *w, const char *key, struct pos_mm p)
{
	jsonw_key(w, key);
	if (isnan(p.x) || isnan(p.y)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_fixed(w, p.x, DECIMALS_MM);
	jsonw_fixed(w, p.y, DECIMALS_MM);
	jsonw_end_array(w);
}

/* --- stance.sample/1 ------------------------------------------------------ */

static void put_foot(struct jsonw *w, const char *key, const struct foot_sample *f)
{
	jsonw_key(w, key);
	if (!f->present) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_fixed(w, "force_n", f->force_n, DECIMALS_N);
	put_pos(w, "cop_mm", f->cop_mm);
	put_fixed(w, "fore_frac", f->fore_frac, DECIMALS_FRAC);
	put_fixed(w, "share_frac", f->share_frac, DECIMALS_FRAC);
	put_fixed(w, "length_mm", f->length_mm, DECIMALS_MM);
	put_fixed(w, "direction_deg", f->direction_deg, DECIMALS_DEG);
	put_pos(w, "heel_mm", f->heel_mm);
	put_fixed(w, "contact_area_mm2", f->contact_area_mm2, DECIMALS_AREA);
	put_fixed(w, "peak_kpa", f->peak_kpa, DECIMALS_KPA);
	jsonw_end_object(w);
}

static void put_u95(struct jsonw *w, const struct sample_u95 *u)
{
	jsonw_key(w, "u95");
	jsonw_begin_object(w);
	put_fixed(w, "force_n", u->force_n, DECIMALS_N);
	put_fixed(w, "cop_mm", u->cop_mm, DECIMALS_MM);
	put_fixed(w, "left_frac", u->left_frac, DECIMALS_FRAC);
	put_fixed(w, "fore_frac", u->fore_frac, DECIMALS_FRAC);
	jsonw_end_object(w);
}

static void put_flags(struct jsonw *w, uint32_t flags)
{
	jsonw_key(w, "flags");
	jsonw_begin_array(w);
	for (int i = 0; i < SAMPLE_N_FLAGS; i++) {
		if (flags & 1U << i)
			jsonw_string(w, sample_flag_name(i));
	}
	jsonw_end_array(w);
}

void document_put_sample(
	struct jsonw *w, const struct stance_sample *s, int64_t start_ns)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.sample/1");
	put_uint(w, "seq", s->seq);
	jsonw_key(w, "device_us");
	if (s->has_device_us)
		jsonw_uint(w, s->device_us);
	else
		jsonw_null(w);
	put_fixed(w, "t_s", (double)(s->t_ns - start_ns) / (double)CLOCK_NS_PER_S,
		DECIMALS_S);
	put_fixed(w, "force_n", s->force_n, DECIMALS_N);
	put_fixed(w, "load", s->load_frac, DECIMALS_FRAC);
	put_pos(w, "cop_mm", s->cop_mm);
	put_fixed(w, "left_frac", s->left_frac, DECIMALS_FRAC);
	put_fixed(w, "fore_frac", s->fore_frac, DECIMALS_FRAC);
	put_foot(w, "left", &s->left);
	put_foot(w, "right", &s->right);
	put_fixed(w, "stance_width_mm", s->stance_width_mm, DECIMALS_MM);
	put_fixed(w, "contact_area_mm2", s->contact_area_mm2, DECIMALS_AREA);
	put_fixed(w, "peak_kpa", s->peak_kpa, DECIMALS_KPA);
	jsonw_key(w, "facing_back");
	jsonw_bool(w, s->facing_back);
	put_u95(w, &s->u95);
	put_flags(w, s->flags);
	jsonw_end_object(w);
}

/* --- stance.frame/1 ------------------------------------------------------- */

/* Append base64 of the cells as a string value, in chunks that end on a whole group. */
static void put_cells(struct jsonw *w, const uint16_t *cells, size_t n_cells)
{
	uint8_t bytes[CHUNK_CELLS * 2];

	jsonw_raw(w, "\"", 1);
	if (w->overflow || base64_length(n_cells * 2) + 1 >= w->size - w->length) {
		w->overflow = true;
		return;
	}
	for (size_t i = 0; i < n_cells; i += CHUNK_CELLS) {
		size_t n = n_cells - i < CHUNK_CELLS ? n_cells - i : CHUNK_CELLS;

		for (size_t k = 0; k < n; k++)
			bytes_put_u16(bytes + 2 * k, cells[i + k]);
		w->length += base64_encode(bytes, 2 * n, w->buffer + w->length);
	}
	w->buffer[w->length++] = '"';
	w->buffer[w->length] = '\0';
}

void document_put_frame(struct jsonw *w, const struct frame_document *f)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.frame/1");
	put_uint(w, "seq", f->seq);
	put_fixed(w, "t_s", f->t_s, DECIMALS_S);
	put_uint(w, "rows", (uint64_t)f->geometry.n_rows);
	put_uint(w, "cols", (uint64_t)f->geometry.n_cols);
	put_pos(w, "pitch_mm",
		(struct pos_mm){ f->geometry.pitch_x_mm, f->geometry.pitch_y_mm });
	put_text(w, "unit", f->unit_is_force ? "n" : "counts");
	put_fixed(w, "scale", f->scale, DECIMALS_SCALE);
	jsonw_key(w, "cells");
	put_cells(w, f->cells, (size_t)geometry_n_cells(&f->geometry));
	jsonw_end_object(w);
}

/* --- stance.status/1 ------------------------------------------------------ */

static void put_side(struct jsonw *w, const char *key, int n)
{
	jsonw_key(w, key);
	if (n > 0)
		jsonw_int(w, n);
	else
		jsonw_null(w);
}

/* pitch_mm is one number; where the two differ it is null and they stand beside it. */
static void put_pitch(struct jsonw *w, const struct status_document *s)
{
	bool square = fabs(s->pitch_x_mm - s->pitch_y_mm) < 1e-6;

	put_fixed(w, "pitch_mm", square ? s->pitch_x_mm : NAN, DECIMALS_MM);
	put_fixed(w, "pitch_x_mm", s->pitch_x_mm, DECIMALS_MM);
	put_fixed(w, "pitch_y_mm", s->pitch_y_mm, DECIMALS_MM);
}

static void put_mat(struct jsonw *w, const struct status_document *s)
{
	jsonw_key(w, "mat");
	jsonw_begin_object(w);
	put_text(w, "state", s->mat_state);
	put_text(w, "reason", s->mat_reason);
	put_text(w, "driver", s->driver);
	put_text(w, "path", s->path);
	put_text(w, "serial", s->serial);
	put_text(w, "model", s->model);
	put_text(w, "firmware", s->firmware);
	put_side(w, "rows", s->rows);
	put_side(w, "cols", s->cols);
	put_pitch(w, s);
	put_text(w, "unit", s->rows == 0 ? "" : s->unit_is_force ? "n" : "counts");
	put_fixed(w, "rate_hz", s->rate_hz, 3);
	put_uint(w, "bytes", s->bytes);
	put_uint(w, "frames", s->frames);
	put_uint(w, "bad_frames", s->bad_frames);
	put_uint(w, "lost_frames", s->lost_frames);
	put_uint(w, "resyncs", s->resyncs);
	jsonw_key(w, "latency_ms");
	jsonw_begin_object(w);
	put_fixed(w, "p50", s->latency_p50_ms, DECIMALS_MS);
	put_fixed(w, "p99", s->latency_p99_ms, DECIMALS_MS);
	jsonw_end_object(w);
	put_fixed(w, "temperature_c", s->temperature_c, 2);
	jsonw_end_object(w);
}

static void put_daemon(struct jsonw *w, const struct status_document *s)
{
	jsonw_key(w, "daemon");
	jsonw_begin_object(w);
	put_text(w, "version", s->version);
	put_fixed(w, "uptime_s", s->uptime_s, 3);
	put_uint(w, "pid", (uint64_t)s->pid);
	put_uint(w, "clients", s->clients);
	jsonw_end_object(w);
}

static void put_parts(struct jsonw *w, const struct status_document *s)
{
	jsonw_key(w, "calibration");
	jsonw_begin_object(w);
	put_text(w, "id", s->calibration_id);
	put_text(w, "state", s->calibration_state);
	put_fixed(w, "age_days", s->calibration_age_days, 3);
	jsonw_end_object(w);
	jsonw_key(w, "store");
	jsonw_begin_object(w);
	put_text(w, "path", s->store_path);
	put_uint(w, "trials", s->store_trials);
	put_fixed(w, "free_bytes", s->store_free_bytes, 0);
	jsonw_end_object(w);
	jsonw_key(w, "trial");
	jsonw_begin_object(w);
	put_text(w, "state", s->trial_state);
	put_text(w, "protocol", s->trial_protocol);
	put_fixed(w, "elapsed_s", s->trial_elapsed_s, 3);
	jsonw_end_object(w);
}

void document_put_status(struct jsonw *w, const struct status_document *s)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.status/1");
	put_daemon(w, s);
	put_mat(w, s);
	put_parts(w, s);
	jsonw_end_object(w);
}

/* --- reading -------------------------------------------------------------- */

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

/* Decode exactly n_cells from the text. */
static int get_cells(const json_t *text, uint16_t *cells, size_t n_cells)
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
	if (get_cells(json_object_get(json, "cells"), out.cells,
		    (size_t)geometry_n_cells(&out.geometry)) < 0)
		return -EBADMSG;
	*f = out;
	return 0;
}

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

static void get_parts(struct reader *parent, struct status_document *s)
{
	struct reader calibration = get_object(parent, "calibration");
	struct reader store = get_object(parent, "store");
	struct reader trial = get_object(parent, "trial");

	get_text(&calibration, "id", s->calibration_id, sizeof(s->calibration_id));
	get_text(&calibration, "state", s->calibration_state,
		sizeof(s->calibration_state));
	s->calibration_age_days = get_number(&calibration, "age_days");
	get_text(&store, "path", s->store_path, sizeof(s->store_path));
	s->store_trials = get_uint(&store, "trials");
	s->store_free_bytes = get_number(&store, "free_bytes");
	get_text(&trial, "state", s->trial_state, sizeof(s->trial_state));
	get_text(&trial, "protocol", s->trial_protocol, sizeof(s->trial_protocol));
	s->trial_elapsed_s = get_number(&trial, "elapsed_s");
	parent->bad |= calibration.bad || store.bad || trial.bad;
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
	if (r.bad)
		return -EBADMSG;
	*s = out;
	return 0;
}
