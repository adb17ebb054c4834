/* The store and the recordings, each figure beside a baseline in the same run.
 *
 * A patient's history (50 trials, the newest first) in a store of 100,000 trials beside one of 1,000:
 * what is looked up by index must not grow with the store. Goal: p99 below 20 ms.
 * A minute of a 32 x 32 mat at 100 Hz, made of a standing shape, sway and sensor noise: size of its
 * recording beside the raw numbers and beside zstd -3 of them by the second; cost of a second. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "src/store/recording.h"
#include "src/store/sql.h"
#include "src/store/store.h"
#include "src/store/zip.h"

#define N_HISTORY 50
#define N_QUERIES 400

static const int sizes[] = { 1000, 100000 };

static _Noreturn void give_up(const char *what, int error)
{
	fprintf(stderr, "bench_store: %s: %s\n", what, strerror(-error));
	exit(1);
}

static void need(const char *what, int error)
{
	if (error < 0)
		give_up(what, error);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(double *values, int n, double q)
{
	qsort(values, (size_t)n, sizeof(*values), compare);
	return values[(int)(q * (n - 1))];
}

/* --- listings --------------------------------------------------------------------------------- */

/* Straight into the tables, in one transaction: what is measured is reading. Each trial has the two
 * values of its line and twenty more. */
static void fill(const char *folder, int n_trials)
{
	char path[128], text[2048];
	struct sql *db = NULL;

	snprintf(path, sizeof(path), "%s/stance.db", folder);
	need("open", sql_open(path, SQL_READ_WRITE, &db));
	snprintf(text, sizeof(text),
		"BEGIN; WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
		" WHERE i < %d) INSERT INTO patient (id, code, sex, birth_year, "
		"stature_m,"
		" mass_kg, notes, created_unix_ms) SELECT i, 'P-' || i, 'F', 1950, "
		"1.7, 70.0,"
		" 'notes', i FROM c;",
		n_trials / N_HISTORY);
	need("patients", sql_script(db, text));
	/* patients come back again and again, so that their trials lie far apart */
	snprintf(text, sizeof(text),
		"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE "
		"i < %d)"
		" INSERT INTO trial (id, uid, patient_id, visit_id, state, operator,"
		" protocol, started_unix_ms, utc_offset_min, duration_s, settle_s,"
		" rate_hz, verdict, calibration_id, calibration_state, algorithm, eyes,"
		" surface, stance, footwear, support, orthosis, pain, voided,"
		" void_reason, has_raw) SELECT i, printf('%%032x', i), 1 + i %% %d, "
		"NULL, "
		"'done',"
		" 'operator', 'quiet-eo', 1600000000000 + i, 60, 30.0, 5.0, 100.0, "
		"'good',"
		" 'cal', 'valid', '1', 'open', 'firm', 'bipedal', '', '', '', -1, 0, "
		"'', 1"
		" FROM c;",
		n_trials, n_trials / N_HISTORY);
	need("trials", sql_script(db, text));
	need("values", sql_script(db, "INSERT INTO value SELECT trial.id, 0, metric.id,"
				      " trial.id * 0.001 FROM trial, metric WHERE"
				      " metric.id <= 20 OR key IN ('left_frac',"
				      " 'mean_velocity_mm_s'); COMMIT;"));
	sql_close(db);
}

static int count_line(const struct store_trial_line *line, void *ctx)
{
	*(double *)ctx += line->left_frac;
	return 0;
}

static double time_history(struct store *store, int patient)
{
	char code[32];
	double sum = 0.0;
	struct store_trial_query query = { .patient = code, .limit = N_HISTORY };
	const int64_t from_ns = clock_now_ns();
	int n;

	snprintf(code, sizeof(code), "P-%d", patient);
	n = store_trial_list(store, &query, count_line, &sum);
	if (n != N_HISTORY || isnan(sum))
		give_up("history", -EINVAL);
	return (double)(clock_now_ns() - from_ns) * 1e-6;
}

static double bench_size(const char *folder, int n_trials)
{
	char message[STORE_MESSAGE_SIZE];
	struct store *store = NULL;
	double ms[N_QUERIES];
	struct rng rng;
	double p50;

	need("open", store_open(folder, false, &store, message, sizeof(message)));
	fill(folder, n_trials);
	rng_init(&rng, 1, 0);
	for (int i = 0; i < N_QUERIES; i++)
		ms[i] = time_history(store,
			1 + (int)(rng_u64(&rng) % (uint64_t)(n_trials / N_HISTORY)));
	store_close(store);
	p50 = quantile(ms, N_QUERIES, 0.5);
	printf("  %6d trials   p50 %6.3f ms   p99 %6.3f ms\n", n_trials, p50,
		quantile(ms, N_QUERIES, 0.99));
	return p50;
}

static void remove_store(const char *folder)
{
	static const char *const names[] = { "stance.db", "stance.db-wal",
		"stance.db-shm", "reserve", "bench.srec", "recordings", "" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		remove(path);
	}
}

static void bench_history(void)
{
	double p50[2];

	printf("a patient's history of %d trials, listed (goal: below 20 ms)\n",
		N_HISTORY);
	for (int i = 0; i < 2; i++) {
		char folder[] = "/tmp/stance-bench-XXXXXX";

		if (!mkdtemp(folder))
			give_up("folder", -errno);
		p50[i] = bench_size(folder, sizes[i]);
		remove_store(folder);
	}
	printf("  100 times the trials cost %.2f times as much\n", p50[1] / p50[0]);
}

/* --- recordings ------------------------------------------------------------------------------- */

#define SIDE     32
#define N_CELLS  (SIDE * SIDE)
#define RATE_HZ  100
#define N_FRAMES (60 * RATE_HZ)

/* Two soft feet that sway by a few millimetres, and noise: 1.5 LSB on loaded, 0.6 on idle cells. */
static void make_frame(struct rng *rng, int i, uint16_t *cells)
{
	const double x = 0.4 * sin(i * 0.02) + 0.1 * sin(i * 0.11);
	const double y = 0.5 * sin(i * 0.013);

	for (int r = 0; r < SIDE; r++)
		for (int c = 0; c < SIDE; c++) {
			const double dx = fabs(c - 15.5 - x) - 5.0;
			const double dy = r - 15.5 - y;
			const double load =
				900.0 * exp(-dx * dx / 4.0 - dy * dy / 40.0);
			const double noise = rng_normal(rng) * (load > 5.0 ? 1.5 : 0.6);

			cells[r * SIDE + c] = (uint16_t)fmax(0.0, 20.0 + load + noise);
		}
}

static uint16_t *make_minute(void)
{
	uint16_t *cells = malloc(sizeof(*cells) * (size_t)N_FRAMES * N_CELLS);
	struct rng rng;

	if (!cells)
		give_up("memory", -ENOMEM);
	rng_init(&rng, 4, 0);
	for (int i = 0; i < N_FRAMES; i++)
		make_frame(&rng, i, cells + (size_t)i * N_CELLS);
	return cells;
}

/* The baseline: each second's numbers as they are, through zstd -3. */
static double plain_bytes(const uint16_t *cells, double *ms)
{
	const size_t n = sizeof(*cells) * (size_t)RATE_HZ * N_CELLS;
	uint8_t *out = malloc(zip_bound(n));
	struct zip *zip = zip_new();
	const int64_t from_ns = clock_now_ns();
	double sum = 0.0;

	for (int s = 0; s < N_FRAMES / RATE_HZ; s++) {
		size_t length = 0;

		need("zstd", zip_pack(zip, 3, cells + (size_t)s * RATE_HZ * N_CELLS, n,
				     out, zip_bound(n), &length));
		sum += (double)length;
	}
	*ms = (double)(clock_now_ns() - from_ns) * 1e-6 / (N_FRAMES / RATE_HZ);
	zip_free(zip);
	free(out);
	return sum;
}

static void write_minute(const char *path, const uint16_t *cells, double *ms)
{
	struct recording_header header = { .started_unix_ms = 1,
		.mat = { { SIDE, SIDE, 15.0, 15.0 }, FRAME_UNIT_COUNTS, 1.0, 4095,
			RATE_HZ } };
	struct recording_writer *writer = NULL;
	const int64_t from_ns = clock_now_ns();

	strcpy(header.uid, "00112233445566778899aabbccddeeff");
	need("create", recording_create(path, &header, &writer));
	for (int i = 0; i < N_FRAMES; i++) {
		const struct raw_frame frame = { .seq = (uint64_t)i,
			.device_us = (uint64_t)i * 10000,
			.has_device_us = true,
			.t_ns = i * INT64_C(10000000),
			.scan_us = 8000,
			.cells = cells + (size_t)i * N_CELLS };

		need("append", recording_append(writer, &frame));
	}
	need("finish", recording_finish(writer));
	*ms = (double)(clock_now_ns() - from_ns) * 1e-6 / (N_FRAMES / RATE_HZ);
}

static void read_minute(const char *path, const uint16_t *cells, double *ms)
{
	struct recording *recording = NULL;
	struct raw_frame frame;
	char message[256];
	const int64_t from_ns = clock_now_ns();
	int n = 0;

	need("open", recording_open(path, &recording, message, sizeof(message)));
	while (recording_next(recording, &frame) == 1) {
		if (memcmp(frame.cells, cells + (size_t)n * N_CELLS, 2 * N_CELLS) != 0)
			give_up("read", -EBADMSG);
		n++;
	}
	*ms = (double)(clock_now_ns() - from_ns) * 1e-6 / (N_FRAMES / RATE_HZ);
	recording_close(recording);
	if (n != N_FRAMES)
		give_up("read", -EBADMSG);
}

static void bench_recording(void)
{
	char folder[] = "/tmp/stance-bench-XXXXXX";
	char path[64];
	uint16_t *cells = make_minute();
	const double raw = 2.0 * N_FRAMES * N_CELLS;
	double plain_ms, write_ms, read_ms;
	const double plain = plain_bytes(cells, &plain_ms);
	struct stat st;

	if (!mkdtemp(folder))
		give_up("folder", -errno);
	snprintf(path, sizeof(path), "%s/bench.srec", folder);
	write_minute(path, cells, &write_ms);
	read_minute(path, cells, &read_ms);
	if (stat(path, &st) < 0)
		give_up("size", -errno);
	printf("a minute of a 32 x 32 mat at 100 Hz, recorded\n"
	       "  raw %.2f MB, recording %.2f MB: %.1f times smaller"
	       " (zstd -3 alone %.1f times): %.2f times better\n"
	       "  cost of a second: zstd -3 alone %.2f ms; written and synced %.2f ms;"
	       " read %.2f ms\n",
		raw * 1e-6, (double)st.st_size * 1e-6, raw / (double)st.st_size,
		raw / plain, plain / (double)st.st_size, plain_ms, write_ms, read_ms);
	remove_store(folder);
	free(cells);
}

int main(void)
{
	bench_history();
	bench_recording();
	return 0;
}
