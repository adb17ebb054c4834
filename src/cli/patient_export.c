#include "src/cli/patient_export.h"

#include <stdio.h>

#include <jansson.h>

#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/export.h"
#include "src/cli/members.h"
#include "src/cli/visits.h"

#define PAGE 100 /* trials in one answer */

/* How far an export has come. */
struct job {
	struct cli *cli;
	struct source *source;
	const char *code, *dir;
	int n_visits, n_trials, n_raw;
};

/* Ask, and keep the answer as DIR/NAME. */
static int keep(struct job *j, const char *method, json_t *params, const char *name)
{
	int code = source_call(j->source, method, params);
	const char *text;
	size_t n;

	if (code != CLI_OK)
		return code;
	text = source_text(j->source, &n);
	return export_file(j->cli, j->dir, name, text, n);
}

/* Those without trials, too. */
static int keep_visits(struct job *j)
{
	json_t *all = json_array();
	int code = visits_collect(j->cli, j->source, j->code, all);

	for (size_t i = 0; code == CLI_OK && i < json_array_size(all); i++) {
		long long id = json_integer_value(
			json_object_get(json_array_get(all, i), "id"));
		char name[64];

		snprintf(name, sizeof(name), "visit-%lld.json", id);
		code = keep(j, "visit.show", json_pack("{sI}", "id", id), name);
		j->n_visits++;
	}
	json_decref(all);
	return code;
}

/* A trial that is still running, or ended before anything was measured, has no series. */
static int keep_trial(struct job *j, const json_t *line)
{
	long long id = json_integer_value(json_object_get(line, "id"));
	bool has_raw = json_is_true(json_object_get(line, "has_raw"));
	int n_rows = 0;
	int code = export_trial(j->cli, j->source, id, j->dir, &n_rows);

	if (code == CLI_OK && has_raw) {
		code = export_raw(j->cli, j->source, id, j->dir);
		j->n_raw++;
	}
	j->n_trials++;
	return code;
}

static int keep_page(struct job *j, const json_t *trials)
{
	int code = CLI_OK;

	for (size_t i = 0; code == CLI_OK && i < json_array_size(trials); i++)
		code = keep_trial(j, json_array_get(trials, i));
	return code;
}

static int keep_trials(struct job *j)
{
	long long before_id = 0;
	bool more = true;
	int code = CLI_OK;

	while (code == CLI_OK && more) {
		json_t *params = json_pack("{sssisb}", "patient", j->code, "limit",
			PAGE, "with_voided", 1);
		json_t *trials;
		size_t n;

		if (before_id > 0)
			json_object_set_new(
				params, "before_id", json_integer(before_id));
		code = source_call(j->source, "trial.list", params);
		if (code != CLI_OK)
			return code;
		more = json_is_true(json_object_get(source_json(j->source), "more"));
		trials = json_incref(json_object_get(source_json(j->source), "trials"));
		n = json_array_size(trials);
		more = more && n > 0;
		before_id = json_integer_value(json_object_get(
			json_array_get(trials, n > 0 ? n - 1 : 0), "id"));
		code = keep_page(j, trials);
		json_decref(trials);
	}
	return code;
}

static void say(const struct job *j)
{
	if (j->cli->json)
		fprintf(j->cli->out,
			"{\"schema\":\"stance.exported/"
			"1\",\"visits\":%d,\"trials\":%d,\"recordings\":"
			"%d}\n",
			j->n_visits, j->n_trials, j->n_raw);
	else
		cli_note(j->cli, "%s: patient %s, %d visits, %d trials, %d recordings",
			j->dir, j->code, j->n_visits, j->n_trials, j->n_raw);
}

int patient_export_all(struct cli *cli, const char *code, const char *dir)
{
	struct job j = { .cli = cli, .code = code, .dir = dir };
	json_t *params = json_object();
	int rc = source_open(cli, false, &j.source);

	if (rc == CLI_OK && members_set_text(params, "code", code) < 0) {
		cli_error(cli, "a patient's code must be valid UTF-8");
		rc = CLI_USAGE;
	}
	if (rc == CLI_OK) /* who does not exist leaves no folder behind */
		rc = source_call(j.source, "patient.show", json_incref(params));
	if (rc == CLI_OK)
		rc = export_folder(cli, dir);
	if (rc == CLI_OK)
		rc = keep(&j, "patient.show", json_incref(params), "patient.json");
	if (rc == CLI_OK)
		rc = keep_visits(&j);
	if (rc == CLI_OK)
		rc = keep_trials(&j);
	if (rc == CLI_OK)
		say(&j);
	json_decref(params);
	source_close(j.source);
	return rc;
}
