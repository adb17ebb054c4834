#include "src/core/trial/plantar.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/carve.h"

#define LABEL_LEFT  1
#define LABEL_RIGHT 2

static size_t lay_out(struct plantar *p, const struct mat_geometry *g, void *memory)
{
	struct carve c = { .memory = memory };
	size_t n = (size_t)geometry_n_cells(g);

	p->sum = carve_take(&c, n * sizeof(*p->sum));
	p->side = carve_take(&c, n * sizeof(*p->side));
	return c.used;
}

size_t plantar_size(const struct mat_geometry *geometry)
{
	struct plantar p;

	return lay_out(&p, geometry, NULL);
}

void plantar_init(struct plantar *p, const struct mat_geometry *geometry, void *memory)
{
	lay_out(p, geometry, memory);
	p->geometry = *geometry;
	plantar_clear(p);
}

void plantar_clear(struct plantar *p)
{
	size_t n = (size_t)geometry_n_cells(&p->geometry);

	p->n_frames = 0;
	memset(p->sum, 0, n * sizeof(*p->sum));
	memset(p->side, 0, n * sizeof(*p->side));
}

void plantar_add(struct plantar *p, const uint8_t *labels, const float *values)
{
	int n = geometry_n_cells(&p->geometry);

	for (int i = 0; i < n; i++) {
		p->sum[i] += values[i];
		p->side[i] += (labels[i] == LABEL_RIGHT) - (labels[i] == LABEL_LEFT);
	}
	p->n_frames++;
}

int plantar_mean(const struct plantar *p, float *cells)
{
	int n = geometry_n_cells(&p->geometry);

	if (p->n_frames == 0)
		return -ENODATA;
	for (int i = 0; i < n; i++)
		cells[i] = p->sum[i] / (float)p->n_frames;
	return 0;
}

/* --- a foot --------------------------------------------------------------------------------- */

static int is_under(const struct plantar *p, int i, int is_right)
{
	return is_right ? p->side[i] > 0 : p->side[i] < 0;
}

static float highest(const struct plantar *p, int is_right)
{
	float most = 0.0f;

	for (int i = 0; i < geometry_n_cells(&p->geometry); i++)
		if (is_under(p, i, is_right) && p->sum[i] > most)
			most = p->sum[i];
	return most;
}

/* Sums over one foot's cells. */
struct sums {
	double area[3]; /* of the thirds of the foot without its toes, cells */
	double inner, outer;
};

static void add_cell(struct sums *s, const struct plantar_foot *f, struct pos_mm at,
	double load, int in_contact)
{
	double dx = at.x - f->heel_mm.x, dy = at.y - f->heel_mm.y;
	double along = dx * f->axis.x + dy * f->axis.y;
	double right_of_axis = dx * f->axis.y - dy * f->axis.x;
	double part = along / (PLANTAR_TOES * f->length_mm);

	/* the inner side is right of a left foot's axis */
	if ((right_of_axis > 0) == !f->is_right)
		s->inner += load;
	else
		s->outer += load;
	if (in_contact && part < 1)
		s->area[part < 1.0 / 3 ? 0 : part < 2.0 / 3 ? 1 : 2] += 1;
}

static struct sums sum_up(const struct plantar *p, const struct plantar_foot *f)
{
	const struct mat_geometry *g = &p->geometry;
	float least = (float)PLANTAR_LEAST * highest(p, f->is_right);
	struct sums s = { 0 };

	for (int i = 0; i < geometry_n_cells(g); i++) {
		struct pos_mm at = { geometry_x_mm(g, i % g->n_cols),
			geometry_y_mm(g, i / g->n_cols) };

		if (is_under(p, i, f->is_right))
			add_cell(&s, f, at, (double)p->sum[i], p->sum[i] > least);
	}
	return s;
}

struct plantar_load plantar_measure(
	const struct plantar *p, const struct plantar_foot *f)
{
	struct plantar_load load = { NAN, NAN };
	const struct mat_geometry *g = &p->geometry;
	struct sums s;
	double area;

	if (p->n_frames == 0 || !isfinite(f->axis.x) || !isfinite(f->heel_mm.x) ||
		!(f->length_mm > 0))
		return load;
	s = sum_up(p, f);
	area = s.area[0] + s.area[1] + s.area[2];
	if (s.inner + s.outer > 0)
		load.medial_lateral = (s.inner - s.outer) / (s.inner + s.outer);
	if (area > 0 && fmax(g->pitch_x_mm, g->pitch_y_mm) <= PLANTAR_PITCH_MM)
		load.arch_index = s.area[1] / area;
	return load;
}
