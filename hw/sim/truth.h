/* The truth file: one line of JSON for every frame the simulated mat produced.
 * Does not compute anything.
 * Follows stance-sim(1) ("Truth"): stance.truth/1. */
#ifndef STANCE_HW_SIM_TRUTH_H
#define STANCE_HW_SIM_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/sim/scene.h"

/* What became of a frame. */
struct truth_frame {
	uint64_t seq; /* packet number, unwrapped, in this session */
	uint64_t device_us;
	uint32_t session_id;
	double cue_s; /* when the script's time began; infinite: not yet */
	bool damaged; /* on purpose, on the wire */
	bool dropped; /* never sent: nobody read */
};

/* Write one line with its newline into `buffer`. Returns its length, or -ENOBUFS. */
int truth_line(const struct truth_frame *frame, const struct scene_truth *truth,
	char *buffer, size_t size);

#endif
