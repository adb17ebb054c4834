/* The pictures of a calibration's certificate: gains and states of the cells, errors over the mat, residuals.
 * Each draws into a square or box of the sheet and returns nothing; captions are the caller's. */
#ifndef STANCE_REPORT_CERTIFICATE_PLOTS_H
#define STANCE_REPORT_CERTIFICATE_PLOTS_H

#include "calibration/file/calibration.h"
#include "src/report/paper.h"

/* The gains as a map, darker is higher, clipped at 0.5 and 2; cells that do not measure are crossed. The front
 * of the mat is up. Height follows from the mat's shape. */
void certificate_plot_gains(struct paper *paper, double x_mm, double y_mm,
	double width_mm, const struct model *model);

/* Where weights stood while verifying: a ring at the stated place, the line to where the mat saw it, thirty
 * times as long, and the error of force in per cent. */
void certificate_plot_errors(struct paper *paper, double x_mm, double y_mm,
	double width_mm, const struct model *model,
	const struct verify_result *verification);

/* Each known load's residual in per cent over its mass, those that took no part in the fit as rings. */
void certificate_plot_residuals(struct paper *paper, double x_mm, double y_mm,
	double width_mm, double height_mm, const struct calibration *calibration);

/* Return how high a map of that width is. */
double certificate_map_height(const struct model *model, double width_mm);

#endif
