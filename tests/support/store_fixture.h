/* Made-up patients, trials and series for tests and benches of the store. */
#ifndef STANCE_TESTS_SUPPORT_STORE_FIXTURE_H
#define STANCE_TESTS_SUPPORT_STORE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/rng.h"
#include "src/core/trial/record.h"

/* Fill in a whole record with a fresh uid: phases, reasons and most metrics, some of them absent,
 * negative zero, tiny or huge. `patient` may be "". */
void store_fixture_record(struct trial_record *record, struct rng *rng,
	const char *patient, int n_phases);

/* Make a series of `n` entries on the heap; freed with store_series_free(). */
void store_fixture_series(struct trial_series *series, struct rng *rng, int n);

/* Fail the test unless every field and every bit is the same. */
void store_fixture_assert_same(
	const struct trial_record *a, const struct trial_record *b);

/* Make a fresh folder and write its path: in memory where there is room, for a test that is not about
 * the disk. */
void store_fixture_folder(char path[64]);

/* Delete a folder made for a test, and all below it. */
void store_fixture_remove(const char *folder);

#endif
