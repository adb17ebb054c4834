#include "src/report/say.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DASH   "\xe2\x80\x93" /* U+2013 */
#define N_WAYS (sizeof(the_ways) / sizeof(the_ways[0]))

/* How a language writes dates: d and D the day, D and M in two digits, N the month's name, Y the year. */
static const struct way {
	const char *code, *date;
} the_ways[] = {
	{ "en", "d N Y" },
	{ "de", "D.M.Y" },
};

static const char *const months[] = { N_("January"), N_("February"), N_("March"),
	N_("April"), N_("May"), N_("June"), N_("July"), N_("August"), N_("September"),
	N_("October"), N_("November"), N_("December") };

int say_init(const char *language)
{
	return i18n_open(language ? language : "");
}

static const char *date_way(void)
{
	for (size_t i = 0; i < N_WAYS; i++)
		if (strcmp(the_ways[i].code, i18n_language()) == 0)
			return the_ways[i].date;
	return "Y-M-D";
}

static const char *put_number(
	char *out, size_t size, double value, int decimals, bool with_sign)
{
	char plain[64];
	bool is_zero = fabs(value) < 0.5 * pow(10, -decimals);

	if (isnan(value)) {
		snprintf(out, size, DASH);
		return out;
	}
	i18n_number(plain, sizeof(plain), value, decimals);
	snprintf(out, size, "%s%s", with_sign && value > 0 && !is_zero ? "+" : "",
		plain);
	return out;
}

const char *say_number(char *out, size_t size, double value, int decimals)
{
	return put_number(out, size, value, decimals, false);
}

const char *say_signed(char *out, size_t size, double value, int decimals)
{
	return put_number(out, size, value, decimals, true);
}

const char *say_range(char *out, size_t size, double low, double high, int decimals)
{
	char a[SAY_SIZE], b[SAY_SIZE];

	if (isnan(low) || isnan(high))
		return say_number(out, size, NAN, 0);
	snprintf(out, size, _("%s to %s"), say_number(a, sizeof(a), low, decimals),
		say_number(b, sizeof(b), high, decimals));
	return out;
}

const char *say_date(char *out, size_t size, const char *iso)
{
	int year, month, day;
	size_t n = 0;

	*out = '\0';
	if (!iso || sscanf(iso, "%4d-%2d-%2d", &year, &month, &day) != 3 || month < 1 ||
		month > 12)
		return out;
	for (const char *f = date_way(); *f && n < size; f++) {
		switch (*f) {
		case 'd':
			n += (size_t)snprintf(out + n, size - n, "%d", day);
			break;
		case 'D':
			n += (size_t)snprintf(out + n, size - n, "%02d", day);
			break;
		case 'M':
			n += (size_t)snprintf(out + n, size - n, "%02d", month);
			break;
		case 'N':
			n += (size_t)snprintf(
				out + n, size - n, "%s", _(months[month - 1]));
			break;
		case 'Y':
			n += (size_t)snprintf(out + n, size - n, "%04d", year);
			break;
		default:
			n += (size_t)snprintf(out + n, size - n, "%c", *f);
		}
	}
	return out;
}

const char *say_date_time(char *out, size_t size, const char *iso)
{
	size_t n;

	say_date(out, size, iso);
	n = strlen(out);
	if (n > 0 && strlen(iso) >= 16)
		snprintf(out + n, size - n, ", %.5s", iso + 11);
	return out;
}
