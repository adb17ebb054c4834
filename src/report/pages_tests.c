/* What the tests measure that are no quiet standing: reaches, times, counts, shares, each in a line. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/report/pages.h"
#include "src/report/say.h"

#define TEXT_SIZE 1024
#define NAME_SIZE 280
#define AIR_MM    0.8
#define FIRST_MM  24.0 /* heading and the first test */
#define TEST_MM   9.0

/* Sway has its own rows, and what the whole of such a test gives are ratios. */
static const struct protocol *shown_protocol(const struct report_group *g)
{
	const struct protocol *p = protocol_find(g->protocol);

	return p && (p->kind != PROTOCOL_QUIET || p->seated) ? p : NULL;
}

static bool is_shown(const struct report_group *g, int m)
{
	return protocol_is_main(shown_protocol(g), metric_info((enum metric)m)->key) &&
	       !isnan(g->value[m].mean);
}

static bool has_values(const struct report_group *g)
{
	for (int m = 0; m < METRIC_N; m++)
		if (is_shown(g, m))
			return true;
	return false;
}

static const char *unit_text(const struct metric_info *info, bool is_share)
{
	static const char *const units[][2] = { { "deg", "\xc2\xb0" },
		{ "deg/s", "\xc2\xb0/s" }, { "mm2", "mm\xc2\xb2" } };

	if (is_share)
		return "%";
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(info->unit, units[i][0]) == 0)
			return units[i][1];
	return info->unit;
}

/* "reaction time 0.32 s", "load on the left foot 44.0 % (41.2 to 46.8)". */
static void add_value(
	char *out, size_t size, const struct metric_info *info, struct report_mean mean)
{
	bool is_share = strstr(info->key, "_frac") != NULL;
	double scale = is_share ? 100 : 1;
	int decimals = is_share ? 1 : info->decimals;
	const char *unit = unit_text(info, is_share);
	char value[SAY_SIZE], range[3 * SAY_SIZE];
	size_t n = strlen(out);

	n += (size_t)snprintf(out + n, size - n, "%s%s %s%s%s", n ? "; " : "",
		_(info->label),
		say_number(value, sizeof(value), scale * mean.mean, decimals),
		*unit ? " " : "", unit);
	if (n < size && !isnan(mean.low))
		snprintf(out + n, size - n, " (%s)",
			say_range(range, sizeof(range), scale * mean.low,
				scale * mean.high, decimals));
}

static void draw_test(struct page *p, const struct report_group *g)
{
	struct paper_type name = page_small(p), values = page_small(p);
	char condition[NAME_SIZE], text[TEXT_SIZE];

	name.bold = 1;
	name.colour = values.colour = sheet_ink;
	page_need(p, TEST_MM);
	page_condition(p->r, g, condition, sizeof(condition));
	snprintf(text, sizeof(text),
		g->n_trials == 1 ? _("%s, one trial") : _("%s, %d trials"), condition,
		g->n_trials);
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &name, text);
	*text = '\0';
	for (int m = 0; m < METRIC_N; m++)
		if (is_shown(g, m))
			add_value(text, sizeof(text), metric_info((enum metric)m),
				g->value[m]);
	page_need(p, page_height(p, SHEET_WIDTH_MM, &values, text));
	p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM,
			  &values, text) +
		  AIR_MM;
}

void pages_tests(struct page *p)
{
	bool is_first = true;

	for (int i = 0; i < p->r->n_groups; i++) {
		if (!has_values(&p->r->groups[i]))
			continue;
		if (is_first) {
			page_need(p, FIRST_MM);
			p->y_mm = sheet_heading(
				p->paper, p->y_mm - 1, _("What the tests measured"));
		}
		is_first = false;
		draw_test(p, &p->r->groups[i]);
	}
}
