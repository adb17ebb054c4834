/* Documents as JSON text: the daemon's side. No heap: samples and frames are written at mat rate. */
#include "src/ipc/documents.h"

#include <math.h>

#include "src/base/bytes.h"
#include "src/base/clock.h"
#include "src/base/base64.h"

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

/* Cells encoded at a time; a multiple of 3: six bytes are eight characters. */
#define CHUNK_CELLS 384

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

/* In chunks that end on a whole group. */
void document_put_cells(struct jsonw *w, const uint16_t *cells, size_t n_cells)
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
	document_put_cells(w, f->cells, (size_t)geometry_n_cells(&f->geometry));
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

static void put_last_check(struct jsonw *w, const struct status_check *check)
{
	jsonw_key(w, "last_check");
	if (check->at_unix_ms == 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	jsonw_key(w, "at_unix_ms");
	jsonw_int(w, check->at_unix_ms);
	put_fixed(w, "mass_kg", check->mass_kg, 3);
	put_fixed(w, "measured_kg", check->measured_kg, 3);
	put_fixed(w, "error_frac", check->error_frac, 4);
	put_fixed(w, "limit_frac", check->limit_frac, 4);
	jsonw_key(w, "ok");
	jsonw_bool(w, check->ok);
	jsonw_end_object(w);
}

static void put_calibration(struct jsonw *w, const struct status_document *s)
{
	jsonw_key(w, "calibration");
	jsonw_begin_object(w);
	put_text(w, "id", s->calibration_id);
	put_text(w, "state", s->calibration_state);
	put_fixed(w, "age_days", s->calibration_age_days, 3);
	put_text(w, "reason", s->calibration_reason);
	put_fixed(w, "expires_days", s->calibration_expires_days, 3);
	jsonw_key(w, "quick");
	jsonw_bool(w, s->calibration_quick);
	jsonw_key(w, "drift");
	jsonw_bool(w, s->calibration_drift);
	put_text(w, "step", s->calibration_step);
	put_last_check(w, &s->last_check);
	jsonw_end_object(w);
}

static void put_parts(struct jsonw *w, const struct status_document *s)
{
	put_calibration(w, s);
	jsonw_key(w, "store");
	jsonw_begin_object(w);
	put_text(w, "path", s->store_path);
	jsonw_key(w, "trials");
	if (s->store_trials >= 0)
		jsonw_int(w, s->store_trials);
	else
		jsonw_null(w);
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
	jsonw_key(w, "gpio");
	document_put_gpio(w, &s->gpio);
	jsonw_end_object(w);
}
