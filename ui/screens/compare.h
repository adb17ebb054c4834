/* What the screens of a comparison share: the two visits they are given, and the pictures of the load under the feet.
 * Decides nothing: every judgement is the daemon's.
 * Follows docs/api.md (stance.comparison/1). */
#ifndef STANCE_UI_SCREENS_COMPARE_H
#define STANCE_UI_SCREENS_COMPARE_H

#include <jansson.h>

#include "src/core/geometry.h"
#include "ui/app/view.h"
#include "ui/core/list.h"
#include "ui/screens/results.h"

/* "A B": the numbers of two visits, A the earlier. */
struct compare_of {
	int64_t a, b;
};
struct compare_of compare_of(const char *arg);

/* A visit's day, and the hour where both are of one day; a member "a" or "b" of a comparison. */
void compare_day(const json_t *document, const char *which, char *out, size_t size);

/* The pictures, unpacked and cut to where a foot is. Owned by the screen. */
struct compare_map {
	struct mat_geometry geometry; /* of the part that is kept */
	float *a, *b;      /* permille of all load, n_rows * n_cols; NULL: none */
	float *difference; /* b - a; NULL: none */
	float top, most;   /* the highest cell of both, the largest difference */
};

/* Unpack the member "map" of a document; one without is no error. Returns 0, -EBADMSG, -ENOMEM. */
int compare_map_read(const json_t *document, struct compare_map *out);
void compare_map_fini(struct compare_map *map);

/* Draw both pictures and their difference in `r`, with their days and legends; or say why there are none. */
void compare_map_draw(struct view *v, struct rect r, const struct compare_map *map,
	const json_t *document);

/* How rows are laid out. */
struct compare_columns {
	enum {
		COMPARE_TALL,   /* three columns, a line each for number and error */
		COMPARE_LOW,    /* three columns, number and error beside each other */
		COMPARE_NARROW, /* below each other */
	} shape;
	int w; /* of the three together */
	int part_w[2],
		number_px; /* of low ones: of the first two, and the size of numbers */
	struct results_head head; /* of all rows */
};

/* In `r`, which is below the screen's strip. */
struct compare_columns compare_columns(
	struct view *v, struct rect r, const struct results_row *rows, int n);

/* Draw one row. Draw over the rows which column is which visit. */
int compare_row_height(
	const struct parts_type *t, const struct compare_columns *columns);
void compare_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct compare_columns *columns);
void compare_head_draw(struct view *v, const json_t *document,
	const struct compare_columns *columns, struct rect *r);

/* Draw all that is known of one; `pages` with their buttons `id` as facts.h tells. */
void compare_one_draw(struct view *v, struct rect r, const struct results_row *row,
	const json_t *document, int id, struct list *pages);

/* What a number may be off by, `key` "a" or "b": its interval of 95 %, or that it is of one trial. Returns `out`. */
const char *compare_error(const json_t *row, const char *key, char *out, size_t size);

#endif
