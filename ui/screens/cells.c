/* The cells as they are: raw counts live, their noise, what is wrong with them; the one that is touched by
 * itself. Follows the raw frames while it is there. */
#include "ui/screens/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/ipc/documents.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/screens.h"

enum { RESTART = 1, SHOW, FOLLOW, DESCRIBE, EXPORT, PAGES };

#define JUDGE_NS     (500 * CLOCK_NS_PER_MS)
#define EXCERPT_MAX  (4 * 1024 * 1024) /* of a calibration without its readings */
#define COUNTS_LEAST 64.0              /* top of the scale of an empty mat */
#define NOISE_LEAST  4.0

enum shown { SHOW_COUNTS, SHOW_NOISE, SHOW_STATES, N_SHOWN };

static const char *const restart_texts[] = { N_("Begin anew"), N_("Anew"), NULL };
static const char *const show_texts[N_SHOWN][3] = {
	{ N_("Show noise"), N_("Noise"), NULL },
	{ N_("Show states"), N_("States"), NULL },
	{ N_("Show counts"), N_("Counts"), NULL },
};
static const char *const state_names[CELLS_N_STATES] = { N_("good"), N_("not rolled"),
	N_("noisy"), N_("stuck"), N_("dead") };

struct page {
	struct cells cells;
	enum shown shown;
	int chosen; /* 1 on: the cell that was touched; 0 none */
	struct rect map;
	int64_t judged_ns;
	char *excerpt;
	size_t n_excerpt;
	char said[300];
	struct list pages;
};

/* --- what the daemon tells ---------------------------------------------------------------------- */

static void load(struct view *v, void *state)
{
	struct page *s = state;

	cells_restart(&s->cells);
	s->cells.geometry.n_rows = 0;
	s->said[0] = '\0';
	view_ask(v, DESCRIBE, "mat.describe", NULL);
	view_ask(v, FOLLOW, "subscribe", json_pack("{s:[s]}", "streams", "raw"));
}

static void ask_excerpt(struct view *v, size_t offset)
{
	view_ask(v, EXPORT, "calibrate.export",
		json_pack("{s:b, s:I}", "excerpt", 1, "offset", (json_int_t)offset));
}

static void take_mat(struct view *v, struct page *s, const json_t *mat)
{
	struct mat_geometry *g = &s->cells.geometry;

	g->n_rows = (int)clinic_int(mat, "rows");
	g->n_cols = (int)clinic_int(mat, "cols");
	g->pitch_x_mm = clinic_number(mat, "pitch_x_mm");
	g->pitch_y_mm = clinic_number(mat, "pitch_y_mm");
	if (g->n_rows < 1 || g->n_cols < 1 || g->n_rows > GEOMETRY_MAX_SIDE ||
		g->n_cols > GEOMETRY_MAX_SIDE || !(g->pitch_x_mm > 0) ||
		!(g->pitch_y_mm > 0)) {
		g->n_rows = 0;
		return;
	}
	s->cells.full_scale = (uint32_t)clinic_int(mat, "full_scale");
	cells_restart(&s->cells);
	s->chosen = 0;
	s->n_excerpt = 0;
	if (clinic_text(mat, "calibration_id")[0] != '\0')
		ask_excerpt(v, 0);
}

/* Numbers of cells that the calibration in force knows something of. */
static void take_states(struct page *s, const json_t *states)
{
	static const char *const keys[CELLS_N_STATES] = { NULL, "uncovered", "noisy",
		"stuck", "dead" };
	int n = s->cells.geometry.n_rows * s->cells.geometry.n_cols;

	for (int i = 0; i < n; i++)
		s->cells.cell[i].known = CELLS_OK;
	for (int k = CELLS_UNCOVERED; k < CELLS_N_STATES; k++) {
		const json_t *list = json_object_get(states, keys[k]), *number;
		size_t i;
		json_array_foreach(list, i, number)
		{
			json_int_t at = json_integer_value(number);
			if (json_is_integer(number) && at >= 0 && at < n)
				s->cells.cell[at].known = (uint8_t)k;
		}
	}
}

static void take_piece(struct view *v, struct page *s, const json_t *piece)
{
	const char *text = clinic_text(piece, "text");
	const json_t *next = json_object_get(piece, "next_offset");
	size_t n = strlen(text);
	char *grown;
	json_t *file;

	if (s->n_excerpt + n > EXCERPT_MAX)
		return;
	grown = realloc(s->excerpt, s->n_excerpt + n + 1);
	if (!grown)
		return;
	s->excerpt = grown;
	memcpy(grown + s->n_excerpt, text, n + 1);
	s->n_excerpt += n;
	if (json_is_integer(next) && n > 0) {
		ask_excerpt(v, (size_t)json_integer_value(next));
		return;
	}
	file = json_loadb(grown, s->n_excerpt, 0, NULL);
	take_states(s, json_object_get(json_object_get(file, "model"), "states"));
	json_decref(file);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct page *s = state;

	if (a->code == 0 && tag == DESCRIBE)
		take_mat(v, s, a->result);
	else if (a->code == 0 && tag == EXPORT)
		take_piece(v, s, a->result);
	else if (a->code != 0 && tag != EXPORT)
		snprintf(s->said, sizeof(s->said), "%s", a->message);
}

static void told(
	struct view *v, void *state, const char *stream, const json_t *document)
{
	static uint16_t counts[CELLMAP_MAX_CELLS];
	struct page *s = state;
	size_t n = (size_t)s->cells.geometry.n_rows * (size_t)s->cells.geometry.n_cols;

	if (strcmp(stream, "raw") != 0 || n == 0 ||
		document_get_cells(json_object_get(document, "cells"), counts, n) != 0)
		return;
	cells_take(&s->cells, counts);
	v->dirty = true;
}

/* A mat that came, or was exchanged, while this is shown. */
static bool is_another(const struct view *v, const struct page *s)
{
	const struct status_document *status = &v->app->model.status;
	const struct mat_geometry *g = &s->cells.geometry;

	if (!model_is_live(v->state) || status->rows < 1)
		return false;
	return g->n_rows == 0 ? s->said[0] != '\0'
			      : g->n_rows != status->rows || g->n_cols != status->cols;
}

static void tick(struct view *v, void *state)
{
	struct page *s = state;

	if (v->ui.now_ns - s->judged_ns < JUDGE_NS)
		return;
	s->judged_ns = v->ui.now_ns;
	cells_judge(&s->cells);
	if (is_another(v, s))
		load(v, s);
}

static void leave(struct view *v, void *state)
{
	view_ask(v, FOLLOW, "unsubscribe", json_pack("{s:[s]}", "streams", "raw"));
	free(((struct page *)state)->excerpt);
}

/* --- touched ------------------------------------------------------------------------------------ */

static void act(struct view *v, void *state, int id, int index)
{
	struct page *s = state;

	(void)v;
	if (id == PAGES)
		list_act(&s->pages, index);
	else if (id == RESTART)
		cells_restart(&s->cells);
	else if (id == SHOW)
		s->shown = (s->shown + 1) % N_SHOWN;
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct page *s = state;
	const struct mat_geometry *g = &s->cells.geometry;
	struct rect at = s->map;

	/* the picture is not mirrored, its place is */
	if (i18n_is_rtl())
		at.x = v->ui.display.w - at.x - at.w;
	if (e->kind != INPUT_POINTER_DOWN || g->n_rows == 0 ||
		!rect_contains(&at, e->x, e->y))
		return false;
	s->chosen = 1 + (e->y - at.y) * g->n_rows / at.h * g->n_cols +
		    (e->x - at.x) * g->n_cols / at.w;
	return true;
}

/* --- drawn -------------------------------------------------------------------------------------- */

static uint32_t state_color(enum cells_state state)
{
	switch (state) {
	case CELLS_UNCOVERED:
		return THEME_MUTED;
	case CELLS_NOISY:
		return THEME_CAUTION;
	case CELLS_STUCK:
		return THEME_RIGHT;
	case CELLS_DEAD:
		return THEME_FAULT;
	case CELLS_OK:
	case CELLS_N_STATES:
		break;
	}
	return theme_mix(THEME_MAT, THEME_ACTION, 0.35);
}

/* The counts from each cell's lowest on: what lies under all of them says nothing. */
static double value_of(const struct page *s, int i)
{
	return s->shown == SHOW_NOISE
		       ? (double)cells_noise(&s->cells, i)
		       : (double)s->cells.cell[i].now - s->cells.cell[i].min;
}

static void map_draw(struct view *v, struct page *s, struct rect r)
{
	static uint32_t colors[CELLMAP_MAX_CELLS];
	const struct mat_geometry *g = &s->cells.geometry;
	struct parts_type t = frame_type(v);
	int n = g->n_rows * g->n_cols;
	double top = s->shown == SHOW_NOISE ? NOISE_LEAST : COUNTS_LEAST;
	struct cellmap map;

	for (int i = 0; i < n; i++)
		top = fmax(top, value_of(s, i));
	for (int i = 0; i < n; i++)
		colors[i] = s->shown == SHOW_STATES
				    ? state_color(cells_state(&s->cells, i))
				    : cellmap_color(v, value_of(s, i) / top);
	map = cellmap_draw(v, r, g, colors);
	s->map = map.rect;
	if (s->chosen > 0 && map.canvas)
		cellmap_mark(&map,
			((s->chosen - 1) % g->n_cols - 0.5 * (g->n_cols - 1)) *
				g->pitch_x_mm,
			geometry_y_mm(g, (s->chosen - 1) / g->n_cols),
			(float)t.caption * 0.5F, t.line_px, THEME_TEXT);
}

/* In the unit of the mat. */
static const char *noise_text(double noise, char *out, size_t size)
{
	char number[24];

	snprintf(out, size, _("%s counts"),
		i18n_number(number, sizeof(number), noise, 1));
	return out;
}

static void cell_lines(struct facts *f, const struct page *s)
{
	int i = s->chosen - 1, n_cols = s->cells.geometry.n_cols;
	const struct cells_cell *cell = &s->cells.cell[i];
	char text[80];

	snprintf(text, sizeof(text), _("row %d, column %d"), i / n_cols + 1,
		i % n_cols + 1);
	facts_line(f, _("Cell"), text);
	snprintf(text, sizeof(text), "%u", cell->now);
	facts_line(f, _("Counts"), text);
	snprintf(text, sizeof(text), "%u – %u", cell->min, cell->max);
	facts_line(f, _("Lowest, highest"), text);
	facts_line(f, _("Noise"),
		noise_text((double)cells_noise(&s->cells, i), text, sizeof(text)));
	facts_line(f, _("State"), _(state_names[cells_state(&s->cells, i)]));
}

static void all_lines(struct facts *f, const struct page *s)
{
	int n = s->cells.geometry.n_rows * s->cells.geometry.n_cols;
	int count[CELLS_N_STATES] = { 0 };
	char text[80];

	for (int i = 0; i < n; i++)
		count[cells_state(&s->cells, i)]++;
	for (int k = CELLS_N_STATES - 1; k >= 0; k--) {
		snprintf(text, sizeof(text), "%d", count[k]);
		if (count[k] == 0)
			continue;
		facts_line(f, _(state_names[k]), text);
		if (s->shown == SHOW_STATES)
			facts_mark(f, state_color((enum cells_state)k));
	}
	facts_line(f, _("Usual noise"),
		noise_text((double)s->cells.usual_noise, text, sizeof(text)));
	snprintf(text, sizeof(text), "%llu", (unsigned long long)s->cells.frames);
	facts_line(f, _("Frames"), text);
}

static void page_draw(struct view *v, struct page *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	const char *hint = _("Touch a cell.");
	struct facts f;
	bool beside = r.w > r.h;
	struct rect map =
		beside ? rect_cut_left(&r, r.h < r.w * 3 / 5 ? r.h : r.w * 3 / 5)
		       : rect_cut_top(&r, r.w < r.h * 3 / 5 ? r.w : r.h * 3 / 5);

	map_draw(v, s, map);
	rect_cut_left(&r, beside ? 2 * t.gap : 0);
	rect_cut_top(&r, beside ? 0 : t.gap);
	facts_begin(&f, v);
	f.gap = t.gap / 2;
	if (s->chosen > 0) {
		cell_lines(&f, s);
	} else {
		all_lines(&f, s);
		facts_words(&f, hint, THEME_MUTED);
		draw_elsewhere(&v->ui.list, hint); /* it can be touched all the same */
		f.n -= !facts_fit(&f, r);
	}
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

static void draw(struct view *v, void *state)
{
	struct page *s = state;
	static const char *const titles[N_SHOWN] = { N_("Counts"), N_("Noise"),
		N_("States") };
	struct rect r = frame_begin(v, _(titles[s->shown]));
	const struct parts_button buttons[] = {
		{ .id = RESTART,
			.name = "restart",
			.texts = restart_texts,
			.enabled = s->cells.frames > 0 },
		{ .id = SHOW,
			.name = "show",
			.texts = show_texts[s->shown],
			.primary = true,
			.enabled = true },
	};

	frame_actions(v, &r, buttons, 2);
	s->map = (struct rect){ 0 };
	if (s->cells.frames > 0 && s->cells.geometry.n_rows > 0)
		page_draw(v, s, r);
	else
		frame_message(v, r, PARTS_INFO, _("One moment"), s->said);
}

const struct screen screen_cells = {
	.name = "cells",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct page),
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.told = told,
	.tick = tick,
	.draw = draw,
};
