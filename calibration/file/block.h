/* What lies behind a struct calibration in memory: the texts of a verdict that came from a file.
 * Private to calibration/file. */
#ifndef STANCE_CALIBRATION_FILE_BLOCK_H
#define STANCE_CALIBRATION_FILE_BLOCK_H

#include "calibration/file/calibration.h"

#define BLOCK_KEY_SIZE   32
#define BLOCK_LABEL_SIZE 64
#define BLOCK_UNIT_SIZE  16

struct block {
	struct calibration calibration; /* the first: its address is the block's */
	struct {
		char key[BLOCK_KEY_SIZE], label[BLOCK_LABEL_SIZE],
			unit[BLOCK_UNIT_SIZE];
	} lines[VERIFY_N_TESTS];
};

/* Words that are written and read, by number. */
const char *block_unit_word(int unit);    /* enum frame_unit */
const char *block_severity_word(int k);   /* enum fit_severity */
const char *block_judgement_word(int k);  /* enum verify_judgement */
const char *block_reading_word(int k);    /* enum reading_kind */
const char *block_curve_word(int k);      /* enum curve_kind */
const char *block_cell_state_word(int k); /* enum cell_state */

#endif
