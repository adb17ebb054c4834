#include "tests/support/procedure_stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_HZ 100.0
#define LONG_S  200.0

static void *memory_of(size_t size)
{
	size_t padded = (size + 63) / 64 * 64;
	void *memory = aligned_alloc(64, padded);

	if (!memory)
		abort();
	memset(memory, 0xa5, padded);
	return memory;
}

void procedure_stage_open(struct procedure_stage *s, enum lab_class kind, uint64_t seed,
	int n_side, double pitch_mm)
{
	struct procedure_setup setup;
	int max_cells = 600000;
	size_t size;

	memset(s, 0, sizeof(*s));
	s->geometry = (struct mat_geometry){ n_side, n_side, pitch_mm, pitch_mm };
	lab_sheet_draw(&s->options, kind, seed);
	s->sheet = lab_sheet_new(&s->options, &s->geometry);
	size = readings_size(
		&s->geometry, READINGS_MAX_ITEMS, READINGS_MAX_SNAPSHOTS, max_cells);
	s->readings_memory = memory_of(size);
	if (!s->sheet ||
		readings_init(&s->readings, s->readings_memory, size, &s->geometry,
			READINGS_MAX_ITEMS, READINGS_MAX_SNAPSHOTS, max_cells))
		abort();
	setup = (struct procedure_setup){ s->geometry, LAB_FULL, RATE_HZ };
	size = procedure_size(&setup);
	s->procedure_memory = memory_of(size);
	if (procedure_init(
		    s->procedure_memory, size, &setup, &s->readings, &s->procedure))
		abort();
	s->cells_n = calloc((size_t)(n_side * n_side), sizeof(double));
	s->counts = calloc((size_t)(n_side * n_side), sizeof(uint16_t));
	s->empty = calloc((size_t)(n_side * n_side), sizeof(uint16_t));
	s->dead = s->dead_row = -1;
	s->t_s = 1.0;
	procedure_stage_run(s, 0.05);
	memcpy(s->empty, s->counts, (size_t)(n_side * n_side) * sizeof(uint16_t));
}

void procedure_stage_close(struct procedure_stage *s)
{
	lab_sheet_free(s->sheet);
	free(s->readings_memory);
	free(s->procedure_memory);
	free(s->cells_n);
	free(s->counts);
	free(s->empty);
}

void procedure_stage_clear(struct procedure_stage *s)
{
	memset(s->cells_n, 0, (size_t)geometry_n_cells(&s->geometry) * sizeof(double));
}

void procedure_stage_add_disc(struct procedure_stage *s, double mass_kg,
	double radius_mm, double x_mm, double y_mm)
{
	int n = geometry_n_cells(&s->geometry);
	struct lab_disc disc = {
		.mass_kg = mass_kg, .radius_mm = radius_mm, .x_mm = x_mm, .y_mm = y_mm
	};
	double *cells = calloc((size_t)n, sizeof(double));

	lab_press_disc(&disc, &s->geometry, cells);
	for (int i = 0; i < n; i++)
		s->cells_n[i] += cells[i];
	free(cells);
}

void procedure_stage_disc(struct procedure_stage *s, double mass_kg, double radius_mm,
	double x_mm, double y_mm)
{
	procedure_stage_clear(s);
	procedure_stage_add_disc(s, mass_kg, radius_mm, x_mm, y_mm);
}

/* What is wrong with this mat besides its sheet. */
static void spoil(struct procedure_stage *s)
{
	int n_cols = s->geometry.n_cols;
	double drift = s->drift_cnt_s * fmax(0.0, s->t_s - s->drift_from_s);

	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double count = s->counts[i] + drift;

		if (i == s->dead || (s->dead_row >= 0 && i / n_cols == s->dead_row))
			count = s->empty[i];
		s->counts[i] = (uint16_t)fmin(LAB_FULL, fmax(0.0, floor(count + 0.5)));
	}
}

static enum procedure_state one_frame(struct procedure_stage *s)
{
	struct raw_frame frame;

	lab_sheet_scan(s->sheet, s->t_s, s->cells_n, s->counts);
	spoil(s);
	s->seq += 1 + s->lose_next;
	frame = (struct raw_frame){
		.seq = s->seq,
		.t_ns = (int64_t)llround(s->t_s * 1e9),
		.n_lost = s->lose_next,
		.cells = s->counts,
	};
	s->lose_next = 0;
	s->t_s += 1.0 / RATE_HZ;
	procedure_push(s->procedure, &frame);
	procedure_view(s->procedure, &s->view);
	return s->view.state;
}

void procedure_stage_run(struct procedure_stage *s, double seconds)
{
	int n = (int)lround(seconds * RATE_HZ);

	for (int i = 0; i < n; i++)
		one_frame(s);
}

enum procedure_state procedure_stage_finish(struct procedure_stage *s)
{
	for (int i = 0; i < LONG_S * RATE_HZ; i++)
		if (one_frame(s) >= PROCEDURE_DONE)
			break;
	return s->view.state;
}

static int begin(struct procedure_stage *s, const struct procedure_request *request)
{
	s->message[0] = '\0';
	return procedure_begin(s->procedure, request, s->message, sizeof(s->message));
}

int procedure_stage_zero(struct procedure_stage *s)
{
	return begin(s, &(struct procedure_request){ .kind = READING_ZERO,
				.mass_kg = NAN,
				.x_mm = NAN,
				.y_mm = NAN,
				.temperature_c = NAN });
}

int procedure_stage_load(struct procedure_stage *s, enum reading_kind kind,
	double mass_kg, double x_mm, double y_mm)
{
	return begin(s, &(struct procedure_request){ .kind = kind,
				.mass_kg = mass_kg,
				.x_mm = x_mm,
				.y_mm = y_mm,
				.temperature_c = NAN });
}

int procedure_stage_roll(struct procedure_stage *s, int n_passes)
{
	return begin(s, &(struct procedure_request){ .kind = READING_ROLL,
				.mass_kg = NAN,
				.x_mm = NAN,
				.y_mm = NAN,
				.n_passes = n_passes,
				.temperature_c = NAN });
}

int procedure_stage_stair(struct procedure_stage *s, int n, const double *masses_kg)
{
	struct procedure_request request = { .kind = READING_STAIRCASE,
		.mass_kg = NAN,
		.x_mm = NAN,
		.y_mm = NAN,
		.n_masses = n,
		.temperature_c = NAN };

	for (int i = 0; i < n && i < PROCEDURE_MAX_MASSES; i++)
		request.masses_kg[i] = masses_kg[i];
	return begin(s, &request);
}

void procedure_stage_sweep(struct procedure_stage *s, const struct lab_roller *roller,
	double from_mm, double to_mm, double speed_mm_s)
{
	struct lab_roller at = *roller;
	int n = (int)ceil(fabs(to_mm - from_mm) / speed_mm_s * RATE_HZ);

	for (int i = 0; i <= n; i++) {
		at.at_mm = from_mm + (to_mm - from_mm) * i / n;
		procedure_stage_clear(s);
		lab_press_roller(&at, &s->geometry, s->cells_n);
		one_frame(s);
	}
}

void procedure_stage_prepare(struct procedure_stage *s)
{
	double edge = 0.5 * s->geometry.n_rows * s->geometry.pitch_y_mm + 40;
	struct lab_roller roller = {
		.mass_kg = 25, .length_mm = 2 * edge, .contact_mm = 30
	};

	procedure_stage_zero(s);
	procedure_stage_finish(s);
	for (int turn = 0; turn < 2; turn++) {
		roller.along_x = turn == 1;
		procedure_stage_roll(s, 2);
		procedure_stage_sweep(s, &roller, -edge, edge, 250);
		procedure_stage_sweep(s, &roller, edge, -edge, 250);
		procedure_stage_clear(s);
		procedure_stage_finish(s);
	}
}

static void print_view(const struct procedure_stage *s)
{
	printf("%.2f s: %s, reason \"%s\", hint \"%s\", message \"%s\"\n", s->t_s,
		procedure_state_name(s->view.state), s->view.reason, s->view.hint,
		s->message);
	for (int i = 0; i < s->view.n_notes; i++)
		printf("  note: %s\n", s->view.notes[i]);
}

bool procedure_stage_ends(struct procedure_stage *s, enum procedure_state state)
{
	if (procedure_stage_finish(s) == state)
		return true;
	print_view(s);
	return false;
}

bool procedure_stage_says(const struct procedure_stage *s, const char *part)
{
	bool found = strstr(s->view.reason, part) || strstr(s->view.hint, part) ||
		     strstr(s->message, part);

	for (int i = 0; i < s->view.n_notes; i++)
		found |= strstr(s->view.notes[i], part) != NULL;
	if (!found)
		print_view(s);
	return found;
}
