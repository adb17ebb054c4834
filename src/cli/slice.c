#include "src/cli/slice.h"

#include <string.h>

/* Walks over one line; never past `end`, whatever the bytes are. */
struct walk {
	const char *p, *end;
};

static void skip_space(struct walk *w)
{
	while (w->p < w->end && strchr(" \t\r\n,:", *w->p) && *w->p)
		w->p++;
}

static void skip_string(struct walk *w)
{
	for (w->p++; w->p < w->end && *w->p != '"'; w->p++)
		if (*w->p == '\\' && w->p + 1 < w->end)
			w->p++;
	if (w->p < w->end)
		w->p++;
}

static void skip_value(struct walk *w)
{
	int depth = 0;

	while (w->p < w->end) {
		char c = *w->p;

		if (c == '"') {
			skip_string(w);
		} else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
			return;
		} else {
			depth += (c == '{' || c == '[') - (c == '}' || c == ']');
			w->p++;
		}
		if (depth == 0 && strchr("\"}]", w->p[-1]))
			return;
	}
}

const char *slice_member(const char *line, size_t n, const char *key, size_t *length)
{
	struct walk w = { line, line + n };
	size_t n_key = strlen(key);

	skip_space(&w);
	if (w.p == w.end || *w.p != '{')
		return NULL;
	w.p++;
	for (;;) {
		const char *name, *value;
		size_t n_name;

		skip_space(&w);
		if (w.p == w.end || *w.p != '"')
			return NULL;
		name = w.p + 1;
		skip_string(&w);
		n_name = (size_t)(w.p - name) - 1;
		skip_space(&w);
		value = w.p;
		skip_value(&w);
		if (n_name == n_key && memcmp(name, key, n_key) == 0) {
			while (w.p > value && strchr(" \t\r\n", w.p[-1]))
				w.p--;
			*length = (size_t)(w.p - value);
			return value;
		}
	}
}
