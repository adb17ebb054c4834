/* With libgpiod 2.x (Debian 13). A request outlives the chip it came from. */
#include "hw/gpio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gpiod.h>

#include "hw/gpio_find.h"

#define CONSUMER "stanced"
#define N_EDGES  16   /* read at a time */
#define N_KEPT   1024 /* that wait in the kernel: a fast clock on the sync input */

struct gpio_line {
	struct gpiod_line_request *request;
	struct gpiod_edge_event_buffer *edges; /* NULL of an output */
	int n_edges, next;                     /* read from the kernel, not taken yet */
	unsigned int offset;
};

static void v2_close(struct gpio_line *line)
{
	if (!line)
		return;
	if (line->request)
		gpiod_line_request_release(line->request);
	gpiod_edge_event_buffer_free(line->edges);
	free(line);
}

static enum gpiod_line_bias bias_of(const struct gpio_spec *spec)
{
	switch (spec->bias) {
	case GPIO_BIAS_UP:
		return GPIOD_LINE_BIAS_PULL_UP;
	case GPIO_BIAS_DOWN:
		return GPIOD_LINE_BIAS_PULL_DOWN;
	case GPIO_BIAS_NONE:
		return GPIOD_LINE_BIAS_DISABLED;
	case GPIO_BIAS_KEEP:
		break;
	}
	return GPIOD_LINE_BIAS_AS_IS;
}

static int fill_settings(
	struct gpiod_line_settings *settings, const struct gpio_ask *ask)
{
	int bad = 0;

	gpiod_line_settings_set_active_low(settings, ask->spec->active_low);
	bad |= gpiod_line_settings_set_bias(settings, bias_of(ask->spec));
	if (ask->is_output) {
		bad |= gpiod_line_settings_set_direction(
			settings, GPIOD_LINE_DIRECTION_OUTPUT);
		bad |= gpiod_line_settings_set_output_value(
			settings, ask->value ? GPIOD_LINE_VALUE_ACTIVE
					     : GPIOD_LINE_VALUE_INACTIVE);
		return bad ? -errno : 0;
	}
	bad |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
	bad |= gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
	bad |= gpiod_line_settings_set_event_clock(
		settings, GPIOD_LINE_CLOCK_MONOTONIC);
	gpiod_line_settings_set_debounce_period_us(
		settings, (unsigned long)ask->debounce_us);
	return bad ? -errno : 0;
}

/* Reading must never wait. */
static int set_nonblocking(struct gpiod_line_request *request)
{
	int fd = gpiod_line_request_get_fd(request);

	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ? -errno : 0;
}

static void name_owner(
	struct gpiod_chip *chip, unsigned int offset, char detail[GPIO_DETAIL_SIZE])
{
	struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
	const char *owner = info ? gpiod_line_info_get_consumer(info) : NULL;

	snprintf(detail, GPIO_DETAIL_SIZE, "%s", owner ? owner : "");
	if (info)
		gpiod_line_info_free(info);
}

static int request(
	struct gpio_line *line, struct gpiod_chip *chip, const struct gpio_ask *ask)
{
	struct gpiod_line_settings *settings = gpiod_line_settings_new();
	struct gpiod_line_config *config = gpiod_line_config_new();
	struct gpiod_request_config *about = gpiod_request_config_new();
	int err = settings && config && about ? fill_settings(settings, ask) : -ENOMEM;

	if (err == 0) {
		gpiod_request_config_set_consumer(about, CONSUMER);
		gpiod_request_config_set_event_buffer_size(about, N_KEPT);
		if (gpiod_line_config_add_line_settings(
			    config, &line->offset, 1, settings) < 0)
			err = -errno;
	}
	if (err == 0) {
		line->request = gpiod_chip_request_lines(chip, about, config);
		err = line->request ? 0 : -errno;
	}
	gpiod_request_config_free(about);
	gpiod_line_config_free(config);
	gpiod_line_settings_free(settings);
	return err;
}

/* Returns 1 taken, 0 the chip has no such line, or a negative errno. */
static int take(struct gpiod_chip *chip, const struct gpio_ask *ask, const char *label,
	struct gpio_line **out, char detail[GPIO_DETAIL_SIZE])
{
	int offset = gpio_spec_offset(ask->spec), err;
	struct gpio_line *line;

	if (offset < 0)
		offset = gpiod_chip_get_line_offset_from_name(chip, ask->spec->line);
	if (offset < 0)
		return 0;
	line = calloc(1, sizeof(*line));
	if (!line)
		return -ENOMEM;
	line->offset = (unsigned int)offset;
	if (!ask->is_output)
		line->edges = gpiod_edge_event_buffer_new(N_EDGES);
	err = ask->is_output || line->edges ? request(line, chip, ask) : -ENOMEM;
	if (err == 0)
		err = set_nonblocking(line->request);
	if (err == 0) {
		*out = line;
		return 1;
	}
	if (err == -EBUSY)
		name_owner(chip, line->offset, detail);
	else
		snprintf(detail, GPIO_DETAIL_SIZE, "%s", label);
	v2_close(line);
	return err;
}

/* An offset that the chip does not have is no such line, not a wrong request. */
static bool has_line(struct gpiod_chip_info *info, const struct gpio_spec *spec)
{
	int offset = gpio_spec_offset(spec);

	return offset < 0 || (size_t)offset < gpiod_chip_info_get_num_lines(info);
}

static int try_chip(const char *path, const struct gpio_ask *ask,
	char label[GPIO_NAME_SIZE], struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	struct gpiod_chip *chip = gpiod_chip_open(path);
	struct gpiod_chip_info *info;
	int got = 0;

	if (!chip)
		return errno == EACCES || errno == EPERM ? -EACCES : 0;
	info = gpiod_chip_get_info(chip);
	if (info) {
		snprintf(label, GPIO_NAME_SIZE, "%s", gpiod_chip_info_get_label(info));
		if ((!ask->spec->chip[0] || strcmp(label, ask->spec->chip) == 0) &&
			has_line(info, ask->spec))
			got = take(chip, ask, label, out, detail);
		gpiod_chip_info_free(info);
	}
	gpiod_chip_close(chip);
	return got;
}

static int v2_open(const struct gpio_ask *ask, struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	return gpio_find(ask, try_chip, out, detail);
}

static int v2_fd(const struct gpio_line *line)
{
	return gpiod_line_request_get_fd(line->request);
}

/* The kernel gives as many as there are in one read: those that are over wait here. */
static int v2_read(struct gpio_line *line, struct gpio_edge *edge)
{
	struct gpiod_edge_event *event;

	if (line->next >= line->n_edges) {
		line->next = 0;
		line->n_edges = gpiod_line_request_read_edge_events(
			line->request, line->edges, N_EDGES);
	}
	if (line->n_edges <= 0) {
		bool nothing = line->n_edges == 0 || errno == EAGAIN || errno == EINTR;

		line->n_edges = 0;
		return nothing ? 0 : -errno;
	}
	event = gpiod_edge_event_buffer_get_event(
		line->edges, (unsigned long)line->next++);
	edge->is_active =
		gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
	edge->t_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
	return 1;
}

static int v2_get(struct gpio_line *line)
{
	enum gpiod_line_value value =
		gpiod_line_request_get_value(line->request, line->offset);

	return value == GPIOD_LINE_VALUE_ERROR ? -errno
					       : value == GPIOD_LINE_VALUE_ACTIVE;
}

static int v2_set(struct gpio_line *line, bool is_active)
{
	return gpiod_line_request_set_value(line->request, line->offset,
		       is_active ? GPIOD_LINE_VALUE_ACTIVE
				 : GPIOD_LINE_VALUE_INACTIVE) < 0
		       ? -errno
		       : 0;
}

const struct gpio_ops gpio_system = { .name = "libgpiod 2",
	.debounces = true,
	.open = v2_open,
	.close = v2_close,
	.fd = v2_fd,
	.read = v2_read,
	.get = v2_get,
	.set = v2_set };
