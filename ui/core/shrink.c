#include "ui/core/shrink.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 3 };

/* The columns of the source that one of the result covers: [first, last), the first and the last of them in part. */
struct span {
	int first, last;
	float head, tail;
};

static void find_spans(struct span *spans, int w, int out_w)
{
	double step = (double)w / out_w;

	for (int x = 0; x < out_w; x++) {
		double from = x * step, to = from + step;
		struct span *s = &spans[x];

		s->first = (int)from;
		s->last = (int)ceil(to) < w ? (int)ceil(to) : w;
		s->head = (float)(fmin(to, s->first + 1) - from);
		s->tail = (float)(fmin(to, s->last) - fmax(from, s->last - 1));
	}
}

static inline void add_pixel(float *sum, uint32_t p, float part)
{
	sum[0] += part * (float)(p >> 16 & 0xff);
	sum[1] += part * (float)(p >> 8 & 0xff);
	sum[2] += part * (float)(p & 0xff);
}

/* Add `weight` times a row of the source to the sums of the columns that it falls into. */
static void add_row(float *sums, const uint32_t *row, const struct span *spans,
	int out_w, float weight)
{
	for (int x = 0; x < out_w; x++) {
		const struct span *s = &spans[x];
		float *sum = &sums[x * CHANNELS];

		add_pixel(sum, row[s->first], weight * s->head);
		for (int i = s->first + 1; i < s->last - 1; i++)
			add_pixel(sum, row[i], weight);
		if (s->last - 1 > s->first)
			add_pixel(sum, row[s->last - 1], weight * s->tail);
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

static void shrink_rows(struct canvas *out, const uint32_t *pixels, int w, int h,
	const struct span *spans, float *sums)
{
	double step = (double)h / out->h;
	float area = (float)(step * w / out->w);

	for (int y = 0; y < out->h; y++) {
		double from = y * step, to = from + step;

		memset(sums, 0, (size_t)out->w * CHANNELS * sizeof(*sums));
		for (int i = (int)from; i < (int)ceil(to) && i < h; i++)
			add_row(sums, &pixels[(size_t)i * (size_t)w], spans, out->w,
				(float)(fmin(to, i + 1) - fmax(from, i)));
		write_row(&out->pixels[(size_t)y * (size_t)out->w], sums, out->w, area);
	}
}

int shrink_picture(
	struct canvas *out, const uint32_t *pixels, int w, int h, int out_w, int out_h)
{
	int result = -ENOMEM;
	struct span *spans;
	float *sums;

	assert(out_w > 0 && out_h > 0 && out_w <= w && out_h <= h);
	spans = malloc((size_t)out_w * sizeof(*spans));
	sums = malloc((size_t)out_w * CHANNELS * sizeof(*sums));
	if (sums && spans && canvas_resize(out, out_w, out_h) == 0) {
		find_spans(spans, w, out_w);
		shrink_rows(out, pixels, w, h, spans, sums);
		canvas_touch(out);
		result = 0;
	}
	free(spans);
	free(sums);
	return result;
}
