/* Looks through the chips of this machine for a line, whichever libgpiod opens them.
 * Follows the kernel's names, /dev/gpiochipN; numbers change from boot to boot, labels do not. */
#ifndef STANCE_HW_GPIO_FIND_H
#define STANCE_HW_GPIO_FIND_H

#include "hw/gpio.h"

/* Look at one chip. Returns 1 if it is the one and the line was taken; 0 to go on, with its label in `label`; a negative
 * errno: it is the one, but the line cannot be had; -EACCES: it may not be opened. */
typedef int gpio_try_fn(const char *path, const struct gpio_ask *ask,
	char label[GPIO_NAME_SIZE], struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE]);

/* Try each in the order of their numbers. Returns and says as gpio_ops.open. */
int gpio_find(const struct gpio_ask *ask, gpio_try_fn *try_fn, struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE]);

#endif
