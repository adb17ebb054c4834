#include "tests/support/stage.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/rng.h"

#define GIVE_UP_S     400.0
#define T0_NS         5000000000LL /* a daemon has run for a while */
#define PLATES_CUTOFF 10.0

void stage_defaults(struct stage *s, const char *protocol)
{
	memset(s, 0, sizeof(*s));
	s->protocol = protocol;
	person_defaults(&s->scene.person);
	sheet_defaults(&s->scene.sheet, SHEET_IDEAL);
	s->scene.geometry = (struct mat_geometry){ 48, 48, 10, 10 };
	s->rate_hz = 100;
	s->duration_s = s->settle_s = s->stop_s = NAN;
	s->give_up_s = GIVE_UP_S;
	s->cutoff_hz = PLATES_CUTOFF;
	s->person =
		(struct trial_person){ .mass_kg = 72, .stature_m = 1.70, .sex = 'F' };
	s->person.age_years = 34;
}

static int open_session(struct stage *s, const struct sheet *sheet)
{
	bool ideal = s->scene.sheet.sensor == SHEET_IDEAL;
	struct session_setup setup = {
		.mat = { .geometry = s->scene.geometry,
			.unit = ideal ? FRAME_UNIT_FORCE_MN : FRAME_UNIT_COUNTS,
			.unit_scale = sheet->unit_scale,
			.full_scale = sheet->full_scale,
			.rate_hz = s->rate_hz,
			.sensor = s->sensor },
		.protocol = protocol_find(s->protocol),
		.duration_s = s->duration_s,
		.settle_s = s->settle_s,
		.cutoff_hz = s->cutoff_hz,
		.noise_velocity_mm_s = NAN,
		.person = s->person,
		.condition = { .pain = -1 },
	};
	size_t size = session_size(&setup);

	if (size == 0)
		return -EINVAL;
	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	s->memory = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	return s->memory ? session_init(s->memory, size, &setup, &s->session) : -ENOMEM;
}

/* One scan and what becomes of it; returns the session's state. */
static enum session_state play_frame(
	struct stage *s, struct scene *scene, int i, uint16_t *cells, uint32_t *n_lost)
{
	double t_s = i / s->rate_hz;
	struct raw_frame frame = { .seq = (uint64_t)i,
		.device_us = (uint64_t)llround(1e6 * t_s),
		.has_device_us = true,
		.t_ns = T0_NS + (int64_t)llround(1e9 * t_s),
		.cells = cells };
	struct stance_sample sample;
	struct scene_truth truth;
	enum session_state state;

	if (scene_scan(scene, t_s, cells, &truth))
		frame.status |= FRAME_SATURATED;
	if (s->lose_one_in > 0 && i % s->lose_one_in == s->lose_one_in - 1) {
		(*n_lost)++;
		return SESSION_WAITING;
	}
	frame.n_lost = *n_lost;
	*n_lost = 0;
	state = session_push(s->session, &frame, &sample);
	if (state == SESSION_MEASURING && isnan(s->measuring_s)) {
		s->measuring_s = t_s;
		if (!s->cue_at_once)
			person_cue(&scene->person, t_s);
	}
	if (s->look)
		s->look(t_s, &truth, &sample, state, s->ctx);
	s->end_s = t_s;
	return state;
}

static int play(struct stage *s, struct scene *scene)
{
	int n_cells = geometry_n_cells(&s->scene.geometry);
	uint16_t *cells = calloc((size_t)n_cells, sizeof(*cells));
	enum session_state state = SESSION_WAITING;
	uint32_t n_lost = 0;

	if (!cells)
		return -ENOMEM;
	person_cue(&scene->person, s->cue_at_once ? 0 : INFINITY);
	for (int i = 0; state != SESSION_DONE && i / s->rate_hz < s->give_up_s; i++) {
		state = play_frame(s, scene, i, cells, &n_lost);
		if (i / s->rate_hz >= s->stop_s) {
			session_stop(s->session, SESSION_STOP_FINISH);
			break;
		}
	}
	free(cells);
	s->rc = session_result(s->session, &s->record);
	return s->rc == -EBUSY ? -ETIMEDOUT : 0;
}

int stage_play(struct stage *s, const char *script)
{
	char message[256] = "";
	struct scene scene;
	int rc;

	memset(&s->line, 0, sizeof(s->line));
	s->measuring_s = NAN;
	rc = timeline_parse(
		&s->line, script, strlen(script), "script", message, sizeof(message));
	if (rc == 0)
		rc = timeline_finish(&s->line, message, sizeof(message));
	if (rc < 0) {
		printf("%s\n", message);
		return rc;
	}
	s->scene.person.timeline = &s->line;
	rc = scene_init(&scene, &s->scene);
	if (rc < 0)
		return rc;
	rc = open_session(s, &scene.sheet);
	if (rc == 0)
		rc = play(s, &scene);
	scene_fini(&scene);
	return rc;
}

void stage_close(struct stage *s)
{
	free(s->memory);
	s->memory = NULL;
	s->session = NULL;
}

bool stage_says(const struct stage *s, const char *words)
{
	for (int i = 0; i < s->record.n_reasons; i++) {
		if (strstr(s->record.reasons[i], words))
			return true;
	}
	return false;
}

void stage_print(const struct stage *s)
{
	printf("%s: %s, %.2f s measured\n", s->protocol,
		trial_verdict_name(s->record.verdict), s->record.duration_s);
	for (int i = 0; i < s->record.n_reasons; i++)
		printf("    %s\n", s->record.reasons[i]);
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		if (info->group == METRIC_GROUP_OUTCOME && !isnan(s->record.outcome[m]))
			printf("    %s %.3f\n", info->key, s->record.outcome[m]);
	}
}
