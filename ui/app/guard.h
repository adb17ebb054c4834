/* What of the station's lock the app must know whatever screen is shown: whether there is a PIN, whether it is
 * locked, and when to lock: nobody touched the clinician's screen for long, and no trial runs. The
 * daemon holds the lock; the screen "lock" only shows it.
 * Follows docs/api.md ("Locked") and docs/screens.md ("The lock"). */
#ifndef STANCE_UI_APP_GUARD_H
#define STANCE_UI_APP_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct app;
struct json_t;

/* Part of struct app; zeroed before the first use. */
struct guard {
	bool pin_set, locked;
	bool trial_runs;
};

/* The daemon answers so whatever it may not tell. */
#define GUARD_LOCKED -32012

/* Ask how it is: the connection came, or a screen wants to know. The connection went. */
void guard_look(struct app *app);
void guard_disconnected(struct app *app);

/* Take a stance.station/1: the lock comes to the clinician's screen, or nothing. */
void guard_station(struct app *app, const struct json_t *station);

/* A message of the stream "trial"; an answer's code; the answer to what the guard asked (`code` 0: `result`). */
void guard_trial(struct app *app, const struct json_t *progress);
void guard_code(struct app *app, int code);
void guard_answer(struct app *app, const struct json_t *result, int code);

/* Lock what nobody has touched for long. */
void guard_tick(struct app *app, int64_t now_ns);

/* Ask the daemon to lock. */
void guard_lock(struct app *app);

#endif
