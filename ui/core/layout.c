#include "ui/core/layout.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Capital height over em of B612: 716 of 1000 units. */
#define CAP_OVER_EM 0.716
/* Arc-minutes in a radian. */
#define ARCMIN_PER_RAD 3438.0

static const struct layout_profile profiles[] = {
	{ "800x480", 800, 480, 154, 86 },
	{ "720x1280", 720, 1280, 88, 155 },
	{ "1280x800", 1280, 800, 217, 136 },
	{ "1920x1080", 1920, 1080, 476, 268 },
};

const struct layout_profile *layout_profile_at(int index)
{
	int n = (int)(sizeof(profiles) / sizeof(profiles[0]));

	return index >= 0 && index < n ? &profiles[index] : NULL;
}

const struct layout_profile *layout_profile_find(const char *name)
{
	const struct layout_profile *p;

	for (int i = 0; (p = layout_profile_at(i)) != NULL; i++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

struct layout_display layout_display_make(
	int w, int h, double w_mm, double near_mm, double far_mm, double low_vision)
{
	return (struct layout_display){
		.w = w,
		.h = h,
		.ppm = w / w_mm,
		.distance_mm = { near_mm, far_mm },
		.low_vision = low_vision,
	};
}

int layout_mm_px(const struct layout_display *d, double mm)
{
	return (int)ceil(mm * d->ppm);
}

int layout_em_px(
	const struct layout_display *d, enum layout_reader reader, double arcmin)
{
	double cap_px = arcmin * d->distance_mm[reader] * d->ppm / ARCMIN_PER_RAD;

	return (int)ceil(cap_px / CAP_OVER_EM * d->low_vision);
}

static double clamp_unit(double v)
{
	return v > 0 ? (v < 1 ? v : 1) : 0; /* NaN becomes 0 */
}

void layout_touch_px(
	int w, int h, int rotation_deg, double nx, double ny, int *x, int *y)
{
	double u = clamp_unit(nx), v = clamp_unit(ny);
	double turned_u = u, turned_v = v;

	if (rotation_deg == 90) {
		turned_u = v;
		turned_v = 1 - u;
	} else if (rotation_deg == 180) {
		turned_u = 1 - u;
		turned_v = 1 - v;
	} else if (rotation_deg == 270) {
		turned_u = 1 - v;
		turned_v = u;
	}
	*x = rect_limit((int)(turned_u * w), w - 1);
	*y = rect_limit((int)(turned_v * h), h - 1);
}

void layout_panel_at(int rotation_deg, double u, double v, double *nx, double *ny)
{
	*nx = u;
	*ny = v;
	if (rotation_deg == 90) {
		*nx = 1 - v;
		*ny = u;
	} else if (rotation_deg == 180) {
		*nx = 1 - u;
		*ny = 1 - v;
	} else if (rotation_deg == 270) {
		*nx = v;
		*ny = 1 - u;
	}
}
