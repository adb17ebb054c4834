/* Who gives the documents that a report is drawn from: the store of this station, or, where its reader may not or
 * should not open that, the daemon over its socket. Both give the same bytes.
 * Does not read what they say. Follows docs/api.md (report.get, report.draft, report.figures).
 * Memory: one object, freed with from_close(); texts are the caller's to free. */
#ifndef STANCE_REPORT_FROM_H
#define STANCE_REPORT_FROM_H

#include <stddef.h>
#include <stdint.h>

#include "src/store/store_report.h"

struct from;

/* The store in `state_dir` (NULL: the usual place), or, if `socket` is not NULL, the daemon there ("": at the usual place).
 * Returns 0; -ENOENT no store; -ECONNREFUSED no daemon; -EACCES not allowed; or another negative errno; with a
 * sentence in `message`. */
int from_open(const char *state_dir, const char *socket, struct from **out,
	char *message, size_t size);
void from_close(struct from *from);

/* A signed version of a visit (0: the newest), and its SHA-256. Returns 0; -ENOENT there is none; -EBADMSG it is not what
 * was signed; -EACCES; or another negative errno, with a sentence in `message`. */
int from_signed(struct from *from, int64_t visit, int version, char **text,
	char sha256[STORE_SHA256_SIZE], char *message, size_t size);

/* A visit or a trial (`visit` 0) as it is now, without figures; and the figures of one trial, pictures from at most
 * `most_frames` frames (0: all). Returns 0; -ENOENT; -EACCES; or another negative errno, with a sentence in `message`. */
int from_draft(struct from *from, int64_t visit, int64_t trial, char **text, size_t *n,
	char *message, size_t size);
int from_figures(struct from *from, int64_t trial, int most_frames, char **text,
	size_t *n, char *message, size_t size);

#endif
