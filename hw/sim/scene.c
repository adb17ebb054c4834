#include "hw/sim/scene.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/units.h"

/* The hardest pressed cell of one foot that carries all and leans, over that of one at rest. */
#define TILT_RESERVE 2.5

/* Press the feet of `load` onto the cells. */
static void press(struct scene *s, const struct person_load load[PERSON_N_FEET],
	struct scene_truth *truth)
{
	memset(s->cells_n, 0,
		(size_t)geometry_n_cells(&s->sheet.geometry) * sizeof(double));
	for (int f = 0; f < PERSON_N_FEET; f++) {
		struct sole *sole = s->person.sole[f];

		truth->foot[f] = (struct imprint_load){ .cop = { NAN, NAN } };
		if (load[f].force_n <= 0)
			continue;
		sole_press(sole, load[f].force_n, load[f].cop);
		imprint_add(&s->imprint[f], sole, s->cells_n, &truth->foot[f]);
	}
}

static void sum_up(struct scene_truth *t)
{
	double x = 0, y = 0, fore = 0;
	int n_feet = 0;

	t->force_n = t->off_n = t->weights_n = 0;
	for (int f = 0; f < PERSON_N_FEET; f++) {
		const struct imprint_load *foot = &t->foot[f];

		t->off_n += foot->off_n;
		if (foot->force_n <= 0)
			continue;
		n_feet++;
		t->force_n += foot->force_n;
		fore += foot->fore_n;
		x += foot->force_n * foot->cop.x;
		y += foot->force_n * foot->cop.y;
	}
	t->cop = (struct pos_mm){ NAN, NAN };
	t->left_frac = t->fore_frac = NAN;
	if (n_feet == 0)
		return;
	t->cop = (struct pos_mm){ x / t->force_n, y / t->force_n };
	t->fore_frac = fore / t->force_n;
	if (n_feet == PERSON_N_FEET)
		t->left_frac = t->foot[PERSON_LEFT].force_n / t->force_n;
}

/* The greatest force a cell will meet, from each foot carrying the whole person at rest. */
static double most_on_a_cell_n(struct scene *s)
{
	double most = 0;

	for (int f = 0; f < PERSON_N_FEET; f++) {
		struct person_load load[PERSON_N_FEET] = { 0 };
		struct scene_truth truth;

		load[f].force_n = s->person.mass_kg * UNITS_GRAVITY_M_S2;
		load[f].cop = s->person.anchor[f];
		press(s, load, &truth);
		for (int i = 0; i < geometry_n_cells(&s->sheet.geometry); i++)
			most = fmax(most, s->cells_n[i]);
	}
	return TILT_RESERVE * most;
}

int scene_init(struct scene *s, const struct scene_options *o)
{
	int rc;

	memset(s, 0, sizeof(*s));
	if (o->geometry.n_rows < 1 || o->geometry.n_rows > GEOMETRY_MAX_SIDE ||
		o->geometry.n_cols < 1 || o->geometry.n_cols > GEOMETRY_MAX_SIDE ||
		!(o->geometry.pitch_x_mm > 0) || !(o->geometry.pitch_y_mm > 0))
		return -EINVAL;
	rc = person_init(&s->person, &o->person);
	if (rc < 0)
		return rc;
	s->sheet.geometry = o->geometry;
	technician_init(&s->technician, &o->geometry);
	s->cells_n = calloc((size_t)geometry_n_cells(&o->geometry), sizeof(double));
	rc = s->cells_n ? 0 : -ENOMEM;
	for (int f = 0; rc == 0 && f < PERSON_N_FEET; f++)
		rc = imprint_init(&s->imprint[f], s->person.sole[f], &s->person.pose[f],
			&o->geometry);
	if (rc == 0)
		rc = sheet_init(
			&s->sheet, &o->sheet, &o->geometry, most_on_a_cell_n(s));
	if (rc < 0)
		scene_fini(s);
	return rc;
}

void scene_fini(struct scene *s)
{
	for (int f = 0; f < PERSON_N_FEET; f++)
		imprint_fini(&s->imprint[f]);
	person_fini(&s->person);
	technician_fini(&s->technician);
	sheet_fini(&s->sheet);
	free(s->cells_n);
	s->cells_n = NULL;
}

static void follow_moves(struct scene *s)
{
	if (s->n_moves == s->person.n_moves)
		return;
	s->n_moves = s->person.n_moves;
	for (int f = 0; f < PERSON_N_FEET; f++) {
		struct imprint moved;

		if (imprint_init(&moved, s->person.sole[f], &s->person.pose[f],
			    &s->sheet.geometry) < 0)
			continue;
		imprint_fini(&s->imprint[f]);
		s->imprint[f] = moved;
	}
}

/* Let what is due happen to the weights and to the sheet. */
static void follow_events(struct scene *s, double t_s)
{
	const struct timeline *line = s->person.options.timeline;

	while (line && s->next_event < line->n &&
		line->events[s->next_event].at_s + s->person.cue_s <= t_s) {
		struct timeline_event event = line->events[s->next_event++];

		event.at_s += s->person.cue_s;
		if (event.kind == TIMELINE_KILL)
			sheet_kill(&s->sheet, (int)event.a, (int)event.b);
		else
			technician_act(&s->technician, &event);
	}
}

void scene_forget(struct scene *s, int n)
{
	s->next_event -= n;
	s->person.next_event -= n;
}

/* What the technician put there presses besides the person. */
static void add_weights(struct scene *s, double t_s, struct scene_truth *t)
{
	struct technician_load load;
	double person_n = t->force_n, sum_n;

	technician_press(&s->technician, t_s, s->cells_n, &load);
	t->off_n += load.off_n;
	if (!(load.force_n > 0))
		return;
	sum_n = person_n + load.force_n;
	if (person_n > 0) {
		t->cop.x = (person_n * t->cop.x + load.force_n * load.cop.x) / sum_n;
		t->cop.y = (person_n * t->cop.y + load.force_n * load.cop.y) / sum_n;
	} else {
		t->cop = load.cop;
	}
	t->weights_n = load.force_n;
	t->force_n = sum_n;
}

bool scene_scan(struct scene *s, double t_s, uint16_t *cells, struct scene_truth *truth)
{
	struct person_load load[PERSON_N_FEET];

	person_at(&s->person, t_s, load);
	follow_moves(s);
	follow_events(s, t_s);
	press(s, load, truth);
	sum_up(truth);
	add_weights(s, t_s, truth);
	truth->t_s = t_s;
	truth->posture = person_word(&s->person, t_s);
	truth->skeleton = s->person.has_skeleton ? &s->person.skeleton : NULL;
	return sheet_render(&s->sheet, t_s, s->cells_n, cells);
}
