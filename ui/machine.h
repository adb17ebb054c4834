/* Whether the machine itself is in trouble: a supply that is too weak, or too much heat.
 * Does not show it.
 * Follows the kernel's hwmon (raspberrypi-hwmon, "rpi_volt": in0_lcrit_alarm) and thermal zones; Raspberry Pis slow down
 * from 80 C on (their documentation). `stance doctor` reads the same. */
#ifndef STANCE_UI_MACHINE_H
#define STANCE_UI_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/app/app.h"

/* Zeroed before the first use. */
struct machine {
	int64_t weak_until_ns; /* a dip is said for a while: it comes with a load and goes with it */
	bool is_hot;
};

/* Look below `root` ("" for this machine) and return the worse of the two, the supply first. */
enum app_warning machine_look(struct machine *m, const char *root, int64_t now_ns);

#endif
