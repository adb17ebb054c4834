/* The script language: every verb understood, every mistake named with its line. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hw/sim/timeline.h"

static char message[256];
static struct timeline line;

static int parse(const char *text)
{
	int rc;

	memset(&line, 0, sizeof(line));
	message[0] = '\0';
	rc = timeline_parse(&line, text, strlen(text), "s", message, sizeof(message));
	return rc < 0 ? rc : timeline_finish(&line, message, sizeof(message));
}

static void understands_every_verb(void **state)
{
	(void)state;
	assert_int_equal(parse("# a person comes\n"
			       "at 2.0 step-on\r\n"
			       "\n"
			       "  at 20 step-off # and goes\n"
			       "at 10 left-frac 0.62 over 1.5\n"
			       "at 11 fore-frac .3\n"
			       "at 12 lean -5 20 over 2\n"
			       "at 13 sway 0\n"
			       "at 14 unplug\n"
			       "at 16 replug\n"
			       "at 17 button"),
		0);
	assert_int_equal(line.n, 9);
	assert_int_equal(line.events[0].kind, TIMELINE_STEP_ON);
	assert_int_equal(line.events[1].kind, TIMELINE_LEFT_FRAC);
	assert_true(fabs(line.events[1].a - 0.62) < 1e-12);
	assert_true(fabs(line.events[1].over_s - 1.5) < 1e-12);
	assert_int_equal(line.events[3].kind, TIMELINE_LEAN);
	assert_true(line.events[3].a == -5 && line.events[3].b == 20);
	assert_int_equal(line.events[8].kind, TIMELINE_STEP_OFF);
	assert_false(timeline_starts_on(&line));
}

static void knows_who_stands_at_the_start(void **state)
{
	(void)state;
	assert_int_equal(parse(""), 0);
	assert_true(timeline_starts_on(&line));
	assert_int_equal(parse("at 3 step-off\nat 5 step-on"), 0);
	assert_true(timeline_starts_on(&line));
	assert_int_equal(parse("at 3 step-on"), 0);
	assert_false(timeline_starts_on(&line));
}

static void understands_what_a_body_does(void **state)
{
	(void)state;
	assert_int_equal(parse("at 1 lift right\n"
			       "at 2 lower right over 0.2\n"
			       "at 3 sit\n"
			       "at 5 stand over 2\n"
			       "at 8 squat 60\n"
			       "at 9 lean-angle 6 225 over 0.5\n"
			       "at 10 eyes closed\n"
			       "at 11 surface foam over 0"),
		0);
	assert_int_equal(line.n, 8);
	assert_int_equal(line.events[0].kind, TIMELINE_LIFT);
	assert_true(line.events[0].a == TIMELINE_RIGHT);
	assert_true(line.events[0].over_s == 0.4 && line.events[1].over_s == 0.2);
	assert_true(
		line.events[3].kind == TIMELINE_STAND && line.events[3].over_s == 2);
	assert_true(line.events[5].a == 6 && line.events[5].b == 225);
	assert_true(line.events[6].kind == TIMELINE_EYES && line.events[6].a == 1);
	assert_true(line.events[7].kind == TIMELINE_SURFACE && line.events[7].a == 1);
	assert_false(timeline_starts_seated(&line));
	assert_false(timeline_starts_lifted(&line, TIMELINE_RIGHT));
	assert_int_equal(parse("at 3 stand\nat 4.5 lower left"), 0);
	assert_true(timeline_starts_seated(&line));
	assert_true(timeline_starts_lifted(&line, TIMELINE_LEFT));
}

/* Five rises in 11.4 s: cycles of 11.4 / 4.4 s, 0.4 of each a rise; the last rise ends at 11.4 s. */
static void writes_repetitions_out(void **state)
{
	double cycle_s = 11.4 / 4.4;

	(void)state;
	assert_int_equal(parse("at 2 sts 5 over 11.4"), 0);
	assert_int_equal(line.n, 9);
	for (int i = 0; i < 9; i++) {
		const struct timeline_event *e = &line.events[i];

		assert_int_equal(e->kind, i % 2 ? TIMELINE_SIT : TIMELINE_STAND);
		assert_true(fabs(e->at_s - 2 - 0.5 * i * cycle_s) < 1e-12);
		assert_true(fabs(e->over_s - 0.4 * cycle_s) < 1e-12);
	}
	assert_true(fabs(line.events[8].at_s + line.events[8].over_s - 13.4) < 1e-12);
	assert_int_equal(parse("at 0 sts 1 over 1"), 0);
	assert_int_equal(line.n, 1);
}

/* A foot goes up before it goes elsewhere, and down after. */
static void writes_a_move_out(void **state)
{
	(void)state;
	assert_int_equal(parse("at 2 move left -30 12"), 0);
	assert_int_equal(line.n, 3);
	assert_int_equal(line.events[0].kind, TIMELINE_LIFT);
	assert_int_equal(line.events[1].kind, TIMELINE_PLACE);
	assert_int_equal(line.events[2].kind, TIMELINE_LOWER);
	assert_true(line.events[1].b == -30 && line.events[1].c == 12);
	assert_true(line.events[0].at_s + line.events[0].over_s <= line.events[1].at_s);
	assert_true(line.events[1].at_s <= line.events[2].at_s);
}

static void names_every_mistake(void **state)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "at 1 step-on\nat two step-off", "s:2: expected `at SECONDS" },
		{ "step-on", "s:1: expected `at SECONDS" },
		{ "at -1 step-on", "s:1: expected" },
		{ "at 1 jump", "s:1: unknown verb" },
		{ "at 1 step-on now", "s:1: there are words left over" },
		{ "at 1 left-frac", "s:1: this verb takes one number" },
		{ "at 1 left-frac 1.2", "s:1: this verb takes one number" },
		{ "at 1 left-frac nan", "s:1: this verb takes one number" },
		{ "at 1 lean 5", "s:1: lean takes two numbers" },
		{ "at 1 left-frac .5 over", "s:1: after the numbers" },
		{ "at 1 left-frac .5 over -1", "s:1: after the numbers" },
		{ "at 1 step-on\nat 5 step-on", "step-on comes twice" },
		{ "at 1 step-on\nat 1.2 step-off", "at least 0.6 s" },
		{ "at 1 replug", "replug without an unplug" },
		{ "at 1 unplug\nat 2 unplug", "unplug comes twice" },
		{ "at 1 lift", "s:1: lift takes left or right" },
		{ "at 1 lift both", "s:1: lift takes left or right" },
		{ "at 1 lift left 3", "s:1: after the numbers" },
		{ "at 1 move left 3", "s:1: move takes left or right and two" },
		{ "at 1 move left 3 4 over 1", "s:1: there are words left over" },
		{ "at 1 eyes shut", "s:1: eyes takes open or closed" },
		{ "at 1 surface ice", "s:1: surface takes firm or foam" },
		{ "at 1 squat 150", "s:1: this verb takes one number: squat" },
		{ "at 1 lean-angle 6", "s:1: lean-angle takes two numbers" },
		{ "at 1 sts 5", "s:1: sts takes a number of rises" },
		{ "at 1 sts 2.5 over 3", "s:1: sts takes a number of rises" },
		{ "at 1 sts 0 over 3", "s:1: sts takes a number of rises" },
		{ "at 1 stand\nat 2 sit", "at least 1.2 s" },
		{ "at 1 sit\nat 4 sit", "sit comes twice" },
		{ "at 1 lift left\nat 2 move left 1 1", "lift comes twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i].text), -EINVAL);
		if (!strstr(message, bad[i].part))
			fail_msg("expected \"%s\" in \"%s\"", bad[i].part, message);
	}
}

static void is_bounded(void **state)
{
	static char text[TIMELINE_MAX * 16 + 64];
	char *p = text;

	(void)state;
	for (int i = 0; i <= TIMELINE_MAX; i++)
		p = stpcpy(p, "at 1 button\n");
	assert_int_equal(parse(text), -ENOSPC);
	memset(text, 'x', 400);
	text[400] = '\0';
	assert_int_equal(parse(text), -EINVAL);
	assert_non_null(strstr(message, "too long"));
}

static void understands_the_technician(void **state)
{
	(void)state;
	assert_int_equal(parse("at 1 weight 2 mass 60.5 at -30 20 radius 60\n"
			       "at 2 change 2 over 1 mass 40\n"
			       "at 3 take 2 over 0.1\n"
			       "at 4 rest 16 at 0 0 mass 8\n"
			       "at 5 roll along x mass 20 uneven -0.02 speed 300 "
			       "passes 3 inset 10 length 400 centre -5\n"
			       "at 6 roll mass 20 along y\n"
			       "at 7 kill 3 -1"),
		0);
	assert_int_equal(line.n, 7);
	const struct timeline_load *l = &line.events[0].load;
	assert_int_equal(l->id, 2);
	assert_true(l->mass_kg == 60.5 && l->x_mm == -30 && l->y_mm == 20 &&
		    l->radius_mm == 60 && line.events[0].over_s == 0.3);
	assert_true(line.events[1].load.mass_kg == 40 && line.events[1].over_s == 1);
	assert_true(line.events[2].over_s == 0.1);
	assert_int_equal(line.events[3].load.id, 16);
	l = &line.events[4].load;
	assert_true(l->along_x && l->n_passes == 3 && l->uneven_frac == -0.02 &&
		    l->speed_mm_s == 300 && l->inset_mm == 10 && l->length_mm == 400 &&
		    l->centre_mm == -5);
	l = &line.events[5].load;
	assert_true(!l->along_x && l->n_passes == 2 && l->speed_mm_s == 200 &&
		    isnan(l->length_mm) && l->inset_mm < 0);
	assert_true(line.events[6].a == 3 && line.events[6].b == -1);
}

static void names_the_technicians_mistakes(void **state)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "at 1 weight 2 mass 60 at 0 0", "radius MM" },
		{ "at 1 weight 17 mass 60 at 0 0 radius 30", "ID from 1 to 16" },
		{ "at 1 weight 1 mass -5 at 0 0 radius 30", "0.01 to 400" },
		{ "at 1 weight 1 mass 5 at 0 radius 30", "at takes x and y" },
		{ "at 1 weight 1 mass 5 at 0 0 radius", "expected `weight" },
		{ "at 1 weight 1 mass 5 at 0 0 radius 30 speed 3", "expected `weight" },
		{ "at 1 take 1", "weight 1 is not on the mat" },
		{ "at 1 change 3 mass 4", "weight 3 is not on the mat" },
		{ "at 1 rest 1 mass 5 at 0 0\nat 2 rest 1 mass 5 at 0 0",
			"take it first" },
		{ "at 1 roll mass 5", "expected `roll" },
		{ "at 1 roll mass 5 along z", "expected `roll" },
		{ "at 1 roll mass 5 along x passes 1.5", "expected `roll" },
		{ "at 1 kill 1", "kill takes" },
		{ "at 1 kill 1 1.5", "kill takes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(parse(wrong[i].text), -EINVAL);
		if (!strstr(message, wrong[i].says))
			fail_msg("%s: %s", wrong[i].text, message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands_every_verb),
		cmocka_unit_test(knows_who_stands_at_the_start),
		cmocka_unit_test(understands_what_a_body_does),
		cmocka_unit_test(writes_repetitions_out),
		cmocka_unit_test(writes_a_move_out),
		cmocka_unit_test(names_every_mistake),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(understands_the_technician),
		cmocka_unit_test(names_the_technicians_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
