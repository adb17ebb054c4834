#include "src/report/say_finding.h"

#include <stdio.h>
#include <string.h>

#include "src/base/say_template.h"

static const struct finding_rule *find_rule(const char *id)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);

	for (int i = 0; i < n; i++)
		if (strcmp(rules[i].id, id) == 0)
			return &rules[i];
	return NULL;
}

bool say_finding(const char *id, enum finding_audience audience, const char *text,
	char *out, size_t size)
{
	const struct finding_rule *rule = find_rule(id);

	if (rule && rule->text[audience])
		return say_template(rule->text[audience], text, out, size);
	snprintf(out, size, "%s", text);
	return false;
}
