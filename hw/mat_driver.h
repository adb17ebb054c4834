/* The seam between one mat on a port (mat.c) and the protocols that mats speak (driver_*.c).
 * Does not open ports or wait: a driver is given bytes and the time, and asks for bytes to be sent.
 * Follows docs/mats.md, which also says how to add a driver. */
#ifndef STANCE_HW_MAT_DRIVER_H
#define STANCE_HW_MAT_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/mat.h"
#include "hw/ports.h"

#define MAT_DRIVER_REASON_SIZE 512

/* Deadline of a driver that waits for nothing but bytes. */
#define MAT_DRIVER_NEVER INT64_MAX

/* How far the conversation on the open port has come. */
enum mat_driver_stage {
	MAT_DRIVER_ASKING,    /* is a mat of mine there? */
	MAT_DRIVER_STARTING,  /* yes; asked to stream */
	MAT_DRIVER_STREAMING, /* frames come */
	MAT_DRIVER_SILENT,    /* gave up asking: nobody answered in my protocol */
	MAT_DRIVER_REFUSED,   /* one answered that cannot be used; `reason` says why */
};

/* Who holds the port. Both functions get `ctx`. */
struct mat_driver_host {
	/* Send all bytes; returns 0 or a negative errno, which the driver may ignore: it will
	 * ask again or notice the silence. */
	int (*send)(const uint8_t *bytes, size_t n, void *ctx);
	/* Pass a frame on; `now_ns` as given to receive. The frame is borrowed. */
	void (*frame)(const struct raw_frame *frame, void *ctx);
	void *ctx;
};

/* What a driver counts; never reset. */
struct mat_driver_counters {
	uint64_t frames, bad_frames, lost_frames, late_frames, resyncs;
};

/* The part of every driver that mat.c reads; a driver's own struct begins with it. Written by the
 * driver alone. */
struct mat_driver {
	const struct mat_driver_ops *ops;
	struct mat_driver_host host;
	double wanted_rate_hz; /* 0: the mat's default */
	enum mat_driver_stage stage;
	char reason[MAT_DRIVER_REASON_SIZE]; /* of the stage, "" if none */
	struct mat_info info; /* has_mat once one answered; path is mat.c's */
	uint32_t n_info;      /* rises with every change of info */
	struct mat_driver_counters counters;
	int64_t deadline_ns; /* when tick is due */
	int64_t last_frame_ns; /* arrival of the last good frame, or when streaming was asked for */
	int64_t period_ns; /* of the frames, by their own stamps; 0 unknown */
	bool has_part;     /* of a packet whose end has not come yet */
};

/* One protocol. All functions are given the time and none blocks. */
struct mat_driver_ops {
	const char *name;  /* as in the configuration, at most 15 bytes */
	const char *title; /* for people */
	const int *bauds;  /* to try, in order, ended by 0 */

	/* Return whether a port's identity speaks for a mat of this protocol. Only a guess. */
	bool (*claims)(const struct port_info *port);

	/* Make one with all the memory it will ever need. 0 or -ENOMEM. */
	int (*create)(const struct mat_driver_host *host, double rate_hz,
		struct mat_driver **out);
	void (*destroy)(struct mat_driver *driver);

	/* A port was opened: begin the conversation anew, in stage ASKING. */
	void (*begin)(struct mat_driver *driver, int64_t now_ns);
	void (*receive)(struct mat_driver *driver, const uint8_t *bytes, size_t n,
		int64_t now_ns);
	void (*tick)(struct mat_driver *driver, int64_t now_ns);

	/* The port is about to be closed on purpose: ask the mat to stop. */
	void (*end)(struct mat_driver *driver, int64_t now_ns);
	int (*identify)(struct mat_driver *driver, int64_t now_ns);
};

/* Return the drivers in probe order, ended by NULL. */
const struct mat_driver_ops *const *mat_driver_table(void);

/* Return the driver of a name, NULL if there is none. */
const struct mat_driver_ops *mat_driver_find(const char *name);

extern const struct mat_driver_ops driver_smp_ops;

#endif
