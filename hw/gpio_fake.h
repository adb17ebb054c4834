/* A GPIO chip made of memory, for tests: lines are added, taken by others, pressed; what is set is noted with its time.
 * One world for a process; never linked into a program.
 * Follows hw/gpio.h to the letter, errors too. */
#ifndef STANCE_HW_GPIO_FAKE_H
#define STANCE_HW_GPIO_FAKE_H

#include "hw/gpio.h"

/* One write of an output. */
struct gpio_fake_write {
	bool is_active;
	int64_t t_ns; /* CLOCK_MONOTONIC, when it was set */
};

extern const struct gpio_ops gpio_fake;

/* Forget everything, open lines included (their fds are closed). */
void gpio_fake_reset(void);

/* There is a chip with that label now, with that line: its offsets count from 0 in the order of adding. */
void gpio_fake_add(const char *chip, const char *line);

/* The chip is pulled out: lines that are open fail from now on. It may be added again. */
void gpio_fake_vanish(const char *chip);

/* Another program has the line; NULL: nobody. */
void gpio_fake_take(const char *line, const char *owner);

/* No chip may be opened. */
void gpio_fake_deny(bool is_denied);

/* An input's contact: closed or not (pull-up and active-low are the spec's: `is_active` is what is told). */
void gpio_fake_edge(const char *line, bool is_active, int64_t t_ns);

/* Level of a line, active or not. */
bool gpio_fake_level(const char *line);

/* What was written since the line was added; returns how many, the newest `max` are copied in order. */
size_t gpio_fake_writes(const char *line, struct gpio_fake_write *out, size_t max);

/* Lines that are open now, all chips. */
int gpio_fake_n_open(void);

#endif
