/* JSON-RPC lines: what is taken, what is refused with which code and id, and what is
 * answered. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/base/rng.h"
#include "src/ipc/rpc.h"

static const struct {
	const char *line;
	int code; /* 0: accepted */
	const char *id;
} the_lines[] = {
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}", 0, "1" },
	{ "  {\"jsonrpc\":\"2.0\",\"id\":-7,\"method\":\"hello\",\"params\":{}}\r", 0,
		"-7" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"method\":\"x\"}", 0, "\"a\\\"b\"" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":\"\\u00e9\",\"method\":\"x\"}", 0,
		"\"\u00e9\"" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"x\"}", 0, "null" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}", 0, "1.5" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":0.1,\"method\":\"x\"}", 0, "0.1" },
	{ "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"a\":[1,{\"b\":2}]}}", 0,
		"null" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"new\":true}", 0, "1" },
	{ "", RPC_PARSE_ERROR, "null" },
	{ "hello", RPC_PARSE_ERROR, "null" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"", RPC_PARSE_ERROR, "null" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}{}", RPC_PARSE_ERROR,
		"null" },
	{ "{\"id\":1,\"id\":2}", RPC_PARSE_ERROR, "null" },
	{ "{\"id\":\"\xff\xfe\"}", RPC_PARSE_ERROR, "null" },
	{ "{\"id\":\"\\ud800\"}", RPC_PARSE_ERROR, "null" },
	{ "{\"id\":123456789012345678901234567890}", RPC_PARSE_ERROR, "null" },
	{ "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", RPC_PARSE_ERROR, "null" },
	{ "3", RPC_INVALID_REQUEST, "null" },
	{ "null", RPC_INVALID_REQUEST, "null" },
	{ "[]", RPC_INVALID_REQUEST, "null" },
	{ "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}]", RPC_INVALID_REQUEST,
		"null" },
	{ "{}", RPC_INVALID_REQUEST, "null" },
	{ "{\"id\":4,\"method\":\"x\"}", RPC_INVALID_REQUEST, "4" },
	{ "{\"jsonrpc\":\"1.0\",\"id\":4,\"method\":\"x\"}", RPC_INVALID_REQUEST, "4" },
	{ "{\"jsonrpc\":2.0,\"id\":4,\"method\":\"x\"}", RPC_INVALID_REQUEST, "4" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":\"s\"}", RPC_INVALID_REQUEST, "\"s\"" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":5}", RPC_INVALID_REQUEST, "4" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":[4],\"method\":\"x\"}", RPC_INVALID_REQUEST,
		"null" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"x\"}", RPC_INVALID_REQUEST,
		"null" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"x\",\"params\":[1]}",
		RPC_INVALID_PARAMS, "4" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"x\",\"params\":null}",
		RPC_INVALID_PARAMS, "4" },
};

static void each_line_gets_what_it_deserves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(the_lines) / sizeof(the_lines[0]); i++) {
		const char *line = the_lines[i].line;
		struct rpc_request request;
		struct rpc_error error = { .code = 0 };
		int err = rpc_parse(line, strlen(line), &request, &error);

		if (err != (the_lines[i].code ? -EBADMSG : 0) ||
			error.code != the_lines[i].code)
			fail_msg("%s: error %d, code %d", line, err, error.code);
		if (strcmp(request.id, the_lines[i].id) != 0)
			fail_msg("%s: id %s", line, request.id);
		if (err < 0)
			assert_true(strlen(error.message) > 10);
		rpc_request_fini(&request);
	}
}

static void a_notification_has_no_id(void **state)
{
	static const char line[] = "{\"jsonrpc\":\"2.0\",\"method\":\"mat.identify\"}";
	static const char with[] = "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"x\"}";
	struct rpc_request request;
	struct rpc_error error;

	(void)state;
	assert_int_equal(rpc_parse(line, strlen(line), &request, &error), 0);
	assert_false(request.has_id);
	assert_string_equal(request.method, "mat.identify");
	assert_null(request.params);
	rpc_request_fini(&request);
	assert_int_equal(rpc_parse(with, strlen(with), &request, &error), 0);
	assert_true(request.has_id);
	rpc_request_fini(&request);
}

static void params_are_found_by_name(void **state)
{
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\","
		"\"params\":{\"streams\":[\"sample\"],\"max_hz\":20}}";
	struct rpc_request request;
	struct rpc_error error;

	(void)state;
	assert_int_equal(rpc_parse(line, strlen(line), &request, &error), 0);
	assert_int_equal(
		json_integer_value(json_object_get(request.params, "max_hz")), 20);
	rpc_request_fini(&request);
}

/* Fill `line` with a request whose id or padding has `n` bytes. */
static size_t request_of_length(char *line, size_t length)
{
	static const char head[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"pad\":\"";

	memcpy(line, head, strlen(head));
	memset(line + strlen(head), 'a', length - strlen(head) - 2);
	memcpy(line + length - 2, "\"}", 2);
	return length;
}

static void the_limit_is_exact(void **state)
{
	char *line = malloc(RPC_LINE_MAX + 1);
	struct rpc_request request;
	struct rpc_error error;

	(void)state;
	assert_non_null(line);
	assert_int_equal(rpc_parse(line, request_of_length(line, RPC_LINE_MAX),
				 &request, &error),
		0);
	rpc_request_fini(&request);
	assert_int_equal(rpc_parse(line, request_of_length(line, RPC_LINE_MAX + 1),
				 &request, &error),
		-EBADMSG);
	assert_int_equal(error.code, RPC_INVALID_REQUEST);
	rpc_request_fini(&request);
	free(line);
}

static void ids_have_a_limit(void **state)
{
	for (int n = 0; n < 2 * RPC_ID_SIZE; n++) {
		char line[4 * RPC_ID_SIZE], id[2 * RPC_ID_SIZE + 1];
		struct rpc_request request;
		struct rpc_error error;
		int length, err;

		memset(id, 'i', (size_t)n);
		id[n] = '\0';
		length = snprintf(line, sizeof(line),
			"{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"x\"}", id);
		err = rpc_parse(line, (size_t)length, &request, &error);
		assert_int_equal(err, n <= RPC_ID_SIZE - 3 ? 0 : -EBADMSG);
		if (err == 0)
			assert_int_equal(strlen(request.id), n + 2);
		rpc_request_fini(&request);
	}
	(void)state;
}

static void brackets_in_strings_are_not_depth(void **state)
{
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"s\":"
		"\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{{{\\\\\"}";
	struct rpc_request request;
	struct rpc_error error;

	(void)state;
	assert_int_equal(rpc_parse(line, strlen(line), &request, &error), 0);
	rpc_request_fini(&request);
}

static void answers_are_lines_of_json_rpc(void **state)
{
	struct rpc_error error;
	char buffer[512];
	struct jsonw w;

	(void)state;
	jsonw_init(&w, buffer, sizeof(buffer));
	rpc_error_set(&error, RPC_UNKNOWN_METHOD, "There is no \"%s\".", "dance");
	rpc_put_error(&w, "\"a\"", &error);
	rpc_begin_result(&w, "7");
	jsonw_bool(&w, true);
	rpc_end_line(&w);
	rpc_begin_notification(&w, "sample");
	jsonw_begin_object(&w);
	jsonw_end_object(&w);
	rpc_end_line(&w);
	assert_string_equal(buffer,
		"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32601,"
		"\"message\":\"There is no \\\"dance\\\".\"}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":true}\n"
		"{\"jsonrpc\":\"2.0\",\"method\":\"sample\",\"params\":{}}\n");
}

/* Whatever comes in, the answer is one line of JSON with the id that was sent. */
static void damaged_requests_are_answered_in_json(void **state)
{
	static const char whole[] =
		"{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"subscribe\","
		"\"params\":{\"streams\":[\"sample\"],\"max_hz\":20}}";
	uint64_t seed = 20260104;
	struct rng rng;
	int n_refused = 0;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (int i = 0; i < 20000; i++) {
		char line[sizeof(whole)], answer[1024];
		struct rpc_request request;
		struct rpc_error error;
		struct jsonw w;
		json_t *json;

		memcpy(line, whole, sizeof(whole));
		for (uint64_t k = 1 + rng_u64(&rng) % 3; k > 0; k--)
			line[rng_u64(&rng) % strlen(whole)] = (char)rng_u64(&rng);
		if (rpc_parse(line, strlen(whole), &request, &error) == 0) {
			rpc_request_fini(&request);
			continue;
		}
		n_refused++;
		jsonw_init(&w, answer, sizeof(answer));
		rpc_put_error(&w, request.id, &error);
		json = json_loads(answer, 0, NULL);
		assert_non_null(json);
		assert_ptr_equal(strchr(answer, '\n'), answer + strlen(answer) - 1);
		json_decref(json);
		rpc_request_fini(&request);
	}
	assert_in_range(n_refused, 10000, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_gets_what_it_deserves),
		cmocka_unit_test(a_notification_has_no_id),
		cmocka_unit_test(params_are_found_by_name),
		cmocka_unit_test(the_limit_is_exact),
		cmocka_unit_test(ids_have_a_limit),
		cmocka_unit_test(brackets_in_strings_are_not_depth),
		cmocka_unit_test(answers_are_lines_of_json_rpc),
		cmocka_unit_test(damaged_requests_are_answered_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
