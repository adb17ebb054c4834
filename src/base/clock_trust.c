#include "src/base/clock_trust.h"

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "src/base/settings.h"

static char the_setting[SETTINGS_VALUE_SIZE];

static enum clock_trust ask_kernel(void)
{
	struct timex timex = { 0 };
	const int state = adjtimex(&timex);

	return state >= 0 && state != TIME_ERROR ? CLOCK_TRUST_SYNCHRONISED
						 : CLOCK_TRUST_UNKNOWN;
}

enum clock_trust clock_trust_by(const char *setting)
{
	const enum clock_trust kernel = ask_kernel();

	if (kernel != CLOCK_TRUST_UNKNOWN || !setting[0])
		return kernel;
	if (strcmp(setting, "trusted") == 0)
		return CLOCK_TRUST_TRUSTED;
	return access(setting, F_OK) == 0 ? CLOCK_TRUST_SYNCHRONISED
					  : CLOCK_TRUST_UNKNOWN;
}

void clock_trust_configure(const char *setting)
{
	snprintf(the_setting, sizeof(the_setting), "%s", setting);
}

enum clock_trust clock_trust(void)
{
	return clock_trust_by(the_setting);
}

const char *clock_trust_word(enum clock_trust trust)
{
	static const char *const words[] = { "unknown", "synchronised", "trusted" };

	return words[trust];
}
