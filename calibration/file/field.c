#include "calibration/file/field.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"

void field_refuse(struct field *f, const char *key, const char *what)
{
	char index[16] = "";

	if (f->err)
		return;
	f->err = -EBADMSG;
	if (f->index >= 0)
		snprintf(index, sizeof(index), "[%d]", f->index);
	snprintf(f->message, f->size,
		N_("This calibration does not hold together: %s%s%s%s must be %s. Take "
		   "the mat's last good calibration, or calibrate anew."),
		f->place, index, f->place[0] && key[0] ? "." : "", key, what);
}

void field_no_memory(struct field *f)
{
	if (f->err)
		return;
	f->err = -ENOMEM;
	snprintf(f->message, f->size,
		N_("There is not enough memory for a calibration."));
}

static void refuse_number(struct field *f, const char *key, double low, double high)
{
	char what[80];

	snprintf(what, sizeof(what), "a number from %.6g to %.6g", low, high);
	field_refuse(f, key, what);
}

static bool take_number(const json_t *value, double low, double high, double *out)
{
	double number = json_number_value(value);

	if (!json_is_number(value) || !(number >= low && number <= high))
		return false;
	*out = number;
	return true;
}

double field_real(
	struct field *f, const json_t *object, const char *key, double low, double high)
{
	double number = low;

	if (!take_number(json_object_get(object, key), low, high, &number))
		refuse_number(f, key, low, high);
	return number;
}

double field_real_or_nan(
	struct field *f, const json_t *object, const char *key, double low, double high)
{
	if (json_is_null(json_object_get(object, key)))
		return NAN;
	return field_real(f, object, key, low, high);
}

int64_t field_int(struct field *f, const json_t *object, const char *key, int64_t low,
	int64_t high)
{
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);
	char what[80];

	if (json_is_integer(value) && number >= low && number <= high)
		return number;
	snprintf(what, sizeof(what), "a whole number from %lld to %lld", (long long)low,
		(long long)high);
	field_refuse(f, key, what);
	return low;
}

bool field_bool(struct field *f, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_boolean(value))
		field_refuse(f, key, "true or false");
	return json_is_true(value);
}

/* Nothing that a terminal would obey: these texts are shown on many. */
static bool is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	}
	return true;
}

void field_text(
	struct field *f, const json_t *object, const char *key, char *out, size_t size)
{
	const json_t *value = json_object_get(object, key);
	size_t length = json_string_length(value);
	char what[80];

	out[0] = '\0';
	if (json_is_string(value) && length < size &&
		is_plain(json_string_value(value), length)) {
		memcpy(out, json_string_value(value), length + 1);
		return;
	}
	snprintf(what, sizeof(what),
		"a text of at most %zu bytes without control characters", size - 1);
	field_refuse(f, key, what);
}

int field_word(struct field *f, const json_t *object, const char *key,
	const char *(*word_fn)(int k), int n)
{
	const char *word = json_string_value(json_object_get(object, key));

	for (int k = 0; word && k < n; k++) {
		if (strcmp(word, word_fn(k)) == 0)
			return k;
	}
	field_refuse(f, key, "one of the words in docs/calibration.md");
	return 0;
}

const json_t *field_object(struct field *f, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_object(value))
		return value;
	field_refuse(f, key, "an object");
	return NULL;
}

const json_t *field_array(
	struct field *f, const json_t *object, const char *key, size_t max)
{
	const json_t *value = json_object_get(object, key);
	char what[64];

	if (json_is_array(value) && json_array_size(value) <= max)
		return value;
	snprintf(what, sizeof(what), "a list of at most %zu elements", max);
	field_refuse(f, key, what);
	return NULL;
}

static bool take_row(const json_t *row, int n_cols, double low, double high, float *out)
{
	if (!json_is_array(row) || json_array_size(row) != (size_t)n_cols)
		return false;
	for (int col = 0; col < n_cols; col++) {
		double number;

		if (!take_number(json_array_get(row, (size_t)col), low, high, &number))
			return false;
		out[col] = (float)number;
	}
	return true;
}

void field_rows(struct field *f, const json_t *object, const char *key, int n_rows,
	int n_cols, double low, double high, float *out)
{
	const json_t *rows = json_object_get(object, key);
	char what[96];
	bool good = json_is_array(rows) && json_array_size(rows) == (size_t)n_rows;

	for (int row = 0; good && row < n_rows; row++)
		good = take_row(json_array_get(rows, (size_t)row), n_cols, low, high,
			out + (size_t)row * (size_t)n_cols);
	if (good)
		return;
	snprintf(what, sizeof(what), "%d rows of %d numbers from %.6g to %.6g", n_rows,
		n_cols, low, high);
	field_refuse(f, key, what);
}

int field_pairs(struct field *f, const json_t *object, const char *key, int max,
	double low, double high, double *first, double *second)
{
	const json_t *pairs = field_array(f, object, key, (size_t)max);
	int n = (int)json_array_size(pairs);

	for (int i = 0; i < n; i++) {
		const json_t *pair = json_array_get(pairs, (size_t)i);

		if (json_array_size(pair) == 2 &&
			take_number(json_array_get(pair, 0), low, high, &first[i]) &&
			take_number(json_array_get(pair, 1), low, high, &second[i]))
			continue;
		field_refuse(f, key, "pairs of numbers in range");
		return 0;
	}
	return n;
}
