/* A whole recording read and analysed: how many times faster than it was made.
 *
 * A minute of quiet stance of a simulated person on an ideal 48 x 48 mat at 100 Hz is recorded to a
 * file. Measured are reading its frames alone, the baseline, and a replay: reading, feet and COP of
 * every frame, sway, outcomes and verdict. Goal: at least 100 times faster than real time (chosen: a
 * visit of an hour is recomputed in under a minute). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw/sim/scene.h"
#include "src/base/clock.h"
#include "src/store/recording.h"
#include "src/store/replay.h"

#define N_SIDE   48
#define RATE_HZ  100
#define SECONDS  60
#define SETTLE_S 5
#define N_ROUNDS 7
#define GOAL     100.0

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench_replay: %s\n", what);
	exit(1);
}

static void make_header(struct recording_header *header)
{
	*header = (struct recording_header){
		.uid = "00000000000000000000000000000042",
		.driver = "smp",
		.serial = "BENCH",
		.mat = { .geometry = { N_SIDE, N_SIDE, 10.0, 10.0 },
			.unit = FRAME_UNIT_FORCE_MN,
			.unit_scale = 1.0,
			.full_scale = 65535,
			.rate_hz = RATE_HZ },
		.calibration_state = "not_needed",
		.protocol = "quiet-eo",
		.duration_s = SECONDS - SETTLE_S - 1,
		.settle_s = SETTLE_S,
		.cutoff_hz = 5.0,
		.noise_velocity_mm_s = NAN,
		.person = { NAN, NAN, 0, NAN },
	};
	header->condition.pain = -1;
}

static void record(const char *path)
{
	static uint16_t cells[N_SIDE * N_SIDE];
	struct recording_header header;
	struct recording_writer *writer;
	struct scene_options options = { .geometry = { N_SIDE, N_SIDE, 10.0, 10.0 } };
	struct scene_truth truth;
	struct scene scene;

	make_header(&header);
	person_defaults(&options.person);
	sheet_defaults(&options.sheet, SHEET_IDEAL);
	if (scene_init(&scene, &options) < 0 ||
		recording_create(path, &header, &writer) < 0)
		give_up("the recording cannot be made");
	for (int i = 0; i < SECONDS * RATE_HZ; i++) {
		struct raw_frame frame = { .seq = (uint64_t)i,
			.t_ns = 1000000000 + (int64_t)i * (1000000000 / RATE_HZ),
			.cells = cells };

		scene_scan(&scene, (double)i / RATE_HZ, cells, &truth);
		if (recording_append(writer, &frame) < 0)
			give_up("a frame cannot be recorded");
	}
	if (recording_finish(writer) < 0)
		give_up("the recording cannot be finished");
	scene_fini(&scene);
}

static struct recording *open_it(const char *path)
{
	struct recording *recording;
	char message[256];

	if (recording_open(path, &recording, message, sizeof(message)) < 0)
		give_up(message);
	return recording;
}

static double read_ms(const char *path)
{
	int64_t start_ns = clock_now_ns();
	struct recording *recording = open_it(path);
	struct raw_frame frame;
	int n = 0;

	while (recording_next(recording, &frame) > 0)
		n++;
	recording_close(recording);
	if (n != SECONDS * RATE_HZ)
		give_up("frames are missing");
	return (double)(clock_now_ns() - start_ns) / 1e6;
}

static double replay_ms(const char *path)
{
	int64_t start_ns = clock_now_ns();
	struct recording *recording = open_it(path);
	struct replay replay;

	if (replay_run(recording, NULL, &replay) < 0 || replay.record.verdict != TRIAL_GOOD)
		give_up("the replay gives no good trial");
	replay_free(&replay);
	recording_close(recording);
	return (double)(clock_now_ns() - start_ns) / 1e6;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, N_ROUNDS, sizeof(*values), compare);
	return values[N_ROUNDS / 2];
}

int main(void)
{
	char path[] = "/tmp/stance-bench-replay-XXXXXX";
	double reading[N_ROUNDS], replaying[N_ROUNDS], read, replay, times;
	int fd = mkstemp(path);

	if (fd < 0)
		give_up("there is no room under /tmp");
	close(fd);
	unlink(path); /* recording_create() wants the name free */
	record(path);
	for (int i = 0; i < N_ROUNDS;
		i++) { /* in turn, so that both see the same machine */
		reading[i] = read_ms(path);
		replaying[i] = replay_ms(path);
	}
	unlink(path);
	read = median(reading);
	replay = median(replaying);
	times = SECONDS * 1000.0 / replay;
	printf("a recording of %d s, %d x %d at %d Hz, read and analysed (median of "
	       "%d)\n",
		SECONDS, N_SIDE, N_SIDE, RATE_HZ, N_ROUNDS);
	printf("  reading its frames        %8.1f ms   %6.0f times faster than real "
	       "time\n",
		read, SECONDS * 1000.0 / read);
	printf("  the whole replay          %8.1f ms   %6.0f times faster than real "
	       "time, "
	       "goal %.0f: %s\n",
		replay, times, GOAL, times >= GOAL ? "reached" : "missed");
	printf("  replay over reading       %8.2f\n", replay / read);
	return 0;
}
