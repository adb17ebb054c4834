#include "ui/core/wav.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/bytes.h"

#define PCM 1

static bool is_known(const uint8_t *format)
{
	return bytes_get_u16(format) == PCM && bytes_get_u16(format + 2) == 1 &&
	       bytes_get_u16(format + 14) == 16;
}

int wav_read(const uint8_t *bytes, size_t n, struct wav *out)
{
	struct wav wav = { 0 };
	bool known = false;
	size_t at = 12;

	if (n < 12 || memcmp(bytes, "RIFF", 4) != 0 ||
		memcmp(bytes + 8, "WAVE", 4) != 0)
		return -EBADMSG;
	while (at + 8 <= n) {
		const uint8_t *body = bytes + at + 8;
		size_t size = bytes_get_u32(bytes + at + 4);
		size = size > n - at - 8 ? n - at - 8 : size;
		if (memcmp(bytes + at, "fmt ", 4) == 0 && size >= 16) {
			known = is_known(body);
			wav.rate_hz = bytes_get_u32(body + 4);
		} else if (memcmp(bytes + at, "data", 4) == 0) {
			if (!known)
				return -EBADMSG;
			wav.samples = body;
			wav.n = size / 2;
			*out = wav;
			return 0;
		}
		/* Chunks begin at even places. */
		at += 8 + size + size % 2;
	}
	return -EBADMSG;
}
