#include "hw/sim/simrun.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw/sim/firmware.h"
#include "hw/sim/greeting.h"
#include "hw/sim/ptylink.h"
#include "hw/sim/simlive.h"
#include "hw/sim/truth.h"
#include "src/base/clock.h"
#include "src/base/rng.h"

#define LOG_TAG "stance-sim"
#include "src/base/log.h"

#define STATUS_EVERY_NS   CLOCK_NS_PER_S
#define MAX_LAG_NS        CLOCK_NS_PER_S /* later than this and scans are left out */
#define MAX_WAIT_NS       (CLOCK_NS_PER_S / 10)
#define DRAIN_NS          (2 * CLOCK_NS_PER_S)
#define SCAN_NS_PER_CELL  1000 /* chosen: a microsecond for each cell */
#define MAX_SCAN_OF_FRAME 0.5
#define LINE_SIZE         2048
#define READ_SIZE         1024
#define CLOCK_BITS        40 /* of the device clock when the mat boots, microseconds */
#define TRUTH_BUFFER      65536
#define SCRIPT_RESERVE    96 /* events kept free for the next line of a live script */

/* Times in ns are since the program began: real ones times --speed, or in --fast mode those of the frames. */
struct run {
	const struct simopts *options;
	struct timeline timeline;
	struct simlive live;
	struct scene scene;
	struct firmware firmware;
	struct ptylink link;
	struct rng rng; /* of sessions */
	FILE *truth;
	uint16_t *cells;
	int64_t zero_ns;    /* CLOCK_MONOTONIC when the program began */
	int64_t virtual_ns; /* --fast: now */
	int64_t boot_ns;
	uint64_t boot_us;       /* the device clock at boot_ns */
	int64_t first_start_ns; /* -1: not yet */
	int64_t stream_ns;      /* of frame 0 of this START */
	int64_t n_frames;       /* since this START */
	unsigned restarts;      /* STARTs seen */
	int64_t status_ns;      /* when the next STATUS is due */
	int next_event;
	double cue_s; /* person's time when the script's began; infinite: not yet */
	bool overrun; /* scans were left out before the next frame */
};

static int64_t now_ns(const struct run *r)
{
	int64_t real_ns = clock_now_ns() - r->zero_ns;

	return r->options->fast ? r->virtual_ns
				: (int64_t)((double)real_ns * r->options->speed);
}

static uint64_t device_us(const struct run *r, int64_t t_ns)
{
	double ns = (double)(t_ns - r->boot_ns) * (1 + 1e-6 * r->options->clock_ppm);

	return r->boot_us + (uint64_t)(int64_t)floor(ns / 1e3 + 0.5);
}

static int64_t period_ns(const struct run *r, int64_t n)
{
	return (int64_t)((double)n * 1e12 / r->firmware.rate_mhz);
}

static int64_t scan_ns(const struct run *r)
{
	double cells = (double)r->firmware.hello.rows * r->firmware.hello.cols;
	double most = MAX_SCAN_OF_FRAME * (double)period_ns(r, 1);

	return (int64_t)fmin(fmin(cells * SCAN_NS_PER_CELL, most), 65e6);
}

/* When the next frame's scan begins. */
static int64_t frame_ns(const struct run *r)
{
	return r->stream_ns + period_ns(r, r->n_frames);
}

static void boot(struct run *r, int64_t t_ns)
{
	r->boot_ns = t_ns;
	r->boot_us = rng_u64(&r->rng) >> (64 - CLOCK_BITS);
	firmware_boot(&r->firmware, (uint32_t)rng_u64(&r->rng));
	r->restarts = 0;
}

static int plug(struct run *r)
{
	int rc = ptylink_plug(&r->link);

	if (rc == -EEXIST)
		log_err("%s exists and is no symbolic link; remove it or choose "
			"another --link",
			r->link.path);
	else if (rc < 0)
		log_err("cannot make a pseudo-terminal behind %s: %s", r->link.path,
			strerror(-rc));
	else
		log_info("the mat is at %s (%s)", r->link.path, r->link.device);
	return rc;
}

static double person_s(const struct run *r, int64_t t_ns)
{
	return r->first_start_ns < 0 ? -1 : (double)(t_ns - r->first_start_ns) * 1e-9;
}

static int64_t event_ns(const struct run *r, const struct timeline_event *e)
{
	return r->first_start_ns + (int64_t)((e->at_s + r->cue_s) * 1e9);
}

/* The script's time begins at the first signal; one before the first START counts then. */
static void take_cue(struct run *r, const struct simrun_signals *signals)
{
	if (!signals->cue || isfinite(r->cue_s) || r->first_start_ns < 0)
		return;
	r->cue_s = person_s(r, now_ns(r));
	person_cue(&r->scene.person, r->cue_s);
	log_info("the script begins");
}

/* Pull and put back cables, press buttons: what the script wants of the mat. */
static int follow_events(struct run *r)
{
	const struct timeline *line = &r->timeline;
	int rc = 0;

	while (rc == 0 && r->next_event < line->n) {
		const struct timeline_event *e = &line->events[r->next_event];

		if (r->link.fd < 0 && r->options->fast && e->kind == TIMELINE_REPLUG)
			r->virtual_ns = event_ns(r, e);
		if (r->first_start_ns < 0 ||
			e->at_s + r->cue_s > person_s(r, now_ns(r)))
			break;
		r->next_event++;
		if (e->kind == TIMELINE_UNPLUG) {
			log_info("at %g s the cable is pulled", e->at_s);
			ptylink_unplug(&r->link);
			r->firmware.streaming = false;
			firmware_flush(&r->firmware);
		} else if (e->kind == TIMELINE_REPLUG) {
			boot(r, now_ns(r));
			rc = plug(r);
		} else if (e->kind == TIMELINE_BUTTON && r->link.fd >= 0) {
			firmware_button(&r->firmware, device_us(r, now_ns(r)));
		}
	}
	return rc;
}

/* What of a live script is past makes room for what will come. */
static void make_room(struct run *r)
{
	int past = r->next_event;

	if (r->timeline.n < TIMELINE_MAX - SCRIPT_RESERVE)
		return;
	past = past < r->scene.next_event ? past : r->scene.next_event;
	past = past < r->scene.person.next_event ? past : r->scene.person.next_event;
	timeline_forget(&r->timeline, past);
	scene_forget(&r->scene, past);
	r->next_event -= past;
}

/* Take the lines of a live script, and answer each. */
static void follow_live(struct run *r)
{
	char line[SIMLIVE_LINE_SIZE], message[SIMLIVE_LINE_SIZE];

	while (simlive_next(&r->live, line)) {
		double now_s = person_s(r, now_ns(r)) - r->cue_s;
		int n;

		now_s = now_s > 0 ? now_s : 0; /* nothing has begun yet */
		make_room(r);
		n = timeline_insert(
			&r->timeline, line, now_s, message, sizeof(message));
		if (n < 0)
			printf("error: %s\n", message);
		else
			printf("ok %.3f\n", now_s);
		fflush(stdout);
	}
}

static void write_truth(const struct run *r, const struct truth_frame *frame,
	const struct scene_truth *truth)
{
	char line[LINE_SIZE];
	int n;

	if (!r->truth)
		return;
	n = truth_line(frame, truth, line, sizeof(line));
	if (n > 0)
		fwrite(line, 1, (size_t)n, r->truth);
}

static void make_frame(struct run *r)
{
	int64_t t_ns = frame_ns(r);
	struct truth_frame frame = { .device_us = device_us(r, t_ns),
		.session_id = r->firmware.hello.session_id,
		.cue_s = r->cue_s };
	struct smp_frame_head head = { .device_us = frame.device_us,
		.scan_us = (uint16_t)(scan_ns(r) / 1000) };
	struct scene_truth truth;

	if (scene_scan(&r->scene, person_s(r, t_ns), r->cells, &truth))
		head.status |= 1;
	if (r->overrun)
		head.status |= 2;
	r->overrun = false;
	r->n_frames++;
	if (r->link.has_reader)
		frame.dropped = firmware_frame(&r->firmware, &head, r->cells,
					&frame.seq, &frame.damaged) < 0;
	else
		frame.dropped = true, firmware_drop(&r->firmware, &frame.seq);
	write_truth(r, &frame, &truth);
}

static bool is_over(const struct run *r, int64_t t_ns)
{
	double left_s = r->options->duration_s - person_s(r, t_ns);

	return r->first_start_ns >= 0 && left_s < 1e-9; /* false without an end: NaN */
}

/* Real time: make the frames whose scan is over by now; leave out what is hopelessly late. */
static void make_due_frames(struct run *r)
{
	int64_t now = now_ns(r), late = now - scan_ns(r) - frame_ns(r);

	if ((double)late > MAX_LAG_NS * r->options->speed) {
		int64_t n = (int64_t)((double)late / (double)period_ns(r, 1));

		r->n_frames += n;
		r->firmware.scan_overruns += (uint32_t)n;
		r->overrun = true;
		log_warn("%lld scans left out: this machine was busy for %.1f s",
			(long long)n, (double)late * 1e-9 / r->options->speed);
	}
	while (frame_ns(r) + scan_ns(r) <= now && !is_over(r, frame_ns(r)))
		make_frame(r);
}

/* As fast as possible: one frame whenever the last one has left. */
static void make_next_frame(struct run *r)
{
	if (!r->link.has_reader || r->firmware.n_out > 0 || is_over(r, frame_ns(r)))
		return;
	make_frame(r);
	r->virtual_ns = frame_ns(r);
}

static void on_start(struct run *r)
{
	r->restarts = r->firmware.restarts;
	r->stream_ns = now_ns(r);
	r->n_frames = 0;
	if (r->first_start_ns < 0)
		r->first_start_ns = r->stream_ns;
	r->status_ns = r->stream_ns;
	log_info("START: %dx%d cells at %g Hz", r->firmware.hello.rows,
		r->firmware.hello.cols, r->firmware.rate_mhz * 1e-3);
}

static void listen(struct run *r)
{
	uint8_t bytes[READ_SIZE];
	size_t n;

	while ((n = ptylink_read(&r->link, bytes, sizeof(bytes))) > 0)
		firmware_receive(&r->firmware, bytes, n, device_us(r, now_ns(r)));
	if (r->firmware.restarts != r->restarts)
		on_start(r);
	if (r->firmware.blink)
		log_info("IDENTIFY: the mat blinks");
	r->firmware.blink = false;
}

static void talk(struct run *r)
{
	const uint8_t *bytes;
	size_t n, put;

	if (!r->link.has_reader) {
		firmware_flush(&r->firmware);
		return;
	}
	do {
		n = firmware_pending(&r->firmware, &bytes);
		put = n ? ptylink_write(&r->link, bytes, n) : 0;
		firmware_sent(&r->firmware, put);
	} while (put > 0 && put < n);
}

static void stream(struct run *r)
{
	if (!r->firmware.streaming || r->first_start_ns < 0)
		return;
	if (r->options->fast)
		make_next_frame(r);
	else
		make_due_frames(r);
	if (now_ns(r) < r->status_ns)
		return;
	r->status_ns += STATUS_EVERY_NS;
	firmware_status(
		&r->firmware, (int16_t)lround(100 * sheet_temperature_c(&r->scene.sheet,
							    person_s(r, now_ns(r)))));
	if (r->truth)
		fflush(r->truth);
}

/* How long, in real time, nothing needs to be done unless the host wants something. */
static int64_t wait_ns(const struct run *r)
{
	int64_t wait = (int64_t)(MAX_WAIT_NS * r->options->speed);
	const struct timeline *line = &r->timeline;

	if (r->options->fast)
		return r->firmware.streaming && r->link.has_reader &&
				       r->firmware.n_out == 0
			       ? 0
			       : MAX_WAIT_NS;
	if (r->firmware.streaming)
		wait = frame_ns(r) + scan_ns(r) - now_ns(r);
	if (r->first_start_ns >= 0 && r->next_event < line->n && isfinite(r->cue_s)) {
		int64_t until = event_ns(r, &line->events[r->next_event]) - now_ns(r);

		if (until < wait)
			wait = until;
	}
	wait = (int64_t)ceil((double)wait / r->options->speed);
	return wait < 0 ? 0 : wait > MAX_WAIT_NS ? MAX_WAIT_NS : wait;
}

/* Let the reader have what is left. */
static void drain(struct run *r, const struct simrun_signals *signals)
{
	int64_t until_ns = clock_now_ns() + DRAIN_NS;

	while (r->firmware.n_out > 0 && r->link.has_reader && !signals->stop &&
		(r->options->fast || clock_now_ns() < until_ns)) {
		ptylink_poll(&r->link, true, MAX_WAIT_NS, &signals->waiting_mask);
		listen(r);
		talk(r);
	}
	if (!signals->stop)
		ptylink_drain(&r->link, DRAIN_NS);
}

static int loop(struct run *r, const struct simrun_signals *signals)
{
	int rc = plug(r);

	while (rc == 0 && !signals->stop) {
		int64_t at_ns = r->firmware.streaming ? frame_ns(r) : now_ns(r);

		if (is_over(r, at_ns)) {
			drain(r, signals);
			break;
		}
		ptylink_poll(&r->link, r->firmware.n_out > 0, wait_ns(r),
			&signals->waiting_mask);
		listen(r);
		take_cue(r, signals);
		follow_live(r);
		stream(r);
		talk(r);
		rc = follow_events(r);
	}
	ptylink_unplug(&r->link);
	return rc;
}

static int build_mat(struct run *r)
{
	const struct simopts *o = r->options;
	int n_cells = geometry_n_cells(&o->scene.geometry);
	struct greeting greeting = { .max_rate_hz = o->max_rate_hz,
		.origin = o->origin,
		.order = o->order,
		.serial = o->serial,
		.seed = o->seed };
	struct firmware_options options = { .hello = greeting_of(
						    &greeting, &r->scene.sheet),
		.rate_mhz = (uint32_t)lround(1e3 * o->rate_hz),
		.encoding = o->encoding,
		.sparse = o->sparse,
		.out_bytes = (size_t)(o->tx_buffer_s * o->rate_hz * 2 * n_cells),
		.faults_frac = o->faults_frac,
		.seed = o->seed };
	int rc = firmware_init(&r->firmware, &options);

	if (rc == -EMSGSIZE)
		log_err("%d cells of %d bits do not fit into a frame of SMP/1 (65535 "
			"bytes); choose fewer --rows and --cols or --adc-bits",
			n_cells, r->scene.sheet.options.adc_bits);
	return rc;
}

static int open_truth(struct run *r)
{
	if (!r->options->truth)
		return 0;
	r->truth = fopen(r->options->truth, "we");
	if (!r->truth) {
		log_err("%s: cannot write the truth: %s", r->options->truth,
			strerror(errno));
		return -errno;
	}
	setvbuf(r->truth, NULL, _IOFBF, TRUTH_BUFFER);
	return 0;
}

static int close_truth(struct run *r)
{
	FILE *f = r->truth;
	bool failed;

	if (!f)
		return 0;
	failed = ferror(f) != 0;
	failed |= fclose(f) != 0;
	if (failed)
		log_err("%s: the truth could not be written whole: is the disk full?",
			r->options->truth);
	return failed ? -EIO : 0;
}

int simrun(const struct simopts *options, const struct simrun_signals *signals)
{
	struct run r = { .options = options,
		.timeline = options->timeline,
		.zero_ns = clock_now_ns(),
		.first_start_ns = -1 };
	struct scene_options scene = options->scene;
	int rc, closed;

	scene.person.timeline = &r.timeline;
	simlive_init(&r.live, options->is_live ? STDIN_FILENO : -1);
	rc = scene_init(&r.scene, &scene);
	if (options->quiet)
		log_set_level(LOG_LEVEL_WARN);
	if (rc < 0) {
		log_err("cannot build the simulated person: %s", strerror(-rc));
		return rc;
	}
	r.cells = calloc(
		(size_t)geometry_n_cells(&options->scene.geometry), sizeof(*r.cells));
	rc = r.cells ? build_mat(&r) : -ENOMEM;
	if (rc < 0)
		goto err_free_scene;
	rng_init(&r.rng, options->seed, 0x400);
	ptylink_init(&r.link, options->link);
	boot(&r, 0);
	r.cue_s = options->wait_for_cue ? INFINITY : 0;
	person_cue(&r.scene.person, r.cue_s);
	rc = open_truth(&r);
	if (rc == 0)
		rc = loop(&r, signals);
	closed = close_truth(&r);
	rc = rc < 0 ? rc : closed;
	firmware_fini(&r.firmware);
err_free_scene:
	free(r.cells);
	scene_fini(&r.scene);
	return rc;
}
