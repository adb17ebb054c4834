/* Fuzzes the parser of requests: any line is taken apart or refused, and the answer to
 * it is one line of JSON that carries the id. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/ipc/rpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_answer(const char *answer, const char *id)
{
	json_t *json = json_loads(answer, 0, NULL);
	json_t *expected = json_loads(id, JSON_DECODE_ANY, NULL);

	if (!json || !json_equal(json_object_get(json, "id"), expected))
		abort();
	if (strchr(answer, '\n') != answer + strlen(answer) - 1)
		abort();
	json_decref(json);
	json_decref(expected);
}

static void answer_line(const char *line, size_t n)
{
	char answer[2048];
	struct rpc_request request;
	struct rpc_error error;
	struct jsonw w;

	jsonw_init(&w, answer, sizeof(answer));
	if (rpc_parse(line, n, &request, &error) < 0) {
		rpc_put_error(&w, request.id, &error);
	} else {
		if (!request.method)
			abort();
		rpc_begin_result(&w, request.id);
		jsonw_bool(&w, request.params != NULL);
		rpc_end_line(&w);
	}
	if (jsonw_finish(&w) < 0)
		abort();
	check_answer(answer, request.id);
	rpc_request_fini(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *end = text + size;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		answer_line(text, (size_t)(stop - text));
		text = stop + 1;
	}
	return 0;
}
