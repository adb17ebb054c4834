/* The PIN of the station: what may be one, how long wrong ones wait, and the lock over a store, which
 * outlives its being closed. The clock of the policy is made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/ipc/server.h"
#include "src/records/pin.h"
#include "src/records/records.h"
#include "tests/support/store_fixture.h"

/* --- policy -------------------------------------------------------------------------------- */

static void pins_are_four_to_twelve_digits(void **state)
{
	(void)state;
	assert_true(pin_ok("0000"));
	assert_true(pin_ok("123456789012"));
	assert_false(pin_ok(""));
	assert_false(pin_ok("123"));
	assert_false(pin_ok("1234567890123"));
	assert_false(pin_ok("12a4"));
	assert_false(pin_ok("1234 "));
	assert_false(pin_ok("\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4")); /* Arabic digits */
}

static void waits_double_up_to_five_minutes(void **state)
{
	static const int expected[] = { 0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300,
		300 };

	(void)state;
	for (int n = 0; n < (int)(sizeof(expected) / sizeof(*expected)); n++)
		assert_int_equal(pin_wait_s(n), expected[n]);
	assert_int_equal(pin_wait_s(1000000), 300);
}

static void the_wait_runs_down(void **state)
{
	const struct store_station s = { .n_wrong = 6, .wrong_unix_ms = 1000000 };

	(void)state;
	assert_int_equal(pin_retry_after_s(&s, 1000000), 10);
	assert_int_equal(pin_retry_after_s(&s, 1000001), 10); /* never too few */
	assert_int_equal(pin_retry_after_s(&s, 1009000), 1);
	assert_int_equal(pin_retry_after_s(&s, 1009999), 1);
	assert_int_equal(pin_retry_after_s(&s, 1010000), 0);
	assert_int_equal(pin_tries_left(&s, 1009999), 0);
	assert_int_equal(pin_tries_left(&s, 1010000), 1);
	/* a clock that was set back to 1970 shuts nobody out for years */
	assert_int_equal(pin_retry_after_s(&s, 0), 10);
}

static void four_wrong_ones_need_no_waiting(void **state)
{
	struct store_station s = { .wrong_unix_ms = 1000 };

	(void)state;
	for (int n = 0; n < PIN_FREE_TRIES; n++) {
		s.n_wrong = n;
		assert_int_equal(pin_retry_after_s(&s, 1000), 0);
		assert_int_equal(pin_tries_left(&s, 1000), PIN_FREE_TRIES - n);
	}
}

static void hashes_are_salted(void **state)
{
	char a[STORE_PIN_SIZE], b[STORE_PIN_SIZE];

	(void)state;
	assert_int_equal(pin_hash("2468", a), 0);
	assert_int_equal(pin_hash("2468", b), 0);
	assert_string_not_equal(a, b);
	assert_null(strstr(a, "2468"));
	assert_int_equal(strncmp(a, "$argon2id$", 10), 0);
	assert_int_equal(pin_matches(a, "2468"), 1);
	assert_int_equal(pin_matches(a, "2469"), 0);
	assert_int_equal(pin_matches("", "2468"), 0);
}

/* --- over a store -------------------------------------------------------------------------- */

struct fixture {
	char folder[64];
	struct store *store;
	struct rpc_error error;
	json_t *answer;
};

static void open_store(struct fixture *f)
{
	char message[STORE_MESSAGE_SIZE];

	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	store_fixture_folder(f->folder);
	open_store(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	json_decref(f->answer);
	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

/* Returns 0 with an answer, or the code of the refusal. */
static int call(struct fixture *f, const char *name, const char *params)
{
	static char text[SERVER_VALUE_MAX];
	json_t *json = json_loads(params, 0, NULL);
	struct jsonw w;
	int err;

	assert_non_null(json);
	jsonw_init(&w, text, sizeof(text));
	json_decref(f->answer);
	f->answer = NULL;
	err = records_call(
		f->store, records_method_find(name), json, "tester", &w, &f->error);
	json_decref(json);
	if (err < 0)
		return f->error.code;
	assert_true(jsonw_finish(&w) > 0);
	f->answer = json_loads(text, 0, NULL);
	assert_non_null(f->answer);
	return 0;
}

static bool is_true(const struct fixture *f, const char *key)
{
	assert_true(json_is_boolean(json_object_get(f->answer, key)));
	return json_is_true(json_object_get(f->answer, key));
}

static char the_hash[STORE_PIN_SIZE]; /* of 2468 */

static int hash_once(void **state)
{
	(void)state;
	return pin_hash("2468", the_hash);
}

/* As set_pin and lock would leave it, without the time that a hash takes. */
static void lock_station(struct fixture *f)
{
	struct store_station s = { .locked = true };

	memcpy(s.pin, the_hash, sizeof(s.pin));
	assert_int_equal(store_station_put(f->store, &s, "test", "", "tester"), 0);
}

static int number(const struct fixture *f, const char *key)
{
	return (int)json_integer_value(json_object_get(f->answer, key));
}

static void nothing_locks_without_a_pin(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, "station.status", "{}"), 0);
	assert_false(is_true(f, "locked"));
	assert_false(is_true(f, "pin_set"));
	assert_int_equal(number(f, "tries_left"), 5);
	assert_true(json_is_null(json_object_get(f->answer, "open_visit")));
	assert_true(json_is_null(json_object_get(f->answer, "shared_visit")));
	assert_int_equal(call(f, "station.lock", "{}"), RPC_NOT_NOW);
}

static void a_lock_outlives_a_restart(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, "station.set_pin", "{\"pin\":\"2468\"}"), 0);
	assert_true(is_true(f, "pin_set"));
	assert_false(is_true(f, "locked"));
	assert_int_equal(call(f, "station.lock", "{}"), 0);
	store_close(f->store);
	open_store(f);
	assert_int_equal(call(f, "station.status", "{}"), 0);
	assert_true(is_true(f, "locked"));
	assert_int_equal(
		call(f, "station.unlock", "{\"pin\":\"1357\"}"), RPC_WRONG_PIN);
	assert_non_null(strstr(f->error.message, "4 more"));
	assert_int_equal(call(f, "station.unlock", "{\"pin\":\"2468\"}"), 0);
	assert_false(is_true(f, "locked"));
	assert_int_equal(number(f, "tries_left"), 5);
}

static void five_wrong_ones_must_wait(void **state)
{
	struct fixture *f = *state;
	struct store_station s;

	lock_station(f);
	assert_int_equal(store_station_get(f->store, &s), 0);
	s.n_wrong = PIN_FREE_TRIES - 1;
	assert_int_equal(store_station_put(f->store, &s, "test", "", "tester"), 0);
	assert_int_equal(
		call(f, "station.unlock", "{\"pin\":\"1357\"}"), RPC_WRONG_PIN);
	assert_non_null(strstr(f->error.message, "again in 5 s"));
	/* the right one, too; and a try that was not looked at does not count */
	assert_int_equal(call(f, "station.unlock", "{\"pin\":\"2468\"}"), RPC_BUSY);
	assert_int_equal(call(f, "station.status", "{}"), 0);
	assert_in_range(number(f, "retry_after_s"), 1, 5);
	assert_int_equal(number(f, "tries_left"), 0);
	/* later */
	assert_int_equal(store_station_get(f->store, &s), 0);
	assert_int_equal(s.n_wrong, PIN_FREE_TRIES);
	s.wrong_unix_ms -= 5000;
	assert_int_equal(store_station_put(f->store, &s, "test", "", "tester"), 0);
	assert_int_equal(call(f, "station.unlock", "{\"pin\":\"2468\"}"), 0);
}

static void what_cannot_be_a_pin_is_not_tried(void **state)
{
	static const char *const wrong[] = { "{}", "{\"pin\":null}", "{\"pin\":\"\"}",
		"{\"pin\":\"123\"}", "{\"pin\":1234}", "{\"pin\":\"1234567890123\"}" };
	struct fixture *f = *state;

	lock_station(f);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(
			call(f, "station.unlock", wrong[i]), RPC_INVALID_PARAMS);
	call(f, "station.status", "{}");
	assert_int_equal(number(f, "tries_left"), 5);
	assert_int_equal(call(f, "station.set_pin", "{}"), RPC_INVALID_PARAMS);
	assert_int_equal(
		call(f, "station.set_pin", "{\"pin\":\"12\"}"), RPC_INVALID_PARAMS);
}

/* Else nobody could ever unlock it. */
static void taking_the_pin_away_unlocks(void **state)
{
	struct fixture *f = *state;

	lock_station(f);
	assert_int_equal(call(f, "station.set_pin", "{\"pin\":null}"), 0);
	assert_false(is_true(f, "locked"));
	assert_false(is_true(f, "pin_set"));
}

/* It says that and how often, never which. */
static void the_log_tells_no_pin(void **state)
{
	struct fixture *f = *state;
	char *text;

	lock_station(f);
	call(f, "station.unlock", "{\"pin\":\"13579\"}");
	assert_int_equal(call(f, "store.audit", "{}"), 0);
	text = json_dumps(f->answer, 0);
	assert_non_null(strstr(text, "station.wrong_pin"));
	assert_non_null(strstr(text, "1 in a row"));
	assert_null(strstr(text, "$argon2"));
	assert_null(strstr(text, "13579"));
	free(text);
}

#define OVER_A_STORE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pins_are_four_to_twelve_digits),
		cmocka_unit_test(waits_double_up_to_five_minutes),
		cmocka_unit_test(the_wait_runs_down),
		cmocka_unit_test(four_wrong_ones_need_no_waiting),
		cmocka_unit_test(hashes_are_salted),
		OVER_A_STORE(nothing_locks_without_a_pin),
		OVER_A_STORE(a_lock_outlives_a_restart),
		OVER_A_STORE(five_wrong_ones_must_wait),
		OVER_A_STORE(what_cannot_be_a_pin_is_not_tried),
		OVER_A_STORE(taking_the_pin_away_unlocks),
		OVER_A_STORE(the_log_tells_no_pin),
	};

	return cmocka_run_group_tests(tests, hash_once, NULL);
}
