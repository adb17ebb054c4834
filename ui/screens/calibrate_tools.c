/* calibrate.h: what is at hand. Rows to touch; numbers come from a pad, one after the other. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/core/units_text.h"
#include "ui/screens/calibrate.h"
#include "ui/screens/clinic.h"

/* What can be put on a mat by hand, or stands on it; beyond, another unit was meant. */
#define MIN_KG 0.05
#define MAX_KG 400.0

static const char *const titles[CALIBRATE_N_TOOLS] = { N_("Weights"), N_("Roller"),
	N_("You"), N_("Staircase") };

/* --- numbers ----------------------------------------------------------------------------------- */

double calibrate_typed_kg(const struct calibrate *s)
{
	double kg = units_text_typed(UNITS_MASS, entry_number(&s->entry));

	return kg >= MIN_KG && kg <= MAX_KG ? kg : NAN;
}

static void add_mass(double *masses, int *n, double kg, bool in_order)
{
	int i = *n;

	if (*n == AGENDA_MAX_MASSES)
		return;
	while (in_order && i > 0 && masses[i - 1] > kg) {
		masses[i] = masses[i - 1];
		i--;
	}
	masses[i] = kg;
	(*n)++;
}

/* Take the number typed; without one the question is over. */
static void take(struct calibrate *s)
{
	struct agenda_tools *t = &s->tools;
	double kg = calibrate_typed_kg(s);
	bool one = s->tool == CALIBRATE_BODY;

	if (s->entry.text[0] != '\0' && isnan(kg))
		return; /* the field shows what was typed */
	if (!isnan(kg) && s->tool == CALIBRATE_MASSES)
		add_mass(t->masses_kg, &t->n_masses, kg, true);
	else if (!isnan(kg) && s->tool == CALIBRATE_STAIRS)
		add_mass(t->stairs_kg, &t->n_stairs, kg, false);
	else if (one)
		t->body_kg = kg;
	s->typing = !one && !isnan(kg);
	entry_set(&s->entry, "");
}

void calibrate_tools_guess(struct calibrate *s)
{
	struct agenda_tools *t = &s->tools;
	const json_t *items = json_object_get(s->draft, "items"), *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		double kg = clinic_number(item, "mass_kg");
		bool known = isnan(kg), creeps;
		if (json_is_true(json_object_get(item, "dropped")))
			continue;
		if (strcmp(clinic_text(item, "step"), "roll") == 0)
			t->has_roller = true;
		creeps = strcmp(clinic_text(item, "step"), "creep") == 0;
		if (!creeps && strcmp(clinic_text(item, "step"), "load") != 0)
			continue;
		if (!creeps && isnan(clinic_number(item, "x_mm"))) {
			t->body_kg = kg;
			continue;
		}
		for (int k = 0; k < t->n_masses; k++)
			known |= fabs(t->masses_kg[k] - kg) < 0.002 * kg;
		if (!known)
			add_mass(t->masses_kg, &t->n_masses, kg, true);
	}
}

/* --- touched ------------------------------------------------------------------------------------ */

static void touch(struct calibrate *s, int row)
{
	s->tool = row;
	entry_set(&s->entry, "");
	if (row == CALIBRATE_ROLLER) {
		s->tools.has_roller = !s->tools.has_roller;
		return;
	}
	s->typing = true;
	/* begun anew: a wrong one is typed again with the others */
	if (row == CALIBRATE_MASSES)
		s->tools.n_masses = 0;
	if (row == CALIBRATE_STAIRS)
		s->tools.n_stairs = 0;
}

void calibrate_tools_act(struct calibrate *s, int id, int index)
{
	int row = id == CALIBRATE_ROWS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (s->phase != CALIBRATE_TOOLS)
		return;
	if (row != LIST_NO_ROW && row < CALIBRATE_N_TOOLS)
		touch(s, row);
	if (id == CALIBRATE_PAD && entry_act(&s->entry, index) == ENTRY_DONE)
		take(s);
}

bool calibrate_tools_event(struct calibrate *s, const struct input_event *e)
{
	enum entry_result result =
		s->typing ? entry_event(&s->entry, e) : ENTRY_NOTHING;

	if (result == ENTRY_DONE)
		take(s);
	return result != ENTRY_NOTHING;
}

/* --- drawn -------------------------------------------------------------------------------------- */

static void say_masses(const double *masses, int n, char *out, size_t size)
{
	char number[24];
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < n && used < size; i++) {
		double shown = units_text_scaled(UNITS_MASS, masses[i]);
		bool whole = fabs(shown - round(shown)) < 0.05;
		used += (size_t)snprintf(out + used, size - used, "%s%s",
			i > 0 ? " · " : "",
			i18n_number(number, sizeof(number), shown, whole ? 0 : 1));
	}
	if (n > 0 && used < size)
		snprintf(out + used, size - used, " %s", units_text_unit(UNITS_MASS));
}

static void say_tool(const struct agenda_tools *t, int row, char *out, size_t size)
{
	if (row == CALIBRATE_MASSES)
		say_masses(t->masses_kg, t->n_masses, out, size);
	else if (row == CALIBRATE_STAIRS)
		say_masses(t->stairs_kg, t->n_stairs, out, size);
	else if (row == CALIBRATE_ROLLER)
		snprintf(out, size, "%s", t->has_roller ? _("yes") : _("no"));
	else
		say_masses(&t->body_kg, isfinite(t->body_kg), out, size);
	if (out[0] == '\0')
		snprintf(out, size, "%s", _("none"));
}

static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	char value[200];
	struct clinic_row parts = {
		.code = _(titles[row]), .detail = "", .note = value
	};

	say_tool(&((const struct calibrate *)ctx)->tools, row, value, sizeof(value));
	clinic_row_draw(ui, t, r, &parts);
}

/* Return the first of the texts that has room in small type, "" if none has. */
static const char *fitting(struct view *v, int w, const char *const *texts)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	const char *text = parts_fit(&v->ui.list, &small, w, texts);

	draw_elsewhere(&v->ui.list, text); /* the screen's title asks for it */
	return draw_measure(&v->ui.list, &small, text).w <= w ? text : "";
}

void calibrate_pad_draw(struct view *v, struct calibrate *s, struct rect r,
	const char *label, const char *hint)
{
	struct parts_type t = frame_type(v);
	int w, h, field_h = entry_field_height(&v->ui, &t);
	int box_h = entry_box_height(&v->ui, &t);
	struct rect pad, field;

	entry_pad_size(&v->ui, &w, &h);
	if (h <= r.h && r.w - w - 2 * t.gap >= 8 * t.body) {
		pad = rect_cut_right(&r, r.w * 2 / 5 > w ? r.w * 2 / 5 : w);
		rect_cut_right(&r, 2 * t.gap);
		field = rect_cut_top(&r, field_h);
	} else {
		field = rect_cut_top(
			&r, entry_pad_fits(&v->ui, r.w, r.h - field_h - t.gap) ? field_h
									       : box_h);
		rect_cut_top(&r, t.gap);
		pad = r;
	}
	if (field.h >= box_h)
		entry_field_draw(&v->ui, &t, field, 0, "mass", &s->entry,
			fitting(v, field.w,
				(const char *const[]){ label, _("Weight"), NULL }),
			hint, true);
	if (entry_pad_fits(&v->ui, pad.w, pad.h)) /* real keys type in any case */
		entry_pad_draw(&v->ui, &t, pad, CALIBRATE_PAD, "pad", &s->entry);
}

void calibrate_tools_draw(struct view *v, struct calibrate *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	enum parts_sign sign;
	const char *text;
	char label[300], value[200];

	if (s->typing) {
		say_tool(&s->tools, s->tool, value, sizeof(value));
		snprintf(label, sizeof(label), "%s, %s: %s", _(titles[s->tool]),
			units_text_unit(UNITS_MASS), value);
		calibrate_pad_draw(v, s, r, label,
			s->tool == CALIBRATE_BODY ? _("by a scale")
						  : _("OK after each, and at the end"));
		return;
	}
	text = calibrate_sum(s, &sign);
	if (!s->is_tight)
		calibrate_notice(v, &r, clinic_rows_height(v), sign, text);
	s->list.n_rows = CALIBRATE_N_TOOLS;
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, CALIBRATE_ROWS, "tool", &s->list, 0, row_draw,
			s);
}
