#include "ui/model/model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/units.h"

#define MAX_CELLS ((size_t)GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)
/* Time constant of the numbers shown: calm enough to be read, quick enough to follow. */
#define STEADY_S  0.25
#define FLAG_NS   CLOCK_NS_PER_S
#define NOTICE_NS (6 * CLOCK_NS_PER_S)
#define TRAIL_NS  (10 * CLOCK_NS_PER_S)
/* The first top of the scale of raw counts; doubles as it is exceeded. */
#define COUNTS_TOP 256.0F

static const struct model_numbers no_numbers = { NAN, NAN, NAN, NAN, NAN, NAN, NAN };

int model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->cells = calloc(MAX_CELLS, sizeof(*m->cells));
	if (!m->cells)
		return -ENOMEM;
	m->sample = sample_absent();
	m->numbers = no_numbers;
	m->counts_top = COUNTS_TOP;
	return 0;
}

void model_fini(struct model *m)
{
	free(m->cells);
	m->cells = NULL;
}

void model_connected(struct model *m, int64_t now_ns)
{
	(void)now_ns;
	m->connected = true;
	m->has_status = false;
	m->has_sample = false;
	m->version++;
}

void model_disconnected(struct model *m, int64_t now_ns)
{
	(void)now_ns;
	m->connected = false;
	m->version++;
}

void model_status(struct model *m, const struct status_document *status, int64_t now_ns)
{
	m->status = *status;
	m->status_at_ns = now_ns;
	m->has_status = true;
	m->version++;
}

/* Move *shown towards the new value; a first value, or one after absence, is taken as it is. */
static void steady(double *shown, double value, double weight)
{
	if (isnan(value) || isnan(*shown))
		*shown = value;
	else
		*shown += weight * (value - *shown);
}

static void steady_numbers(
	struct model *m, const struct stance_sample *s, double weight)
{
	struct model_numbers *n = &m->numbers;

	steady(&n->left_frac, s->left_frac, weight);
	steady(&n->fore_frac, s->fore_frac, weight);
	steady(&n->mass_kg, s->force_n / UNITS_GRAVITY_M_S2, weight);
	steady(&n->width_mm, s->stance_width_mm, weight);
	n->left_u95 = s->u95.left_frac;
	n->fore_u95 = s->u95.fore_frac;
	n->mass_u95_kg = s->u95.force_n / UNITS_GRAVITY_M_S2;
}

/* Return whether nothing of it is to be seen: the mat is as empty as before. */
static bool is_still_empty(
	const struct model *m, const struct stance_sample *sample, int64_t now_ns)
{
	return model_state(m, now_ns) == MODEL_EMPTY && isnan(sample->cop_mm.x) &&
	       sample->flags == m->sample.flags &&
	       sample->facing_back == m->sample.facing_back;
}

void model_sample(struct model *m, const struct stance_sample *sample, int64_t now_ns)
{
	double step_s =
		(double)(sample->t_ns - m->sample.t_ns) / (double)CLOCK_NS_PER_S;
	bool follows =
		m->has_sample && step_s > 0 && step_s < 1 && !isnan(m->sample.cop_mm.x);
	bool is_news = !is_still_empty(m, sample, now_ns);

	if (isnan(sample->cop_mm.x))
		m->numbers = no_numbers;
	else
		steady_numbers(m, sample, follows ? 1 - exp(-step_s / STEADY_S) : 1);
	for (int i = 0; i < SAMPLE_N_FLAGS; i++)
		if (sample->flags & (1U << i))
			m->flag_at_ns[i] = now_ns;
	m->facing_back = sample->facing_back;
	trail_push(&m->trail, sample->t_ns, sample->cop_mm);
	trail_drop(&m->trail, sample->t_ns - TRAIL_NS);
	m->sample = *sample;
	m->has_sample = true;
	m->sample_at_ns = now_ns;
	m->version += is_news;
}

static bool is_same_sheet(const struct model *m, const struct frame_document *frame)
{
	return m->has_frame && m->unit_is_force == frame->unit_is_force &&
	       memcmp(&m->geometry, &frame->geometry, sizeof(m->geometry)) == 0;
}

void model_frame(struct model *m, const struct frame_document *frame, int64_t now_ns)
{
	const struct mat_geometry *g = &frame->geometry;
	float most = 0, scale = (float)frame->scale;
	bool is_news = !is_same_sheet(m, frame);

	(void)now_ns;
	if (g->n_rows < 1 || g->n_rows > GEOMETRY_MAX_SIDE || g->n_cols < 1 ||
		g->n_cols > GEOMETRY_MAX_SIDE || !(g->pitch_x_mm > 0) ||
		!(g->pitch_y_mm > 0))
		return;
	for (int i = 0; i < geometry_n_cells(g); i++) {
		float v = (float)frame->cells[i] * scale;
		is_news |= v < m->cells[i] || v > m->cells[i];
		m->cells[i] = v;
		most = v > most ? v : most;
	}
	m->geometry = *g;
	m->unit_is_force = frame->unit_is_force;
	m->frame_seq = frame->seq;
	m->has_frame = true;
	/* A fixed scale: it never shrinks in a session, or a limp would look like a stance. */
	while (!m->unit_is_force && m->counts_top < most && m->counts_top < 65536.0F)
		m->counts_top *= 2;
	m->version += is_news;
}

void model_notice(struct model *m, const char *text, bool is_fault, int64_t now_ns)
{
	snprintf(m->notice, sizeof(m->notice), "%s", text);
	m->notice_is_fault = is_fault;
	m->notice_until_ns = now_ns + NOTICE_NS;
	m->version++;
}

static bool fresh(const struct model *m, int64_t now_ns)
{
	return m->has_sample && now_ns - m->sample_at_ns < MODEL_STALE_NS;
}

enum model_state model_state(const struct model *m, int64_t now_ns)
{
	const char *mat = m->has_status ? m->status.mat_state : "";
	bool streams = mat[0] == '\0' || strcmp(mat, "streaming") == 0;
	bool newer = m->has_sample && m->sample_at_ns > m->status_at_ns;

	if (!m->connected)
		return MODEL_NO_DAEMON;
	/* A sample that came after the word is newer than the word; one before it is not. */
	if (fresh(m, now_ns) && (streams || newer))
		return isnan(m->sample.cop_mm.x) ? MODEL_EMPTY : MODEL_LIVE;
	if (strcmp(mat, "lost") == 0)
		return MODEL_LOST;
	if (strcmp(mat, "searching") == 0)
		return MODEL_SEARCHING;
	if (strcmp(mat, "stopped") == 0)
		return MODEL_STOPPED;
	return m->has_sample ? MODEL_STALE : MODEL_WAITING;
}

const char *model_state_name(enum model_state state)
{
	static const char *const names[] = { "no_daemon", "waiting", "searching",
		"lost", "stopped", "stale", "empty", "live" };

	return names[state];
}

bool model_is_live(enum model_state state)
{
	return state == MODEL_LIVE || state == MODEL_EMPTY;
}

uint32_t model_flags(const struct model *m, int64_t now_ns)
{
	uint32_t flags = m->sample.flags;

	for (int i = 0; i < SAMPLE_N_FLAGS; i++)
		if (m->flag_at_ns[i] != 0 && now_ns - m->flag_at_ns[i] < FLAG_NS)
			flags |= 1U << i;
	return flags;
}

const char *model_notice_now(const struct model *m, int64_t now_ns)
{
	return m->notice[0] != '\0' && now_ns < m->notice_until_ns ? m->notice : NULL;
}

static void sooner(int64_t *next_ns, int64_t at_ns, int64_t now_ns)
{
	if (at_ns > now_ns && at_ns < *next_ns)
		*next_ns = at_ns;
}

int64_t model_next_change(const struct model *m, int64_t now_ns)
{
	int64_t next_ns = INT64_MAX;

	if (m->has_sample)
		sooner(&next_ns, m->sample_at_ns + MODEL_STALE_NS, now_ns);
	for (int i = 0; i < SAMPLE_N_FLAGS; i++)
		if (m->flag_at_ns[i] != 0)
			sooner(&next_ns, m->flag_at_ns[i] + FLAG_NS, now_ns);
	if (m->notice[0] != '\0')
		sooner(&next_ns, m->notice_until_ns, now_ns);
	return next_ns;
}
