/* One scan of the mat as the sensor gave it, and what its numbers mean.
 * Does not own the cells and does not know the wire.
 * Follows docs/units-and-axes.md; drivers turn every mat's order into this one. */
#ifndef STANCE_CORE_FRAME_H
#define STANCE_CORE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

/* What a cell's number is, before calibration. */
enum frame_unit {
	FRAME_UNIT_COUNTS,         /* raw ADC counts, rising with load */
	FRAME_UNIT_CONDUCTANCE_NS, /* nanosiemens, rising with load */
	FRAME_UNIT_FORCE_MN,       /* millinewtons */
};

/* Status bits of a frame, numbered as in SMP/1. */
enum frame_status {
	FRAME_SATURATED = 1,
	FRAME_OVERRUN = 2,
	FRAME_AUTOZERO_MOVED = 4,
};

/* Borrowed view of one scan; `cells` is valid only during the call that passes the frame. */
struct raw_frame {
	uint64_t seq;          /* packet number, unwrapped: rises, with holes */
	uint64_t device_us;    /* the mat's clock at the start of the scan */
	bool has_device_us;    /* false: the mat has no clock */
	int64_t t_ns;          /* that instant on the host's monotonic clock */
	uint32_t n_lost;       /* packets missing just before this frame */
	uint16_t scan_us;      /* duration of the scan, 0 if unknown */
	uint8_t status;        /* enum frame_status bits */
	const uint16_t *cells; /* n_rows * n_cols, front row first, left to right */
};

#endif
