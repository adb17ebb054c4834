/* The mat plane: how cells lie in millimetres.
 * Does not know drivers, files or screens.
 * Axes are those of docs/units-and-axes.md: seen by the person standing on the mat, x to the
 * right, y forward, origin at the centre; row 0 is the front row, column 0 the leftmost. */
#ifndef STANCE_CORE_GEOMETRY_H
#define STANCE_CORE_GEOMETRY_H

#include <math.h>

/* The largest mat of SMP/1 (docs/smp.md: rows and cols are 1..256). */
#define GEOMETRY_MAX_SIDE 256

/* A place among the cells. Never mixed with millimetres. */
struct cell {
	int row;
	int col;
};

/* A place in the mat plane, millimetres. NaN in both means: absent. */
struct pos_mm {
	double x;
	double y;
};

/* Size and pitch: n_rows and n_cols in 1..GEOMETRY_MAX_SIDE, pitches above 0. */
struct mat_geometry {
	int n_rows;
	int n_cols;
	double pitch_x_mm; /* between columns */
	double pitch_y_mm; /* between rows */
};

static inline int geometry_n_cells(const struct mat_geometry *g)
{
	return g->n_rows * g->n_cols;
}

/* Return the x of a column's centre; fractional columns are allowed. */
static inline double geometry_x_mm(const struct mat_geometry *g, double col)
{
	return (col - 0.5 * (g->n_cols - 1)) * g->pitch_x_mm;
}

/* Return the y of a row's centre; row 0 is the front, so y falls with the row. */
static inline double geometry_y_mm(const struct mat_geometry *g, double row)
{
	return (0.5 * (g->n_rows - 1) - row) * g->pitch_y_mm;
}

/* Return the cell whose centre is nearest to a place; not checked to be on the mat. */
static inline struct cell geometry_cell_at(
	const struct mat_geometry *g, double x_mm, double y_mm)
{
	return (struct cell){
		.row = (int)lrint(0.5 * (g->n_rows - 1) - y_mm / g->pitch_y_mm),
		.col = (int)lrint(x_mm / g->pitch_x_mm + 0.5 * (g->n_cols - 1)),
	};
}

/* Return a cell's index in a row-major array. */
static inline int geometry_index(const struct mat_geometry *g, struct cell cell)
{
	return cell.row * g->n_cols + cell.col;
}

#endif
