#include "src/records/params.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/base/utf8.h"

static const json_t *find(const struct json_t *params, const char *name)
{
	const json_t *value = json_object_get(params, name);

	return value && !json_is_null(value) ? value : NULL;
}

static bool refuse_missing(const char *name, struct rpc_error *error)
{
	rpc_error_set(error, RPC_INVALID_PARAMS, "\"%s\" is missing.", name);
	return false;
}

/* jansson has checked the UTF-8. Controls are C0, DEL and C1 (U+0080 to U+009F). */
static bool has_control(const char *text, bool lines)
{
	uint32_t code;

	for (size_t n; *text; text += n) {
		n = utf8_decode(text, &code);
		if (n == 0 || (code < 0x20 && !(lines && code == '\n')) ||
			(code >= 0x7f && code < 0xa0))
			return true;
	}
	return false;
}

bool params_text(const struct json_t *params, const char *name, bool required,
	bool lines, char *out, size_t size, struct rpc_error *error)
{
	const json_t *value = find(params, name);
	const char *text = json_string_value(value);
	size_t n;

	out[0] = '\0';
	if (!value)
		return required ? refuse_missing(name, error) : true;
	n = json_string_length(value);
	if (!text || strlen(text) != n || has_control(text, lines)) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"%s\" must be a text without control characters.", name);
		return false;
	}
	if (n >= size) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"%s\" has %zu bytes; %zu are the most.", name, n, size - 1);
		return false;
	}
	memcpy(out, text, n + 1);
	return true;
}

bool params_code(const struct json_t *params, const char *name, bool required,
	char *out, size_t size, struct rpc_error *error)
{
	size_t n;

	if (!params_text(params, name, required, false, out, size, error))
		return false;
	n = strlen(out);
	if (n == 0 && find(params, name)) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			N_("A patient's code has at least one character."));
		return false;
	}
	if (n > 0 && (out[0] == ' ' || out[n - 1] == ' ')) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			N_("A patient's code neither begins nor ends with a blank."));
		return false;
	}
	return true;
}

bool params_int(const struct json_t *params, const char *name, bool required,
	int64_t initial, int64_t low, int64_t high, int64_t *out,
	struct rpc_error *error)
{
	const json_t *value = find(params, name);

	*out = initial;
	if (!value)
		return required ? refuse_missing(name, error) : true;
	*out = json_integer_value(value);
	if (json_is_integer(value) && *out >= low && *out <= high)
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"\"%s\" must be a whole number from %lld to %lld.", name,
		(long long)low, (long long)high);
	return false;
}

bool params_number(const struct json_t *params, const char *name, double low,
	double high, double *out, struct rpc_error *error)
{
	const json_t *value = find(params, name);

	*out = NAN;
	if (!value)
		return true;
	*out = json_number_value(value);
	if (json_is_number(value) && *out >= low && *out <= high)
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"\"%s\" must be a number from %g to %g.", name, low, high);
	return false;
}

bool params_bool(const struct json_t *params, const char *name, bool *out,
	struct rpc_error *error)
{
	const json_t *value = find(params, name);

	*out = json_is_true(value);
	if (!value || json_is_boolean(value))
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS, "\"%s\" must be true or false.", name);
	return false;
}
