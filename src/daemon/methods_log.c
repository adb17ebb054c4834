/* log.tail: the daemon's last log lines. Follows docs/api.md. */
#include <stdlib.h>

#include <jansson.h>

#include "src/daemon/log_tail.h"
#include "src/base/i18n.h"
#include "src/daemon/methods.h"

#define LIMIT_USUAL 100
#define LIMIT_MAX   200

/* Read a whole number that may be absent. Returns false after refusing. */
static bool read_number(const struct call *call, const char *key, int64_t least,
	int64_t most, int64_t *number)
{
	const json_t *value = json_object_get(call->request->params, key);

	if (!value || json_is_null(value))
		return true;
	*number = json_integer_value(value);
	if (json_is_integer(value) && *number >= least && *number <= most)
		return true;
	call_refuse(call, RPC_INVALID_PARAMS,
		"\"%s\" must be a whole number from %lld to %lld.", key,
		(long long)least, (long long)most);
	return false;
}

static void put_line(struct jsonw *w, const struct log_tail_line *line)
{
	jsonw_begin_object(w);
	jsonw_key(w, "n");
	jsonw_int(w, (int64_t)line->n);
	jsonw_key(w, "at_unix_ms");
	jsonw_int(w, line->at_unix_ms);
	jsonw_key(w, "level");
	jsonw_string(w, log_level_name(line->level));
	jsonw_key(w, "tag");
	jsonw_string(w, line->tag);
	jsonw_key(w, "text");
	jsonw_string(w, line->text);
	jsonw_end_object(w);
}

static void serve_tail(const struct call *call)
{
	int64_t before = 0, limit = LIMIT_USUAL;
	struct log_tail_line *lines;
	struct jsonw *w;
	int n;

	if (!read_number(call, "before", 1, INT64_MAX, &before) ||
		!read_number(call, "limit", 1, LIMIT_MAX, &limit))
		return;
	lines = malloc((size_t)(limit + 1) * sizeof(*lines));
	if (!lines) {
		call_refuse(call, RPC_INTERNAL, N_("There is not enough memory."));
		return;
	}
	n = log_tail_read((uint64_t)before, lines, (int)limit + 1);
	w = call_begin_document(call, "stance.log/1");
	jsonw_key(w, "lines");
	jsonw_begin_array(w);
	for (int i = 0; i < n && i < limit; i++)
		put_line(w, &lines[i]);
	jsonw_end_array(w);
	jsonw_key(w, "more");
	jsonw_bool(w, n > limit);
	call_end_document(call, w);
	free(lines);
}

const struct method methods_of_log[] = {
	{ "log.tail", METHODS_TECHNICIAN, serve_tail },
	{ NULL },
};
