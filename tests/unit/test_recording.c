/* Recordings: every bit comes back; what is cut or damaged yields what is whole, and says the rest. */
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "src/store/chunk.h"
#include "src/store/recording.h"

#define N_ROWS  5
#define N_COLS  7
#define N_CELLS (N_ROWS * N_COLS)
#define N_MAX   400
#define UID     "0123456789abcdef0123456789abcdef"

struct fixture {
	char folder[64], path[96];
	float zero[N_CELLS], memory[3 * N_CELLS];
	struct recording_header header;
	struct raw_frame frames[N_MAX];
	uint16_t cells[N_MAX][N_CELLS];
};

static void fill_header(struct fixture *f)
{
	struct recording_header *h = &f->header;

	for (int i = 0; i < N_CELLS; i++)
		f->zero[i] = (float)i / 3.0F;
	for (int i = 0; i < 3 * N_CELLS; i++)
		f->memory[i] = i % 5 ? 0.0F : (float)i / 7.0F;
	memset(h, 0, sizeof(*h));
	strcpy(h->uid, UID);
	h->started_unix_ms = 1790000000123;
	h->utc_offset_min = -210;
	strcpy(h->driver, "smp");
	strcpy(h->serial, "A\"1\\\x7f");
	strcpy(h->model, "Matte \xc3\xa4\xe2\x82\xac");
	strcpy(h->firmware, "1.2.3");
	for (h->n_hello = 0; h->n_hello < RECORDING_HELLO_MAX; h->n_hello++)
		h->hello[h->n_hello] = (uint8_t)(37 * h->n_hello);
	h->mat =
		(struct analysis_setup){ { N_ROWS, N_COLS, 0.1 + 0.2, 1e3 / 3.0 / 9.0 },
			FRAME_UNIT_CONDUCTANCE_NS, 1.0 / 3.0, 4095, 100.0, { NULL } };
	h->zero = (struct analysis_zero){ f->zero, 0.1, 1.1F, true };
	h->memory = (struct analysis_memory){ f->memory, 3 * N_CELLS, -1234567890123 };
	strcpy(h->calibration_id, "cal-7");
	strcpy(h->calibration_state, "valid");
	h->calibration = (char *)"{\"a\": [1, 2]}\n\xff not UTF-8";
	strcpy(h->algorithm, "0.3");
	strcpy(h->protocol, "quiet-eo");
	h->duration_s = (double)NAN;
	h->settle_s = -0.0;
	h->cutoff_hz = DBL_MIN;
	h->noise_velocity_mm_s = DBL_MAX;
	h->person = (struct trial_person){ 71.3, 1.83, 'F', (double)NAN };
	strcpy(h->condition.eyes, "open");
	strcpy(h->condition.orthosis, "line\nbreak");
	h->condition.pain = -1;
}

/* Frames of every kind: lost ones, no clock, a scan that overran, cells over their whole range. */
static void fill_frames(struct fixture *f)
{
	struct rng rng;
	int64_t t_ns = 5 * CLOCK_NS_PER_S;
	uint64_t seq = UINT64_C(0xfffffffff0);

	rng_init(&rng, 11, 0);
	for (int i = 0; i < N_MAX; i++) {
		struct raw_frame *frame = &f->frames[i];

		for (int c = 0; c < N_CELLS; c++)
			f->cells[i][c] =
				(uint16_t)(c % 3 ? 100U * (unsigned)c : rng_u64(&rng));
		t_ns += 10 * CLOCK_NS_PER_MS + (int64_t)(rng_u64(&rng) % 1000);
		frame->n_lost = rng_u64(&rng) % 50 == 0 ? (uint32_t)rng_u64(&rng) : 0;
		seq += 1 + rng_u64(&rng) % 3;
		frame->seq = seq;
		frame->has_device_us = i % 7 != 0;
		frame->device_us = frame->has_device_us ? rng_u64(&rng) : 0;
		frame->t_ns = t_ns;
		frame->scan_us = (uint16_t)rng_u64(&rng);
		frame->status = (uint8_t)rng_u64(&rng);
		frame->cells = f->cells[i];
	}
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/stance-recording-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/a.srec", f->folder);
	fill_header(f);
	fill_frames(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void write_frames(struct fixture *f, int n, bool finish)
{
	struct recording_writer *writer = NULL;

	assert_int_equal(recording_create(f->path, &f->header, &writer), 0);
	for (int i = 0; i < n; i++)
		assert_int_equal(recording_append(writer, &f->frames[i]), 0);
	if (finish)
		assert_int_equal(recording_finish(writer), 0);
	else
		recording_abandon(writer);
}

static uint8_t *read_all(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	uint8_t *bytes;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	*n = (size_t)st.st_size;
	bytes = malloc(*n + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *n, file), *n);
	fclose(file);
	return bytes;
}

static void assert_frame(const struct raw_frame *a, const struct raw_frame *b)
{
	assert_true(a->seq == b->seq && a->device_us == b->device_us);
	assert_true(a->has_device_us == b->has_device_us && a->t_ns == b->t_ns);
	assert_true(a->n_lost == b->n_lost && a->scan_us == b->scan_us);
	assert_int_equal(a->status, b->status);
	assert_memory_equal(a->cells, b->cells, sizeof(uint16_t) * N_CELLS);
}

/* Read to the end; every frame must be one that was written, in order. Returns how many came. */
static int read_frames(struct fixture *f, struct recording *r, int *first)
{
	struct raw_frame frame;
	int n = 0;
	int i = 0;

	*first = -1;
	while (recording_next(r, &frame) == 1) {
		while (i < N_MAX && f->frames[i].seq != frame.seq)
			i++;
		assert_true(i < N_MAX);
		assert_frame(&frame, &f->frames[i]);
		*first = *first < 0 ? i : *first;
		n++;
	}
	return n;
}

static void assert_same_bits(double a, double b)
{
	if (isnan(a) || isnan(b))
		assert_true(isnan(a) && isnan(b));
	else
		assert_memory_equal(&a, &b, sizeof(a));
}

static void assert_header(
	const struct recording_header *a, const struct recording_header *b)
{
	assert_string_equal(a->uid, b->uid);
	assert_true(a->started_unix_ms == b->started_unix_ms);
	assert_int_equal(a->utc_offset_min, b->utc_offset_min);
	assert_string_equal(a->serial, b->serial);
	assert_string_equal(a->model, b->model);
	assert_int_equal(a->n_hello, b->n_hello);
	assert_memory_equal(a->hello, b->hello, (size_t)b->n_hello);
	assert_int_equal(a->mat.geometry.n_rows, b->mat.geometry.n_rows);
	assert_same_bits(a->mat.geometry.pitch_x_mm, b->mat.geometry.pitch_x_mm);
	assert_same_bits(a->mat.geometry.pitch_y_mm, b->mat.geometry.pitch_y_mm);
	assert_same_bits(a->mat.unit_scale, b->mat.unit_scale);
	assert_int_equal(a->mat.unit, b->mat.unit);
	assert_int_equal(a->mat.full_scale, b->mat.full_scale);
	assert_memory_equal(a->zero.map, b->zero.map, sizeof(float) * N_CELLS);
	assert_same_bits(a->zero.noise, b->zero.noise);
	assert_same_bits((double)a->zero.threshold, (double)b->zero.threshold);
	assert_true(a->zero.tared == b->zero.tared);
	assert_true(a->memory.n == b->memory.n && a->memory.t_ns == b->memory.t_ns);
	assert_memory_equal(
		a->memory.state, b->memory.state, sizeof(float) * b->memory.n);
	assert_string_equal(a->calibration, b->calibration);
	assert_string_equal(a->calibration_state, b->calibration_state);
	assert_string_equal(a->protocol, b->protocol);
	assert_same_bits(a->duration_s, b->duration_s);
	assert_same_bits(a->settle_s, b->settle_s);
	assert_same_bits(a->cutoff_hz, b->cutoff_hz);
	assert_same_bits(a->noise_velocity_mm_s, b->noise_velocity_mm_s);
	assert_same_bits(a->person.mass_kg, b->person.mass_kg);
	assert_same_bits(a->person.age_years, b->person.age_years);
	assert_int_equal(a->person.sex, b->person.sex);
	assert_string_equal(a->condition.orthosis, b->condition.orthosis);
	assert_int_equal(a->condition.pain, b->condition.pain);
}

static struct recording *open_ok(struct fixture *f)
{
	struct recording *r = NULL;
	char message[256] = "";

	assert_int_equal(recording_open(f->path, &r, message, sizeof(message)), 0);
	return r;
}

static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	char text[256];
	struct recording *r;
	int first;

	write_frames(f, N_MAX, true);
	r = open_ok(f);
	assert_header(recording_header(r), &f->header);
	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(read_frames(f, r, &first), N_MAX);
		recording_damage_text(recording_damage(r), text, sizeof(text));
		assert_string_equal(text, "");
		assert_false(recording_damage(r)->not_closed);
		recording_rewind(r);
	}
	recording_close(r);
}

/* Edges of sync lines among the frames: all come back, more than fit in one chunk too, and a second reading alike. */
static void test_edges_come_back(void **state)
{
	enum { N_EDGES = 10000 };
	struct fixture *f = *state;
	struct recording_writer *writer = NULL;
	const struct recording_edge *edges;
	struct recording *r;
	int first;

	assert_int_equal(recording_create(f->path, &f->header, &writer), 0);
	for (int i = 0; i < N_EDGES; i++) {
		const struct recording_edge edge = { (int64_t)i * 77 - 5000,
			(enum recording_edge_kind)(i % RECORDING_N_EDGE_KINDS) };

		if (i % 100 == 0)
			assert_int_equal(
				recording_append(writer, &f->frames[i / 100]), 0);
		assert_int_equal(recording_append_edge(writer, &edge), 0);
	}
	assert_int_equal(recording_finish(writer), 0);
	r = open_ok(f);
	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(read_frames(f, r, &first), N_EDGES / 100);
		assert_int_equal(recording_edges(r, &edges), N_EDGES);
		for (int i = 0; i < N_EDGES; i++) {
			assert_true(edges[i].t_ns == (int64_t)i * 77 - 5000);
			assert_int_equal(edges[i].kind, i % RECORDING_N_EDGE_KINDS);
		}
		assert_int_equal(recording_damage(r)->bad_chunks, 0);
		recording_rewind(r);
	}
	assert_string_equal(recording_edge_name(RECORDING_EDGE_GATE_RISE), "gate_rise");
	recording_close(r);
}

static void test_bare(void **state)
{
	struct fixture *f = *state;
	struct recording *r;
	int first;

	f->header.zero.map = NULL;
	f->header.calibration = NULL;
	f->header.memory.n = 0;
	f->header.n_hello = 0;
	write_frames(f, 0, true);
	r = open_ok(f);
	assert_null(recording_header(r)->zero.map);
	assert_null(recording_header(r)->calibration);
	assert_int_equal(recording_header(r)->n_hello, 0);
	assert_int_equal(read_frames(f, r, &first), 0);
	assert_false(recording_damage(r)->not_closed);
	recording_close(r);
}

static void test_refused(void **state)
{
	struct fixture *f = *state;
	struct recording_writer *writer = NULL;
	struct recording *r = NULL;
	char message[256];

	write_frames(f, 1, true);
	assert_int_equal(recording_create(f->path, &f->header, &writer), -EEXIST);
	f->header.mat.geometry.n_rows = 0;
	assert_int_equal(recording_create("/tmp/never", &f->header, &writer), -EINVAL);
	f->header.mat.geometry.n_rows = 5;
	strcpy(f->header.uid, "../../../../../../etc/passwd....");
	assert_int_equal(recording_create("/tmp/never", &f->header, &writer), -EINVAL);
	assert_null(writer);
	assert_int_equal(
		recording_open("/tmp/no/such", &r, message, sizeof(message)), -ENOENT);
	assert_int_equal(
		recording_open(f->folder, &r, message, sizeof(message)), -EISDIR);
	assert_non_null(strstr(message, "cannot be read"));
	assert_null(r);
}

/* Cut anywhere: opens or says why, and yields just the frames of the chunks that are whole. */
static void test_cut_anywhere(void **state)
{
	struct fixture *f = *state;
	char message[256];
	size_t n, n_head = 0;
	uint8_t *bytes;
	int last = 0;

	write_frames(f, 250, true);
	bytes = read_all(f->path, &n);
	for (size_t cut = 0; cut <= n; cut++) {
		uint8_t *part = malloc(cut + 1); /* so that a read past it is found */
		struct recording *r = NULL;
		int first, got, error;

		memcpy(part, bytes, cut);
		error = recording_parse(part, cut, &r, message, sizeof(message));
		if (error < 0) {
			assert_int_equal(error, -EBADMSG);
			assert_int_equal(n_head, 0);
			free(part);
			continue;
		}
		n_head = n_head ? n_head : cut;
		got = read_frames(f, r, &first);
		assert_true(got >= last && got <= 250);
		assert_true(got == 0 || first == 0);
		assert_int_equal(recording_damage(r)->not_closed, cut < n);
		last = got;
		recording_close(r);
		free(part);
	}
	assert_int_equal(last, 250);
	free(bytes);
}

/* Every bit flipped of the frames' chunks: never a wrong frame, one chunk lost at most. */
static void test_bit_flips(void **state)
{
	struct fixture *f = *state;
	struct rng rng;
	char message[256];
	size_t n;
	uint8_t *bytes;

	write_frames(f, N_MAX, true);
	bytes = read_all(f->path, &n);
	rng_init(&rng, 3, 0);
	for (int i = 0; i < 1500; i++) {
		const size_t bit = rng_u64(&rng) % (8 * n);
		struct recording *r = NULL;
		int first;

		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (recording_parse(bytes, n, &r, message, sizeof(message)) == 0) {
			const int got = read_frames(f, r, &first);
			const struct recording_damage *d = recording_damage(r);

			if (!d->not_closed) /* then the total is known */
				assert_int_equal(got + (int)d->missing_frames, N_MAX);
			assert_true(got >= N_MAX - 110);
			assert_true(d->bad_chunks >= 1 && d->bad_bytes > 0);
			recording_close(r);
		}
		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	free(bytes);
}

static void test_says_what_is_missing(void **state)
{
	struct fixture *f = *state;
	struct recording *r = NULL;
	struct chunk chunk;
	char text[256];
	size_t n;
	int64_t at = 0;
	int first;
	uint8_t *bytes;

	write_frames(f, N_MAX, true);
	bytes = read_all(f->path, &n);
	do /* the second chunk of frames */
		at = chunk_find(bytes, n, (size_t)at + 1, &chunk);
	while (chunk.number != 4);
	bytes[at + 40] ^= 1;
	assert_int_equal(recording_parse(bytes, n, &r, text, sizeof(text)), 0);
	read_frames(f, r, &first);
	assert_int_equal(recording_damage(r)->bad_chunks, 1);
	assert_int_equal(
		recording_damage(r)->bad_bytes, CHUNK_HEAD_SIZE + chunk.n_bytes);
	assert_in_range(recording_damage(r)->missing_frames, 99, 101);
	recording_damage_text(recording_damage(r), text, sizeof(text));
	assert_non_null(strstr(text, "1 damaged parts"));
	assert_non_null(strstr(text, "frames are missing"));
	recording_close(r);
	free(bytes);
}

/* Remains of another recording between the chunks are not ours. */
static void test_foreign_chunks(void **state)
{
	struct fixture *f = *state;
	struct recording *r = NULL;
	char text[256];
	size_t n, n_other;
	int first;
	uint8_t *bytes, *other, *both;

	write_frames(f, 150, false);
	bytes = read_all(f->path, &n);
	unlink(f->path);
	f->header.uid[0] = 'f';
	write_frames(f, N_MAX, true);
	other = read_all(f->path, &n_other);
	both = malloc(n + n_other);
	memcpy(both, bytes, n);
	memcpy(both + n, other, n_other);
	assert_int_equal(recording_parse(both, n + n_other, &r, text, sizeof(text)), 0);
	assert_in_range(read_frames(f, r, &first), 99, 101);
	assert_true(recording_damage(r)->not_closed);
	assert_int_equal(recording_damage(r)->bad_bytes, n_other);
	recording_close(r);
	free(bytes);
	free(other);
	free(both);
}

/* A killed writer loses the pending second and nothing else. */
static void test_abandoned(void **state)
{
	struct fixture *f = *state;
	char text[256];
	struct recording *r;
	int first, got;

	write_frames(f, N_MAX, false);
	r = open_ok(f);
	got = read_frames(f, r, &first);
	assert_in_range(got, N_MAX - 101, N_MAX - 1);
	assert_true(recording_damage(r)->not_closed);
	assert_int_equal(recording_damage(r)->bad_chunks, 0);
	recording_damage_text(recording_damage(r), text, sizeof(text));
	assert_non_null(strstr(text, "whole up to 3."));
	recording_close(r);
}

/* A full disk: the error is kept, and the file ends with its last whole chunk. */
static void test_disk_full(void **state)
{
	struct fixture *f = *state;
	struct recording_writer *writer = NULL;
	struct rlimit was, limit;
	struct recording *r;
	int error = 0;
	int first;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	limit = was;
	limit.rlim_cur = 9000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(recording_create(f->path, &f->header, &writer), 0);
	for (int i = 0; i < N_MAX && error == 0; i++)
		error = recording_append(writer, &f->frames[i]);
	assert_int_equal(error, -EFBIG);
	assert_int_equal(recording_append(writer, &f->frames[0]), -EFBIG);
	assert_int_equal(recording_finish(writer), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &was);
	r = open_ok(f);
	assert_in_range(read_frames(f, r, &first), 90, 300);
	assert_int_equal(recording_damage(r)->bad_bytes, 0);
	recording_close(r);
}

static void test_not_ours(void **state)
{
	struct fixture *f = *state;
	struct recording *r = NULL;
	char message[256];
	size_t n;
	uint8_t *bytes;

	write_frames(f, 10, true);
	bytes = read_all(f->path, &n);
	bytes[CHUNK_FILE_MAGIC_SIZE - 1]++;
	assert_int_equal(
		recording_parse(bytes, n, &r, message, sizeof(message)), -EPROTO);
	assert_non_null(strstr(message, "later version"));
	assert_int_equal(recording_parse((const uint8_t *)"t_s,x_mm,y_mm", 13, &r,
				 message, sizeof(message)),
		-EBADMSG);
	free(bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_edges_come_back),
		TEST(test_bare),
		TEST(test_refused),
		TEST(test_cut_anywhere),
		TEST(test_bit_flips),
		TEST(test_says_what_is_missing),
		TEST(test_foreign_chunks),
		TEST(test_abandoned),
		TEST(test_disk_full),
		TEST(test_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
