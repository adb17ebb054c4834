/* What the stages of the fit share: for fit*.c and their tests only.
 * Not an interface of its own: see fit.h. */
#ifndef STANCE_CALIBRATION_FIT_PARTS_H
#define STANCE_CALIBRATION_FIT_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/fit.h"

/* Add a problem to the report; what does not fit is dropped, the gravest never. */
void fit_problem_add(struct fit_report *report, enum fit_severity severity, int item,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Return a part of the mat in words, as the technician standing on it sees it: "front left", "middle". */
const char *fit_place_name(const struct mat_geometry *geometry, double row, double col);

/* Write v, the linearised response with zero and crosstalk out, for each stored cell of a snapshot (`v`: as
 * many as it stores); 0 for cells below their zero and for those that do not count. Cells that the
 * snapshot does not store are taken to carry nothing. */
void fit_values(const struct model *model, const struct readings *readings,
	const struct snapshot *snapshot, double *v);

/* The same, below 0 where a cell reads less than its zero: noise averages out. */
void fit_values_signed(const struct model *model, const struct readings *readings,
	const struct snapshot *snapshot, double *v);

/* Which way a roller went in these moments: where its centre moved most, across the columns or the rows.
 * `v` is scratch for the cells of one. */
bool fit_goes_along_x(const struct readings *readings, const struct model *model,
	int first, int n, double *v);

/* Return true if a reading takes part in the fit. */
bool fit_is_used(const struct reading *item);

/* fit_equalise.c, fit_response.c: the scratch of these stages. */
size_t fit_equalise_scratch_size(const struct readings *readings);
size_t fit_steps_scratch_size(const struct readings *readings);
size_t fit_response_scratch_size(const struct readings *readings);

/* fit_steps.c: gains without a roller, as far as loads and steps tell; marks the fit `quick`. */
int fit_steps(const struct readings *readings, void *scratch, size_t size,
	struct model *model, struct fit_report *report);

/* fit_bends.c: exponents of the cells' own, of a model whose gains and states stand; none (bend_w 0) where the passes of a
 * roller show none. Returns how unlike they are, sd, relative. */
size_t fit_bends_scratch_size(const struct readings *readings);
double fit_bends(const struct readings *readings, void *scratch, struct model *model);

/* fit_watch.c: what the readings after the zero say of it, and of cells that changed their mind. */
size_t fit_watch_scratch_size(const struct readings *readings);
void fit_watch(const struct readings *readings, void *scratch, struct model *model,
	struct fit_report *report);

/* fit_masses.c: name masses that contradict the others, false if none; refuse loads that the curve in force does not
 * bring together. */
struct fit_levels;
bool fit_masses(struct fit_levels *levels, struct fit_report *report);
void fit_quarrel(struct fit_levels *levels, const struct model_curve *curve,
	struct fit_report *report);

/* fit_masses.c: what the lightest load of a report pressed its fullest cell with, infinite without any; and ask for a
 * light one where a bent curve rests on heavier ones alone. */
#define FIT_LIGHT_KPA 14.0 /* 10 kg on the broad disc, and a rim that presses harder */
double fit_lightest_kpa(const struct model *model, const struct fit_report *report);
void fit_lightest(const struct model *model, struct fit_report *report);

#endif
