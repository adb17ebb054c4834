#include "hw/sim/simopts.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sim/simbody.h"
#include "hw/sim/simnumbers.h"
#include "src/base/version.h"

#define MAX_SCRIPT_BYTES 65536
#define MESSAGE_SIZE     512
#define MATERIALS        "velostat|printed|tekscan"

enum key {
	KEY_LINK = 256,
	KEY_PROTOCOL,
	KEY_SERIAL,
	KEY_ENCODING,
	KEY_SPARSE,
	KEY_ORIGIN,
	KEY_ORDER,
	KEY_SENSOR,
	KEY_MATERIAL,
	KEY_FEET,
	KEY_SEX,
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
	KEY_NUMBERS = 512, /* + index into simnumbers[] */
};

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
		"single-left or single-right (on that leg), none (nobody yet), seated "
		"(on the mat itself, feet off the floor)",
		GROUP_PERSON },
	{ NULL, 0, NULL, 0,
		"Her body, hidden from the mat, in the truth; it decides where the "
		"weight "
		"falls:",
		GROUP_BODY },
	{ "sex", KEY_SEX, "M|F", 0, "give her a body of average build of that sex",
		GROUP_BODY },
	{ NULL, 0, NULL, 0, "Her feet:", GROUP_FEET },
	{ "facing-back", KEY_FACING_BACK, NULL, 0, "stands the wrong way round",
		GROUP_FEET },
	{ "raise-heel", KEY_RAISE_HEEL, "left|right", 0, "stands on that forefoot only",
		GROUP_FEET },
	{ "lead-foot", KEY_LEAD_FOOT, "left|right", 0,
		"steps on first and off last (default right)", GROUP_FEET },
	{ NULL, 0, NULL, 0,
		"What happens, in seconds after the first START:", GROUP_EVENTS },
	{ "script", KEY_SCRIPT, "FILE", 0,
		"do what FILE says, see stance-sim(1); -: what standard input says "
		"as it arrives",
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
	{ "material", KEY_MATERIAL, "velostat|printed|tekscan", 0,
		"what the cells are made of; changes many defaults, see "
		"stance-sim(1)",
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

static void set_number(struct simopts *o, const struct simnumber *number,
	const char *text, struct argp_state *state)
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
	case KEY_SEX:
		o->body.sex = choice("sex", "M|F", arg, state) ? 'F' : 'M';
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
			"none|seated",
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

	if (key >= KEY_NUMBERS && key < KEY_NUMBERS + SIMNUMBERS_N) {
		set_number(o, &simnumbers[key - KEY_NUMBERS], arg, state);
		return 0;
	}
	switch (key) {
	case KEY_SCRIPT:
		o->script = arg;
		o->is_live = !strcmp(arg, "-");
		return 0;
	case KEY_CUE:
		o->wait_for_cue = choice("cue", "start|signal", arg, state) == 1;
		return 0;
	case KEY_SENSOR: /* was looked at before, see find_sheet() */
		choice("sensor", "ideal|resistive", arg, state);
		return 0;
	case KEY_MATERIAL: /* likewise */
		choice("material", MATERIALS, arg, state);
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

/* Return what the last `--name VALUE` or `--name=VALUE` gives, NULL if there is none. */
static const char *find_value(int argc, char **argv, const char *name)
{
	size_t n = strlen(name);
	const char *value = NULL;

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], name, n) != 0)
			continue;
		if (argv[i][n] == '=')
			value = argv[i] + n + 1;
		else if (!argv[i][n] && i + 1 < argc)
			value = argv[i + 1];
	}
	return value;
}

/* The defaults depend on sensor and material, wherever they stand on the command line. */
static void find_sheet(struct sheet_options *o, int argc, char **argv)
{
	static const char *const names[] = { "velostat", "printed", "tekscan" };
	const char *material = find_value(argc, argv, "--material");
	const char *sensor = find_value(argc, argv, "--sensor");

	sheet_defaults(o, SHEET_IDEAL);
	if (material || (sensor && !strcmp(sensor, "resistive")))
		sheet_defaults(o, SHEET_RESISTIVE);
	for (int i = 0; material && i < 3; i++) {
		if (!strcmp(material, names[i]))
			sheet_defaults_of(o, (enum sheet_material)(SHEET_VELOSTAT + i));
	}
}

static void set_defaults(struct simopts *o, int argc, char **argv)
{
	memset(o, 0, sizeof(*o));
	person_defaults(&o->scene.person);
	simbody_init(o);
	find_sheet(&o->scene.sheet, argc, argv);
	o->scene.geometry = (struct mat_geometry){ .n_rows = 48, .n_cols = 48 };
	o->pitch_mm = 10;
	o->rate_hz = 100;
	o->max_rate_hz = 200;
	o->tx_buffer_s = 0.5;
	o->speed = 1;
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
	int rc = o->script && !o->is_live ? read_script(o, message, size) : 0;

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

/* Who sits on the mat has no feet to do things with. */
static int check_seated(const struct simopts *o, char *message, size_t size)
{
	for (int i = 0; i < o->timeline.n; i++) {
		const struct timeline_event *e = &o->timeline.events[i];

		switch (e->kind) {
		case TIMELINE_SIT:
		case TIMELINE_STAND:
		case TIMELINE_SQUAT:
		case TIMELINE_LIFT:
		case TIMELINE_LOWER:
		case TIMELINE_PLACE:
			snprintf(message, size,
				"%s:%d: with --stance seated there are no feet: only "
				"step-on, step-off, left-frac, fore-frac, lean, "
				"lean-angle, sway, eyes, surface and those of the "
				"cable can happen",
				o->script, e->line);
			return -EINVAL;
		default:
			break;
		}
	}
	return 0;
}

static void build_table(struct argp_option table[N_WORDS + SIMNUMBERS_N + 1])
{
	memset(table, 0, sizeof(*table) * (N_WORDS + SIMNUMBERS_N + 1));
	memcpy(table, words, sizeof(words));
	for (int i = 0; i < SIMNUMBERS_N; i++)
		table[N_WORDS + i] = (struct argp_option){ simnumbers[i].name,
			KEY_NUMBERS + i, simnumbers[i].unit, 0, simnumbers[i].help,
			(int)simnumbers[i].group };
}

int simopts_parse(struct simopts *o, int argc, char **argv)
{
	struct argp_option table[N_WORDS + SIMNUMBERS_N + 1];
	const struct argp argp = { table, parse_option, NULL,
		"A simulated person on a simulated mat, on a pseudo-terminal.\v"
		"Example: stance-sim --link /tmp/mat --duration 60 --truth "
		"/tmp/truth.jsonl",
		NULL, NULL, NULL };
	char message[MESSAGE_SIZE] = "";
	int rc;

	build_table(table);
	set_defaults(o, argc, argv);
	argp_err_exit_status = 2;
	argp_program_version = "stance-sim " STANCE_VERSION;
	argp_parse(&argp, argc, argv, 0, NULL, o);
	rc = check(o, message, sizeof(message));
	if (rc == 0)
		rc = build_timeline(o, message, sizeof(message));
	if (rc == 0 && o->scene.person.stance == POSTURE_SEATED)
		rc = check_seated(o, message, sizeof(message));
	if (rc == 0)
		rc = simbody_settle(o, message, sizeof(message));
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
