#include "src/daemon/candidate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "calibration/history.h"
#include "src/base/clock.h"

/* The history is kept: its plan and its state are the candidate's. */
struct candidate {
	void *memory;
	struct history history;
	struct sensor_zero zero; /* its limits are `limits` */
	uint16_t *limits;
	int64_t t_ns;
	bool has_frame;
};

static void *aligned(size_t size)
{
	return size ? aligned_alloc(ANALYSIS_ALIGNMENT,
			      (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
				      ANALYSIS_ALIGNMENT)
		    : NULL;
}

static bool make(
	struct candidate *c, const struct model *model, const struct readings *readings)
{
	size_t size = history_size(model);

	c->memory = aligned(size);
	if (!c->memory ||
		history_init(&c->history, c->memory, size, model, readings) < 0)
		return false;
	c->limits = aligned(
		(size_t)geometry_n_cells(&model->geometry) * sizeof(*c->limits));
	if (!c->limits)
		return false;
	c->zero = c->history.zero;
	model_sensor_ops.limits(c->history.plan, &c->zero, c->limits);
	c->zero.limit_cnt = c->limits;
	return true;
}

/* What the readings left in the sheet when the last load went, or as it stands. */
static void remember(struct candidate *c)
{
	history_pass(&c->history, 0, c->history.readings->n_items);
	history_end(&c->history);
	c->has_frame = !isnan(c->history.t_s);
	if (c->has_frame)
		c->t_ns = (int64_t)(c->history.t_s * (double)CLOCK_NS_PER_S);
}

struct candidate *candidate_new(
	const struct model *model, const struct readings *readings)
{
	struct candidate *c = calloc(1, sizeof(*c));

	if (!c || !make(c, model, readings)) {
		candidate_free(c);
		return NULL;
	}
	remember(c);
	c->history.model = NULL; /* borrowed no longer */
	c->history.readings = NULL;
	return c;
}

void candidate_free(struct candidate *c)
{
	if (!c)
		return;
	free(c->memory);
	free(c->limits);
	free(c);
}

/* A clock that went back is another one: nobody knows what happened meanwhile. */
void candidate_push(struct candidate *c, const struct raw_frame *frame)
{
	double dt_s = 0.0;

	if (c->has_frame && frame->t_ns < c->t_ns)
		model_sensor_ops.state_reset(c->history.plan, c->history.state);
	else if (c->has_frame)
		dt_s = (double)(frame->t_ns - c->t_ns) / (double)CLOCK_NS_PER_S;
	model_sensor_ops.read(c->history.plan, c->history.state, frame, &c->zero, dt_s,
		c->history.cells_n);
	c->t_ns = frame->t_ns;
	c->has_frame = true;
}

struct analysis_memory candidate_memory(const struct candidate *c)
{
	return (struct analysis_memory){ .state = c->history.state,
		.n = c->has_frame ? model_sensor_ops.n_state(c->history.plan) : 0,
		.t_ns = c->t_ns };
}
