#include "src/cli/visits.h"

#include <stdbool.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/source.h"

#define PAGE 100 /* visits in one answer */

/* NULL, said, if the patient's code cannot be sent. */
static json_t *page_params(struct cli *cli, const char *patient, json_int_t before_id)
{
	json_t *params = json_pack("{si}", "limit", PAGE);

	if (before_id > 0)
		json_object_set_new(params, "before_id", json_integer(before_id));
	if (members_set_text(params, "patient", patient) == 0)
		return params;
	json_decref(params);
	cli_error(cli, "a patient's code must be valid UTF-8");
	return NULL;
}

int visits_collect(
	struct cli *cli, struct source *source, const char *patient, json_t *all)
{
	json_int_t before_id = 0;
	bool more = true;

	while (more) {
		json_t *params = page_params(cli, patient, before_id);
		const json_t *page;
		int code =
			params ? source_call(source, "visit.list", params) : CLI_USAGE;

		if (code != CLI_OK)
			return code;
		page = json_object_get(source_json(source), "visits");
		json_array_extend(all, (json_t *)page);
		more = json_is_true(json_object_get(source_json(source), "more")) &&
		       json_array_size(page) > 0;
		before_id = json_integer_value(json_object_get(
			json_array_get(all, json_array_size(all) - 1), "id"));
	}
	return CLI_OK;
}
