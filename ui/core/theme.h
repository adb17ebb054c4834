/* The semantic colours, and how readable one is on another.
 * Does not decide what gets which colour: screens do.
 * Follows docs/screens.md ("Colour"); contrast is that of WCAG 2.1. */
#ifndef STANCE_UI_THEME_H
#define STANCE_UI_THEME_H

#include <stdint.h>

/* 0xAARRGGBB. Left and right always come with the letters L and R; FAULT is for faults only. */
#define THEME_BACKGROUND UINT32_C(0xFF0F1317)
#define THEME_SURFACE    UINT32_C(0xFF182028)
#define THEME_LINE       UINT32_C(0xFF2A343E)
#define THEME_TEXT       UINT32_C(0xFFF3F6F8)
#define THEME_MUTED      UINT32_C(0xFF94A3AF)
#define THEME_LEFT       UINT32_C(0xFF56B4E9)
#define THEME_RIGHT      UINT32_C(0xFFE69F00)
#define THEME_ACTION     UINT32_C(0xFF35C29A)
#define THEME_ON_ACTION  UINT32_C(0xFF0F1317)
#define THEME_CAUTION    UINT32_C(0xFFF0E442)
#define THEME_FAULT      UINT32_C(0xFFD55E00)
#define THEME_MAT        UINT32_C(0xFF0B0E12)

/* Return the contrast ratio of two opaque colours, 1 to 21. */
double theme_contrast(uint32_t a, uint32_t b);

/* Return the opaque colour `t` (0..1) of the way from `a` to `b`. */
uint32_t theme_mix(uint32_t a, uint32_t b, double t);

/* Return the opaque grey of the same luma, dimmed: how frozen data look. */
uint32_t theme_grey(uint32_t color);

#endif
