#include "src/records/footmap.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/file/calibrated.h"
#include "src/core/analysis.h"
#include "src/store/recording.h"
#include "src/store/replay.h"

#define MESSAGE_SIZE 256
#define NS_PER_S     1e9
/* Of the peak: what a mean is not shown below. Cells that were touched now and then while the person swayed
 * would smear the outline. */
#define FAINT_FRAC 0.02

struct replaying {
	struct recording *recording;
	struct calibrated *calibrated;
	struct session_setup setup;
	void *memory;
	struct analysis *analysis;
};

static void replaying_fini(struct replaying *r)
{
	free(r->memory);
	calibrated_drop(r->calibrated);
	recording_close(r->recording);
}

static int take_calibration(struct replaying *r, const struct recording_header *h)
{
	char message[MESSAGE_SIZE];
	int error = 0;

	if (h->calibration)
		error = calibrated_parse(h->calibration, strlen(h->calibration),
			&r->calibrated, message, sizeof(message));
	if (error == 0 && r->calibrated) {
		uint32_t flags = r->setup.mat.sensor.flags;

		r->setup.mat.sensor = calibrated_sensor(r->calibrated);
		r->setup.mat.sensor.flags |= flags;
	}
	return error;
}

static int replaying_init(struct replaying *r, const char *path)
{
	char message[MESSAGE_SIZE];
	const struct recording_header *h;
	size_t size;
	int error = recording_open(path, &r->recording, message, sizeof(message));

	if (error)
		return error;
	h = recording_header(r->recording);
	error = replay_setup(h, NAN, &r->setup);
	if (error == 0)
		error = take_calibration(r, h);
	if (error)
		return error;
	size = analysis_size(&r->setup.mat);
	r->memory = size ? aligned_alloc(ANALYSIS_ALIGNMENT,
				   (size + ANALYSIS_ALIGNMENT - 1) /
					   ANALYSIS_ALIGNMENT * ANALYSIS_ALIGNMENT)
			 : NULL;
	if (!r->memory)
		return size ? -ENOMEM : -EBADMSG;
	error = analysis_init(r->memory, size, &r->setup.mat, &r->analysis);
	if (error)
		return error;
	analysis_set_zero(r->analysis, &r->setup.zero);
	if (r->setup.memory.n > 0)
		error = analysis_set_memory(r->analysis, &r->setup.memory);
	return error;
}

/* Sum the cells of the frames in the window. */
static int sum_frames(struct replaying *r, double start_s, double duration_s, int most,
	struct footmap *out)
{
	const double rate = recording_header(r->recording)->mat.rate_hz;
	const double step_s =
		most > 0 && duration_s * rate > most ? duration_s / most : 0;
	int n_cells = geometry_n_cells(&out->geometry), got;
	struct stance_sample sample;
	struct raw_frame frame;
	double next_s = start_s;
	int64_t t0_ns = 0;
	bool has_t0 = false;

	while ((got = recording_next(r->recording, &frame)) > 0) {
		double t_s;

		if (!has_t0)
			t0_ns = frame.t_ns;
		has_t0 = true;
		t_s = (double)(frame.t_ns - t0_ns) / NS_PER_S;
		if (t_s > start_s + duration_s)
			break;
		if (t_s < next_s)
			continue;
		next_s = step_s > 0 ? next_s + step_s : start_s;
		analysis_push(r->analysis, &frame, &sample);
		for (int i = 0; i < n_cells; i++)
			out->cells[i] += analysis_cells(r->analysis)[i];
		out->n_frames++;
	}
	return got < 0 ? got : out->n_frames == 0 ? -ENODATA : 0;
}

/* Leave out what is faint and find where the rest lies. */
void footmap_trim(struct footmap *m)
{
	m->top = m->geometry.n_rows;
	m->left = m->geometry.n_cols;
	m->bottom = m->right = -1;
	for (int row = 0; row < m->geometry.n_rows; row++) {
		for (int col = 0; col < m->geometry.n_cols; col++) {
			float *cell = &m->cells[row * m->geometry.n_cols + col];

			if (*cell < (float)FAINT_FRAC * m->peak)
				*cell = 0;
			if (*cell <= 0)
				continue;
			m->top = row < m->top ? row : m->top;
			m->bottom = row;
			m->left = col < m->left ? col : m->left;
			m->right = col > m->right ? col : m->right;
		}
	}
}

static int find_peak(struct footmap *m)
{
	m->peak = 0;
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		m->peak = fmaxf(m->peak, m->cells[i]);
	if (!(m->peak > 0))
		return -ENODATA;
	footmap_trim(m);
	return 0;
}

static int average(struct footmap *m)
{
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		m->cells[i] /= (float)m->n_frames;
	return find_peak(m);
}

int footmap_take(const struct mat_geometry *geometry, bool is_force, float *cells,
	struct footmap *out)
{
	struct footmap map = {
		.geometry = *geometry, .is_force = is_force, .cells = cells
	};
	int error = find_peak(&map);

	if (error)
		footmap_fini(&map);
	else
		*out = map;
	return error;
}

int footmap_read(const char *path, double start_s, double duration_s, int most,
	struct footmap *out)
{
	struct replaying r = { .recording = NULL };
	struct footmap map = { .cells = NULL };
	int error = replaying_init(&r, path);

	if (error == 0) {
		map.geometry = r.setup.mat.geometry;
		map.cells = calloc(
			(size_t)geometry_n_cells(&map.geometry), sizeof(*map.cells));
		error = map.cells ? 0 : -ENOMEM;
	}
	if (error == 0)
		error = sum_frames(&r, start_s, duration_s, most, &map);
	if (error == 0) {
		map.is_force = analysis_unit_is_force(r.analysis);
		error = average(&map);
	}
	replaying_fini(&r);
	if (error)
		footmap_fini(&map);
	else
		*out = map;
	return error;
}

void footmap_fini(struct footmap *map)
{
	free(map->cells);
	map->cells = NULL;
}
