/* Whatever the engines and screens have said has a text that a voice can read, in every language that there is; and
 * what it says of the model's example is what the model says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/training/training.h"
#include "src/core/trial/protocol.h"
#include "src/core/trial/session.h"
#include "ui/screens/plain.h"

static const char *const languages[] = { "en", "de" };

/* Of states, as training_view.c and session.c say them. */
static const char *const of_states[] = { "step-on", "step-off", "by-ear", "eyes-closed",
	"open-eyes", "open-eyes-step-off", "estimate", "well-done", "rest", "all-done",
	"stop-here", "thank-you" };

static char lines[100][400];
static int n_lines;

static void read_language(const char *language)
{
	char path[64];
	FILE *in;

	snprintf(path, sizeof(path), "speech/%s.txt", language);
	in = fopen(path, "r");
	assert_non_null(in);
	n_lines = 0;
	while (n_lines < 100 && fgets(lines[n_lines], sizeof(lines[0]), in))
		n_lines += lines[n_lines][0] != '#';
	fclose(in);
}

/* The text of a name; NULL if there is none. */
static const char *text_of(const char *name)
{
	size_t n = strlen(name);

	for (int i = 0; i < n_lines; i++)
		if (strncmp(lines[i], name, n) == 0 && lines[i][n] == ' ')
			return lines[i] + n + 1;
	return NULL;
}

static void want(const char *language, const char *cue)
{
	if (!text_of(cue))
		fail_msg("speech/%s.txt has no text for \"%s\"", language, cue);
}

static void want_of_training(const char *language)
{
	for (int i = 0; i < PLACE_N; i++)
		want(language, place_hint_word((enum place_hint)i));
	for (int i = 0; i < EXERCISE_N; i++)
		want(language, exercise_info((enum exercise)i)->key);
	for (int i = TRAINING_HINT_BACK_ON; i <= TRAINING_HINT_EASE_RIGHT; i++)
		want(language, training_hint_word((enum training_hint)i));
	for (size_t i = 0; i < sizeof(of_states) / sizeof(of_states[0]); i++)
		want(language, of_states[i]);
}

/* What is said while it measures is only read. */
static void want_of_trials(const char *language)
{
	const struct protocol *p;

	for (size_t i = 0; (p = protocol_at(i)) != NULL; i++)
		for (int phase = 0; phase < p->n_phases; phase++) {
			want(language, session_cue(p, phase, SESSION_WAITING));
			want(language, session_cue(p, phase, SESSION_SETTLING));
		}
}

static void test_every_cue_has_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		read_language(languages[i]);
		want_of_training(languages[i]);
		want_of_trials(languages[i]);
		for (int page = 0; page < PLAIN_N_PAGES; page++)
			want(languages[i], plain_cue((enum plain_page)page));
	}
}

static void want_numbers(const char *cue, const double *numbers, int n)
{
	char text[400], number[8];

	snprintf(text, sizeof(text), "%s", text_of(cue));
	for (int i = 0; i < n; i++) {
		snprintf(number, sizeof(number), " %.0f ", numbers[i]);
		if (!strstr(text, number))
			fail_msg("\"%s\" does not say%s: %s", cue, number, text);
	}
}

static void test_example_is_the_model_s(void **state)
{
	const struct plain_figures f = plain_compute();

	(void)state;
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		read_language(languages[i]);
		want_numbers("plain-side",
			(double[]){ PLAIN_SIDE_MM, f.right_pct, f.left_pct }, 3);
		want_numbers("plain-knee", (double[]){ f.knee_low, f.knee_high }, 2);
		want_numbers("plain-pelvis", &f.pelvis_mm, 1);
		want_numbers("plain-back", &f.back_pct, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cue_has_a_text),
		cmocka_unit_test(test_example_is_the_model_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
