#include "hw/mat_driver.h"

#include <string.h>

/* Probe order: protocols that prove themselves (a checksum, an answer with an identity)
 * come before those that can only be guessed from a pattern in the bytes. */
static const struct mat_driver_ops *const drivers[] = {
	&driver_smp_ops,
	NULL,
};

const struct mat_driver_ops *const *mat_driver_table(void)
{
	return drivers;
}

const struct mat_driver_ops *mat_driver_find(const char *name)
{
	for (size_t i = 0; drivers[i]; i++)
		if (strcmp(drivers[i]->name, name) == 0)
			return drivers[i];
	return NULL;
}
