/* The last member of a calibration's text: SHA-256 over all before it. Whoever changes a digit is found.
 * Against accidents and well-meant edits, not against somebody who computes it anew.
 * Private to calibration/file. Follows docs/calibration.md ("The file"). */
#ifndef STANCE_CALIBRATION_FILE_SEAL_H
#define STANCE_CALIBRATION_FILE_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/file/calibration.h"

/* Of `,\n"sha256":"<64 digits>"}\n` with its NUL. */
#define SEAL_SIZE (12 + 64 + 3 + 1)

/* Append it to `text` of `n` bytes, which has SEAL_SIZE more room, and write the id. */
void seal_put(char *text, size_t n, char id[CALIBRATION_ID_SIZE]);

/* Look for it at the end of `text`, blanks after it allowed. Returns true if it is there and right. `id`
 * is that of the text as it is. */
bool seal_check(const char *text, size_t n, char id[CALIBRATION_ID_SIZE]);

#endif
