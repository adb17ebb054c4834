#include "src/cli/members.h"

#include <errno.h>
#include <math.h>

#include <jansson.h>

const char *members_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

double members_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

int members_set_text(json_t *object, const char *key, const char *text)
{
	if (!text)
		return 0;
	return json_object_set_new(object, key, json_string(text)) < 0 ? -EINVAL : 0;
}
