#include "ui/core/sound.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/base/i18n.h"
#include "src/base/paths.h"
#include "ui/core/wav.h"

#define TWO_PI 6.283185307179586
/* A note comes and goes in this time, or it would click. */
#define EDGE_S 0.015
#define VOLUME 9000.0 /* of 32767: a second, quieter partial comes on top */
/* Of the tone of biofeedback: an octave each way about its middle. */
#define TONE_HZ       630.0
#define TONE_VOLUME   6000.0
#define TONE_GLIDE_S  0.03
#define MAX_WAV_BYTES (8 * 1024 * 1024)

/* One note: pitch at its begin and end, duration, and the rest behind it. */
struct note {
	double from_hz, to_hz, s, rest_s;
};

static const struct note motifs[SOUND_N_MOTIFS][3] = {
	[SOUND_START] = { { 587, 587, 0.16, 0.04 }, { 880, 880, 0.26, 0 } },
	[SOUND_END] = { { 784, 784, 0.16, 0.04 }, { 988, 988, 0.16, 0.04 },
		{ 784, 784, 0.34, 0 } },
	[SOUND_STOP] = { { 622, 520, 0.60, 0 } },
	[SOUND_BEAT] = { { 784, 784, 0.15, 0 } },
};

static size_t frames(double s)
{
	return (size_t)lrint(s * SOUND_RATE_HZ);
}

static double edge(double t_s, double length_s)
{
	double to_end_s = length_s - t_s, near_s = t_s < to_end_s ? t_s : to_end_s;

	return near_s < EDGE_S ? near_s / EDGE_S : 1;
}

static size_t write_note(int16_t *out, const struct note *note)
{
	size_t n = frames(note->s);
	double phase = 0;

	for (size_t i = 0; i < n; i++) {
		double t = (double)i / (double)n;
		double hz = note->from_hz + t * (note->to_hz - note->from_hz);
		double loud = VOLUME * edge(t * note->s, note->s);
		out[i] = (int16_t)lrint(loud * (sin(phase) + 0.25 * sin(2 * phase)));
		phase = fmod(phase + TWO_PI * hz / SOUND_RATE_HZ, TWO_PI);
	}
	return n + frames(note->rest_s);
}

static int make_motif(struct sound *s, int motif)
{
	size_t n = 0, at = 0;

	for (int i = 0; i < 3; i++)
		n += frames(motifs[motif][i].s) + frames(motifs[motif][i].rest_s);
	s->motifs[motif] = calloc(n, sizeof(int16_t));
	if (!s->motifs[motif])
		return -ENOMEM;
	for (int i = 0; i < 3 && motifs[motif][i].s > 0; i++)
		at += write_note(s->motifs[motif] + at, &motifs[motif][i]);
	s->motif_n[motif] = n;
	return 0;
}

void sound_init(struct sound *s, bool on)
{
	memset(s, 0, sizeof(*s));
	s->on = on;
	s->pitch_hz = TONE_HZ;
}

void sound_fini(struct sound *s)
{
	for (int i = 0; i < SOUND_N_MOTIFS; i++)
		free(s->motifs[i]);
	free(s->speech);
	memset(s, 0, sizeof(*s));
}

bool sound_play(struct sound *s, enum sound_motif motif)
{
	if (!s->on || (s->silent && motif != SOUND_STOP))
		return false;
	s->silent = false;
	if (!s->motifs[motif] && make_motif(s, (int)motif) != 0)
		return false;
	s->playing = (struct sound_pcm){ s->motifs[motif], s->motif_n[motif] };
	s->n_started++;
	return true;
}

/* --- prompts ------------------------------------------------------------------------------- */

static int take_wav(struct sound *s, const uint8_t *bytes, size_t n)
{
	struct wav wav;
	int16_t *speech;
	size_t n_frames;
	int times;

	if (wav_read(bytes, n, &wav) != 0 || wav.n == 0 ||
		(wav.rate_hz != SOUND_RATE_HZ && wav.rate_hz != SOUND_RATE_HZ / 2))
		return -EBADMSG;
	times = wav.rate_hz == SOUND_RATE_HZ ? 1 : 2;
	n_frames = wav.n * (size_t)times;
	speech = calloc(n_frames, sizeof(*speech));
	if (!speech)
		return -ENOMEM;
	for (size_t i = 0; i < n_frames; i++)
		speech[i] =
			(int16_t)bytes_get_u16(wav.samples + 2 * (i / (size_t)times));
	free(s->speech);
	s->speech = speech;
	s->playing = (struct sound_pcm){ speech, n_frames };
	s->n_started++;
	return 0;
}

int sound_say_file(struct sound *s, const char *path)
{
	uint8_t *bytes;
	FILE *file;
	size_t n;
	int error = -ENOMEM;

	if (s->silent)
		return -EBUSY;
	if (!s->on)
		return 0;
	file = fopen(path, "rb");
	if (!file)
		return -ENOENT;
	bytes = malloc(MAX_WAV_BYTES);
	if (bytes) {
		n = fread(bytes, 1, MAX_WAV_BYTES, file);
		error = take_wav(s, bytes, n);
	}
	free(bytes);
	fclose(file);
	return error;
}

int sound_say(struct sound *s, const char *name)
{
	char relative[128], path[1200];
	int n;

	snprintf(relative, sizeof(relative), "share/stance/speech/%s/%s.wav",
		i18n_language(), name);
	n = paths_beside(relative, path, sizeof(path));
	return n < 0 ? -ENOENT : sound_say_file(s, path);
}

/* --- gate, tone, samples ------------------------------------------------------------------- */

void sound_silence(struct sound *s, bool silent)
{
	s->silent = silent;
	if (silent) {
		s->playing = (struct sound_pcm){ 0 };
		s->feedback = false;
		s->level = 0;
	}
}

static double limited(double v)
{
	return isnan(v) ? 0 : fmax(-1, fmin(1, v));
}

void sound_feedback(struct sound *s, bool on, double ap, double ml)
{
	s->feedback = on && s->on && !s->silent;
	s->ap = limited(ap);
	s->ml = limited(ml);
}

bool sound_is_heard(const struct sound *s)
{
	return s->playing.n > 0 || s->feedback || s->level > 0.001;
}

/* One sample of the tone, gliding towards what is wanted. */
static double tone(struct sound *s)
{
	const double glide = 1.0 / (TONE_GLIDE_S * SOUND_RATE_HZ);
	double away = hypot(s->ap, s->ml);
	double level = s->feedback ? fmin(1, away) : 0;

	s->level += glide * (level - s->level);
	/* Without a distance there is no direction: the last pitch fades out. */
	if (level > 0) {
		s->pitch_hz += glide * (TONE_HZ * exp2(s->ap) - s->pitch_hz);
		s->pan += glide * (s->ml - s->pan);
	}
	s->phase = fmod(s->phase + TWO_PI * s->pitch_hz / SOUND_RATE_HZ, TWO_PI);
	return TONE_VOLUME * s->level * sin(s->phase);
}

static int16_t clipped(double v)
{
	return (int16_t)lrint(fmax(-32767, fmin(32767, v)));
}

void sound_make(struct sound *s, int16_t *out, size_t n_frames)
{
	for (size_t i = 0; i < n_frames; i++) {
		double t = tone(s), both = 0;
		if (s->playing.n > 0) {
			both = *s->playing.samples++;
			s->playing.n--;
		}
		out[2 * i] = clipped(both + t * fmin(1, 1 - s->pan));
		out[2 * i + 1] = clipped(both + t * fmin(1, 1 + s->pan));
	}
}
