#include "src/report/doc.h"

#include <math.h>

const char *doc_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static double number(const json_t *value)
{
	return json_is_number(value) ? json_number_value(value) : NAN;
}

double doc_number(const json_t *object, const char *key)
{
	return number(json_object_get(object, key));
}

int64_t doc_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

bool doc_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

const json_t *doc_item(const json_t *object, const char *key, size_t index)
{
	return json_array_get(json_object_get(object, key), index);
}

size_t doc_count(const json_t *object, const char *key)
{
	return json_array_size(json_object_get(object, key));
}

double doc_number_at(const json_t *object, const char *key, size_t index)
{
	return number(doc_item(object, key, index));
}
