#include "tests/support/calibration_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/sha256.h"

#define DAY_MS INT64_C(86400000)

static double between(struct rng *rng, double low, double high)
{
	return low + (high - low) * rng_uniform(rng);
}

static int whole(struct rng *rng, int low, int high)
{
	return low + (int)(rng_uniform(rng) * (high - low + 1));
}

/* Absent now and then. */
static double perhaps(struct rng *rng, double low, double high)
{
	return rng_uniform(rng) < 0.2 ? NAN : between(rng, low, high);
}

static void fill_device(struct rng *rng, struct calibration *c)
{
	struct calibration_device device = { .driver = "smp",
		.serial = "SIM-42",
		.model = "a \"quoted\" model",
		.firmware = "1.2",
		.geometry = c->device.geometry,
		.unit = FRAME_UNIT_COUNTS,
		.unit_scale = 1,
		.full_scale = 4095,
		.has_divider = whole(rng, 0, 1) == 1,
		.applies_autozero = whole(rng, 0, 1) == 1 };

	if (device.has_divider) {
		device.r_reference_ohm = (uint32_t)whole(rng, 100, 9000);
		device.r_series_ohm = (uint32_t)whole(rng, 0, 500);
	}
	calibration_set_device(c, &device);
}

static void fill_curve(struct rng *rng, struct model_curve *c)
{
	c->kind = (enum curve_kind)whole(rng, 0, CURVE_N_KINDS - 1);
	c->scale_n = between(rng, 0.1, 50);
	c->exponent = c->kind == CURVE_LINEAR ? 1 : between(rng, 0.5, 2);
	c->w_max = between(rng, 1, 5);
	c->n_knots = c->kind == CURVE_CUBIC ? whole(rng, 2, MODEL_MAX_KNOTS) : 0;
	for (int i = 0; i < c->n_knots; i++) {
		c->knot_w[i] = i + between(rng, 0.1, 0.9);
		c->knot_s_n[i] = 2 * i + between(rng, 0.1, 0.9);
	}
}

static void fill_model(struct rng *rng, struct model *m)
{
	int n_cells = geometry_n_cells(&m->geometry);

	m->threshold_sds = 4;
	for (int i = 0; i < n_cells; i++) {
		m->zero_cnt[i] = (float)between(rng, 0, 90);
		m->noise_cnt[i] = (float)between(rng, 0, 3);
		m->gain[i] = (float)between(rng, 0.5, 2);
		m->state[i] = (uint8_t)(rng_uniform(rng) < 0.9
						? CELL_OK
						: whole(rng, 1, CELL_N_STATES - 1));
	}
	m->bend_w = rng_uniform(rng) < 0.5 ? between(rng, 0.01, 1) : 0;
	for (int i = 0; m->bend_w > 0 && i < n_cells; i++)
		m->bend[i] = (float)between(rng, -0.1, 0.1);
	m->crosstalk.row_frac = between(rng, 0, 0.01);
	fill_curve(rng, &m->curve);
	m->creep.n = whole(rng, 1, MODEL_MAX_CREEP);
	for (int i = 0; i < m->creep.n; i++) {
		m->creep.tau_s[i] = between(rng, 0.1, 100);
		m->creep.amplitude[i] = between(rng, 0, 0.1);
	}
	m->play.n = whole(rng, 0, MODEL_MAX_PLAY);
	for (int i = 0; i < m->play.n; i++) {
		m->play.width_n[i] = between(rng, 0.1, 10);
		m->play.weight[i] = between(rng, 0, 0.1);
	}
	m->budget = (struct sensor_budget){ .force_frac = between(rng, 0, 0.05),
		.share_frac = between(rng, 0, 0.01),
		.cop_x_mm = between(rng, 0, 2),
		.noise_velocity_mm_s = perhaps(rng, 0, 2) };
}

static void fill_report(struct rng *rng, struct fit_report *r)
{
	for (int k = 0; k < CURVE_N_KINDS; k++)
		r->cv_rms_frac[k] = perhaps(rng, 0, 0.1);
	r->n_loads = whole(rng, 1, 6);
	for (int i = 0; i < r->n_loads; i++)
		r->loads[i] = (struct fit_load){ .item = i,
			.mass_kg = between(rng, 1, 60),
			.fit_kg = perhaps(rng, 1, 60),
			.used = true };
	r->uniformity_frac = perhaps(rng, 0, 0.1);
	r->unlike_frac = rng_uniform(rng) < 0.5 ? between(rng, 0.01, 0.1) : 0;
	r->n_problems = whole(rng, 0, 3);
	for (int i = 0; i < r->n_problems; i++) {
		r->problems[i] = (struct fit_problem){
			.severity = (enum fit_severity)whole(rng, 0, 1), .item = i - 1
		};
		snprintf(r->problems[i].text, FIT_TEXT_SIZE, "Problem %d.", i);
	}
}

static void fill_verification(struct rng *rng, struct verify_result *v)
{
	v->passed = true;
	snprintf(v->text, sizeof(v->text), "It passed.");
	v->n_rows = whole(rng, 1, 5);
	for (int i = 0; i < v->n_rows; i++)
		v->rows[i] = (struct verify_row){ .mass_kg = 20,
			.x_mm = perhaps(rng, -100, 100),
			.measured_kg = between(rng, 19, 21),
			.return_frac = perhaps(rng, 0, 0.01) };
	for (int i = 0; i < VERIFY_N_TESTS; i++)
		v->lines[i] = (struct verify_line){ .key = "total_force",
			.label = "Total force",
			.unit = "%",
			.figure = perhaps(rng, 0, 5),
			.limit = 5,
			.judgement = VERIFY_PASS };
}

static void add_moment(struct rng *rng, struct readings *r, double t_s, float *counts)
{
	struct snapshot moment = { .t_s = t_s,
		.span_s = 0.25,
		.mass_kg = perhaps(rng, 1, 60),
		.pass = whole(rng, 0, 2) };
	int n_cells = geometry_n_cells(&r->geometry);

	for (int i = 0; i < n_cells; i++)
		counts[i] = r->zero_cnt[i] +
			    (float)(rng_uniform(rng) < 0.1 ? between(rng, 50, 900) : 0);
	readings_add(r, &moment, counts, 10);
}

static void fill_readings(struct rng *rng, struct readings *r)
{
	int n_cells = geometry_n_cells(&r->geometry), n_items = whole(rng, 2, 6);
	float *counts = calloc((size_t)n_cells, sizeof(*counts));

	r->n_zero_frames = 900;
	r->n_late_frames = whole(rng, 0, 1);
	for (int i = 0; i < n_cells; i++) {
		r->zero_cnt[i] = (float)between(rng, 0, 90);
		r->zero_sd_cnt[i] = (float)between(rng, 0, 3);
		r->late_cnt[i] = r->n_late_frames ? r->zero_cnt[i] + 1 : 0;
	}
	for (int i = 0; counts && i < n_items; i++) {
		struct reading *item = readings_begin(
			r, (enum reading_kind)whole(rng, 0, READING_N_KINDS - 1));

		item->at_unix_ms = INT64_C(1790000000000) + i;
		item->mass_kg = perhaps(rng, 1, 60);
		item->x_mm = perhaps(rng, -100, 100);
		item->y_mm = NAN;
		item->onset_s = between(rng, 0, 1000);
		item->coverage_frac = perhaps(rng, 0, 1);
		item->temperature_c = item->cop_rms_mm = NAN;
		item->noise_velocity_mm_s = perhaps(rng, 0, 2);
		item->dropped = whole(rng, 0, 3) == 0;
		for (int k = whole(rng, 0, 4); k > 0; k--)
			add_moment(rng, r, item->onset_s + k, counts);
	}
	free(counts);
}

struct calibration *calibration_sample(struct rng *rng)
{
	const struct mat_geometry geometry = { whole(rng, 4, 12), whole(rng, 4, 12), 10,
		10.5 };
	struct calibration *c = calibration_new(&geometry);

	if (!c)
		return NULL;
	snprintf(c->operator_name, sizeof(c->operator_name), "R. Weiß");
	snprintf(c->previous_id, sizeof(c->previous_id),
		"0123456789abcdef0123456789abcdef");
	snprintf(c->algorithm, sizeof(c->algorithm), "0.1.0");
	c->created_unix_ms = INT64_C(1795000000000);
	c->expires_unix_ms = c->created_unix_ms + CALIBRATION_VALID_DAYS * DAY_MS;
	c->utc_offset_min = 60;
	c->temperature_c = perhaps(rng, 15, 30);
	c->accepted = c->verified = true;
	fill_device(rng, c);
	fill_model(rng, &c->model);
	fill_report(rng, &c->report);
	fill_verification(rng, &c->verification);
	fill_readings(rng, &c->readings);
	return c;
}

char *calibration_sample_resealed(
	const char *text, const char *from, const char *to, size_t *n)
{
	static const char seal[] = ",\n\"sha256\":\"";
	const char *place = strstr(text, from), *end = strstr(text, seal);
	size_t size = strlen(text) + strlen(to) + 1, n_head;
	char *out = place && end ? malloc(size) : NULL, *p;
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;

	if (!out)
		return NULL;
	snprintf(out, size, "%.*s%s%s", (int)(place - text), text, to,
		place + strlen(from));
	p = strstr(out, seal);
	n_head = (size_t)(p - out);
	sha256_init(&h);
	sha256_push(&h, out, n_head);
	sha256_end(&h, digest);
	p += sizeof(seal) - 1;
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(p + 2 * i, 3, "%02x", digest[i]);
	p[2 * SHA256_SIZE] = '"';
	*n = strlen(out);
	return out;
}
