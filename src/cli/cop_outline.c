#include "src/cli/cop_outline.h"

#include <math.h>
#include <stdlib.h>

#include "src/base/csv.h"
#include "src/cli/analyze.h"
#include "src/cli/cli.h"
#include "src/cli/cop_measure.h"
#include "src/core/sway/hull.h"

#define MESSAGE_SIZE 512

/* Returns the number of points, or -1 after saying what is wrong. */
static int read_points(struct cli *cli, const char *path, const char *text, size_t n,
	struct cop_outline *points)
{
	static const struct csv_column columns[] = { { "x_mm", false },
		{ "y_mm", false } };
	char message[MESSAGE_SIZE] = "";
	struct csv csv;
	double row[2];
	int got = csv_open(&csv, text, n, path, columns, 2, message, sizeof(message));

	points->n = 0;
	while (got >= 0 && (got = csv_next(&csv, row)) > 0) {
		if (isnan(row[0]) || isnan(row[1]))
			got = csv_complain(&csv, "a corner needs both numbers");
		else if (points->n >= COP_OUTLINE_MAX)
			got = csv_complain(&csv, "an outline has at most %d points",
				COP_OUTLINE_MAX);
		else {
			points->x_mm[points->n] = row[0];
			points->y_mm[points->n++] = row[1];
		}
	}
	if (got < 0)
		cli_error(cli, "%s", message);
	return got < 0 ? -1 : points->n;
}

int cop_outline_read(struct cli *cli, const char *path, struct cop_outline *outline)
{
	const struct hull_point *corners;
	void *memory;
	char *text;
	size_t size;
	int n, code = analyze_read(cli, path, "the outline", &text, &size);

	if (code != CLI_OK)
		return code;
	n = read_points(cli, path, text, size, outline);
	free(text);
	if (n < 0)
		return CLI_CORRUPT;
	memory = cop_measure_memory(hull_size(n));
	if (!memory)
		return CLI_FAILURE;
	n = n > 0 ? hull_find(outline->x_mm, outline->y_mm, n, memory, &corners) : 0;
	if (n < 3) {
		cli_error(cli, "%s: an outline needs three corners that span an area",
			path);
		free(memory);
		return CLI_CORRUPT;
	}
	outline->n = n;
	for (int i = 0; i < n; i++) {
		outline->x_mm[i] = corners[i].x;
		outline->y_mm[i] = corners[i].y;
	}
	free(memory);
	return CLI_OK;
}
