/* station.*: the lock of the station and its PIN. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/base/clock_trust.h"
#include "src/base/i18n.h"
#include "src/records/params.h"
#include "src/records/pin.h"
#include "src/records/serve.h"

/* A PIN that is too long must not be cut to one that fits. */
#define TYPED_SIZE 64

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int fail(int err, struct rpc_error *error)
{
	return serve_fail(err, error, NC_("thing", "lock of the station"));
}

/* 0 where there is none. */
static int find_visits(struct store *store, int64_t *open, int64_t *shared)
{
	struct store_visit visit;
	int err = store_visit_open(store, now_ms() - SERVE_OPEN_MS, &visit);

	*open = err == 0 ? visit.id : 0;
	if (err < 0 && err != -ENOENT)
		return err;
	err = store_visit_shared(store, &visit);
	*shared = err == 0 ? visit.id : 0;
	return err < 0 && err != -ENOENT ? err : 0;
}

static int reply(struct store *store, const struct store_station *s, struct jsonw *out,
	struct rpc_error *error)
{
	const int64_t now = now_ms();
	int64_t open, shared;
	const int err = find_visits(store, &open, &shared);

	if (err < 0)
		return fail(err, error);
	serve_begin(out, "stance.station/1");
	serve_bool(out, "locked", s->locked);
	serve_bool(out, "pin_set", s->pin[0] != '\0');
	serve_int(out, "retry_after_s", pin_retry_after_s(s, now));
	serve_int(out, "tries_left", pin_tries_left(s, now));
	serve_text(out, "clock", clock_trust_word(clock_trust()));
	serve_id(out, "open_visit", open);
	serve_id(out, "shared_visit", shared);
	jsonw_end_object(out);
	return 0;
}

int serve_station_status(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_station s;
	const int err = store_station_get(store, &s);

	(void)params, (void)by;
	return err < 0 ? fail(err, error) : reply(store, &s, out, error);
}

int serve_station_lock(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_station s;
	int err = store_station_get(store, &s);

	(void)params;
	if (err == 0 && !s.pin[0]) {
		rpc_error_set(error, RPC_NOT_NOW,
			N_("The station has no PIN, so that nobody could unlock it; "
			   "set "
			   "one with \"stance station pin\"."));
		return -EREMOTEIO;
	}
	if (err == 0 && !s.locked) {
		s.locked = true;
		err = store_station_put(store, &s, "station.lock", "", by);
	}
	return err < 0 ? fail(err, error) : reply(store, &s, out, error);
}

/* --- unlocking ----------------------------------------------------------------------------- */

static bool read_pin(
	const json_t *params, bool required, char *pin, struct rpc_error *error)
{
	if (!params_text(params, "pin", required, false, pin, TYPED_SIZE, error))
		return false;
	if ((!required && !pin[0]) || pin_ok(pin))
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS, N_("A PIN is %d to %d digits."),
		PIN_LEAST, PIN_MOST);
	return false;
}

static int refuse_wrong(struct store *store, struct store_station *s, const char *by,
	struct rpc_error *error)
{
	const int64_t now = now_ms();
	char detail[32];
	int err;

	s->n_wrong++;
	s->wrong_unix_ms = now;
	snprintf(detail, sizeof(detail), "%d in a row", s->n_wrong);
	err = store_station_put(store, s, "station.wrong_pin", detail, by);
	if (err < 0)
		return fail(err, error);
	if (s->n_wrong < PIN_FREE_TRIES)
		rpc_error_set(error, RPC_WRONG_PIN,
			N_("That is not the PIN; %d more before you must wait."),
			pin_tries_left(s, now));
	else
		rpc_error_set(error, RPC_WRONG_PIN,
			N_("That is not the PIN; try again in %d s."),
			pin_retry_after_s(s, now));
	return -EREMOTEIO;
}

static int try_pin(struct store *store, struct store_station *s, const char *pin,
	const char *by, struct rpc_error *error)
{
	const int wait_s = pin_retry_after_s(s, now_ms());
	int match;

	if (wait_s > 0) {
		rpc_error_set(error, RPC_BUSY,
			N_("Too many wrong PINs: wait %d s, then try again."), wait_s);
		return -EREMOTEIO;
	}
	match = pin_matches(s->pin, pin);
	if (match < 0) {
		rpc_error_set(error, RPC_INTERNAL,
			N_("There is not enough memory to check the PIN."));
		return -EREMOTEIO;
	}
	if (match == 0)
		return refuse_wrong(store, s, by, error);
	s->locked = false;
	s->n_wrong = 0;
	match = store_station_put(store, s, "station.unlock", "", by);
	return match < 0 ? fail(match, error) : 0;
}

/* Who unlocks what is open is told so, right or wrong: nothing can be tried out there. */
int serve_station_unlock(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_station s;
	char pin[TYPED_SIZE];
	int err = store_station_get(store, &s);

	if (err < 0)
		return fail(err, error);
	if (!read_pin(params, true, pin, error))
		return -EREMOTEIO;
	if (s.locked)
		err = try_pin(store, &s, pin, by, error);
	pin_wipe(pin, sizeof(pin));
	return err < 0 ? err : reply(store, &s, out, error);
}

/* --- the PIN ------------------------------------------------------------------------------- */

/* A new PIN begins anew with the tries; without one nothing could be unlocked. */
static int set_pin(struct store *store, struct store_station *s, const char *pin,
	const char *by, struct rpc_error *error)
{
	int err;

	s->n_wrong = 0;
	if (!pin[0]) {
		s->pin[0] = '\0';
		s->locked = false;
	} else if (pin_hash(pin, s->pin) < 0) {
		rpc_error_set(error, RPC_INTERNAL,
			N_("There is not enough memory to keep the PIN."));
		return -EREMOTEIO;
	}
	err = store_station_put(
		store, s, "station.set_pin", pin[0] ? "set" : "none", by);
	return err < 0 ? fail(err, error) : 0;
}

int serve_station_set_pin(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_station s;
	char pin[TYPED_SIZE];
	int err = store_station_get(store, &s);

	if (err < 0)
		return fail(err, error);
	if (!json_object_get(params, "pin")) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"pin\" must be given; null takes the PIN away.");
		return -EREMOTEIO;
	}
	if (!read_pin(params, false, pin, error))
		return -EREMOTEIO;
	err = set_pin(store, &s, pin, by, error);
	pin_wipe(pin, sizeof(pin));
	return err < 0 ? err : reply(store, &s, out, error);
}
