/* The loudspeaker: takes samples ahead of time and plays them. Closed while nothing is heard.
 * Follows docs/screens.md ("Sounds"). */
#ifndef STANCE_UI_SDL_SPEAKER_H
#define STANCE_UI_SDL_SPEAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/core/sound.h"

/* Zeroed before the first use. */
struct speaker {
	uint32_t device; /* 0: closed */
	bool failed;     /* no audio device: the screens say what is not heard */
};

/* Keep the device fed with what is to be heard now; opens and closes it. Never waits. */
void speaker_feed(struct speaker *s, struct sound *sound);
void speaker_close(struct speaker *s);

#endif
