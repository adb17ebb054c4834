/* The command line of stance-sim.
 * Does not open anything but the script and the recording it names.
 * Follows stance-sim(1); usage errors end the program with status 2. */
#ifndef STANCE_HW_SIM_SIMOPTS_H
#define STANCE_HW_SIM_SIMOPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/sim/plates.h"
#include "hw/sim/scene.h"
#include "hw/sim/skeleton.h"
#include "hw/sim/timeline.h"
#include "hw/smp.h"

/* What was asked for, defaults filled in. Strings are borrowed from argv. */
struct simopts {
	const char *link, *feet, *truth, *script;
	struct scene_options scene;
	struct skeleton_options body; /* in force if scene.person.body points here */
	struct timeline timeline;
	struct plates *plates; /* owned; NULL without --feet */
	double rate_hz, max_rate_hz;
	double duration_s; /* NaN: no end */
	double speed;      /* seconds of the mat in a real one, unless `fast` */
	double faults_frac;
	double clock_ppm;
	double tx_buffer_s;
	double pitch_mm;
	double step_on_s, step_off_s, unplug_s, replug_after_s; /* NaN: not given */
	bool fast, sparse, quiet, facing_back;
	bool is_live;      /* the script arrives on standard input */
	bool wait_for_cue; /* the script's time begins with a signal, not with START */
	int encoding;      /* enum smp_encoding; -1: what the sheet needs */
	enum smp_origin origin;
	int order;
	const char *serial;
	uint64_t seed;
};

/* Parse the command line, load what it names and check that it fits together. Ends the program
 * for --help, --version and usage errors. Returns 0, or a negative errno after a message for
 * files that cannot be used. Release with simopts_fini(). */
int simopts_parse(struct simopts *options, int argc, char **argv);
void simopts_fini(struct simopts *options);

#endif
