#include "ui/core/canvas.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int canvas_resize(struct canvas *c, int w, int h)
{
	size_t n = (size_t)w * (size_t)h;
	uint32_t *pixels;
	uint8_t *cover;

	if (c->pixels && c->w == w && c->h == h)
		return 0;
	pixels = calloc(n ? n : 1, sizeof(*pixels));
	cover = calloc(n ? n : 1, 1);
	if (!pixels || !cover) {
		free(pixels);
		free(cover);
		return -ENOMEM;
	}
	free(c->pixels);
	free(c->cover);
	c->pixels = pixels;
	c->cover = cover;
	c->w = w;
	c->h = h;
	canvas_touch(c);
	return 0;
}

void canvas_touch(struct canvas *c)
{
	static uint32_t last;

	c->version = ++last;
}

/* FNV-1a, a pixel at a time, in four lanes that do not wait for each other. */
static uint64_t hash_of(const struct canvas *c)
{
	const uint64_t prime = UINT64_C(0x100000001b3);
	uint64_t lanes[4], hash = UINT64_C(0xcbf29ce484222325) ^
				  (uint64_t)(uint32_t)c->w << 32 ^ (uint32_t)c->h;
	int n = c->w * c->h;

	for (int k = 0; k < 4; k++)
		lanes[k] = hash + (uint64_t)k;
	for (int i = 0; i < n; i++)
		lanes[i % 4] = (lanes[i % 4] ^ c->pixels[i]) * prime;
	for (int k = 0; k < 4; k++)
		hash = (hash ^ lanes[k]) * prime;
	return hash;
}

void canvas_seal(struct canvas *c)
{
	uint64_t hash = hash_of(c);

	if (c->sealed_version != 0 && hash == c->hash) {
		c->version = c->sealed_version;
		return;
	}
	canvas_touch(c);
	c->hash = hash;
	c->sealed_version = c->version;
}

void canvas_fini(struct canvas *c)
{
	free(c->pixels);
	free(c->cover);
	*c = (struct canvas){ 0 };
}

void canvas_fill(struct canvas *c, uint32_t color)
{
	for (int i = 0; i < c->w * c->h; i++)
		c->pixels[i] = color;
	canvas_touch(c);
}

/* `a` is 0..255: the source's alpha already times its coverage. */
static uint32_t blend(uint32_t under, uint32_t over, uint32_t a)
{
	uint32_t under_a = under >> 24;
	uint32_t out_a = a + under_a * (255 - a) / 255;
	uint32_t out = out_a << 24;

	if (out_a == 0)
		return 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		uint32_t u = (under >> shift) & 0xFF, o = (over >> shift) & 0xFF;
		uint32_t v = (o * a * 255 + u * under_a * (255 - a)) / (out_a * 255);
		out |= (v > 255 ? 255 : v) << shift;
	}
	return out;
}

static float unit(float v)
{
	return v > 0 ? (v < 1 ? v : 1) : 0;
}

/* Pixels that a shape of `reach` around x, y may touch. */
static struct rect reach_box(
	const struct canvas *c, float x0, float y0, float x1, float y1)
{
	int left = (int)fmaxf(0, floorf(x0)), top = (int)fmaxf(0, floorf(y0));
	int right = (int)fminf((float)c->w, ceilf(x1));
	int bottom = (int)fminf((float)c->h, ceilf(y1));

	return (struct rect){ left, top, right - left, bottom - top };
}

static float ring_cover(float distance, float radius, float thickness)
{
	float outer = unit(radius + 0.5F - distance);

	if (thickness <= 0)
		return outer;
	return outer * unit(distance - (radius - thickness) + 0.5F);
}

/* How much of a pixel at dx, dy lies within the first `sweep` of a clockwise turn. */
static float sweep_cover(float dx, float dy, float distance, float sweep)
{
	float turn, past;

	if (sweep >= 1)
		return 1;
	turn = atan2f(dx, -dy) / 6.2831853F;
	if (turn < 0)
		turn += 1;
	past = (sweep - turn) * 6.2831853F * distance;
	return unit(past + 0.5F) * unit(turn * 6.2831853F * distance + 0.5F);
}

void canvas_arc(struct canvas *c, float x, float y, float radius, float thickness,
	float sweep, uint32_t color)
{
	float r = radius + 1;
	struct rect box = reach_box(c, x - r, y - r, x + r, y + r);

	for (int row = box.y; row < box.y + box.h; row++) {
		for (int col = box.x; col < box.x + box.w; col++) {
			float dx = (float)col + 0.5F - x, dy = (float)row + 0.5F - y;
			float distance = sqrtf(dx * dx + dy * dy);
			float cover = ring_cover(distance, radius, thickness);
			uint32_t *p = &c->pixels[row * c->w + col];
			if (cover <= 0)
				continue;
			cover *= sweep_cover(dx, dy, distance, sweep);
			*p = blend(*p, color,
				(uint32_t)((float)(color >> 24) * cover + 0.5F));
		}
	}
	canvas_touch(c);
}

void canvas_ring(struct canvas *c, float x, float y, float radius, float thickness,
	uint32_t color)
{
	canvas_arc(c, x, y, radius, thickness, 1, color);
}

void canvas_disc(struct canvas *c, float x, float y, float radius, uint32_t color)
{
	canvas_arc(c, x, y, radius, 0, 1, color);
}

static struct rect join(struct rect a, struct rect b)
{
	int right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
	int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;

	if (a.w <= 0 || a.h <= 0)
		return b;
	if (b.w <= 0 || b.h <= 0)
		return a;
	return (struct rect){ x, y, right - x, bottom - y };
}

/* Raise the coverage of one segment's pixels; returns the box it may have touched. */
static struct rect cover_segment(struct canvas *c, const struct canvas_point *a,
	const struct canvas_point *b, float width)
{
	float half = width / 2, r = half + 1;
	float dx = b->x - a->x, dy = b->y - a->y, length2 = dx * dx + dy * dy;
	struct rect box = reach_box(c, fminf(a->x, b->x) - r, fminf(a->y, b->y) - r,
		fmaxf(a->x, b->x) + r, fmaxf(a->y, b->y) + r);

	for (int row = box.y; row < box.y + box.h; row++) {
		for (int col = box.x; col < box.x + box.w; col++) {
			float px = (float)col + 0.5F - a->x,
			      py = (float)row + 0.5F - a->y;
			float t = length2 > 0 ? unit((px * dx + py * dy) / length2) : 0;
			float ex = px - t * dx, ey = py - t * dy;
			float cover = unit(half + 0.5F - sqrtf(ex * ex + ey * ey));
			float alpha = a->alpha + t * (b->alpha - a->alpha);
			int v = (int)(cover * alpha * 255.0F + 0.5F);
			uint8_t *p = &c->cover[row * c->w + col];
			if (v > *p)
				*p = (uint8_t)v;
		}
	}
	return box;
}

void canvas_strip(struct canvas *c, const struct canvas_point *points, int n_points,
	float width, uint32_t color)
{
	struct rect touched = { 0 };
	uint32_t alpha = color >> 24;

	for (int i = 0; i + 1 < n_points; i++)
		touched = join(
			touched, cover_segment(c, &points[i], &points[i + 1], width));
	for (int row = touched.y; row < touched.y + touched.h; row++) {
		for (int col = touched.x; col < touched.x + touched.w; col++) {
			int k = row * c->w + col;
			if (c->cover[k] == 0)
				continue;
			c->pixels[k] =
				blend(c->pixels[k], color, alpha * c->cover[k] / 255);
			c->cover[k] = 0;
		}
	}
	canvas_touch(c);
}

void canvas_mask(uint32_t *pixels, int side, float radius, float thickness)
{
	float middle = (float)side / 2;

	for (int row = 0; row < side; row++) {
		for (int col = 0; col < side; col++) {
			float dx = (float)col + 0.5F - middle,
			      dy = (float)row + 0.5F - middle;
			float cover =
				ring_cover(sqrtf(dx * dx + dy * dy), radius, thickness);
			uint32_t a = (uint32_t)(cover * 255.0F + 0.5F);
			pixels[row * side + col] = a << 24 | UINT32_C(0xFFFFFF);
		}
	}
}
