#include "ui/core/units_text.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

#define KG_PER_LB 0.45359237
#define MM_PER_IN 25.4

/* One kind in one system: what the given number is multiplied with, the unit, the decimals. */
struct shown {
	double factor;
	const char *unit;
	int decimals;
};

static const struct shown table[UNITS_N_KINDS][2] = {
	[UNITS_MASS] = { { 1, "kg", 1 }, { 1 / KG_PER_LB, "lb", 0 } },
	[UNITS_HEIGHT] = { { 0.1, "cm", 0 }, { 1 / MM_PER_IN, "in", 1 } },
	[UNITS_LENGTH] = { { 1, "mm", 0 }, { 1 / MM_PER_IN, "in", 1 } },
};

static enum units_text_system in_force;

static enum units_text_system of_country(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MEASUREMENT", "LANG" };
	static const char *const countries[] = { "_US", "_LR", "_MM" };

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);
		if (!value || value[0] == '\0')
			continue;
		for (int k = 0; k < 3; k++)
			if (strstr(value, countries[k]))
				return UNITS_IMPERIAL;
		return UNITS_METRIC;
	}
	return UNITS_METRIC;
}

enum units_text_system units_text_system(const char *word)
{
	if (strcmp(word, "auto") == 0)
		return of_country();
	return strcmp(word, "imperial") == 0 ? UNITS_IMPERIAL : UNITS_METRIC;
}

void units_text_use(enum units_text_system system)
{
	in_force = system;
}

enum units_text_system units_text_now(void)
{
	return in_force;
}

struct units_text units_text_of(enum units_text_kind kind, double value)
{
	const struct shown *s = &table[kind][in_force];
	struct units_text out = { .unit = s->unit, .decimals = s->decimals, .step = 1 };

	for (int i = 0; i < s->decimals; i++)
		out.step /= 10;
	i18n_number(out.number, sizeof(out.number), value * s->factor, s->decimals);
	return out;
}

double units_text_scaled(enum units_text_kind kind, double value)
{
	return value * table[kind][in_force].factor;
}

double units_text_typed(enum units_text_kind kind, double value)
{
	return value / table[kind][in_force].factor;
}

const char *units_text_unit(enum units_text_kind kind)
{
	return table[kind][in_force].unit;
}
