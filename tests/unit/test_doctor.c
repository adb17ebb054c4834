/* The doctor's judgement, on stations and machines made up for it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/cli/doctor.h"

struct patient {
	char root[64];
	struct doctor doctor;
	struct status_document status;
};

static int set_up(void **state)
{
	struct patient *p = calloc(1, sizeof(*p));

	strcpy(p->root, "/tmp/test-doctor-XXXXXX");
	if (!mkdtemp(p->root))
		return -1;
	p->doctor.root = p->root;
	strcpy(p->status.mat_state, "streaming");
	strcpy(p->status.calibration_state, "valid");
	p->status.rate_hz = 100;
	p->status.latency_p99_ms = 1;
	p->status.store_free_bytes = NAN;
	p->status.calibration_expires_days = 300;
	p->status.frames = 100000;
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct patient *p = *state;

	char command[128];
	int code;

	snprintf(command, sizeof(command), "rm -rf '%s'", p->root);
	code = system(command);
	free(p);
	return code;
}

static void write_file(const struct patient *p, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "mkdir -p '%s%.*s'", p->root,
		(int)(strrchr(name, '/') - name), name);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s%s", p->root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The finding of that id, which must be there once at least. */
static const struct doctor_finding *find(const struct patient *p, const char *id)
{
	for (int i = 0; i < p->doctor.n; i++)
		if (strcmp(p->doctor.finding[i].id, id) == 0)
			return &p->doctor.finding[i];
	fail_msg("no finding \"%s\"", id);
	return NULL;
}

static void assert_finding(const struct patient *p, const char *id,
	enum doctor_verdict verdict, const char *text, const char *fix)
{
	const struct doctor_finding *f = find(p, id);

	assert_int_equal(f->verdict, verdict);
	if (!strstr(f->text, text))
		fail_msg("\"%s\" lacks \"%s\"", f->text, text);
	if (!strstr(f->fix, fix))
		fail_msg("\"%s\" lacks \"%s\"", f->fix, fix);
	assert_int_equal(*f->fix != '\0', verdict != DOCTOR_OK);
}

static void test_healthy(void **state)
{
	struct patient *p = *state;

	doctor_check_status(&p->doctor, &p->status);
	assert_int_equal(doctor_worst(&p->doctor), DOCTOR_OK);
	assert_int_equal(p->doctor.code, CLI_OK);
	assert_finding(p, "mat", DOCTOR_OK, "streaming", "");
	assert_finding(p, "wire", DOCTOR_OK, "0 damaged", "");
}

static void test_no_mat(void **state)
{
	struct patient *p = *state;

	strcpy(p->status.mat_state, "searching");
	strcpy(p->status.mat_reason, "no port answers");
	doctor_check_status(&p->doctor, &p->status);
	assert_finding(p, "mat", DOCTOR_FAIL, "no port answers", "stance ports");
	assert_int_equal(p->doctor.code, CLI_NO_MAT);
}

static void test_bad_wire(void **state)
{
	struct patient *p = *state;

	p->status.bad_frames = 101;
	p->status.rate_hz = 40;
	p->status.latency_p99_ms = 35;
	strcpy(p->status.calibration_state, "expired");
	doctor_check_status(&p->doctor, &p->status);
	assert_finding(p, "wire", DOCTOR_WARN, "101 damaged", "cable");
	assert_finding(p, "rate", DOCTOR_WARN, "40.0 Hz", "mat.rate_hz");
	assert_finding(p, "latency", DOCTOR_WARN, "35.0 ms", "latency_timer");
	assert_finding(p, "calibration", DOCTOR_WARN, "expired", "calibration");
	assert_int_equal(p->doctor.code, CLI_OK); /* it works all the same */
}

/* What a calibration in force has to say for itself. */
static void test_calibration_in_use(void **state)
{
	struct patient *p = *state;

	p->status.calibration_drift = true;
	p->status.calibration_expires_days = 12.7;
	p->status.last_check = (struct status_check){
		.at_unix_ms = 1, .mass_kg = 20, .error_frac = 0.071
	};
	doctor_check_status(&p->doctor, &p->status);
	assert_non_null(
		strstr(p->doctor.finding[p->doctor.n - 1].text, "20 kg read +7.1 %"));
	assert_non_null(strstr(p->doctor.finding[p->doctor.n - 2].text, "12 days"));
	assert_non_null(strstr(p->doctor.finding[p->doctor.n - 3].text, "has moved"));
}

static void test_few_frames_say_nothing(void **state)
{
	struct patient *p = *state;

	p->status.frames = 100;
	p->status.bad_frames = 50;
	doctor_check_status(&p->doctor, &p->status);
	assert_int_equal(doctor_worst(&p->doctor), DOCTOR_OK);
}

static void test_grabbers(void **state)
{
	struct patient *p = *state;

	doctor_check_grabbers(&p->doctor); /* without /proc there is nothing to say */
	assert_int_equal(p->doctor.n, 0);
	write_file(p, "/proc/12/comm", "bash\n");
	doctor_check_grabbers(&p->doctor);
	assert_finding(p, "grabbers", DOCTOR_OK, "none", "");
	p->doctor.n = 0;
	write_file(p, "/proc/77/comm", "ModemManager\n");
	write_file(p, "/proc/78/comm", "brltty\n");
	write_file(
		p, "/proc/self/comm", "gpsd\n"); /* no number: no process of its own */
	doctor_check_grabbers(&p->doctor);
	assert_int_equal(p->doctor.n, 2);
	assert_int_equal(doctor_worst(&p->doctor), DOCTOR_WARN);
}

static void test_power(void **state)
{
	static const char throttled[] =
		"/sys/devices/platform/soc/soc:firmware/get_throttled";
	struct patient *p = *state;

	doctor_check_power(&p->doctor);
	assert_int_equal(p->doctor.n, 0);
	write_file(p, "/sys/class/hwmon/hwmon3/name", "rpi_volt\n");
	write_file(p, "/sys/class/hwmon/hwmon3/in0_lcrit_alarm", "1\n");
	doctor_check_power(&p->doctor);
	assert_finding(p, "power", DOCTOR_FAIL, "at this moment", "official supply");
	p->doctor.n = 0;
	write_file(p, throttled, "50000\n");
	doctor_check_power(&p->doctor);
	assert_finding(p, "power", DOCTOR_WARN, "at least once", "official supply");
	p->doctor.n = 0;
	write_file(p, throttled, "0\n");
	doctor_check_power(&p->doctor);
	assert_finding(p, "power", DOCTOR_OK, "no undervoltage", "");
}

static void test_heat_clock_space(void **state)
{
	struct patient *p = *state;

	doctor_check_heat(&p->doctor);
	assert_int_equal(p->doctor.n, 0);
	write_file(p, "/sys/class/thermal/thermal_zone0/temp", "84500\n");
	doctor_check_heat(&p->doctor);
	assert_finding(p, "heat", DOCTOR_WARN, "84 C", "fan");
	doctor_check_clock(&p->doctor, 1735689600 - 86400 * 30, true);
	assert_finding(p, "clock", DOCTOR_FAIL, "30 days before 2025", "network");
	p->doctor.n = 0;
	doctor_check_clock(&p->doctor, 1800000000, false);
	assert_finding(p, "clock", DOCTOR_WARN, "no time service", "timedatectl");
	doctor_check_space(&p->doctor, "/s", 5e8);
	assert_finding(p, "space", DOCTOR_WARN, "500.0 MB free at /s", "make room");
	p->doctor.n = 0;
	doctor_check_space(&p->doctor, "/s", 5e7);
	assert_finding(p, "space", DOCTOR_FAIL, "50.0 MB", "make room");
}

/* The first failure gives the exit code; a full list drops nothing but its end. */
static void test_codes_and_room(void **state)
{
	struct patient *p = *state;

	doctor_add(&p->doctor, "a", DOCTOR_WARN, CLI_TIMEOUT, "one");
	assert_int_equal(p->doctor.code, CLI_OK);
	doctor_add(&p->doctor, "b", DOCTOR_FAIL, CLI_NO_DAEMON, "two");
	doctor_add(&p->doctor, "c", DOCTOR_FAIL, CLI_NO_MAT, "three");
	assert_int_equal(p->doctor.code, CLI_NO_DAEMON);
	for (int i = 0; i < 2 * DOCTOR_MAX_FINDINGS; i++)
		doctor_add(&p->doctor, "d", DOCTOR_OK, 0, "%d", i);
	assert_int_equal(p->doctor.n, DOCTOR_MAX_FINDINGS);
	assert_int_equal(doctor_worst(&p->doctor), DOCTOR_FAIL);
	assert_string_equal(doctor_word(DOCTOR_FAIL), "failure");
}

#define WITH_PATIENT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PATIENT(test_healthy),
		WITH_PATIENT(test_no_mat),
		WITH_PATIENT(test_bad_wire),
		WITH_PATIENT(test_calibration_in_use),
		WITH_PATIENT(test_few_frames_say_nothing),
		WITH_PATIENT(test_grabbers),
		WITH_PATIENT(test_power),
		WITH_PATIENT(test_heat_clock_space),
		WITH_PATIENT(test_codes_and_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
