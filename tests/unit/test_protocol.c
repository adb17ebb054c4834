/* The protocols as data: what has a key has words, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/metrics.h"
#include "src/core/trial/protocol.h"

/* Each phase with a key is found by it, and is called otherwise than its key; no two of a protocol alike. */
static void test_phases_have_words(void **state)
{
	const struct protocol *p;

	(void)state;
	for (size_t i = 0; (p = protocol_at(i)); i++)
		for (int k = 0; k < p->n_phases; k++) {
			const char *key = p->phases[k].key;
			const char *title = protocol_phase_title(p->key, key);

			assert_ptr_equal(title, *key ? p->phases[k].title : key);
			assert_int_equal(*title != '\0', *key != '\0');
			assert_true(!*key || strcmp(title, key) != 0);
			for (int other = 0; other < k; other++)
				assert_string_not_equal(title, p->phases[other].title);
		}
	assert_string_equal(
		protocol_phase_title("mctsib", "foam-ec"), "Foam, eyes closed");
	assert_string_equal(
		protocol_phase_title("los", "back-left"), "Leaning back to the left");
}

/* Of a newer station or an older store. */
static void test_unknown_phase_is_called_by_its_key(void **state)
{
	(void)state;
	assert_string_equal(protocol_phase_title("mctsib", "dome"), "dome");
	assert_string_equal(protocol_phase_title("", "eo"), "eo");
	assert_string_equal(protocol_phase_title("romberg", ""), "");
}

/* What is read of a phase: what its test's ratios are made of, else the test's own; all of them metrics. */
static void test_metrics_of_a_phase(void **state)
{
	const struct protocol *p;

	(void)state;
	assert_string_equal(protocol_phase_metrics(protocol_find("romberg")),
		"mean_velocity_mm_s ellipse95_mm2 left_frac");
	for (size_t i = 0; (p = protocol_at(i)); i++) {
		char keys[256], *rest = keys, *key;

		if (p->kind != PROTOCOL_QUIET || p->n_phases == 1)
			assert_ptr_equal(protocol_phase_metrics(p), p->main_metrics);
		assert_true(strlen(protocol_phase_metrics(p)) < sizeof(keys));
		strcpy(keys, protocol_phase_metrics(p));
		while ((key = strtok_r(rest, " ", &rest)))
			assert_int_not_equal(metric_find(key), METRIC_N);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phases_have_words),
		cmocka_unit_test(test_unknown_phase_is_called_by_its_key),
		cmocka_unit_test(test_metrics_of_a_phase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
