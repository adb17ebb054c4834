/* A seeded person on a mat, made for looking at screens: plausible feet and sway, and samples that
 * agree with the cells. Not for measuring: the simulator (hw/sim) is.
 * Everything is static, for the programs of tests/ui and tests/bench that include it. */
#ifndef STANCE_TESTS_UI_SCENE_H
#define STANCE_TESTS_UI_SCENE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/rng.h"
#include "ui/screens/screens.h"

#include "tests/ui/gallery.h"
#include "tests/ui/sheet_picture.h"

/* How long the person of a named situation has stood there. */
#ifndef SCENE_SECONDS
#define SCENE_SECONDS 12
#endif
#define SCENE_SIDE  48
#define SCENE_PITCH 10.0
#define SCENE_MS    INT64_C(1000000)
/* Where the injected clock of every scene starts. */
#define SCENE_START (INT64_C(1000000) * SCENE_MS)

struct scene {
	double left_frac, mass_kg, apart_mm, toe_out_deg;
	bool raw; /* counts, not calibrated */
	uint32_t flags;
	uint16_t cells[SCENE_SIDE * SCENE_SIDE];
	struct stance_sample sample;
};

/* Parts of a foot: ahead of the heel's end and outwards of its axis (mm), size, weight. */
static const struct {
	double y, x, sy, sx, weight;
} scene_parts[] = {
	{ 32, 0, 19, 16, 0.50 },
	{ 80, 12, 24, 10, 0.07 },
	{ 120, 16, 22, 11, 0.08 },
	{ 165, -20, 14, 12, 0.16 },
	{ 172, 0, 13, 13, 0.15 },
	{ 163, 20, 14, 12, 0.13 },
	{ 225, -20, 12, 9, 0.09 },
	{ 218, 4, 9, 14, 0.03 },
};
#define SCENE_N_PARTS (sizeof(scene_parts) / sizeof(scene_parts[0]))

static inline struct scene scene_person(void)
{
	return (struct scene){
		.left_frac = 0.57, .mass_kg = 65, .apart_mm = 172, .toe_out_deg = 8
	};
}

/* Sway at t: a few slow sines, as a body under control has them. */
static inline struct pos_mm scene_sway(double t_s)
{
	return (struct pos_mm){
		2.2 * sin(1.3 * t_s) + 1.1 * sin(3.1 * t_s + 1) + 0.5 * sin(7.3 * t_s),
		4.1 * sin(0.9 * t_s + 2) + 1.6 * sin(2.3 * t_s) +
			0.7 * sin(5.9 * t_s + 1),
	};
}

static inline double scene_foot_at(double ahead, double out)
{
	double sum = 0;

	for (size_t i = 0; i < SCENE_N_PARTS; i++) {
		double dy = (ahead - scene_parts[i].y) / scene_parts[i].sy;
		double dx = (out - scene_parts[i].x) / scene_parts[i].sx;
		double d2 = dx * dx + dy * dy;
		if (d2 < 6.5)
			sum += scene_parts[i].weight * (exp(-d2 / 2) - 0.0388) * 200 /
			       (scene_parts[i].sx * scene_parts[i].sy);
	}
	return sum > 0 ? sum : 0;
}

static double scene_raw[2][SCENE_SIDE * SCENE_SIDE];

static inline void scene_foot(
	struct scene *s, int which, double force_n, double fore_shift)
{
	double side = which == 0 ? -1 : 1, sum = 0, fore = 0, cx = 0, cy = 0, peak = 0;
	double angle = side * s->toe_out_deg * 0.017453292519943295;
	struct pos_mm heel = { side * s->apart_mm / 2, -125 };
	struct foot_sample *foot = which == 0 ? &s->sample.left : &s->sample.right;

	for (int k = 0; k < SCENE_SIDE * SCENE_SIDE; k++) {
		double x = (k % SCENE_SIDE - 23.5) * SCENE_PITCH - heel.x;
		double y = (23.5 - k / SCENE_SIDE) * SCENE_PITCH - heel.y;
		double ahead = x * sin(angle) + y * cos(angle);
		double out = side * (x * cos(angle) - y * sin(angle));
		double v = scene_foot_at(ahead, out);
		v *= ahead > 122 ? 1 + fore_shift : 1 - fore_shift;
		scene_raw[which][k] = v;
		sum += v;
		fore += ahead > 122 ? v : 0;
		cx += v * (x + heel.x);
		cy += v * (y + heel.y);
		peak = v > peak ? v : peak;
	}
	for (int k = 0; k < SCENE_SIDE * SCENE_SIDE; k++)
		scene_raw[which][k] *= force_n / sum;
	foot->present = true;
	foot->force_n = s->raw ? NAN : force_n;
	foot->cop_mm = (struct pos_mm){ cx / sum, cy / sum };
	foot->fore_frac = fore / sum;
	foot->heel_mm = heel;
	foot->length_mm = 245;
	foot->direction_deg = side * s->toe_out_deg;
	foot->peak_kpa = s->raw ? NAN : peak * force_n / sum * 10;
}

/* Make the cells and the sample of the instant t. */
static inline void scene_make(struct scene *s, double t_s, int64_t t_ns, uint64_t seq)
{
	struct pos_mm sway = scene_sway(t_s);
	double left = s->left_frac + sway.x / s->apart_mm, total = s->mass_kg * 9.80665;
	struct stance_sample *o = &s->sample;

	*o = sample_absent();
	o->seq = seq;
	o->t_ns = t_ns;
	scene_foot(s, 0, left * total, sway.y / 100);
	scene_foot(s, 1, (1 - left) * total, sway.y / 100);
	for (int k = 0; k < SCENE_SIDE * SCENE_SIDE; k++) {
		double v = scene_raw[0][k] + scene_raw[1][k];
		s->cells[k] = (uint16_t)lrint(v * (s->raw ? 40 : 1000));
	}
	o->force_n = s->raw ? NAN : total;
	o->left_frac = left;
	o->fore_frac = left * o->left.fore_frac + (1 - left) * o->right.fore_frac;
	o->cop_mm.x = left * o->left.cop_mm.x + (1 - left) * o->right.cop_mm.x;
	o->cop_mm.y = left * o->left.cop_mm.y + (1 - left) * o->right.cop_mm.y;
	o->stance_width_mm = s->apart_mm;
	o->flags = s->flags | (s->raw ? SAMPLE_UNCALIBRATED : 0);
	if (!s->raw) {
		o->u95.force_n = 3.9;
		o->u95.left_frac = 0.012;
		o->u95.fore_frac = 0.015;
		o->u95.cop_mm = 0.4;
	}
}

static inline struct status_document scene_status(const char *mat_state, bool raw)
{
	struct status_document d = { .rows = SCENE_SIDE, .cols = SCENE_SIDE };

	snprintf(d.mat_state, sizeof(d.mat_state), "%s", mat_state);
	snprintf(d.calibration_state, sizeof(d.calibration_state), "%s",
		raw ? "none" : "not_needed");
	d.pitch_x_mm = d.pitch_y_mm = SCENE_PITCH;
	d.rate_hz = 100;
	d.calibration_age_days = NAN;
	d.unit_is_force = !raw;
	return d;
}

static inline void scene_feed_frame(struct app *app, struct scene *s, int64_t now_ns)
{
	struct frame_document f = { .seq = s->sample.seq,
		.geometry = { SCENE_SIDE, SCENE_SIDE, SCENE_PITCH, SCENE_PITCH },
		.unit_is_force = !s->raw,
		.scale = s->raw ? 1 : 0.001,
		.cells = s->cells };

	model_frame(&app->model, &f, now_ns);
}

/* The same person stands on many screens: what was computed once is kept, sample by sample. */
#define SCENE_MAX_KEPT  6
#define SCENE_MAX_STEPS (20 * 15 + 1)

struct scene_reel {
	struct scene person; /* as it was given */
	struct scene *made;  /* step i, at 20 a second; lives as long as the program */
	int n_made;
};

/* Return the reel of a person, NULL where there is no room for one more. */
static inline struct scene_reel *scene_reel_of(const struct scene *s)
{
	static struct scene_reel reels[SCENE_MAX_KEPT];

	for (int i = 0; i < SCENE_MAX_KEPT; i++) {
		struct scene_reel *r = &reels[i];
		const struct scene *p = &r->person;
		if (!r->made) {
			r->person = *s;
			r->made = calloc(SCENE_MAX_STEPS, sizeof(*r->made));
			return r->made ? r : NULL;
		}
		if (p->left_frac == s->left_frac && p->mass_kg == s->mass_kg &&
			p->apart_mm == s->apart_mm &&
			p->toe_out_deg == s->toe_out_deg && p->raw == s->raw &&
			p->flags == s->flags)
			return r;
	}
	return NULL;
}

/* What scene_make() makes for step `i` of scene_play(). */
static inline void scene_step(struct scene *s, struct scene_reel *reel, int i)
{
	int64_t t_ns = SCENE_START + i * INT64_C(1000000000) / 20;

	if (reel && i < reel->n_made) {
		*s = reel->made[i];
		return;
	}
	scene_make(s, i / 20.0, t_ns, (uint64_t)i);
	if (reel && i == reel->n_made && i < SCENE_MAX_STEPS)
		reel->made[reel->n_made++] = *s;
}

/* Connect, and let `seconds` of the person pass at 20 samples a second. Returns the time then. */
static inline int64_t scene_play(struct app *app, struct scene *s, double seconds)
{
	struct status_document status = scene_status("streaming", s->raw);
	struct scene_reel *reel = scene_reel_of(s);
	int64_t now_ns = SCENE_START;
	int n = (int)(seconds * 20);

	model_connected(&app->model, now_ns);
	model_status(&app->model, &status, now_ns);
	for (int i = 0; i <= n; i++) {
		now_ns = SCENE_START + i * INT64_C(1000000000) / 20;
		scene_step(s, reel, i);
		model_sample(&app->model, &s->sample, now_ns);
		if (i == n || i % 20 == 0)
			scene_feed_frame(app, s, now_ns);
	}
	return now_ns;
}

/* A mat with nobody on it. */
static inline int64_t scene_play_empty(struct app *app, bool raw)
{
	struct scene s = scene_person();
	struct status_document status = scene_status("streaming", raw);

	s.raw = raw;
	s.sample = sample_absent();
	s.sample.t_ns = SCENE_START;
	s.sample.force_n = raw ? NAN : 0;
	memset(s.cells, 0, sizeof(s.cells));
	model_connected(&app->model, SCENE_START);
	model_status(&app->model, &status, SCENE_START);
	model_sample(&app->model, &s.sample, SCENE_START);
	scene_feed_frame(app, &s, SCENE_START);
	return SCENE_START;
}

/* The named situations that screens are looked at in. Returns the time, or -1 if unknown. */
static inline int64_t scene_named(struct app *app, const char *name)
{
	struct scene s = scene_person();
	struct status_document status = scene_status("searching", false);
	int64_t now_ns;

	if (strcmp(name, "live") == 0)
		return scene_play(app, &s, SCENE_SECONDS);
	if (strcmp(name, "uncalibrated") == 0) {
		s.raw = true;
		return scene_play(app, &s, SCENE_SECONDS);
	}
	if (strcmp(name, "feet-touch") == 0) {
		s.apart_mm = 84;
		s.toe_out_deg = 0;
		s.left_frac = 0.49;
		s.flags = SAMPLE_FEET_TOUCH | SAMPLE_DEAD_CELLS;
		return scene_play(app, &s, SCENE_SECONDS);
	}
	if (strcmp(name, "stale") == 0)
		return scene_play(app, &s, SCENE_SECONDS) + 260 * SCENE_MS;
	if (strcmp(name, "lost") == 0) {
		now_ns = scene_play(app, &s, SCENE_SECONDS) + 400 * SCENE_MS;
		status = scene_status("lost", false);
		model_status(&app->model, &status, now_ns);
		return now_ns;
	}
	if (strcmp(name, "empty") == 0)
		return scene_play_empty(app, false);
	if (strcmp(name, "no-daemon") == 0)
		return SCENE_START;
	if (strcmp(name, "searching") == 0) {
		model_connected(&app->model, SCENE_START);
		model_status(&app->model, &status, SCENE_START);
		return SCENE_START;
	}
	return -1;
}

/* A view of one role alone, as in the only window. */
static inline struct app_setup scene_setup(
	const struct layout_profile *p, bool far, double low_vision)
{
	struct layout_display d =
		layout_display_make(p->w, p->h, p->w_mm, 550, 1500, low_vision);

	return (struct app_setup){
		.display = { d, d },
		.screens = gallery_screens(),
		.home = "live",
		.role = far ? VIEW_FAR : VIEW_NEAR,
		.map = COLORMAP_INFERNO,
		.pressure_kpa = 150,
		.read_picture = sheet_picture_read,
		.can_print = true,
	};
}

static inline void scene_measure(
	struct app_setup *setup, draw_measure_fn *measure, void *ctx)
{
	for (int i = 0; i < VIEW_N_ROLES; i++) {
		setup->measure[i] = measure;
		setup->measure_ctx[i] = ctx;
	}
}

#endif
