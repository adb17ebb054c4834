#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "calibration/file/calibrated.h"
#include "src/cli/cli.h"
#include "src/cli/trial_text.h"
#include "src/cli/verbs.h"
#include "src/ipc/document_trial.h"
#include "src/store/replay.h"

static error_t parse_word(int key, char *value, struct argp_state *state)
{
	const char **path = state->input;

	if (key != ARGP_KEY_ARG || *path)
		return ARGP_ERR_UNKNOWN;
	*path = value;
	return 0;
}

static int print(const struct cli *cli, const struct trial_record *record)
{
	char *text = malloc(DOCUMENT_TRIAL_MAX);
	json_t *document = NULL;
	struct jsonw w;

	if (!text)
		return CLI_FAILURE;
	jsonw_init(&w, text, DOCUMENT_TRIAL_MAX);
	document_put_trial(&w, record);
	if (cli->json)
		fprintf(cli->out, "%s\n", text);
	else if ((document = json_loads(text, 0, NULL)))
		trial_text_print(cli, document, cli->verbose > 0);
	json_decref(document);
	free(text);
	return CLI_OK;
}

/* Whatever the frames gave is printed; the exit code says whether that was a result. */
static int judge(const struct cli *cli, const char *path, int err,
	const struct recording_damage *damage, const struct trial_record *record)
{
	char text[512];
	int code;

	recording_damage_text(damage, text, sizeof(text));
	if (*text)
		cli_error(cli, "%s: %s", path, text);
	if (err < 0 && err != -ENODATA) {
		cli_error(cli, "%s: %s", path,
			err == -EINVAL
				? "it was made with a protocol or a mat that this "
				  "version does not know; replay it with a newer "
				  "one"
				: strerror(-err));
		return err == -EINVAL || err == -EBADMSG ? CLI_CORRUPT : CLI_FAILURE;
	}
	code = print(cli, record);
	if (code != CLI_OK || err == 0)
		return code;
	if (!*text)
		cli_error(cli, "%s: nothing was measured in it", path);
	return *text ? CLI_CORRUPT : CLI_TIMEOUT;
}

/* Make the calibration that was in force when it was recorded; NULL if there was none. */
static int calibration_of(const struct cli *cli, const char *path,
	const struct recording *recording, struct calibrated **out)
{
	const char *text = recording_header(recording)->calibration;
	char message[512] = "";
	int err;

	*out = NULL;
	if (!text)
		return CLI_OK;
	err = calibrated_parse(text, strlen(text), out, message, sizeof(message));
	if (err == 0)
		return CLI_OK;
	cli_error(cli, "%s: the calibration in it cannot be used: %s", path, message);
	return err == -ENOMEM ? CLI_FAILURE : CLI_CORRUPT;
}

static int measure(const struct cli *cli, const char *path, struct recording *recording)
{
	struct replay replay = { .memory = NULL };
	struct calibrated *calibrated;
	struct sensor sensor;
	int code = calibration_of(cli, path, recording, &calibrated);
	int err;

	if (code != CLI_OK)
		return code;
	sensor = calibrated_sensor(calibrated);
	err = replay_run(recording, &sensor, &replay);
	code = judge(cli, path, err, recording_damage(recording), &replay.record);
	replay_free(&replay);
	calibrated_drop(calibrated);
	return code;
}

static int replay_file(const struct cli *cli, const char *path)
{
	struct recording *recording = NULL;
	char message[512] = "";
	int err = recording_open(path, &recording, message, sizeof(message));
	int code;

	if (err < 0) {
		cli_error(cli, "%s: %s", path, *message ? message : strerror(-err));
		return err == -EBADMSG  ? CLI_CORRUPT
		       : err == -EACCES ? CLI_PERMISSION
					: CLI_FAILURE;
	}
	code = measure(cli, path, recording);
	recording_close(recording);
	return code;
}

int verb_replay(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_word,
		.args_doc = "FILE",
		.doc = "Measure a recording anew, with the same steps as when it was "
		       "made: the same recording gives the same result.\v"
		       "A trial's recording gives the trial's result; a plain one is "
		       "measured from when somebody stands there to its end. What is "
		       "damaged or "
		       "missing is said; exit code 8 if nothing whole is left, 5 if "
		       "nothing was measured in it.",
	};
	const char *path = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, &path);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!path) {
		cli_error(cli, "say which recording: stance replay FILE");
		return CLI_USAGE;
	}
	return replay_file(cli, path);
}
