#include "src/cli/exporting.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/settings.h"
#include "src/base/slurp.h"
#include "src/cli/export.h"
#include "src/cli/source.h"
#include "src/cli/subverb.h"
#include "src/export/formats.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

/* Chosen: a report has some hundred kilobytes, and a bundle holds it as text. */
#define PDF_MAX (32 << 20)

struct request {
	struct cli *cli;
	const char *noun;
	long long id;
	const char *out, *pdf_path;
	unsigned formats;
	bool force, loinc, snomed;
	char *pdf;
	size_t n_pdf;
	struct settings settings;
	struct source *source;
	int code; /* why an ask failed, said */
	struct parcel parcel;
};

enum { KEY_FORMAT = 0x200, KEY_OUT, KEY_FORCE, KEY_REPORT, KEY_CODES };

/* --- the words ----------------------------------------------------------------------------- */

static int read_formats(struct request *r, const char *list)
{
	char wrong[64];

	r->formats = formats_parse(list, wrong, sizeof(wrong));
	if (r->formats)
		return 0;
	cli_error(r->cli,
		"there is no format \"%s\"; say one or more of csv,edf,fhir,gdt",
		wrong);
	return EINVAL;
}

static int read_codes(struct request *r, const char *list)
{
	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");

		if (n == 5 && strncmp(at, "loinc", n) == 0)
			r->loinc = true;
		else if (n == 6 && strncmp(at, "snomed", n) == 0)
			r->snomed = true;
		else
			break;
		at += n;
		if (!*at)
			return 0;
	}
	cli_error(r->cli, "--codes %s: say loinc, snomed or loinc,snomed", list);
	return EINVAL;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_FORMAT:
		return read_formats(r, value);
	case KEY_OUT:
		r->out = value;
		return 0;
	case KEY_FORCE:
		r->force = true;
		return 0;
	case KEY_REPORT:
		r->pdf_path = value;
		return 0;
	case KEY_CODES:
		return read_codes(r, value);
	case ARGP_KEY_ARG:
		return r->id ? ARGP_ERR_UNKNOWN
			     : subverb_parse_id(r->cli, r->noun, value, &r->id);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "format", KEY_FORMAT, "LIST", 0,
		"What to write, one or more of csv,edf,fhir,gdt (csv)", 0 },
	{ "out", KEY_OUT, "DIR", 0, "The folder to write to, made if need be", 0 },
	{ "force", KEY_FORCE, NULL, 0, "Replace files that are there", 0 },
	{ "report", KEY_REPORT, "FILE.pdf", 0,
		"fhir: put this report of stance-report into the bundle", 0 },
	{ "codes", KEY_CODES, "LIST", 0,
		"fhir: add codes of loinc, snomed where there are any; SNOMED CT needs "
		"a licence",
		0 },
	{ 0 },
};

#define FORMATS_DOC                                                                    \
	"csv: each trial's series, one row a frame, and beside it a JSON file that "   \
	"says what the columns are and holds the result. edf: the same as EDF+, on "   \
	"even steps. fhir: a FHIR R4 transaction bundle. gdt: a GDT 2.1 answer "       \
	"(6310). docs/exports.md lists every field. Numbers have a decimal point in "  \
	"every language; absent ones are empty."

static const struct argp trial_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "ID --out DIR",
	.doc = "Write a trial as files for other programs: DIR/trial-ID.csv and "
	       ".json, .edf, .fhir.json, .gdt.\v" FORMATS_DOC,
};

static const struct argp visit_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "ID --out DIR",
	.doc = "Write a visit as files for other programs: csv and edf for each of "
	       "its trials, DIR/visit-ID.json, .fhir.json, .gdt for all of it. Voided "
	       "trials are left out.\v" FORMATS_DOC,
};

static int check_words(struct request *r)
{
	if (!r->id || !r->out) {
		cli_error(r->cli,
			"say which %s and where to: stance %s export ID --format csv "
			"--out DIR",
			r->noun, r->noun);
		return CLI_USAGE;
	}
	if ((r->pdf_path || r->loinc || r->snomed) && !(r->formats & EXPORT_FHIR)) {
		cli_error(r->cli, "--report and --codes go with --format fhir");
		return CLI_USAGE;
	}
	return CLI_OK;
}

/* --- what is needed besides the store ------------------------------------------------------- */

static int read_pdf(struct request *r)
{
	int err =
		r->pdf_path ? slurp_file(r->pdf_path, PDF_MAX, &r->pdf, &r->n_pdf) : 0;

	if (err < 0) {
		cli_error(r->cli, "%s: %s", r->pdf_path,
			err == -EFBIG ? "longer than 32 MiB" : strerror(-err));
		return err == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
	}
	if (!r->pdf_path || (r->n_pdf > 5 && memcmp(r->pdf, "%PDF-", 5) == 0))
		return CLI_OK;
	cli_error(r->cli, "%s is no PDF", r->pdf_path);
	return CLI_USAGE;
}

static int read_settings(struct request *r)
{
	char message[512] = "";

	settings_init(&r->settings);
	if (settings_load(&r->settings, NULL, message, sizeof(message)) == 0)
		return CLI_OK;
	cli_error(r->cli, "%s", message);
	return CLI_USAGE;
}

static struct export_options choose(const struct request *r)
{
	const struct settings *s = &r->settings;
	bool is_437 =
		strcmp(settings_text(s, SETTINGS_EXPORT_GDT_CHARSET), "cp437") == 0;

	return (struct export_options){
		.fhir = { .patient_system =
				  settings_text(s, SETTINGS_EXPORT_PATIENT_SYSTEM),
			.loinc = r->loinc,
			.snomed = r->snomed,
			.pdf = r->pdf,
			.n_pdf = r->n_pdf },
		.gdt = { .charset = is_437 ? GDT_CHARSET_CP437 : GDT_CHARSET_LATIN1,
			.receiver = settings_text(s, SETTINGS_EXPORT_GDT_RECEIVER),
			.sender = settings_text(s, SETTINGS_EXPORT_GDT_SENDER),
			.test = settings_text(s, SETTINGS_EXPORT_GDT_TEST) },
	};
}

/* --- asking -------------------------------------------------------------------------------- */

static int ask(const char *method, json_t *params, json_t **result, void *ctx)
{
	struct request *r = ctx;

	r->code = source_call(r->source, method, params);
	if (r->code != CLI_OK)
		return -EREMOTEIO;
	*result = json_incref((json_t *)source_json(r->source));
	return 0;
}

static int ask_code(const struct request *r, int err)
{
	if (err == -EREMOTEIO)
		return r->code;
	cli_error(r->cli, "%s %lld: %s", r->noun, r->id,
		err == -EBADMSG ? "the answer does not hold together" : strerror(-err));
	return err == -EBADMSG ? CLI_CORRUPT : CLI_FAILURE;
}

/* A running trial has no result yet. */
static bool is_running(const struct export_trial *trial)
{
	const json_t *quality = json_object_get(trial->document, "quality");

	return !json_string_value(json_object_get(quality, "verdict"));
}

static int make_trial(struct request *r)
{
	struct export_options options_of = choose(r);
	struct export_trial trial;
	char message[256] = "";
	int err = export_trial_collect(r->id, ask, r, &trial);

	if (err < 0)
		return ask_code(r, err);
	if (is_running(&trial)) {
		cli_error(r->cli, "trial %lld is still running", r->id);
		err = -EBUSY;
	} else {
		err = formats_trial(&trial, r->formats, &options_of, &r->parcel,
			message, sizeof(message));
		if (err < 0)
			cli_error(r->cli, "%s", message);
	}
	export_trial_fini(&trial);
	return err < 0 ? CLI_FAILURE : CLI_OK;
}

static int make_visit(struct request *r)
{
	struct export_options options_of = choose(r);
	struct export_visit visit;
	char message[256] = "";
	int err = export_visit_collect(r->id, ask, r, &visit);

	if (err < 0)
		return ask_code(r, err);
	err = formats_visit(
		&visit, r->formats, &options_of, &r->parcel, message, sizeof(message));
	if (err < 0)
		cli_error(r->cli, "%s", message);
	export_visit_fini(&visit);
	return err < 0 ? CLI_FAILURE : CLI_OK;
}

/* --- writing ------------------------------------------------------------------------------- */

static void say(const struct request *r)
{
	json_t *files = json_array(), *document;

	for (int i = 0; i < r->parcel.n; i++)
		json_array_append_new(files, json_string(r->parcel.files[i].name));
	document = json_pack("{sssO}", "schema", "stance.exported/1", "files", files);
	if (r->cli->json) {
		json_dumpf(document, r->cli->out, JSON_COMPACT);
		fputc('\n', r->cli->out);
	}
	for (int i = 0; !r->cli->json && i < r->parcel.n; i++)
		cli_note(r->cli, "%s/%s", r->out, r->parcel.files[i].name);
	json_decref(document);
	json_decref(files);
}

static int write_files(struct request *r)
{
	const char *failed = "";
	int code = export_folder(r->cli, r->out);
	int err = code == CLI_OK
			  ? parcel_write_all(&r->parcel, r->out, r->force, &failed)
			  : 0;

	if (err == -EEXIST)
		cli_error(r->cli,
			"%s/%s is there already, and nothing was written; --force "
			"replaces it",
			r->out, failed);
	else if (err < 0)
		cli_error(r->cli, "%s/%s: %s", r->out, failed, strerror(-err));
	else if (code == CLI_OK)
		say(r);
	if (err == 0)
		return code;
	return err == -EACCES || err == -EPERM || err == -EROFS ? CLI_PERMISSION
								: CLI_FAILURE;
}

static int run(struct cli *cli, const char *noun, const struct argp *argp,
	int (*make)(struct request *), int argc, char **argv)
{
	struct request r = { .cli = cli, .noun = noun, .formats = EXPORT_CSV };
	int parsed = cli_parse(cli, argp, argc, argv, &r);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = check_words(&r);
	if (code == CLI_OK)
		code = read_settings(&r);
	if (code == CLI_OK)
		code = read_pdf(&r);
	if (code == CLI_OK)
		code = source_open(cli, false, &r.source);
	if (code == CLI_OK)
		code = make(&r);
	if (code == CLI_OK)
		code = write_files(&r);
	source_close(r.source);
	parcel_fini(&r.parcel);
	free(r.pdf);
	return code;
}

int exporting_trial(struct cli *cli, int argc, char **argv)
{
	return run(cli, "trial", &trial_argp, make_trial, argc, argv);
}

int exporting_visit(struct cli *cli, int argc, char **argv)
{
	return run(cli, "visit", &visit_argp, make_visit, argc, argv);
}
