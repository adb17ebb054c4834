#include "calibration/file/seal.h"

#include <string.h>

#include "src/base/sha256.h"

#define HEAD     ",\n\"sha256\":\""
#define TAIL     "\"}"
#define N_HEAD   (sizeof(HEAD) - 1)
#define N_TAIL   (sizeof(TAIL) - 1)
#define N_DIGITS ((size_t)2 * SHA256_SIZE)
#define N_SEAL   (N_HEAD + N_DIGITS + N_TAIL)

_Static_assert(N_SEAL + 2 == SEAL_SIZE, "the seal, a newline and NUL");

static void digest_of(const char *text, size_t n, char digits[N_DIGITS])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, text, n);
	sha256_end(&h, digest);
	for (size_t i = 0; i < SHA256_SIZE; i++) {
		digits[2 * i] = hex[digest[i] >> 4];
		digits[2 * i + 1] = hex[digest[i] & 15];
	}
}

static void put_id(const char digits[N_DIGITS], char id[CALIBRATION_ID_SIZE])
{
	memcpy(id, digits, CALIBRATION_ID_SIZE - 1);
	id[CALIBRATION_ID_SIZE - 1] = '\0';
}

void seal_put(char *text, size_t n, char id[CALIBRATION_ID_SIZE])
{
	char digits[N_DIGITS];
	char *p = text + n;

	digest_of(text, n, digits);
	put_id(digits, id);
	memcpy(p, HEAD, N_HEAD);
	memcpy(p + N_HEAD, digits, N_DIGITS);
	memcpy(p + N_HEAD + N_DIGITS, TAIL "\n", N_TAIL + 2);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool seal_check(const char *text, size_t n, char id[CALIBRATION_ID_SIZE])
{
	char digits[N_DIGITS];
	const char *p;

	while (n > 0 && is_blank(text[n - 1]))
		n--;
	if (n < N_SEAL || memcmp(text + n - N_TAIL, TAIL, N_TAIL) != 0 ||
		memcmp(text + n - N_SEAL, HEAD, N_HEAD) != 0) {
		digest_of(text, n, digits);
		put_id(digits, id);
		return false;
	}
	p = text + n - N_SEAL;
	digest_of(text, (size_t)(p - text), digits);
	put_id(digits, id);
	return memcmp(p + N_HEAD, digits, N_DIGITS) == 0;
}
