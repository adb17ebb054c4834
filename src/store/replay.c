#include "src/store/replay.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/version.h"

/* What a plain recording is measured as: whoever stands there, from the first frame on. */
static const struct protocol the_free = {
	.key = "",
	.title = "Recording",
	.kind = PROTOCOL_FREE,
	.feet = PROTOCOL_ANY,
	.stance = "",
	.n_repeats = 1,
	.n_phases = 1,
	.phases = { { .key = "",
		.instruction = "",
		.eyes = "",
		.surface = "",
		.direction_deg = NAN } },
	.main_metrics = "path_mm",
	.source = "",
};

/* Every sample says how the calibration stood when it was recorded. */
static uint32_t flags_of(const struct recording_header *header)
{
	static const struct {
		const char *state;
		uint32_t flags;
	} states[] = { { "unverified", SAMPLE_UNVERIFIED },
		{ "expired", SAMPLE_EXPIRED } };

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (strcmp(header->calibration_state, states[i].state) == 0)
			return states[i].flags;
	return 0;
}

int replay_setup(const struct recording_header *header, double span_s,
	struct session_setup *setup)
{
	bool is_plain = header->protocol[0] == '\0';
	const struct protocol *protocol =
		is_plain ? &the_free : protocol_find(header->protocol);

	if (!protocol)
		return -EINVAL;
	*setup = (struct session_setup){ .mat = header->mat,
		.zero = header->zero,
		.memory = header->memory,
		.protocol = protocol,
		.duration_s = is_plain ? span_s : header->duration_s,
		.settle_s = is_plain ? 0 : header->settle_s,
		.cutoff_hz = header->cutoff_hz,
		.noise_velocity_mm_s = header->noise_velocity_mm_s,
		.person = header->person,
		.condition = header->condition };
	setup->mat.sensor.flags = flags_of(header);
	return 0;
}

static void copy_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}

void replay_label(const struct recording_header *header, struct trial_record *record)
{
	copy_text(record->uid, sizeof(record->uid), header->uid);
	record->started_unix_ms = header->started_unix_ms;
	record->utc_offset_min = header->utc_offset_min;
	copy_text(record->protocol, sizeof(record->protocol), header->protocol);
	copy_text(record->calibration_id, sizeof(record->calibration_id),
		header->calibration_id);
	copy_text(record->calibration_state, sizeof(record->calibration_state),
		header->calibration_state);
	copy_text(record->algorithm, sizeof(record->algorithm), STANCE_VERSION);
}

/* From the first frame to the last. */
static int measure_span(struct recording *recording, double *span_s)
{
	struct raw_frame frame;
	int64_t first_ns = 0, last_ns = 0;
	bool has_first = false;
	int got;

	recording_rewind(recording);
	while ((got = recording_next(recording, &frame)) > 0) {
		if (!has_first)
			first_ns = frame.t_ns;
		has_first = true;
		last_ns = frame.t_ns;
	}
	recording_rewind(recording);
	*span_s = (double)(last_ns - first_ns) / (double)CLOCK_NS_PER_S;
	return got;
}

static int make_session(
	const struct session_setup *setup, struct replay *out, struct session **session)
{
	size_t size = session_size(setup);

	if (size == 0)
		return -EINVAL;
	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	out->memory = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	if (!out->memory)
		return -ENOMEM;
	return session_init(out->memory, size, setup, session);
}

/* A plain recording is finished at its end; a trial's was stopped as noted, or cut off. */
static enum session_stop why_it_ends(const struct recording *recording)
{
	enum session_stop noted = recording_stop(recording);

	if (noted != SESSION_STOP_NONE)
		return noted;
	return recording_header(recording)->protocol[0] ? SESSION_STOP_RECORDING_ENDS
							: SESSION_STOP_FINISH;
}

/* To the recording's end, though the session may be done before: only there is known what is
 * damaged. */
static int run_frames(struct recording *recording, struct session *session)
{
	struct raw_frame frame;
	int got;

	while ((got = recording_next(recording, &frame)) > 0)
		session_push(session, &frame, NULL);
	session_stop(session, why_it_ends(recording));
	return got;
}

/* A recording made with a calibration is measured with it or not at all. */
static int set_sensor(const struct recording_header *header,
	const struct sensor *sensor, struct session_setup *setup)
{
	bool has_sensor = sensor && sensor->ops;

	if (has_sensor != (header->calibration != NULL))
		return -EINVAL;
	if (!has_sensor)
		return 0;
	setup->mat.sensor = *sensor;
	setup->mat.sensor.flags = flags_of(header);
	return 0;
}

int replay_run(
	struct recording *recording, const struct sensor *sensor, struct replay *out)
{
	const struct recording_header *header = recording_header(recording);
	struct session_setup setup;
	struct session *session = NULL;
	double span_s = 0;
	int err;

	*out = (struct replay){ .memory = NULL };
	err = header->protocol[0] ? 0 : measure_span(recording, &span_s);
	if (err == 0)
		err = replay_setup(header, span_s, &setup);
	if (err == 0)
		err = set_sensor(header, sensor, &setup);
	if (err == 0)
		err = make_session(&setup, out, &session);
	if (err == 0)
		err = run_frames(recording, session);
	if (err < 0) {
		replay_free(out);
		return err;
	}
	err = session_result(session, &out->record);
	replay_label(header, &out->record);
	out->series = session_series(session);
	out->picture = session_picture(session, &out->picture_is_force);
	return err;
}

void replay_free(struct replay *replay)
{
	free(replay->memory);
	*replay = (struct replay){ .memory = NULL };
}
