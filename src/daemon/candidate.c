#include "src/daemon/candidate.h"

#include <stdbool.h>
#include <stdlib.h>

#include "src/base/clock.h"

struct candidate {
	void *plan_memory;
	struct model_plan *plan;
	struct sensor_zero zero; /* its limits are `limits` */
	uint16_t *limits;
	float *state, *cells_n;
	size_t n_state;
	int64_t t_ns;
	bool has_frame;
};

static bool make_plan(struct candidate *c, const struct model *model)
{
	size_t size = model_plan_size(model);

	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	c->plan_memory = size ? aligned_alloc(ANALYSIS_ALIGNMENT, size) : NULL;
	return c->plan_memory &&
	       model_plan_init(c->plan_memory, size, model, &c->plan) == 0;
}

/* The state is aligned as an analysis has it: it is read a block at a time. */
static bool make_state(struct candidate *c, size_t n_cells)
{
	const struct sensor_ops *ops = &model_sensor_ops;
	size_t size;

	c->n_state = ops->n_state(c->plan);
	size = (c->n_state * sizeof(float) + ANALYSIS_ALIGNMENT) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	c->state = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	size = (n_cells * sizeof(float) + ANALYSIS_ALIGNMENT) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	c->cells_n = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	c->limits = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	if (!c->state || !c->cells_n || !c->limits)
		return false;
	c->zero = ops->zero(c->plan);
	ops->limits(c->plan, &c->zero, c->limits);
	c->zero.limit_cnt = c->limits;
	ops->state_reset(c->plan, c->state);
	return true;
}

struct candidate *candidate_new(const struct model *model)
{
	struct candidate *c = calloc(1, sizeof(*c));

	if (c && make_plan(c, model) &&
		make_state(c, (size_t)geometry_n_cells(&model->geometry)))
		return c;
	candidate_free(c);
	return NULL;
}

void candidate_free(struct candidate *c)
{
	if (!c)
		return;
	free(c->plan_memory);
	free(c->limits);
	free(c->state);
	free(c->cells_n);
	free(c);
}

void candidate_push(struct candidate *c, const struct raw_frame *frame)
{
	double dt_s = c->has_frame
			      ? (double)(frame->t_ns - c->t_ns) / (double)CLOCK_NS_PER_S
			      : 0.0;

	model_sensor_ops.read(c->plan, c->state, frame, &c->zero, dt_s, c->cells_n);
	c->t_ns = frame->t_ns;
	c->has_frame = true;
}

struct analysis_memory candidate_memory(const struct candidate *c)
{
	return (struct analysis_memory){
		.state = c->state, .n = c->has_frame ? c->n_state : 0, .t_ns = c->t_ns
	};
}
