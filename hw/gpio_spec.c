/* What people write about a line, and what they are told about it. */
#define _GNU_SOURCE /* memrchr() */
#include "hw/gpio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

/* The kernel's lines of one chip are far fewer. */
#define OFFSET_MAX 4095

static int refuse(char *why, size_t size, const char *text, const char *reason)
{
	snprintf(why, size,
		"\"%.80s\" %s; a line is written [CHIP:]LINE [active-low] "
		"[pull-up|pull-down|no-pull]",
		text, reason);
	return -EINVAL;
}

static int copy_name(char *out, const char *from, size_t n)
{
	if (n == 0 || n >= GPIO_NAME_SIZE)
		return -EINVAL;
	memcpy(out, from, n);
	out[n] = '\0';
	return 0;
}

/* Labels may hold colons (INT34C6:00), names of lines hardly ever do: the last one parts them. */
static int parse_place(const char *word, size_t n, struct gpio_spec *out)
{
	const char *colon = memrchr(word, ':', n);

	if (!colon)
		return copy_name(out->line, word, n);
	if (copy_name(out->chip, word, (size_t)(colon - word)) < 0)
		return -EINVAL;
	return copy_name(out->line, colon + 1, n - (size_t)(colon - word) - 1);
}

static bool is_word(const char *word, size_t n, const char *known)
{
	return strlen(known) == n && strncmp(word, known, n) == 0;
}

static int parse_word(const char *word, size_t n, struct gpio_spec *out)
{
	static const struct {
		const char *word;
		enum gpio_bias bias;
	} biases[] = { { "pull-up", GPIO_BIAS_UP }, { "pull-down", GPIO_BIAS_DOWN },
		{ "no-pull", GPIO_BIAS_NONE } };

	if (is_word(word, n, "active-low")) {
		out->active_low = true;
		return 0;
	}
	for (size_t i = 0; i < sizeof(biases) / sizeof(biases[0]); i++) {
		if (is_word(word, n, biases[i].word)) {
			out->bias = biases[i].bias;
			return 0;
		}
	}
	return -EINVAL;
}

int gpio_spec_offset(const struct gpio_spec *spec)
{
	long offset;

	if (!spec->line[0] || spec->line[strspn(spec->line, "0123456789")])
		return -1;
	offset = strtol(spec->line, NULL, 10);
	return offset <= OFFSET_MAX ? (int)offset : -1;
}

int gpio_spec_parse(const char *text, const char *chip, struct gpio_spec *out,
	char *why, size_t size)
{
	struct gpio_spec spec = { .bias = GPIO_BIAS_KEEP };
	const char *p = text + strspn(text, " ");
	size_t n = strcspn(p, " ");

	snprintf(spec.chip, sizeof(spec.chip), "%s", chip);
	if (parse_place(p, n, &spec) < 0)
		return refuse(why, size, text, "names no line");
	for (p += n + strspn(p + n, " "); *p; p += n + strspn(p + n, " ")) {
		n = strcspn(p, " ");
		if (parse_word(p, n, &spec) < 0)
			return refuse(why, size, text, "has a word too many");
	}
	if (!spec.chip[0] && gpio_spec_offset(&spec) >= 0)
		return refuse(why, size, text, "is an offset without a chip");
	*out = spec;
	return 0;
}

static void explain_chip(
	const struct gpio_spec *spec, const char *detail, char *text, size_t size)
{
	if (!detail[0])
		snprintf(text, size,
			N_("This machine has no GPIO chip. It is looked for again; on "
			   "a "
			   "Raspberry Pi "
			   "\"ls /dev/gpiochip*\" shows one."));
	else
		snprintf(text, size,
			N_("There is no GPIO chip \"%s\"; there are: %s. Write one of "
			   "those "
			   "(gpiodetect lists them)."),
			spec->chip, detail);
}

void gpio_explain(const struct gpio_spec *spec, int err, const char *detail, char *text,
	size_t size)
{
	switch (err) {
	case -ENODEV:
		explain_chip(spec, detail, text, size);
		break;
	case -ENXIO:
		snprintf(text, size,
			N_("No line \"%s\" on %s; gpioinfo lists the names, or give "
			   "CHIP:OFFSET."),
			spec->line, detail);
		break;
	case -EBUSY:
		snprintf(text, size,
			N_("Line \"%s\" is taken by \"%s\": end that program, or "
			   "choose "
			   "another line "
			   "(gpioinfo shows who has which)."),
			spec->line, detail[0] ? detail : "another program");
		break;
	case -EACCES:
	case -EPERM:
		snprintf(text, size,
			N_("%s may not be opened: add the daemon's user to the group "
			   "\"gpio\" and start it "
			   "again."),
			detail);
		break;
	case -EINVAL:
		snprintf(text, size,
			N_("Line \"%s\" cannot be used like this: the chip may know no "
			   "pull resistors or no "
			   "edges (%s). Leave out pull-up or pull-down, or choose "
			   "another "
			   "line."),
			spec->line, detail);
		break;
	default:
		snprintf(text, size, N_("Line \"%s\" cannot be used: %s."), spec->line,
			strerror(-err));
		break;
	}
}
