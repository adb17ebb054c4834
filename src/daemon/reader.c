#include "src/daemon/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

struct reader reader_of(const struct call *call)
{
	return (struct reader){ .call = call, .object = call->request->params };
}

void reader_refuse(struct reader *r, const char *format, ...)
{
	char text[256];
	va_list args;

	if (r->refused)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	call_refuse(r->call, RPC_INVALID_PARAMS, "%s", text);
	r->refused = true;
}

const json_t *reader_member(const struct reader *r, const char *key)
{
	const json_t *value = json_object_get(r->object, key);

	return json_is_null(value) ? NULL : value;
}

/* Nothing that a terminal would obey: names come back on many of them. */
static bool has_control(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

void reader_text(struct reader *r, const char *key, char *out, size_t size)
{
	const json_t *value = reader_member(r, key);

	out[0] = '\0';
	if (r->refused || !value)
		return;
	if (json_is_string(value) && json_string_length(value) < size &&
		strlen(json_string_value(value)) == json_string_length(value) &&
		!has_control(json_string_value(value))) {
		memcpy(out, json_string_value(value), json_string_length(value) + 1);
		return;
	}
	reader_refuse(r,
		"\"%s\" must be a text of at most %zu bytes, without control "
		"characters.",
		key, size - 1);
}

double reader_number(
	struct reader *r, const char *key, double low, double high, double otherwise)
{
	const json_t *value = reader_member(r, key);
	double number = json_number_value(value);

	if (r->refused || !value)
		return otherwise;
	if (json_is_number(value) && number >= low && number <= high)
		return number;
	reader_refuse(r, "\"%s\" must be a number from %.6g to %.6g.", key, low, high);
	return otherwise;
}

double reader_needed(struct reader *r, const char *key, double low, double high)
{
	if (!reader_member(r, key))
		reader_refuse(r, "\"%s\" must be given: a number from %.6g to %.6g.",
			key, low, high);
	return reader_number(r, key, low, high, low);
}

int64_t reader_whole(
	struct reader *r, const char *key, int64_t low, int64_t high, int64_t otherwise)
{
	const json_t *value = reader_member(r, key);
	json_int_t number = json_integer_value(value);

	if (r->refused || !value)
		return otherwise;
	if (json_is_integer(value) && number >= low && number <= high)
		return number;
	reader_refuse(r, "\"%s\" must be a whole number from %lld to %lld.", key,
		(long long)low, (long long)high);
	return otherwise;
}

int64_t reader_id(struct reader *r, const char *key)
{
	const json_t *value = reader_member(r, key);

	if (r->refused || !value)
		return 0;
	if (json_is_integer(value) && json_integer_value(value) > 0)
		return json_integer_value(value);
	reader_refuse(r, "\"%s\" must be a number above 0.", key);
	return 0;
}

bool reader_bool(struct reader *r, const char *key, bool otherwise)
{
	const json_t *value = reader_member(r, key);

	if (r->refused || !value)
		return otherwise;
	if (!json_is_boolean(value))
		reader_refuse(r, "\"%s\" must be true or false.", key);
	return json_is_true(value);
}
