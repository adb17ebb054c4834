#include "src/records/report_calibrations.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calibration/file/calibration.h"
#include "src/base/slurp.h"
#include "src/records/serve.h"

#define MS_PER_DAY INT64_C(86400000)
#define DAY_SIZE   16

static bool is_id(const char *id)
{
	return strlen(id) == CALIBRATION_ID_SIZE - 1 &&
	       strspn(id, "0123456789abcdef") == CALIBRATION_ID_SIZE - 1;
}

/* NULL where there is none that can be trusted. */
static struct calibration *read_file(struct store *store, const char *id)
{
	char path[PATH_MAX], message[256];
	struct calibration *c = NULL;
	char *text = NULL;
	size_t n;

	if (!is_id(id) || snprintf(path, sizeof(path), "%s/calibrations/%s.json",
				  store_folder(store), id) >= (int)sizeof(path))
		return NULL;
	if (slurp_file(path, CALIBRATION_TEXT_MAX, &text, &n) == 0 &&
		calibration_parse(text, n, false, &c, message, sizeof(message)) == 0 &&
		strcmp(c->id, id) != 0) {
		calibration_free(c);
		c = NULL;
	}
	free(text);
	return c;
}

/* Days since 1970 of a moment, by the clock on the wall there. */
static int64_t day_of(int64_t unix_ms, int utc_offset_min)
{
	const int64_t local_ms = unix_ms + utc_offset_min * INT64_C(60000);

	return local_ms / MS_PER_DAY - (local_ms % MS_PER_DAY < 0);
}

static void put_day(struct jsonw *w, const char *key, int64_t day)
{
	const time_t at = (time_t)(day * (MS_PER_DAY / 1000));
	char text[DAY_SIZE];
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	serve_text(w, key, text);
}

static void put_nothing(struct jsonw *w)
{
	static const char *const keys[] = { "created", "serial", "operator",
		"age_days" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		serve_text(w, keys[i], "");
}

static void put_file(struct jsonw *w, const struct calibration *c,
	const struct report_calibration_use *use)
{
	const int64_t created = day_of(c->created_unix_ms, c->utc_offset_min);

	put_day(w, "created", created);
	serve_text(w, "serial", c->device.serial);
	serve_text(w, "operator", c->operator_name);
	if (use->started_unix_ms == INT64_MIN)
		serve_text(w, "age_days", "");
	else
		serve_int(w, "age_days",
			day_of(use->started_unix_ms, use->utc_offset_min) - created);
}

static void put_use(
	struct store *store, const struct report_calibration_use *use, struct jsonw *w)
{
	struct calibration *c = read_file(store, use->id);

	jsonw_begin_object(w);
	serve_text(w, "id", use->id);
	serve_text(w, "state", use->state);
	if (c)
		put_file(w, c, use);
	else
		put_nothing(w);
	jsonw_end_object(w);
	calibration_free(c);
}

static bool is_same(
	const struct report_calibration_use *a, const struct report_calibration_use *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->state, b->state) == 0;
}

void report_calibrations_put(struct store *store,
	const struct report_calibration_use *uses, int n, struct jsonw *w)
{
	jsonw_begin_array(w);
	for (int i = 0; i < n; i++) {
		bool is_said = false;

		for (int k = 0; k < i && !is_said; k++)
			is_said = is_same(&uses[i], &uses[k]);
		if (!is_said)
			put_use(store, &uses[i], w);
	}
	jsonw_end_array(w);
}
