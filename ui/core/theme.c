#include "ui/core/theme.h"

#include <math.h>

/* In the order of struct theme. More and less: the light ends of PuOr (Brewer), told apart with any colour vision. */
#define USUAL                                                                          \
	{                                                                              \
		0xFF0F1317, 0xFF182028, 0xFF2A343E, 0xFFF3F6F8, 0xFF94A3AF,            \
			0xFF56B4E9, 0xFFE69F00, 0xFF35C29A, 0xFF0F1317, 0xFFF0E442,    \
			0xFFD55E00, 0xFF0B0E12, 0xFF2A343E, 0xFFFDB863, 0xFFB2ABD2     \
	}

static const struct theme themes[] = {
	[THEME_USUAL] = USUAL,
	[THEME_CONTRAST] = { 0xFF000000, 0xFF000000, 0xFF8A8A8A, 0xFFFFFFFF, 0xFFD8D8D8,
		0xFF7CCBFF, 0xFFFFB733, 0xFF4DFFC3, 0xFF000000, 0xFFFFF04D, 0xFFFF8A3D,
		0xFF000000, 0xFF303030, 0xFFFFC97A, 0xFFCBC4FF },
};

struct theme theme_now = USUAL;

void theme_use(enum theme_name name)
{
	theme_now = themes[name];
}

static double channel(uint32_t color, int shift)
{
	return ((color >> shift) & 0xFF) / 255.0;
}

static double linear(double v)
{
	return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t color)
{
	return 0.2126 * linear(channel(color, 16)) +
	       0.7152 * linear(channel(color, 8)) + 0.0722 * linear(channel(color, 0));
}

double theme_contrast(uint32_t a, uint32_t b)
{
	double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;

	return la > lb ? la / lb : lb / la;
}

uint32_t theme_mix(uint32_t a, uint32_t b, double t)
{
	uint32_t mixed = UINT32_C(0xFF000000);

	for (int shift = 0; shift <= 16; shift += 8) {
		double v =
			channel(a, shift) + t * (channel(b, shift) - channel(a, shift));
		mixed |= (uint32_t)lrint(v * 255.0) << shift;
	}
	return mixed;
}

uint32_t theme_grey(uint32_t color)
{
	double luma = 0.299 * channel(color, 16) + 0.587 * channel(color, 8) +
		      0.114 * channel(color, 0);
	uint32_t v = (uint32_t)lrint(255.0 * 0.75 * luma);

	return UINT32_C(0xFF000000) | v << 16 | v << 8 | v;
}
