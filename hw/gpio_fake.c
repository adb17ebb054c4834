#define _GNU_SOURCE /* pipe2() */
#include "hw/gpio_fake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"

#define MAX_LINES  32
#define MAX_WRITES 4096

struct fake {
	char chip[GPIO_NAME_SIZE], name[GPIO_NAME_SIZE];
	int offset;
	char owner[GPIO_NAME_SIZE]; /* another program; "" none */
	bool is_open, is_gone, level;
	int read_fd, write_fd; /* edges go through a pipe; -1 */
	struct gpio_fake_write writes[MAX_WRITES];
	size_t n_writes;
};

struct gpio_line {
	struct fake *fake;
};

static struct fake the_lines[MAX_LINES];
static int n_lines;
static bool is_denied_now;

static void close_pipe(struct fake *f)
{
	if (f->read_fd >= 0)
		close(f->read_fd);
	if (f->write_fd >= 0)
		close(f->write_fd);
	f->read_fd = f->write_fd = -1;
}

void gpio_fake_reset(void)
{
	for (int i = 0; i < n_lines; i++)
		close_pipe(&the_lines[i]);
	memset(the_lines, 0, sizeof(the_lines));
	n_lines = 0;
	is_denied_now = false;
}

static struct fake *find(const char *chip, const char *name)
{
	for (int i = 0; i < n_lines; i++)
		if ((!chip || strcmp(the_lines[i].chip, chip) == 0) &&
			strcmp(the_lines[i].name, name) == 0)
			return &the_lines[i];
	return NULL;
}

void gpio_fake_add(const char *chip, const char *line)
{
	struct fake *f = find(chip, line);
	int offset = 0;

	for (int i = 0; i < n_lines; i++)
		offset += strcmp(the_lines[i].chip, chip) == 0;
	if (f) {
		f->is_gone = false;
		return;
	}
	if (n_lines == MAX_LINES)
		abort();
	f = &the_lines[n_lines++];
	*f = (struct fake){ .offset = offset, .read_fd = -1, .write_fd = -1 };
	snprintf(f->chip, sizeof(f->chip), "%s", chip);
	snprintf(f->name, sizeof(f->name), "%s", line);
}

/* As the kernel does: whoever polls an input sees a hang-up. */
void gpio_fake_vanish(const char *chip)
{
	for (int i = 0; i < n_lines; i++) {
		struct fake *f = &the_lines[i];

		if (strcmp(f->chip, chip) != 0)
			continue;
		f->is_gone = true;
		if (f->write_fd >= 0)
			close(f->write_fd);
		f->write_fd = -1;
	}
}

void gpio_fake_take(const char *line, const char *owner)
{
	struct fake *f = find(NULL, line);

	if (f)
		snprintf(f->owner, sizeof(f->owner), "%s", owner ? owner : "");
}

void gpio_fake_deny(bool is_denied)
{
	is_denied_now = is_denied;
}

void gpio_fake_edge(const char *line, bool is_active, int64_t t_ns)
{
	struct fake *f = find(NULL, line);
	struct gpio_edge edge = { is_active, t_ns };

	if (!f)
		return;
	f->level = is_active;
	if (f->write_fd >= 0 && write(f->write_fd, &edge, sizeof(edge)) != sizeof(edge))
		abort();
}

bool gpio_fake_level(const char *line)
{
	const struct fake *f = find(NULL, line);

	return f && f->level;
}

size_t gpio_fake_writes(const char *line, struct gpio_fake_write *out, size_t max)
{
	const struct fake *f = find(NULL, line);
	size_t n = f ? f->n_writes : 0;
	size_t first = n > max ? n - max : 0;

	for (size_t i = first; i < n; i++)
		out[i - first] = f->writes[i];
	return n;
}

int gpio_fake_n_open(void)
{
	int n = 0;

	for (int i = 0; i < n_lines; i++)
		n += the_lines[i].is_open;
	return n;
}

/* --- the table ---------------------------------------------------------------------------- */

/* Which line is meant, or why there is none, as gpio_ops.open says it. */
static int look_up(const struct gpio_spec *spec, struct fake **out, char *detail)
{
	int offset = gpio_spec_offset(spec);
	bool has_chip = false;

	for (int i = 0; i < n_lines; i++) {
		struct fake *f = &the_lines[i];
		size_t used = strlen(detail);

		if (f->is_gone)
			continue;
		if (!strstr(detail, f->chip))
			snprintf(detail + used, GPIO_DETAIL_SIZE - used, "%s%s",
				used ? ", " : "", f->chip);
		if (spec->chip[0] && strcmp(f->chip, spec->chip) != 0)
			continue;
		has_chip = true;
		if (offset >= 0 ? f->offset == offset
				: strcmp(f->name, spec->line) == 0) {
			*out = f;
			return 0;
		}
	}
	if (has_chip && spec->chip[0])
		snprintf(detail, GPIO_DETAIL_SIZE, "%s", spec->chip);
	return has_chip ? -ENXIO : -ENODEV;
}

static int may_open(struct fake **f, const struct gpio_ask *ask, char *detail)
{
	int err;

	detail[0] = '\0';
	if (is_denied_now) {
		snprintf(detail, GPIO_DETAIL_SIZE, "/dev/gpiochip0");
		return -EACCES;
	}
	err = look_up(ask->spec, f, detail);
	if (err < 0)
		return err;
	if (!(*f)->owner[0] && !(*f)->is_open)
		return 0;
	snprintf(detail, GPIO_DETAIL_SIZE, "%s",
		(*f)->owner[0] ? (*f)->owner : "stanced");
	return -EBUSY;
}

static void note_write(struct fake *f, bool is_active)
{
	f->level = is_active;
	if (f->n_writes < MAX_WRITES)
		f->writes[f->n_writes++] =
			(struct gpio_fake_write){ is_active, clock_now_ns() };
}

static int fake_open(const struct gpio_ask *ask, struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	struct fake *f;
	int err = may_open(&f, ask, detail), fds[2];
	struct gpio_line *line;

	if (err < 0)
		return err;
	line = calloc(1, sizeof(*line));
	if (!line)
		return -ENOMEM;
	if (!ask->is_output) {
		if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) < 0) {
			free(line);
			return -errno;
		}
		f->read_fd = fds[0];
		f->write_fd = fds[1];
	} else {
		note_write(f, ask->value);
	}
	f->is_open = true;
	line->fake = f;
	*out = line;
	return 0;
}

static void fake_close(struct gpio_line *line)
{
	if (!line)
		return;
	close_pipe(line->fake);
	line->fake->is_open = false;
	free(line);
}

static int fake_fd(const struct gpio_line *line)
{
	return line->fake->read_fd;
}

static int fake_read(struct gpio_line *line, struct gpio_edge *edge)
{
	ssize_t n = read(line->fake->read_fd, edge, sizeof(*edge));

	if (n == (ssize_t)sizeof(*edge))
		return 1;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -ENODEV;
}

static int fake_get(struct gpio_line *line)
{
	return line->fake->is_gone ? -ENODEV : line->fake->level;
}

static int fake_set(struct gpio_line *line, bool is_active)
{
	if (line->fake->is_gone)
		return -ENODEV;
	note_write(line->fake, is_active);
	return 0;
}

const struct gpio_ops gpio_fake = { .name = "a fake",
	.debounces = false,
	.open = fake_open,
	.close = fake_close,
	.fd = fake_fd,
	.read = fake_read,
	.get = fake_get,
	.set = fake_set };
