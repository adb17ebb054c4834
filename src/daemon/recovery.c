#include "src/daemon/recovery.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/file/calibrated.h"
#include "src/base/i18n.h"
#include "src/base/version.h"
#include "src/daemon/trial_picture.h"
#include "src/daemon/trial_record.h"
#include "src/store/replay.h"

#define LOG_TAG "recovery"
#include "src/base/log.h"

#define MAX_AT_ONCE  64
#define PATH_SIZE    4096
#define MESSAGE_SIZE 512

/* What the row knew, and why there is nothing more. */
static int store_unreadable(
	struct store *store, const struct trial_record *row, const char *why)
{
	struct trial_record *record = malloc(sizeof(*record));
	int err;

	if (!record)
		return -ENOMEM;
	*record = *row;
	record->verdict = TRIAL_INTERRUPTED;
	record->n_reasons = 0;
	record->n_phases = 0;
	record->duration_s = record->rate_hz = NAN;
	snprintf(record->algorithm, sizeof(record->algorithm), "%s", STANCE_VERSION);
	trial_record_reason(record, N_("The station went down while the trial ran."));
	trial_record_reason(record, "%s", why);
	err = store_trial_finish(store, record, NULL);
	free(record);
	return err;
}

/* What is missing of a recording is said in the trial's reasons. */
static void add_damage(struct trial_record *record, struct recording *recording)
{
	const struct recording_damage *damage = recording_damage(recording);
	char text[MESSAGE_SIZE];

	if (damage->bad_chunks == 0 && damage->missing_frames == 0)
		return;
	recording_damage_text(damage, text, sizeof(text));
	trial_record_reason(record, "%s", text);
	if (record->verdict == TRIAL_GOOD)
		record->verdict = TRIAL_CHECK;
}

static int store_measured(struct store *store, const struct trial_record *row,
	struct recording *recording, const struct calibrated *calibrated)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	struct sensor sensor = calibrated_sensor(calibrated);
	int err;

	if (!replay)
		return -ENOMEM;
	err = replay_run(recording, &sensor, replay);
	if (err < 0 && err != -ENODATA) {
		free(replay);
		return err == -ENOMEM
			       ? err
			       : store_unreadable(store, row,
					 N_("Its recording cannot be measured by "
					    "this version."));
	}
	trial_record_identify(&replay->record, row);
	if (replay->record.verdict == TRIAL_INTERRUPTED)
		trial_record_reason(&replay->record,
			N_("The station went down while the trial ran."));
	add_damage(&replay->record, recording);
	trial_picture_put(store, row->id, &recording_header(recording)->mat.geometry,
		replay->picture, replay->picture_is_force);
	err = store_trial_finish(store, &replay->record, replay->series);
	replay_free(replay);
	free(replay);
	return err;
}

/* With the calibration that was in force, which the recording holds. */
static int store_replayed(struct store *store, const struct trial_record *row,
	struct recording *recording)
{
	const char *text = recording_header(recording)->calibration;
	struct calibrated *calibrated = NULL;
	char message[MESSAGE_SIZE] = "";
	int err = text ? calibrated_parse(text, strlen(text), &calibrated, message,
				 sizeof(message))
		       : 0;

	if (err == -ENOMEM)
		return err;
	if (err < 0)
		return store_unreadable(store, row, message);
	err = store_measured(store, row, recording, calibrated);
	calibrated_drop(calibrated);
	return err;
}

static int recover_row(struct store *store, struct trial_record *row)
{
	char path[PATH_SIZE], message[MESSAGE_SIZE] = "";
	struct recording *recording;
	int err = store_raw_path(store, row->uid, path, sizeof(path));

	if (err < 0)
		return err;
	err = recording_open(path, &recording, message, sizeof(message));
	if (err == -ENOMEM)
		return err;
	row->has_raw = err != -ENOENT;
	if (err < 0)
		return store_unreadable(store, row,
			err == -ENOENT ? N_("Nothing of it had been recorded yet.")
				       : message);
	err = store_replayed(store, row, recording);
	recording_close(recording);
	return err;
}

static int recover(struct store *store, int64_t id)
{
	struct trial_record *row = calloc(1, sizeof(*row));
	int err = row ? store_trial_get(store, id, row) : -ENOMEM;

	if (err == 0)
		err = recover_row(store, row);
	if (err < 0)
		log_err("trial %lld, interrupted by a crash, could not be stored: %s",
			(long long)id, strerror(-err));
	else
		log_warn_event(LOG_EVENT_TRIAL_INTERRUPTED,
			"trial %lld was interrupted by a crash and is stored",
			(long long)id);
	free(row);
	return err;
}

int recovery_run(struct store *store)
{
	int64_t ids[MAX_AT_ONCE];
	int n_stored = 0, n = store_trial_running(store, ids, MAX_AT_ONCE);

	if (n < 0)
		log_err("interrupted trials cannot be listed: %s", strerror(-n));
	for (int i = 0; i < n; i++)
		n_stored += recover(store, ids[i]) == 0;
	return n_stored;
}
