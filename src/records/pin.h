/* The station's PIN: what may be one, its hash, and how long wrong ones must wait.
 * Knows no clock and no store: the time is given.
 * Follows docs/api.md ("Locked"). The hash is Argon2id by libsodium, crypto_pwhash_str() with its
 * limits for interactive use: some 64 MiB and a tenth of a second, so never on the loop's thread. */
#ifndef STANCE_RECORDS_PIN_H
#define STANCE_RECORDS_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "src/store/store_station.h"

#define PIN_LEAST 4
#define PIN_MOST  12

/* Wrong PINs in a row that need no waiting. */
#define PIN_FREE_TRIES 5

/* Return true for 4 to 12 digits. */
bool pin_ok(const char *pin);

/* Hash a PIN into STORE_PIN_SIZE bytes of text, each time another. Returns 0 or -ENOMEM. */
int pin_hash(const char *pin, char out[STORE_PIN_SIZE]);

/* Return 1 if the hash is of that PIN, 0 if not, which takes equally long, or -ENOMEM. */
int pin_matches(const char *hash, const char *pin);

/* Forget a text that held a PIN. */
void pin_wipe(char *text, size_t size);

/* Return how long to wait after so many wrong PINs in a row, in seconds: 0 before the fifth, then 5,
 * twice as long each time, 300 at most. */
int pin_wait_s(int n_wrong);

/* Return the seconds until a PIN may be tried, rounded up; 0: now. A clock that was set back makes
 * nobody wait longer than pin_wait_s(). */
int pin_retry_after_s(const struct store_station *station, int64_t now_unix_ms);

/* Return how many PINs may be tried now before the next wait. */
int pin_tries_left(const struct store_station *station, int64_t now_unix_ms);

#endif
