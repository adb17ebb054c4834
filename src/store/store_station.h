/* The station's own row: its PIN as a hash, whether it is locked, and how often a wrong PIN was tried.
 * Does not hash, compare or judge.
 * Conventions are those of store.h. */
#ifndef STANCE_STORE_STORE_STATION_H
#define STANCE_STORE_STORE_STATION_H

#include "src/store/store.h"

#define STORE_PIN_SIZE 129 /* a hash as text and a NUL: crypto_pwhash_STRBYTES is 128 */

struct store_station {
	char pin[STORE_PIN_SIZE]; /* "": none */
	bool locked;
	int n_wrong;           /* in a row */
	int64_t wrong_unix_ms; /* the last of them */
};

int store_station_get(struct store *store, struct store_station *out);

/* Replace all of it. `action` goes to the audit log ("station.lock"), with `detail`. */
int store_station_put(struct store *store, const struct store_station *station,
	const char *action, const char *detail, const char *by);

#endif
