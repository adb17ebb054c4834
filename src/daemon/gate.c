#include "src/daemon/gate.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/ipc/conn.h"

/* Families whose methods read or change patients, visits, the worklist or reports. */
static const char *const families[] = { "patient.", "visit.", "worklist.", "report.",
	"placement.", "precheck", "trial.", "training.", "store." };

/* Of those: open, or open without these parameters. */
static const struct {
	const char *method;
	enum gate gate;
	const char *without[2];
} exceptions[] = {
	{ "trial.start", GATE_OPEN, { "patient", "visit" } },
	{ "trial.stop", GATE_OPEN, { NULL } },
	{ "trial.abort", GATE_OPEN, { NULL } },
	{ "trial.mark", GATE_OPEN, { NULL } },
	{ "trial.status", GATE_OPEN, { NULL } },
	{ "trial.show", GATE_ANONYMOUS, { NULL } },
	{ "trial.results", GATE_ANONYMOUS, { NULL } },
	{ "trial.series", GATE_ANONYMOUS, { NULL } },
	{ "precheck", GATE_OPEN, { "patient" } },
	{ "visit.plans", GATE_OPEN, { NULL } },
	{ "training.arm", GATE_OPEN, { "patient" } },
	{ "training.disarm", GATE_OPEN, { NULL } },
	{ "training.status", GATE_OPEN, { NULL } },
	{ "training.stop", GATE_OPEN, { NULL } },
	{ "training.skip", GATE_OPEN, { NULL } },
	{ "training.answer", GATE_OPEN, { NULL } },
	{ "training.programmes", GATE_OPEN, { NULL } },
};

static bool of_a_family(const char *method)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (strncmp(method, families[i], strlen(families[i])) == 0)
			return true;
	}
	return false;
}

static bool is_given(const json_t *params, const char *name)
{
	const json_t *value = name ? json_object_get(params, name) : NULL;

	return value && !json_is_null(value);
}

enum gate gate_of(const char *method, const struct json_t *params)
{
	if (!of_a_family(method))
		return GATE_OPEN;
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		if (strcmp(method, exceptions[i].method) != 0)
			continue;
		return is_given(params, exceptions[i].without[0]) ||
				       is_given(params, exceptions[i].without[1])
			       ? GATE_SHUT
			       : exceptions[i].gate;
	}
	return GATE_SHUT;
}

bool gate_owns(uid_t uid, uid_t own_uid)
{
	return uid == 0 || uid == own_uid;
}

bool gate_holds(const struct conn *conn)
{
	return conn->is_screen || !gate_owns(conn->uid, geteuid());
}
