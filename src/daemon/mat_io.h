/* The mat on the loop: waits on its descriptor and its deadline, calls it, passes its frames on.
 * Does not analyse.
 * Follows hw/mat.h: descriptor and deadline are asked for again after each call. */
#ifndef STANCE_DAEMON_MAT_IO_H
#define STANCE_DAEMON_MAT_IO_H

#include "hw/mat.h"
#include "src/daemon/live.h"

struct sd_event;
struct mat_io;

/* `changed_fn` comes after the state or the description of the mat has changed. */
typedef void mat_io_changed_fn(void *ctx);

/* Begin to look for the mat. Returns 0 or a negative errno as mat_new(). */
int mat_io_new(struct sd_event *event, const struct mat_options *options,
	struct live *live, mat_io_changed_fn *changed_fn, void *ctx,
	struct mat_io **out);
void mat_io_free(struct mat_io *io);

/* The mat, to be asked but not driven. */
const struct mat *mat_io_mat(const struct mat_io *io);

/* As mat_identify(). */
int mat_io_identify(struct mat_io *io);

#endif
