/* A calibration in use: the analysis in newtons, its flags and budget, and a recording replayed with what
 * the sheet remembered. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "calibration/file/calibrated.h"
#include "src/base/units.h"
#include "src/core/analysis.h"
#include "src/store/replay.h"
#include "tests/support/scene.h"

#define SEED     21
#define SIDE     32
#define N_CELLS  (SIDE * SIDE)
#define FULL     4095.0
#define RATE_HZ  100
#define FRAME_NS (INT64_C(1000000000) / RATE_HZ)
#define ZERO_CNT 25
#define UID      "0123456789abcdef0123456789abcdef"

#define assert_near(got, want, within)                                                 \
	do {                                                                           \
		double got_ = (got), want_ = (want);                                   \
		if (!(fabs(got_ - want_) <= (within)))                                 \
			fail_msg("%s = %.9g, not %.9g", #got, got_, want_);            \
	} while (0)

/* --- a calibration and its sheet ----------------------------------------------------------- */

static const double tau_s[2] = { 0.5, 20.0 }, amplitude[2] = { 0.08, 0.15 };

static void fill_model(struct model *m, bool remembers)
{
	m->geometry = (struct mat_geometry){ SIDE, SIDE, 15.0, 15.0 };
	m->unit = FRAME_UNIT_COUNTS;
	m->unit_scale = 1.0;
	m->full_scale = (uint32_t)FULL;
	m->threshold_sds = 6.0;
	m->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 20.0, .exponent = 1.2, .w_max = 4.0
	};
	m->creep.n = remembers ? 2 : 0;
	for (int k = 0; k < m->creep.n; k++) {
		m->creep.tau_s[k] = tau_s[k];
		m->creep.amplitude[k] = amplitude[k];
	}
	for (int i = 0; i < N_CELLS; i++) {
		m->zero_cnt[i] = ZERO_CNT;
		m->noise_cnt[i] = 0.5f;
		m->gain[i] = 1.0f;
		m->state[i] = CELL_OK;
	}
	m->budget = (struct sensor_budget){ .force_frac = 0.02,
		.share_frac = 0.003,
		.cop_x_mm = 0.6,
		.cop_y_mm = 0.8,
		.velocity_frac = 0.01,
		.area_frac = 0.02,
		.velocity_bias_frac = 0.15,
		.noise_velocity_mm_s = 0.7 };
}

struct bench {
	struct calibrated *calibrated;
	struct analysis_setup setup;
	void *memory;
	struct analysis *a;
	struct scene scene;
	uint16_t counts[N_CELLS];
	double x[N_CELLS][2]; /* the sheet's creep */
	int64_t t_ns;
	struct stance_sample sample;
};

static struct bench b;

static void make_calibrated(
	bool remembers, bool verified, void (*change)(struct model *model))
{
	const struct mat_geometry geometry = { SIDE, SIDE, 15.0, 15.0 };
	struct calibration *c = calibration_new(&geometry);
	char *text, message[256] = "";
	size_t n;

	assert_non_null(c);
	c->accepted = true;
	c->verified = c->verification.passed = verified;
	c->verification.n_rows = verified ? 1 : 0;
	for (int k = 0; k < VERIFY_N_TESTS; k++)
		c->verification.lines[k] = (struct verify_line){
			.key = "by_hand", .label = "by hand", .unit = ""
		};
	strcpy(c->algorithm, "by hand");
	c->device.geometry = geometry;
	c->device.full_scale = (uint32_t)FULL;
	c->device.unit_scale = 1.0;
	strcpy(c->device.driver, "smp");
	fill_model(&c->model, remembers);
	if (change)
		change(&c->model);
	assert_int_equal(calibration_write(c, &text, &n), 0);
	calibration_free(c);
	if (calibrated_parse(text, n, &b.calibrated, message, sizeof(message)) < 0)
		fail_msg("%s", message);
	free(text);
}

static struct analysis *new_analysis(void **memory)
{
	size_t size = analysis_size(&b.setup);
	struct analysis *a;

	*memory = aligned_alloc(64, (size + 63) / 64 * 64);
	assert_int_equal(analysis_init(*memory, size, &b.setup, &a), 0);
	return a;
}

static void set_up(bool remembers, bool verified, void (*change)(struct model *model))
{
	struct rng rng;

	memset(&b, 0, sizeof(b));
	b.setup = (struct analysis_setup){ .geometry = { SIDE, SIDE, 15.0, 15.0 },
		.unit = FRAME_UNIT_COUNTS,
		.unit_scale = 1.0,
		.full_scale = (uint32_t)FULL,
		.rate_hz = RATE_HZ };
	rng_init(&rng, SEED, 0);
	scene_make(&b.scene, SCENE_NORMAL, &b.setup.geometry, NULL, &rng);
	make_calibrated(remembers, verified, change);
	b.setup.sensor = calibrated_sensor(b.calibrated);
	b.a = new_analysis(&b.memory);
	b.t_ns = 77;
}

static int tear_down(void **state)
{
	(void)state;
	free(b.memory);
	calibrated_drop(b.calibrated);
	b.memory = b.calibrated = NULL;
	return 0;
}

/* Draw what the sheet shows of the scene times `load`, `FRAME_NS` later. */
static void draw(double load, bool remembers)
{
	for (int i = 0; i < N_CELLS; i++) {
		double force = load * b.scene.cells[i], s = force, w;

		for (int k = 0; remembers && k < 2; k++) {
			b.x[i][k] += (force - b.x[i][k]) *
				     -expm1(-1e-9 * FRAME_NS / tau_s[k]);
			s += amplitude[k] * b.x[i][k];
		}
		w = pow(s / 20.0, 1.0 / 1.2);
		b.counts[i] = (uint16_t)lrint(ZERO_CNT + FULL * w / (1.0 + w));
	}
	b.t_ns += FRAME_NS;
}

static void push(void)
{
	struct raw_frame frame = { .t_ns = b.t_ns, .cells = b.counts };

	analysis_push(b.a, &frame, &b.sample);
}

/* --- the analysis -------------------------------------------------------------------------- */

static double scene_force(void)
{
	double sum = 0.0;

	for (int i = 0; i < N_CELLS; i++)
		sum += b.scene.cells[i];
	return sum;
}

static void measures_newtons(void **state)
{
	double force_n = 0.0;

	(void)state;
	set_up(false, true, NULL);
	draw(0.0, false);
	push();
	assert_true(analysis_unit_is_force(b.a));
	assert_true(b.sample.force_n < 1e-9); /* a measured zero */
	for (int i = 0; i < 30; i++) {
		draw(1.0, false);
		push();
	}
	force_n = scene_force();
	assert_near(b.sample.force_n, force_n, 0.002 * force_n);
	assert_near(b.sample.cop_mm.x, b.scene.cop_mm.x, 0.2);
	assert_near(b.sample.cop_mm.y, b.scene.cop_mm.y, 0.2);
	assert_near(b.sample.left_frac, b.scene.left_frac, 0.005);
	assert_int_equal(
		b.sample.flags & (SAMPLE_UNCALIBRATED | SAMPLE_UNVERIFIED |
					 SAMPLE_EXTRAPOLATED | SAMPLE_DEAD_CELLS),
		0);
	assert_true(b.sample.peak_kpa > 1.0);
	draw(10.0 / force_n, false); /* below the threshold of 20 N */
	push();
	assert_true(isnan(b.sample.cop_mm.x));
}

/* u95 is at least the budget's, and not much more where cells hardly add. */
static void the_budget_is_in_u95(void **state)
{
	(void)state;
	set_up(false, false, NULL);
	for (int i = 0; i < 30; i++) {
		draw(1.0, false);
		push();
	}
	assert_true(b.sample.u95.force_n >= 2 * 0.02 * b.sample.force_n);
	assert_true(b.sample.u95.force_n < 2 * 0.021 * b.sample.force_n);
	assert_true(b.sample.u95.cop_mm >= 2.0 && b.sample.u95.cop_mm < 2.3);
	assert_true(b.sample.u95.left_frac >= 0.006);
	assert_int_equal(b.sample.flags & (SAMPLE_UNVERIFIED | SAMPLE_UNCALIBRATED),
		SAMPLE_UNVERIFIED);
}

static void kill_a_corner(struct model *m)
{
	m->state[0] = m->state[1] = CELL_DEAD;
}

static void kill_under_the_foot(struct model *m)
{
	int most = 0;

	for (int i = 0; i < N_CELLS; i++)
		most = b.scene.cells[i] > b.scene.cells[most] ? i : most;
	m->state[most] = CELL_DEAD;
}

static void dead_cells_matter_under_the_feet(void **state)
{
	(void)state;
	set_up(false, true, kill_a_corner);
	for (int i = 0; i < 30; i++) {
		draw(1.0, false);
		push();
	}
	assert_int_equal(b.sample.flags & SAMPLE_DEAD_CELLS, 0);
	tear_down(NULL);
	set_up(false, true, kill_under_the_foot);
	for (int i = 0; i < 30; i++) {
		draw(1.0, false);
		push();
	}
	assert_true(b.sample.flags & SAMPLE_DEAD_CELLS);
	assert_near(b.sample.force_n, scene_force(), 0.02 * scene_force());
	assert_true(b.sample.u95.force_n > 2 * 0.021 * b.sample.force_n);
}

static void beyond_the_span_is_flagged(void **state)
{
	double u95;

	(void)state;
	set_up(false, true, NULL);
	for (int i = 0; i < 30; i++) {
		draw(1.0, false);
		push();
	}
	assert_int_equal(b.sample.flags & SAMPLE_EXTRAPOLATED, 0);
	u95 = b.sample.u95.force_n / b.sample.force_n;
	draw(12.0, false);
	push();
	assert_true(b.sample.flags & SAMPLE_EXTRAPOLATED);
	assert_true(b.sample.u95.force_n / b.sample.force_n > 1.2 * u95);
}

/* A tare replaces the zero in the mat's numbers; NULL brings the calibration's back. */
static void tares_in_counts(void **state)
{
	struct analysis_zero zero;

	(void)state;
	set_up(false, true, NULL);
	for (int i = 0; i < N_CELLS; i++)
		b.counts[i] = (uint16_t)(ZERO_CNT + 6 + i % 5);
	push();
	assert_true(b.sample.force_n > 0.5); /* drifted */
	analysis_tare_begin(b.a, 10);
	for (int i = 0; i < 10; i++)
		push();
	assert_int_equal(analysis_tare_state(b.a), ANALYSIS_TARE_DONE);
	push();
	assert_true(b.sample.force_n < 1e-9);
	zero = analysis_zero(b.a);
	assert_true(zero.tared);
	assert_near((double)zero.map[3], ZERO_CNT + 9, 1e-3);
	assert_near(zero.noise, 0.5, 0.02); /* the calibration's */
	zero.map = NULL;
	analysis_set_zero(b.a, &zero);
	push();
	assert_true(b.sample.force_n > 0.5);
	draw(1.0, false);
	b.t_ns += FRAME_NS;
	analysis_tare_begin(b.a, 10);
	push();
	assert_int_equal(analysis_tare_state(b.a), ANALYSIS_TARE_REFUSED_LOADED);
}

/* A second analysis that takes over what the sheet remembers goes on bit for bit; one that does not takes
 * the creep so far for load. */
static void memory_goes_over(void **state)
{
	struct stance_sample first;
	struct analysis_memory m;
	struct analysis *second, *fresh;
	struct analysis_zero zero;
	void *memory[2];

	(void)state;
	set_up(true, true, NULL);
	assert_int_equal(analysis_memory(b.a).n, 0); /* nothing was ever read */
	for (int i = 0; i < 4000; i++) {
		draw(i < 100 ? 0.0 : 1.0, true);
		push();
	}
	assert_near(b.sample.force_n, scene_force(), 0.003 * scene_force());
	second = new_analysis(&memory[0]);
	fresh = new_analysis(&memory[1]);
	m = analysis_memory(b.a);
	zero = analysis_zero(b.a);
	analysis_set_zero(second, &zero);
	assert_int_equal(analysis_set_memory(second, &m), 0);
	draw(1.0, true);
	push();
	first = b.sample;
	b.a = second;
	push();
	assert_true(memcmp(&first.force_n, &b.sample.force_n, sizeof(double)) == 0);
	assert_true(memcmp(&first.cop_mm, &b.sample.cop_mm, sizeof(first.cop_mm)) == 0);
	b.a = fresh;
	push();
	assert_true(b.sample.force_n > 1.1 * scene_force());
	m.n++;
	assert_int_equal(analysis_set_memory(second, &m), -EINVAL);
	free(memory[0]);
	free(memory[1]);
}

/* --- recordings ---------------------------------------------------------------------------- */

static char path[64];

static void fill_header(struct recording_header *h)
{
	*h = (struct recording_header){ .uid = UID,
		.started_unix_ms = 1700000000000,
		.mat = b.setup,
		.zero = analysis_zero(b.a),
		.memory = analysis_memory(b.a),
		.calibration_state = "unverified",
		.calibration = (char *)(uintptr_t)calibrated_text(b.calibrated),
		.protocol = "quiet-eo",
		.duration_s = 12.0,
		.settle_s = 1.0,
		.cutoff_hz = 10.0,
		.noise_velocity_mm_s = NAN,
		.person = { .mass_kg = 1.04 * scene_force() / UNITS_GRAVITY_M_S2,
			.stature_m = NAN,
			.age_years = NAN },
		.condition = { .pain = -1 } };
}

/* The live side: the same frames into a session and a recording. */
static void live(struct trial_record *record)
{
	struct recording_writer *writer;
	struct session_setup setup;
	struct recording_header h;
	struct session *session;
	size_t size;
	void *memory;

	fill_header(&h);
	assert_int_equal(recording_create(path, &h, &writer), 0);
	assert_int_equal(replay_setup(&h, NAN, &setup), 0);
	size = (session_size(&setup) + 63) / 64 * 64;
	memory = aligned_alloc(64, size);
	assert_int_equal(session_init(memory, size, &setup, &session), 0);
	for (int i = 0; i < 1500; i++) {
		struct raw_frame frame = { .seq = (uint64_t)i, .cells = b.counts };

		draw(1.0 + 0.02 * sin(0.05 * i), true);
		frame.t_ns = b.t_ns;
		session_push(session, &frame, NULL);
		assert_int_equal(recording_append(writer, &frame), 0);
	}
	assert_int_equal(recording_finish(writer), 0);
	assert_int_equal(session_result(session, record), 0);
	free(memory);
}

static bool has_reason(const struct trial_record *r, const char *words)
{
	for (int i = 0; i < r->n_reasons; i++)
		if (strstr(r->reasons[i], words))
			return true;
	return false;
}

static void check_record(const struct trial_record *r)
{
	const double *v = r->phases[0].value;
	double shown_kg = scene_force() / UNITS_GRAVITY_M_S2;

	assert_near(v[METRIC_MEASURED_MASS_KG], shown_kg, 0.005 * shown_kg);
	assert_near(v[METRIC_SCALE_FACTOR], 1.04, 0.006);
	assert_near(v[METRIC_MASS_KG], 1.04 * shown_kg, 1e-9);
	assert_near(v[METRIC_VELOCITY_U95_PCT], 2.0, 1e-12);
	assert_near(v[METRIC_AREA_U95_PCT], 4.0, 1e-12);
	assert_near(v[METRIC_VELOCITY_BIAS_PCT], -15.0, 1e-12);
	assert_near(r->phases[0].noise_velocity_mm_s, 0.7, 1e-12);
	assert_true(has_reason(r, "never verified"));
	assert_true(has_reason(r, "no staircase"));
	assert_false(has_reason(r, "drifted"));
	assert_false(has_reason(r, "not calibrated"));
}

/* Who stood there for a minute before: the recording knows what the sheet remembered of it, and gives the
 * same result bit for bit with the calibration in it. */
static void a_replay_is_the_same(void **state)
{
	static struct trial_record before;
	struct recording *recording;
	struct calibrated *calibrated;
	const struct recording_header *h;
	struct replay replay;
	struct sensor sensor;
	char message[256] = "";

	(void)state;
	set_up(true, false, NULL);
	for (int i = 0; i < 6000; i++) {
		draw(1.0, true);
		push();
	}
	strcpy(path, "/tmp/stance-calibrated-XXXXXX");
	close(mkstemp(path));
	unlink(path);
	live(&before);
	check_record(&before);
	assert_int_equal(recording_open(path, &recording, message, sizeof(message)), 0);
	unlink(path);
	h = recording_header(recording);
	assert_int_equal(replay_run(recording, NULL, &replay), -EINVAL);
	recording_rewind(recording);
	assert_int_equal(calibrated_parse(h->calibration, strlen(h->calibration),
				 &calibrated, message, sizeof(message)),
		0);
	sensor = calibrated_sensor(calibrated);
	assert_int_equal(replay_run(recording, &sensor, &replay), 0);
	assert_memory_equal(before.phases[0].value, replay.record.phases[0].value,
		sizeof(before.phases[0].value));
	assert_int_equal(before.n_reasons, replay.record.n_reasons);
	assert_memory_equal(
		before.reasons, replay.record.reasons, sizeof(before.reasons));
	replay_free(&replay);
	recording_close(recording);
	calibrated_drop(calibrated);
}

/* --- the object ---------------------------------------------------------------------------- */

static void refuses_what_it_cannot_use(void **state)
{
	struct calibrated *other = NULL;
	char message[256] = "", *damaged;
	size_t n;

	(void)state;
	set_up(true, true, NULL);
	n = strlen(calibrated_text(b.calibrated));
	damaged = strdup(calibrated_text(b.calibrated));
	assert_non_null(damaged);
	*strstr(damaged, "1.2") = '2';
	assert_true(calibrated_parse(damaged, n, &other, message, sizeof(message)) ==
		    -EBADMSG);
	assert_true(strlen(message) > 20);
	free(damaged);
	assert_null(other);
	assert_ptr_equal(calibrated_hold(b.calibrated), b.calibrated);
	calibrated_drop(b.calibrated); /* still held */
	assert_true(calibrated_calibration(b.calibrated)->verified);
	assert_null(calibrated_sensor(NULL).ops);
	calibrated_drop(NULL);
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(measures_newtons),
		TEST(the_budget_is_in_u95),
		TEST(dead_cells_matter_under_the_feet),
		TEST(beyond_the_span_is_flagged),
		TEST(tares_in_counts),
		TEST(memory_goes_over),
		TEST(a_replay_is_the_same),
		TEST(refuses_what_it_cannot_use),
	};

	return cmocka_run_group_tests_name("calibrated", tests, NULL, NULL);
}
