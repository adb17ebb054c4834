/* A folder that a practice's system puts requests in, seen file by file: read, taken away, or moved aside.
 * Does not decide about patients and does not watch: the daemon does.
 * Follows docs/exports.md ("The watched folder"). Every call may wait for a network: not for the daemon's loop. */
#ifndef STANCE_EXPORT_GDT_FOLDER_H
#define STANCE_EXPORT_GDT_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/export/gdt_request.h"

#define GDT_FOLDER_REFUSED                                                             \
	"refused" /* the folder inside that what is refused goes to */

/* chosen: a practice's system writes a request within a second; a network may stall */
#define GDT_FOLDER_PATIENCE_S 30

/* What was found and what is to become of it. */
struct gdt_folder_item {
	char name[NAME_MAX + 1]; /* bytes as they come; may name a patient: not for logs */
	dev_t dev;
	ino_t ino;
	off_t size;
	int64_t mtime_ns;
	bool is_request;  /* else it is to be refused */
	char reason[256]; /* why */
	struct gdt_request request;
};

/* Read at most `max` files that end with .gdt or with a dot and three digits, the oldest first; hidden ones, links
 * and what is no plain file stay where they are, unlooked at. One that is shorter than it says waits until
 * GDT_FOLDER_PATIENCE_S after its last change by `now_s`, the wall clock. Returns how many `items` there are and
 * whether `*more` files wait to be read; or a negative errno of the folder. */
int gdt_folder_read(const char *dir, int64_t now_s, struct gdt_folder_item *items,
	int max, bool *more);

/* Delete a file that was taken, if it is still the one that was read. Returns 0 also if it is not, or gone. */
int gdt_folder_take(const char *dir, const struct gdt_folder_item *item);

/* Move a file to DIR/refused and write its reason to DIR/refused/NAME.txt. An older file of that name there stays.
 * Returns 0, also if the file was changed since, or a negative errno: then it is where it was. */
int gdt_folder_refuse(const char *dir, const struct gdt_folder_item *item);

#endif
