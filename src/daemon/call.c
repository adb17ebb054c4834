#include "src/daemon/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void call_refuse(const struct call *call, int code, const char *format, ...)
{
	struct rpc_error error = { .code = code };
	va_list args;

	va_start(args, format);
	vsnprintf(error.message, sizeof(error.message), format, args);
	va_end(args);
	server_refuse(call->server, call->conn, call->id, &error);
}

struct jsonw *call_begin(const struct call *call)
{
	return server_reply_begin(call->server, call->id);
}

void call_end(const struct call *call)
{
	server_reply_end(call->server, call->conn);
}

struct jsonw *call_begin_document(const struct call *call, const char *schema)
{
	struct jsonw *w = call_begin(call);

	jsonw_begin_object(w);
	jsonw_key(w, "schema");
	jsonw_string(w, schema);
	return w;
}

void call_end_document(const struct call *call, struct jsonw *w)
{
	jsonw_end_object(w);
	call_end(call);
}

void call_defer(const struct call *call, struct call_owed *owed)
{
	*owed = (struct call_owed){ .m = call->m,
		.server = call->server,
		.client = call->conn->number,
		.has_id = call->id };
	memcpy(owed->id, call->request->id, sizeof(owed->id));
	server_defer(call->server, call->conn);
}

void call_defer_alone(const struct call *call, struct call_owed *owed)
{
	call_defer(call, owed);
	owed->holds = true;
	server_hold(call->server, call->conn);
}

bool call_resume(const struct call_owed *owed, struct call *call)
{
	*call = (struct call){ .m = owed->m,
		.server = owed->server,
		.conn = server_undefer(owed->server, owed->client),
		.id = owed->has_id ? owed->id : NULL };
	if (call->conn && owed->holds)
		server_release(call->server, call->conn);
	return call->conn;
}
