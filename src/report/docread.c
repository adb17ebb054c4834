#include "src/report/docread.h"

#include <math.h>

const char *docread_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static double number(const json_t *value)
{
	return json_is_number(value) ? json_number_value(value) : NAN;
}

double docread_number(const json_t *object, const char *key)
{
	return number(json_object_get(object, key));
}

int64_t docread_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

bool docread_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

const json_t *docread_item(const json_t *object, const char *key, size_t index)
{
	return json_array_get(json_object_get(object, key), index);
}

size_t docread_count(const json_t *object, const char *key)
{
	return json_array_size(json_object_get(object, key));
}

double docread_number_at(const json_t *object, const char *key, size_t index)
{
	return number(docread_item(object, key, index));
}
