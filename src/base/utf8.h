/* Characters out of UTF-8 bytes.
 * Does not encode, and knows no properties of characters.
 * Follows RFC 3629, section 4: overlong forms, surrogates and codes above 10FFFF are broken. */
#ifndef STANCE_BASE_UTF8_H
#define STANCE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xfffdU /* what stands for broken bytes */

/* Decode the character at `text`, which ends with NUL. Returns its bytes, 1 to 4 (1 for the NUL
 * itself); 0 if they are broken, with `*code` = UTF8_REPLACEMENT: go on at the next byte. */
size_t utf8_decode(const char *text, uint32_t *code);

#endif
