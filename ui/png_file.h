/* Pictures of the screen as PNG files, and back.
 * Does not draw or scale.
 * Follows the PNG specification through libpng's simplified interface. */
#ifndef STANCE_UI_PNG_FILE_H
#define STANCE_UI_PNG_FILE_H

#include <stdint.h>

/* Write w * h pixels 0xAARRGGBB (alpha is dropped), top row first; the file appears whole or not
 * at all. Returns 0 or a negative errno. */
int png_file_write(const char *path, const uint32_t *pixels, int w, int h);

/* Read a picture; `*pixels` is the caller's to free(). Returns 0, -ENOENT, -EBADMSG, -ENOMEM. */
int png_file_read(const char *path, uint32_t **pixels, int *w, int *h);

#endif
