/* The certificate of a calibration, two sheets of A4: what mat, who, when, what it may be trusted with; and
 * the evidence: cells, errors over the mat, residuals, verification.
 * Computes nothing but positions: every figure is the calibration's own.
 * Follows docs/calibration.md. */
#ifndef STANCE_REPORT_CERTIFICATE_H
#define STANCE_REPORT_CERTIFICATE_H

#include "calibration/file/calibration.h"
#include "src/report/paper.h"

/* Write it to `path`. `now_unix_ms` says whether it has expired, and stands nowhere on the sheet but in that
 * word: the same day gives the same bytes. Errors as paper_open() and paper_close(). */
int certificate_write(const struct calibration *calibration, int64_t now_unix_ms,
	const char *path, enum paper_format format);

#endif
