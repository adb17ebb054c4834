#include "ui/sdl/backlight.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define POWER_ON  0
#define POWER_OFF 4 /* FB_BLANK_POWERDOWN */

static bool read_number(const char *folder, const char *file, int *out)
{
	char path[PATH_MAX];
	FILE *in;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	in = fopen(path, "r");
	if (!in)
		return false;
	good = fscanf(in, "%d", out) == 1;
	fclose(in);
	return good;
}

static bool write_number(const char *folder, const char *file, int value)
{
	char path[PATH_MAX];
	FILE *out;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	out = fopen(path, "r+");
	if (!out)
		return false;
	good = fprintf(out, "%d\n", value) > 0;
	return fclose(out) == 0 && good;
}

static bool switch_light(const char *folder, int power, int brightness)
{
	bool good = write_number(folder, "bl_power", power);

	return write_number(folder, "brightness", brightness) || good;
}

int backlight_off(struct backlight *light, const char *root)
{
	char pattern[PATH_MAX];
	glob_t found;

	light->n = 0;
	snprintf(pattern, sizeof(pattern), "%s/sys/class/backlight/*", root);
	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc && light->n < BACKLIGHT_MAX; i++) {
		int k = light->n;

		snprintf(light->path[k], sizeof(light->path[k]), "%s",
			found.gl_pathv[i]);
		if (read_number(light->path[k], "brightness", &light->brightness[k]) &&
			switch_light(light->path[k], POWER_OFF, 0))
			light->n++;
	}
	globfree(&found);
	return light->n;
}

/* A screen that was dark already when we came is made bright: nobody would find it. */
static int brightness_of(const struct backlight *light, int k)
{
	int most = 255;

	if (light->brightness[k] > 0)
		return light->brightness[k];
	read_number(light->path[k], "max_brightness", &most);
	return most;
}

int backlight_on(struct backlight *light)
{
	int n = 0;

	for (int k = 0; k < light->n; k++)
		n += switch_light(light->path[k], POWER_ON, brightness_of(light, k));
	light->n = 0;
	return n;
}
