/* The parameters of a method: taken by name, checked, refused with a sentence that says what to do.
 * Does not know any method. Each function returns false after filling in `error`. */
#ifndef STANCE_RECORDS_PARAMS_H
#define STANCE_RECORDS_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/ipc/rpc.h"

struct json_t;

/* A text; absent or null: "" if not `required`. Valid UTF-8 without control characters (but for
 * newlines where `lines`), at most size - 1 bytes. */
bool params_text(const struct json_t *params, const char *name, bool required,
	bool lines, char *out, size_t size, struct rpc_error *error);

/* A patient's code: 1 to 64 bytes, no blanks at its ends. */
bool params_code(const struct json_t *params, const char *name, bool required,
	char *out, size_t size, struct rpc_error *error);

/* A whole number low..high; absent: `initial`, or refused where `required`. */
bool params_int(const struct json_t *params, const char *name, bool required,
	int64_t initial, int64_t low, int64_t high, int64_t *out,
	struct rpc_error *error);

/* A number low..high; absent or null: NaN. */
bool params_number(const struct json_t *params, const char *name, double low,
	double high, double *out, struct rpc_error *error);

bool params_bool(const struct json_t *params, const char *name, bool *out,
	struct rpc_error *error);

#endif
