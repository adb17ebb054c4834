/* The two or three things that a person is told of a visit. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/say_template.h"
#include "src/core/findings/findings.h"
#include "ui/screens/shared.h"
#include "ui/screens/train.h"

static const json_t *row_of(const json_t *results, const char *key)
{
	const json_t *groups = json_object_get(results, "groups");

	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);
		const json_t *rows = json_object_get(group, "rows");

		if (strcmp(train_word(group, "protocol"), "quiet-eo") != 0 ||
			*train_word(group, "phase") != '\0')
			continue;
		for (size_t k = 0; k < json_array_size(rows); k++)
			if (strcmp(train_word(json_array_get(rows, k), "key"), key) ==
				0)
				return json_array_get(rows, k);
	}
	return NULL;
}

double shared_left_frac(const json_t *results)
{
	return train_number(row_of(results, "left_frac"), "value");
}

/* The daemon's sentence for the patient about where the weight lies: rules S0 to S3. */
static bool finding_said(const json_t *results, char *out, size_t size)
{
	const json_t *findings = json_object_get(results, "findings");
	const struct finding_rule *rules;
	int n = findings_rules(&rules);

	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		const char *id = train_word(finding, "id");

		if (id[0] != 'S' ||
			strcmp(train_word(finding, "audience"), "patient") != 0)
			continue;
		for (int k = 0; k < n; k++)
			if (strcmp(rules[k].id, id) == 0 &&
				rules[k].text[AUDIENCE_PATIENT]) {
				say_template(rules[k].text[AUDIENCE_PATIENT],
					train_word(finding, "text"), out, size);
				return true;
			}
	}
	return false;
}

static bool say_weight(const json_t *results, struct shared_thing *thing)
{
	double left = 100 * shared_left_frac(results);

	thing->picture = SHARED_WEIGHT;
	if (isnan(left))
		return false;
	snprintf(thing->few, sizeof(thing->few),
		_("About %.0f %% left, %.0f %% right."), left, 100 - round(left));
	if (!finding_said(results, thing->whole, sizeof(thing->whole)))
		snprintf(thing->whole, sizeof(thing->whole), "%s", thing->few);
	return true;
}

/* "yes", "no"; "" where nobody can tell. */
static const char *larger(const json_t *row)
{
	const char *word = train_word(row, "larger");

	return strcmp(word, "unknown") == 0 || isnan(train_number(row, "previous"))
		       ? ""
		       : word;
}

static bool say_steadiness(const json_t *results, struct shared_thing *thing)
{
	const json_t *row = row_of(results, "mean_velocity_mm_s");
	const char *is = larger(row);
	bool less = train_number(row, "value") < train_number(row, "previous");

	thing->picture = SHARED_SWAY;
	if (*is == '\0')
		return false;
	snprintf(thing->whole, sizeof(thing->whole), "%s",
		strcmp(is, "yes") != 0
			? _("You stand about as steadily as at your last visit.")
		: less ? _("You stand more steadily than at your last visit.")
		       : _("You sway more than at your last visit. Being tired or "
			   "distracted can do that."));
	snprintf(thing->few, sizeof(thing->few), "%s",
		strcmp(is, "yes") != 0 ? _("About as steady as last time.")
		: less                 ? _("Steadier than last time.")
				       : _("More sway than last time."));
	return true;
}

static bool say_evenness(const json_t *results, struct shared_thing *thing)
{
	const json_t *row = row_of(results, "asymmetry_pct");
	double now = train_number(row, "value"), before = train_number(row, "previous");

	thing->picture = SHARED_WEIGHT;
	/* A change that does not leave the middle's other side alone is neither better nor worse. */
	if (strcmp(larger(row), "yes") != 0 || fabs(fabs(now) - fabs(before)) < 1)
		return false;
	snprintf(thing->whole, sizeof(thing->whole), "%s",
		fabs(now) < fabs(before)
			? _("Your weight is shared more evenly than at your last "
			    "visit.")
			: _("Your weight is shared less evenly than at your last "
			    "visit. "
			    "That differs from day to day."));
	snprintf(thing->few, sizeof(thing->few), "%s",
		fabs(now) < fabs(before) ? _("More even than last time.")
					 : _("Less even than last time."));
	return true;
}

int shared_things(const json_t *results, struct shared_thing things[SHARED_MAX])
{
	int n = 0;

	n += say_weight(results, &things[n]);
	n += say_evenness(results, &things[n]);
	n += say_steadiness(results, &things[n]);
	return n;
}
