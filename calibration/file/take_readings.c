/* take.h: what the mat showed. */
#include "calibration/file/take.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"

#define MOST_COUNT 65535.0
#define MOST_S     1e9 /* the frames' stamps: host's clock */
#define MOST_MASS  2000.0
#define MOST_MM    1e6
#define MOST_UNIX  INT64_C(253402300800000) /* the year 10000 */

static double positive_or_nan(
	struct field *f, const json_t *object, const char *key, double high)
{
	return field_real_or_nan(f, object, key, 0, high);
}

static void take_zero(struct field *f, const json_t *object, struct readings *r)
{
	int n_rows = r->geometry.n_rows, n_cols = r->geometry.n_cols;

	if (json_is_null(object))
		return;
	f->place = "readings.zero";
	f->index = -1;
	r->n_zero_frames = (int)field_int(f, object, "frames", 1, INT32_MAX);
	field_rows(f, object, "mean_cnt", n_rows, n_cols, 0, MOST_COUNT, r->zero_cnt);
	field_rows(f, object, "sd_cnt", n_rows, n_cols, 0, MOST_COUNT, r->zero_sd_cnt);
}

static void take_late(struct field *f, const json_t *object, struct readings *r)
{
	if (json_is_null(object))
		return;
	f->place = "readings.late";
	f->index = -1;
	r->n_late_frames = (int)field_int(f, object, "frames", 1, INT32_MAX);
	r->late_s = field_real(f, object, "t_s", -MOST_S, MOST_S);
	field_rows(f, object, "mean_cnt", r->geometry.n_rows, r->geometry.n_cols, 0,
		MOST_COUNT, r->late_cnt);
}

/* --- moments ----------------------------------------------------------------------------- */

static bool take_cell(const uint8_t *bytes, int n_cells, uint16_t *cell, float *count)
{
	uint32_t bits = bytes_get_u32(bytes + 2);

	memcpy(count, &bits, sizeof(*count));
	*cell = bytes_get_u16(bytes);
	return *cell < n_cells && *count >= 0 && *count <= (float)MOST_COUNT;
}

/* Cells in rising order: each once. */
static bool spread_cells(const uint8_t *bytes, int n, struct readings *r)
{
	int n_all = geometry_n_cells(&r->geometry);
	int last = -1;

	for (int i = 0; i < n; i++) {
		uint16_t *cell = &r->cell[r->n_cells + i];

		if (!take_cell(bytes + 6 * i, n_all, cell, &r->count[r->n_cells + i]) ||
			*cell <= last)
			return false;
		last = *cell;
	}
	return true;
}

static void take_cells(struct field *f, const json_t *object, struct snapshot *moment,
	struct readings *r)
{
	const json_t *text = json_object_get(object, "cells");
	size_t length = json_string_length(text);
	uint8_t *bytes = malloc(length / 4 * 3 + 1);
	int n_bytes = -1;

	if (!bytes) {
		field_no_memory(f);
		return;
	}
	if (json_is_string(text) && length <= INT32_MAX)
		n_bytes = base64_decode(json_string_value(text), length, bytes);
	if (n_bytes < 0 || n_bytes % 6 != 0 ||
		n_bytes / 6 > r->max_cells - r->n_cells ||
		!spread_cells(bytes, n_bytes / 6, r)) {
		field_refuse(f, "cells", "cells of this mat with their counts, base64");
	} else {
		moment->first = r->n_cells;
		moment->n = n_bytes / 6;
		r->n_cells += moment->n;
	}
	free(bytes);
}

static void take_moment(struct field *f, const json_t *object, struct readings *r)
{
	struct snapshot *moment;

	if (r->n_snapshots == r->max_snapshots) {
		field_refuse(f, "moments", "fewer: there are too many");
		return;
	}
	moment = &r->snapshots[r->n_snapshots++];
	*moment = (struct snapshot){ .first = r->n_cells };
	moment->t_s = field_real(f, object, "t_s", -MOST_S, MOST_S);
	moment->span_s = field_real(f, object, "span_s", 0, MOST_S);
	moment->mass_kg = positive_or_nan(f, object, "mass_kg", MOST_MASS);
	moment->pass = (int)field_int(f, object, "pass", 0, INT16_MAX);
	take_cells(f, object, moment, r);
}

static void take_item(struct field *f, const json_t *object, struct readings *r)
{
	struct reading *item = &r->items[r->n_items++];
	const json_t *moments;

	*item = (struct reading){ .first = r->n_snapshots };
	item->kind = (enum reading_kind)field_word(
		f, object, "step", block_reading_word, READING_N_KINDS);
	item->at_unix_ms = field_int(f, object, "at_unix_ms", 0, MOST_UNIX);
	item->mass_kg = positive_or_nan(f, object, "mass_kg", MOST_MASS);
	item->x_mm = field_real_or_nan(f, object, "x_mm", -MOST_MM, MOST_MM);
	item->y_mm = field_real_or_nan(f, object, "y_mm", -MOST_MM, MOST_MM);
	item->onset_s = field_real_or_nan(f, object, "onset_s", -MOST_S, MOST_S);
	item->read_s = field_real_or_nan(f, object, "read_s", -MOST_S, MOST_S);
	item->off_s = json_object_get(object, "off_s")
			      ? field_real_or_nan(f, object, "off_s", -MOST_S, MOST_S)
			      : NAN; /* files of before did not say */
	item->coverage_frac = positive_or_nan(f, object, "coverage_frac", 1);
	item->temperature_c = field_real_or_nan(f, object, "temperature_c", -300, 1000);
	item->rate_hz = positive_or_nan(f, object, "rate_hz", 1e6);
	item->lost_frac = positive_or_nan(f, object, "lost_frac", 1);
	item->jitter_p99_ms = positive_or_nan(f, object, "jitter_p99_ms", 1e9);
	item->cop_rms_mm = positive_or_nan(f, object, "cop_rms_mm", MOST_MM);
	item->noise_velocity_mm_s =
		positive_or_nan(f, object, "noise_velocity_mm_s", 1e9);
	item->dropped = field_bool(f, object, "dropped");
	moments = field_array(f, object, "moments", (size_t)r->max_snapshots);
	for (size_t i = 0; i < json_array_size(moments) && !f->err; i++)
		take_moment(f, json_array_get(moments, i), r);
	item->n = r->n_snapshots - item->first;
}

void take_readings(struct field *f, const json_t *object, struct readings *r)
{
	const json_t *items;

	f->place = "readings";
	f->index = -1;
	take_zero(f, json_object_get(object, "zero"), r);
	take_late(f, json_object_get(object, "late"), r);
	f->place = "readings";
	f->index = -1;
	items = field_array(f, object, "items", (size_t)r->max_items);
	f->place = "readings.items";
	for (size_t i = 0; i < json_array_size(items) && !f->err; i++) {
		f->index = (int)i;
		take_item(f, json_array_get(items, i), r);
	}
}
