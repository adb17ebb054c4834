#include "ui/screens/findings_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/say_template.h"
#include "src/core/findings/findings.h"
#include "src/core/trial/protocol.h"
#include "ui/screens/clinic.h"

const char *findings_say(const json_t *finding, char *out, size_t size)
{
	const char *id = clinic_text(finding, "id"),
		   *text = clinic_text(finding, "text");
	const struct finding_rule *rules;
	int n = findings_rules(&rules);

	for (int i = 0; i < n; i++)
		if (strcmp(rules[i].id, id) == 0 && rules[i].text[AUDIENCE_CLINICIAN]) {
			say_template(
				rules[i].text[AUDIENCE_CLINICIAN], text, out, size);
			return out;
		}
	snprintf(out, size, "%s", text);
	return out;
}

const char *findings_pelvis(const json_t *range, char *out, size_t size)
{
	double low = clinic_number(range, "p5"), high = clinic_number(range, "p95");

	out[0] = '\0';
	if (isnan(low) || isnan(high))
		return out;
	if (high <= 0)
		snprintf(out, size,
			_("Pelvis: shifted by %1$.0f to %2$.0f mm to the left"), -high,
			-low);
	else if (low >= 0)
		snprintf(out, size,
			_("Pelvis: shifted by %1$.0f to %2$.0f mm to the right"), low,
			high);
	else
		snprintf(out, size,
			_("Pelvis: between %1$.0f mm to the left and %2$.0f mm to the "
			  "right"),
			-low, high);
	return out;
}

const char *findings_back(const json_t *range, char *out, size_t size)
{
	double low = clinic_number(range, "p5"), high = clinic_number(range, "p95");

	out[0] = '\0';
	if (!isnan(low) && !isnan(high))
		snprintf(out, size, _("Lower back: %1$.0f to %2$.0f %% more load"),
			low < 0 ? 0 : low, high < 0 ? 0 : high);
	return out;
}

const char *findings_next(const json_t *next, char *out, size_t size)
{
	const char *key = clinic_text(next, "protocol");
	const struct protocol *p = key[0] != '\0' ? protocol_find(key) : NULL;
	char reason[CLINIC_LINE_BYTES];

	out[0] = '\0';
	if (key[0] != '\0')
		snprintf(out, size, _("Proposed next: %s. %s"), p ? _(p->title) : key,
			clinic_sentence(json_object_get(next, "reason"), reason,
				sizeof(reason)));
	return out;
}

static const struct fact_info *find_fact(const char *key)
{
	for (int f = 0; f < FACT_N; f++)
		if (strcmp(fact_info((enum fact)f)->key, key) == 0)
			return fact_info((enum fact)f);
	return NULL;
}

static const char *test_word(const char *test)
{
	return strcmp(test, "at_least") == 0 ? _("at least")
	       : strcmp(test, "above") == 0  ? _("above")
					     : _("below");
}

/* A yes or no is its label alone. */
static bool is_answer(const json_t *c, const struct fact_info *info)
{
	return strcmp(clinic_text(c, "test"), "at_least") == 0 &&
	       clinic_number(c, "limit") == 1 &&
	       (!info || (*info->unit == '\0' && info != fact_info(FACT_LATERAL_BAND)));
}

const char *findings_condition(const json_t *c, char *out, size_t size)
{
	const struct fact_info *info = find_fact(clinic_text(c, "fact"));
	double value = clinic_number(c, "value"), limit = clinic_number(c, "limit");
	const char *label = clinic_text(c, "label");
	int decimals = info ? info->decimals : 1;
	char number[40], bound[40];

	if (is_answer(c, info)) {
		snprintf(out, size, "%s", label[0] != '\0' ? _(label) : "");
		return out;
	}
	if (json_is_true(json_object_get(c, "magnitude")))
		value = fabs(value);
	i18n_number(number, sizeof(number), value, decimals);
	i18n_number(bound, sizeof(bound), limit,
		limit == rint(limit) ? 0
		: decimals > 0       ? decimals
				     : 1);
	snprintf(out, size, "%s: %s%s%s (%s %s)", label[0] != '\0' ? _(label) : "",
		number, info && *info->unit ? " " : "", info ? info->unit : "",
		test_word(clinic_text(c, "test")), bound);
	return out;
}

const char *findings_grade(const char *grade)
{
	return strcmp(grade, "A") == 0   ? _("A: measured")
	       : strcmp(grade, "B") == 0 ? _("B: two studies of people, or a review")
	       : strcmp(grade, "C") == 0 ? _("C: one study, or indirect")
					 : _("D: a model or experience");
}
