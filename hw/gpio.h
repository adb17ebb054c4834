/* Lines of a GPIO chip, one at a time: found by the chip's label and the line's name or offset, read with time
 * stamps, set. Behind one table: libgpiod 1 (gpio_v1.c) or 2 (gpio_v2.c), whichever was built, or a fake in tests
 * (gpio_fake.h).
 * Does not know what a line is for; never waits.
 * Follows libgpiod 1.6 and 2.x. A chip that is not there is a state that may end, not a failure. */
#ifndef STANCE_HW_GPIO_H
#define STANCE_HW_GPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GPIO_NAME_SIZE   64
#define GPIO_DETAIL_SIZE 192

/* KEEP: as it is wired or as the firmware left it. */
enum gpio_bias { GPIO_BIAS_KEEP, GPIO_BIAS_NONE, GPIO_BIAS_UP, GPIO_BIAS_DOWN };

/* Which line, as a person writes it: "[CHIP:]LINE [active-low] [pull-up|pull-down|no-pull]". CHIP is a label, as
 * gpiodetect(1) shows it in brackets; "": any chip that has a line of that name. LINE is a name, or an offset. */
struct gpio_spec {
	char chip[GPIO_NAME_SIZE];
	char line[GPIO_NAME_SIZE];
	bool active_low;
	enum gpio_bias bias;
};

/* Returns 0, or -EINVAL: `why` (`size` bytes) then says what is wrong. "" is no line: refused too. `chip` is the label
 * where the text has none. */
int gpio_spec_parse(const char *text, const char *chip, struct gpio_spec *out,
	char *why, size_t size);

/* The line's offset if it is given as a number, else -1. */
int gpio_spec_offset(const struct gpio_spec *spec);

/* What to ask a line for. */
struct gpio_ask {
	const struct gpio_spec *spec;
	bool is_output;
	bool value;          /* an output's first: active? */
	int64_t debounce_us; /* an input's, where the kernel can (gpio_ops.debounces); 0: none */
};

/* One change of an input: became active or not, when on CLOCK_MONOTONIC. */
struct gpio_edge {
	bool is_active;
	int64_t t_ns;
};

struct gpio_line;

struct gpio_ops {
	const char *name; /* "libgpiod 1" */
	bool debounces;   /* the kernel does it, if asked */

	/* Take a line. Returns 0; -ENODEV: no such chip (`detail`: the labels there are, "" if there is no chip);
	 * -ENXIO: the chip has no such line (`detail`: its label); -EBUSY: another program has it (`detail`: its
	 * name); -EACCES: no right to open a chip (`detail`: its path); -ENOMEM, another negative errno. */
	int (*open)(const struct gpio_ask *ask, struct gpio_line **out,
		char detail[GPIO_DETAIL_SIZE]);
	/* Give it back and free; NULL does nothing. An output keeps what it last was, until somebody takes it. */
	void (*close)(struct gpio_line *line);

	/* To poll for edges (POLLIN); borrowed. */
	int (*fd)(const struct gpio_line *line);
	/* Take the oldest edge. Returns 1, 0 if there is none, negative if the chip is gone. */
	int (*read)(struct gpio_line *line, struct gpio_edge *edge);
	/* Whether it is active: 1, 0, or negative if the chip is gone. */
	int (*get)(struct gpio_line *line);
	/* Returns 0, or negative if the chip is gone. */
	int (*set)(struct gpio_line *line, bool is_active);
};

/* Of the libgpiod that this program was built with. */
extern const struct gpio_ops gpio_system;

/* Say in a sentence or two why open() failed with `err`, and what to do. */
void gpio_explain(const struct gpio_spec *spec, int err, const char *detail, char *text,
	size_t size);

#endif
