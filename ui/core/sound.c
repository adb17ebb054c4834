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
/* Of the tone of biofeedback: it follows what is asked in this time, as a motif's note comes and goes. */
#define TONE_HZ       707.1
#define TONE_LEAST_HZ 200.0
#define TONE_MOST_HZ  2000.0
#define TONE_VOLUME   9000.0
#define TONE_GLIDE_S  0.015
/* A reedy tone has a second and a third partial for some of the first; a fluttering one is softer by this much,
 * so often. Chosen: told apart on one small loudspeaker. */
#define REED_FIRST    0.6
#define REED_SECOND   0.45
#define REED_THIRD    0.3
#define FLUTTER_HZ    7.0
#define FLUTTER_DEPTH 0.8
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
	s->tone.pitch_hz = TONE_HZ;
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
	s->next = (struct sound_pcm){ 0 };
	s->speaks = false;
	s->n_started++;
	return true;
}

/* --- prompts ------------------------------------------------------------------------------- */

/* What waits, or nothing. */
static void go_on(struct sound *s)
{
	s->playing = s->next;
	s->speaks = s->next.n > 0;
	s->next = (struct sound_pcm){ 0 };
}

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
	s->next = (struct sound_pcm){ speech, n_frames };
	if (s->speaks || s->playing.n == 0)
		go_on(s);
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

	if (s->silent)
		return -EBUSY;
	if (!s->on)
		return 0;
	snprintf(s->named, sizeof(s->named), "%s", name);
	s->n_named++;
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
		s->playing = s->next = (struct sound_pcm){ 0 };
		s->speaks = s->feedback = false;
		s->tone.volume_frac = 0;
	}
}

static double limited(double v, double least, double most)
{
	return isnan(v) ? 0 : fmax(least, fmin(most, v));
}

void sound_feedback(struct sound *s, const struct sound_tone *tone)
{
	s->feedback = tone && s->on && !s->silent;
	if (!s->feedback)
		return;
	s->asked.volume_frac = limited(tone->volume_frac, 0, 1);
	s->asked.pitch_hz = limited(tone->pitch_hz, TONE_LEAST_HZ, TONE_MOST_HZ);
	s->asked.pan_frac = limited(tone->pan_frac, -1, 1);
	s->asked.reed_frac = limited(tone->reed_frac, 0, 1);
	s->asked.flutter_frac = limited(tone->flutter_frac, 0, 1);
}

bool sound_is_heard(const struct sound *s)
{
	return s->playing.n > 0 || s->feedback || s->tone.volume_frac > 0.001;
}

static void glide(double *value, double asked)
{
	*value += (asked - *value) / (TONE_GLIDE_S * SOUND_RATE_HZ);
}

static void follow(struct sound_tone *tone, const struct sound_tone *asked, bool on)
{
	bool sounds = on && asked->volume_frac > 0 && asked->pitch_hz > 0;

	glide(&tone->volume_frac, sounds ? asked->volume_frac : 0);
	/* What is silent has no pitch and no side: the last one fades out. */
	if (!sounds)
		return;
	glide(&tone->pitch_hz, asked->pitch_hz);
	glide(&tone->pan_frac, asked->pan_frac);
	glide(&tone->reed_frac, asked->reed_frac);
	glide(&tone->flutter_frac, asked->flutter_frac);
}

/* One sample of the tone. */
static double tone(struct sound *s)
{
	const struct sound_tone *t = &s->tone;
	double wave, flutter;

	follow(&s->tone, &s->asked, s->feedback);
	s->phase = fmod(s->phase + TWO_PI * t->pitch_hz / SOUND_RATE_HZ, TWO_PI);
	s->flutter_phase =
		fmod(s->flutter_phase + TWO_PI * FLUTTER_HZ / SOUND_RATE_HZ, TWO_PI);
	wave = (1 - (1 - REED_FIRST) * t->reed_frac) * sin(s->phase) +
	       t->reed_frac * (REED_SECOND * sin(2 * s->phase) +
				      REED_THIRD * sin(3 * s->phase));
	flutter = 1 -
		  FLUTTER_DEPTH * t->flutter_frac * (0.5 - 0.5 * cos(s->flutter_phase));
	return TONE_VOLUME * t->volume_frac * flutter * wave;
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
			if (--s->playing.n == 0)
				go_on(s);
		}
		out[2 * i] = clipped(both + t * fmin(1, 1 - s->tone.pan_frac));
		out[2 * i + 1] = clipped(both + t * fmin(1, 1 + s->tone.pan_frac));
	}
}
