/* Pressure maps in files that other makers' programs export, frame by frame, from a text in memory.
 * Does not open files, does not allocate, and does not measure anything in the maps.
 * Formats: docs/mats.md, "Files of other makers". */
#ifndef STANCE_HW_MAPFILE_H
#define STANCE_HW_MAPFILE_H

#include <stdbool.h>
#include <stddef.h>

#define MAPFILE_MAX_SIDE  256
#define MAPFILE_MAX_CELLS (MAPFILE_MAX_SIDE * MAPFILE_MAX_SIDE)
#define MAPFILE_MAX_PARTS 2
#define MAPFILE_TEXT_SIZE 64

enum mapfile_format {
	MAPFILE_TEKSCAN, /* .asf of F-Scan, .csv of I-Scan: head, then "Frame N" and rows */
	MAPFILE_EMED,     /* .lst of novel: a page for each picture */
	MAPFILE_XSENSOR,  /* .csv: FRAME, SENSOR, SENSELS */
	MAPFILE_LABELLED, /* a row for each frame: id,label,L_r00_c0,...,R_r14_c6 */
	MAPFILE_MATRIX,   /* nothing but numbers in rows: one frame */
	MAPFILE_N_FORMATS,
};

/* Return the format's word in documents, and its name for people. */
const char *mapfile_format_word(enum mapfile_format format);
const char *mapfile_format_name(enum mapfile_format format);

enum mapfile_side { MAPFILE_UNKNOWN, MAPFILE_LEFT, MAPFILE_RIGHT };

/* What the file says once. NaN and "": it does not. */
struct mapfile_head {
	enum mapfile_format format;
	char sensor[MAPFILE_TEXT_SIZE];
	char unit[16]; /* as written: "KPa", "raw", "mmHg"; "" arbitrary */
	double kpa_per_unit;
	double pitch_x_mm, pitch_y_mm;
	double interval_s;
	double threshold; /* below which the maker's program wrote 0, in the unit */
};

/* One sensor's cells. */
struct mapfile_part {
	enum mapfile_side side;
	char name[MAPFILE_TEXT_SIZE];
	int n_rows, n_cols;
	double pitch_x_mm, pitch_y_mm; /* NaN: not said */
	double told_n;                 /* the file's own total force; NaN: not said */
	double told_sum; /* the file's own sum of the cells; NaN: not said */
	float *cells;    /* n_rows * n_cols, row-major as written; NaN: no cell there */
};

struct mapfile_frame {
	long number; /* as written, else counted from 1 */
	int line;    /* where it begins, from 1 */
	double t_s;  /* since the first frame; NaN: not known */
	char label[MAPFILE_TEXT_SIZE];
	int n_parts;
	struct mapfile_part parts[MAPFILE_MAX_PARTS];
};

/* A reader; caller-owned, the fields are its own but for `head`. */
struct mapfile {
	struct mapfile_head head;
	const char *at, *end, *file;
	int line;
	long n_frames;
	double first_s; /* time of the first frame by a wall clock in the file */
	int n_rows, n_cols;
	char *message;
	size_t size;
	float *cells; /* MAPFILE_MAX_CELLS */
};

/* Find out what `n` bytes of text are and read what they say once. `file` names them in messages, which
 * go to `message` (`size` bytes); `cells` is room for MAPFILE_MAX_CELLS; all are borrowed. Returns 0,
 * or -EINVAL with a sentence that names file and line. */
int mapfile_open(struct mapfile *map, const char *text, size_t n, const char *file,
	float *cells, char *message, size_t size);

/* Read the next frame; its cells are valid until the next call. Returns 1, 0 at the end, or -EINVAL as
 * above. */
int mapfile_next(struct mapfile *map, struct mapfile_frame *frame);

#endif
