/* placement.get, placement.clear: where a patient's feet stood. The daemon, which sees them, saves it. */
#include "src/base/i18n.h"
#include "src/records/placement.h"

#include <errno.h>

#include "src/records/params.h"
#include "src/records/serve.h"

static void put_foot(struct jsonw *out, const char *key, const struct store_foot *foot)
{
	jsonw_key(out, key);
	jsonw_begin_object(out);
	jsonw_key(out, "heel_mm");
	jsonw_begin_array(out);
	jsonw_real(out, foot->heel_x_mm);
	jsonw_real(out, foot->heel_y_mm);
	jsonw_end_array(out);
	serve_real(out, "direction_deg", foot->direction_deg);
	serve_real(out, "length_mm", foot->length_mm);
	jsonw_end_object(out);
}

void placement_put(
	struct jsonw *out, const char *patient, const struct store_placement *placement)
{
	serve_begin(out, "stance.placement/1");
	serve_text(out, "patient", patient);
	serve_time(out, "saved", placement->saved_unix_ms, placement->utc_offset_min);
	serve_text(out, "by", placement->by);
	put_foot(out, "left", &placement->foot[0]);
	put_foot(out, "right", &placement->foot[1]);
	serve_real(out, "width_mm", placement->width_mm);
	serve_text(out, "serial", placement->serial);
	jsonw_end_object(out);
}

/* Read the patient's code, and see that there is one. */
static int read_patient(struct store *store, const struct json_t *params,
	char code[RECORD_CODE_SIZE], struct rpc_error *error)
{
	struct store_patient patient;
	int err;

	if (!params_code(params, "patient", true, code, RECORD_CODE_SIZE, error))
		return -EREMOTEIO;
	err = store_patient_get(store, code, &patient);
	return err < 0 ? serve_fail(err, error, NC_("thing", "patient %s"), code) : 0;
}

int serve_placement_get(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	struct store_placement placement;
	char code[RECORD_CODE_SIZE];
	int err;

	(void)by;
	if (read_patient(store, params, code, error) < 0)
		return -EREMOTEIO;
	err = store_placement_get(store, code, &placement);
	if (err == 0)
		placement_put(out, code, &placement);
	else if (err == -ENOENT)
		jsonw_null(out);
	else
		return serve_fail(
			err, error, NC_("thing", "placement of patient %s"), code);
	return 0;
}

int serve_placement_clear(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	char code[RECORD_CODE_SIZE];
	int err;

	if (read_patient(store, params, code, error) < 0)
		return -EREMOTEIO;
	err = store_placement_clear(store, code, by);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "placement of patient %s"), code);
	jsonw_null(out);
	return 0;
}
