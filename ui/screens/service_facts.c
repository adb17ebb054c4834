#include "ui/screens/service_facts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/mat_words.h"
#include "ui/app/said.h"

/* As stance doctor judges them (src/cli/doctor.c). */
#define BAD_FRAC   1e-3
#define MIN_FRAMES 1000
#define LATENCY_MS 20.0
#define LOW_SPACE  1e9
#define NO_SPACE   1e8
#define HOT_C      50.0 /* chosen: what a mat's sheet is specified for, at most */
#define SOON_DAYS  30.0

static void put(char *out, const char *text)
{
	snprintf(out, SERVICE_TEXT, "%s", text);
}

static void mat_fact(const struct view *v, struct service_fact *f)
{
	const struct status_document *s = &v->app->model.status;
	char rate[24];

	f->name = "mat";
	f->title = _("Mat");
	f->screen = "cells";
	if (!v->app->model.has_status || strcmp(s->mat_state, "streaming") != 0) {
		f->sign = PARTS_FAULT;
		put(f->value, mat_words_state(v->state));
		put(f->brief, f->value);
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			mat_words_remedy(&v->app->model, v->state));
		return;
	}
	f->sign = PARTS_GOOD;
	i18n_number(rate, sizeof(rate), s->rate_hz, 0);
	snprintf(f->value, sizeof(f->value), "%s · %d × %d · %s Hz", s->serial, s->rows,
		s->cols, rate);
	snprintf(f->brief, sizeof(f->brief), "%s Hz", rate);
	snprintf(f->remedy, sizeof(f->remedy), _("%s, serial %s, firmware %s, at %s."),
		s->model[0] ? s->model : s->driver, s->serial, s->firmware, s->path);
}

static void wire_fact(const struct view *v, struct service_fact *f)
{
	const struct status_document *s = &v->app->model.status;
	uint64_t bad = s->bad_frames + s->lost_frames, all = s->frames + bad;
	double share = all > 0 ? (double)bad / (double)all : 0;
	char latency[24];

	f->name = "wire";
	f->title = _("Transmission");
	snprintf(f->value, sizeof(f->value), _("%llu of %llu frames lost or damaged"),
		(unsigned long long)bad, (unsigned long long)all);
	snprintf(f->brief, sizeof(f->brief), _("%llu lost"), (unsigned long long)bad);
	i18n_number(latency, sizeof(latency), s->latency_p99_ms, 1);
	if (all >= MIN_FRAMES && share > BAD_FRAC) {
		f->sign = PARTS_CAUTION;
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("Try another cable, a shorter one, and another port."));
	} else if (all >= MIN_FRAMES && s->latency_p99_ms > LATENCY_MS) {
		f->sign = PARTS_CAUTION;
		snprintf(f->remedy, sizeof(f->remedy),
			_("Frames come up to %s ms late: something else keeps this "
			  "computer busy."),
			latency);
	} else {
		f->sign = PARTS_GOOD;
		if (!isnan(s->latency_p99_ms))
			snprintf(f->remedy, sizeof(f->remedy),
				_("99 of 100 frames are there within %s ms."), latency);
	}
}

/* --- calibration ----------------------------------------------------------------------------- */

static const struct {
	const char *word, *text, *remedy;
	enum parts_sign sign;
} standings[] = {
	{ "valid", N_("valid"), "", PARTS_GOOD },
	{ "not_needed", N_("not needed"), N_("This mat sends force."), PARTS_GOOD },
	{ "unverified", N_("not verified"),
		N_("Every result is flagged with that: verify it with a weight that "
		   "was not used for it."),
		PARTS_CAUTION },
	{ "expired", N_("expired"),
		N_("Every result is flagged with that: calibrate anew."),
		PARTS_CAUTION },
	{ "mismatch", N_("of another mat"),
		N_("It is measured without it: calibrate this mat."), PARTS_FAULT },
	{ "none", N_("none"),
		N_("It is measured without: shares are raw, weight is unknown."),
		PARTS_CAUTION },
};

static void drift_words(struct service_fact *f)
{
	f->sign = PARTS_CAUTION;
	snprintf(f->remedy, sizeof(f->remedy), "%s",
		_("The empty mat does not read zero any more: set zero; if that does "
		  "not last, calibrate."));
}

static void age_words(
	const struct status_document *s, const char *state, struct service_fact *f)
{
	char age[24], left[24];

	if (isnan(s->calibration_age_days)) {
		put(f->value, state);
		return;
	}
	i18n_number(age, sizeof(age), floor(s->calibration_age_days), 0);
	if (s->calibration_expires_days < 0) {
		snprintf(f->value, sizeof(f->value), _("%s · %s days old"), state, age);
		return;
	}
	i18n_number(left, sizeof(left), floor(s->calibration_expires_days), 0);
	snprintf(f->value, sizeof(f->value), _("%s · %s days old, %s left"), state, age,
		left);
}

static void calibration_fact(const struct view *v, struct service_fact *f)
{
	const struct status_document *s = &v->app->model.status;
	size_t i = 0;

	f->name = "calibration";
	f->title = _("Calibration");
	f->screen = "calibrate";
	while (i < sizeof(standings) / sizeof(standings[0]) - 1 &&
		strcmp(standings[i].word, s->calibration_state) != 0)
		i++;
	f->sign = standings[i].sign;
	put(f->brief, _(standings[i].text));
	age_words(s, f->brief, f);
	if (standings[i].remedy[0] != '\0')
		snprintf(f->remedy, sizeof(f->remedy), "%s", _(standings[i].remedy));
	else if (s->calibration_expires_days < SOON_DAYS) {
		f->sign = PARTS_CAUTION;
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("It expires soon: plan half an hour for a new one."));
	}
	if (s->calibration_drift)
		drift_words(f);
}

/* The last morning check, and how long ago. */
static void check_fact(const struct view *v, struct service_fact *f)
{
	const struct status_check *check = &v->app->model.status.last_check;
	char off[24];

	f->name = "check";
	f->title = _("Morning check");
	f->screen = "check";
	f->sign = PARTS_INFO;
	if (check->at_unix_ms <= 0) {
		put(f->value, _("not done yet"));
		return;
	}
	f->sign = check->ok ? PARTS_GOOD : PARTS_CAUTION;
	i18n_number(off, sizeof(off), 100 * check->error_frac, 1);
	i18n_date(f->brief, sizeof(f->brief), check->at_unix_ms / 1000);
	snprintf(f->value, sizeof(f->value), _("%s · off by %s %%"), f->brief, off);
	if (!check->ok)
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("Set zero and check again; if it stays, calibrate."));
}

/* --- the rest of the station ------------------------------------------------------------------ */

static void temperature_fact(const struct view *v, struct service_fact *f)
{
	double c = v->app->model.status.temperature_c;
	char text[24];

	f->name = "temperature";
	f->title = _("Temperature");
	f->sign = c > HOT_C ? PARTS_CAUTION : PARTS_GOOD;
	snprintf(f->value, sizeof(f->value), "%s °C",
		i18n_number(text, sizeof(text), c, 1));
	put(f->brief, f->value);
	if (c > HOT_C)
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("Too warm for a calibration to hold: keep sun and heating "
			  "off the mat."));
}

static void storage_fact(const struct view *v, struct service_fact *f)
{
	const struct status_document *s = &v->app->model.status;
	char room[24];

	f->name = "storage";
	f->title = _("Storage");
	i18n_number(room, sizeof(room), s->store_free_bytes / 1e9, 1);
	if (s->store_trials < 0) {
		f->sign = PARTS_FAULT;
		put(f->value, _("cannot be opened"));
		put(f->brief, f->value);
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("Nothing is stored. The log says why; make a support "
			  "bundle before anything is repaired."));
		return;
	}
	f->sign = s->store_free_bytes < NO_SPACE    ? PARTS_FAULT
		  : s->store_free_bytes < LOW_SPACE ? PARTS_CAUTION
						    : PARTS_GOOD;
	snprintf(f->value, sizeof(f->value), _("%s GB free · %lld trials"), room,
		(long long)s->store_trials);
	snprintf(f->brief, sizeof(f->brief), _("%s GB free"), room);
	snprintf(f->remedy, sizeof(f->remedy), _("In %s."), s->store_path);
	if (f->sign != PARTS_GOOD)
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("Make room: keep_raw_days in the configuration takes old "
			  "recordings away, results stay."));
}

static void clock_fact(const struct view *v, struct service_fact *f)
{
	int minutes = v->app->clock_minutes;

	f->name = "clock";
	f->title = _("Clock");
	f->sign = v->app->clock == APP_CLOCK_FREE ? PARTS_CAUTION : PARTS_GOOD;
	snprintf(f->brief, sizeof(f->brief), "%02d:%02d", minutes / 60 % 100,
		minutes % 60);
	snprintf(f->value, sizeof(f->value),
		v->app->clock == APP_CLOCK_FREE           ? _("%s · runs by itself")
		: v->app->clock == APP_CLOCK_SYNCHRONISED ? _("%s · synchronised")
							  : "%s",
		f->brief);
	if (f->sign != PARTS_GOOD)
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			_("No time service keeps it: compare it with a watch, or "
			  "connect the station to a network once."));
}

static void program_fact(const struct view *v, struct service_fact *f)
{
	const struct status_document *s = &v->app->model.status;
	char hours[24];

	f->name = "program";
	f->title = _("Program");
	f->screen = "log";
	if (!v->app->model.connected) {
		f->sign = PARTS_FAULT;
		put(f->value, _("the daemon is not running"));
		put(f->brief, _("not running"));
		snprintf(f->remedy, sizeof(f->remedy), "%s",
			mat_words_remedy(&v->app->model, MODEL_NO_DAEMON));
		return;
	}
	f->sign = PARTS_GOOD;
	i18n_number(hours, sizeof(hours), s->uptime_s / 3600, 1);
	snprintf(f->value, sizeof(f->value), _("%s · up for %s h"), s->version, hours);
	put(f->brief, s->version);
}

/* The station's own button, lamps and buzzer: the first that cannot be had, else why the last press did nothing. */
static void panel_fact(const struct view *v, struct service_fact *f)
{
	const struct gpio_document *gpio = &v->app->model.status.gpio;
	const struct gpio_document_line *bad = NULL;

	for (int i = gpio->n_lines - 1; i >= 0; i--)
		if (strcmp(gpio->lines[i].state, "ok") != 0)
			bad = &gpio->lines[i];
	f->name = "panel";
	f->title = _("Panel");
	f->sign = bad || gpio->told[0] != '\0' ? PARTS_CAUTION : PARTS_GOOD;
	if (bad) {
		snprintf(f->value, sizeof(f->value), "%s: %s", bad->role, bad->line);
		put(f->brief, bad->role);
		snprintf(f->remedy, sizeof(f->remedy), "%s", said_text(bad->reason));
		return;
	}
	snprintf(f->value, sizeof(f->value),
		P_("one line", "%d lines", (unsigned long)gpio->n_lines),
		gpio->n_lines);
	if (gpio->told[0] == '\0')
		return;
	put(f->value, _("the last press did nothing"));
	snprintf(f->remedy, sizeof(f->remedy), "%s", said_text(gpio->told));
}

/* A place to go to, of which there is nothing to be told. */
static struct service_fact door(
	const char *name, const char *title, const char *value, const char *screen)
{
	struct service_fact f = {
		.name = name, .title = title, .sign = PARTS_INFO, .screen = screen
	};

	put(f.value, value);
	return f;
}

static int badness(const struct service_fact *f)
{
	return f->sign == PARTS_FAULT ? 2 : f->sign == PARTS_CAUTION;
}

/* What is not well to the front, else as they were. */
static void sort(struct service_fact *facts, int n)
{
	for (int i = 1; i < n; i++) {
		struct service_fact moved = facts[i];
		int k = i;

		for (; k > 0 && badness(&facts[k - 1]) < badness(&moved); k--)
			facts[k] = facts[k - 1];
		facts[k] = moved;
	}
}

int service_facts(const struct view *v, struct service_fact *facts)
{
	const struct model *m = &v->app->model;
	bool known = m->connected && m->has_status;
	int n = 0;

	memset(facts, 0, SERVICE_MAX_FACTS * sizeof(*facts));
	mat_fact(v, &facts[n++]);
	if (known && m->status.frames > 0)
		wire_fact(v, &facts[n++]);
	if (known) {
		calibration_fact(v, &facts[n++]);
		if (m->status.calibration_id[0] != '\0')
			check_fact(v, &facts[n++]);
		if (!isnan(m->status.temperature_c))
			temperature_fact(v, &facts[n++]);
		storage_fact(v, &facts[n++]);
		if (m->status.gpio.n_lines > 0)
			panel_fact(v, &facts[n++]);
	}
	if (v->app->clock_minutes >= 0)
		clock_fact(v, &facts[n++]);
	program_fact(v, &facts[n++]);
	facts[n++] =
		door("screen", _("Screen and touch"), _("check, colours"), "display");
	facts[n++] =
		door("wipe", _("Wipe the screen"), _("touch off for 30 s"), "wipe");
	sort(facts, n);
	return n;
}
