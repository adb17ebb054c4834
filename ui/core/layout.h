/* From millimetres and arc-minutes to pixels, and the displays that Stance knows.
 * Does not place anything: screens do.
 * Follows docs/screens.md ("Sizes"): a text is sized by the angle at which its reader sees it. */
#ifndef STANCE_UI_LAYOUT_H
#define STANCE_UI_LAYOUT_H

#include <stdbool.h>

#include "ui/core/rect.h"

/* Who reads a text: the clinician at arm's length, or the patient on the mat. Labels of
 * controls are read by who touches them, on the patient's screen too. */
enum layout_reader {
	LAYOUT_NEAR,
	LAYOUT_FAR,
};

/* A screen as its reader meets it. */
struct layout_display {
	int w, h;              /* pixels */
	double ppm;            /* pixels per millimetre */
	double distance_mm[2]; /* by enum layout_reader */
	double low_vision;     /* text scale, 1.0 to 3.0 */
};

/* A known panel. */
struct layout_profile {
	const char *name;
	int w, h;
	double w_mm, h_mm;
};

/* Smallest angle of a capital letter that may be shown (ISO 9241-3: 16 arc-minutes), and the
 * one preferred for what matters (20 to 22). */
#define LAYOUT_MIN_ARCMIN  16.0
#define LAYOUT_GOOD_ARCMIN 22.0

/* Touch targets: what a standing person hits without errors, what is still good, and the floor
 * below which no target may be. Millimetres. */
#define LAYOUT_PRIMARY_MM   20.0
#define LAYOUT_SECONDARY_MM 12.0
#define LAYOUT_FLOOR_MM     10.0

/* Return profile `index`, NULL past the last; or the one of that name, NULL if unknown. */
const struct layout_profile *layout_profile_at(int index);
const struct layout_profile *layout_profile_find(const char *name);

/* Describe a display: `w_mm` is the width of the `w` pixels. */
struct layout_display layout_display_make(
	int w, int h, double w_mm, double near_mm, double far_mm, double low_vision);

/* Return millimetres in pixels, rounded up. */
int layout_mm_px(const struct layout_display *d, double mm);

/* Return the font size (em, pixels) whose capitals are seen at `arcmin` by `reader`, times the
 * low-vision scale, rounded up. Source: visual angle, px = arcmin * distance * ppm / 3438. */
int layout_em_px(
	const struct layout_display *d, enum layout_reader reader, double arcmin);

/* Turn a touch point, 0..1 in the panel's own axes, into pixels of a scene that is shown turned
 * by `rotation_deg` (0, 90, 180, 270, clockwise) on that panel. Points outside are clamped. */
void layout_touch_px(
	int w, int h, int rotation_deg, double nx, double ny, int *x, int *y);

/* The other way: where on the panel a point of the scene is, 0..1 of the scene and of the panel. */
void layout_panel_at(int rotation_deg, double u, double v, double *nx, double *ny);

#endif
