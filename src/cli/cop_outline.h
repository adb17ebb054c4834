/* The base of support from a file, for time to boundary: corners as x_mm,y_mm in the series' frame.
 * Does not guess one. Follows docs/metrics.md ("Time to boundary"). */
#ifndef STANCE_CLI_COP_OUTLINE_H
#define STANCE_CLI_COP_OUTLINE_H

#define COP_OUTLINE_MAX 512

struct cli;

/* A convex outline, counter-clockwise. */
struct cop_outline {
	int n; /* 0: none */
	double x_mm[COP_OUTLINE_MAX], y_mm[COP_OUTLINE_MAX];
};

/* Read the points of `path` (in any order, at most COP_OUTLINE_MAX) and take their convex hull.
 * Returns CLI_OK, or an exit code, said. */
int cop_outline_read(struct cli *cli, const char *path, struct cop_outline *outline);

#endif
