/* Members of a JSON object, each checked: kind, range, length. The first that is wrong is named and
 * ends the reading; what is read after it is the least that is allowed.
 * Does not know what the members mean. Private to calibration/file.
 * Follows docs/calibration.md ("The file"). */
#ifndef STANCE_CALIBRATION_FILE_FIELD_H
#define STANCE_CALIBRATION_FILE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

/* One reading of a file. `place` is told with a trouble: "model.curve". */
struct field {
	const char *place;
	int index;     /* of an element of `place`, -1: none */
	char *message; /* receives the sentence */
	size_t size;
	int err; /* 0, -EBADMSG or -ENOMEM; stays */
};

/* Note that `key` is wrong, unless something was before; `what` goes on after "must be". */
void field_refuse(struct field *f, const char *key, const char *what);
void field_no_memory(struct field *f);

/* A number from `low` to `high`; ..._or_nan: or null, which is NaN. */
double field_real(struct field *f, const struct json_t *object, const char *key,
	double low, double high);
double field_real_or_nan(struct field *f, const struct json_t *object, const char *key,
	double low, double high);
int64_t field_int(struct field *f, const struct json_t *object, const char *key,
	int64_t low, int64_t high);
bool field_bool(struct field *f, const struct json_t *object, const char *key);

/* A text of fewer than `size` bytes without control characters. */
void field_text(struct field *f, const struct json_t *object, const char *key,
	char *out, size_t size);

/* Which of `n` words; 0 if none. */
int field_word(struct field *f, const struct json_t *object, const char *key,
	const char *(*word_fn)(int k), int n);

/* An object, an array of at most `max` elements; NULL if wrong. */
const struct json_t *field_object(
	struct field *f, const struct json_t *object, const char *key);
const struct json_t *field_array(
	struct field *f, const struct json_t *object, const char *key, size_t max);

/* An array of `n_rows` arrays of `n_cols` numbers from `low` to `high`, into `out`, row-major. */
void field_rows(struct field *f, const struct json_t *object, const char *key,
	int n_rows, int n_cols, double low, double high, float *out);

/* An array of at most `max` pairs of numbers from `low` to `high` each. Returns their number. */
int field_pairs(struct field *f, const struct json_t *object, const char *key, int max,
	double low, double high, double *first, double *second);

#endif
