/* The table reader: whatever the bytes, each row is numbers or a complaint that names its line, and
 * no row is read twice or made up.
 * Parser: src/base/csv.c */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct csv_column columns[] = { { "t_s", false },
		{ "x_mm", false }, { "y_mm", false }, { "force_n", true } };
	const char *text = size ? (const char *)data : "";
	size_t n_rows = 0;
	char message[160];
	double v[4];
	struct csv csv;
	int rc = csv_open(&csv, text, size, "f", columns, 4, message, sizeof(message));

	while (rc == 0 && (rc = csv_next(&csv, v)) == 1) {
		for (int c = 0; c < 4; c++)
			require(isnan(v[c]) || isfinite(v[c]));
		require(csv_has(&csv, 3) || isnan(v[3]));
		n_rows++;
		rc = 0;
	}
	require(n_rows < csv_max_rows(text, size) || n_rows == 0);
	require(rc == 0 || (rc == -EINVAL && strncmp(message, "f:", 2) == 0));
	return 0;
}
