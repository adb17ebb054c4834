/* trial.device: which mat a trial was measured with, out of the recording that the trial has. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/records/params.h"
#include "src/records/serve.h"
#include "src/store/recording.h"

static void put_device(struct jsonw *out, const struct recording_header *h)
{
	const struct analysis_setup *mat = &h->mat;

	serve_text(out, "driver", h->driver);
	serve_text(out, "serial", h->serial);
	serve_text(out, "model", h->model);
	serve_text(out, "firmware", h->firmware);
	serve_int(out, "rows", mat->geometry.n_rows);
	serve_int(out, "cols", mat->geometry.n_cols);
	serve_real(out, "pitch_x_mm", mat->geometry.pitch_x_mm);
	serve_real(out, "pitch_y_mm", mat->geometry.pitch_y_mm);
}

static void put_nothing(struct jsonw *out)
{
	static const char *const keys[] = { "driver", "serial", "model", "firmware",
		"rows", "cols", "pitch_x_mm", "pitch_y_mm" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		serve_text(out, keys[i], "");
}

int serve_trial_device(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct recording *recording = NULL;
	struct trial_record record;
	char path[PATH_MAX], message[STORE_MESSAGE_SIZE];
	int64_t id;
	int err;

	(void)by;
	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error))
		return -EREMOTEIO;
	err = store_trial_get(store, id, &record);
	if (err >= 0)
		err = store_raw_path(store, record.uid, path, sizeof(path));
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "trial %lld"), (long long)id);
	serve_begin(out, "stance.device/1");
	if (recording_open(path, &recording, message, sizeof(message)) == 0)
		put_device(out, recording_header(recording));
	else
		put_nothing(out); /* pruned, or damaged: then it is not known */
	recording_close(recording);
	jsonw_end_object(out);
	return 0;
}
