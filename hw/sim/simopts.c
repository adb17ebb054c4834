#include "hw/sim/simopts.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/version.h"

#define MAX_SCRIPT_BYTES 65536
#define MESSAGE_SIZE     512

enum key {
	KEY_LINK = 256,
	KEY_PROTOCOL,
	KEY_SERIAL,
	KEY_ENCODING,
	KEY_SPARSE,
	KEY_ORIGIN,
	KEY_ORDER,
	KEY_SENSOR,
	KEY_FEET,
	KEY_FACING_BACK,
	KEY_RAISE_HEEL,
	KEY_LEAD_FOOT,
	KEY_TRUTH,
	KEY_SCRIPT,
	KEY_CUE,
	KEY_STANCE,
	KEY_FAST,
	KEY_QUIET,
	KEY_SEED,
	KEY_NUMBERS = 512, /* + index into numbers[] */
};

enum group {
	GROUP_MAT = 1,
	GROUP_PERSON,
	GROUP_FEET,
	GROUP_EVENTS,
	GROUP_SHEET,
	GROUP_RUN
};

#define PERSON(member) offsetof(struct simopts, scene.person.member)
#define SHEET(member)  offsetof(struct simopts, scene.sheet.member)
#define RUN(member)    offsetof(struct simopts, member)

/* Options that are one number: where it goes and what is allowed. */
static const struct number {
	const char *name, *unit;
	enum group group;
	bool integer;
	double low, high;
	size_t offset;
	const char *help;
} numbers[] = {
	{ "rows", "N", GROUP_MAT, true, 1, 256, RUN(scene.geometry.n_rows),
		"rows of cells, front to rear (default 48)" },
	{ "cols", "N", GROUP_MAT, true, 1, 256, RUN(scene.geometry.n_cols),
		"columns of cells (default 48)" },
	{ "pitch-mm", "P", GROUP_MAT, false, 1, 100, RUN(pitch_mm),
		"distance between cells (default 10)" },
	{ "rate-hz", "R", GROUP_MAT, false, 1, 1000, RUN(rate_hz),
		"frames a second where the host leaves it to the mat (default 100)" },
	{ "max-rate-hz", "R", GROUP_MAT, false, 1, 1000, RUN(max_rate_hz),
		"fastest rate the mat accepts (default 200, or --rate-hz)" },
	{ "clock-ppm", "D", GROUP_MAT, false, -1e4, 1e4, RUN(clock_ppm),
		"drift of the mat's clock in parts per million (default 0)" },
	{ "tx-buffer-s", "S", GROUP_MAT, false, 0, 60, RUN(tx_buffer_s),
		"how much the mat keeps for a host that does not read (default 0.5)" },
	{ "adc-bits", "N", GROUP_MAT, true, 4, 16, SHEET(adc_bits),
		"width of a cell's number (default 16 ideal, 12 resistive)" },
	{ "faults", "RATE", GROUP_MAT, false, 0, 1, RUN(faults_frac),
		"damage this fraction of the frames on the wire (default 0)" },
	{ "mass-kg", "M", GROUP_PERSON, false, 1, 400, PERSON(mass_kg),
		"body mass (default 72, or the recording's)" },
	{ "left-frac", "F", GROUP_PERSON, false, 0, 1, PERSON(left_frac),
		"mean share of the left foot (default 0.5, or the recording's)" },
	{ "fore-frac", "F", GROUP_PERSON, false, 0.02, 0.98, PERSON(fore_frac),
		"mean share ahead of half the foot (default: COP at 45 % of its "
		"length)" },
	{ "sway-mm", "S", GROUP_PERSON, false, 0, 100, PERSON(sway_mm),
		"RMS of the COP's distance from its mean (default 4.9, or the "
		"recording's); 0 stands still" },
	{ "stature-m", "H", GROUP_PERSON, false, 0.5, 2.5, PERSON(stature_m),
		"what leaning by an angle and bent knees are counted with "
		"(default 1.70)" },
	{ "foot-length-mm", "L", GROUP_FEET, false, 120, 340, PERSON(foot_length_mm),
		"length of the foot's contact (default 255)" },
	{ "foot-width-mm", "W", GROUP_FEET, false, 40, 160, PERSON(foot_width_mm),
		"width across the ball (default 0.38 of the length)" },
	{ "arch", "F", GROUP_FEET, false, 0, 1, PERSON(arch_frac),
		"0 flat foot, 1 high arch: heel and forefoot apart (default 0.5)" },
	{ "toe-out-deg", "D", GROUP_FEET, false, -30, 60, PERSON(toe_out_deg),
		"of each foot (default 7)" },
	{ "stance-width-mm", "W", GROUP_FEET, false, 20, 800, PERSON(stance_width_mm),
		"between the feet's axes (default 170, or the recording's)" },
	{ "gap-mm", "G", GROUP_FEET, false, -10, 600, PERSON(gap_mm),
		"between the feet's inner edges instead; 0: they touch" },
	{ "stagger-mm", "S", GROUP_FEET, false, -300, 300, PERSON(stagger_mm),
		"left foot this far ahead of the right (default 0)" },
	{ "yaw-deg", "D", GROUP_FEET, false, -360, 360, PERSON(yaw_deg),
		"the whole person turned to the right (default 0)" },
	{ "offset-x-mm", "X", GROUP_FEET, false, -3000, 3000, PERSON(offset.x),
		"the whole person moved to the right (default 0)" },
	{ "offset-y-mm", "Y", GROUP_FEET, false, -3000, 3000, PERSON(offset.y),
		"the whole person moved forward (default 0)" },
	{ "step-on", "S", GROUP_EVENTS, false, 0, 1e6, RUN(step_on_s),
		"the mat is empty until then" },
	{ "step-off", "S", GROUP_EVENTS, false, 0, 1e6, RUN(step_off_s),
		"the person leaves the mat then" },
	{ "unplug-at", "S", GROUP_EVENTS, false, 0, 1e6, RUN(unplug_s),
		"pull the cable then: the pseudo-terminal is closed, the link "
		"removed" },
	{ "replug-after", "S", GROUP_EVENTS, false, 0.01, 1e6, RUN(replug_after_s),
		"put it back that long after; the mat has booted anew" },
	{ "gain-spread", "F", GROUP_SHEET, false, 0, 2, SHEET(gain_sd_frac),
		"spread between the cells' gains, log-normal (default 0.15)" },
	{ "exponent", "N", GROUP_SHEET, false, 0.3, 3, SHEET(exponent),
		"of conductance over pressure (default 1.05)" },
	{ "half-kpa", "P", GROUP_SHEET, false, 1, 1e4, SHEET(half_kpa),
		"pressure that reads half of full scale (default 250)" },
	{ "zero-counts", "C", GROUP_SHEET, false, 0, 1000, SHEET(zero_counts),
		"mean reading of an unloaded cell (default 40)" },
	{ "zero-spread-counts", "C", GROUP_SHEET, false, 0, 1000, SHEET(zero_sd_counts),
		"its spread between cells (default 15)" },
	{ "noise-counts", "C", GROUP_SHEET, false, 0, 1000, SHEET(noise_counts),
		"noise of every reading, standard deviation (default 1.5)" },
	{ "creep", "F", GROUP_SHEET, false, 0, 1, SHEET(creep_frac),
		"gained per decade of time under load (default 0.10)" },
	{ "hysteresis", "F", GROUP_SHEET, false, 0, 0.4, SHEET(hysteresis_frac),
		"width of the loop over its height (default 0.05)" },
	{ "dead-cells", "F", GROUP_SHEET, false, 0, 1, SHEET(dead_frac),
		"fraction of the cells that always read zero (default 0)" },
	{ "dead-rows", "N", GROUP_SHEET, true, 0, 256, SHEET(dead_rows),
		"whole rows that are dead (default 0)" },
	{ "dead-cols", "N", GROUP_SHEET, true, 0, 256, SHEET(dead_cols),
		"whole columns that are dead (default 0)" },
	{ "duration", "S", GROUP_RUN, false, 0.01, 1e7, RUN(duration_s),
		"end this long after the first START (default: never)" },
};

#define N_NUMBERS ((int)(sizeof(numbers) / sizeof(numbers[0])))

static const struct argp_option words[] = {
	{ NULL, 0, NULL, 0, "The mat:", GROUP_MAT },
	{ "link", KEY_LINK, "PATH", 0,
		"symbolic link that will point to the pseudo-terminal (required)",
		GROUP_MAT },
	{ "protocol", KEY_PROTOCOL, "smp", 0, "the language it speaks: smp (SMP/1)",
		GROUP_MAT },
	{ "serial", KEY_SERIAL, "TEXT", 0, "its serial number (default SIM-<seed>)",
		GROUP_MAT },
	{ "encoding", KEY_ENCODING, "u8|p12|u16", 0,
		"of the cells where the host leaves it to the mat", GROUP_MAT },
	{ "sparse", KEY_SPARSE, NULL, 0, "can send sparse frames", GROUP_MAT },
	{ "origin", KEY_ORIGIN, "CORNER", 0,
		"corner of the first cell: front-left (default), front-right, "
		"rear-left, rear-right",
		GROUP_MAT },
	{ "order", KEY_ORDER, "rows|cols", 0, "scan row by row (default) or by columns",
		GROUP_MAT },
	{ NULL, 0, NULL, 0, "The person:", GROUP_PERSON },
	{ "feet", KEY_FEET, "FILE.csv", 0,
		"stand as recorded on two force plates instead of by the model",
		GROUP_PERSON },
	{ "stance", KEY_STANCE, "HOW", 0,
		"bipedal (default), tandem-left or tandem-right (that foot behind), "
		"single-left or single-right (on that leg), none (nobody yet)",
		GROUP_PERSON },
	{ NULL, 0, NULL, 0, "Her feet:", GROUP_FEET },
	{ "facing-back", KEY_FACING_BACK, NULL, 0, "stands the wrong way round",
		GROUP_FEET },
	{ "raise-heel", KEY_RAISE_HEEL, "left|right", 0, "stands on that forefoot only",
		GROUP_FEET },
	{ "lead-foot", KEY_LEAD_FOOT, "left|right", 0,
		"steps on first and off last (default right)", GROUP_FEET },
	{ NULL, 0, NULL, 0,
		"What happens, in seconds after the first START:", GROUP_EVENTS },
	{ "script", KEY_SCRIPT, "FILE", 0, "do what FILE says, see stance-sim(1)",
		GROUP_EVENTS },
	{ "cue", KEY_CUE, "start|signal", 0,
		"the times of a script, --step-on and --step-off count from the first "
		"START (default) or from a SIGUSR1",
		GROUP_EVENTS },
	{ NULL, 0, NULL, 0,
		"The sheet (all but --sensor: resistive only):", GROUP_SHEET },
	{ "sensor", KEY_SENSOR, "ideal|resistive", 0,
		"millinewtons, or raw counts with all their faults (default ideal)",
		GROUP_SHEET },
	{ NULL, 0, NULL, 0, "The run:", GROUP_RUN },
	{ "seed", KEY_SEED, "N", 0, "same seed, same person, same sheet (default 1)",
		GROUP_RUN },
	{ "truth", KEY_TRUTH, "FILE.jsonl", 0, "write what was true for every frame",
		GROUP_RUN },
	{ "fast", KEY_FAST, NULL, 0,
		"as fast as the host reads instead of in real time", GROUP_RUN },
	{ "quiet", KEY_QUIET, NULL, 0, "say only what went wrong", GROUP_RUN },
};

#define N_WORDS ((int)(sizeof(words) / sizeof(words[0])))

static void set_number(struct simopts *o, const struct number *number, const char *text,
	struct argp_state *state)
{
	char *end, *at = (char *)o + number->offset;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= number->low && value <= number->high) ||
		(number->integer && value != floor(value)))
		argp_error(state, "--%s %s: expected a%s number from %g to %g",
			number->name, text, number->integer ? " whole" : "",
			number->low, number->high);
	else if (number->integer)
		*(int *)at = (int)value;
	else
		*(double *)at = value;
}

/* Find `text` among the alternatives "a|b|c"; a usage error if it is none of them. */
static int choice(const char *option, const char *alternatives, const char *text,
	struct argp_state *state)
{
	const char *p = alternatives;

	for (int i = 0; *p; i++) {
		size_t n = strcspn(p, "|");

		if (strlen(text) == n && !strncmp(p, text, n))
			return i;
		p += n + (p[n] == '|');
	}
	argp_error(state, "--%s %s: expected %s", option, text, alternatives);
	return 0;
}

static void set_seed(struct simopts *o, const char *text, struct argp_state *state)
{
	char *end;

	errno = 0;
	o->seed = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		argp_error(state, "--seed %s: expected a whole number", text);
}

static void set_serial(struct simopts *o, const char *text, struct argp_state *state)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e)
			n = 0;
	}
	if (n < 1 || n > 16)
		argp_error(
			state, "--serial: expected 1 to 16 printable ASCII characters");
	o->serial = text;
}

static error_t parse_word(
	struct simopts *o, int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_LINK:
		o->link = arg;
		return 0;
	case KEY_PROTOCOL:
		choice("protocol", "smp", arg, state);
		return 0;
	case KEY_SERIAL:
		set_serial(o, arg, state);
		return 0;
	case KEY_ENCODING:
		o->encoding = choice("encoding", "u8|p12|u16", arg, state);
		return 0;
	case KEY_SPARSE:
		o->sparse = true;
		return 0;
	case KEY_ORIGIN:
		o->origin = (enum smp_origin)choice("origin",
			"front-left|front-right|rear-left|rear-right", arg, state);
		return 0;
	case KEY_ORDER:
		o->order = choice("order", "rows|cols", arg, state);
		return 0;
	case KEY_FEET:
		o->feet = arg;
		return 0;
	case KEY_RAISE_HEEL:
		o->scene.person.heel_raised =
			choice("raise-heel", "left|right", arg, state);
		return 0;
	case KEY_LEAD_FOOT:
		o->scene.person.lead_foot =
			choice("lead-foot", "left|right", arg, state);
		return 0;
	case KEY_STANCE:
		o->scene.person.stance = (enum posture_stance)choice("stance",
			"bipedal|tandem-left|tandem-right|single-left|single-right|"
			"none",
			arg, state);
		return 0;
	case KEY_FACING_BACK:
		o->facing_back = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct simopts *o = state->input;

	if (key >= KEY_NUMBERS && key < KEY_NUMBERS + N_NUMBERS) {
		set_number(o, &numbers[key - KEY_NUMBERS], arg, state);
		return 0;
	}
	switch (key) {
	case KEY_SCRIPT:
		o->script = arg;
		return 0;
	case KEY_CUE:
		o->wait_for_cue = choice("cue", "start|signal", arg, state) == 1;
		return 0;
	case KEY_SENSOR: /* was looked at before, see find_sensor() */
		choice("sensor", "ideal|resistive", arg, state);
		return 0;
	case KEY_SEED:
		set_seed(o, arg, state);
		return 0;
	case KEY_TRUTH:
		o->truth = arg;
		return 0;
	case KEY_FAST:
		o->fast = true;
		return 0;
	case KEY_QUIET:
		o->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: stance-sim takes only options", arg);
		return 0;
	case ARGP_KEY_END:
		if (!o->link)
			argp_error(state,
				"--link PATH is missing: where shall the mat appear?");
		return 0;
	default:
		return parse_word(o, key, arg, state);
	}
}

/* The defaults depend on the sensor, wherever it stands on the command line. */
static enum sheet_sensor find_sensor(int argc, char **argv)
{
	enum sheet_sensor sensor = SHEET_IDEAL;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--sensor=resistive") ||
			(!strcmp(argv[i], "--sensor") && i + 1 < argc &&
				!strcmp(argv[i + 1], "resistive")))
			sensor = SHEET_RESISTIVE;
	}
	return sensor;
}

static void set_defaults(struct simopts *o, enum sheet_sensor sensor)
{
	memset(o, 0, sizeof(*o));
	person_defaults(&o->scene.person);
	sheet_defaults(&o->scene.sheet, sensor);
	o->scene.geometry = (struct mat_geometry){ .n_rows = 48, .n_cols = 48 };
	o->pitch_mm = 10;
	o->rate_hz = 100;
	o->max_rate_hz = 200;
	o->tx_buffer_s = 0.5;
	o->duration_s = o->step_on_s = o->step_off_s = NAN;
	o->unplug_s = o->replug_after_s = NAN;
	o->encoding = -1;
	o->seed = 1;
}

static int read_script(struct simopts *o, char *message, size_t size)
{
	static char text[MAX_SCRIPT_BYTES];
	FILE *f = fopen(o->script, "r");
	size_t n;

	if (!f) {
		snprintf(message, size, "%s: cannot read the script: %s", o->script,
			strerror(errno));
		return -errno;
	}
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (n == sizeof(text)) {
		snprintf(message, size, "%s: a script may have at most 64 KiB",
			o->script);
		return -EFBIG;
	}
	return timeline_parse(&o->timeline, text, n, o->script, message, size);
}

static int build_timeline(struct simopts *o, char *message, size_t size)
{
	const struct timeline_event events[] = {
		{ .at_s = o->step_on_s, .kind = TIMELINE_STEP_ON },
		{ .at_s = o->step_off_s, .kind = TIMELINE_STEP_OFF },
		{ .at_s = o->unplug_s, .kind = TIMELINE_UNPLUG },
		{ .at_s = o->unplug_s + o->replug_after_s, .kind = TIMELINE_REPLUG },
	};
	int rc = o->script ? read_script(o, message, size) : 0;

	for (size_t i = 0; rc == 0 && i < sizeof(events) / sizeof(events[0]); i++) {
		if (!isnan(events[i].at_s))
			rc = timeline_add(&o->timeline, &events[i]);
	}
	return rc < 0 ? rc : timeline_finish(&o->timeline, message, size);
}

/* What one option alone cannot tell; usage errors end the program. */
static int check(struct simopts *o, char *message, size_t size)
{
	int bits = o->scene.sheet.adc_bits, needed = bits <= 8 ? 0 : bits <= 12 ? 1 : 2;

	if (o->encoding >= 0 && o->encoding < needed)
		snprintf(message, size,
			"--encoding is too narrow for %d bits; give --adc-bits too",
			bits);
	else if (!isnan(o->replug_after_s) && isnan(o->unplug_s))
		snprintf(message, size, "--replug-after needs --unplug-at");
	else if (!isnan(o->scene.person.gap_mm) &&
		 !isnan(o->scene.person.stance_width_mm))
		snprintf(message, size, "give --gap-mm or --stance-width-mm, not both");
	else
		return 0;
	return -EINVAL;
}

static void build_table(struct argp_option table[N_WORDS + N_NUMBERS + 1])
{
	memset(table, 0, sizeof(*table) * (N_WORDS + N_NUMBERS + 1));
	memcpy(table, words, sizeof(words));
	for (int i = 0; i < N_NUMBERS; i++)
		table[N_WORDS + i] = (struct argp_option){ numbers[i].name,
			KEY_NUMBERS + i, numbers[i].unit, 0, numbers[i].help,
			(int)numbers[i].group };
}

int simopts_parse(struct simopts *o, int argc, char **argv)
{
	struct argp_option table[N_WORDS + N_NUMBERS + 1];
	const struct argp argp = { table, parse_option, NULL,
		"A simulated person on a simulated mat, on a pseudo-terminal.\v"
		"Example: stance-sim --link /tmp/mat --duration 60 --truth "
		"/tmp/truth.jsonl",
		NULL, NULL, NULL };
	char message[MESSAGE_SIZE] = "";
	int rc;

	build_table(table);
	set_defaults(o, find_sensor(argc, argv));
	argp_err_exit_status = 2;
	argp_program_version = "stance-sim " STANCE_VERSION;
	argp_parse(&argp, argc, argv, 0, NULL, o);
	rc = check(o, message, sizeof(message));
	if (rc == 0)
		rc = build_timeline(o, message, sizeof(message));
	if (rc == 0 && o->feet)
		rc = plates_load(o->feet, &o->plates, message, sizeof(message));
	if (rc < 0) {
		fprintf(stderr, "stance-sim: %s\n", message);
		return rc;
	}
	o->scene.geometry.pitch_x_mm = o->scene.geometry.pitch_y_mm = o->pitch_mm;
	o->max_rate_hz = fmax(o->max_rate_hz, o->rate_hz);
	o->scene.person.yaw_deg += o->facing_back ? 180 : 0;
	o->scene.person.seed = o->scene.sheet.seed = o->seed;
	o->scene.person.plates = o->plates;
	o->scene.person.timeline = &o->timeline;
	return 0;
}

void simopts_fini(struct simopts *o)
{
	plates_free(o->plates);
	o->plates = NULL;
}
