/* A procedure over a sheet of the laboratory, in simulated time: what stands on the mat is said, frames go by
 * at 100 a second, and what the procedure thought of it is asked.
 * Does not fit. */
#ifndef STANCE_TESTS_PROCEDURE_STAGE_H
#define STANCE_TESTS_PROCEDURE_STAGE_H

#include "calibration/procedure.h"
#include "tests/support/lab_press.h"
#include "tests/support/lab_sheet.h"

struct procedure_stage {
	struct mat_geometry geometry;
	struct lab_sheet_options options;
	struct lab_sheet *sheet;
	struct readings readings;
	struct procedure *procedure;
	struct procedure_view view; /* as of the last frame */
	void *readings_memory, *procedure_memory;
	double t_s;
	uint64_t seq;
	double *cells_n;    /* what stands there now */
	double drift_cnt_s; /* added to every cell */
	double drift_from_s;
	int dead;           /* a cell that reads its zero; -1 none */
	int dead_row;       /* a row likewise; -1 none */
	uint32_t lose_next; /* frames missing before the next */
	uint16_t *counts, *empty;
	char message[PROCEDURE_TEXT_SIZE];
};

/* An even sheet: 48 x 48 cells of 10 mm, `kind` drawn by seed. */
void procedure_stage_open(struct procedure_stage *s, enum lab_class kind, uint64_t seed,
	int n_side, double pitch_mm);
/* Begin anew over other options (geometry stays). */
void procedure_stage_close(struct procedure_stage *s);

/* What stands on the mat from now on. */
void procedure_stage_clear(struct procedure_stage *s);
void procedure_stage_disc(struct procedure_stage *s, double mass_kg, double radius_mm,
	double x_mm, double y_mm);
void procedure_stage_add_disc(struct procedure_stage *s, double mass_kg,
	double radius_mm, double x_mm, double y_mm);

/* Let time pass. */
void procedure_stage_run(struct procedure_stage *s, double seconds);

/* Let time pass until the running step is over, 200 s at most; returns its state. */
enum procedure_state procedure_stage_finish(struct procedure_stage *s);

/* The same; true if it ends in `state`, else what it says is printed. */
bool procedure_stage_ends(struct procedure_stage *s, enum procedure_state state);

/* Begin a step; returns what procedure_begin() does. */
int procedure_stage_zero(struct procedure_stage *s);
int procedure_stage_load(struct procedure_stage *s, enum reading_kind kind,
	double mass_kg, double x_mm, double y_mm);
int procedure_stage_roll(struct procedure_stage *s, int n_passes);
int procedure_stage_stair(struct procedure_stage *s, int n, const double *masses_kg);

/* Roll a roller of `mass_kg` from one place to another. */
void procedure_stage_sweep(struct procedure_stage *s, const struct lab_roller *roller,
	double from_mm, double to_mm, double speed_mm_s);

/* Zero, four turned passes and the loads of a full procedure, all right. */
void procedure_stage_prepare(struct procedure_stage *s);

/* Return true if a note, the reason or the hint holds `part`. */
bool procedure_stage_says(const struct procedure_stage *s, const char *part);

#endif
