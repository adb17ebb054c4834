#include "ui/core/shrink.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 3 };

/* Add `weight` times a row of the source to the sums of the columns that it falls into. */
static void add_row(float *sums, const uint32_t *row, int w, int out_w, float weight)
{
	double step = (double)w / out_w;

	for (int x = 0; x < out_w; x++) {
		double from = x * step, to = from + step;
		int first = (int)from, last = (int)ceil(to);
		float *sum = &sums[x * CHANNELS];

		for (int i = first; i < last && i < w; i++) {
			double part = fmin(to, i + 1) - fmax(from, i);
			float f = weight * (float)part;
			uint32_t p = row[i];

			sum[0] += f * (float)(p >> 16 & 0xff);
			sum[1] += f * (float)(p >> 8 & 0xff);
			sum[2] += f * (float)(p & 0xff);
		}
	}
}

static uint32_t level(float sum, float area)
{
	float v = sum / area + 0.5f;

	return v >= 255 ? 255 : (uint32_t)v;
}

static void write_row(uint32_t *out, const float *sums, int out_w, float area)
{
	for (int x = 0; x < out_w; x++) {
		const float *sum = &sums[x * CHANNELS];

		out[x] = 0xff000000u | level(sum[0], area) << 16 |
			 level(sum[1], area) << 8 | level(sum[2], area);
	}
}

int shrink_picture(
	struct canvas *out, const uint32_t *pixels, int w, int h, int out_w, int out_h)
{
	size_t n_sums = (size_t)out_w * CHANNELS;
	double step = (double)h / out_h;
	float area = (float)(step * w / out_w);
	float *sums;

	assert(out_w > 0 && out_h > 0 && out_w <= w && out_h <= h);
	sums = malloc(n_sums * sizeof(*sums));
	if (!sums || canvas_resize(out, out_w, out_h) != 0) {
		free(sums);
		return -ENOMEM;
	}
	for (int y = 0; y < out_h; y++) {
		double from = y * step, to = from + step;

		memset(sums, 0, n_sums * sizeof(*sums));
		for (int i = (int)from; i < (int)ceil(to) && i < h; i++)
			add_row(sums, &pixels[(size_t)i * (size_t)w], w, out_w,
				(float)(fmin(to, i + 1) - fmax(from, i)));
		write_row(&out->pixels[(size_t)y * (size_t)out_w], sums, out_w, area);
	}
	free(sums);
	canvas_touch(out);
	return 0;
}
