/* The parts of the screen without a window: sizes, touch, widgets, canvas, heatmap, trail, script
 * parsing. Hand-computed cases, and invariants over seeded random input. */
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

#include "src/base/rng.h"
#include "ui/core/canvas.h"
#include "ui/core/draw.h"
#include "ui/plots/heatmap.h"
#include "ui/core/input.h"
#include "ui/core/layout.h"
#include "ui/script.h"
#include "ui/plots/swayplot.h"
#include "ui/core/theme.h"
#include "ui/model/trail.h"
#include "ui/core/widgets.h"

#define SEED 20261123
#define MS   INT64_C(1000000)

/* --- layout -------------------------------------------------------------------------------- */

static void test_sizes_by_hand(void **state)
{
	struct layout_display d = layout_display_make(800, 480, 154, 500, 1500, 1);

	(void)state;
	/* 800 / 154 = 5.1948 px/mm: 20 mm are 103.9 px. */
	assert_int_equal(layout_mm_px(&d, 20), 104);
	/* 22' at 1.5 m: 22 * 1500 * 5.1948 / 3438 = 49.86 px of capital, / 0.716 = 69.6 em. */
	assert_int_equal(layout_em_px(&d, LAYOUT_FAR, 22), 70);
	assert_int_equal(layout_em_px(&d, LAYOUT_NEAR, 22), 24);
	d.low_vision = 2;
	assert_int_equal(layout_em_px(&d, LAYOUT_FAR, 22), 140);
}

static void test_profiles(void **state)
{
	(void)state;
	assert_int_equal(layout_profile_find("720x1280")->h, 1280);
	assert_null(layout_profile_find("640x480"));
	assert_null(layout_profile_at(4));
	assert_null(layout_profile_at(-1));
}

static void test_touch_is_turned_and_clamped(void **state)
{
	int x, y;

	(void)state;
	layout_touch_px(800, 480, 0, 0.5, 0.25, &x, &y);
	assert_int_equal(x, 400);
	assert_int_equal(y, 120);
	layout_touch_px(800, 480, 0, 1.7, -3, &x, &y);
	assert_int_equal(x, 799);
	assert_int_equal(y, 0);
	layout_touch_px(800, 480, 0, NAN, 1, &x, &y);
	assert_int_equal(x, 0);
	assert_int_equal(y, 479);
	/* Turned 90 degrees clockwise, the scene's top left is the panel's top right. */
	layout_touch_px(800, 480, 90, 1, 0, &x, &y);
	assert_int_equal(x, 0);
	assert_int_equal(y, 0);
	layout_touch_px(800, 480, 180, 1, 1, &x, &y);
	assert_int_equal(x, 0);
	assert_int_equal(y, 0);
	layout_touch_px(800, 480, 270, 0, 1, &x, &y);
	assert_int_equal(x, 0);
	assert_int_equal(y, 0);
}

static void test_contrast(void **state)
{
	(void)state;
	assert_true(fabs(theme_contrast(0xFFFFFFFF, 0xFF000000) - 21) < 1e-9);
	assert_true(fabs(theme_contrast(0xFF777777, 0xFF777777) - 1) < 1e-9);
	assert_true(theme_contrast(THEME_TEXT, THEME_BACKGROUND) > 7);
	assert_true(theme_contrast(THEME_MUTED, THEME_SURFACE) > 4.5);
	assert_true(theme_contrast(THEME_ON_ACTION, THEME_ACTION) > 4.5);
	assert_int_equal(theme_mix(0xFF000000, 0xFF6496C8, 0.5), 0xFF324B64);
}

/* --- widgets ------------------------------------------------------------------------------- */

static struct widgets two_buttons(void)
{
	struct widgets w = { 0 };
	const struct widget tap = {
		.id = 1, .name = "tap", .rect = { 0, 0, 100, 50 }, .enabled = true
	};
	const struct widget hold = { .id = 2,
		.name = "hold",
		.rect = { 100, 0, 100, 50 },
		.primary = true,
		.hold = true,
		.enabled = true };

	widgets_add(&w, &tap);
	widgets_add(&w, &hold);
	return w;
}

static int send(struct widgets *w, enum input_kind kind, int x, int y, int64_t pointer,
	int64_t t_ms)
{
	const struct input_event e = {
		.kind = kind, .pointer = pointer, .x = x, .y = y
	};
	bool used;

	return widgets_event(w, &e, t_ms * MS, &used);
}

static int key(struct widgets *w, enum input_kind kind, int k, int64_t t_ms)
{
	const struct input_event e = { .kind = kind, .key = k };
	bool used;

	return widgets_event(w, &e, t_ms * MS, &used);
}

static void test_tap_acts_on_release_inside(void **state)
{
	struct widgets w = two_buttons();

	(void)state;
	assert_int_equal(send(&w, INPUT_POINTER_DOWN, 10, 10, 7, 1000), 0);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 20, 20, 7, 1050), 1);
	/* Bounced: the same button again within 300 ms. */
	send(&w, INPUT_POINTER_DOWN, 10, 10, 7, 1100);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 10, 10, 7, 1200), 0);
	send(&w, INPUT_POINTER_DOWN, 10, 10, 7, 1400);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 10, 10, 7, 1450), 1);
	/* Released outside; a second finger does not count. */
	send(&w, INPUT_POINTER_DOWN, 10, 10, 7, 3000);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 10, 10, 8, 3010), 0);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 10, 400, 7, 3050), 0);
	assert_int_equal(w.pressed, 0);
}

static void test_hold_needs_its_time(void **state)
{
	struct widgets w = two_buttons();

	(void)state;
	send(&w, INPUT_POINTER_DOWN, 150, 10, 1, 1000);
	assert_int_equal(widgets_tick(&w, 2199 * MS), 0);
	assert_true(fabs(widgets_hold_frac(&w, 2, 1600 * MS) - 0.5) < 1e-9);
	assert_int_equal(widgets_tick(&w, 2200 * MS), 2);
	assert_int_equal(widgets_tick(&w, 2300 * MS), 0); /* once */
	assert_int_equal(send(&w, INPUT_POINTER_UP, 150, 10, 1, 2400), 0);
	/* Let go too early, or slid off: nothing. */
	send(&w, INPUT_POINTER_DOWN, 150, 10, 1, 4000);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 150, 10, 1, 4500), 0);
	send(&w, INPUT_POINTER_DOWN, 150, 10, 1, 6000);
	send(&w, INPUT_POINTER_MOVE, 50, 10, 1, 6100);
	send(&w, INPUT_POINTER_MOVE, 150, 10, 1, 6200);
	assert_int_equal(widgets_tick(&w, 8000 * MS), 0);
}

static void test_disabled_and_vanished(void **state)
{
	struct widgets w = two_buttons();

	(void)state;
	w.items[0].enabled = false;
	send(&w, INPUT_POINTER_DOWN, 10, 10, 1, 1000);
	assert_int_equal(send(&w, INPUT_POINTER_UP, 10, 10, 1, 1050), 0);
	send(&w, INPUT_POINTER_DOWN, 150, 10, 1, 2000);
	widgets_clear(&w);
	assert_int_equal(widgets_tick(&w, 9000 * MS), 0);
	assert_int_equal(w.pressed, 0);
}

static void test_keyboard(void **state)
{
	struct widgets w = two_buttons();

	(void)state;
	key(&w, INPUT_KEY_DOWN, INPUT_KEY_TAB, 0);
	assert_int_equal(w.focus, 1);
	key(&w, INPUT_KEY_DOWN, INPUT_KEY_ENTER, 100);
	assert_int_equal(key(&w, INPUT_KEY_UP, INPUT_KEY_ENTER, 150), 1);
	key(&w, INPUT_KEY_DOWN, INPUT_KEY_RIGHT, 200);
	assert_int_equal(w.focus, 2);
	key(&w, INPUT_KEY_DOWN, INPUT_KEY_SPACE, 1000);
	assert_int_equal(widgets_tick(&w, 2300 * MS), 2);
	key(&w, INPUT_KEY_UP, INPUT_KEY_SPACE, 2400);
	key(&w, INPUT_KEY_DOWN, INPUT_KEY_LEFT, 2500);
	assert_int_equal(w.focus, 1);
	/* A touch hides the focus. */
	send(&w, INPUT_POINTER_DOWN, 500, 500, 1, 3000);
	assert_int_equal(w.focus, 0);
}

/* A hundred thousand random touches and keys: no crash, and a held button never acts without
 * having been held. */
static void test_monkey(void **state)
{
	struct widgets w = two_buttons();
	struct rng rng;
	int64_t t_ms = 1000, down_ms = 0;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 100000; i++) {
		struct input_event e = { .kind = (enum input_kind)(rng_u64(&rng) % 6),
			.pointer = (int64_t)(rng_u64(&rng) % 3),
			.x = (int)rng_between(&rng, -20, 230),
			.y = (int)rng_between(&rng, -20, 70),
			.key = (int)(INPUT_KEY_TAB + rng_u64(&rng) % 9) };
		int before = w.pressed, acted;
		bool used;
		t_ms += (int64_t)(rng_u64(&rng) % 400);
		acted = widgets_event(&w, &e, t_ms * MS, &used);
		assert_int_not_equal(acted, 2);
		if (before == 0 && w.pressed == 2)
			down_ms = t_ms;
		if (widgets_tick(&w, t_ms * MS) == 2)
			assert_true(t_ms - down_ms >= 1200);
	}
}

/* --- canvas and heatmap -------------------------------------------------------------------- */

static void test_disc_area(void **state)
{
	struct canvas c = { 0 };
	double sum = 0;

	(void)state;
	assert_int_equal(canvas_resize(&c, 64, 64), 0);
	canvas_fill(&c, 0xFF000000);
	canvas_disc(&c, 31.3F, 32.6F, 20, 0xFFFFFFFF);
	for (int i = 0; i < 64 * 64; i++)
		sum += (c.pixels[i] & 0xFF) / 255.0;
	/* Coverage by distance is within half a percent of the true area. */
	assert_true(fabs(sum / (3.14159265 * 400) - 1) < 0.005);
	canvas_fini(&c);
}

static void test_strip_shows_no_joins(void **state)
{
	const struct canvas_point points[] = { { 8, 16, 0.5F }, { 24, 16, 0.5F },
		{ 40, 16, 0.5F }, { 24, 16, 0.5F }, { 56, 16, 0.5F } };
	struct canvas c = { 0 };
	uint32_t version;

	(void)state;
	assert_int_equal(canvas_resize(&c, 64, 32), 0);
	canvas_fill(&c, 0xFF000000);
	version = c.version;
	canvas_strip(&c, points, 5, 6, 0xFFFFFFFF);
	assert_int_not_equal(c.version, version);
	for (int x = 10; x < 54; x++)
		assert_int_equal(c.pixels[16 * 64 + x] & 0xFF, 0x80);
	for (int i = 0; i < 64 * 32; i++)
		assert_int_equal(c.cover[i], 0);
	canvas_strip(&c, points, 0, 6, 0xFFFFFFFF); /* nothing to draw */
	canvas_fini(&c);
}

static void make_lut(uint32_t *lut)
{
	for (uint32_t i = 0; i < HEATMAP_LUT_SIZE; i++)
		lut[i] = 0xFF000000U | i; /* the colour is the value */
}

/* The interpolated picture passes through each cell's own value at the cell's centre. */
static void test_heatmap_passes_through_cells(void **state)
{
	static uint32_t lut[HEATMAP_LUT_SIZE], pixels[70 * 50];
	struct heatmap_paint paint = { .lut = lut, .outline_at = -1 };
	struct heatmap h = { 0 };
	float values[10 * 14];
	struct rng rng;

	(void)state;
	make_lut(lut);
	rng_init(&rng, SEED, 2);
	for (int smooth = 0; smooth < 2; smooth++) {
		assert_int_equal(heatmap_init(&h, 10, 14, 70, 50, smooth), 0);
		for (int i = 0; i < 140; i++)
			values[i] = (float)rng_between(&rng, 0, 200);
		heatmap_set(&h, values, 1 / 200.0F);
		memset(pixels, 0, sizeof(pixels));
		heatmap_draw(&h, &paint, pixels);
		for (int row = 0; row < 10; row++) {
			for (int col = 0; col < 14; col++) {
				/* five pixels a cell: the third is the centre */
				uint32_t p = pixels[(row * 5 + 2) * 70 + col * 5 + 2] &
					     0xFFFF;
				float want = values[row * 14 + col] / 200 * 1023;
				assert_true(fabsf((float)p - want) <= 1);
			}
		}
	}
	heatmap_fini(&h);
}

static void test_heatmap_leaves_the_empty_mat_alone(void **state)
{
	static uint32_t lut[HEATMAP_LUT_SIZE], pixels[80 * 80];
	struct heatmap_paint paint = { .lut = lut, .outline_at = -1 };
	struct heatmap h = { 0 };
	float values[64] = { 0 };

	(void)state;
	make_lut(lut);
	assert_int_equal(heatmap_init(&h, 0, 8, 80, 80, true), -EINVAL);
	assert_int_equal(heatmap_init(&h, 8, 8, 80, 80, true), 0);
	values[8 * 3 + 4] = 1;
	values[0] = NAN;
	values[1] = -5;
	heatmap_set(&h, values, 1);
	for (int i = 0; i < 6400; i++)
		pixels[i] = 0xABCDEF;
	heatmap_draw(&h, &paint, pixels);
	assert_int_equal(pixels[0], 0xABCDEF);
	assert_int_equal(pixels[79 * 80 + 79], 0xABCDEF);
	assert_int_not_equal(pixels[35 * 80 + 45], 0xABCDEF);
	/* Above the scale is the top of the scale. */
	values[8 * 3 + 4] = 7;
	heatmap_set(&h, values, 1);
	heatmap_draw(&h, &paint, pixels);
	assert_true((pixels[35 * 80 + 45] & 0xFFFF) >= 1000);
	heatmap_fini(&h);
}

/* A mirrored mat gives the mirrored picture. */
static void test_heatmap_mirrors(void **state)
{
	static uint32_t lut[HEATMAP_LUT_SIZE], a[60 * 60], b[60 * 60];
	struct heatmap_paint paint = { .lut = lut, .outline_at = -1 };
	struct heatmap h = { 0 };
	float values[144], mirrored[144];
	struct rng rng;

	(void)state;
	make_lut(lut);
	rng_init(&rng, SEED, 3);
	for (int i = 0; i < 144; i++)
		values[i] = rng_uniform(&rng) < 0.4 ? (float)rng_uniform(&rng) : 0;
	for (int i = 0; i < 144; i++)
		mirrored[i] = values[i / 12 * 12 + 11 - i % 12];
	assert_int_equal(heatmap_init(&h, 12, 12, 60, 60, true), 0);
	heatmap_set(&h, values, 1);
	heatmap_draw(&h, &paint, a);
	heatmap_set(&h, mirrored, 1);
	heatmap_draw(&h, &paint, b);
	for (int i = 0; i < 3600; i++) {
		int p = (int)(a[i] & 0xFFFF),
		    q = (int)(b[i / 60 * 60 + 59 - i % 60] & 0xFFFF);
		assert_true(abs(p - q) <= 1);
	}
	heatmap_fini(&h);
}

/* --- trail --------------------------------------------------------------------------------- */

static void test_trail(void **state)
{
	static struct trail trail;
	struct pos_mm middle;
	double half_mm;

	(void)state;
	for (int i = 0; i < 3000; i++)
		trail_push(&trail, i * 10 * MS, (struct pos_mm){ i, -i });
	assert_int_equal(trail.n_points, TRAIL_MAX_POINTS);
	assert_true(fabs(trail_at(&trail, 0)->at.x - (3000 - TRAIL_MAX_POINTS)) < 1e-9);
	trail_drop(&trail, 29000 * MS);
	assert_int_equal(trail.n_points, 100);
	trail_bounds(&trail, &middle, &half_mm);
	assert_true(fabs(half_mm - 49.5) < 1e-9);
	assert_true(fabs(middle.x - 2949.5) < 1e-9);
	/* A hole is not bridged; absence ends the line. */
	trail_push(&trail, 31000 * MS, (struct pos_mm){ 1, 1 });
	assert_int_equal(trail.n_points, 1);
	trail_push(&trail, 31010 * MS, (struct pos_mm){ NAN, 1 });
	assert_int_equal(trail.n_points, 0);
	trail_bounds(&trail, &middle, &half_mm);
	assert_true(half_mm >= 0 && half_mm <= 0);
}

static void test_sway_scale_stands_still(void **state)
{
	static struct swayplot plot;
	static struct trail trail;
	double half_mm = 0;
	int px;

	(void)state;
	assert_int_equal(swayplot_prepare(&plot, 100), 0);
	for (int i = 0; i < 400; i++) {
		struct pos_mm at = { 6 * sin(i * 0.05), 4 * cos(i * 0.03) };
		trail_push(&trail, (i + 1) * 10 * MS, at);
		swayplot_paint(&plot, &trail, 1.5F, false, 0xFF000000);
		if (i == 150)
			half_mm = plot.half_mm;
		if (i > 150)
			assert_true(fabs(plot.half_mm - half_mm) < 1e-9);
	}
	assert_true(swayplot_bar_mm(&plot, 50, &px) <= plot.half_mm);
	assert_true(px > 10 && px <= 50);
	swayplot_bar_mm(&plot, 15, &px);
	assert_true(px > 5 && px <= 15);
	swayplot_fini(&plot);
}

/* --- draw list ----------------------------------------------------------------------------- */

/* Ten pixels a byte, twenty high: enough to break lines by. */
static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)style;
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * 10, 20, 16 };
}

static void test_wrapping(void **state)
{
	static struct draw_list list;
	const struct draw_style style = { 0 };
	int widest;

	(void)state;
	draw_init(&list, fake_measure, NULL);
	assert_int_equal(
		draw_wrapped_height(&list, &style, 100, "aaaa bbbb cccc", &widest), 40);
	assert_int_equal(widest, 90);
	assert_int_equal(draw_wrapped_height(&list, &style, 30, "aaaa b", &widest), 40);
	assert_int_equal(widest, 40);
	assert_int_equal(draw_wrapped_height(&list, &style, 30, "", &widest), 0);
	assert_int_equal(draw_wrapped(&list, &style, (struct rect){ 0, 0, 100, 80 },
				 DRAW_LEFT, 0, "aaaa bbbb cccc"),
		40);
	assert_int_equal(list.n_commands, 2);
	assert_string_equal(draw_text_of(&list, &list.commands[0]), "aaaa bbbb");
	assert_string_equal(draw_text_of(&list, &list.commands[1]), "cccc");
	/* a number keeps its unit; a word after a number is none */
	draw_clear(&list);
	draw_wrapped(&list, &style, (struct rect){ 0, 0, 100, 80 }, DRAW_LEFT, 0,
		"aaaaaa 12 mm. 34 feet");
	assert_int_equal(list.n_commands, 3);
	assert_string_equal(draw_text_of(&list, &list.commands[0]), "aaaaaa");
	assert_string_equal(draw_text_of(&list, &list.commands[1]), "12 mm. 34");
	assert_string_equal(draw_text_of(&list, &list.commands[2]), "feet");
}

static void test_draw_list_never_overruns(void **state)
{
	static struct draw_list list;
	const struct draw_style style = { 0 };
	static char long_text[DRAW_TEXT_BYTES / 4];

	(void)state;
	draw_init(&list, fake_measure, NULL);
	memset(long_text, 'x', sizeof(long_text) - 1);
	for (int i = 0; i < 5; i++)
		draw_text(&list, &style, (struct rect){ 0, 0, 9, 9 }, DRAW_LEFT, 0,
			long_text);
	assert_true(list.overflow);
	draw_clear(&list);
	assert_false(list.overflow);
	for (int i = 0; i < DRAW_MAX_COMMANDS + 5; i++)
		draw_rect(&list, (struct rect){ 0, 0, 9, 9 }, 0);
	assert_int_equal(list.n_commands, DRAW_MAX_COMMANDS);
	assert_true(list.overflow);
}

/* --- scripts ------------------------------------------------------------------------------- */

static uint64_t fingerprint(int x, uint32_t color, int size_px, const char *text)
{
	static struct draw_list list;
	const struct draw_style style = { .size_px = size_px };

	draw_init(&list, fake_measure, NULL);
	draw_rect(&list, (struct rect){ x, 2, 30, 40 }, color);
	draw_text(
		&list, &style, (struct rect){ 0, 0, 900, 50 }, DRAW_LEFT, color, text);
	return draw_fingerprint(&list);
}

static void test_pictures_are_told_apart(void **state)
{
	static struct draw_list list;
	uint32_t pixel = 0;
	struct canvas image = { .pixels = &pixel, .w = 1, .h = 1, .version = 7 };
	uint64_t seventh;
	const uint64_t it = fingerprint(1, 0xff102030, 20, "49 %");

	(void)state;
	assert_true(it != 0);
	assert_true(it == fingerprint(1, 0xff102030, 20, "49 %"));
	assert_true(it != fingerprint(2, 0xff102030, 20, "49 %"));
	assert_true(it != fingerprint(1, 0xff102031, 20, "49 %"));
	assert_true(it != fingerprint(1, 0xff102030, 21, "49 %"));
	assert_true(it != fingerprint(1, 0xff102030, 20, "48 %"));
	draw_init(&list, fake_measure, NULL);
	draw_image(&list, 0, 0, &image);
	seventh = draw_fingerprint(&list);
	image.version++;
	assert_true(draw_fingerprint(&list) != seventh);
}

static void expect_bad(const char *text, const char *says)
{
	struct script *script = NULL;
	char message[256] = "";

	assert_int_equal(
		script_parse(text, "s", &script, message, sizeof(message)), -EINVAL);
	if (!strstr(message, says))
		fail_msg("\"%s\" does not say \"%s\"", message, says);
}

static void test_bad_scripts(void **state)
{
	(void)state;
	expect_bad("wait 10\nfly\n", "s:2: unknown command \"fly\"");
	expect_bad("wait\n", "s:1: expected \"wait MS\"");
	expect_bad("wait soon\n", "s:1:");
	expect_bad("wait -5\n", "s:1:");
	expect_bad("\n\n# all well\ntap_xy 5\n", "s:4:");
	expect_bad("key nokey\n", "s:1:");
	expect_bad("panel 1,0,0,0,1\n", "s:1: expected \"panel A,B,C,D,E,F");
	expect_bad("panel 1,1,0,1,1,0\n", "s:1:");
	expect_bad("role both\n", "s:1: expected \"role near or role far\"");
	expect_bad("expect weather=fine\n", "s:1:");
	expect_bad("quit now\n", "s:1:");
}

struct player {
	char log[512];
	const char *state_now;
};

static void note(struct player *p, char what, int a, int b)
{
	size_t n = strlen(p->log);

	snprintf(p->log + n, sizeof(p->log) - n, "%c%d,%d ", what, a, b);
}

static int play_widget(const char *name, int *x, int *y, void *ctx)
{
	(void)ctx;
	*x = 5;
	*y = 6;
	return strcmp(name, "zero") == 0 ? 0 : -ENOENT;
}

static void play_pointer(bool down, int x, int y, void *ctx)
{
	note(ctx, down ? 'd' : 'u', x, y);
}

static void play_key(bool down, int k, void *ctx)
{
	note(ctx, 'k', k, down);
}

static int play_shot(const char *path, void *ctx)
{
	note(ctx, 's', (int)strlen(path), 0);
	return 0;
}

static const char *play_screen(void *ctx)
{
	(void)ctx;
	return "live";
}

static const char *play_state(void *ctx)
{
	return ((struct player *)ctx)->state_now;
}

static void play_quit(void *ctx)
{
	note(ctx, 'q', 0, 0);
}

static void play_type(const char *character, void *ctx)
{
	note(ctx, 't', (unsigned char)character[0], (int)strlen(character));
}

static void play_panel(const struct touch_matrix *skew, void *ctx)
{
	note(ctx, 'p', (int)(10 * skew->m[1]), (int)(10 * skew->m[2]));
}

static int play_role(const char *name, void *ctx)
{
	note(ctx, 'r', name[0], 0);
	return strcmp(name, "far") == 0 ? -ENOENT : 0;
}

static const struct script_ops player_ops = {
	.widget_at = play_widget,
	.pointer = play_pointer,
	.key = play_key,
	.type = play_type,
	.panel = play_panel,
	.role = play_role,
	.shot = play_shot,
	.screen = play_screen,
	.state = play_state,
	.quit = play_quit,
};

static int play(const char *text, struct player *p, char *message, size_t size)
{
	struct script *script = NULL;
	int done = 0;

	assert_int_equal(script_parse(text, "s", &script, message, size), 0);
	for (int64_t t_ns = 0; done == 0 && t_ns < 60000 * MS; t_ns += 10 * MS) {
		if (t_ns == 2000 * MS)
			p->state_now = "live";
		done = script_step(script, &player_ops, p, t_ns, message, size);
	}
	script_free(script);
	return done;
}

static void test_script_plays(void **state)
{
	struct player p = { .state_now = "searching" };
	char message[256];

	(void)state;
	assert_int_equal(
		play("expect screen=live\nexpect state=searching\nwait_for state=live\n"
		     "tap zero # a comment\nhold zero 500\npanel 0,-1,1,1,0,0\ntap_xy "
		     "1 "
		     "2\nkey a\ntype "
		     "a_\u00E9\nshot x.png\n"
		     "quit\n",
			&p, message, sizeof(message)),
		1);
	assert_string_equal(p.log,
		"d5,6 u5,6 d5,6 u5,6 p-10,10 d1,2 u1,2 k97,1 k97,0 t97,1 "
		"t32,1 t195,2 s5,0 q0,0 ");
}

static void test_script_fails_by_line(void **state)
{
	struct player p = { .state_now = "searching" };
	char message[256];

	(void)state;
	assert_int_equal(
		play("wait 5\nexpect state=lost\n", &p, message, sizeof(message)),
		-EPROTO);
	assert_non_null(strstr(message, "s:2: expect state=lost: it is searching"));
	assert_int_equal(
		play("role near\nrole far\n", &p, message, sizeof(message)), -EPROTO);
	assert_non_null(strstr(message, "s:2: role far: there is one window"));
	assert_int_equal(play("tap nothing\n", &p, message, sizeof(message)), -EPROTO);
	assert_non_null(strstr(message, "s:1:"));
	assert_int_equal(
		play("wait_for state=lost\n", &p, message, sizeof(message)), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_by_hand),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_touch_is_turned_and_clamped),
		cmocka_unit_test(test_contrast),
		cmocka_unit_test(test_tap_acts_on_release_inside),
		cmocka_unit_test(test_hold_needs_its_time),
		cmocka_unit_test(test_disabled_and_vanished),
		cmocka_unit_test(test_keyboard),
		cmocka_unit_test(test_monkey),
		cmocka_unit_test(test_disc_area),
		cmocka_unit_test(test_strip_shows_no_joins),
		cmocka_unit_test(test_heatmap_passes_through_cells),
		cmocka_unit_test(test_heatmap_leaves_the_empty_mat_alone),
		cmocka_unit_test(test_heatmap_mirrors),
		cmocka_unit_test(test_trail),
		cmocka_unit_test(test_sway_scale_stands_still),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_draw_list_never_overruns),
		cmocka_unit_test(test_pictures_are_told_apart),
		cmocka_unit_test(test_bad_scripts),
		cmocka_unit_test(test_script_plays),
		cmocka_unit_test(test_script_fails_by_line),
	};

	print_message("seed %d\n", SEED);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
