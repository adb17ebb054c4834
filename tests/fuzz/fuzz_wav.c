/* The WAV reader: whatever the bytes, the samples it finds lie within them.
 * Parser: ui/core/wav.c */
#include <stdint.h>
#include <stdlib.h>

#include "ui/core/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wav wav;

	if (wav_read(data, size, &wav) != 0)
		return 0;
	if (wav.samples < data || wav.samples + 2 * wav.n > data + size)
		abort();
	return 0;
}
