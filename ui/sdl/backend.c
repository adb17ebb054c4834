#include "ui/sdl/backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL.h>
#include <SDL_ttf.h>

#include "src/base/utf8.h"
#include "ui/core/layout.h"
#include "ui/core/theme.h"

#define MAX_FONTS   32
#define MAX_TEXTS   512 /* a power of two */
#define MAX_PROBES  32
#define MAX_MASKS   48
#define MAX_SLOTS   24
#define MAX_DIGITS  16
#define DIGIT_CHARS "0123456789.-:+"
#define N_DIGITS    14

#define FACE_FALLBACK 2 /* beside those of enum draw_face */

/* Where Debian puts B612; $STANCE_FONT_DIR comes first. */
static const char *const font_dirs[] = { "/usr/share/fonts/opentype/b612",
	"/usr/share/fonts/truetype/b612" };
static const char *const face_files[] = { "B612-Regular", "B612-Bold" };
/* For characters that B612 lacks. */
static const char *const fallback_files[] = {
	"/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
	"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
};

/* One face at one size; enum draw_face, or the fallback. */
struct font {
	int face, size_px;
	uint64_t used;
	TTF_Font *ttf;
};

struct text_entry {
	char *text;
	int face, size_px;
	SDL_Texture *texture; /* NULL until it is drawn */
	struct draw_metrics metrics;
};

/* Digits of one face and size, all as wide as the widest. */
struct digits {
	int face, size_px;
	uint64_t used;
	SDL_Texture *texture[N_DIGITS]; /* NULL until it is drawn */
	int w[N_DIGITS], h, ascent, advance;
};

struct mask {
	int radius, thickness;
	SDL_Texture *texture;
};

struct slot {
	SDL_Texture *texture;
	const struct canvas *image;
	int w, h;
	uint32_t version;
	uint64_t used;
};

struct backend {
	SDL_Window *window;
	SDL_Renderer *renderer;
	SDL_Texture *scene; /* when turned */
	int w, h, rotation_deg;
	char name[64];
	char font_path[2][256];
	uint64_t n_used; /* counts what is taken from the caches below */
	struct font fonts[MAX_FONTS];
	int n_fonts;
	struct text_entry texts[MAX_TEXTS];
	int n_texts;
	struct digits digits[MAX_DIGITS];
	int n_digits;
	struct mask masks[MAX_MASKS];
	int n_masks;
	struct slot slots[MAX_SLOTS];
};

/* --- fonts and text ----------------------------------------------------------------------- */

static int find_font_file(int face, char *out, size_t size)
{
	const char *given = getenv("STANCE_FONT_DIR");
	const char *dirs[3] = { given, font_dirs[0], font_dirs[1] };

	for (int i = 0; i < 3; i++) {
		for (int k = 0; dirs[i] && k < 2; k++) {
			snprintf(out, size, "%s/%s.%s", dirs[i], face_files[face],
				k == 0 ? "otf" : "ttf");
			if (access(out, R_OK) == 0)
				return 0;
		}
	}
	return -ENOENT;
}

static TTF_Font *open_fallback(int size_px)
{
	for (size_t i = 0; i < sizeof(fallback_files) / sizeof(fallback_files[0]);
		i++) {
		TTF_Font *ttf = TTF_OpenFont(fallback_files[i], size_px);
		if (ttf)
			return ttf;
	}
	return NULL;
}

/* Return a place for one more font: when all are taken, that of the one longest not used. */
static struct font *room_for_font(struct backend *b)
{
	struct font *f = &b->fonts[0];

	if (b->n_fonts < MAX_FONTS)
		return &b->fonts[b->n_fonts++];
	for (int i = 1; i < MAX_FONTS; i++)
		if (b->fonts[i].used < f->used)
			f = &b->fonts[i];
	if (f->ttf)
		TTF_CloseFont(f->ttf);
	return f;
}

/* Return a font at a size, opened once; the fallback may be NULL. It is good until MAX_FONTS - 1
 * others have been asked for. */
static TTF_Font *font_at(struct backend *b, int face, int size_px)
{
	TTF_Font *ttf;

	for (int i = 0; i < b->n_fonts; i++)
		if (b->fonts[i].face == face && b->fonts[i].size_px == size_px) {
			b->fonts[i].used = ++b->n_used;
			return b->fonts[i].ttf;
		}
	ttf = face == FACE_FALLBACK ? open_fallback(size_px)
				    : TTF_OpenFont(b->font_path[face], size_px);
	if (ttf)
		TTF_SetFontHinting(ttf, TTF_HINTING_NONE);
	*room_for_font(b) = (struct font){ face, size_px, ++b->n_used, ttf };
	return ttf;
}

/* Take one character off `*text`. */
static uint32_t next_char(const char **text)
{
	uint32_t code;
	const size_t n = utf8_decode(*text, &code);

	*text += n ? n : 1;
	return code;
}

/* The fallback serves a whole line, so that its letters match. */
static TTF_Font *font_for(struct backend *b, int face, int size_px, const char *text)
{
	TTF_Font *ttf = font_at(b, face, size_px), *other;
	const char *at = text;

	while (ttf && *at != '\0') {
		if (!TTF_GlyphIsProvided32(ttf, next_char(&at))) {
			other = font_at(b, FACE_FALLBACK, size_px);
			return other ? other : ttf;
		}
	}
	return ttf;
}

/* What a line will measure, without drawing it: a layout tries many sizes and draws one. */
static bool measure_text(TTF_Font *ttf, const char *text, struct draw_metrics *m)
{
	if (TTF_SizeUTF8(ttf, text, &m->w, &m->h) != 0)
		return false;
	m->ascent = TTF_FontAscent(ttf);
	return true;
}

static SDL_Texture *render_text(
	struct backend *b, int face, int size_px, const char *text)
{
	TTF_Font *ttf = font_for(b, face, size_px, text);
	SDL_Surface *surface = ttf ? TTF_RenderUTF8_Blended(ttf, text,
					     (SDL_Color){ 255, 255, 255, 255 })
				   : NULL;
	SDL_Texture *texture;

	if (!surface)
		return NULL;
	texture = SDL_CreateTextureFromSurface(b->renderer, surface);
	SDL_FreeSurface(surface);
	if (texture)
		SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
	return texture;
}

static uint32_t text_hash(const char *text, int face, int size_px)
{
	uint32_t h = 2166136261U ^ (uint32_t)(face * 131 + size_px);

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * 16777619U; /* FNV-1a */
	return h;
}

static void forget_texts(struct backend *b)
{
	for (int i = 0; i < MAX_TEXTS; i++) {
		if (b->texts[i].texture)
			SDL_DestroyTexture(b->texts[i].texture);
		free(b->texts[i].text);
	}
	memset(b->texts, 0, sizeof(b->texts));
	b->n_texts = 0;
}

/* Return the place of a line in the cache, measured but not drawn yet; NULL if it cannot be. */
static struct text_entry *text_entry(
	struct backend *b, const struct draw_style *style, const char *text)
{
	uint32_t at = text_hash(text, (int)style->face, style->size_px);
	struct text_entry *e;
	TTF_Font *ttf;

	for (int i = 0; i < MAX_PROBES; i++) {
		e = &b->texts[(at + (uint32_t)i) % MAX_TEXTS];
		if (!e->text)
			break;
		if (e->face == (int)style->face && e->size_px == style->size_px &&
			strcmp(e->text, text) == 0)
			return e;
	}
	if (e->text || b->n_texts > MAX_TEXTS * 3 / 4) {
		forget_texts(b);
		e = &b->texts[at % MAX_TEXTS];
	}
	ttf = font_for(b, (int)style->face, style->size_px, text);
	if (!ttf)
		return NULL;
	if (!measure_text(ttf, text, &e->metrics))
		return NULL;
	e->text = strdup(text);
	if (!e->text)
		return NULL;
	e->face = (int)style->face;
	e->size_px = style->size_px;
	b->n_texts++;
	return e;
}

static void free_digits(struct digits *d)
{
	for (int i = 0; i < N_DIGITS; i++)
		if (d->texture[i])
			SDL_DestroyTexture(d->texture[i]);
}

/* As room_for_font(). */
static struct digits *room_for_digits(struct backend *b)
{
	struct digits *d = &b->digits[0];

	if (b->n_digits < MAX_DIGITS)
		return &b->digits[b->n_digits++];
	for (int i = 1; i < MAX_DIGITS; i++)
		if (b->digits[i].used < d->used)
			d = &b->digits[i];
	free_digits(d);
	return d;
}

static struct digits *digits_at(struct backend *b, int face, int size_px)
{
	struct digits *d;
	TTF_Font *ttf;

	for (int i = 0; i < b->n_digits; i++)
		if (b->digits[i].face == face && b->digits[i].size_px == size_px) {
			b->digits[i].used = ++b->n_used;
			return &b->digits[i];
		}
	ttf = font_at(b, face, size_px);
	if (!ttf)
		return NULL;
	d = room_for_digits(b);
	*d = (struct digits){ .face = face, .size_px = size_px, .used = ++b->n_used };
	for (int i = 0; i < N_DIGITS; i++) {
		const char text[2] = { DIGIT_CHARS[i], '\0' };
		struct draw_metrics m = { 0 };
		measure_text(ttf, text, &m);
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
	struct backend *b, const struct draw_style *style, const char *text)
{
	if (!style->tabular || text[0] == '\0' ||
		text[strspn(text, DIGIT_CHARS)] != '\0')
		return NULL;
	return digits_at(b, (int)style->face, style->size_px);
}

static int digit_advance(const struct digits *d, int index)
{
	return index < 10 ? d->advance : d->w[index];
}

void backend_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *metrics, void *ctx)
{
	struct backend *b = ctx;
	const struct digits *d = digits_for(b, style, text);
	const struct text_entry *e;

	*metrics = (struct draw_metrics){ 0, style->size_px, style->size_px };
	if (text[0] == '\0')
		return;
	if (d) {
		for (; *text != '\0'; text++)
			metrics->w += digit_advance(
				d, (int)(strchr(DIGIT_CHARS, *text) - DIGIT_CHARS));
		metrics->h = d->h;
		metrics->ascent = d->ascent;
		return;
	}
	e = text_entry(b, style, text);
	if (e)
		*metrics = e->metrics;
}

/* --- replaying ---------------------------------------------------------------------------- */

static void set_color(struct backend *b, uint32_t color)
{
	SDL_SetRenderDrawColor(b->renderer, (Uint8)(color >> 16), (Uint8)(color >> 8),
		(Uint8)color, (Uint8)(color >> 24));
}

static void tint(SDL_Texture *texture, uint32_t color)
{
	SDL_SetTextureColorMod(
		texture, (Uint8)(color >> 16), (Uint8)(color >> 8), (Uint8)color);
	SDL_SetTextureAlphaMod(texture, (Uint8)(color >> 24));
}

static SDL_Rect to_sdl(struct rect r)
{
	return (SDL_Rect){ r.x, r.y, r.w, r.h };
}

static void fill(struct backend *b, struct rect r, uint32_t color)
{
	SDL_Rect to = to_sdl(r);

	if (r.w <= 0 || r.h <= 0)
		return;
	/* Blending an opaque colour costs several times as much as writing it. */
	SDL_SetRenderDrawBlendMode(b->renderer,
		color >> 24 == 255 ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND);
	set_color(b, color);
	SDL_RenderFillRect(b->renderer, &to);
}

/* Return a white disc or ring, made once for each radius. */
static SDL_Texture *mask_at(struct backend *b, int radius, int thickness)
{
	int side = 2 * radius;
	SDL_Texture *texture;
	uint32_t *pixels;

	for (int i = 0; i < b->n_masks; i++)
		if (b->masks[i].radius == radius && b->masks[i].thickness == thickness)
			return b->masks[i].texture;
	pixels = malloc((size_t)side * (size_t)side * sizeof(*pixels) + 1);
	if (!pixels)
		return NULL;
	canvas_mask(pixels, side, (float)radius, (float)thickness);
	texture = SDL_CreateTexture(b->renderer, SDL_PIXELFORMAT_ARGB8888,
		SDL_TEXTUREACCESS_STATIC, side, side);
	if (texture) {
		SDL_UpdateTexture(texture, NULL, pixels, side * 4);
		SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
		if (b->n_masks == MAX_MASKS)
			SDL_DestroyTexture(b->masks[--b->n_masks].texture);
		b->masks[b->n_masks++] = (struct mask){ radius, thickness, texture };
	}
	free(pixels);
	return texture;
}

static void draw_disc(struct backend *b, const struct draw_command *c, int thickness)
{
	SDL_Rect to = to_sdl(c->rect);
	SDL_Texture *texture =
		c->rect.w > 1 ? mask_at(b, c->rect.w / 2, thickness) : NULL;

	if (!texture)
		return;
	tint(texture, c->color);
	SDL_RenderCopy(b->renderer, texture, NULL, &to);
}

/* Four quarters of a disc and three rectangles. */
static void draw_round(struct backend *b, const struct draw_command *c)
{
	struct rect r = c->rect;
	int k = c->radius;
	SDL_Texture *texture = k > 0 ? mask_at(b, k, 0) : NULL;

	if (!texture) {
		fill(b, r, c->color);
		return;
	}
	tint(texture, c->color);
	for (int i = 0; i < 4; i++) {
		SDL_Rect from = { i % 2 * k, i / 2 * k, k, k };
		SDL_Rect to = { i % 2 ? r.x + r.w - k : r.x,
			i / 2 ? r.y + r.h - k : r.y, k, k };
		SDL_RenderCopy(b->renderer, texture, &from, &to);
	}
	fill(b, (struct rect){ r.x + k, r.y, r.w - 2 * k, k }, c->color);
	fill(b, (struct rect){ r.x, r.y + k, r.w, r.h - 2 * k }, c->color);
	fill(b, (struct rect){ r.x + k, r.y + r.h - k, r.w - 2 * k, k }, c->color);
}

static void draw_digits(struct backend *b, struct digits *d,
	const struct draw_command *c, const char *text)
{
	int x = c->rect.x;

	for (; *text != '\0'; text++) {
		int i = (int)(strchr(DIGIT_CHARS, *text) - DIGIT_CHARS);
		int advance = digit_advance(d, i);
		SDL_Rect to = { x + (advance - d->w[i]) / 2, c->rect.y, d->w[i], d->h };
		if (!d->texture[i])
			d->texture[i] = render_text(
				b, d->face, d->size_px, (const char[2]){ *text, '\0' });
		if (d->texture[i]) {
			tint(d->texture[i], c->color);
			SDL_RenderCopy(b->renderer, d->texture[i], NULL, &to);
		}
		x += advance;
	}
}

static void draw_line(
	struct backend *b, const struct draw_list *list, const struct draw_command *c)
{
	const char *text = draw_text_of(list, c);
	struct digits *d = digits_for(b, &c->style, text);
	struct text_entry *e;
	SDL_Rect to;

	if (text[0] == '\0')
		return;
	if (d) {
		draw_digits(b, d, c, text);
		return;
	}
	e = text_entry(b, &c->style, text);
	if (e && !e->texture)
		e->texture = render_text(b, e->face, e->size_px, text);
	if (!e || !e->texture)
		return;
	to = (SDL_Rect){ c->rect.x, c->rect.y, e->metrics.w, e->metrics.h };
	tint(e->texture, c->color);
	SDL_RenderCopy(b->renderer, e->texture, NULL, &to);
}

/* Return the place of a canvas' texture: its own, or that of the one longest not drawn. */
static struct slot *slot_for(struct backend *b, const struct canvas *image)
{
	struct slot *oldest = &b->slots[0];

	for (int i = 0; i < MAX_SLOTS; i++) {
		if (b->slots[i].image == image)
			return &b->slots[i];
		if (b->slots[i].used < oldest->used)
			oldest = &b->slots[i];
	}
	oldest->image = image;
	oldest->version = image->version - 1;
	return oldest;
}

static bool make_texture(
	struct backend *b, struct slot *slot, const struct canvas *image)
{
	if (slot->texture && (slot->w != image->w || slot->h != image->h)) {
		SDL_DestroyTexture(slot->texture);
		slot->texture = NULL;
	}
	if (slot->texture)
		return true;
	slot->texture = SDL_CreateTexture(b->renderer, SDL_PIXELFORMAT_ARGB8888,
		SDL_TEXTUREACCESS_STREAMING, image->w, image->h);
	slot->w = image->w;
	slot->h = image->h;
	slot->version = image->version - 1;
	return slot->texture != NULL;
}

static void draw_picture(struct backend *b, const struct draw_command *c)
{
	const struct canvas *image = c->image;
	struct slot *slot = slot_for(b, image);
	SDL_Rect to = to_sdl(c->rect);

	if (!make_texture(b, slot, image))
		return;
	slot->used = ++b->n_used;
	if (slot->version != image->version) {
		/* A picture is opaque all over, or it has a transparent corner. */
		SDL_SetTextureBlendMode(slot->texture, image->pixels[0] >> 24 == 255
							       ? SDL_BLENDMODE_NONE
							       : SDL_BLENDMODE_BLEND);
		SDL_UpdateTexture(slot->texture, NULL, image->pixels, image->w * 4);
		slot->version = image->version;
	}
	SDL_RenderCopy(b->renderer, slot->texture, NULL, &to);
}

void backend_draw(struct backend *b, const struct draw_list *list)
{
	if (b->scene)
		SDL_SetRenderTarget(b->renderer, b->scene);
	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		switch (c->kind) {
		case DRAW_RECT:
			fill(b, c->rect, c->color);
			break;
		case DRAW_ROUND_RECT:
			draw_round(b, c);
			break;
		case DRAW_CIRCLE:
			draw_disc(b, c, 0);
			break;
		case DRAW_RING:
			draw_disc(b, c, c->radius);
			break;
		case DRAW_TEXT:
			draw_line(b, list, c);
			break;
		case DRAW_IMAGE:
			draw_picture(b, c);
			break;
		}
	}
	SDL_RenderFlush(b->renderer);
}

void backend_show(struct backend *b)
{
	if (b->scene) {
		bool across = b->rotation_deg % 180 != 0;
		int pw = across ? b->h : b->w, ph = across ? b->w : b->h;
		SDL_Rect to = { (pw - b->w) / 2, (ph - b->h) / 2, b->w, b->h };
		SDL_SetRenderTarget(b->renderer, NULL);
		SDL_RenderCopyEx(b->renderer, b->scene, NULL, &to, b->rotation_deg,
			NULL, SDL_FLIP_NONE);
	}
	SDL_RenderPresent(b->renderer);
}

int backend_read(struct backend *b, uint32_t *pixels)
{
	if (SDL_RenderReadPixels(
		    b->renderer, NULL, SDL_PIXELFORMAT_ARGB8888, pixels, b->w * 4) != 0)
		return -EIO;
	for (int i = 0; i < b->w * b->h; i++)
		pixels[i] |= UINT32_C(0xFF000000);
	return 0;
}

/* --- input -------------------------------------------------------------------------------- */

static int to_key(const SDL_Keysym *sym)
{
	switch (sym->sym) {
	case SDLK_TAB:
		return sym->mod & KMOD_SHIFT ? INPUT_KEY_BACKTAB : INPUT_KEY_TAB;
	case SDLK_RETURN:
	case SDLK_KP_ENTER:
		return INPUT_KEY_ENTER;
	case SDLK_ESCAPE:
		return INPUT_KEY_ESCAPE;
	case SDLK_LEFT:
		return INPUT_KEY_LEFT;
	case SDLK_RIGHT:
		return INPUT_KEY_RIGHT;
	case SDLK_UP:
		return INPUT_KEY_UP_ARROW;
	case SDLK_DOWN:
		return INPUT_KEY_DOWN_ARROW;
	case SDLK_F1:
		return INPUT_KEY_F1;
	case SDLK_SLASH:
		return sym->mod & KMOD_SHIFT ? '?' : '/';
	default:
		return sym->sym >= ' ' && sym->sym < 0x7F ? (int)sym->sym
							  : INPUT_KEY_NONE;
	}
}

static bool from_finger(struct backend *b, const SDL_Event *e, struct input_event *out)
{
	/* Touch pads report as touch screens; only direct ones are where the finger is. */
	SDL_TouchDeviceType type = SDL_GetTouchDeviceType(e->tfinger.touchId);

	if (type == SDL_TOUCH_DEVICE_INDIRECT_ABSOLUTE ||
		type == SDL_TOUCH_DEVICE_INDIRECT_RELATIVE)
		return false;
	out->kind = e->type == SDL_FINGERDOWN ? INPUT_POINTER_DOWN
		    : e->type == SDL_FINGERUP ? INPUT_POINTER_UP
					      : INPUT_POINTER_MOVE;
	out->pointer = (int64_t)e->tfinger.fingerId + 1;
	layout_touch_px(b->w, b->h, b->rotation_deg, e->tfinger.x, e->tfinger.y,
		&out->x, &out->y);
	return true;
}

/* A window's mouse is where its pixels are, which may be turned and may not be ours to size. */
static bool from_mouse(struct backend *b, const SDL_Event *e, struct input_event *out)
{
	bool moved = e->type == SDL_MOUSEMOTION;
	int window_w = 1, window_h = 1;

	if (!moved && e->button.button != SDL_BUTTON_LEFT)
		return false;
	SDL_GetWindowSize(b->window, &window_w, &window_h);
	out->kind = moved                            ? INPUT_POINTER_MOVE
		    : e->type == SDL_MOUSEBUTTONDOWN ? INPUT_POINTER_DOWN
						     : INPUT_POINTER_UP;
	out->pointer = 0;
	layout_touch_px(b->w, b->h, b->rotation_deg,
		(moved ? e->motion.x : e->button.x) /
			(double)(window_w > 0 ? window_w : 1),
		(moved ? e->motion.y : e->button.y) /
			(double)(window_h > 0 ? window_h : 1),
		&out->x, &out->y);
	return true;
}

static bool convert(struct backend *b, const SDL_Event *e, struct input_event *out)
{
	*out = (struct input_event){ 0 };
	switch (e->type) {
	case SDL_QUIT:
		out->kind = INPUT_QUIT;
		return true;
	case SDL_KEYDOWN:
	case SDL_KEYUP:
		out->kind = e->type == SDL_KEYDOWN ? INPUT_KEY_DOWN : INPUT_KEY_UP;
		out->key = to_key(&e->key.keysym);
		return e->key.repeat == 0 && out->key != INPUT_KEY_NONE;
	case SDL_FINGERDOWN:
	case SDL_FINGERUP:
	case SDL_FINGERMOTION:
		return from_finger(b, e, out);
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
	case SDL_MOUSEMOTION:
		return from_mouse(b, e, out);
	case SDL_WINDOWEVENT:
		out->kind = e->window.event == SDL_WINDOWEVENT_FOCUS_LOST
				    ? INPUT_POINTER_CANCEL
				    : INPUT_EXPOSE;
		return e->window.event == SDL_WINDOWEVENT_EXPOSED ||
		       e->window.event == SDL_WINDOWEVENT_FOCUS_LOST;
	default:
		return false;
	}
}

bool backend_poll(struct backend *b, struct input_event *event)
{
	SDL_Event e;

	while (SDL_PollEvent(&e))
		if (convert(b, &e, event))
			return true;
	return false;
}

void backend_push_touch(struct backend *b, enum input_kind kind, double nx, double ny)
{
	SDL_Event e = { 0 };
	double px = nx, py = ny;

	if (b->rotation_deg == 90) {
		px = 1 - ny;
		py = nx;
	} else if (b->rotation_deg == 180) {
		px = 1 - nx;
		py = 1 - ny;
	} else if (b->rotation_deg == 270) {
		px = ny;
		py = 1 - nx;
	}
	e.type = kind == INPUT_POINTER_DOWN ? SDL_FINGERDOWN
		 : kind == INPUT_POINTER_UP ? SDL_FINGERUP
					    : SDL_FINGERMOTION;
	e.tfinger.fingerId = 0;
	e.tfinger.x = (float)px;
	e.tfinger.y = (float)py;
	SDL_PushEvent(&e);
}

/* --- opening and closing ------------------------------------------------------------------ */

static int open_fonts(struct backend *b, char *message, size_t size)
{
	if (TTF_Init() != 0) {
		snprintf(message, size, "cannot start the font engine: %s",
			TTF_GetError());
		return -ENOMEM;
	}
	for (int face = 0; face < 2; face++) {
		if (find_font_file(
			    face, b->font_path[face], sizeof(b->font_path[face])) == 0)
			continue;
		snprintf(message, size,
			"the font %s is missing: install the package fonts-b612 (apt "
			"install fonts-b612), or set STANCE_FONT_DIR to where it is",
			face_files[face]);
		return -ENOENT;
	}
	return 0;
}

static int no_display(char *message, size_t size)
{
	snprintf(message, size,
		"cannot open a window: %s. Start it where there is a display, or take "
		"a picture with --screenshot FILE, which needs none",
		SDL_GetError());
	return -ENODEV;
}

/* Without a display SDL falls back to drivers that show nothing: only good if asked for. */
static bool shows_nothing(void)
{
	const char *driver = SDL_GetCurrentVideoDriver();

	if (getenv("SDL_VIDEODRIVER") || !driver)
		return false;
	if (strcmp(driver, "offscreen") != 0 && strcmp(driver, "dummy") != 0 &&
		strcmp(driver, "evdev") != 0)
		return false;
	SDL_SetError("no display found");
	return true;
}

/* Open the display; without one, where nobody needs to see it, SDL's dummy. */
static int start_video(bool unseen)
{
	if (SDL_Init(SDL_INIT_VIDEO) == 0 && !shows_nothing())
		return 0;
	if (!unseen || getenv("SDL_VIDEODRIVER"))
		return -1;
	SDL_Quit();
	SDL_SetHint(SDL_HINT_VIDEODRIVER, "dummy");
	return SDL_Init(SDL_INIT_VIDEO);
}

static void set_hints(void)
{
	/* Touch and mouse each speak for themselves: neither imitates the other. */
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "0");
	SDL_SetHint(SDL_HINT_VIDEO_DOUBLE_BUFFER, "1");
	SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
}

static int open_window(
	struct backend *b, const struct backend_setup *s, char *message, size_t size)
{
	bool across = s->rotation_deg % 180 != 0;
	Uint32 flags = s->fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0;
	SDL_RendererInfo info = { 0 };
	int w, h;

	b->window = SDL_CreateWindow("Stance", SDL_WINDOWPOS_CENTERED,
		SDL_WINDOWPOS_CENTERED, across ? s->h : s->w, across ? s->w : s->h,
		flags);
	if (!b->window)
		return no_display(message, size);
	if (!s->software)
		b->renderer = SDL_CreateRenderer(b->window, -1,
			SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC);
	if (!b->renderer)
		b->renderer = SDL_CreateRenderer(b->window, -1, SDL_RENDERER_SOFTWARE);
	if (!b->renderer)
		return no_display(message, size);
	SDL_GetRendererOutputSize(b->renderer, &w, &h);
	b->w = across ? h : w;
	b->h = across ? w : h;
	b->rotation_deg = s->rotation_deg;
	if (b->rotation_deg != 0) {
		b->scene = SDL_CreateTexture(b->renderer, SDL_PIXELFORMAT_ARGB8888,
			SDL_TEXTUREACCESS_TARGET, b->w, b->h);
		if (!b->scene)
			return no_display(message, size);
	}
	SDL_GetRendererInfo(b->renderer, &info);
	snprintf(b->name, sizeof(b->name), "%s/%s", SDL_GetCurrentVideoDriver(),
		info.name ? info.name : "?");
	if (s->fullscreen)
		SDL_ShowCursor(SDL_DISABLE);
	return 0;
}

int backend_open(const struct backend_setup *setup, struct backend **out, char *message,
	size_t size)
{
	struct backend *b = calloc(1, sizeof(*b));
	int error;

	if (!b) {
		snprintf(message, size, "out of memory");
		return -ENOMEM;
	}
	set_hints();
	if (start_video(setup->unseen) != 0) {
		error = no_display(message, size);
		SDL_Quit();
		goto err_free;
	}
	error = open_fonts(b, message, size);
	if (error == 0)
		error = open_window(b, setup, message, size);
	if (error != 0)
		goto err_close;
	*out = b;
	return 0;

err_close:
	backend_close(b);
	return error;
err_free:
	free(b);
	return error;
}

void backend_close(struct backend *b)
{
	if (!b)
		return;
	forget_texts(b);
	for (int i = 0; i < b->n_digits; i++)
		free_digits(&b->digits[i]);
	for (int i = 0; i < b->n_masks; i++)
		SDL_DestroyTexture(b->masks[i].texture);
	for (int i = 0; i < MAX_SLOTS; i++)
		if (b->slots[i].texture)
			SDL_DestroyTexture(b->slots[i].texture);
	for (int i = 0; i < b->n_fonts; i++)
		if (b->fonts[i].ttf)
			TTF_CloseFont(b->fonts[i].ttf);
	if (b->scene)
		SDL_DestroyTexture(b->scene);
	if (b->renderer)
		SDL_DestroyRenderer(b->renderer);
	if (b->window)
		SDL_DestroyWindow(b->window);
	if (TTF_WasInit())
		TTF_Quit();
	SDL_Quit();
	free(b);
}

void backend_size(const struct backend *b, int *w, int *h)
{
	*w = b->w;
	*h = b->h;
}

const char *backend_name(const struct backend *b)
{
	return b->name;
}
