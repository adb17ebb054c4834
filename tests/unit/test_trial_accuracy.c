/* A trial end to end against the force plates: a real recording under both feet is played on an ideal
 * sheet, measured as a trial, and compared with the plates' own numbers over the same seconds with the
 * same filter. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/core/carve.h"
#include "src/core/sway/sway.h"
#include "tests/support/stage.h"

#define DURATION_S 30.0
#define MAX_ROWS   8192
#define WORST_FRAC 0.0025 /* 1 % is asked for; the worst was 0.105 %, of 15 mm cells */

static const char *const names[] = { "PDS13OF1", "PDS13CF1", "PDS13OR1", "PDS13CR1",
	"PDS13OR2", "PDS13CR2" };

static const struct mat_geometry mats[] = { { 48, 48, 10, 10 }, { 32, 32, 15, 15 },
	{ 64, 64, 8, 8 } };

static const struct {
	enum metric metric;
	const char *name;
} compared[] = { { METRIC_PATH_MM, "path" }, { METRIC_MEAN_VELOCITY_MM_S, "velocity" },
	{ METRIC_RMS_ML_MM, "RMS ML" }, { METRIC_RMS_AP_MM, "RMS AP" },
	{ METRIC_ELLIPSE95_MM2, "ellipse" }, { METRIC_HULL_MM2, "hull" } };

#define N_COMPARED (sizeof(compared) / sizeof(compared[0]))

/* The plates' net COP and left share, over the measured seconds. */
static struct reference {
	int n;
	double t_s[MAX_ROWS], x_mm[MAX_ROWS], y_mm[MAX_ROWS], share;
	struct sway_result sway;
} ref;

/* The net COP of two plates: each foot's own, weighted with its force. */
static void take_reference(const struct plates *plates, double from_s, double until_s)
{
	double sum = 0;

	ref.n = 0;
	for (size_t i = 0; i < plates->n_rows && ref.n < MAX_ROWS; i++) {
		const struct plates_row *r = &plates->rows[i];
		double left = r->force_n[PLATES_LEFT], right = r->force_n[PLATES_RIGHT];

		if (r->t_s < from_s - 1e-6 || r->t_s > until_s + 1e-6)
			continue;
		ref.t_s[ref.n] = r->t_s;
		ref.x_mm[ref.n] = (left * r->cop[PLATES_LEFT].x +
					  right * r->cop[PLATES_RIGHT].x) /
				  (left + right);
		ref.y_mm[ref.n] = (left * r->cop[PLATES_LEFT].y +
					  right * r->cop[PLATES_RIGHT].y) /
				  (left + right);
		sum += left / (left + right);
		ref.n++;
	}
	ref.share = sum / ref.n;
}

static void measure_reference(double rate_hz, double cutoff_hz)
{
	struct sway_input input = { .n = ref.n,
		.t_s = ref.t_s,
		.x_mm = ref.x_mm,
		.y_mm = ref.y_mm,
		.cutoff_hz = cutoff_hz,
		.noise_velocity_mm_s = NAN };
	size_t size = sway_size(ref.n, DURATION_S + 1, rate_hz);
	void *memory = aligned_alloc(CARVE_ALIGNMENT,
		(size + CARVE_ALIGNMENT - 1) / CARVE_ALIGNMENT * CARVE_ALIGNMENT);

	assert_non_null(memory);
	assert_int_equal(sway_measure(&input, memory, size, &ref.sway), 0);
	free(memory);
}

static struct plates *load(const char *name)
{
	const char *shared = getenv("STANCE_SHARED");
	struct plates *plates = NULL;
	char path[512], message[256];

	snprintf(path, sizeof(path), "%s/reference/cop/feet/%s.csv",
		shared ? shared : "../shared", name);
	return plates_load(path, &plates, message, sizeof(message)) == 0 ? plates
									 : NULL;
}

/* The person's time is the recording's own: frame and row fall together. */
static double compare(const char *name, const struct plates *plates,
	const struct mat_geometry *mat, double cutoff_hz)
{
	static struct stage stage;
	double rate_hz = (double)(plates->n_rows - 1) /
			 (plates->rows[plates->n_rows - 1].t_s - plates->rows[0].t_s);
	double start_s, share_error, worst = 0;
	const double *value = stage.record.phases[0].value;

	stage_defaults(&stage, "quiet-eo");
	stage.rate_hz = rint(rate_hz);
	stage.cutoff_hz = cutoff_hz;
	stage.duration_s = DURATION_S;
	stage.settle_s = 1;
	stage.scene.geometry = *mat;
	stage.scene.person.plates = plates;
	stage.person.mass_kg = NAN;
	assert_int_equal(stage_play(&stage, ""), 0);
	if (stage.record.verdict != TRIAL_GOOD)
		stage_print(&stage);
	start_s = plates->rows[0].t_s + stage.record.phases[0].start_s;
	take_reference(plates, start_s, start_s + stage.record.phases[0].duration_s);
	assert_int_equal(ref.n, stage.record.phases[0].n);
	measure_reference(rate_hz, cutoff_hz);
	printf("%s %2dx%2d:", name, mat->n_rows, mat->n_cols);
	for (size_t k = 0; k < N_COMPARED; k++) {
		double wanted = ref.sway.value[compared[k].metric];
		double error = value[compared[k].metric] / wanted - 1;

		printf("  %s %+.3f %%", compared[k].name, 100 * error);
		worst = fmax(worst, fabs(error));
	}
	share_error = value[METRIC_LEFT_FRAC] / ref.share - 1;
	printf("  share %+.4f %%\n", 100 * share_error);
	stage_close(&stage);
	return fmax(worst, fabs(share_error));
}

static void a_trial_gives_what_the_plates_give(void **state)
{
	double worst = 0;
	int n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct plates *plates = load(names[i]);

		if (!plates) {
			printf("skipped: no recording %s (STANCE_SHARED says where)\n",
				names[i]);
			skip();
		}
		for (size_t k = 0; k < sizeof(mats) / sizeof(mats[0]); k++, n++)
			worst = fmax(worst, compare(names[i], plates, &mats[k], 10));
		plates_free(plates);
	}
	printf("worst of %d trials: %.3f %%\n", n, 100 * worst);
	assert_true(worst < WORST_FRAC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trial_gives_what_the_plates_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
