/* The header of a recording as JSON, and back.
 * Does not hold the zero map and the calibration, which are chunks of their own.
 * Follows docs/recordings.md ("Header"). */
#ifndef STANCE_STORE_RECORDING_HEADER_H
#define STANCE_STORE_RECORDING_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/store/recording.h"

#define RECORDING_HEADER_JSON_MAX 16384

/* What the header promises to follow. */
struct recording_header_parts {
	bool zero_map, calibration, memory;
};

/* Write into `text` of `size` bytes. Numbers keep every bit. Returns the length, -ENOBUFS if it
 * does not fit (RECORDING_HEADER_JSON_MAX always does), -EINVAL for a header that could not be read
 * back: a geometry, unit, scale or uid out of range, text that is not UTF-8 apart. */
int recording_header_encode(
	const struct recording_header *header, char *text, size_t size);

/* Read into `*header`, with the pointers NULL. Returns 0; -EBADMSG if the text is not JSON, or says
 * what no mat can be; -EPROTO if it is of a later version. */
int recording_header_decode(const char *text, size_t n, struct recording_header *header,
	struct recording_header_parts *parts);

#endif
