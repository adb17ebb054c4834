#include "src/cli/doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/phrases.h"

#define FIX_SIZE sizeof(((struct doctor_finding *)0)->fix)

/* chosen: one damaged packet in a thousand is more than a sound cable ever gives */
#define BAD_FRAC   1e-3
#define MIN_FRAMES 1000 /* below this a share says nothing */
#define LATENCY_MS 20.0 /* chosen: two frames at 100 Hz */
#define LOW_SPACE  1e9  /* chosen: some days of trials */
#define NO_SPACE   1e8
#define HOT_C      80.0 /* a Raspberry Pi slows down from 80 C on (its documentation) */
/* 2025-01-01: a clock before it was never set. */
#define EARLIEST_UNIX INT64_C(1735689600)
#define SECONDS_A_DAY 86400

char *doctor_add(struct doctor *d, const char *id, enum doctor_verdict verdict,
	int code, const char *format, ...)
{
	struct doctor_finding *f;
	va_list args;

	if (d->n < DOCTOR_MAX_FINDINGS)
		d->n++;
	f = &d->finding[d->n - 1];
	f->id = id;
	f->verdict = verdict;
	f->fix[0] = '\0';
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	if (verdict == DOCTOR_FAIL && d->code == CLI_OK)
		d->code = code;
	return f->fix;
}

enum doctor_verdict doctor_worst(const struct doctor *d)
{
	enum doctor_verdict worst = DOCTOR_OK;

	for (int i = 0; i < d->n; i++)
		if (d->finding[i].verdict > worst)
			worst = d->finding[i].verdict;
	return worst;
}

const char *doctor_word(enum doctor_verdict verdict)
{
	static const char *const words[] = { "ok", "warning", "failure" };

	return words[verdict];
}

/* --- the station ------------------------------------------------------------------ */

static void check_mat(struct doctor *d, const struct status_document *s)
{
	char *fix;

	if (strcmp(s->mat_state, "streaming") == 0) {
		doctor_add(d, "mat", DOCTOR_OK, 0, "mat: streaming, %s serial %s on %s",
			*s->model ? s->model : "unnamed", *s->serial ? s->serial : "-",
			s->path);
		return;
	}
	fix = doctor_add(d, "mat", DOCTOR_FAIL, CLI_NO_MAT, "mat: %s%s%s", s->mat_state,
		*s->mat_reason ? ": " : "", s->mat_reason);
	if (strcmp(s->mat_state, "stopped") == 0)
		snprintf(fix, FIX_SIZE, "start it again: systemctl restart stanced");
	else
		snprintf(fix, FIX_SIZE,
			"plug the mat in, look at stance ports, and try stance ports "
			"--try smp while the daemon is stopped");
}

static void check_wire(struct doctor *d, const struct status_document *s)
{
	double n = (double)s->frames;
	double bad = (double)s->bad_frames, lost = (double)s->lost_frames;
	char *fix;

	if (s->frames < MIN_FRAMES)
		return;
	if (bad > BAD_FRAC * n || lost > BAD_FRAC * n) {
		fix = doctor_add(d, "wire", DOCTOR_WARN, 0,
			"wire: %.0f damaged and %.0f lost packets in %.0f frames", bad,
			lost, n);
		snprintf(fix, FIX_SIZE,
			"use a shorter or shielded USB cable, plug it into the Pi "
			"itself and not into a hub, keep it away from motors");
	} else {
		doctor_add(d, "wire", DOCTOR_OK, 0,
			"wire: %.0f damaged and %.0f lost packets in %.0f frames", bad,
			lost, n);
	}
}

static void check_timing(struct doctor *d, const struct status_document *s)
{
	char *fix;

	if (isfinite(s->rate_hz) && s->rate_hz > 0 && s->rate_hz < SAMPLE_LOW_RATE_HZ) {
		fix = doctor_add(d, "rate", DOCTOR_WARN, 0,
			"rate: %.1f Hz, below the %.0f Hz that sway needs", s->rate_hz,
			SAMPLE_LOW_RATE_HZ);
		snprintf(fix, FIX_SIZE,
			"set mat.rate_hz higher, or mat.baud if the line is slow");
	}
	if (isfinite(s->latency_p99_ms) && s->latency_p99_ms > LATENCY_MS) {
		fix = doctor_add(d, "latency", DOCTOR_WARN, 0,
			"latency: p99 %.1f ms, more than two frames",
			s->latency_p99_ms);
		snprintf(fix, FIX_SIZE,
			"see with top what else runs; FTDI adapters need latency_timer "
			"= 1 (/sys/bus/usb-serial/devices/*/latency_timer)");
	}
}

/* Soon enough to find a day for it. Chosen. */
#define EXPIRES_SOON_DAYS 30.0

static void check_in_force(struct doctor *d, const struct status_document *s)
{
	char *fix;

	if (s->calibration_drift) {
		fix = doctor_add(d, "zero", DOCTOR_WARN, 0,
			"zero: the empty mat's zero has moved");
		snprintf(fix, FIX_SIZE, "clear the mat, then: stance tare");
	}
	if (s->calibration_expires_days < EXPIRES_SOON_DAYS &&
		s->calibration_expires_days >= 0) {
		fix = doctor_add(d, "expiry", DOCTOR_WARN, 0,
			"calibration: expires in %.0f days",
			floor(s->calibration_expires_days));
		snprintf(fix, FIX_SIZE, "find a day for: stance calibrate run");
	}
	if (s->last_check.at_unix_ms > 0 && !s->last_check.ok) {
		fix = doctor_add(d, "check", DOCTOR_WARN, 0,
			"morning check: %.4g kg read %+.1f %%", s->last_check.mass_kg,
			100 * s->last_check.error_frac);
		snprintf(fix, FIX_SIZE,
			"tare the empty mat and check again, else calibrate anew");
	}
}

static void check_calibration(struct doctor *d, const struct status_document *s)
{
	const char *state = s->calibration_state;
	const char *meaning = phrases_calibration(state);
	char *fix;

	if (!*state)
		return;
	if (strcmp(state, "valid") == 0 || strcmp(state, "not_needed") == 0) {
		doctor_add(d, "calibration", DOCTOR_OK, 0, "calibration: %s%s", meaning,
			s->calibration_quick ? ", quick: larger uncertainty" : "");
	} else {
		fix = doctor_add(
			d, "calibration", DOCTOR_WARN, 0, "calibration: %s", meaning);
		snprintf(fix, FIX_SIZE, "%s",
			*s->calibration_reason ? s->calibration_reason
			: strcmp(state, "unverified") == 0
				? "verify it with weights that took no part in the fit"
				: "weights in newtons need a calibration of this mat");
	}
	check_in_force(d, s);
}

/* Every line that is not as it should be, with its remedy; all well is one finding. */
static void check_panel(struct doctor *d, const struct gpio_document *gpio)
{
	int n_bad = 0;

	for (int i = 0; i < gpio->n_lines; i++) {
		const struct gpio_document_line *line = &gpio->lines[i];

		if (strcmp(line->state, "ok") == 0)
			continue;
		n_bad++;
		snprintf(doctor_add(d, "panel", DOCTOR_WARN, 0, "panel: %s (%s) is %s",
				 line->role, line->line, line->state),
			FIX_SIZE, "%s", line->reason);
	}
	if (n_bad == 0 && gpio->n_lines > 0)
		doctor_add(d, "panel", DOCTOR_OK, 0, "panel: %d lines by %s",
			gpio->n_lines, gpio->library);
}

void doctor_check_status(struct doctor *d, const struct status_document *status)
{
	check_mat(d, status);
	check_wire(d, status);
	check_timing(d, status);
	check_calibration(d, status);
	check_panel(d, &status->gpio);
	if (*status->store_path && isfinite(status->store_free_bytes))
		doctor_check_space(d, status->store_path, status->store_free_bytes);
}

/* --- the machine ------------------------------------------------------------------ */

/* Read the first line of a file below the root; false if there is none. */
static bool read_line(const struct doctor *d, const char *path, char *line, size_t size)
{
	char full[1024];
	FILE *file;
	bool ok;

	snprintf(full, sizeof(full), "%s%s", d->root, path);
	file = fopen(full, "re");
	if (!file)
		return false;
	ok = fgets(line, (int)size, file) != NULL;
	fclose(file);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

/* Programs known to open every serial port that appears: ModemManager sends AT commands to it,
 * brltty takes CH340 adapters for braille displays. */
static const char *grabber_fix(const char *name)
{
	if (strcmp(name, "ModemManager") == 0)
		return "sudo systemctl disable --now ModemManager (or install the udev "
		       "rule of Stance, which tells it to leave the mat alone)";
	if (strcmp(name, "brltty") == 0)
		return "sudo apt remove brltty, then plug the mat in anew";
	if (strcmp(name, "gpsd") == 0)
		return "set USBAUTO=\"false\" in /etc/default/gpsd and restart gpsd";
	return NULL;
}

void doctor_check_grabbers(struct doctor *d)
{
	char path[512], name[64];
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/proc", d->root);
	dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", e->d_name);
		if (!read_line(d, path, name, sizeof(name)) || !grabber_fix(name))
			continue;
		found = true;
		snprintf(doctor_add(d, "grabbers", DOCTOR_WARN, 0,
				 "programs: %s (process %s) runs and may grab the "
				 "mat's port",
				 name, e->d_name),
			FIX_SIZE, "%s", grabber_fix(name));
	}
	if (!dir)
		return;
	closedir(dir);
	if (!found)
		doctor_add(d, "grabbers", DOCTOR_OK, 0,
			"programs: none runs that is known to grab serial ports");
}

static void add_power(struct doctor *d, bool now, bool before)
{
	char *fix;

	if (!now && !before) {
		doctor_add(d, "power", DOCTOR_OK, 0,
			"power: no undervoltage since the start");
		return;
	}
	fix = doctor_add(d, "power", now ? DOCTOR_FAIL : DOCTOR_WARN, CLI_FAILURE,
		"power: the supply %s too low for this Pi",
		now ? "is at this moment" : "was, at least once since the start,");
	snprintf(fix, FIX_SIZE,
		"use the official supply (5.1 V, 3 A or 5 A) with its own cable; "
		"frames get lost and SD cards damaged otherwise");
}

/* Raspberry Pi firmware: bit 0 of get_throttled is undervoltage now, bit 16 since the start;
 * the kernel's raspberrypi-hwmon driver gives the same as an alarm. */
void doctor_check_power(struct doctor *d)
{
	static const char throttled[] =
		"/sys/devices/platform/soc/soc:firmware/get_throttled";
	char line[64], path[256];

	if (read_line(d, throttled, line, sizeof(line))) {
		unsigned long bits = strtoul(line, NULL, 16);

		add_power(d, bits & 1, bits >> 16 & 1);
		return;
	}
	for (int i = 0; i < 16; i++) {
		snprintf(path, sizeof(path), "/sys/class/hwmon/hwmon%d/name", i);
		if (!read_line(d, path, line, sizeof(line)) ||
			strcmp(line, "rpi_volt") != 0)
			continue;
		snprintf(path, sizeof(path), "/sys/class/hwmon/hwmon%d/in0_lcrit_alarm",
			i);
		if (read_line(d, path, line, sizeof(line)))
			add_power(d, *line == '1', false);
	}
}

void doctor_check_heat(struct doctor *d)
{
	char line[64];
	double celsius;
	char *fix;

	if (!read_line(d, "/sys/class/thermal/thermal_zone0/temp", line, sizeof(line)))
		return;
	celsius =
		strtod(line, NULL) / 1000; /* the kernel's thermal API: millidegrees */
	fix = doctor_add(d, "heat", celsius >= HOT_C ? DOCTOR_WARN : DOCTOR_OK, 0,
		"heat: processor at %.0f C", celsius);
	if (celsius >= HOT_C)
		snprintf(fix, FIX_SIZE,
			"it slows down to cool; give the case air or a fan");
}

void doctor_check_clock(struct doctor *d, int64_t unix_s, bool synchronised)
{
	char *fix;

	if (unix_s < EARLIEST_UNIX) {
		fix = doctor_add(d, "clock", DOCTOR_FAIL, CLI_FAILURE,
			"clock: %lld days before 2025, it was never set",
			(long long)((EARLIEST_UNIX - unix_s) / SECONDS_A_DAY));
		snprintf(fix, FIX_SIZE,
			"connect a network once (timedatectl), or fit the Pi 5's clock "
			"battery: trials would carry wrong dates");
	} else if (!synchronised) {
		fix = doctor_add(d, "clock", DOCTOR_WARN, 0,
			"clock: set, but no time service keeps it right");
		snprintf(fix, FIX_SIZE,
			"timedatectl set-ntp true, if there is a network; else, if its "
			"battery keeps it, station.clock = trusted");
	} else {
		doctor_add(d, "clock", DOCTOR_OK, 0, "clock: set and kept right");
	}
}

void doctor_check_space(struct doctor *d, const char *path, double free_bytes)
{
	char space[32];
	char *fix;

	phrases_bytes(free_bytes, space, sizeof(space));
	fix = doctor_add(d, "space",
		free_bytes < NO_SPACE    ? DOCTOR_FAIL
		: free_bytes < LOW_SPACE ? DOCTOR_WARN
					 : DOCTOR_OK,
		CLI_FAILURE, "space: %s free at %s", space, path);
	if (free_bytes < LOW_SPACE)
		snprintf(fix, FIX_SIZE,
			"make room: below %.0f MB nothing more can be recorded",
			NO_SPACE / 1e6);
}
