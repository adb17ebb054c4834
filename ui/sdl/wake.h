/* A descriptor to sleep on until SDL may have an event: SDL itself can only be asked.
 * Reads no event. Only for ui/sdl: it speaks SDL.
 * Follows what SDL 2 reads: the X server's or compositor's connection; on KMSDRM each /dev/input/event*, and those that are
 * plugged in later. */
#ifndef STANCE_UI_SDL_WAKE_H
#define STANCE_UI_SDL_WAKE_H

#include <stdbool.h>

struct SDL_Window;
struct wake;

/* For the driver that is in use. Returns NULL where it is not known what to sleep on. */
struct wake *wake_open(struct SDL_Window *window);
void wake_close(struct wake *wake);

/* Readable when there may be an event. */
int wake_fd(const struct wake *wake);

/* It was readable. Returns true if SDL may be late to hear of it (a device was plugged in): look by the clock for a
 * while. */
bool wake_heard(struct wake *wake);

#endif
