/* The colours of pressure: the published ends, and lightness that only rises. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/colormap.h"

static double linear(uint8_t channel)
{
	double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92
			    : pow((c + 0.055) / 1.055, 2.4); /* IEC 61966-2-1 */
}

/* CIE 1976 L* of an sRGB colour. */
static double lightness(const uint8_t *rgb)
{
	double y = 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) +
		   0.0722 * linear(rgb[2]);

	return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27;
}

static void assert_rgb(enum colormap map, int index, int r, int g, int b)
{
	const uint8_t *rgb = colormap_rgb(map, index);

	assert_int_equal(rgb[0], r);
	assert_int_equal(rgb[1], g);
	assert_int_equal(rgb[2], b);
}

/* van der Walt & Smith: (0.001462, 0.000466, 0.013866), (0.735683, 0.215906, 0.330245),
 * (0.988362, 0.998364, 0.644924), each times 255. */
static void test_published_values(void **state)
{
	(void)state;
	assert_rgb(COLORMAP_INFERNO, 0, 0, 0, 4);
	assert_rgb(COLORMAP_INFERNO, 128, 188, 55, 84);
	assert_rgb(COLORMAP_INFERNO, 255, 252, 255, 164);
	assert_rgb(COLORMAP_CIVIDIS, 0, 0, 32, 77);
	assert_rgb(COLORMAP_CIVIDIS, 255, 255, 234, 70);
}

static void test_outside(void **state)
{
	(void)state;
	assert_ptr_equal(
		colormap_rgb(COLORMAP_INFERNO, -5), colormap_rgb(COLORMAP_INFERNO, 0));
	assert_ptr_equal(colormap_rgb(COLORMAP_CIVIDIS, 999),
		colormap_rgb(COLORMAP_CIVIDIS, 255));
}

/* More pressure is never darker, and steps are even. The maps are even in CAM02-UCS, from which
 * CIE L* differs by some units in the blues: within 6; 8 bits a channel round by up to 0.3. */
static void test_even_lightness(void **state)
{
	(void)state;
	for (int map = COLORMAP_INFERNO; map <= COLORMAP_CIVIDIS; map++) {
		double first = lightness(colormap_rgb((enum colormap)map, 0));
		double last = lightness(colormap_rgb((enum colormap)map, 255));

		for (int i = 0; i < 256; i++) {
			double l = lightness(colormap_rgb((enum colormap)map, i));
			double even = first + (last - first) * i / 255;

			if (fabs(l - even) > 6)
				fail_msg("map %d, step %d: L* %.2f, %.2f were even",
					map, i, l, even);
			if (i > 0 &&
				l < lightness(colormap_rgb((enum colormap)map, i - 1)) -
						0.3)
				fail_msg("map %d darkens at step %d", map, i);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_values),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_even_lightness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
