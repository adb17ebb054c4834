/* calibration.h: the canonical text. */
#include "calibration/file/calibration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/file/put.h"
#include "calibration/file/seal.h"
#include "src/base/base64.h"
#include "src/base/jsonw.h"

/* Room to begin with: most numbers take less; what does not fit is written again with twice as much. */
#define HEAD_BYTES   (32 * 1024)
#define CELL_BYTES   48 /* three maps of the model, three of the readings */
#define ITEM_BYTES   512
#define MOMENT_BYTES 160

/* A moment's cells as bytes, their base64 and its quotes. */
static size_t scratch_size(const struct readings *r)
{
	size_t most = 0;

	for (int i = 0; i < r->n_snapshots; i++) {
		size_t n = (size_t)r->snapshots[i].n;

		most = n > most ? n : most;
	}
	return 6 * most + base64_length(6 * most) + 2;
}

static size_t first_size(const struct calibration *c)
{
	const struct readings *r = &c->readings;

	return HEAD_BYTES + (size_t)geometry_n_cells(&c->device.geometry) * CELL_BYTES +
	       (size_t)r->n_items * ITEM_BYTES + (size_t)r->n_snapshots * MOMENT_BYTES +
	       (size_t)r->n_cells * 8;
}

static void put_key(struct jsonw *w, const char *key)
{
	jsonw_break(w);
	jsonw_key(w, key);
}

static void put_head(struct jsonw *w, const struct calibration *c)
{
	put_text(w, "schema", "stance.calibration/1");
	put_text(w, "operator", c->operator_name);
	put_text(w, "previous_id", c->previous_id);
	if (c->excerpt_of[0])
		put_text(w, "excerpt_of", c->excerpt_of);
	put_text(w, "algorithm", c->algorithm);
	put_int(w, "created_unix_ms", c->created_unix_ms);
	put_int(w, "expires_unix_ms", c->expires_unix_ms);
	put_int(w, "utc_offset_min", c->utc_offset_min);
	put_real(w, "temperature_c", c->temperature_c);
	put_bool(w, "accepted", c->accepted);
	put_bool(w, "quick", c->quick);
	put_bool(w, "verified", c->verified);
	put_key(w, "device");
	put_device(w, &c->device);
}

static void put_fit(struct jsonw *w, const struct calibration *c)
{
	put_key(w, "model");
	put_model(w, &c->model);
	put_key(w, "budget");
	put_budget(w, &c->model.budget);
	put_key(w, "report");
	put_report(w, &c->report);
}

static void put_no_fit(struct jsonw *w)
{
	static const char *const keys[] = { "model", "budget", "report" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		put_key(w, keys[i]);
		jsonw_null(w);
	}
}

static void put_calibration(struct jsonw *w, const struct calibration *c, char *scratch)
{
	jsonw_begin_object(w);
	put_head(w, c);
	if (c->algorithm[0])
		put_fit(w, c);
	else
		put_no_fit(w);
	put_key(w, "verification");
	if (c->verification.n_rows > 0)
		put_verification(w, &c->verification);
	else
		jsonw_null(w);
	put_key(w, "readings");
	put_readings(w, &c->readings, scratch);
}

/* Returns false if it needs more room. */
static bool write_into(const struct calibration *c, char *text, size_t size,
	char *scratch, char *id, size_t *n)
{
	struct jsonw w;

	jsonw_init(&w, text, size - SEAL_SIZE);
	w.breaks = true;
	put_calibration(&w, c, scratch);
	if (jsonw_finish(&w) < 0)
		return false;
	seal_put(text, w.length, id);
	*n = w.length + SEAL_SIZE - 1;
	return true;
}

int calibration_write(struct calibration *c, char **text, size_t *n)
{
	size_t size = first_size(c) + SEAL_SIZE;
	char *scratch = malloc(scratch_size(&c->readings)), *room = NULL;

	while (scratch) {
		char *more = realloc(room, size);

		if (!more)
			break;
		room = more;
		if (write_into(c, room, size, scratch, c->id, n)) {
			free(scratch);
			*text = room;
			if (c->excerpt_of[0])
				memcpy(c->id, c->excerpt_of, sizeof(c->id));
			return 0;
		}
		size *= 2;
	}
	free(scratch);
	free(room);
	return -ENOMEM;
}

int calibration_write_excerpt(const struct calibration *c, char **text, size_t *n)
{
	struct calibration *excerpt = malloc(sizeof(*excerpt));
	int err;

	if (!excerpt)
		return -ENOMEM;
	*excerpt = *c;
	memcpy(excerpt->excerpt_of, c->id, sizeof(c->id));
	excerpt->readings.n_items = 0;
	excerpt->readings.n_snapshots = 0;
	excerpt->readings.n_cells = 0;
	excerpt->readings.n_zero_frames = 0;
	excerpt->readings.n_late_frames = 0;
	err = calibration_write(excerpt, text, n);
	free(excerpt);
	return err;
}
