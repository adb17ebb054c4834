#include "src/cli/calibrate_progress.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/base64.h"
#include "src/base/clock.h"

#define MAX_CELLS        ((size_t)GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)
#define REDRAW_NS        (CLOCK_NS_PER_S / 25)
#define FIRST_COUNTS_TOP 400.0 /* chosen: a light roller shows; grows to what comes */

static bool can_draw(const struct cli *cli)
{
	const char *term = getenv("TERM");
	int fd = fileno(cli->err);

	return !cli->quiet && fd >= 0 && isatty(fd) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

void calibrate_progress_init(
	struct calibrate_progress *p, const struct cli *cli, const char *title)
{
	*p = (struct calibrate_progress){ .cli = cli, .live = can_draw(cli) };
	p->view = (struct calibrate_view){ .title = title,
		.counts_top = FIRST_COUNTS_TOP,
		.colour = cli->colour,
		.utf8 = cli->utf8 };
	if (!p->live)
		return;
	p->frame.max_cells = MAX_CELLS;
	p->frame.cells = malloc(MAX_CELLS * sizeof(*p->frame.cells));
	p->covered = calloc(MAX_CELLS, sizeof(*p->covered));
	p->live = p->frame.cells && p->covered;
	p->changed = true;
}

void calibrate_progress_end(struct calibrate_progress *p)
{
	terminal_close(&p->terminal);
	termgrid_fini(&p->shown);
	termgrid_fini(&p->next);
	free(p->frame.cells);
	free(p->covered);
	p->frame.cells = NULL;
	p->covered = NULL;
	p->live = false;
}

/* One bit a cell, row by row, the lowest first. */
static void take_coverage(struct calibrate_progress *p, const json_t *text)
{
	const char *base64 = json_string_value(text);
	size_t n_cells =
		p->view.frame ? (size_t)geometry_n_cells(&p->view.frame->geometry) : 0;
	size_t n = base64 ? strlen(base64) : 0;
	uint8_t *bits;

	if (n_cells == 0 || n != base64_length((n_cells + 7) / 8))
		return;
	bits = malloc(n / 4 * 3);
	if (bits && base64_decode(base64, n, bits) >= 0) {
		for (size_t i = 0; i < n_cells; i++)
			p->covered[i] = bits[i / 8] >> (i % 8) & 1;
		p->view.covered = p->covered;
	}
	free(bits);
}

static void say(struct calibrate_progress *p)
{
	char line[CALIBRATE_TEXT_SIZE + 32];

	if (p->cli->quiet || !*p->view.state.hint ||
		strcmp(p->said, p->view.state.hint) == 0)
		return;
	snprintf(p->said, sizeof(p->said), "%s", p->view.state.hint);
	calibrate_view_line(&p->view.state, line, sizeof(line));
	fprintf(p->cli->err, "%s: %s\n", p->view.title, line);
	fflush(p->cli->err);
}

void calibrate_progress_take(struct calibrate_progress *p, const json_t *document)
{
	calibrate_view_read(document, &p->view.state);
	p->view.has_state = true;
	if (!p->live) {
		say(p);
		return;
	}
	take_coverage(p, json_object_get(document, "coverage"));
	p->changed = true;
}

void calibrate_progress_take_frame(struct calibrate_progress *p, const json_t *document)
{
	if (!p->live || document_get_frame(document, &p->frame) < 0)
		return;
	p->view.frame = &p->frame;
	for (int i = 0; i < geometry_n_cells(&p->frame.geometry); i++)
		p->view.counts_top =
			fmax(p->view.counts_top, p->frame.cells[i] * p->frame.scale);
	p->changed = true;
}

void calibrate_progress_resize(struct calibrate_progress *p)
{
	int n_rows, n_cols;

	if (!p->terminal.open)
		return;
	terminal_size(&p->terminal, &n_rows, &n_cols);
	if (termgrid_resize(&p->shown, n_rows, n_cols) < 0 ||
		termgrid_resize(&p->next, n_rows, n_cols) < 0)
		p->live = false;
	fputs("\033[m\033[2J", p->cli->err);
	p->changed = true;
}

void calibrate_progress_suspend(struct calibrate_progress *p)
{
	bool was_open = p->terminal.open;

	terminal_close(&p->terminal);
	raise(SIGSTOP);
	if (!was_open)
		return;
	terminal_open(&p->terminal, p->cli->err, -1);
	calibrate_progress_resize(p);
}

void calibrate_progress_draw(struct calibrate_progress *p)
{
	if (!p->live || !p->changed || !p->view.has_state ||
		clock_now_ns() - p->drawn_ns < REDRAW_NS)
		return;
	if (!p->terminal.open) {
		terminal_open(&p->terminal, p->cli->err, -1);
		calibrate_progress_resize(p);
	}
	if (!p->live)
		return;
	calibrate_view_draw(&p->view, &p->next);
	termgrid_emit(&p->shown, &p->next, p->view.colour, p->cli->err);
	fflush(p->cli->err);
	p->drawn_ns = clock_now_ns();
	p->changed = false;
}
