/* What the station may be heard to say: three motifs (start, end, stop), the tone of audio
 * biofeedback, spoken prompts; and the gate that keeps a measured interval silent.
 * Makes samples; does not play them (the backend asks for them) and keeps no time of its own.
 * Follows docs/screens.md ("Sounds"). */
#ifndef STANCE_UI_CORE_SOUND_H
#define STANCE_UI_CORE_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_RATE_HZ    44100
#define SOUND_N_CHANNELS 2 /* left, right, interleaved */

/* 500 to 1000 Hz, where old ears still hear well, and each note at least 150 ms; they differ in
 * their number of notes and in their course and length, not in pitch alone. */
enum sound_motif {
	SOUND_START, /* two notes rising: it begins */
	SOUND_END,   /* three notes: rise and rest; done */
	SOUND_STOP,  /* one long low note falling: stop */
	SOUND_BEAT,  /* one short even note: the metronome's */
	SOUND_N_MOTIFS,
};

/* The tone of audio biofeedback, as training asks for it (struct exercise_tone, docs/training.md, "By ear"). */
struct sound_tone {
	double volume_frac;  /* 0 silent .. 1 */
	double pitch_hz;     /* 200 to 2000 */
	double pan_frac;     /* -1 left .. 1 right */
	double reed_frac;    /* 0 pure .. 1 reedy */
	double flutter_frac; /* 0 steady .. 1 fluttering, seven times a second */
};

/* Mono PCM, borrowed from who made it. */
struct sound_pcm {
	const int16_t *samples;
	size_t n;
};

/* Everything that is heard; caller-owned, sound_init() before use. Only one thread uses it: the
 * loop asks for samples ahead and queues them. */
struct sound {
	bool on; /* ui.sound */
	bool silent; /* a measured interval: nothing is heard, and nothing waits for its end */
	int16_t *motifs[SOUND_N_MOTIFS]; /* made when first asked for */
	size_t motif_n[SOUND_N_MOTIFS];
	struct sound_pcm playing; /* what is left of it */
	struct sound_pcm next;    /* a prompt that waits for a motif's end */
	bool speaks;              /* what plays is a prompt */
	int16_t *speech;          /* owned: the prompt being said */
	bool feedback;
	struct sound_tone asked, tone; /* as it shall be; as it is, gliding there */
	double phase, flutter_phase;
	int n_started; /* motifs and prompts begun: for tests */
	int n_named;   /* prompts asked for by name while they may be heard, and */
	char named
		[40]; /* the last one, whether there is a file for it or not: likewise */
};

void sound_init(struct sound *s, bool on);
void sound_fini(struct sound *s);

/* Sound a motif; it ends what sounds. While silent, only SOUND_STOP, which ends the interval, is
 * heard. Returns false if it is not, or there is no memory. */
bool sound_play(struct sound *s, enum sound_motif motif);

/* Say a prompt from a WAV file (mono, 16 bits, SOUND_RATE_HZ or 22050 Hz), instead of another, and after a motif
 * that sounds. Returns 0; -ENOENT where
 * there is none: the screen says it anyway; -EBADMSG for another kind of file; -EBUSY while
 * silent; -ENOMEM. */
int sound_say_file(struct sound *s, const char *path);

/* The prompt NAME of the language, share/stance/speech/LANG/NAME.wav. Errors as sound_say_file(). */
int sound_say(struct sound *s, const char *name);

/* The gate: while true, nothing sounds, and what sounds ends at once. */
void sound_silence(struct sound *s, bool silent);

/* Audio biofeedback, for training with closed eyes and for nothing else: sound `tone` from now on, gliding there;
 * NULL ends it. Out of range is limited, NaN is silence. Never while silent. */
void sound_feedback(struct sound *s, const struct sound_tone *tone);

/* Return true if there is something to hear: the loop then keeps the device fed. */
bool sound_is_heard(const struct sound *s);

/* Make the next `n_frames` of SOUND_N_CHANNELS samples. */
void sound_make(struct sound *s, int16_t *out, size_t n_frames);

#endif
