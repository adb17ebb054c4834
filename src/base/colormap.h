/* The colours of pressure: two perceptually even maps of 256 steps, 8 bits a channel (sRGB).
 * Does not scale anything: the caller says what index 255 means, and prints the legend.
 * Follows van der Walt & Smith 2015 (inferno, CC0) and Nunez et al. 2018 (cividis, PLOS ONE
 * 13:7). */
#ifndef STANCE_BASE_COLORMAP_H
#define STANCE_BASE_COLORMAP_H

#include <stdint.h>

/* Both rise evenly in lightness; cividis looks alike to people who confuse red and green. */
enum colormap { COLORMAP_INFERNO, COLORMAP_CIVIDIS };

/* Return the three bytes red, green, blue of step `index_0_255`, from dark to bright; indices
 * outside 0..255 give the nearest end. */
const uint8_t *colormap_rgb(enum colormap map, int index_0_255);

#endif
