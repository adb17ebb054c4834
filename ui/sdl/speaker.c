#include "ui/sdl/speaker.h"

#include <SDL.h>

#define LOG_TAG "ui"
#include "src/base/log.h"

/* As much is waiting in the device at most: it is what a silence comes late by. */
#define AHEAD_FRAMES (SOUND_RATE_HZ / 20)
#define FRAME_BYTES  (SOUND_N_CHANNELS * sizeof(int16_t))

static void open_device(struct speaker *s)
{
	const SDL_AudioSpec wanted = { .freq = SOUND_RATE_HZ,
		.format = AUDIO_S16SYS,
		.channels = SOUND_N_CHANNELS,
		.samples = 512 };

	if (SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) {
		s->failed = true;
	} else {
		s->device = SDL_OpenAudioDevice(NULL, 0, &wanted, NULL, 0);
		s->failed = s->device == 0;
		if (s->failed)
			SDL_QuitSubSystem(SDL_INIT_AUDIO);
		else
			SDL_PauseAudioDevice(s->device, 0);
	}
	if (s->failed)
		log_warn("no sound: %s", SDL_GetError());
}

void speaker_close(struct speaker *s)
{
	if (s->device == 0)
		return;
	SDL_CloseAudioDevice(s->device);
	SDL_QuitSubSystem(SDL_INIT_AUDIO);
	s->device = 0;
}

void speaker_feed(struct speaker *s, struct sound *sound)
{
	int16_t frames[AHEAD_FRAMES * SOUND_N_CHANNELS];
	uint32_t waiting;

	if (sound->silent && s->device != 0)
		SDL_ClearQueuedAudio(s->device);
	if (!sound_is_heard(sound)) {
		if (s->device != 0 && SDL_GetQueuedAudioSize(s->device) == 0)
			speaker_close(s);
		return;
	}
	if (s->device == 0 && !s->failed)
		open_device(s);
	if (s->device == 0) {
		/* Time passes for what nobody hears. */
		sound_make(sound, frames, AHEAD_FRAMES / 4);
		return;
	}
	waiting = SDL_GetQueuedAudioSize(s->device) / FRAME_BYTES;
	if (waiting >= AHEAD_FRAMES)
		return;
	sound_make(sound, frames, AHEAD_FRAMES - waiting);
	SDL_QueueAudio(
		s->device, frames, (uint32_t)((AHEAD_FRAMES - waiting) * FRAME_BYTES));
}
