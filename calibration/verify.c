#include "calibration/verify.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/history.h"
#include "src/base/i18n.h"
#include "src/base/root_sum_sq.h"
#include "src/base/text.h"
#include "src/base/units.h"
#include "src/core/carve.h"

/* Limits for mats: docs/calibration.md, "Verification". */
#define FORCE_PCT  5.0
#define RETURN_PCT 2.0
#define RETURN_AFTER_S                                                                 \
	30.0 /* since the first look at the empty mat: before, creep recovers */
#define SHARE_PCT  1.5
#define COP_MM     3.0
#define COP_PITCH  (1.0 / 3.0)
#define PLACING_MM 1.0
#define REPEAT_MM  1.5
#define NOISE_MM   0.5
#define NOISE_MM_S 2.0
#define RATE_HZ    50.0
#define LOST_PCT   0.1
#define JITTER_MS  20.0
#define GAINS_PCT  90.0

#define FADED          0.85f
#define SAME_MASS_FRAC 0.005
#define SAME_PLACE_MM  2.0
#define ASIDE_MM       20.0 /* nearer to the middle, a place has no side */
#define FITTED_NEAR_MM 10.0
#define REPEATS        3
#define SILENT_FRAC    0.3 /* of the usual cell on both sides */
#define NINTHS         9

struct bench {
	const struct model *model;
	const struct readings *readings;
	struct history history;
	uint8_t *silent; /* n_cells: cells that read nothing amid load */
	uint8_t *faded;  /* n_cells: cells that held only what the weight before left */
};

static const struct verify_line the_lines[VERIFY_N_TESTS] = {
	[VERIFY_TOTAL_FORCE] = { .key = "total_force",
		.label = "Total force",
		.unit = "%",
		.limit = FORCE_PCT },
	[VERIFY_RETURN_TO_ZERO] = { .key = "return_to_zero",
		.label = "Return to zero",
		.unit = "%",
		.limit = RETURN_PCT },
	[VERIFY_LEFT_RIGHT] = { .key = "left_right",
		.label = "Left against right",
		.unit = "%",
		.limit = SHARE_PCT },
	[VERIFY_COP] = { .key = "cop",
		.label = "Centre of pressure",
		.unit = "mm",
		.limit = COP_MM },
	[VERIFY_REPEATABILITY] = { .key = "repeatability",
		.label = "Repeated placing, sd",
		.unit = "mm",
		.limit = REPEAT_MM },
	[VERIFY_COP_NOISE] = { .key = "cop_noise",
		.label = "Noise of the centre, rms",
		.unit = "mm",
		.limit = NOISE_MM },
	[VERIFY_NOISE_VELOCITY] = { .key = "noise_velocity",
		.label = "Noise as sway velocity",
		.unit = "mm/s",
		.limit = NOISE_MM_S },
	[VERIFY_RATE] = { .key = "rate",
		.label = "Frame rate",
		.unit = "Hz",
		.limit = RATE_HZ,
		.at_least = true },
	[VERIFY_LOSSES] = { .key = "losses",
		.label = "Frames lost",
		.unit = "%",
		.limit = LOST_PCT },
	[VERIFY_JITTER] = { .key = "jitter",
		.label = "Jitter, 99th percentile",
		.unit = "ms",
		.limit = JITTER_MS },
	[VERIFY_GAINS] = { .key = "gains",
		.label = "Gains measured, worst ninth",
		.unit = "%",
		.limit = GAINS_PCT,
		.at_least = true },
	[VERIFY_CELLS] = { .key = "cells",
		.label = "Cells that fell silent",
		.unit = "",
		.limit = 0.0 },
};

const char *verify_judgement_name(enum verify_judgement judgement)
{
	static const char *const names[] = {
		[VERIFY_PASS] = "pass",
		[VERIFY_FAIL] = "fail",
		[VERIFY_NOT_TESTED] = "not_tested",
	};

	return (unsigned)judgement <= VERIFY_NOT_TESTED ? names[judgement] : "unknown";
}

/* --- memory --------------------------------------------------------------------------------------- */

static void lay_out(
	struct bench *b, const struct model *model, struct carve *carve, void **history)
{
	size_t n = (size_t)geometry_n_cells(&model->geometry);

	*history = carve_take(carve, history_size(model));
	b->silent = carve_take(carve, n);
	b->faded = carve_take(carve, n);
}

size_t verify_size(const struct model *model)
{
	struct carve counting = { NULL, 0 };
	struct bench b;
	void *history;

	if (history_size(model) == 0)
		return 0;
	lay_out(&b, model, &counting, &history);
	return counting.used;
}

static int set_up(struct bench *b, const struct model *model, void *memory, size_t size)
{
	struct carve carve = { memory, 0 };
	void *history;

	if (history_size(model) == 0)
		return -EINVAL;
	if (size < verify_size(model))
		return -ENOBUFS;
	lay_out(b, model, &carve, &history);
	b->model = model;
	memset(b->silent, 0, (size_t)geometry_n_cells(&model->geometry));
	return history_init(
		&b->history, history, history_size(model), model, b->readings);
}

/* --- one weight ----------------------------------------------------------------------------------- */

/* Cells that lost much while this weight stood hold what the one before left there: that is the return
 * to zero's, not this weight's. */
static void find_faded(struct bench *b, const struct reading *item)
{
	const struct readings *r = b->readings;
	const struct snapshot *first = &r->snapshots[item->first];
	const struct snapshot *last = first + item->n - 1;
	int at;

	while (last > first && !(last->mass_kg > 0))
		last--;
	at = last->first;
	memset(b->faded, 0, (size_t)geometry_n_cells(&b->model->geometry));
	for (int k = first->first; k < first->first + first->n; k++) {
		int i = r->cell[k];
		float over = r->count[k] - b->model->zero_cnt[i], later = 0.0f;

		while (at < last->first + last->n && r->cell[at] < i)
			at++;
		if (at < last->first + last->n && r->cell[at] == i)
			later = r->count[at] - b->model->zero_cnt[i];
		b->faded[i] = over > 1.0f && later < FADED * over;
	}
}

/* Returns the weight's force. */
static double find_cop(const struct bench *b, struct verify_row *row)
{
	const struct mat_geometry *g = &b->model->geometry;
	double sum = 0, sum_x = 0, sum_y = 0;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		double f = b->faded[i] ? 0.0 : (double)b->history.cells_n[i];

		sum += f;
		sum_x += f * geometry_x_mm(g, i % g->n_cols);
		sum_y += f * geometry_y_mm(g, i / g->n_cols);
	}
	row->cop_x_mm = sum > 0 ? sum_x / sum : NAN;
	row->cop_y_mm = sum > 0 ? sum_y / sum : NAN;
	return sum;
}

/* Cells that answered the roller and read nothing between cells that carry load. */
static void find_silent(struct bench *b)
{
	const struct mat_geometry *g = &b->model->geometry;
	const float *f = b->history.cells_n;
	double sum = 0, sum2 = 0, least;
	int n_cols = g->n_cols;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		sum += (double)f[i];
		sum2 += (double)f[i] * (double)f[i];
	}
	least = SILENT_FRAC * sum2 / fmax(sum, 1e-9);
	for (int row = 1; row + 1 < g->n_rows; row++)
		for (int col = 1; col + 1 < n_cols; col++) {
			int i = row * n_cols + col;
			bool across =
				(double)f[i - 1] > least && (double)f[i + 1] > least;
			bool along = (double)f[i - n_cols] > least &&
				     (double)f[i + n_cols] > least;

			if (b->model->state[i] == CELL_OK && !(f[i] > 0) &&
				(across || along))
				b->silent[i] = 1;
		}
}

static void measure_row(
	struct bench *b, const struct reading *item, struct verify_row *row)
{
	double sum_n, force_n = NAN, empty_s = NAN;

	*row = (struct verify_row){
		.mass_kg = item->mass_kg,
		.x_mm = item->x_mm,
		.y_mm = item->y_mm,
		.cop_rms_mm = item->cop_rms_mm,
		.noise_velocity_mm_s = item->noise_velocity_mm_s,
		.return_frac = NAN,
		.rate_hz = item->rate_hz,
		.lost_frac = item->lost_frac,
		.jitter_p99_ms = item->jitter_p99_ms,
	};
	find_faded(b, item);
	history_enter(&b->history, item);
	for (int k = item->first; k < item->first + item->n; k++) {
		const struct snapshot *s = &b->readings->snapshots[k];

		sum_n = history_moment(&b->history, s);
		if (!(s->mass_kg > 0)) {
			empty_s = isnan(empty_s) ? s->t_s : empty_s;
			if (s->t_s - empty_s >= RETURN_AFTER_S)
				row->return_frac = sum_n / force_n;
			continue;
		}
		force_n = find_cop(b, row);
		if (k + 1 == item->first + item->n ||
			!(b->readings->snapshots[k + 1].mass_kg > 0))
			find_silent(b);
	}
	history_leave(&b->history, item);
	row->measured_kg = force_n / UNITS_GRAVITY_M_S2;
	row->force_error_frac = row->measured_kg / row->mass_kg - 1.0;
	row->cop_error_mm =
		root_sum_sq(row->cop_x_mm - row->x_mm, row->cop_y_mm - row->y_mm);
}

static bool is_row(const struct reading *item)
{
	return item->kind == READING_VERIFY && !item->dropped && item->n > 0;
}

static int measure_rows(struct bench *b, struct verify_result *result)
{
	const struct readings *r = b->readings;
	int n = 0;

	for (int i = 0; i < r->n_items; i++)
		n += is_row(&r->items[i]);
	for (int i = 0; i < r->n_items; i++) {
		if (!is_row(&r->items[i]) || n-- > VERIFY_MAX_ROWS)
			history_pass(&b->history, i, i + 1);
		else
			measure_row(b, &r->items[i], &result->rows[result->n_rows++]);
	}
	return result->n_rows > 0 ? 0 : -ENODATA;
}

/* --- the tests ------------------------------------------------------------------------------------ */

static double worse(double so_far, double figure)
{
	return isnan(figure) ? so_far : isnan(so_far) ? figure : fmax(so_far, figure);
}

static bool is_same_mass(const struct verify_row *a, const struct verify_row *b)
{
	return fabs(a->mass_kg - b->mass_kg) <= SAME_MASS_FRAC * a->mass_kg;
}

/* Equal weights at mirrored places, each alone: what the share would be with both. */
static double worst_share(const struct verify_result *v)
{
	double worst = NAN;

	for (int i = 0; i < v->n_rows; i++)
		for (int k = 0; k < v->n_rows; k++) {
			const struct verify_row *l = &v->rows[i], *r = &v->rows[k];

			if (!(l->x_mm < -ASIDE_MM) || !is_same_mass(l, r) ||
				!(fabs(l->x_mm + r->x_mm) <= SAME_PLACE_MM) ||
				!(fabs(l->y_mm - r->y_mm) <= SAME_PLACE_MM))
				continue;
			worst = worse(worst,
				fabs(100.0 * l->measured_kg /
						(l->measured_kg + r->measured_kg) -
					50.0));
		}
	return worst;
}

static bool is_repeat(const struct verify_row *a, const struct verify_row *b)
{
	return is_same_mass(a, b) &&
	       root_sum_sq(a->x_mm - b->x_mm, a->y_mm - b->y_mm) <= SAME_PLACE_MM;
}

/* Scatter of the COP about its mean, of the same weight put at the same place again. */
static double worst_scatter(const struct verify_result *v)
{
	double worst = NAN;

	for (int i = 0; i < v->n_rows; i++) {
		double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, square;

		for (int k = 0; k < v->n_rows; k++) {
			const struct verify_row *row = &v->rows[k];
			double x = row->cop_x_mm - v->rows[i].cop_x_mm;
			double y = row->cop_y_mm - v->rows[i].cop_y_mm;

			if (!is_repeat(&v->rows[i], row))
				continue;
			n += 1;
			sx += x;
			sy += y;
			sxx += x * x;
			syy += y * y;
		}
		square = (fmax(sxx - sx * sx / n, syy - sy * sy / n)) / (n - 1);
		if (n >= REPEATS)
			worst = worse(worst, sqrt(fmax(0.0, square)));
	}
	return worst;
}

/* Share of cells whose gain is known, in the worst ninth of the mat; NaN if it was not rolled. */
static double least_gains(const struct bench *b)
{
	const struct mat_geometry *g = &b->model->geometry;
	double known[NINTHS] = { 0 }, all[NINTHS] = { 0 }, least = 1.0;
	bool rolled = false;

	for (int i = 0; i < b->readings->n_items; i++)
		rolled |= b->readings->items[i].kind == READING_ROLL &&
			  !b->readings->items[i].dropped;
	if (!rolled)
		return NAN;
	for (int i = 0; i < geometry_n_cells(g); i++) {
		int ninth = 3 * (3 * (i / g->n_cols) / g->n_rows) +
			    3 * (i % g->n_cols) / g->n_cols;

		all[ninth] += 1;
		known[ninth] += b->model->state[i] != CELL_UNCOVERED;
	}
	for (int k = 0; k < NINTHS; k++)
		least = all[k] > 0 ? fmin(least, known[k] / all[k]) : least;
	return 100.0 * least;
}

/* Full scale of a verification: the greatest mass that was put. */
static double most_kg(const struct verify_result *v)
{
	double most = 0;

	for (int i = 0; i < v->n_rows; i++)
		most = fmax(most, v->rows[i].mass_kg);
	return most;
}

static void take_figures(const struct bench *b, struct verify_result *v)
{
	double figure[VERIFY_N_TESTS], lost = 0;

	for (int k = 0; k < VERIFY_N_TESTS; k++)
		figure[k] = NAN;
	for (int i = 0; i < v->n_rows; i++) {
		const struct verify_row *r = &v->rows[i];
		double *f = figure;

		f[VERIFY_TOTAL_FORCE] = worse(f[VERIFY_TOTAL_FORCE],
			100.0 * fabs(r->force_error_frac) * r->mass_kg / most_kg(v));
		f[VERIFY_RETURN_TO_ZERO] =
			worse(f[VERIFY_RETURN_TO_ZERO], 100.0 * fabs(r->return_frac));
		f[VERIFY_COP] = worse(f[VERIFY_COP], r->cop_error_mm);
		f[VERIFY_COP_NOISE] = worse(f[VERIFY_COP_NOISE], r->cop_rms_mm);
		f[VERIFY_NOISE_VELOCITY] =
			worse(f[VERIFY_NOISE_VELOCITY], r->noise_velocity_mm_s);
		f[VERIFY_RATE] = -worse(-f[VERIFY_RATE], -r->rate_hz);
		f[VERIFY_JITTER] = worse(f[VERIFY_JITTER], r->jitter_p99_ms);
		lost += 100.0 * r->lost_frac / v->n_rows;
	}
	figure[VERIFY_LOSSES] = lost;
	figure[VERIFY_LEFT_RIGHT] = worst_share(v);
	figure[VERIFY_REPEATABILITY] = worst_scatter(v);
	figure[VERIFY_GAINS] = least_gains(b);
	figure[VERIFY_CELLS] = 0;
	for (int i = 0; i < geometry_n_cells(&b->model->geometry); i++)
		figure[VERIFY_CELLS] += b->silent[i];
	for (int k = 0; k < VERIFY_N_TESTS; k++)
		v->lines[k].figure = figure[k];
}

static enum verify_judgement judge_line(const struct verify_line *line)
{
	if (isnan(line->figure))
		return VERIFY_NOT_TESTED;
	if (line->at_least)
		return line->figure >= line->limit ? VERIFY_PASS : VERIFY_FAIL;
	return line->figure <= line->limit ? VERIFY_PASS : VERIFY_FAIL;
}

static void judge_lines(struct verify_result *v)
{
	v->passed = true;
	for (int k = 0; k < VERIFY_N_TESTS; k++) {
		struct verify_line *line = &v->lines[k];

		line->judgement = judge_line(line);
		if (k == VERIFY_NOISE_VELOCITY && line->judgement == VERIFY_FAIL)
			line->judgement = VERIFY_PASS; /* its limit informs */
		v->passed &= line->judgement != VERIFY_FAIL;
	}
	v->passed &= v->lines[VERIFY_TOTAL_FORCE].judgement == VERIFY_PASS &&
		     v->lines[VERIFY_COP].judgement == VERIFY_PASS;
}

/* --- the verdict ---------------------------------------------------------------------------------- */

static bool took_part(const struct readings *r, const struct verify_row *row)
{
	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];

		if (item->dropped ||
			(item->kind != READING_LOAD && item->kind != READING_CREEP))
			continue;
		if (fabs(item->mass_kg - row->mass_kg) <=
				SAME_MASS_FRAC * row->mass_kg &&
			root_sum_sq(item->x_mm - row->x_mm, item->y_mm - row->y_mm) <=
				FITTED_NEAR_MM)
			return true;
	}
	return false;
}

static void say_passed(const struct readings *r, struct verify_result *v)
{
	const char *but = "";

	for (int i = 0; i < v->n_rows; i++)
		if (took_part(r, &v->rows[i]))
			but = " But one of these weights took part in the fit.";
	text_format(v->text, sizeof(v->text),
		"Passed: force within %.1f %%, centre of pressure within %.1f mm.%s",
		v->lines[VERIFY_TOTAL_FORCE].figure, v->lines[VERIFY_COP].figure, but);
}

static void say_failed(struct verify_result *v)
{
	char failed[VERIFY_TEXT_SIZE], before[VERIFY_TEXT_SIZE];
	int n = 0;

	text_copy(failed, sizeof(failed), "");
	for (int k = 0; k < VERIFY_N_TESTS; k++) {
		const struct verify_line *line = &v->lines[k];

		if (line->judgement != VERIFY_FAIL)
			continue;
		text_copy(before, sizeof(before), failed);
		text_format(failed, sizeof(failed), "%s%s%s %.1f%s%s (%s %.1f)", before,
			n++ ? "; " : "", line->label, line->figure,
			line->unit[0] ? " " : "", line->unit,
			line->at_least ? "at least" : "at most", line->limit);
	}
	if (n > 0)
		text_format(v->text, sizeof(v->text), N_("Failed: %s."), failed);
	else
		text_copy(v->text, sizeof(v->text),
			N_("Not enough: put a known weight at a known place."));
}

int verify_judge(const struct model *model, const struct readings *readings,
	double placing_mm, void *memory, size_t size, struct verify_result *result)
{
	const struct mat_geometry *g = &model->geometry;
	struct bench bench = { .readings = readings };
	struct verify_result v = { .n_rows = 0 };
	double pitch = fmax(g->pitch_x_mm, g->pitch_y_mm);
	int err;

	if (readings->geometry.n_rows != g->n_rows ||
		readings->geometry.n_cols != g->n_cols)
		return -EINVAL;
	err = set_up(&bench, model, memory, size);
	if (!err)
		err = measure_rows(&bench, &v);
	if (err)
		return err;
	memcpy(v.lines, the_lines, sizeof(v.lines));
	v.lines[VERIFY_COP].limit = fmax(COP_MM, COP_PITCH * pitch) +
				    (isnan(placing_mm) ? PLACING_MM : placing_mm);
	take_figures(&bench, &v);
	judge_lines(&v);
	if (v.passed)
		say_passed(readings, &v);
	else
		say_failed(&v);
	*result = v;
	return 0;
}
