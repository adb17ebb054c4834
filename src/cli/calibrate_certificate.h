/* A calibration as a certificate in plain text: which mat, who and when, cells, curve, loads and their
 * residuals, how sure, what the verification found, until when.
 * Does not judge.
 * Follows docs/calibration.md, "The file" and "Uncertainty". */
#ifndef STANCE_CLI_CALIBRATE_CERTIFICATE_H
#define STANCE_CLI_CALIBRATE_CERTIFICATE_H

#include <stdio.h>

struct json_t;

/* Print a stance.calibration-certificate/1, or a stance.calibration/1 as it is in a file. */
void calibrate_certificate_print(FILE *out, const struct json_t *document);

#endif
