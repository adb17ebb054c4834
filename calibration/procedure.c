#include "calibration/procedure_parts.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/text.h"

#define GAP_NOTE_S            0.5   /* a longer hole in the frames is told */
#define LOST_NOTE             0.001 /* so is losing more than this */
#define MAX_FULL              65535u
#define MAX_RATE_HZ           2000.0
#define ARRAY(carve, n, type) carve_take(carve, (size_t)(n) * sizeof(type))

const char *procedure_state_name(enum procedure_state state)
{
	static const char *const names[] = {
		[PROCEDURE_IDLE] = "idle",
		[PROCEDURE_WAITING] = "waiting",
		[PROCEDURE_MEASURING] = "measuring",
		[PROCEDURE_DONE] = "done",
		[PROCEDURE_REFUSED] = "refused",
	};

	return (unsigned)state <= PROCEDURE_REFUSED ? names[state] : "unknown";
}

static bool is_possible(const struct procedure_setup *s)
{
	const struct mat_geometry *g = &s->geometry;

	return g->n_rows >= 1 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE && g->pitch_x_mm > 0 &&
	       g->pitch_y_mm > 0 && s->full_scale >= 1 && s->full_scale <= MAX_FULL &&
	       s->rate_hz > 0 && s->rate_hz <= MAX_RATE_HZ;
}

static struct procedure *lay_out(struct carve *carve, int n_cells)
{
	struct procedure *p = carve_take(carve, sizeof(*p)), counting;
	struct procedure *at = carve->memory ? p : &counting;

	procedure_watch_carve(&at->watch, carve, n_cells);
	at->take.sum_cnt = ARRAY(carve, n_cells, float);
	at->zero.reference_cnt = ARRAY(carve, n_cells, float);
	at->zero.sum_cnt = ARRAY(carve, n_cells, float);
	at->zero.sum2_cnt = ARRAY(carve, n_cells, float);
	at->zero.tile_sum = ARRAY(carve, PROCEDURE_MAX_TILES, double);
	at->zero.tile_sum2 = ARRAY(carve, PROCEDURE_MAX_TILES, double);
	at->zero.tile_time = ARRAY(carve, PROCEDURE_MAX_TILES, double);
	at->coverage = ARRAY(carve, n_cells, uint8_t);
	at->sway_t_s = ARRAY(carve, PROCEDURE_MAX_SWAY, double);
	at->sway_x_mm = ARRAY(carve, PROCEDURE_MAX_SWAY, double);
	at->sway_y_mm = ARRAY(carve, PROCEDURE_MAX_SWAY, double);
	at->sway_work = ARRAY(carve, PROCEDURE_MAX_SWAY + 64, double);
	return p;
}

size_t procedure_size(const struct procedure_setup *setup)
{
	struct carve counting = { NULL, 0 };

	if (!is_possible(setup))
		return 0;
	lay_out(&counting, geometry_n_cells(&setup->geometry));
	return counting.used;
}

int procedure_init(void *memory, size_t size, const struct procedure_setup *setup,
	struct readings *readings, struct procedure **out)
{
	size_t need = procedure_size(setup);
	struct carve carve = { memory, 0 };
	struct procedure *p;

	if (need == 0 || readings->geometry.n_rows != setup->geometry.n_rows ||
		readings->geometry.n_cols != setup->geometry.n_cols)
		return -EINVAL;
	if (size < need)
		return -ENOBUFS;
	memset(memory, 0, need);
	p = lay_out(&carve, geometry_n_cells(&setup->geometry));
	p->setup = *setup;
	p->readings = readings;
	p->standing = -1;
	p->n_cells = geometry_n_cells(&setup->geometry);
	p->begin_s = p->state_s = p->end_s = NAN;
	p->last_t_ns = INT64_MIN;
	p->watch.t_s = NAN;
	procedure_watch_reset(p);
	procedure_watch_zero(p);
	procedure_roll_recount(p);
	*out = p;
	return 0;
}

static bool is_running(const struct procedure *p)
{
	return p->state == PROCEDURE_WAITING || p->state == PROCEDURE_MEASURING;
}

void procedure_enter(struct procedure *p, enum procedure_state state)
{
	p->state = p->view.state = state;
	p->state_s = p->watch.t_s;
	p->end_s = NAN;
}

void procedure_hint(struct procedure *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vformat(p->view.hint, sizeof(p->view.hint), format, args);
	va_end(args);
}

void procedure_note(struct procedure *p, const char *format, ...)
{
	va_list args;

	if (p->view.n_notes == PROCEDURE_MAX_NOTES)
		return;
	va_start(args, format);
	text_vformat(
		p->view.notes[p->view.n_notes++], PROCEDURE_TEXT_SIZE, format, args);
	va_end(args);
}

/* What the step took is given back. */
static void take_back(struct procedure *p)
{
	bool was_roll = p->reading && p->reading->kind == READING_ROLL;

	if (p->reading)
		readings_undo(p->readings);
	p->reading = NULL;
	if (was_roll)
		procedure_roll_recount(p);
}

void procedure_refuse(struct procedure *p, const char *format, ...)
{
	va_list args;

	take_back(p);
	va_start(args, format);
	text_vformat(p->view.reason, sizeof(p->view.reason), format, args);
	va_end(args);
	text_copy(p->view.hint, sizeof(p->view.hint), "");
	p->has_last = false;
	procedure_enter(p, PROCEDURE_REFUSED);
}

bool procedure_open(struct procedure *p)
{
	const struct procedure_request *request = &p->request;

	p->reading = readings_begin(p->readings, request->kind);
	if (!p->reading) {
		procedure_refuse(
			p, "There is no room for more steps: drop some, or fit.");
		return false;
	}
	p->reading->at_unix_ms = request->at_unix_ms;
	p->reading->temperature_c = request->temperature_c;
	p->reading->mass_kg = request->kind == READING_ZERO ? NAN : request->mass_kg;
	p->reading->x_mm = request->kind == READING_ROLL ? NAN : request->x_mm;
	p->reading->y_mm = request->kind == READING_ROLL ? NAN : request->y_mm;
	return true;
}

static void note_frames(struct procedure *p)
{
	const struct procedure_timing *t = &p->timing;
	double lost = p->reading->lost_frac;

	if (t->worst_gap_s > GAP_NOTE_S)
		procedure_note(p, "For %.1f s no frame came: look at the mat's cable.",
			t->worst_gap_s);
	else if (lost > LOST_NOTE)
		procedure_note(p, "%.1f %% of the frames were lost.", 100.0 * lost);
}

void procedure_finish(struct procedure *p)
{
	procedure_timing_tell(&p->timing, p->reading);
	note_frames(p);
	procedure_second_notes(p);
	p->standing = p->request.kind == READING_ZERO || p->request.kind == READING_ROLL
			      ? -1
			      : p->readings->n_items - 1;
	p->reading = NULL;
	p->last = p->request;
	p->has_last = true;
	p->last_moves = p->watch.n_moves;
	p->n_empty = 0;
	text_copy(p->view.hint, sizeof(p->view.hint), "");
	procedure_enter(p, PROCEDURE_DONE);
	procedure_next(p, p->view.next, sizeof(p->view.next));
}

int procedure_begin(struct procedure *p, const struct procedure_request *request,
	char *message, size_t size)
{
	static void (*const begin[READING_N_KINDS])(struct procedure *) = {
		[READING_ZERO] = procedure_zero_begin,
		[READING_LOAD] = procedure_load_begin,
		[READING_ROLL] = procedure_roll_begin,
		[READING_STAIRCASE] = procedure_stair_begin,
		[READING_CREEP] = procedure_load_begin,
		[READING_VERIFY] = procedure_load_begin,
	};
	int err;

	if (is_running(p)) {
		text_format(message, size, N_("The step \"%s\" is still running."),
			reading_kind_name(p->request.kind));
		return -EBUSY;
	}
	err = procedure_request_check(p, request, message, size);
	if (err)
		return err;
	p->request = *request;
	p->reading = NULL;
	memset(&p->view, 0, sizeof(p->view));
	p->view.kind = request->kind;
	procedure_timing_clear(&p->timing);
	procedure_take_clear(p);
	p->n_sway = 0;
	procedure_enter(p, PROCEDURE_WAITING);
	p->begin_s = p->watch.t_s;
	begin[request->kind](p);
	return 0;
}

/* Times count from the first frame if the step began before any. */
static void start_clock(struct procedure *p)
{
	if (!isnan(p->begin_s))
		return;
	p->begin_s = p->state_s = p->watch.t_s;
}

static void push_step(struct procedure *p, const struct raw_frame *frame)
{
	static void (*const push[READING_N_KINDS])(
		struct procedure *, const struct raw_frame *) = {
		[READING_ZERO] = procedure_zero_push,
		[READING_LOAD] = procedure_load_push,
		[READING_ROLL] = procedure_roll_push,
		[READING_STAIRCASE] = procedure_stair_push,
		[READING_CREEP] = procedure_load_push,
		[READING_VERIFY] = procedure_load_push,
	};

	start_clock(p);
	procedure_timing_add(&p->timing, p->watch.t_s, (int)frame->n_lost);
	push[p->request.kind](p, frame);
}

/* Note when the load of the step before went or was changed, whatever happens since. */
static void follow_standing(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;

	if (p->standing < 0 || w->n_moves == p->last_moves)
		return;
	p->readings->items[p->standing].off_s = w->moving_since_s;
	p->standing = -1;
}

enum procedure_state procedure_push(struct procedure *p, const struct raw_frame *frame)
{
	if (frame->t_ns <= p->last_t_ns)
		return p->state;
	p->last_t_ns = frame->t_ns;
	procedure_watch_push(p, frame);
	follow_standing(p);
	if (is_running(p))
		push_step(p, frame);
	else
		procedure_load_empty(p, frame);
	return p->state;
}

void procedure_break(struct procedure *p)
{
	if (is_running(p))
		procedure_refuse(p, "The mat went away during the step: plug it in, "
				    "wait for it, and "
				    "repeat the step.");
	p->has_last = false;
	p->standing = -1;
	procedure_watch_reset(p);
}

void procedure_abort(struct procedure *p)
{
	if (!is_running(p))
		return;
	take_back(p);
	p->has_last = false;
	memset(&p->view, 0, sizeof(p->view));
	procedure_enter(p, PROCEDURE_IDLE);
}

static void view_load(const struct procedure *p, struct procedure_view *view)
{
	const struct procedure_watch *w = &p->watch;
	const struct mat_geometry *g = &p->setup.geometry;
	bool any = w->n_contact > 0 && w->load_u > w->floor_u;

	view->load_cnt = any ? w->load_cnt : 0.0;
	view->at_mm = any ? procedure_load_place(p) : (struct pos_mm){ NAN, NAN };
	view->radius_mm =
		any ? sqrt(w->n_area * g->pitch_x_mm * g->pitch_y_mm / M_PI) : NAN;
	view->steadiness_frac = any ? procedure_watch_change(w) : NAN;
}

void procedure_view(const struct procedure *p, struct procedure_view *view)
{
	bool rolls = p->view.kind == READING_ROLL && p->state != PROCEDURE_IDLE;
	bool stairs = p->view.kind == READING_STAIRCASE && is_running(p);

	*view = p->view;
	view->elapsed_s = p->watch.t_s - p->state_s;
	view->remaining_s = fmax(0.0, p->end_s - p->watch.t_s);
	if (isnan(p->end_s))
		view->remaining_s = NAN;
	view_load(p, view);
	view->coverage_frac = rolls ? procedure_roll_coverage(p) : NAN;
	view->n_sweeps = rolls ? p->roll.n_sweeps : 0;
	view->mass_now_kg = stairs ? p->request.masses_kg[p->stair.i] : NAN;
	view->i_mass = stairs ? p->stair.i : 0;
	view->n_frames = p->timing.n_frames;
	view->n_lost = p->timing.n_lost;
}

const uint8_t *procedure_coverage(const struct procedure *p)
{
	return p->coverage;
}

int procedure_drop(struct procedure *p, int item, bool dropped)
{
	struct readings *r = p->readings;

	if (item < 0 || item >= r->n_items || &r->items[item] == p->reading)
		return -ENOENT;
	r->items[item].dropped = dropped;
	if (r->items[item].kind == READING_ROLL)
		procedure_roll_recount(p);
	return 0;
}
