/* The samples in a WAV file of one channel and 16 bits, as speech engines write them.
 * Does not convert anything. Follows Microsoft's RIFF: chunks of a name, a size, a body. */
#ifndef STANCE_UI_CORE_WAV_H
#define STANCE_UI_CORE_WAV_H

#include <stddef.h>
#include <stdint.h>

/* Borrowed from the file's bytes; little-endian, two bytes each. */
struct wav {
	const uint8_t *samples;
	size_t n;
	uint32_t rate_hz;
};

/* Find the samples. A file that was cut gives what there is. Returns 0, or -EBADMSG for another
 * kind of file. */
int wav_read(const uint8_t *bytes, size_t n, struct wav *out);

#endif
