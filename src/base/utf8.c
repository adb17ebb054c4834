#include "src/base/utf8.h"

/* Length by the first byte and the bits of the code in it; 0 if no character begins so. */
static size_t begin(unsigned char first, uint32_t *code)
{
	const size_t n = first < 0x80                    ? 1
			 : first >= 0xc2 && first < 0xe0 ? 2
			 : first >= 0xe0 && first < 0xf0 ? 3
			 : first >= 0xf0 && first < 0xf5 ? 4
							 : 0;

	*code = n < 2 ? first : first & (0x7fU >> n);
	return n;
}

size_t utf8_decode(const char *text, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t c = 0;
	const size_t n = begin(p[0], &c);

	*code = UTF8_REPLACEMENT;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (n == 0 || (n == 3 && c < 0x800) ||
		(n == 4 && (c < 0x10000 || c > 0x10ffff)) ||
		(c >= 0xd800 && c < 0xe000))
		return 0;
	*code = c;
	return n;
}
