#include "src/ipc/document_gpio.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	if (*text)
		jsonw_string(w, text);
	else
		jsonw_null(w);
}

static void put_line(struct jsonw *w, const struct gpio_document_line *line)
{
	jsonw_begin_object(w);
	put_text(w, "role", line->role);
	put_text(w, "line", line->line);
	put_text(w, "state", line->state);
	put_text(w, "reason", line->reason);
	jsonw_key(w, "active");
	jsonw_bool(w, line->is_active);
	jsonw_end_object(w);
}

void document_put_gpio(struct jsonw *w, const struct gpio_document *gpio)
{
	jsonw_begin_object(w);
	put_text(w, "library", gpio->library);
	jsonw_key(w, "lines");
	jsonw_begin_array(w);
	for (int i = 0; i < gpio->n_lines; i++)
		put_line(w, &gpio->lines[i]);
	jsonw_end_array(w);
	put_text(w, "told", gpio->told);
	jsonw_key(w, "pulses");
	jsonw_int(w, (int64_t)gpio->pulses);
	jsonw_key(w, "edges");
	jsonw_int(w, (int64_t)gpio->edges);
	jsonw_key(w, "lost_edges");
	jsonw_int(w, (int64_t)gpio->lost_edges);
	jsonw_key(w, "pulses_off");
	jsonw_int(w, (int64_t)gpio->pulses_off);
	jsonw_key(w, "pulse_error_ms");
	jsonw_fixed(w, gpio->pulse_error_ms, 3);
	jsonw_end_object(w);
}

/* Absent and null are ""; longer texts are cut. */
static void get_text(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	snprintf(out, size, "%s", text ? text : "");
}

static uint64_t get_count(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? (uint64_t)n : 0;
}

static int get_line(const json_t *json, struct gpio_document_line *line)
{
	if (!json_is_object(json))
		return -EBADMSG;
	get_text(json, "role", line->role, sizeof(line->role));
	get_text(json, "line", line->line, sizeof(line->line));
	get_text(json, "state", line->state, sizeof(line->state));
	get_text(json, "reason", line->reason, sizeof(line->reason));
	line->is_active = json_is_true(json_object_get(json, "active"));
	return 0;
}

int document_get_gpio(const struct json_t *status, struct gpio_document *gpio)
{
	const json_t *json = json_object_get(status, "gpio"), *lines, *error;

	*gpio = (struct gpio_document){ .pulse_error_ms = NAN };
	if (!json || json_is_null(json))
		return 0;
	lines = json_object_get(json, "lines");
	if (!json_is_object(json) || (lines && !json_is_array(lines)))
		return -EBADMSG;
	get_text(json, "library", gpio->library, sizeof(gpio->library));
	get_text(json, "told", gpio->told, sizeof(gpio->told));
	gpio->pulses = get_count(json, "pulses");
	gpio->edges = get_count(json, "edges");
	gpio->lost_edges = get_count(json, "lost_edges");
	gpio->pulses_off = get_count(json, "pulses_off");
	error = json_object_get(json, "pulse_error_ms");
	if (json_is_number(error))
		gpio->pulse_error_ms = json_number_value(error);
	for (size_t i = 0; i < json_array_size(lines) && i < GPIO_DOCUMENT_MAX_LINES;
		i++) {
		if (get_line(json_array_get(lines, i), &gpio->lines[i]) < 0)
			return -EBADMSG;
		gpio->n_lines++;
	}
	return 0;
}
