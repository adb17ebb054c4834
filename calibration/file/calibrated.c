#include "calibration/file/calibrated.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/sample.h"

#define PLAN_ALIGNMENT 64

struct calibrated {
	atomic_int holders;
	char *text;
	struct calibration *calibration;
	void *memory; /* of the plan */
	struct model_plan *plan;
};

static void destroy(struct calibrated *c)
{
	free(c->memory);
	calibration_free(c->calibration);
	free(c->text);
	free(c);
}

static int make_plan(struct calibrated *c)
{
	const struct model *model = &c->calibration->model;
	size_t size = model_plan_size(model);

	if (!c->calibration->algorithm[0] || size == 0)
		return -EINVAL;
	size = (size + PLAN_ALIGNMENT - 1) / PLAN_ALIGNMENT * PLAN_ALIGNMENT;
	c->memory = aligned_alloc(PLAN_ALIGNMENT, size);
	if (!c->memory)
		return -ENOMEM;
	return model_plan_init(c->memory, size, model, &c->plan);
}

/* What measures is kept; the readings, megabytes of them, are the file's. */
static int keep_excerpt(struct calibrated *c)
{
	struct calibration *whole = c->calibration;
	size_t n;
	int err = calibration_write_excerpt(whole, &c->text, &n);

	if (err < 0)
		return err;
	whole->readings.n_items = 0;
	whole->readings.n_snapshots = 0;
	whole->readings.n_cells = 0;
	c->calibration = calibration_copy(whole);
	calibration_free(whole);
	return c->calibration ? 0 : -ENOMEM;
}

static int fill(
	struct calibrated *c, const char *text, size_t n, char *message, size_t size)
{
	int err = calibration_parse(text, n, false, &c->calibration, message, size);

	if (err < 0)
		return err;
	err = keep_excerpt(c);
	if (err < 0)
		return err;
	err = make_plan(c);
	if (err == -EINVAL)
		snprintf(message, size,
			N_("The numbers of this calibration do not make a model of a "
			   "mat. "
			   "Fit it anew from its readings, or calibrate again."));
	return err;
}

int calibrated_parse(
	const char *text, size_t n, struct calibrated **out, char *message, size_t size)
{
	struct calibrated *c = calloc(1, sizeof(*c));
	int err = c ? fill(c, text, n, message, size) : -ENOMEM;

	if (err == -ENOMEM)
		snprintf(message, size,
			N_("There is not enough memory for a calibration."));
	if (err < 0) {
		if (c)
			destroy(c);
		return err;
	}
	atomic_init(&c->holders, 1);
	*out = c;
	return 0;
}

struct calibrated *calibrated_hold(struct calibrated *c)
{
	if (c)
		atomic_fetch_add(&c->holders, 1);
	return c;
}

void calibrated_drop(struct calibrated *c)
{
	if (c && atomic_fetch_sub(&c->holders, 1) == 1)
		destroy(c);
}

struct sensor calibrated_sensor(const struct calibrated *c)
{
	if (!c)
		return (struct sensor){ .ops = NULL };
	return (struct sensor){ .ops = &model_sensor_ops,
		.model = c->plan,
		.budget = &c->calibration->model.budget,
		.flags = c->calibration->verified ? 0 : SAMPLE_UNVERIFIED };
}

const struct calibration *calibrated_calibration(const struct calibrated *c)
{
	return c->calibration;
}

const char *calibrated_text(const struct calibrated *c)
{
	return c->text;
}
