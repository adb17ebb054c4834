#include "src/ipc/rpc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

void rpc_error_set(struct rpc_error *error, int code, const char *format, ...)
{
	va_list args;

	error->code = code;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
}

/* Deepest nesting of brackets outside strings: known before jansson recurses. */
static int nesting(const char *line, size_t n)
{
	int depth = 0, deepest = 0;
	bool in_string = false;

	for (size_t i = 0; i < n; i++) {
		if (in_string && line[i] == '\\') {
			i++;
		} else if (line[i] == '"') {
			in_string = !in_string;
		} else if (!in_string && (line[i] == '{' || line[i] == '[')) {
			depth++;
			deepest = depth > deepest ? depth : deepest;
		} else if (!in_string && (line[i] == '}' || line[i] == ']')) {
			depth--;
		}
	}
	return deepest;
}

static int refuse(struct rpc_error *error, int code, const char *why)
{
	rpc_error_set(error, code, "%s", why);
	return -EBADMSG;
}

static int parse_text(const char *line, size_t n, struct rpc_request *request,
	struct rpc_error *error)
{
	json_error_t where;

	if (n > RPC_LINE_MAX) {
		rpc_error_set(error, RPC_INVALID_REQUEST,
			"A request may have %d bytes; send less.", RPC_LINE_MAX);
		return -EBADMSG;
	}
	if (nesting(line, n) > RPC_DEPTH_MAX) {
		rpc_error_set(error, RPC_PARSE_ERROR,
			"A request may nest %d levels deep; send a flatter one.",
			RPC_DEPTH_MAX);
		return -EBADMSG;
	}
	request->root =
		json_loadb(line, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &where);
	if (!request->root) {
		rpc_error_set(error, RPC_PARSE_ERROR,
			"This line is not JSON (column %d: %s); send one object a "
			"line.",
			where.column, where.text);
		return -EBADMSG;
	}
	return 0;
}

/* An id is a number, a string or null; it is echoed as it came. */
static int read_id(struct rpc_request *request, struct rpc_error *error)
{
	const json_t *id = json_object_get(request->root, "id");
	char text[RPC_ID_SIZE];
	size_t n;

	if (!id)
		return 0;
	if (!json_is_number(id) && !json_is_string(id) && !json_is_null(id))
		return refuse(error, RPC_INVALID_REQUEST,
			"\"id\" must be a number, a string or null.");
	n = json_dumpb(id, text, sizeof(text) - 1,
		JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
	if (n == 0 || n >= sizeof(text)) {
		rpc_error_set(error, RPC_INVALID_REQUEST,
			"\"id\" is too long; use at most %zu characters.",
			sizeof(text) - 3);
		return -EBADMSG;
	}
	memcpy(request->id, text, n);
	request->id[n] = '\0';
	request->has_id = true;
	return 0;
}

static int read_call(struct rpc_request *request, struct rpc_error *error)
{
	const char *version =
		json_string_value(json_object_get(request->root, "jsonrpc"));
	const json_t *params = json_object_get(request->root, "params");

	if (!version || strcmp(version, "2.0") != 0)
		return refuse(error, RPC_INVALID_REQUEST,
			"\"jsonrpc\" must be \"2.0\"; see the API reference.");
	request->method = json_string_value(json_object_get(request->root, "method"));
	if (!request->method)
		return refuse(error, RPC_INVALID_REQUEST,
			"\"method\" is missing or not a string; \"hello\" lists all "
			"methods.");
	if (params && !json_is_object(params))
		return refuse(error, RPC_INVALID_PARAMS,
			"\"params\" must be an object: parameters go by name.");
	request->params = params;
	return 0;
}

int rpc_parse(const char *line, size_t n, struct rpc_request *request,
	struct rpc_error *error)
{
	int err;

	*request = (struct rpc_request){ .id = "null" };
	err = parse_text(line, n, request, error);
	if (err < 0)
		return err;
	if (json_is_array(request->root))
		return refuse(error, RPC_INVALID_REQUEST,
			"Batches are not served; send one object a line.");
	if (!json_is_object(request->root))
		return refuse(error, RPC_INVALID_REQUEST,
			"A request is an object: {\"jsonrpc\":...}.");
	err = read_id(request, error);
	return err < 0 ? err : read_call(request, error);
}

void rpc_request_fini(struct rpc_request *request)
{
	json_decref(request->root);
	request->root = NULL;
	request->method = NULL;
	request->params = NULL;
}

static void begin_line(struct jsonw *w)
{
	jsonw_begin_object(w);
	jsonw_key(w, "jsonrpc");
	jsonw_string(w, "2.0");
}

static void put_id(struct jsonw *w, const char *id)
{
	jsonw_key(w, "id");
	jsonw_raw(w, id, strlen(id));
}

void rpc_put_error(struct jsonw *w, const char *id, const struct rpc_error *error)
{
	begin_line(w);
	put_id(w, id);
	jsonw_key(w, "error");
	jsonw_begin_object(w);
	jsonw_key(w, "code");
	jsonw_int(w, error->code);
	jsonw_key(w, "message");
	jsonw_string(w, error->message);
	jsonw_end_object(w);
	rpc_end_line(w);
}

void rpc_begin_result(struct jsonw *w, const char *id)
{
	begin_line(w);
	put_id(w, id);
	jsonw_key(w, "result");
}

void rpc_begin_notification(struct jsonw *w, const char *method)
{
	begin_line(w);
	jsonw_key(w, "method");
	jsonw_string(w, method);
	jsonw_key(w, "params");
}

void rpc_end_line(struct jsonw *w)
{
	jsonw_end_object(w);
	w->need_comma = false;
	jsonw_raw(w, "\n", 1);
	w->need_comma = false;
}
