#include "ui/sdl/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL.h>
#include <SDL_ttf.h>

#include "src/base/i18n.h"
#include "src/base/utf8.h"
#include "ui/core/bidi.h"

#define MAX_FONTS   48
#define MAX_TEXTS   512 /* a power of two */
#define MAX_PROBES  32
#define MAX_DIGITS  16
#define DIGIT_CHARS "0123456789.-:+,"
#define N_DIGITS    15
#define N_WEIGHTS   2
#define RUN_BYTES   DRAW_LINE_BYTES

/* Where Debian puts B612; $STANCE_FONT_DIR comes first. */
static const char *const font_dirs[] = { "/usr/share/fonts/opentype/b612",
	"/usr/share/fonts/truetype/b612" };
static const char *const face_files[N_WEIGHTS] = { "B612-Regular", "B612-Bold" };
/* For characters that B612 lacks, by weight; the first that has all of a run. */
static const char *const fallback_files[][N_WEIGHTS] = {
	{ "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
		"/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf" },
	{ "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
		"/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf" },
	{ "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
		"/usr/share/fonts/truetype/noto/NotoSansArabic-Bold.ttf" },
	{ "/usr/share/fonts/truetype/noto/NotoSansHebrew-Regular.ttf",
		"/usr/share/fonts/truetype/noto/NotoSansHebrew-Bold.ttf" },
};
#define N_FAMILIES (1 + (int)(sizeof(fallback_files) / sizeof(fallback_files[0])))

/* One font at one size: family 0 is B612, the others are the fall-backs. */
struct font {
	int family, weight, size_px;
	uint64_t used;
	TTF_Font *ttf; /* NULL: it is not installed */
};

struct text_entry {
	char *text;
	int weight, size_px;
	SDL_Texture *texture; /* NULL until it is drawn */
	struct draw_metrics metrics;
};

/* Digits of one face and size, all as wide as the widest. */
struct digits {
	int weight, size_px;
	uint64_t used;
	SDL_Texture *texture[N_DIGITS]; /* NULL until it is drawn */
	int w[N_DIGITS], h, ascent, advance;
};

/* A font's file, read once: SDL_ttf seeks in it for every letter. */
struct file {
	bool tried;
	void *bytes; /* NULL: it is not installed */
	size_t n;
};

struct text {
	SDL_Renderer *renderer;
	struct file files[N_FAMILIES][N_WEIGHTS];
	char font_path[N_WEIGHTS][256];
	uint64_t n_used; /* counts what is taken from the caches below */
	struct font fonts[MAX_FONTS];
	int n_fonts;
	struct text_entry texts[MAX_TEXTS];
	int n_texts;
	struct digits digits[MAX_DIGITS];
	int n_digits;
};

/* --- fonts --------------------------------------------------------------------------------- */

static int find_font_file(int weight, char *out, size_t size)
{
	const char *given = getenv("STANCE_FONT_DIR");
	const char *dirs[3] = { given, font_dirs[0], font_dirs[1] };

	for (int i = 0; i < 3; i++) {
		for (int k = 0; dirs[i] && k < 2; k++) {
			snprintf(out, size, "%s/%s.%s", dirs[i], face_files[weight],
				k == 0 ? "otf" : "ttf");
			if (access(out, R_OK) == 0)
				return 0;
		}
	}
	return -ENOENT;
}

/* Return a place for one more font: when all are taken, that of the one longest not used. */
static struct font *room_for_font(struct text *t)
{
	struct font *f = &t->fonts[0];

	if (t->n_fonts < MAX_FONTS)
		return &t->fonts[t->n_fonts++];
	for (int i = 1; i < MAX_FONTS; i++)
		if (t->fonts[i].used < f->used)
			f = &t->fonts[i];
	if (f->ttf)
		TTF_CloseFont(f->ttf);
	return f;
}

static const struct file *file_of(struct text *t, int family, int weight)
{
	struct file *f = &t->files[family][weight];
	const char *path =
		family == 0 ? t->font_path[weight] : fallback_files[family - 1][weight];

	if (!f->tried)
		f->bytes = SDL_LoadFile(path, &f->n);
	f->tried = true;
	return f;
}

static TTF_Font *open_font(struct text *t, int family, int weight, int size_px)
{
	const struct file *f = file_of(t, family, weight);
	SDL_RWops *rw = f->bytes ? SDL_RWFromConstMem(f->bytes, (int)f->n) : NULL;

	return rw ? TTF_OpenFontRW(rw, 1, size_px) : NULL;
}

/* Return a font at a size, opened once; NULL if it is not installed. It is good until MAX_FONTS - 1
 * others have been asked for. */
static TTF_Font *font_at(struct text *t, int family, int weight, int size_px)
{
	TTF_Font *ttf;

	for (int i = 0; i < t->n_fonts; i++) {
		struct font *f = &t->fonts[i];
		if (f->family == family && f->weight == weight &&
			f->size_px == size_px) {
			f->used = ++t->n_used;
			return f->ttf;
		}
	}
	ttf = open_font(t, family, weight, size_px);
	if (ttf)
		TTF_SetFontHinting(ttf, TTF_HINTING_NONE);
	*room_for_font(t) = (struct font){ family, weight, size_px, ++t->n_used, ttf };
	return ttf;
}

static bool has_all(TTF_Font *ttf, const char *text)
{
	uint32_t code;

	while (*text != '\0') {
		size_t n = utf8_decode(text, &code);
		if (!TTF_GlyphIsProvided32(ttf, code))
			return false;
		text += n > 0 ? n : 1;
	}
	return true;
}

/* One font serves a whole run, so that its letters match. */
static TTF_Font *font_for(
	struct text *t, const struct draw_style *style, const char *run)
{
	for (int family = 0; family < N_FAMILIES; family++) {
		TTF_Font *ttf = font_at(t, family, (int)style->face, style->size_px);
		if (ttf && has_all(ttf, run))
			return ttf;
	}
	return font_at(t, 0, (int)style->face, style->size_px);
}

/* --- lines --------------------------------------------------------------------------------- */

/* Copy a run out of its line, and set its font to its direction. */
static TTF_Font *run_font(struct text *t, const struct draw_style *style,
	const char *line, const struct bidi_run *run, char out[RUN_BYTES])
{
	size_t n = run->n < RUN_BYTES ? run->n : RUN_BYTES - 1;
	TTF_Font *ttf;

	memcpy(out, line + run->from, n);
	out[n] = '\0';
	ttf = font_for(t, style, out);
	if (ttf) {
		TTF_SetFontDirection(
			ttf, run->rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
		TTF_SetFontScriptName(ttf, run->script);
	}
	return ttf;
}

/* What a line will measure, without drawing it: a layout tries many sizes and draws one. */
static bool measure_line(struct text *t, const struct draw_style *style,
	const char *line, struct draw_metrics *m)
{
	struct bidi_run runs[BIDI_MAX_RUNS];
	int n = bidi_split(line, i18n_is_rtl(), runs);
	char one[RUN_BYTES];

	*m = (struct draw_metrics){ 0 };
	for (int i = 0; i < n; i++) {
		TTF_Font *ttf = run_font(t, style, line, &runs[i], one);
		int w, h;
		if (!ttf || TTF_SizeUTF8(ttf, one, &w, &h) != 0)
			return false;
		m->w += w;
		m->h = h > m->h ? h : m->h;
		if (TTF_FontAscent(ttf) > m->ascent)
			m->ascent = TTF_FontAscent(ttf);
	}
	return true;
}

/* Draw the runs side by side on their common baseline. */
static SDL_Surface *render_runs(struct text *t, const struct draw_style *style,
	const char *line, const struct bidi_run *runs, int n,
	const struct draw_metrics *m)
{
	SDL_Surface *all = SDL_CreateRGBSurfaceWithFormat(
		0, m->w, m->h, 32, SDL_PIXELFORMAT_ARGB8888);
	char one[RUN_BYTES];
	int x = 0;

	for (int i = 0; all && i < n; i++) {
		TTF_Font *ttf = run_font(t, style, line, &runs[i], one);
		SDL_Surface *part = ttf ? TTF_RenderUTF8_Blended(ttf, one,
						  (SDL_Color){ 255, 255, 255, 255 })
					: NULL;
		SDL_Rect to = { x, ttf ? m->ascent - TTF_FontAscent(ttf) : 0, 0, 0 };
		if (!part)
			continue;
		x += part->w;
		SDL_SetSurfaceBlendMode(part, SDL_BLENDMODE_NONE);
		SDL_BlitSurface(part, NULL, all, &to);
		SDL_FreeSurface(part);
	}
	return all;
}

static SDL_Texture *render_line(struct text *t, const struct draw_style *style,
	const char *line, const struct draw_metrics *m)
{
	struct bidi_run runs[BIDI_MAX_RUNS];
	int n = bidi_split(line, i18n_is_rtl(), runs);
	char one[RUN_BYTES];
	SDL_Surface *surface = NULL;
	SDL_Texture *texture;
	TTF_Font *ttf;

	if (n > 1) {
		surface = render_runs(t, style, line, runs, n, m);
	} else if ((ttf = run_font(t, style, line, &runs[0], one)) != NULL) {
		surface = TTF_RenderUTF8_Blended(
			ttf, one, (SDL_Color){ 255, 255, 255, 255 });
	}
	if (!surface)
		return NULL;
	texture = SDL_CreateTextureFromSurface(t->renderer, surface);
	SDL_FreeSurface(surface);
	if (texture)
		SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
	return texture;
}

static uint32_t text_hash(const char *text, int weight, int size_px)
{
	uint32_t h = 2166136261U ^ (uint32_t)(weight * 131 + size_px);

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * 16777619U; /* FNV-1a */
	return h;
}

static void forget_texts(struct text *t)
{
	for (int i = 0; i < MAX_TEXTS; i++) {
		if (t->texts[i].texture)
			SDL_DestroyTexture(t->texts[i].texture);
		free(t->texts[i].text);
	}
	memset(t->texts, 0, sizeof(t->texts));
	t->n_texts = 0;
}

/* Return the place of a line in the cache, measured but not drawn yet; NULL if it cannot be. */
static struct text_entry *text_entry(
	struct text *t, const struct draw_style *style, const char *text)
{
	uint32_t at = text_hash(text, (int)style->face, style->size_px);
	struct text_entry *e;

	for (int i = 0; i < MAX_PROBES; i++) {
		e = &t->texts[(at + (uint32_t)i) % MAX_TEXTS];
		if (!e->text)
			break;
		if (e->weight == (int)style->face && e->size_px == style->size_px &&
			strcmp(e->text, text) == 0)
			return e;
	}
	if (e->text || t->n_texts > MAX_TEXTS * 3 / 4) {
		forget_texts(t);
		e = &t->texts[at % MAX_TEXTS];
	}
	if (!measure_line(t, style, text, &e->metrics))
		return NULL;
	e->text = strdup(text);
	if (!e->text)
		return NULL;
	e->weight = (int)style->face;
	e->size_px = style->size_px;
	t->n_texts++;
	return e;
}

/* --- digits -------------------------------------------------------------------------------- */

static void free_digits(struct digits *d)
{
	for (int i = 0; i < N_DIGITS; i++)
		if (d->texture[i])
			SDL_DestroyTexture(d->texture[i]);
}

/* As room_for_font(). */
static struct digits *room_for_digits(struct text *t)
{
	struct digits *d = &t->digits[0];

	if (t->n_digits < MAX_DIGITS)
		return &t->digits[t->n_digits++];
	for (int i = 1; i < MAX_DIGITS; i++)
		if (t->digits[i].used < d->used)
			d = &t->digits[i];
	free_digits(d);
	return d;
}

static struct digits *digits_at(struct text *t, const struct draw_style *style)
{
	struct digits *d;

	for (int i = 0; i < t->n_digits; i++)
		if (t->digits[i].weight == (int)style->face &&
			t->digits[i].size_px == style->size_px) {
			t->digits[i].used = ++t->n_used;
			return &t->digits[i];
		}
	if (!font_at(t, 0, (int)style->face, style->size_px))
		return NULL;
	d = room_for_digits(t);
	*d = (struct digits){ .weight = (int)style->face,
		.size_px = style->size_px,
		.used = ++t->n_used };
	for (int i = 0; i < N_DIGITS; i++) {
		const char text[2] = { DIGIT_CHARS[i], '\0' };
		struct draw_metrics m = { 0 };
		measure_line(t, style, text, &m);
		d->w[i] = m.w;
		d->h = m.h;
		d->ascent = m.ascent;
		if (i < 10 && m.w > d->advance)
			d->advance = m.w;
	}
	return d;
}

/* A tabular text is made of digits only if all its characters are there. */
static struct digits *digits_for(
	struct text *t, const struct draw_style *style, const char *text)
{
	if (!style->tabular || text[0] == '\0' ||
		text[strspn(text, DIGIT_CHARS)] != '\0')
		return NULL;
	return digits_at(t, style);
}

static int digit_advance(const struct digits *d, int index)
{
	return index < 10 ? d->advance : d->w[index];
}

static int digit_index(char c)
{
	return (int)(strchr(DIGIT_CHARS, c) - DIGIT_CHARS);
}

/* --- what others call ---------------------------------------------------------------------- */

void text_measure(struct text *t, const struct draw_style *style, const char *line,
	struct draw_metrics *m)
{
	const struct digits *d = digits_for(t, style, line);
	const struct text_entry *e;

	*m = (struct draw_metrics){ 0, style->size_px, style->size_px };
	if (line[0] == '\0')
		return;
	if (d) {
		for (; *line != '\0'; line++)
			m->w += digit_advance(d, digit_index(*line));
		m->h = d->h;
		m->ascent = d->ascent;
		return;
	}
	e = text_entry(t, style, line);
	if (e)
		*m = e->metrics;
}

static void copy(struct text *t, SDL_Texture *texture, SDL_Rect to, uint32_t color)
{
	if (!texture)
		return;
	SDL_SetTextureColorMod(
		texture, (Uint8)(color >> 16), (Uint8)(color >> 8), (Uint8)color);
	SDL_SetTextureAlphaMod(texture, (Uint8)(color >> 24));
	SDL_RenderCopy(t->renderer, texture, NULL, &to);
}

static void draw_digits(struct text *t, struct digits *d,
	const struct draw_style *style, const char *text, SDL_Rect to, uint32_t color)
{
	int x = to.x;

	for (; *text != '\0'; text++) {
		int i = digit_index(*text), advance = digit_advance(d, i);
		const char one[2] = { *text, '\0' };
		const struct draw_metrics m = { d->w[i], d->h, d->ascent };
		if (!d->texture[i])
			d->texture[i] = render_line(t, style, one, &m);
		to.x = x + (advance - d->w[i]) / 2;
		to.w = d->w[i];
		to.h = d->h;
		copy(t, d->texture[i], to, color);
		x += advance;
	}
}

void text_draw(struct text *t, const struct draw_style *style, const char *line, int x,
	int y, uint32_t color)
{
	struct digits *d = digits_for(t, style, line);
	struct text_entry *e;
	SDL_Rect to = { x, y, 0, 0 };

	if (line[0] == '\0')
		return;
	if (d) {
		draw_digits(t, d, style, line, to, color);
		return;
	}
	e = text_entry(t, style, line);
	if (!e)
		return;
	if (!e->texture)
		e->texture = render_line(t, style, line, &e->metrics);
	to.w = e->metrics.w;
	to.h = e->metrics.h;
	copy(t, e->texture, to, color);
}

int text_open(
	struct SDL_Renderer *renderer, struct text **out, char *message, size_t size)
{
	struct text *t = calloc(1, sizeof(*t));

	if (!t || TTF_Init() != 0) {
		snprintf(message, size, "cannot start the font engine: %s",
			t ? TTF_GetError() : "out of memory");
		free(t);
		return -ENOMEM;
	}
	t->renderer = renderer;
	for (int weight = 0; weight < N_WEIGHTS; weight++) {
		if (find_font_file(weight, t->font_path[weight],
			    sizeof(t->font_path[weight])) == 0)
			continue;
		snprintf(message, size,
			"the font %s is missing: install the package fonts-b612 (apt "
			"install fonts-b612), or set STANCE_FONT_DIR to where it is",
			face_files[weight]);
		text_close(t);
		return -ENOENT;
	}
	*out = t;
	return 0;
}

void text_close(struct text *t)
{
	if (!t)
		return;
	forget_texts(t);
	for (int i = 0; i < t->n_digits; i++)
		free_digits(&t->digits[i]);
	for (int i = 0; i < t->n_fonts; i++)
		if (t->fonts[i].ttf)
			TTF_CloseFont(t->fonts[i].ttf);
	for (int i = 0; i < N_FAMILIES * N_WEIGHTS; i++)
		SDL_free(t->files[i / N_WEIGHTS][i % N_WEIGHTS].bytes);
	TTF_Quit();
	free(t);
}
