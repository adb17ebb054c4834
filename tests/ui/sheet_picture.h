/* A sheet of paper as stance-report would draw it, for looking at screens: lines that stand for text, a box that stands for
 * the feet, and as many squares as the number of the page. Made of the last run that was answered. */
#ifndef STANCE_TESTS_UI_SHEET_PICTURE_H
#define STANCE_TESTS_UI_SHEET_PICTURE_H

#include <errno.h>
#include <stdlib.h>

#include "ui/app/run.h"

static struct run_wish sheet_picture_wish;

/* A rectangle in millimetres of A4. */
static inline void sheet_picture_box(uint32_t *pixels, int w, int h, double x_mm,
	double y_mm, double w_mm, double h_mm, uint32_t color)
{
	double px = w / 210.0;

	for (int y = (int)(y_mm * px); y < (int)((y_mm + h_mm) * px) && y < h; y++)
		for (int x = (int)(x_mm * px); x < (int)((x_mm + w_mm) * px) && x < w;
			x++)
			pixels[(size_t)y * (size_t)w + (size_t)x] = color;
}

/* Words of different lengths, as many lines as fit; larger ones for the patient. */
static inline void sheet_picture_lines(uint32_t *pixels, int w, int h, double type_mm)
{
	unsigned seed = 7;

	for (double y = 30; y < 280; y += 2 * type_mm)
		for (double x = 15; x < 195 - 8 * type_mm;) {
			double word = type_mm * (1 + (seed = seed * 5 + 3) % 7);
			if (x < 110 || y < 40 || y > 130)
				sheet_picture_box(
					pixels, w, h, x, y, word, type_mm, 0xff303438);
			x += word + type_mm;
		}
}

/* An app_picture_fn; there is only "page.png". */
static inline int sheet_picture_read(
	const char *path, uint32_t **pixels, int *w, int *h)
{
	const struct run_wish *r = &sheet_picture_wish;
	/* not as fine as on paper, so that hundreds of screens are quick */
	int dpi = r->dpi < 130 ? r->dpi : 130;

	if (strcmp(path, "page.png") != 0 || r->dpi <= 0)
		return -ENOENT;
	*w = (int)(210 / 25.4 * dpi);
	*h = (int)(297 / 25.4 * dpi);
	*pixels = malloc((size_t)*w * (size_t)*h * sizeof(**pixels));
	if (!*pixels)
		return -ENOMEM;
	for (size_t i = 0; i < (size_t)*w * (size_t)*h; i++)
		(*pixels)[i] = 0xffffffff;
	sheet_picture_lines(*pixels, *w, *h, r->for_patient ? 4.5 : 1.8);
	sheet_picture_box(*pixels, *w, *h, 120, 45, 75, 85, 0xff3a6ea8);
	for (int i = 0; i < r->page; i++)
		sheet_picture_box(*pixels, *w, *h, 15 + 14 * i, 12, 10, 10, 0xffb0451c);
	return 0;
}

#endif
