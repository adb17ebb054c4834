/* The semantic colours, and how readable one is on another.
 * Does not decide what gets which colour: screens do.
 * Follows docs/screens.md ("Colour"); contrast is that of WCAG 2.1. */
#ifndef STANCE_UI_THEME_H
#define STANCE_UI_THEME_H

#include <stdint.h>

/* 0xAARRGGBB, opaque. Left and right always come with the letters L and R; fault is for faults
 * only; more and less are the ends of a difference, and come with shapes that differ. */
struct theme {
	uint32_t background, surface, line, text, muted, left, right, action, on_action,
		caution, fault, mat, raised, more, less;
};

enum theme_name {
	THEME_USUAL,    /* calm and dark */
	THEME_CONTRAST, /* black and white, strong colours */
};

/* The one in force, for all windows: set at the start by theme_use(). */
extern struct theme theme_now;
void theme_use(enum theme_name name);

#define THEME_BACKGROUND (theme_now.background)
#define THEME_SURFACE    (theme_now.surface)
#define THEME_LINE       (theme_now.line)
#define THEME_TEXT       (theme_now.text)
#define THEME_MUTED      (theme_now.muted)
#define THEME_LEFT       (theme_now.left)
#define THEME_RIGHT      (theme_now.right)
#define THEME_ACTION     (theme_now.action)
#define THEME_ON_ACTION  (theme_now.on_action)
#define THEME_CAUTION    (theme_now.caution)
#define THEME_FAULT      (theme_now.fault)
#define THEME_MAT        (theme_now.mat)
#define THEME_RAISED     (theme_now.raised) /* pressed, chosen */
#define THEME_MORE       (theme_now.more)
#define THEME_LESS       (theme_now.less)

/* Return the contrast ratio of two opaque colours, 1 to 21. */
double theme_contrast(uint32_t a, uint32_t b);

/* Return the opaque colour `t` (0..1) of the way from `a` to `b`. */
uint32_t theme_mix(uint32_t a, uint32_t b, double t);

/* Return the opaque grey of the same luma, dimmed: how frozen data look. */
uint32_t theme_grey(uint32_t color);

#endif
