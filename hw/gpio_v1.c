/* With libgpiod 1.x (Debian 12). The chip stays open as long as its line. */
#include "hw/gpio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gpiod.h>

#include "hw/gpio_find.h"
#include "src/base/clock.h"

#define CONSUMER "stanced"

struct gpio_line {
	struct gpiod_chip *chip;
	struct gpiod_line *line; /* the chip's */
	int fd;                  /* the line's, of an input; -1 */
};

static int flags_of(const struct gpio_spec *spec)
{
	int flags = spec->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;

	switch (spec->bias) {
	case GPIO_BIAS_UP:
		return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
	case GPIO_BIAS_DOWN:
		return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
	case GPIO_BIAS_NONE:
		return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
	case GPIO_BIAS_KEEP:
		break;
	}
	return flags;
}

static int request(struct gpio_line *line, const struct gpio_ask *ask, char *detail)
{
	int flags = flags_of(ask->spec), err;
	const char *owner;

	errno = 0;
	if (ask->is_output)
		err = gpiod_line_request_output_flags(
			line->line, CONSUMER, flags, ask->value);
	else
		err = gpiod_line_request_both_edges_events_flags(
			line->line, CONSUMER, flags);
	if (err == 0)
		return 0;
	err = errno ? -errno : -EIO;
	owner = err == -EBUSY ? gpiod_line_consumer(line->line)
			      : gpiod_chip_label(line->chip);
	snprintf(detail, GPIO_DETAIL_SIZE, "%s", owner ? owner : "");
	return err;
}

/* Reading must never wait. */
static int take_fd(struct gpio_line *line)
{
	line->fd = gpiod_line_event_get_fd(line->line);
	if (line->fd < 0 ||
		fcntl(line->fd, F_SETFL, fcntl(line->fd, F_GETFL) | O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

static struct gpiod_line *find_line(
	struct gpiod_chip *chip, const struct gpio_spec *spec)
{
	int offset = gpio_spec_offset(spec);

	if (offset < 0)
		return gpiod_chip_find_line(chip, spec->line);
	return (unsigned int)offset < gpiod_chip_num_lines(chip)
		       ? gpiod_chip_get_line(chip, (unsigned int)offset)
		       : NULL;
}

static void v1_close(struct gpio_line *line)
{
	if (!line)
		return;
	if (line->chip)
		gpiod_chip_close(line->chip); /* and its line */
	free(line);
}

static int try_chip(const char *path, const struct gpio_ask *ask,
	char label[GPIO_NAME_SIZE], struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	struct gpio_line *line = calloc(1, sizeof(*line));
	int err = 0;

	if (!line)
		return -ENOMEM;
	line->fd = -1;
	line->chip = gpiod_chip_open(path);
	if (!line->chip) {
		err = errno == EACCES || errno == EPERM ? -EACCES : 0;
	} else {
		snprintf(label, GPIO_NAME_SIZE, "%s", gpiod_chip_label(line->chip));
		if (!ask->spec->chip[0] || strcmp(label, ask->spec->chip) == 0)
			line->line = find_line(line->chip, ask->spec);
	}
	if (line->line) {
		err = request(line, ask, detail);
		if (err == 0 && !ask->is_output)
			err = take_fd(line);
		if (err == 0) {
			*out = line;
			return 1;
		}
	}
	v1_close(line);
	return err;
}

static int v1_open(const struct gpio_ask *ask, struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	return gpio_find(ask, try_chip, out, detail);
}

static int v1_fd(const struct gpio_line *line)
{
	return line->fd;
}

static int v1_read(struct gpio_line *line, struct gpio_edge *edge)
{
	struct gpiod_line_event event;

	errno = 0;
	if (gpiod_line_event_read_fd(line->fd, &event) < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return 0;
		return errno ? -errno : -EIO;
	}
	edge->is_active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE;
	edge->t_ns = (int64_t)event.ts.tv_sec * CLOCK_NS_PER_S + event.ts.tv_nsec;
	return 1;
}

static int v1_get(struct gpio_line *line)
{
	int value = gpiod_line_get_value(line->line);

	return value < 0 ? -errno : value;
}

static int v1_set(struct gpio_line *line, bool is_active)
{
	return gpiod_line_set_value(line->line, is_active) < 0 ? -errno : 0;
}

const struct gpio_ops gpio_system = { .name = "libgpiod 1",
	.debounces = false,
	.open = v1_open,
	.close = v1_close,
	.fd = v1_fd,
	.read = v1_read,
	.get = v1_get,
	.set = v1_set };
