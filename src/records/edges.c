/* trial.edges: what the sync lines did during a trial, out of the recording that the trial has. */
#include <errno.h>
#include <limits.h>

#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "src/records/params.h"
#include "src/records/serve.h"
#include "src/store/recording.h"

#define MAX_PAGE 4000 /* forty bytes each: far below an answer's limit */

/* Times count from the first recorded frame, as those of the series do. */
struct found {
	struct recording *recording; /* NULL: gone, or damaged */
	const struct recording_edge *edges;
	size_t n;
	int64_t first_ns;
};

static void read_edges(const char *path, struct found *found)
{
	char message[STORE_MESSAGE_SIZE];
	struct raw_frame frame;
	bool any = false;

	*found = (struct found){ .n = 0 };
	if (recording_open(path, &found->recording, message, sizeof(message)) < 0)
		return;
	while (recording_next(found->recording, &frame) > 0) {
		if (!any)
			found->first_ns = frame.t_ns;
		any = true;
	}
	found->n = recording_edges(found->recording, &found->edges);
}

static void put_page(
	struct jsonw *out, const struct found *found, size_t from, size_t n)
{
	jsonw_key(out, "t_s");
	jsonw_begin_array(out);
	for (size_t i = from; i < from + n; i++)
		jsonw_fixed(out,
			(double)(found->edges[i].t_ns - found->first_ns) /
				(double)CLOCK_NS_PER_S,
			6);
	jsonw_end_array(out);
	jsonw_key(out, "kind");
	jsonw_begin_array(out);
	for (size_t i = from; i < from + n; i++)
		jsonw_string(out, recording_edge_name(found->edges[i].kind));
	jsonw_end_array(out);
}

static void put_edges(
	struct jsonw *out, const struct found *found, size_t from, size_t n)
{
	from = from < found->n ? from : found->n;
	n = n < found->n - from ? n : found->n - from;
	serve_begin(out, "stance.edges/1");
	serve_int(out, "total", (int64_t)found->n);
	serve_int(out, "from", (int64_t)from);
	serve_int(out, "n", (int64_t)n);
	put_page(out, found, from, n);
	jsonw_end_object(out);
}

int serve_trial_edges(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct trial_record record;
	struct found found;
	char path[PATH_MAX];
	int64_t id, from, n;
	int err;

	(void)by;
	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error) ||
		!params_int(params, "from", false, 0, 0, INT32_MAX, &from, error) ||
		!params_int(params, "n", false, MAX_PAGE, 1, MAX_PAGE, &n, error))
		return -EREMOTEIO;
	err = store_trial_get(store, id, &record);
	if (err >= 0)
		err = store_raw_path(store, record.uid, path, sizeof(path));
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "trial %lld"), (long long)id);
	read_edges(path, &found);
	put_edges(out, &found, (size_t)from, (size_t)n);
	recording_close(found.recording);
	return 0;
}
