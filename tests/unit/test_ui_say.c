/* What is seen and heard beside the screens: runs of a line, mirrored lists, units, sounds, WAV
 * files. Hand-computed cases, and measured pitches. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/support/folder.h"
#include "ui/core/bidi.h"
#include "ui/core/draw.h"
#include "ui/core/sound.h"
#include "ui/core/units_text.h"
#include "ui/core/wav.h"
#include "ui/core/widgets.h"

/* --- runs and mirrors ---------------------------------------------------------------------- */

static void test_runs_as_they_are_seen(void **state)
{
	struct bidi_run runs[BIDI_MAX_RUNS];
	/* alef bet, space, 12, space, kg */
	const char *mixed = "\xD7\x90\xD7\x91 12 kg";

	(void)state;
	assert_int_equal(bidi_split("Zero 12", true, runs), 1);
	assert_int_equal(bidi_split("", true, runs), 1);
	/* From the right: the letters stand last, then the number, then the unit (UAX 9: a number
	 * after letters from the right goes with them, N1 and I2 by hand). */
	assert_int_equal(bidi_split(mixed, true, runs), 4);
	assert_memory_equal(mixed + runs[0].from, "kg", 2);
	assert_false(runs[0].rtl);
	assert_memory_equal(mixed + runs[2].from, "12", 2);
	assert_false(runs[2].rtl);
	assert_true(runs[3].rtl);
	assert_int_equal(runs[3].from, 0);
	assert_string_equal(runs[3].script, "Hebr");
	/* The same within a line from the left. */
	assert_int_equal(bidi_split(mixed, false, runs), 3);
	assert_memory_equal(mixed + runs[0].from, "12", 2);
	assert_true(runs[1].rtl);
	/* Nothing is lost or twice, whatever the order. */
	for (int rtl = 0; rtl < 2; rtl++) {
		int n = bidi_split("a \xD8\xA7 (b) \xD8\xA8 1-2 \xD8\xAA!", rtl, runs);
		int total = 0;
		for (int i = 0; i < n; i++)
			total += runs[i].n;
		assert_int_equal(
			total, (int)strlen("a \xD8\xA7 (b) \xD8\xA8 1-2 \xD8\xAA!"));
	}
}

static void test_many_runs_are_shown_as_written(void **state)
{
	struct bidi_run runs[BIDI_MAX_RUNS];
	char text[1200] = "";

	(void)state;
	for (int i = 0; i < 60; i++)
		strcat(text, "a \xD8\xA7 ");
	assert_int_equal(bidi_split(text, false, runs), 1);
	assert_int_equal(runs[0].n, strlen(text));
	for (int i = 0; i < 160; i++)
		strcat(text, "b \xD8\xA7 ");
	assert_int_equal(bidi_split(text, false, runs), 1);
}

static void fixed_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)style;
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * 10, 20, 15 };
}

/* Everything changes sides but what shows a person's left and right, which moves as a block. */
static void test_mirror(void **state)
{
	static struct draw_list list;
	const struct draw_style style = { .size_px = 16, .reader = LAYOUT_NEAR };
	const struct rect box = { 100, 0, 60, 20 };

	(void)state;
	draw_init(&list, fixed_measure, NULL);
	draw_text(&list, &style, (struct rect){ 0, 0, 200, 20 }, DRAW_LEFT, 1, "abc");
	draw_keep_begin(&list, box);
	draw_rect(&list, (struct rect){ 100, 0, 20, 20 }, 1); /* left foot */
	draw_keep_begin(&list, (struct rect){ 0, 0, 5, 5 });  /* part of the first */
	draw_rect(&list, (struct rect){ 140, 0, 20, 20 }, 2); /* right foot */
	draw_keep_end(&list);
	draw_keep_end(&list);
	draw_rect(&list, (struct rect){ 780, 0, 20, 20 }, 3);
	draw_mirror(&list, 800);
	assert_int_equal(list.commands[0].rect.x, 770);
	assert_int_equal(list.commands[0].box.x, 600);
	assert_int_equal(list.commands[1].rect.x, 640);
	assert_int_equal(list.commands[2].rect.x, 680);
	assert_int_equal(list.commands[3].rect.x, 0);
	draw_mirror(&list, 800);
	assert_int_equal(list.commands[0].rect.x, 0);
	assert_int_equal(list.commands[3].rect.x, 780);
}

/* --- units --------------------------------------------------------------------------------- */

static void test_units(void **state)
{
	struct units_text t;

	(void)state;
	units_text_use(UNITS_METRIC);
	t = units_text_of(UNITS_MASS, 72.46);
	assert_string_equal(t.number, "72.5");
	assert_string_equal(t.unit, "kg");
	assert_float_equal(t.step, 0.1, 1e-12);
	assert_string_equal(units_text_of(UNITS_HEIGHT, 1804).number, "180");
	assert_string_equal(units_text_of(UNITS_LENGTH, NAN).number, "–");
	units_text_use(UNITS_IMPERIAL);
	/* 72.46 kg are 159.746 lb; 1804 mm are 71.02 in; 12.7 mm are half an inch. */
	assert_string_equal(units_text_of(UNITS_MASS, 72.46).number, "160");
	assert_string_equal(units_text_of(UNITS_HEIGHT, 1804).number, "71.0");
	assert_string_equal(units_text_of(UNITS_LENGTH, 12.7).number, "0.5");
	assert_float_equal(units_text_typed(UNITS_MASS, 160), 72.5747792, 1e-6);
	assert_true(isnan(units_text_typed(UNITS_MASS, NAN)));
	assert_float_equal(units_text_scaled(UNITS_LENGTH, 25.4), 1, 1e-12);
	units_text_use(UNITS_METRIC);
	setenv("LC_ALL", "en_US.UTF-8", 1);
	assert_int_equal(units_text_system("auto"), UNITS_IMPERIAL);
	setenv("LC_ALL", "en_GB.UTF-8", 1);
	assert_int_equal(units_text_system("auto"), UNITS_METRIC);
	assert_int_equal(units_text_system("imperial"), UNITS_IMPERIAL);
}

/* --- sounds -------------------------------------------------------------------------------- */

#define CHUNK 4410 /* 0.1 s */
static int16_t frames[CHUNK * SOUND_N_CHANNELS];

static double loudness(const int16_t *at, int channel)
{
	double sum = 0;

	for (int i = 0; i < CHUNK; i++)
		sum += abs(at[2 * i + channel]);
	return sum / CHUNK;
}

/* Pitch by the zero crossings of one channel. */
static double pitch_hz(const int16_t *at)
{
	int n = 0;

	for (int i = 1; i < CHUNK; i++)
		n += at[2 * (i - 1)] < 0 && at[2 * i] >= 0;
	return n * 10.0;
}

/* Each can be told from the others, none clips, and each ends. */
static void test_motifs(void **state)
{
	double seconds[SOUND_N_MOTIFS];
	struct sound s;

	(void)state;
	sound_init(&s, true);
	for (int m = 0; m < SOUND_N_MOTIFS; m++) {
		int n = 0, most = 0;
		assert_true(sound_play(&s, (enum sound_motif)m));
		while (s.playing.n > 0 && n++ < 30) {
			sound_make(&s, frames, CHUNK);
			if (n == 1) {
				assert_true(pitch_hz(frames) >= 480);
				assert_true(pitch_hz(frames) <= 1000);
			}
			for (int i = 0; i < 2 * CHUNK; i++)
				most = abs(frames[i]) > most ? abs(frames[i]) : most;
		}
		seconds[m] = n / 10.0;
		assert_true(most > 5000 && most < 20000);
		assert_false(sound_is_heard(&s));
		sound_make(&s, frames, CHUNK);
		assert_true(loudness(frames, 0) == 0);
	}
	assert_true(seconds[SOUND_START] < seconds[SOUND_STOP]);
	assert_true(seconds[SOUND_STOP] < seconds[SOUND_END]);
	sound_fini(&s);
}

/* Inside a measured interval nothing sounds and nothing is left to sound after it. */
static void test_silence(void **state)
{
	const struct sound_tone loud = { 1, 800, 1, 1, 1 };
	struct sound s;

	(void)state;
	sound_init(&s, true);
	sound_play(&s, SOUND_START);
	sound_feedback(&s, &loud);
	sound_silence(&s, true);
	sound_make(&s, frames, CHUNK);
	assert_true(loudness(frames, 0) == 0 && loudness(frames, 1) == 0);
	assert_false(sound_play(&s, SOUND_START));
	assert_int_equal(sound_say_file(&s, "any.wav"), -EBUSY);
	sound_feedback(&s, &loud);
	assert_false(sound_is_heard(&s));
	sound_make(&s, frames, CHUNK);
	assert_true(loudness(frames, 0) == 0);
	sound_silence(&s, false);
	assert_false(sound_is_heard(&s));
	sound_silence(&s, true);
	assert_true(sound_play(&s, SOUND_STOP)); /* which ends it */
	assert_false(s.silent);
	sound_fini(&s);
	sound_init(&s, false); /* switched off */
	assert_false(sound_play(&s, SOUND_STOP));
	sound_feedback(&s, &loud);
	assert_false(sound_is_heard(&s));
	assert_int_equal(s.n_started, 0);
	sound_fini(&s);
}

static void settle(struct sound *s)
{
	for (int i = 0; i < 3; i++)
		sound_make(s, frames, CHUNK);
}

/* How much the loudness comes and goes: the loudest twentieth of a chunk over the softest. */
static double flutter(const int16_t *at, int channel)
{
	double most = 0, least = 1e9;

	for (int k = 0; k < 20; k++) {
		double sum = 1;
		for (int i = k * CHUNK / 20; i < (k + 1) * CHUNK / 20; i++)
			sum += abs(at[2 * i + channel]);
		most = fmax(most, sum);
		least = fmin(least, sum);
	}
	return most / least;
}

static void test_biofeedback(void **state)
{
	struct sound_tone tone = { 0, 707, 0, 0, 0 };
	double soft;
	struct sound s;

	(void)state;
	sound_init(&s, true);
	sound_feedback(&s, &tone); /* within the zone: silence, but awake */
	settle(&s);
	assert_true(loudness(frames, 0) == 0);
	assert_true(sound_is_heard(&s));
	tone = (struct sound_tone){ 0.3, 1000, 0, 0, 0 };
	sound_feedback(&s, &tone);
	settle(&s);
	assert_true(fabs(pitch_hz(frames) - 1000) < 15);
	assert_true(fabs(loudness(frames, 0) - loudness(frames, 1)) < 1);
	assert_true(flutter(frames, 0) < 1.1);
	soft = loudness(frames, 0);
	tone = (struct sound_tone){ 0.9, 500, 0, 0, 0 };
	sound_feedback(&s, &tone);
	settle(&s);
	assert_true(fabs(pitch_hz(frames) - 500) < 15);
	assert_true(fabs(loudness(frames, 0) / soft - 3) < 0.1);
	tone = (struct sound_tone){ 0.9, 707, -1, 1,
		0 }; /* to the left: the left ear */
	sound_feedback(&s, &tone);
	settle(&s);
	assert_true(loudness(frames, 0) > 20 * loudness(frames, 1));
	assert_true(flutter(frames, 0) < 1.2);
	tone = (struct sound_tone){ 0.9, 707, 1, 1, 1 };
	sound_feedback(&s, &tone);
	settle(&s);
	assert_true(loudness(frames, 1) > 20 * loudness(frames, 0));
	assert_true(flutter(frames, 1) > 2);
	sound_feedback(&s, NULL);
	settle(&s);
	assert_false(sound_is_heard(&s));
	sound_fini(&s);
}

/* Nothing that a document may hold makes it loud, and no number that is none is heard. */
static void test_biofeedback_is_limited(void **state)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY, -3, 0, 0.5, 1e9 };
	struct sound s;
	struct rng rng;

	(void)state;
	rng_init(&rng, 4, 4);
	sound_init(&s, true);
	for (int k = 0; k < 60; k++) {
		double v[5];
		for (int i = 0; i < 5; i++)
			v[i] = odd[rng_u64(&rng) % 7];
		sound_feedback(
			&s, &(struct sound_tone){ v[0], v[1], v[2], v[3], v[4] });
		sound_make(&s, frames, CHUNK);
		for (int i = 0; i < 2 * CHUNK; i++)
			assert_true(abs(frames[i]) <= 9000 * 135 / 100);
	}
	sound_feedback(&s, &(struct sound_tone){ NAN, 707, 0, 0, 0 });
	settle(&s);
	settle(&s);
	assert_true(loudness(frames, 0) == 0);
	sound_fini(&s);
}

/* From the sample that asks to one that is as loud as asked, within a tenth: what the engine itself adds. */
static void test_biofeedback_is_quick(void **state)
{
	const struct sound_tone tone = { 1, 707, 0, 0, 0 };
	int first = -1, whole = -1;
	struct sound s;

	(void)state;
	sound_init(&s, true);
	sound_feedback(&s, &tone);
	sound_make(&s, frames, CHUNK);
	for (int i = 0; i < CHUNK; i++) {
		if (first < 0 && abs(frames[2 * i]) > 450) /* 26 dB below */
			first = i;
		if (whole < 0 && abs(frames[2 * i]) > 8100)
			whole = i;
	}
	print_message("tone: heard after %.1f ms, nine tenths after %.1f ms\n",
		first * 1e3 / SOUND_RATE_HZ, whole * 1e3 / SOUND_RATE_HZ);
	assert_true(first >= 0 && first < SOUND_RATE_HZ / 200);
	assert_true(whole >= 0 && whole < SOUND_RATE_HZ / 20);
	sound_fini(&s);
}

/* --- WAV ----------------------------------------------------------------------------------- */

static size_t put_wav(uint8_t *out, uint32_t rate, uint16_t channels, int n)
{
	uint8_t head[44] = "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0";

	head[22] = (uint8_t)channels;
	memcpy(head + 24, &rate, 4);
	head[34] = 16;
	memcpy(head + 36, "data", 4);
	memcpy(head + 40, &(uint32_t){ (uint32_t)n * 2 }, 4);
	memcpy(out, head, 44);
	for (int i = 0; i < n; i++)
		memcpy(out + 44 + 2 * i, &(int16_t){ (int16_t)(1000 + i) }, 2);
	return 44 + (size_t)n * 2;
}

static void test_wav(void **state)
{
	uint8_t file[400];
	size_t n = put_wav(file, 22050, 1, 50);
	struct wav wav;

	(void)state;
	assert_int_equal(wav_read(file, n, &wav), 0);
	assert_int_equal(wav.n, 50);
	assert_int_equal(wav.rate_hz, 22050);
	assert_ptr_equal(wav.samples, file + 44);
	assert_int_equal(wav_read(file, n - 21, &wav), 0); /* cut: what there is */
	assert_int_equal(wav.n, 39);
	assert_int_equal(wav_read(file, 40, &wav), -EBADMSG);
	put_wav(file, 22050, 2, 50);
	assert_int_equal(wav_read(file, n, &wav), -EBADMSG);
	file[0] = 'X';
	assert_int_equal(wav_read(file, n, &wav), -EBADMSG);
}

static void test_prompt_is_said(void **state)
{
	uint8_t file[400];
	size_t n = put_wav(file, 22050, 1, 50);
	char dir[] = "/tmp/stance-say-XXXXXX", path[300];
	struct sound s;
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/rest.wav", dir);
	out = fopen(path, "wb");
	assert_non_null(out);
	fwrite(file, 1, n, out);
	fclose(out);
	sound_init(&s, true);
	assert_int_equal(sound_say_file(&s, path), 0);
	assert_int_equal(s.playing.n, 100); /* at twice the rate */
	sound_make(&s, frames, CHUNK);
	assert_int_equal(frames[0], 1000);
	assert_int_equal(frames[2], 1000);
	assert_int_equal(frames[4], 1001);
	assert_int_equal(frames[1], 1000); /* both ears */
	assert_int_equal(sound_say_file(&s, "/nonexistent.wav"), -ENOENT);
	assert_int_equal(sound_say(&s, "no-such-prompt"), -ENOENT);
	/* After a motif, not over it; a second prompt takes the first's place; silence takes both. */
	settle(&s);
	sound_play(&s, SOUND_STOP);
	assert_int_equal(sound_say_file(&s, path), 0);
	assert_int_equal(s.playing.n, s.motif_n[SOUND_STOP]);
	assert_int_equal(s.next.n, 100);
	for (size_t n_left = s.playing.n; n_left > 0;
		n_left -= n_left < CHUNK ? n_left : CHUNK)
		sound_make(&s, frames, n_left < CHUNK ? n_left : CHUNK);
	sound_make(&s, frames, 10);
	assert_int_equal(frames[0], 1000);
	assert_int_equal(s.playing.n, 90);
	assert_int_equal(sound_say_file(&s, path), 0);
	assert_int_equal(s.playing.n, 100);
	sound_play(&s, SOUND_STOP);
	assert_int_equal(sound_say_file(&s, path), 0);
	sound_silence(&s, true);
	assert_false(sound_is_heard(&s));
	sound_silence(&s, false);
	assert_false(sound_is_heard(&s));
	put_wav(file, 8000, 1, 50);
	out = fopen(path, "wb");
	fwrite(file, 1, n, out);
	fclose(out);
	assert_int_equal(sound_say_file(&s, path), -EBADMSG);
	sound_fini(&s);
	folder_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_as_they_are_seen),
		cmocka_unit_test(test_many_runs_are_shown_as_written),
		cmocka_unit_test(test_mirror),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_motifs),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_biofeedback),
		cmocka_unit_test(test_biofeedback_is_limited),
		cmocka_unit_test(test_biofeedback_is_quick),
		cmocka_unit_test(test_wav),
		cmocka_unit_test(test_prompt_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
