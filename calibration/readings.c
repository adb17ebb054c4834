#include "calibration/readings.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define ALIGNMENT 64 /* of the memory and of every array in it */

const char *reading_kind_name(enum reading_kind kind)
{
	static const char *const names[READING_N_KINDS] = {
		[READING_ZERO] = "zero",
		[READING_LOAD] = "load",
		[READING_ROLL] = "roll",
		[READING_STAIRCASE] = "staircase",
		[READING_CREEP] = "creep",
		[READING_VERIFY] = "verify",
	};

	return (unsigned)kind < READING_N_KINDS ? names[kind] : "unknown";
}

static size_t padded(size_t size)
{
	return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool is_possible(
	const struct mat_geometry *g, int max_items, int max_snapshots, int max_cells)
{
	return g->n_rows >= 1 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE && g->pitch_x_mm > 0 &&
	       g->pitch_y_mm > 0 && max_items >= 1 && max_items <= READINGS_MAX_ITEMS &&
	       max_snapshots >= 1 && max_snapshots <= READINGS_MAX_SNAPSHOTS &&
	       max_cells >= 1 && max_cells <= READINGS_MAX_CELLS;
}

size_t readings_size(const struct mat_geometry *geometry, int max_items,
	int max_snapshots, int max_cells)
{
	size_t map;

	if (!is_possible(geometry, max_items, max_snapshots, max_cells))
		return 0;
	map = padded((size_t)geometry_n_cells(geometry) * sizeof(float));
	return padded((size_t)max_items * sizeof(struct reading)) +
	       padded((size_t)max_snapshots * sizeof(struct snapshot)) +
	       padded((size_t)max_cells * sizeof(uint16_t)) +
	       padded((size_t)max_cells * sizeof(float)) + 3 * map;
}

/* Cut `size` bytes off the front of what is left. */
static void *cut(unsigned char **at, size_t size)
{
	void *piece = *at;

	*at += padded(size);
	return piece;
}

int readings_init(struct readings *r, void *memory, size_t size,
	const struct mat_geometry *geometry, int max_items, int max_snapshots,
	int max_cells)
{
	size_t need = readings_size(geometry, max_items, max_snapshots, max_cells), map;
	unsigned char *at = memory;

	if (!need)
		return -EINVAL;
	if (size < need)
		return -ENOBUFS;
	*r = (struct readings){ .geometry = *geometry,
		.max_items = max_items,
		.max_snapshots = max_snapshots,
		.max_cells = max_cells };
	map = padded((size_t)geometry_n_cells(geometry) * sizeof(float));
	r->items = cut(&at, (size_t)max_items * sizeof(struct reading));
	r->snapshots = cut(&at, (size_t)max_snapshots * sizeof(struct snapshot));
	r->cell = cut(&at, (size_t)max_cells * sizeof(uint16_t));
	r->count = cut(&at, (size_t)max_cells * sizeof(float));
	r->zero_cnt = cut(&at, map);
	r->zero_sd_cnt = cut(&at, map);
	r->late_cnt = cut(&at, map);
	/* What is appended is written before it is counted: megabytes that need not be touched. */
	memset(r->zero_cnt, 0, 3 * map);
	return 0;
}

struct reading *readings_begin(struct readings *r, enum reading_kind kind)
{
	struct reading *item;

	if (r->n_items == r->max_items)
		return NULL;
	item = &r->items[r->n_items++];
	*item = (struct reading){
		.kind = kind,
		.mass_kg = NAN,
		.x_mm = NAN,
		.y_mm = NAN,
		.onset_s = NAN,
		.read_s = NAN,
		.off_s = NAN,
		.coverage_frac = NAN,
		.temperature_c = NAN,
		.rate_hz = NAN,
		.lost_frac = NAN,
		.jitter_p99_ms = NAN,
		.cop_rms_mm = NAN,
		.noise_velocity_mm_s = NAN,
		.first = r->n_snapshots,
	};
	return item;
}

int readings_add(struct readings *r, const struct snapshot *moment, const float *counts,
	float band_cnt)
{
	int n_cells = geometry_n_cells(&r->geometry), first = r->n_cells, n = first;
	struct snapshot *s;

	if (r->n_items == 0 || r->n_snapshots == r->max_snapshots)
		return -ENOSPC;
	for (int i = 0; i < n_cells; i++) {
		if (!(fabsf(counts[i] - r->zero_cnt[i]) > band_cnt))
			continue;
		if (n == r->max_cells)
			return -ENOSPC;
		r->cell[n] = (uint16_t)i;
		r->count[n++] = counts[i];
	}
	s = &r->snapshots[r->n_snapshots++];
	*s = *moment;
	s->first = first;
	s->n = n - first;
	r->n_cells = n;
	r->items[r->n_items - 1].n++;
	return 0;
}

void readings_undo(struct readings *r)
{
	const struct reading *item;

	if (r->n_items == 0)
		return;
	item = &r->items[--r->n_items];
	if (item->n > 0)
		r->n_cells = r->snapshots[item->first].first;
	r->n_snapshots = item->first;
}
