#include "ui/core/ui.h"

#include <string.h>

#include "src/base/i18n.h"

void ui_init(struct ui *ui, const struct layout_display *display,
	draw_measure_fn *measure, void *measure_ctx)
{
	memset(ui, 0, sizeof(*ui));
	ui->display = *display;
	ui->redraw_ns = INT64_MAX;
	draw_init(&ui->list, measure, measure_ctx);
}

void ui_fini(struct ui *ui)
{
	for (int i = 0; i < UI_MAX_CANVASES; i++)
		canvas_fini(&ui->canvases[i]);
	canvas_fini(&ui->check);
}

void ui_begin(struct ui *ui, int64_t now_ns)
{
	ui->now_ns = now_ns;
	ui->redraw_ns = INT64_MAX;
	ui->n_canvases = 0;
	ui->n_names = 0;
	draw_clear(&ui->list);
	widgets_clear(&ui->widgets);
}

void ui_end(struct ui *ui)
{
	if (!i18n_is_rtl())
		return;
	draw_mirror(&ui->list, ui->display.w);
	widgets_mirror(&ui->widgets, ui->display.w);
}

struct canvas *ui_canvas(struct ui *ui, int w, int h)
{
	struct canvas *c = &ui->canvases[ui->n_canvases];

	if (ui->n_canvases == UI_MAX_CANVASES || canvas_resize(c, w, h) != 0)
		return NULL;
	ui->n_canvases++;
	return c;
}

const char *ui_keep(struct ui *ui, const char *text)
{
	char *at = &ui->names[ui->n_names];
	size_t n = strlen(text) + 1;

	if (n > sizeof(ui->names) - (size_t)ui->n_names)
		return "";
	memcpy(at, text, n);
	ui->n_names += (int)n;
	return at;
}

void ui_redraw_at(struct ui *ui, int64_t at_ns)
{
	if (at_ns < ui->redraw_ns)
		ui->redraw_ns = at_ns;
}

struct rect ui_screen(const struct ui *ui)
{
	return (struct rect){ 0, 0, ui->display.w, ui->display.h };
}
