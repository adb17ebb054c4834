/* Calibrations on disk: one file each that is never overwritten, which one is in force for a mat, the
 * draft of a procedure, and the morning checks. Everything under STATE/calibrations:
 *
 *     <id>.json                  a calibration, kept for good
 *     in-force-<serial>          its id and a newline: switched by a rename
 *     draft-<serial>.json        the procedure that is under way
 *     checks.jsonl               one morning check a line
 *
 * Does not judge what it keeps. Every function waits for the disk: the worker's thread.
 * Follows docs/calibration.md ("The file"): whatever is interrupted, by a kill or a full disk, leaves what
 * was there before. */
#ifndef STANCE_DAEMON_CALIBRATION_FILES_H
#define STANCE_DAEMON_CALIBRATION_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calibration/file/calibration.h"

#define CALIBRATION_FILES_MESSAGE 512

/* A morning check: one weight against the calibration in force. */
struct calibration_check {
	int64_t at_unix_ms; /* 0: none */
	char serial[17], calibration_id[CALIBRATION_ID_SIZE];
	double mass_kg, measured_kg;
	double error_frac, limit_frac;
	bool ok;
};

/* Make the folder under `state_dir` and clear away what an interruption left. Returns 0 or a negative
 * errno. */
int calibration_files_init(const char *state_dir);

/* Write `text`, whose calibration has that id; a file that is there already is the same and stays.
 * Returns 0 or a negative errno; then nothing is left behind. */
int calibration_files_put(
	const char *state_dir, const char *id, const char *text, size_t n);

/* Read a file whole, `*text` to be freed; or up to `size` bytes from `offset` into `piece`. Returns 0, in
 * the second case the number of bytes; -ENOENT; -EFBIG; -ENOMEM; another negative errno. */
int calibration_files_get(
	const char *state_dir, const char *id, char **text, size_t *n);
int calibration_files_piece(const char *state_dir, const char *id, size_t offset,
	char *piece, size_t size, size_t *total);

/* Put `id` in force for the mat of that serial number, "" for none; and read which it is: -ENOENT if none
 * is, -EBADMSG if the file is damaged. */
int calibration_files_force(const char *state_dir, const char *serial, const char *id);
int calibration_files_in_force(
	const char *state_dir, const char *serial, char id[CALIBRATION_ID_SIZE]);

/* Return whether `id` could be one: 32 hexadecimal digits, so that it names no other file. */
bool calibration_files_is_id(const char *id);

/* Keep, read and delete the draft of a mat. Errors as above; deleting what is not there is no error. */
int calibration_files_put_draft(
	const char *state_dir, const char *serial, const char *text, size_t n);
int calibration_files_get_draft(
	const char *state_dir, const char *serial, char **text, size_t *n);
int calibration_files_drop_draft(const char *state_dir, const char *serial);

/* Call `fn` for each calibration with its first bytes, in no order. Returns 0 or a negative errno. */
typedef void calibration_files_fn(
	const char *id, const char *text, size_t n, void *ctx);
int calibration_files_each(const char *state_dir, calibration_files_fn *fn, void *ctx);

/* Append a check; find the last one of a mat (at_unix_ms 0: none). Return 0 or a negative errno. */
int calibration_files_add_check(
	const char *state_dir, const struct calibration_check *check);
int calibration_files_last_check(
	const char *state_dir, const char *serial, struct calibration_check *check);

#endif
