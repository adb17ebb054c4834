#include "src/records/compare_map.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/carve.h"
#include "src/core/trial/overlay.h"
#include "src/ipc/documents.h"
#include "src/records/serve.h"
#include "src/store/store_clinic.h"

#define PROTOCOL "quiet-eo"
#define MOST     INT16_MAX /* a number of a difference */
/* Chosen: a visit has three trials of a protocol, and each costs some milliseconds. */
#define MAX_TRIALS 8

/* A visit's mean picture: those of its trials laid on the first. */
struct side {
	int n_pictures; /* found */
	int n;          /* in the mean */
	int64_t trials[MAX_TRIALS];
	struct overlay base;
	void *base_memory;
	float *cells; /* sum, then mean; NULL before there is one */
};

static void side_fini(struct side *s)
{
	free(s->base_memory);
	free(s->cells);
}

static int open_overlay(const struct mat_geometry *g, const float *cells,
	struct overlay *out, void **memory)
{
	size_t size = overlay_size(g);
	int err;

	if (size == 0)
		return -ENODATA;
	size = (size + CARVE_ALIGNMENT - 1) / CARVE_ALIGNMENT * CARVE_ALIGNMENT;
	*memory = aligned_alloc(CARVE_ALIGNMENT, size);
	if (!*memory)
		return -ENOMEM;
	err = overlay_init(out, g, cells, *memory, size);
	if (err < 0) {
		free(*memory);
		*memory = NULL;
	}
	return err;
}

static size_t bytes_of(const struct overlay *o)
{
	return (size_t)geometry_n_cells(&o->geometry) * sizeof(float);
}

/* The first one is the one that the others are laid on. */
static int begin_mean(struct side *s, const struct overlay *first, void *memory)
{
	s->cells = malloc(bytes_of(first));
	if (!s->cells) {
		free(memory);
		return -ENOMEM;
	}
	s->base = *first;
	s->base_memory = memory;
	memcpy(s->cells, first->cells, bytes_of(first));
	return 0;
}

static int add_to_mean(struct side *s, const struct overlay *next)
{
	float *cells = malloc(bytes_of(&s->base));
	struct overlay_off off[2];
	int err = cells ? overlay_onto(next, &s->base, cells, off) : -ENOMEM;

	for (int i = 0; err == 0 && i < geometry_n_cells(&s->base.geometry); i++)
		s->cells[i] += cells[i];
	free(cells);
	return err;
}

/* Take a trial's picture in. Returns 0, or why not. */
static int take_picture(struct side *s, const struct store_picture *p)
{
	const struct mat_geometry g = { p->n_rows, p->n_cols, p->pitch_x_mm,
		p->pitch_y_mm };
	struct overlay overlay;
	void *memory = NULL;
	int err = open_overlay(&g, p->cells, &overlay, &memory);

	if (err < 0)
		return err;
	if (!s->cells)
		return begin_mean(s, &overlay, memory);
	err = add_to_mean(s, &overlay);
	free(memory);
	return err;
}

/* Feet that stood otherwise than in the visit's first trial, or cannot be told apart, are left out. */
static bool is_no_error(int err)
{
	return err == -ENOENT || err == -EBADMSG || err == -ENODATA || err == -ERANGE ||
	       err == -EINVAL;
}

static int read_side(struct store *store, const struct visit_group *g, struct side *s)
{
	int err = 0;

	for (int i = 0; i < g->n && s->n < MAX_TRIALS && err == 0; i++) {
		struct store_picture picture = { .cells = NULL };

		err = store_picture_get(store, g->trials[i], &picture);
		if (err == 0) {
			s->n_pictures++;
			err = take_picture(s, &picture);
		}
		if (err == 0)
			s->trials[s->n++] = g->trials[i];
		else if (is_no_error(err))
			err = 0;
		free(picture.cells);
	}
	for (int i = 0; s->n > 0 && i < geometry_n_cells(&s->base.geometry); i++)
		s->cells[i] /= (float)s->n;
	return err;
}

/* --- both ------------------------------------------------------------------------------------ */

struct map {
	struct side side[2];
	struct overlay a, b;
	void *memory[2];
	float *onto; /* b's load where a's feet are */
	struct overlay_off off[2];
	bool differs_in_stance;
};

static void map_fini(struct map *m)
{
	for (int i = 0; i < 2; i++) {
		side_fini(&m->side[i]);
		free(m->memory[i]);
	}
	free(m->onto);
	free(m);
}

static const struct visit_group *common_group(
	const struct visit *a, const struct visit *b, const struct visit_group **of_b)
{
	for (int k = 0; k < b->n_groups; k++) {
		const struct visit_group *g = &b->groups[k];
		const struct visit_group *of_a =
			strcmp(g->protocol, PROTOCOL) == 0 && !*g->phase
				? visit_find(a, g)
				: NULL;

		*of_b = g;
		if (of_a)
			return of_a;
	}
	return NULL;
}

/* Feet are looked for in the means anew: there they are clearest. */
static int lay(struct map *m)
{
	int err = open_overlay(
		&m->side[0].base.geometry, m->side[0].cells, &m->a, &m->memory[0]);

	if (err == 0)
		err = open_overlay(&m->side[1].base.geometry, m->side[1].cells, &m->b,
			&m->memory[1]);
	if (err == 0) {
		m->onto = malloc(bytes_of(&m->a));
		err = m->onto ? overlay_onto(&m->b, &m->a, m->onto, m->off) : -ENOMEM;
	}
	m->differs_in_stance = err == -ERANGE;
	return m->differs_in_stance ? 0 : err;
}

/* Make all of it. Returns 0, with `*why_not` where it cannot be made; or a negative errno. */
static int read_map(struct store *store, const struct visit *a, const struct visit *b,
	struct map *m, const char **why_not)
{
	const struct visit_group *of_b = NULL, *of_a = common_group(a, b, &of_b);
	int err;

	*why_not = N_("Quiet standing with open eyes was not measured in both visits "
		      "under the same circumstances.");
	if (!of_a)
		return 0;
	err = read_side(store, of_a, &m->side[0]);
	if (err == 0)
		err = read_side(store, of_b, &m->side[1]);
	if (err < 0)
		return err;
	*why_not = N_("One of the visits has no picture of the load.");
	if (m->side[0].n_pictures == 0 || m->side[1].n_pictures == 0)
		return 0;
	*why_not = N_("In one of the visits the two feet cannot be told apart.");
	if (m->side[0].n == 0 || m->side[1].n == 0)
		return 0;
	err = lay(m);
	if (err == -ENODATA)
		return 0;
	*why_not = N_("The two visits were measured on mats of different size.");
	if (err == -EINVAL)
		return 0;
	*why_not = NULL;
	return err;
}

/* --- writing --------------------------------------------------------------------------------- */

static double scale_of(const float *a, const float *b, int n)
{
	float most = 0.0F;

	for (int i = 0; i < n; i++)
		most = fmaxf(most, fmaxf(a[i], b[i]));
	return (double)most / MOST;
}

/* `less` is taken away from each, NULL: nothing. Negative numbers as two's complement. */
static void put_numbers(struct jsonw *w, const char *key, const float *cells,
	const float *less, double scale, const struct mat_geometry *g, uint16_t *room)
{
	int n = geometry_n_cells(g);

	for (int i = 0; i < n; i++) {
		long number = lround((double)cells[i] / scale) -
			      (less ? lround((double)less[i] / scale) : 0);

		room[i] = (uint16_t)(int16_t)number;
	}
	jsonw_key(w, key);
	document_put_cells(w, room, (size_t)n);
}

static void put_off(struct jsonw *w, const struct overlay_off off[2])
{
	static const char *const sides[] = { "left", "right" };

	jsonw_key(w, "stood");
	jsonw_begin_object(w);
	for (int i = 0; i < 2; i++) {
		jsonw_key(w, sides[i]);
		jsonw_begin_object(w);
		jsonw_key(w, "dx_mm");
		jsonw_fixed(w, off[i].dx_mm, 1);
		jsonw_key(w, "dy_mm");
		jsonw_fixed(w, off[i].dy_mm, 1);
		jsonw_key(w, "angle_deg");
		jsonw_fixed(w, off[i].angle_deg, 1);
		jsonw_end_object(w);
	}
	jsonw_end_object(w);
}

static void put_trials(struct jsonw *w, const char *key, const struct side *s)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int i = 0; i < s->n; i++)
		jsonw_int(w, s->trials[i]);
	jsonw_end_array(w);
}

static void put_head(struct jsonw *w, const struct map *m)
{
	const struct mat_geometry *g = &m->a.geometry;

	serve_text(w, "protocol", PROTOCOL);
	put_trials(w, "a_trials", &m->side[0]);
	put_trials(w, "b_trials", &m->side[1]);
	serve_int(w, "rows", g->n_rows);
	serve_int(w, "cols", g->n_cols);
	jsonw_key(w, "pitch_mm");
	jsonw_begin_array(w);
	jsonw_real(w, g->pitch_x_mm);
	jsonw_real(w, g->pitch_y_mm);
	jsonw_end_array(w);
	serve_text(w, "unit", "permille");
}

static int put_map(struct jsonw *w, const struct map *m)
{
	const struct mat_geometry *g = &m->a.geometry;
	const int n = geometry_n_cells(g);
	const float *b = m->differs_in_stance ? m->b.cells : m->onto;
	const double scale = scale_of(m->a.cells, b, n);
	uint16_t *room = malloc((size_t)n * sizeof(*room));

	if (!room)
		return -ENOMEM;
	jsonw_key(w, "map");
	jsonw_begin_object(w);
	put_head(w, m);
	serve_real(w, "scale", scale);
	put_numbers(w, "a", m->a.cells, NULL, scale, g, room);
	put_numbers(w, "b", b, NULL, scale, g, room);
	if (m->differs_in_stance) {
		jsonw_key(w, "difference");
		jsonw_null(w);
	} else {
		put_numbers(w, "difference", b, m->a.cells, scale, g, room);
	}
	serve_text(w, "why",
		m->differs_in_stance
			? N_("The feet stood too differently: by more than "
			     "20 mm or 10°.")
			: "");
	put_off(w, m->off);
	jsonw_end_object(w);
	free(room);
	return 0;
}

int compare_put_map(struct store *store, const struct visit *a, const struct visit *b,
	bool has_room, struct jsonw *w)
{
	const char *why_not = N_("There is no room for it beside so many numbers.");
	struct map *m = calloc(1, sizeof(*m));
	int err = m ? 0 : -ENOMEM;

	if (m && has_room)
		err = read_map(store, a, b, m, &why_not);
	if (err == 0 && !why_not) {
		err = put_map(w, m);
	} else {
		jsonw_key(w, "map");
		jsonw_null(w);
	}
	serve_text(w, "why_no_map", why_not ? why_not : "");
	if (m)
		map_fini(m);
	return err;
}
