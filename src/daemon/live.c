#include "src/daemon/live.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/zero_watch.h"
#include "src/base/clock.h"
#include "src/core/analysis.h"
#include "src/ipc/documents.h"

#define LOG_TAG "live"
#include "src/base/log.h"

#define TARE_S 1.0

/* For a disk that stalls; a file is read in some milliseconds. Chosen. */
#define HOLD_NS CLOCK_NS_PER_S

/* Of a mat whose rate was not measured yet. */
#define NOMINAL_RATE_HZ (2 * SAMPLE_LOW_RATE_HZ)

/* t_s has six decimals: samples closer than that would show the same time. */
#define T_STEP_NS CLOCK_NS_PER_US

/* One unit of a frame's numbers: a thousandth of a newton, or one count. Doubled as often as the
 * highest cell needs, so that 16 bits always hold it. */
#define SCALE_FORCE_N 0.001
#define SCALE_COUNTS  1.0

struct live {
	struct server *server;
	int64_t start_ns;
	struct mat_info info; /* of the mat that `analysis` was made for */
	void *memory;
	struct analysis *analysis; /* NULL before the first frame */
	struct frame_document frame;
	int64_t last_t_ns;
	int64_t window_start_ns; /* the second over which the rate is taken */
	int window_frames;
	double rate_hz; /* NaN until a second has passed */
	live_tare_fn *tare_fn;
	void *tare_ctx;
	struct {
		live_watch_fn *fn;
		void *ctx;
	} watchers[LIVE_N_WATCHERS];
	live_sample_fn *sample_fn;
	void *sample_ctx;
	struct standing standing;
	int64_t tared_ns;
	live_sample_fn *training_fn;
	void *training_ctx;
	live_mat_fn *mat_fn;
	void *mat_ctx;
	live_drift_fn *drift_fn;
	void *drift_ctx;
	struct calibrated *calibrated; /* held; NULL: none */
	const char *calibration_state;
	char calibration_id[CALIBRATION_ID_SIZE];
	struct zero_watch zero_watch;
	bool is_held;
	int64_t held_ns; /* of the first frame that passed by; 0: none yet */
	struct analysis_setup setup;
	bool streams; /* a frame came since the last break */
	live_ready_fn *ready_fn;
	void *ready_ctx;
	bool raw_wanted; /* since the start: its memory follows the mat */
	size_t raw_size; /* of the raw stream's messages, as asked for */
};

int live_new(struct server *server, int64_t start_ns, struct live **out)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return -ENOMEM;
	live->server = server;
	live->start_ns = start_ns;
	live->rate_hz = NAN;
	live->calibration_state = "none";
	*out = live;
	return 0;
}

static void release(struct live *live)
{
	free(live->memory);
	free(live->frame.cells);
	live->memory = NULL;
	live->analysis = NULL;
	live->frame.cells = NULL;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	release(live);
	calibrated_drop(live->calibrated);
	free(live);
}

/* --- a mat introduces itself ------------------------------------------------------------- */

/* Exactly: both come from the same HELLO fields. */
static bool is_same(double a, double b)
{
	return !(a < b) && !(a > b);
}

/* What a calibration depends on, besides. */
static bool is_set_alike(const struct mat_info *a, const struct mat_info *b)
{
	return a->has_divider == b->has_divider &&
	       (!a->has_divider || (a->r_reference_ohm == b->r_reference_ohm &&
					   a->r_series_ohm == b->r_series_ohm)) &&
	       a->applies_threshold == b->applies_threshold &&
	       a->applies_autozero == b->applies_autozero;
}

static bool is_same_mat(const struct mat_info *a, const struct mat_info *b)
{
	return a->geometry.n_rows == b->geometry.n_rows &&
	       a->geometry.n_cols == b->geometry.n_cols &&
	       is_same(a->geometry.pitch_x_mm, b->geometry.pitch_x_mm) &&
	       is_same(a->geometry.pitch_y_mm, b->geometry.pitch_y_mm) &&
	       a->unit == b->unit && is_same(a->unit_scale, b->unit_scale) &&
	       a->full_scale == b->full_scale && strcmp(a->serial, b->serial) == 0 &&
	       strcmp(a->driver, b->driver) == 0 && is_set_alike(a, b);
}

/* Without one that it has expired is all there is to tell. */
static struct sensor sensor_of(const struct live *live)
{
	struct sensor sensor = calibrated_sensor(live->calibrated);

	if (strcmp(live->calibration_state, "expired") == 0)
		sensor.flags |= SAMPLE_EXPIRED;
	return sensor;
}

static int make_analysis(struct live *live, const struct mat_info *info)
{
	size_t size;

	live->setup = (struct analysis_setup){ .geometry = info->geometry,
		.unit = info->unit,
		.unit_scale = info->unit_scale,
		.full_scale = info->full_scale,
		/* Not known beforehand; the low rate is judged here, by the frames' times. */
		.rate_hz = NOMINAL_RATE_HZ,
		.sensor = sensor_of(live) };
	size = analysis_size(&live->setup);
	if (size == 0)
		return -EINVAL;
	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	live->memory = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	if (!live->memory)
		return -ENOMEM;
	return analysis_init(live->memory, size, &live->setup, &live->analysis);
}

static int make_frame(struct live *live, const struct mat_info *info)
{
	size_t n_cells = (size_t)geometry_n_cells(&info->geometry);

	live->frame = (struct frame_document){ .geometry = info->geometry,
		.cells = calloc(n_cells, sizeof(uint16_t)),
		.max_cells = n_cells };
	if (!live->frame.cells)
		return -ENOMEM;
	return server_resize(live->server, STREAM_FRAME, DOCUMENTS_FRAME_SIZE(n_cells));
}

static void take_mat(struct live *live, const struct mat_info *info)
{
	int err;

	live_break(live);
	release(live);
	calibrated_drop(live->calibrated);
	live->calibrated = NULL;
	live->calibration_state =
		info->unit == FRAME_UNIT_FORCE_MN ? "not_needed" : "none";
	live->calibration_id[0] = '\0';
	live->is_held = false;
	live->zero_watch = (struct zero_watch){ 0 };
	live->info = *info;
	err = make_analysis(live, info);
	if (err == 0)
		err = make_frame(live, info);
	if (err == 0 && live->raw_wanted)
		err = live_want_raw(live);
	if (err < 0) {
		log_err_event(LOG_EVENT_MAT_UNUSABLE,
			"mat %s of %d x %d cells cannot be analysed: %s", info->serial,
			info->geometry.n_rows, info->geometry.n_cols, strerror(-err));
		release(live);
		return;
	}
	log_info("mat %s: %d x %d cells of %.4g x %.4g mm", info->serial,
		info->geometry.n_rows, info->geometry.n_cols, info->geometry.pitch_x_mm,
		info->geometry.pitch_y_mm);
	if (live->mat_fn)
		live->mat_fn(&live->info, live->mat_ctx);
}

static void remake_analysis(struct live *live)
{
	void *before = live->memory;
	int err;

	live_tare_abort(live);
	live->memory = NULL;
	live->analysis = NULL;
	err = make_analysis(live, &live->info);
	free(before);
	if (err == 0)
		return;
	log_err("mat %s cannot be analysed: %s", live->info.serial, strerror(-err));
	free(live->memory);
	live->memory = NULL;
	live->analysis = NULL;
}

void live_calibrate(struct live *live, struct calibrated *calibrated, const char *state,
	const char *id)
{
	bool changes = live->calibrated != calibrated ||
		       strcmp(live->calibration_state, state) != 0;

	live->is_held = false;
	live->calibration_state = state;
	snprintf(live->calibration_id, sizeof(live->calibration_id), "%s", id);
	if (!changes)
		return;
	calibrated_hold(calibrated);
	calibrated_drop(live->calibrated);
	live->calibrated = calibrated;
	live->zero_watch = (struct zero_watch){ 0 };
	if (live->analysis)
		remake_analysis(live);
}

void live_set_memory(struct live *live, const struct analysis_memory *memory)
{
	if (live->analysis && live->calibrated &&
		analysis_set_memory(live->analysis, memory) < 0)
		log_warn("what mat %s remembers is of another calibration",
			live->info.serial);
}

void live_hold(struct live *live)
{
	live->is_held = true;
	live->held_ns = 0;
}

static bool passes_by(struct live *live, int64_t t_ns)
{
	if (!live->is_held)
		return false;
	if (live->held_ns == 0)
		live->held_ns = t_ns;
	live->is_held = t_ns - live->held_ns < HOLD_NS;
	return live->is_held;
}

bool live_zero_moved(const struct live *live)
{
	return live->calibrated && live->zero_watch.has_moved;
}

struct calibrated *live_calibrated(const struct live *live)
{
	return live->calibrated;
}

static void copy_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}

int live_describe(const struct live *live, struct mat_document *out)
{
	const struct mat_info *info = &live->info;

	if (!live->analysis || !live->streams)
		return -ENODEV;
	*out = (struct mat_document){ .n_hello = info->n_hello,
		.mat = live->setup,
		.zero = analysis_zero(live->analysis),
		.memory = analysis_memory(live->analysis) };
	if (!isnan(live->rate_hz))
		out->mat.rate_hz = live->rate_hz;
	memcpy(out->hello, info->hello, sizeof(out->hello));
	copy_text(out->driver, sizeof(out->driver), info->driver);
	copy_text(out->serial, sizeof(out->serial), info->serial);
	copy_text(out->model, sizeof(out->model), info->model);
	copy_text(out->firmware, sizeof(out->firmware), info->firmware);
	copy_text(out->calibration_state, sizeof(out->calibration_state),
		live->calibration_state);
	copy_text(
		out->calibration_id, sizeof(out->calibration_id), live->calibration_id);
	return 0;
}

int live_want_raw(struct live *live)
{
	size_t size = DOCUMENT_RAW_SIZE((size_t)geometry_n_cells(&live->info.geometry));
	int err;

	live->raw_wanted = true;
	if (!live->analysis || size == live->raw_size)
		return 0;
	err = server_resize(live->server, STREAM_RAW, size);
	if (err == 0)
		live->raw_size = size;
	return err;
}

/* --- tare -------------------------------------------------------------------------------- */

static void end_tare(struct live *live, enum live_tare how)
{
	live_tare_fn *done_fn = live->tare_fn;

	live->tare_fn = NULL;
	if (done_fn)
		done_fn(how, live->tare_ctx);
}

int live_tare_begin(struct live *live, live_tare_fn *done_fn, void *ctx)
{
	double rate_hz = isnan(live->rate_hz) ? NOMINAL_RATE_HZ : live->rate_hz;
	int n_frames = (int)ceil(TARE_S * rate_hz);

	if (live->tare_fn)
		return -EBUSY;
	if (!live->analysis)
		return -ENODEV;
	n_frames = n_frames > 0 ? n_frames : 1;
	analysis_tare_begin(live->analysis, n_frames);
	live->tare_fn = done_fn;
	live->tare_ctx = ctx;
	return n_frames;
}

void live_tare_abort(struct live *live)
{
	if (!live->tare_fn)
		return;
	analysis_reset(live->analysis);
	end_tare(live, LIVE_TARE_NO_FRAMES);
}

int64_t live_tared_ns(const struct live *live)
{
	return live->tared_ns;
}

void live_standing(const struct live *live, struct standing_now *out)
{
	standing_read(&live->standing, clock_now_ns(), out);
}

static void follow_tare(struct live *live)
{
	if (!live->tare_fn)
		return;
	switch (analysis_tare_state(live->analysis)) {
	case ANALYSIS_TARE_DONE:
		live->tared_ns = clock_now_ns();
		end_tare(live, LIVE_TARE_DONE);
		break;
	case ANALYSIS_TARE_REFUSED_LOADED:
		end_tare(live, LIVE_TARE_LOADED);
		break;
	case ANALYSIS_TARE_IDLE:
		end_tare(live, LIVE_TARE_NO_FRAMES);
		break;
	case ANALYSIS_TARE_RUNNING:
		break;
	}
}

/* --- frames ------------------------------------------------------------------------------ */

static void measure_rate(struct live *live, int64_t t_ns)
{
	int64_t span_ns = t_ns - live->window_start_ns;

	if (live->window_frames == 0 || span_ns < 0) {
		live->window_start_ns = t_ns;
		live->window_frames = 1;
		return;
	}
	if (span_ns >= CLOCK_NS_PER_S) {
		live->rate_hz =
			live->window_frames * (double)CLOCK_NS_PER_S / (double)span_ns;
		live->window_start_ns = t_ns;
		live->window_frames = 0;
	}
	live->window_frames++;
}

/* Cells as 16-bit numbers: newtons or counts over the smallest scale that holds the highest. */
static void fill_cells(struct live *live)
{
	const float *cells = analysis_cells(live->analysis);
	size_t n_cells = live->frame.max_cells;
	double scale = live->frame.unit_is_force ? SCALE_FORCE_N : SCALE_COUNTS;
	float highest = 0, factor;

	for (size_t i = 0; i < n_cells; i++)
		highest = cells[i] > highest ? cells[i] : highest;
	while (highest > scale * UINT16_MAX)
		scale *= 2;
	factor = (float)(1 / scale);
	for (size_t i = 0; i < n_cells; i++) {
		float number = cells[i] > 0 ? cells[i] * factor + 0.5f : 0.0f;

		live->frame.cells[i] =
			number < UINT16_MAX ? (uint16_t)number : UINT16_MAX;
	}
	live->frame.scale = scale;
}

static void publish_sample(struct live *live, const struct stance_sample *sample)
{
	if (!server_wants(live->server, STREAM_SAMPLE, sample->t_ns))
		return;
	document_put_sample(server_publish_begin(live->server, STREAM_SAMPLE), sample,
		live->start_ns);
	server_publish_end(live->server, STREAM_SAMPLE, sample->t_ns);
}

static void publish_frame(struct live *live, const struct stance_sample *sample)
{
	if (!server_wants(live->server, STREAM_FRAME, sample->t_ns))
		return;
	live->frame.seq = sample->seq;
	live->frame.t_s =
		(double)(sample->t_ns - live->start_ns) / (double)CLOCK_NS_PER_S;
	live->frame.unit_is_force = analysis_unit_is_force(live->analysis);
	fill_cells(live);
	document_put_frame(
		server_publish_begin(live->server, STREAM_FRAME), &live->frame);
	server_publish_end(live->server, STREAM_FRAME, sample->t_ns);
}

static void publish_raw(struct live *live, const struct raw_frame *frame)
{
	if (!server_wants(live->server, STREAM_RAW, frame->t_ns))
		return;
	document_put_raw(server_publish_begin(live->server, STREAM_RAW), frame,
		(size_t)geometry_n_cells(&live->info.geometry));
	server_publish_end(live->server, STREAM_RAW, frame->t_ns);
}

void live_watch(
	struct live *live, enum live_watcher which, live_watch_fn *fn, void *ctx)
{
	live->watchers[which].fn = fn;
	live->watchers[which].ctx = ctx;
}

void live_watch_samples(struct live *live, live_sample_fn *fn, void *ctx)
{
	live->sample_fn = fn;
	live->sample_ctx = ctx;
}

void live_watch_training(struct live *live, live_sample_fn *fn, void *ctx)
{
	live->training_fn = fn;
	live->training_ctx = ctx;
}

void live_on_mat(struct live *live, live_mat_fn *fn, void *ctx)
{
	live->mat_fn = fn;
	live->mat_ctx = ctx;
}

void live_on_ready(struct live *live, live_ready_fn *fn, void *ctx)
{
	live->ready_fn = fn;
	live->ready_ctx = ctx;
}

bool live_is_ready(const struct live *live)
{
	return live->analysis && live->streams;
}

void live_on_drift(struct live *live, live_drift_fn *fn, void *ctx)
{
	live->drift_fn = fn;
	live->drift_ctx = ctx;
}

static void tell_watchers(struct live *live, const struct raw_frame *frame)
{
	for (int i = 0; i < LIVE_N_WATCHERS; i++) {
		if (live->watchers[i].fn)
			live->watchers[i].fn(frame, live->watchers[i].ctx);
	}
}

/* Only what a calibration measured can be seen to move. */
static void watch_zero(struct live *live, const struct raw_frame *frame,
	const struct stance_sample *sample)
{
	struct analysis_zero zero;
	struct sensor_zero numbers;

	if (!live->calibrated)
		return;
	zero = analysis_zero(live->analysis);
	numbers = (struct sensor_zero){ .map_cnt = zero.map,
		.noise_cnt = (float)zero.noise };
	if (zero.map &&
		zero_watch_push(&live->zero_watch, frame, &numbers,
			geometry_n_cells(&live->info.geometry),
			isnan(sample->cop_mm.x)) &&
		live->drift_fn)
		live->drift_fn(live->zero_watch.has_moved, live->drift_ctx);
}

static void begin_stream(struct live *live)
{
	if (live->streams)
		return;
	live->streams = true;
	if (live->ready_fn)
		live->ready_fn(live->ready_ctx);
}

void live_push(
	struct live *live, const struct mat_info *info, const struct raw_frame *frame)
{
	struct raw_frame timed = *frame;
	struct stance_sample sample;

	if (!live->analysis || !is_same_mat(&live->info, info))
		take_mat(live, info);
	if (!live->analysis)
		return;
	if (timed.t_ns < live->last_t_ns + T_STEP_NS)
		timed.t_ns = live->last_t_ns + T_STEP_NS;
	live->last_t_ns = timed.t_ns;
	if (passes_by(live, timed.t_ns))
		return;
	begin_stream(live);
	measure_rate(live, timed.t_ns);
	publish_raw(live, &timed);
	tell_watchers(live, &timed);
	analysis_push(live->analysis, &timed, &sample);
	if (live->rate_hz < SAMPLE_LOW_RATE_HZ)
		sample.flags |= SAMPLE_LOW_RATE;
	watch_zero(live, &timed, &sample);
	if (live->sample_fn)
		live->sample_fn(&sample, live->sample_ctx);
	if (live->training_fn)
		live->training_fn(&sample, live->training_ctx);
	standing_push(&live->standing, &sample);
	publish_sample(live, &sample);
	publish_frame(live, &sample);
	follow_tare(live);
}

void live_break(struct live *live)
{
	if (live->analysis)
		analysis_reset(live->analysis);
	live->streams = false;
	live->window_frames = 0;
	live->rate_hz = NAN;
	standing_clear(&live->standing);
	end_tare(live, LIVE_TARE_NO_FRAMES);
	tell_watchers(live, NULL);
}
