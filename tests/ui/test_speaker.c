/* The loudspeaker against SDL's driver that plays nothing in real time, and without any driver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "ui/sdl/speaker.h"

/* Feed until nothing is heard and the device is closed. Returns the time it took. */
static double play_out(struct speaker *speaker, struct sound *sound)
{
	const struct timespec step = { .tv_nsec = 5 * 1000 * 1000 };
	const int64_t begin_ns = clock_now_ns();
	double s = 0;

	do {
		speaker_feed(speaker, sound);
		nanosleep(&step, NULL);
		s = (double)(clock_now_ns() - begin_ns) / 1e9;
	} while ((sound_is_heard(sound) || speaker->device != 0) && s < 10);
	return s;
}

static void test_motif_is_played_and_the_device_closed(void **state)
{
	struct speaker speaker = { 0 };
	struct sound sound;
	double s;

	(void)state;
	setenv("SDL_AUDIODRIVER", "dummy", 1);
	sound_init(&sound, true);
	speaker_feed(&speaker, &sound);
	assert_int_equal(speaker.device, 0); /* nothing to hear: nothing open */
	sound_play(&sound, SOUND_START);
	speaker_feed(&speaker, &sound);
	assert_false(speaker.failed);
	assert_int_not_equal(speaker.device, 0);
	s = play_out(&speaker, &sound);
	assert_true(s > 0.35 && s < 5); /* the motif lasts 0.46 s */
	assert_int_equal(speaker.device, 0);
	sound_fini(&sound);
}

/* A measured interval does not wait for what is queued. */
static void test_silence_is_at_once(void **state)
{
	struct speaker speaker = { 0 };
	struct sound sound;

	(void)state;
	setenv("SDL_AUDIODRIVER", "dummy", 1);
	sound_init(&sound, true);
	sound_play(&sound, SOUND_END);
	speaker_feed(&speaker, &sound);
	assert_int_not_equal(speaker.device, 0);
	sound_silence(&sound, true);
	speaker_feed(&speaker, &sound);
	assert_int_equal(speaker.device, 0);
	sound_fini(&sound);
}

static void test_without_a_device(void **state)
{
	struct speaker speaker = { 0 };
	struct sound sound;

	(void)state;
	setenv("SDL_AUDIODRIVER", "no-such-driver", 1);
	sound_init(&sound, true);
	sound_play(&sound, SOUND_STOP);
	assert_true(play_out(&speaker, &sound) < 5);
	assert_true(speaker.failed); /* the screens can say so */
	assert_false(sound_is_heard(&sound));
	sound_fini(&sound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_motif_is_played_and_the_device_closed),
		cmocka_unit_test(test_silence_is_at_once),
		cmocka_unit_test(test_without_a_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
