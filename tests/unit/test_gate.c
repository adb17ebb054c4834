/* What a locked station still answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "src/daemon/gate.h"
#include "src/ipc/conn.h"
#include "src/records/records.h"

static enum gate gate(const char *method, const char *params)
{
	json_t *json = params ? json_loads(params, 0, NULL) : NULL;
	const enum gate result = gate_of(method, json);

	assert_true(!params || json);
	json_decref(json);
	return result;
}

static void measuring_nobody_goes_on(void **state)
{
	(void)state;
	assert_int_equal(gate("trial.start", "{\"protocol\":\"quiet-eo\"}"), GATE_OPEN);
	assert_int_equal(
		gate("trial.start", "{\"patient\":null,\"visit\":null}"), GATE_OPEN);
	assert_int_equal(gate("trial.start", "{\"patient\":\"P-1\"}"), GATE_SHUT);
	assert_int_equal(gate("trial.start", "{\"visit\":3}"), GATE_SHUT);
	assert_int_equal(gate("trial.stop", NULL), GATE_OPEN);
	assert_int_equal(gate("trial.abort", NULL), GATE_OPEN);
	assert_int_equal(gate("trial.mark", "{\"text\":\"cough\"}"), GATE_OPEN);
	assert_int_equal(gate("precheck", NULL), GATE_OPEN);
	assert_int_equal(gate("precheck", "{\"patient\":\"P-1\"}"), GATE_SHUT);
	assert_int_equal(gate("training.arm", "{}"), GATE_OPEN);
	assert_int_equal(gate("training.arm", "{\"patient\":\"P-1\"}"), GATE_SHUT);
}

static void anonymous_trials_can_be_read(void **state)
{
	(void)state;
	assert_int_equal(gate("trial.show", "{\"id\":1}"), GATE_ANONYMOUS);
	assert_int_equal(gate("trial.results", "{\"id\":1}"), GATE_ANONYMOUS);
	assert_int_equal(gate("trial.series", "{\"id\":1}"), GATE_ANONYMOUS);
	assert_int_equal(gate("trial.list", NULL), GATE_SHUT);
}

/* By their names, those of the table that tell nothing of people. */
static void of_the_store_only_these_stay_open(void **state)
{
	static const char *const open[] = { "visit.plans", "training.programmes",
		"station.status", "station.lock", "station.unlock", "station.set_pin",
		"trial.mark" };
	const struct records_method *method;

	(void)state;
	for (size_t i = 0; (method = records_method_at(i)); i++) {
		bool expected = false;

		for (size_t k = 0; k < sizeof(open) / sizeof(*open); k++)
			expected |= strcmp(method->name, open[k]) == 0;
		assert_int_equal(gate_of(method->name, NULL) == GATE_OPEN, expected);
	}
}

static void methods_to_come_are_shut(void **state)
{
	(void)state;
	assert_int_equal(gate("patient.of_tomorrow", NULL), GATE_SHUT);
	assert_int_equal(gate("report.sign", NULL), GATE_SHUT);
	assert_int_equal(gate("trial.repeat", NULL), GATE_SHUT);
	assert_int_equal(gate("placement.get", NULL), GATE_SHUT);
	assert_int_equal(gate("mat.tare", NULL), GATE_OPEN);
	assert_int_equal(gate("calibrate.zero", NULL), GATE_OPEN);
	assert_int_equal(gate("status", NULL), GATE_OPEN);
}

static void it_holds_for_the_screen_and_for_others(void **state)
{
	struct conn conn = { .uid = geteuid() };

	(void)state;
	assert_false(gate_holds(&conn));
	conn.is_screen = true;
	assert_true(gate_holds(&conn));
	conn.uid = 0;
	assert_true(gate_holds(&conn));
	conn.is_screen = false;
	assert_false(gate_holds(&conn));
	conn.uid = geteuid() + 1;
	assert_true(gate_holds(&conn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measuring_nobody_goes_on),
		cmocka_unit_test(anonymous_trials_can_be_read),
		cmocka_unit_test(of_the_store_only_these_stay_open),
		cmocka_unit_test(methods_to_come_are_shut),
		cmocka_unit_test(it_holds_for_the_screen_and_for_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
