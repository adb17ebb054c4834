/* The mat plane: how cells lie in millimetres.
 * Does not know drivers, files or screens.
 * Axes are those of docs/units-and-axes.md: seen by the person standing on the mat, x to the
 * right, y forward, origin at the centre; row 0 is the front row, column 0 the leftmost. */
#ifndef STANCE_CORE_GEOMETRY_H
#define STANCE_CORE_GEOMETRY_H

/* The largest mat of SMP/1 (wire-protocol: rows and cols are 1..256). */
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

#endif
