/* put.h: what the mat showed, compactly: a moment's cells as base64. */
#include "calibration/file/put.h"

#include <string.h>

#include "calibration/file/block.h"
#include "src/base/base64.h"
#include "src/base/bytes.h"

static void put_zero(struct jsonw *w, const struct readings *r)
{
	jsonw_key(w, "zero");
	if (r->n_zero_frames == 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_int(w, "frames", r->n_zero_frames);
	put_rows(w, "mean_cnt", &r->geometry, r->zero_cnt);
	put_rows(w, "sd_cnt", &r->geometry, r->zero_sd_cnt);
	jsonw_end_object(w);
}

static void put_late(struct jsonw *w, const struct readings *r)
{
	jsonw_break(w);
	jsonw_key(w, "late");
	if (r->n_late_frames == 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_int(w, "frames", r->n_late_frames);
	put_real(w, "t_s", r->late_s);
	put_rows(w, "mean_cnt", &r->geometry, r->late_cnt);
	jsonw_end_object(w);
}

static uint32_t bits_of(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* u16 cell, f32 count, little-endian, one after the other. */
static void put_cells(struct jsonw *w, const struct readings *r,
	const struct snapshot *moment, char *scratch)
{
	uint8_t *bytes = (uint8_t *)scratch;
	size_t n_bytes = (size_t)moment->n * 6;
	char *text = scratch + n_bytes;
	size_t n;

	for (int i = 0; i < moment->n; i++) {
		bytes_put_u16(bytes + 6 * i, r->cell[moment->first + i]);
		bytes_put_u32(bytes + 6 * i + 2, bits_of(r->count[moment->first + i]));
	}
	text[0] = '"';
	n = base64_encode(bytes, n_bytes, text + 1);
	text[n + 1] = '"';
	jsonw_key(w, "cells");
	jsonw_raw(w, text, n + 2);
}

static void put_snapshots(struct jsonw *w, const struct readings *r,
	const struct reading *item, char *scratch)
{
	jsonw_key(w, "moments");
	jsonw_begin_array(w);
	for (int i = item->first; i < item->first + item->n; i++) {
		const struct snapshot *moment = &r->snapshots[i];

		jsonw_break(w);
		jsonw_begin_object(w);
		put_real(w, "t_s", moment->t_s);
		put_real(w, "span_s", moment->span_s);
		put_real(w, "mass_kg", moment->mass_kg);
		put_int(w, "pass", moment->pass);
		put_cells(w, r, moment, scratch);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_item(struct jsonw *w, const struct readings *r,
	const struct reading *item, char *scratch)
{
	jsonw_break(w);
	jsonw_begin_object(w);
	put_text(w, "step", block_reading_word((int)item->kind));
	put_int(w, "at_unix_ms", item->at_unix_ms);
	put_real(w, "mass_kg", item->mass_kg);
	put_real(w, "x_mm", item->x_mm);
	put_real(w, "y_mm", item->y_mm);
	put_real(w, "onset_s", item->onset_s);
	put_real(w, "read_s", item->read_s);
	put_real(w, "off_s", item->off_s);
	put_real(w, "coverage_frac", item->coverage_frac);
	put_real(w, "temperature_c", item->temperature_c);
	put_real(w, "rate_hz", item->rate_hz);
	put_real(w, "lost_frac", item->lost_frac);
	put_real(w, "jitter_p99_ms", item->jitter_p99_ms);
	put_real(w, "cop_rms_mm", item->cop_rms_mm);
	put_real(w, "noise_velocity_mm_s", item->noise_velocity_mm_s);
	put_bool(w, "dropped", item->dropped);
	put_snapshots(w, r, item, scratch);
	jsonw_end_object(w);
}

void put_readings(struct jsonw *w, const struct readings *r, char *scratch)
{
	jsonw_begin_object(w);
	put_zero(w, r);
	put_late(w, r);
	jsonw_break(w);
	jsonw_key(w, "items");
	jsonw_begin_array(w);
	for (int i = 0; i < r->n_items; i++)
		put_item(w, r, &r->items[i], scratch);
	jsonw_end_array(w);
	jsonw_end_object(w);
}
