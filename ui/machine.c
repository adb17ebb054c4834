#include "ui/machine.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "src/base/clock.h"

#define HOT_MC  80000 /* thousandths of a degree C */
#define COOL_MC 75000 /* chosen: that far down before it counts as over */
#define WEAK_NS (60 * CLOCK_NS_PER_S)

static bool read_line(const char *path, char *out, size_t size)
{
	FILE *in = fopen(path, "r");
	bool good;

	if (!in)
		return false;
	good = fgets(out, (int)size, in) != NULL;
	fclose(in);
	if (good)
		out[strcspn(out, "\n")] = '\0';
	return good;
}

static long read_number(const char *path)
{
	char line[32];
	long value = 0;

	if (read_line(path, line, sizeof(line)))
		sscanf(line, "%ld", &value);
	return value;
}

static bool is_weak(const char *root)
{
	char path[PATH_MAX], name[32];
	bool weak = false;
	glob_t found;

	snprintf(path, sizeof(path), "%s/sys/class/hwmon/hwmon*", root);
	if (glob(path, 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		snprintf(path, sizeof(path), "%s/name", found.gl_pathv[i]);
		if (!read_line(path, name, sizeof(name)) ||
			strcmp(name, "rpi_volt") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/in0_lcrit_alarm", found.gl_pathv[i]);
		weak |= read_number(path) != 0;
	}
	globfree(&found);
	return weak;
}

static long hottest(const char *root)
{
	char path[PATH_MAX];
	long most = 0;
	glob_t found;

	snprintf(path, sizeof(path), "%s/sys/class/thermal/thermal_zone*/temp", root);
	if (glob(path, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		long mc = read_number(found.gl_pathv[i]);

		most = mc > most ? mc : most;
	}
	globfree(&found);
	return most;
}

enum app_warning machine_look(struct machine *m, const char *root, int64_t now_ns)
{
	m->is_hot = hottest(root) >= (m->is_hot ? COOL_MC : HOT_MC);
	if (is_weak(root))
		m->weak_until_ns = now_ns + WEAK_NS;
	if (now_ns < m->weak_until_ns)
		return APP_WARNING_POWER;
	return m->is_hot ? APP_WARNING_HEAT : APP_WARNING_NONE;
}
