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

/* Of the sheet; by way of the wire, what the mat said of itself. */
static void describe_mat(
	const struct stage *s, const struct sheet *sheet, struct analysis_setup *mat)
{
	bool ideal = s->scene.sheet.sensor == SHEET_IDEAL;

	*mat = (struct analysis_setup){ .geometry = s->scene.geometry,
		.unit = ideal ? FRAME_UNIT_FORCE_MN : FRAME_UNIT_COUNTS,
		.unit_scale = sheet->unit_scale,
		.full_scale = sheet->full_scale,
		.rate_hz = s->rate_hz,
		.sensor = s->sensor };
	if (s->by_wire) {
		const struct mat_info *info = &s->wire.driver->info;

		mat->geometry = info->geometry;
		mat->unit = info->unit;
		mat->unit_scale = info->unit_scale;
		mat->full_scale = info->full_scale;
	}
}

static int open_session(struct stage *s, const struct sheet *sheet)
{
	struct session_setup setup = {
		.protocol = protocol_find(s->protocol),
		.duration_s = s->duration_s,
		.settle_s = s->settle_s,
		.cutoff_hz = s->cutoff_hz,
		.noise_velocity_mm_s = NAN,
		.person = s->person,
		.condition = { .pain = -1, .lift_mm = s->lift_mm },
	};
	size_t size;

	describe_mat(s, sheet, &setup.mat);
	size = session_size(&setup);
	if (size == 0)
		return -EINVAL;
	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	s->memory = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	return s->memory ? session_init(s->memory, size, &setup, &s->session) : -ENOMEM;
}

static void take_frame(const struct raw_frame *frame, void *ctx)
{
	struct stage *s = ctx;

	s->state = session_push(s->session, frame, &s->sample);
}

/* Hand a scan to the session, or lose it. */
static void hand_over(struct stage *s, struct raw_frame *frame, int i, uint32_t *n_lost)
{
	bool is_lost = s->lose_one_in > 0 && i % s->lose_one_in == s->lose_one_in - 1;

	if (s->by_wire) {
		if (is_lost)
			wire_lose(&s->wire);
		else
			wire_send(
				&s->wire, i / s->rate_hz, frame->status, frame->cells);
		return;
	}
	if (is_lost) {
		(*n_lost)++;
		return;
	}
	frame->n_lost = *n_lost;
	*n_lost = 0;
	take_frame(frame, s);
}

/* One scan and what becomes of it. */
static void play_frame(
	struct stage *s, struct scene *scene, int i, uint16_t *cells, uint32_t *n_lost)
{
	double t_s = i / s->rate_hz;
	struct raw_frame frame = { .seq = (uint64_t)i,
		.device_us = (uint64_t)llround(1e6 * t_s),
		.has_device_us = true,
		.t_ns = T0_NS + (int64_t)llround(1e9 * t_s),
		.cells = cells };
	struct scene_truth truth;

	if (scene_scan(scene, t_s, cells, &truth))
		frame.status |= FRAME_SATURATED;
	hand_over(s, &frame, i, n_lost);
	if (s->state == SESSION_MEASURING && isnan(s->measuring_s)) {
		s->measuring_s = t_s;
		if (!s->cue_at_once)
			person_cue(&scene->person, t_s);
	}
	if (s->look)
		s->look(t_s, &truth, &s->sample, s->state, s->ctx);
	s->end_s = t_s;
}

static int play(struct stage *s, struct scene *scene)
{
	int n_cells = geometry_n_cells(&s->scene.geometry);
	uint16_t *cells = calloc((size_t)n_cells, sizeof(*cells));
	uint32_t n_lost = 0;

	if (!cells)
		return -ENOMEM;
	person_cue(&scene->person, s->cue_at_once ? 0 : INFINITY);
	s->state = SESSION_WAITING;
	for (int i = 0; s->state != SESSION_DONE && i / s->rate_hz < s->give_up_s;
		i++) {
		play_frame(s, scene, i, cells, &n_lost);
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
	if (s->by_wire)
		rc = wire_open(
			&s->wire, &scene.sheet, s->rate_hz, T0_NS, take_frame, s);
	if (rc == 0)
		rc = open_session(s, &scene.sheet);
	if (rc == 0)
		rc = play(s, &scene);
	if (s->by_wire)
		wire_close(&s->wire);
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
