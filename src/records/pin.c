#include "src/records/pin.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* docs/api.md, "Locked" */
#define FIRST_WAIT_S 5
#define MOST_WAIT_S  300

_Static_assert(crypto_pwhash_STRBYTES < STORE_PIN_SIZE, "the row holds a hash");

bool pin_ok(const char *pin)
{
	const size_t n = strspn(pin, "0123456789");

	return n >= PIN_LEAST && n <= PIN_MOST && !pin[n];
}

int pin_hash(const char *pin, char out[STORE_PIN_SIZE])
{
	memset(out, 0, STORE_PIN_SIZE);
	if (sodium_init() < 0 || crypto_pwhash_str(out, pin, strlen(pin),
					 crypto_pwhash_OPSLIMIT_INTERACTIVE,
					 crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return -ENOMEM;
	return 0;
}

int pin_matches(const char *hash, const char *pin)
{
	if (sodium_init() < 0)
		return -ENOMEM;
	errno = 0;
	if (crypto_pwhash_str_verify(hash, pin, strlen(pin)) == 0)
		return 1;
	return errno == ENOMEM ? -ENOMEM : 0;
}

void pin_wipe(char *text, size_t size)
{
	sodium_memzero(text, size);
}

int pin_wait_s(int n_wrong)
{
	int wait_s = FIRST_WAIT_S;

	if (n_wrong < PIN_FREE_TRIES)
		return 0;
	for (int n = PIN_FREE_TRIES; n < n_wrong && wait_s < MOST_WAIT_S; n++)
		wait_s *= 2;
	return wait_s < MOST_WAIT_S ? wait_s : MOST_WAIT_S;
}

int pin_retry_after_s(const struct store_station *station, int64_t now_unix_ms)
{
	const int64_t wait_ms = INT64_C(1000) * pin_wait_s(station->n_wrong);
	const int64_t since_ms = now_unix_ms - station->wrong_unix_ms;

	if (since_ms < 0)
		return (int)(wait_ms / 1000);
	return since_ms >= wait_ms ? 0 : (int)((wait_ms - since_ms + 999) / 1000);
}

int pin_tries_left(const struct store_station *station, int64_t now_unix_ms)
{
	if (station->n_wrong < PIN_FREE_TRIES)
		return PIN_FREE_TRIES - station->n_wrong;
	return pin_retry_after_s(station, now_unix_ms) == 0;
}
