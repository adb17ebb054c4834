#include "ui/sdl/backend.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "src/base/utf8.h"
#include "ui/core/layout.h"
#include "ui/sdl/access.h"
#include "ui/sdl/cards.h"
#include "ui/sdl/text.h"
#include "ui/sdl/wake.h"

#define MAX_MASKS   48
#define MAX_SLOTS   24
#define MAX_WINDOWS 2
#define MAX_EVENTS  64 /* that wait for a window whose turn it is not */

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
	struct touch_matrix touch;
	struct touch_matrix skew; /* of the panel that a script's fingers are on */
	char name[64];
	struct text *text;
	struct wake *wake; /* NULL: events are looked for by the clock */
	uint64_t n_used;   /* counts what is taken from the slots below */
	struct mask masks[MAX_MASKS];
	int n_masks;
	struct slot slots[MAX_SLOTS];
	struct input_event events[MAX_EVENTS];
	int n_events;
};

/* The open windows: SDL has one queue of events for all. */
static struct backend *windows[MAX_WINDOWS];

/* The display, where no window system has one. */
static struct {
	bool is_chosen;
	char wanted[32];
	struct card_choice choice;
} the_card;

void backend_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *metrics, void *ctx)
{
	struct backend *b = ctx;

	text_measure(b->text, style, text, metrics);
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
			text_draw(b->text, &c->style, draw_text_of(list, c), c->rect.x,
				c->rect.y, c->color);
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

void backend_black(struct backend *b)
{
	SDL_SetRenderTarget(b->renderer, NULL);
	SDL_SetRenderDrawColor(b->renderer, 0, 0, 0, 255);
	SDL_RenderClear(b->renderer);
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
	case SDLK_BACKSPACE:
		return INPUT_KEY_BACKSPACE;
	/* What clickers and foot switches send. */
	case SDLK_PAGEUP:
	case SDLK_PAGEDOWN:
	case SDLK_F5:
		return INPUT_KEY_START;
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
	double x, y;

	if (type == SDL_TOUCH_DEVICE_INDIRECT_ABSOLUTE ||
		type == SDL_TOUCH_DEVICE_INDIRECT_RELATIVE)
		return false;
	out->kind = e->type == SDL_FINGERDOWN ? INPUT_POINTER_DOWN
		    : e->type == SDL_FINGERUP ? INPUT_POINTER_UP
					      : INPUT_POINTER_MOVE;
	out->pointer = (int64_t)e->tfinger.fingerId + 1;
	x = out->panel_x = e->tfinger.x;
	y = out->panel_y = e->tfinger.y;
	out->on_panel = true;
	touch_apply(&b->touch, &x, &y);
	layout_touch_px(b->w, b->h, b->rotation_deg, x, y, &out->x, &out->y);
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

/* Return whose event it is; a panel without a window system names no window: the first. */
static struct backend *owner_of(const SDL_Event *e)
{
	Uint32 id = 0;

	switch (e->type) {
	case SDL_KEYDOWN:
	case SDL_KEYUP:
		id = e->key.windowID;
		break;
	case SDL_TEXTINPUT:
		id = e->text.windowID;
		break;
	case SDL_FINGERDOWN:
	case SDL_FINGERUP:
	case SDL_FINGERMOTION:
		id = e->tfinger.windowID;
		break;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		id = e->button.windowID;
		break;
	case SDL_MOUSEMOTION:
		id = e->motion.windowID;
		break;
	case SDL_WINDOWEVENT:
		id = e->window.windowID;
		break;
	default:
		break;
	}
	for (int i = 0; i < MAX_WINDOWS; i++)
		if (windows[i] && SDL_GetWindowID(windows[i]->window) == id)
			return windows[i];
	return windows[0] ? windows[0] : windows[1];
}

static void keep(struct backend *b, const struct input_event *event)
{
	if (b->n_events < MAX_EVENTS)
		b->events[b->n_events++] = *event;
}

/* Each character by itself, as it would come from a key. */
static void keep_text(struct backend *b, const char *text)
{
	struct input_event event = { .kind = INPUT_TEXT };
	uint32_t code;

	while (*text != '\0') {
		size_t n = utf8_decode(text, &code);
		if (n > 0) {
			memcpy(event.text, text, n);
			event.text[n] = '\0';
			keep(b, &event);
		}
		text += n > 0 ? n : 1;
	}
}

bool backend_poll(struct backend *b, struct input_event *event)
{
	struct input_event converted;
	SDL_Event e;

	while (b->n_events == 0 && SDL_PollEvent(&e)) {
		struct backend *owner = owner_of(&e);
		if (!owner)
			continue;
		if (e.type == SDL_TEXTINPUT)
			keep_text(owner, e.text.text);
		else if (convert(owner, &e, &converted))
			keep(owner, &converted);
	}
	if (b->n_events == 0)
		return false;
	*event = b->events[0];
	b->n_events--;
	memmove(b->events, b->events + 1, (size_t)b->n_events * sizeof(*b->events));
	return true;
}

int backend_fd(const struct backend *b)
{
	return b->wake ? wake_fd(b->wake) : -1;
}

bool backend_heard(struct backend *b)
{
	return b->wake && wake_heard(b->wake);
}

void backend_set_touch(struct backend *b, const struct touch_matrix *touch)
{
	b->touch = *touch;
}

void backend_skew_panel(struct backend *b, const struct touch_matrix *skew)
{
	b->skew = *skew;
}

void backend_push_touch(struct backend *b, enum input_kind kind, double nx, double ny)
{
	SDL_Event e = { 0 };
	double px, py;

	layout_panel_at(b->rotation_deg, nx, ny, &px, &py);
	touch_apply(&b->skew, &px, &py);
	/* a panel says nothing outside of itself */
	px = fmin(fmax(px, 0), 1);
	py = fmin(fmax(py, 0), 1);
	e.type = kind == INPUT_POINTER_DOWN ? SDL_FINGERDOWN
		 : kind == INPUT_POINTER_UP ? SDL_FINGERUP
					    : SDL_FINGERMOTION;
	e.tfinger.fingerId = 0;
	e.tfinger.windowID = SDL_GetWindowID(b->window);
	e.tfinger.x = (float)px;
	e.tfinger.y = (float)py;
	SDL_PushEvent(&e);
}

/* --- opening and closing ------------------------------------------------------------------ */

static int no_display(char *message, size_t size)
{
	snprintf(message, size,
		"cannot open a window: %s. Start it where there is a display, or take "
		"a picture with --screenshot FILE, which needs none",
		SDL_GetError());
	return -ENODEV;
}

/* SDL speaks to the kernel itself where there is no window system, or where it is told to. */
static bool is_bare(void)
{
	const char *driver = getenv("SDL_VIDEODRIVER");

	if (driver)
		return SDL_strcasecmp(driver, "kmsdrm") == 0;
	return !getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY");
}

/* Choose the card and see that it may be used, before SDL looks. */
static int choose_card(const char *wanted, char *message, size_t size)
{
	char number[16];
	int error = cards_choose("", wanted, &the_card.choice, message, size);

	if (error == -ENOENT)
		return -ENXIO;
	if (error == 0)
		error = access_check("", the_card.choice.card, NULL, message, size);
	if (error < 0)
		return error;
	snprintf(number, sizeof(number), "%d", the_card.choice.card);
	SDL_SetHint(SDL_HINT_KMSDRM_DEVICE_INDEX, number);
	snprintf(the_card.wanted, sizeof(the_card.wanted), "%s", wanted);
	the_card.is_chosen = true;
	return 0;
}

bool backend_is_current(void)
{
	return !the_card.is_chosen ||
	       cards_still("", the_card.wanted, &the_card.choice);
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
	/* Without a desktop SDL's first choice, "opengl", draws an empty picture and says nothing of it. */
	if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
		SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
}

static int open_window(
	struct backend *b, const struct backend_setup *s, char *message, size_t size)
{
	bool across = s->rotation_deg % 180 != 0;
	Uint32 flags = s->fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0;
	SDL_RendererInfo info = { 0 };
	int w, h, display = s->display;

	if (the_card.is_chosen)
		display += the_card.choice.display;
	b->window = SDL_CreateWindow(s->title ? s->title : "Stance",
		SDL_WINDOWPOS_CENTERED_DISPLAY(display),
		SDL_WINDOWPOS_CENTERED_DISPLAY(display), across ? s->h : s->w,
		across ? s->w : s->h, flags);
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
	b->touch = setup->touch ? *setup->touch : TOUCH_IDENTITY;
	b->skew = TOUCH_IDENTITY;
	if (!windows[0] && !windows[1] && !setup->unseen && is_bare()) {
		error = choose_card(
			setup->connector ? setup->connector : "", message, size);
		if (error != 0)
			goto err_free;
	}
	if (!windows[0] && !windows[1] && start_video(setup->unseen) != 0) {
		error = no_display(message, size);
		SDL_Quit();
		goto err_free;
	}
	for (int i = 0; i < MAX_WINDOWS; i++)
		if (!windows[i]) {
			windows[i] = b;
			break;
		}
	error = open_window(b, setup, message, size);
	if (error == 0)
		error = text_open(b->renderer, &b->text, message, size);
	if (error == 0)
		b->wake = wake_open(b->window);
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
	bool last = true;

	if (!b)
		return;
	wake_close(b->wake);
	text_close(b->text);
	for (int i = 0; i < b->n_masks; i++)
		SDL_DestroyTexture(b->masks[i].texture);
	for (int i = 0; i < MAX_SLOTS; i++)
		if (b->slots[i].texture)
			SDL_DestroyTexture(b->slots[i].texture);
	if (b->scene)
		SDL_DestroyTexture(b->scene);
	if (b->renderer)
		SDL_DestroyRenderer(b->renderer);
	if (b->window)
		SDL_DestroyWindow(b->window);
	for (int i = 0; i < MAX_WINDOWS; i++) {
		if (windows[i] == b)
			windows[i] = NULL;
		last &= windows[i] == NULL;
	}
	if (last)
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
