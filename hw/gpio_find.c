#include "hw/gpio_find.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#define PATTERN "/dev/gpiochip*"

/* What was seen on the way. */
struct seen {
	char labels[GPIO_DETAIL_SIZE];
	char denied[GPIO_DETAIL_SIZE]; /* a chip that may not be opened */
	bool has_chip; /* one with the label that is asked for, or any if none is */
};

static void note_label(struct seen *seen, const char *label, const char *wanted)
{
	size_t used = strlen(seen->labels);

	if (!wanted[0] || strcmp(label, wanted) == 0)
		seen->has_chip = true;
	snprintf(seen->labels + used, sizeof(seen->labels) - used, "%s%s",
		used ? ", " : "", label);
}

/* Nothing was found: why? A chip that could not be looked into may have been it. */
static int conclude(const struct seen *seen, const struct gpio_ask *ask, char *detail)
{
	if (seen->denied[0]) {
		snprintf(detail, GPIO_DETAIL_SIZE, "%s", seen->denied);
		return -EACCES;
	}
	if (seen->has_chip) {
		snprintf(detail, GPIO_DETAIL_SIZE, "%s",
			ask->spec->chip[0] ? ask->spec->chip : seen->labels);
		return -ENXIO;
	}
	snprintf(detail, GPIO_DETAIL_SIZE, "%s", seen->labels);
	return -ENODEV;
}

int gpio_find(const struct gpio_ask *ask, gpio_try_fn *try_fn, struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	struct seen seen = { .has_chip = false };
	glob_t chips;
	int got = 0;

	detail[0] = '\0';
	if (glob(PATTERN, 0, NULL, &chips) != 0)
		return -ENODEV;
	for (size_t i = 0; i < chips.gl_pathc && got == 0; i++) {
		char label[GPIO_NAME_SIZE] = "";

		got = try_fn(chips.gl_pathv[i], ask, label, out, detail);
		if (got == -EACCES || got == -EPERM) {
			snprintf(seen.denied, sizeof(seen.denied), "%s",
				chips.gl_pathv[i]);
			got = 0;
		} else if (got == 0 && label[0]) {
			note_label(&seen, label, ask->spec->chip);
		}
	}
	globfree(&chips);
	if (got != 0)
		return got > 0 ? 0 : got;
	return conclude(&seen, ask, detail);
}
