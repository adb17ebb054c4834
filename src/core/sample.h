/* What the analysis says of one frame: the numbers that clients, screens and trials share.
 * Plain data; no function computes here but the names of flags.
 * Follows docs/api.md, stance.sample/1. Absent is NaN; zero is a measured zero. */
#ifndef STANCE_CORE_SAMPLE_H
#define STANCE_CORE_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/geometry.h"

/* Bits of stance_sample.flags; sample_flag_name() gives the words of docs/api.md. */
enum sample_flag {
	SAMPLE_UNCALIBRATED = 1 << 0, /* raw counts without a calibration */
	SAMPLE_UNVERIFIED = 1 << 1,   /* the calibration never passed verification */
	SAMPLE_EXPIRED = 1 << 2,      /* the calibration is too old */
	SAMPLE_EXTRAPOLATED = 1 << 3, /* beyond the calibrated span */
	SAMPLE_SATURATED = 1 << 4,    /* at least one loaded cell at full scale */
	SAMPLE_DEAD_CELLS = 1 << 5,   /* dead cells at the feet were filled in */
	SAMPLE_GAP = 1 << 6,          /* packets were lost just before this frame */
	SAMPLE_LOW_RATE = 1 << 7,     /* below SAMPLE_LOW_RATE_HZ */
	SAMPLE_SIDE_UNKNOWN = 1 << 8, /* which foot is which cannot be told */
	SAMPLE_FEET_TOUCH = 1 << 9,   /* they share an edge; their line is inferred */
	SAMPLE_EDGE = 1 << 10,        /* a foot reaches the edge: load may be missing */
	SAMPLE_UNSTABLE = 1 << 11,    /* too restless or unclear to be split */
	SAMPLE_OVERRUN = 1 << 12,     /* the mat could not keep its scan rate */
	SAMPLE_STALE = 1 << 13,       /* older than 300 ms: set by those who show it */
};
#define SAMPLE_N_FLAGS 14

#define SAMPLE_LOW_RATE_HZ 50.0 /* less sets SAMPLE_LOW_RATE */

/* One foot. Not present: every number NaN. */
struct foot_sample {
	bool present;
	double force_n;          /* NaN where force is unknown (uncalibrated counts) */
	double share_frac;       /* of the whole load; known without calibration */
	struct pos_mm cop_mm;    /* mat plane */
	double fore_frac;        /* load ahead of half its length, over its load */
	struct pos_mm heel_mm;   /* rear end of the foot's own axis, mat plane */
	double length_mm;        /* of the contact along that axis */
	double direction_deg;    /* heel to toe; 0 straight ahead, + to the right */
	double contact_area_mm2; /* cells with load, shared ones in part */
	double peak_kpa;         /* highest cell; NaN where force is unknown */
};

/* Expanded uncertainties (k = 2, about 95 %) of one frame's values from what the analysis
 * knows of the sheet: cell noise and resolution, cells filled in, the line between touching
 * feet. NaN where it cannot be known (uncalibrated counts). */
struct sample_u95 {
	double force_n;
	double cop_mm;
	double left_frac;
	double fore_frac;
};

/* One frame's result. */
struct stance_sample {
	uint64_t seq;
	uint64_t device_us;
	bool has_device_us;
	int64_t t_ns;         /* host's monotonic clock, strictly rising */
	double force_n;       /* NaN where unknown */
	double load_frac;     /* force over the person's weight; NaN while unknown */
	struct pos_mm cop_mm; /* NaN below the load threshold */
	double left_frac;     /* F_L / (F_L + F_R); NaN without both feet */
	double fore_frac;     /* both feet together; NaN where no foot has an axis */
	struct foot_sample left;
	struct foot_sample right;
	double stance_width_mm; /* between the two heels' centres, across the stance direction */
	double contact_area_mm2;
	double peak_kpa;
	bool facing_back; /* the person stands the wrong way round */
	struct sample_u95 u95;
	uint32_t flags; /* enum sample_flag bits */
};

/* Return the name of flag bit `index` (0..SAMPLE_N_FLAGS-1) as docs/api.md spells it. */
const char *sample_flag_name(int index);

/* Return a sample with every number absent, nothing set. */
struct stance_sample sample_absent(void);

#endif
