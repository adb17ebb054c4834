/* Text in a window: fonts with their fall-backs, measuring, and pictures of lines kept for the next
 * time. Only for ui/sdl: it speaks SDL.
 * Follows docs/screens.md ("Drawing", "Languages"). */
#ifndef STANCE_UI_SDL_TEXT_H
#define STANCE_UI_SDL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "ui/core/draw.h"

struct SDL_Renderer;
struct text;

/* Find the fonts. Returns 0, -ENOENT (no font) or -ENOMEM; `message` says what to install. */
int text_open(
	struct SDL_Renderer *renderer, struct text **out, char *message, size_t size);
void text_close(struct text *t);

/* What a line will measure. */
void text_measure(struct text *t, const struct draw_style *style, const char *line,
	struct draw_metrics *m);

/* Draw a line with its box' corner at x, y. */
void text_draw(struct text *t, const struct draw_style *style, const char *line, int x,
	int y, uint32_t color);

#endif
