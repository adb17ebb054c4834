#include "src/daemon/panel_next.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/base/jsonw.h"
#include "src/daemon/trials.h"
#include "src/records/records.h"
#include "src/store/store_station.h"

#define METHOD    "visit.current"
#define BY        "panel"
#define PLAN_SIZE 65536 /* of the longest plan, four times over */

struct panel_next {
	struct archive *archive;
	double cutoff_hz;
	panel_next_fn *fn;
	void *ctx;
	bool asks;
	struct archive_job job;
	struct trial_request request;
	int err;
	char why[512];
	char text[PLAN_SIZE];
};

static void copy_text(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	snprintf(out, size, "%s", text ? text : "");
}

/* NaN where it is not a number. */
static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int refuse(char *why, size_t size, const char *text)
{
	snprintf(why, size, "%s", text);
	return -ENOENT;
}

int panel_next_read(const struct json_t *plan, struct trial_request *request, char *why,
	size_t size)
{
	const json_t *next = json_object_get(plan, "next");
	const json_t *start = json_object_get(next, "start");
	const json_t *condition = json_object_get(start, "condition");
	const char *key = json_string_value(json_object_get(start, "protocol"));
	double lift_mm;

	if (!plan || json_is_null(plan))
		return refuse(why, size,
			N_("No visit is open: choose a patient on the screen first."));
	if (!next || json_is_null(next))
		return refuse(why, size,
			N_("Nothing is planned any more in this visit: choose a trial "
			   "on "
			   "the screen."));
	*request = (struct trial_request){ .protocol = key ? protocol_find(key) : NULL,
		.visit_id = json_integer_value(json_object_get(start, "visit")),
		.duration_s = number(start, "duration_s"),
		.practice = json_is_true(json_object_get(start, "practice")),
		.settle_s = NAN,
		.wait_s = TRIALS_WAIT_S,
		.cutoff_hz = NAN };
	if (!request->protocol)
		return refuse(why, size, N_("The next trial's protocol is not known."));
	copy_text(start, "patient", request->patient, sizeof(request->patient));
	request->condition.pain = -1;
	copy_text(condition, "footwear", request->condition.footwear,
		sizeof(request->condition.footwear));
	lift_mm = number(condition, "lift_mm");
	request->condition.lift_mm = isnan(lift_mm) ? 0 : lift_mm;
	return 0;
}

static int read_text(struct panel_next *next)
{
	json_t *plan = json_loads(next->text, JSON_DECODE_ANY, NULL);
	int err = panel_next_read(plan, &next->request, next->why, sizeof(next->why));

	json_decref(plan);
	return err;
}

/* A row that cannot be read is no open door. */
static bool is_locked(struct store *store)
{
	struct store_station station;

	return store_station_get(store, &station) < 0 || station.locked;
}

static void run(struct store *store, const char *trouble, void *ctx)
{
	struct panel_next *next = ctx;
	struct rpc_error error = { 0 };
	struct jsonw w;

	next->err = -ENOENT;
	if (store && is_locked(store)) {
		snprintf(next->why, sizeof(next->why),
			N_("The station is locked: unlock it on the screen first."));
		return;
	}
	if (!store) {
		snprintf(next->why, sizeof(next->why),
			N_("The store cannot be opened: %s"), trouble);
		return;
	}
	jsonw_init(&w, next->text, sizeof(next->text));
	if (records_call(store, records_method_find(METHOD), NULL, BY, &w, &error) < 0)
		snprintf(next->why, sizeof(next->why), "%s", error.message);
	else if (jsonw_finish(&w) < 0)
		snprintf(next->why, sizeof(next->why),
			N_("The visit's plan is too long."));
	else
		next->err = read_text(next);
}

static void on_found(void *ctx)
{
	struct panel_next *next = ctx;

	next->asks = false;
	if (!next->fn)
		return;
	next->request.cutoff_hz = next->cutoff_hz;
	next->fn(next->err == 0 ? &next->request : NULL, next->why, next->ctx);
}

int panel_next_new(struct archive *archive, double cutoff_hz, panel_next_fn *fn,
	void *ctx, struct panel_next **out)
{
	struct panel_next *next = calloc(1, sizeof(*next));

	if (!next)
		return -ENOMEM;
	next->archive = archive;
	next->cutoff_hz = cutoff_hz;
	next->fn = fn;
	next->ctx = ctx;
	*out = next;
	return 0;
}

void panel_next_free(struct panel_next *next)
{
	if (!next)
		return;
	next->fn = NULL;
	if (next->asks)
		worker_drain(archive_worker(next->archive));
	free(next);
}

void panel_next_ask(struct panel_next *next)
{
	if (next->asks)
		return;
	next->asks = true;
	next->why[0] = '\0';
	next->job =
		(struct archive_job){ .run_fn = run, .done_fn = on_found, .ctx = next };
	archive_post(next->archive, &next->job);
}
