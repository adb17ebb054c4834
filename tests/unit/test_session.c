/* A whole trial over frames: the same frames give the same record bit for bit, what is measured is
 * what the scene holds, and what happens is said. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/carve.h"
#include "src/core/sway/sway.h"
#include "src/core/trial/session.h"
#include "tests/support/scene.h"

#define SIDE    32
#define N_CELLS (SIDE * SIDE)
#define RATE_HZ 100.0
#define SEED    7

static struct scene scene;
static uint16_t cells[N_CELLS];

/* What the run of one session gave. */
struct outcome {
	struct trial_record record;
	int rc;
	double true_left, true_x_mm, true_y_mm; /* means over the measured frames */
	double true_cells[N_CELLS];             /* likewise, of the first part */
	bool has_picture, picture_is_force;
	float picture[N_CELLS];
};

/* How the frames come. */
struct play {
	const char *protocol;
	double duration_s, settle_s, cutoff_hz;
	double off_s;                     /* when the person leaves; INFINITY: never */
	double jitter_s;                  /* of the time stamps */
	int drop_each;                    /* every n-th frame is lost; 0: none */
	double lost_from_s, lost_until_s; /* all frames between are lost */
	double mass_kg;
	enum frame_unit unit;
	double stop_s;
	enum session_stop stop;
};

static const struct play quiet = { .protocol = "quiet-eo",
	.duration_s = 5.0,
	.settle_s = 1.0,
	.cutoff_hz = 5.0,
	.off_s = INFINITY,
	.mass_kg = NAN,
	.unit = FRAME_UNIT_FORCE_MN,
	.stop_s = INFINITY };

static struct session_setup setup_of(const struct play *play)
{
	return (struct session_setup){
		.mat = { .geometry = { SIDE, SIDE, 15.0, 15.0 },
			.unit = play->unit,
			.unit_scale = 1.0,
			.full_scale = 65535,
			.rate_hz = RATE_HZ },
		.protocol = protocol_find(play->protocol),
		.duration_s = play->duration_s,
		.settle_s = play->settle_s,
		.cutoff_hz = play->cutoff_hz,
		.noise_velocity_mm_s = NAN,
		.person = { .mass_kg = play->mass_kg,
			.stature_m = NAN,
			.age_years = NAN },
		.condition = { .pain = -1 },
	};
}

/* Somebody who sways a little from foot to foot; the scene's cells are newtons. */
static void draw(double t_s, bool is_there, double *left)
{
	double shift = 0.06 * sin(0.9 * t_s) + 0.02 * sin(5.0 * t_s), force[2] = { 0 };

	for (int i = 0; i < N_CELLS; i++) {
		double l = scene.force[0][i] * (1.0 + shift);
		double r = scene.force[1][i] * (1.0 - shift);

		cells[i] = is_there ? (uint16_t)lround(1000.0 * (l + r)) : 0;
		force[0] += l;
		force[1] += r;
	}
	*left = force[0] / (force[0] + force[1]);
}

static struct pos_mm cop_of_cells(void)
{
	struct pos_mm cop = { 0.0, 0.0 };
	double sum = 0.0;

	for (int i = 0; i < N_CELLS; i++) {
		double x = (i % SIDE - 0.5 * (SIDE - 1)) * 15.0;
		double y = (0.5 * (SIDE - 1) - i / SIDE) * 15.0;

		cop.x += cells[i] * x;
		cop.y += cells[i] * y;
		sum += cells[i];
	}
	return (struct pos_mm){ cop.x / sum, cop.y / sum };
}

static bool is_lost(const struct play *play, int i, double t_s)
{
	if (play->drop_each && i % play->drop_each == play->drop_each - 1)
		return true;
	return t_s >= play->lost_from_s && t_s < play->lost_until_s;
}

static bool is_first_part(const struct session *session)
{
	struct session_progress progress;

	session_progress(session, &progress);
	return progress.phase == 0;
}

static void feed(struct session *session, const struct play *play, struct outcome *out)
{
	uint32_t n_lost = 0;
	int n = 0, n_first = 0;

	for (int i = 0; i < 6000; i++) {
		double t_s = i / RATE_HZ + (i % 3 - 1) * play->jitter_s, left;
		struct raw_frame frame = { .seq = (uint64_t)i,
			.t_ns = 1000000000 + llround(1e9 * t_s),
			.cells = cells };
		enum session_state state;
		struct pos_mm cop;

		if (is_lost(play, i, t_s)) {
			n_lost++;
			continue;
		}
		if (t_s >= play->stop_s)
			session_stop(session, play->stop);
		draw(t_s, t_s < play->off_s, &left);
		cop = cop_of_cells();
		frame.n_lost = n_lost;
		n_lost = 0;
		state = session_push(session, &frame, NULL);
		if (state == SESSION_DONE)
			break;
		if (state != SESSION_MEASURING)
			continue;
		out->true_left += left;
		out->true_x_mm += cop.x;
		out->true_y_mm += cop.y;
		n++;
		for (int k = 0; is_first_part(session) && k < N_CELLS; k++)
			out->true_cells[k] += cells[k];
		n_first += is_first_part(session);
	}
	for (int k = 0; k < N_CELLS; k++)
		out->true_cells[k] /= n_first;
	out->true_left /= n;
	out->true_x_mm /= n;
	out->true_y_mm /= n;
}

static void run(const struct play *play, struct outcome *out)
{
	struct session_setup setup = setup_of(play);
	size_t size = session_size(&setup);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size);
	struct session *session;

	assert_true(size > 0);
	assert_non_null(memory);
	memset(memory, 0xa5, size); /* a session must not live on what lies there */
	memset(out, 0, sizeof(*out));
	assert_int_equal(session_init(memory, size, &setup, &session), 0);
	assert_int_equal(session_result(session, &out->record), -EBUSY);
	feed(session, play, out);
	out->rc = session_result(session, &out->record);
	out->has_picture = session_picture(session, &out->picture_is_force) != NULL;
	if (out->has_picture)
		memcpy(out->picture, session_picture(session, &out->picture_is_force),
			sizeof(out->picture));
	free(memory);
}

static void near(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.9g is not %.9g within %g", got, expected, tolerance);
}

static void says(const struct trial_record *r, const char *words)
{
	for (int i = 0; i < r->n_reasons; i++)
		if (strstr(r->reasons[i], words))
			return;
	fail_msg("no reason says \"%s\"; %d reasons, the first: \"%s\"", words,
		r->n_reasons, r->reasons[0]);
}

static int set_up(void **state)
{
	const struct mat_geometry geometry = { SIDE, SIDE, 15.0, 15.0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 0);
	scene_make(&scene, SCENE_NORMAL, &geometry, NULL, &rng);
	return 0;
}

static struct outcome first, second;

static void measures_what_is_there(void **state)
{
	const double *value = first.record.phases[0].value;
	double force_n = scene.foot[0].force_n + scene.foot[1].force_n;

	(void)state;
	run(&quiet, &first);
	assert_int_equal(first.rc, 0);
	assert_int_equal(first.record.verdict, TRIAL_GOOD);
	assert_int_equal(first.record.n_phases, 1);
	assert_string_equal(first.record.protocol, "quiet-eo");
	assert_string_equal(first.record.condition.eyes, "open");
	near(first.record.duration_s, 5.0, 0.011);
	near(first.record.rate_hz, RATE_HZ, 0.1);
	near(value[METRIC_LEFT_FRAC], first.true_left, 0.005);
	near(value[METRIC_MASS_KG], force_n / 9.80665, 0.02 * force_n / 9.80665);
	assert_true(value[METRIC_PATH_MM] > 0.0);
	assert_true(value[METRIC_FOOT_LENGTH_LEFT_MM] > 180.0 &&
		    value[METRIC_FOOT_LENGTH_LEFT_MM] < 320.0);
	near(value[METRIC_COM_ML_MM],
		0.5 * (value[METRIC_COM_ML_MM_CI95_LOW] +
			      value[METRIC_COM_ML_MM_CI95_HIGH]),
		1e-9);
	/* 1.96 sqrt(25 + 16), and a little for the sheet */
	near(value[METRIC_COM_ML_MM_CI95_HIGH] - value[METRIC_COM_ML_MM], 12.6, 0.6);
	/* the offset goes with the share: d = A W / 200 but for the COP within each foot */
	near(value[METRIC_COM_ML_MM],
		value[METRIC_ASYMMETRY_PCT] * value[METRIC_STANCE_WIDTH_MM] / 200.0,
		12.0);
}

/* Its cells are the means of the measured frames' cells, in newtons, of the first part alone. */
static void the_picture_is_the_mean_of_the_first_part(void **state)
{
	static const char *const protocols[] = { "quiet-eo", "romberg" };

	(void)state;
	for (int p = 0; p < 2; p++) {
		struct play play = quiet;
		double sum = 0.0, most = 0.0;

		play.protocol = protocols[p];
		run(&play, &first);
		assert_true(first.has_picture && first.picture_is_force);
		for (int i = 0; i < N_CELLS; i++) {
			double expected_n = 1e-3 * first.true_cells[i];

			/* contact begins at a threshold, and the last frame ends it */
			near(first.picture[i], expected_n, 0.01 * expected_n + 0.2);
			sum += (double)first.picture[i];
			most = fmax(most, expected_n);
		}
		near(sum, scene.foot[0].force_n + scene.foot[1].force_n, 0.02 * sum);
		assert_true(most > 2.0);
	}
}

static void the_same_frames_give_the_same_bits(void **state)
{
	struct play jittery = quiet;

	(void)state;
	run(&quiet, &first);
	run(&quiet, &second);
	assert_memory_equal(&first.record, &second.record, sizeof(first.record));
	jittery.jitter_s = 0.003;
	jittery.drop_each = 150;
	run(&jittery, &first);
	run(&jittery, &second);
	assert_memory_equal(&first.record, &second.record, sizeof(first.record));
}

static void jitter_changes_little(void **state)
{
	struct play jittery = quiet;
	const double *a = first.record.phases[0].value,
		     *b = second.record.phases[0].value;

	(void)state;
	jittery.jitter_s = 0.003;
	run(&quiet, &first);
	run(&jittery, &second);
	assert_true(second.record.phases[0].sway_notes & SWAY_NOTE_RESAMPLED);
	near(b[METRIC_PATH_MM], a[METRIC_PATH_MM], 0.03 * a[METRIC_PATH_MM]);
	near(b[METRIC_LEFT_FRAC], a[METRIC_LEFT_FRAC], 0.002);
}

static void a_step_off_is_said(void **state)
{
	struct play play = quiet;

	(void)state;
	play.duration_s = 20.0;
	play.off_s = 0.5 + 1.0 + 7.2;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_UNUSABLE);
	says(&first.record, "stepped off after 7.2 s of 20");
	near(first.record.outcome[METRIC_STEPPED_OFF_S], 7.2, 0.03);
	near(first.record.duration_s, 7.2, 0.03);
}

static void losses_are_counted(void **state)
{
	struct play play = quiet;

	(void)state;
	play.drop_each = 40; /* 13 of 501 */
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_CHECK);
	says(&first.record, "2.6 % of the frames are missing");
	play.drop_each = 0;
	play.lost_from_s = 3.0;
	play.lost_until_s = 3.8;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_UNUSABLE);
	/* 0.81 s of 5, not all of it, though sway cannot be measured */
	near(first.record.phases[0].missing_frac, 0.81 / 5.0, 0.01);
	says(&first.record, "% of the frames are missing; check the cable");
	assert_true(isnan(first.record.phases[0].value[METRIC_PATH_MM]));
}

static void a_wrong_mass_is_said(void **state)
{
	struct play play = quiet;
	double mass_kg = (scene.foot[0].force_n + scene.foot[1].force_n) / 9.80665;

	(void)state;
	play.mass_kg = mass_kg;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_GOOD);
	play.mass_kg = 1.2 * mass_kg;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_CHECK);
	says(&first.record, "trust the shares only");
}

static void counts_give_shares_alone(void **state)
{
	struct play play = quiet;
	const double *value = first.record.phases[0].value;

	(void)state;
	play.unit = FRAME_UNIT_COUNTS;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_CHECK);
	says(&first.record, "not calibrated");
	near(value[METRIC_LEFT_FRAC], first.true_left, 0.005);
	assert_true(isnan(value[METRIC_MASS_KG]));
	assert_true(first.has_picture && !first.picture_is_force);
	play.protocol = "sts5";
	play.settle_s = 0.0;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_UNUSABLE);
	says(&first.record, "needs force");
}

static void being_stopped_is_said(void **state)
{
	static const struct {
		enum session_stop stop;
		const char *words;
		enum trial_verdict verdict;
	} cases[] = {
		{ SESSION_STOP_ABORTED, "aborted", TRIAL_INTERRUPTED },
		{ SESSION_STOP_MAT_LOST, "mat was lost", TRIAL_INTERRUPTED },
		{ SESSION_STOP_DISK, "disk", TRIAL_INTERRUPTED },
		{ SESSION_STOP_RECORDING_ENDS, "recording ends", TRIAL_INTERRUPTED },
		{ SESSION_STOP_DAEMON, "daemon was stopped", TRIAL_INTERRUPTED },
		{ SESSION_STOP_DISK_SLOW, "did not keep up", TRIAL_INTERRUPTED },
		{ SESSION_STOP_FINISH, "Ended by hand", TRIAL_UNUSABLE },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
		struct play play = quiet;

		play.stop_s = 4.0;
		play.stop = cases[k].stop;
		run(&play, &first);
		assert_int_equal(first.rc, 0);
		assert_int_equal(first.record.verdict, cases[k].verdict);
		says(&first.record, cases[k].words);
		assert_true(first.record.duration_s < 3.0);
		assert_true(first.has_picture);
	}
}

static void nobody_came(void **state)
{
	struct play play = quiet;

	(void)state;
	play.off_s = 0.0;
	play.stop_s = 3.0;
	play.stop = SESSION_STOP_ABORTED;
	run(&play, &first);
	assert_int_equal(first.rc, -ENODATA);
	assert_int_equal(first.record.verdict, TRIAL_INTERRUPTED);
	says(&first.record, "Nothing was measured");
	assert_false(first.has_picture);
}

static void too_short_is_said(void **state)
{
	struct play play = quiet;

	(void)state;
	play.duration_s = 0.5;
	run(&play, &first);
	assert_int_equal(first.record.verdict, TRIAL_UNUSABLE);
	says(&first.record, "too short to measure sway");
}

static void a_sitting_person_has_no_mass(void **state)
{
	struct play play = quiet;

	(void)state;
	play.protocol = "sts5";
	play.settle_s = 0.0;
	play.duration_s = 3.0;
	run(&play, &first);
	assert_true(isnan(first.record.phases[0].value[METRIC_MASS_KG]));
	assert_true(isnan(first.record.phases[0].value[METRIC_COM_ML_MM]));
	near(first.record.phases[0].value[METRIC_LEFT_FRAC], first.true_left, 0.02);
}

static void refuses_what_is_out_of_range(void **state)
{
	struct session_setup setup = setup_of(&quiet);
	size_t size = session_size(&setup);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size);
	struct session *session;

	(void)state;
	assert_int_equal(session_init(memory, size - 1, &setup, &session), -ENOBUFS);
	setup.duration_s = -1.0;
	assert_int_equal(session_size(&setup), 0);
	assert_int_equal(session_init(memory, size, &setup, &session), -EINVAL);
	setup = setup_of(&quiet);
	setup.settle_s = 1e6;
	assert_int_equal(session_size(&setup), 0);
	setup = setup_of(&quiet);
	setup.protocol = NULL;
	assert_int_equal(session_size(&setup), 0);
	free(memory);
}

/* Just that long, and not a second more. */
static void the_longest_duration_is_told(void **state)
{
	static const char *const keys[] = { "quiet-eo", "mctsib", "los" };

	(void)state;
	for (int k = 0; k < 3; k++) {
		struct play play = quiet;
		struct session_setup setup;
		double longest_s;

		play.protocol = keys[k];
		setup = setup_of(&play);
		longest_s = session_longest_s(&setup);
		assert_true(longest_s >= 300.0 && longest_s <= 3600.0);
		setup.duration_s = longest_s;
		assert_true(session_size(&setup) > 0);
		setup.duration_s = longest_s + 1.0;
		assert_int_equal(session_size(&setup), 0);
		setup.settle_s = 61.0;
		assert_true(session_longest_s(&setup) == 0.0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_what_is_there),
		cmocka_unit_test(the_picture_is_the_mean_of_the_first_part),
		cmocka_unit_test(the_same_frames_give_the_same_bits),
		cmocka_unit_test(jitter_changes_little),
		cmocka_unit_test(a_step_off_is_said),
		cmocka_unit_test(losses_are_counted),
		cmocka_unit_test(a_wrong_mass_is_said),
		cmocka_unit_test(counts_give_shares_alone),
		cmocka_unit_test(being_stopped_is_said),
		cmocka_unit_test(nobody_came),
		cmocka_unit_test(too_short_is_said),
		cmocka_unit_test(a_sitting_person_has_no_mass),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(the_longest_duration_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
