/* The methods of the records over a store in a folder of its own, called with JSON, for tests. */
#ifndef STANCE_TESTS_SUPPORT_RECORDS_CALL_H
#define STANCE_TESTS_SUPPORT_RECORDS_CALL_H

#include <jansson.h>

#include "src/base/rng.h"
#include "src/ipc/server.h"
#include "src/records/records.h"
#include "src/store/store.h"

struct records_fixture {
	char folder[64];
	struct store *store;
	struct rng rng;
	struct rpc_error error; /* of the last call */
	json_t *answer;         /* of the last call, NULL if it was refused */
	char text[SERVER_VALUE_MAX];
};

/* cmocka's setup and teardown. */
int records_fixture_setup(void **state);
int records_fixture_teardown(void **state);

/* Call a method, its parameters as printf() makes them; returns 0 and `answer`, or the error's code. */
int records_fixture_call(struct records_fixture *f, const char *name,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fail unless the last error's sentence has this in it. */
void records_fixture_says(const struct records_fixture *f, const char *word);

/* Return a member of the last answer, NULL if there is none. */
const json_t *records_fixture_member(const struct records_fixture *f, const char *key);

/* Store a finished trial of a patient ("": nobody) and in a visit (0: none); or begin one that runs. Returns its
 * number. */
int64_t records_fixture_trial(
	struct records_fixture *f, const char *patient, int64_t visit_id);
int64_t records_fixture_running(
	struct records_fixture *f, const char *patient, int64_t visit_id);

/* Sign a visit with a document that says nothing. */
void records_fixture_sign(struct records_fixture *f, int64_t visit_id);

#endif
