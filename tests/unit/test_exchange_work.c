/* Answers of the watched folder: of what was signed and of nothing else, each once, and none is lost. */
#define _GNU_SOURCE /* asprintf */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/slurp.h"
#include "src/daemon/exchange_work.h"
#include "src/store/store_report.h"
#include "tests/support/store_fixture.h"

/* What is signed says something else than the store: so it is seen which of them is sent. */
#define DOCUMENT                                                                       \
	"{\"schema\":\"stance.report/1\",\"visit\":{\"id\":%d,\"patient\":\"%s\","     \
	"\"started\":\"1999-12-31T23:59:58+01:00\",\"trials\":[{\"id\":1}],"           \
	"\"means\":[{\"protocol\":\"quiet-eo\",\"phase\":\"\",\"trials\":[1],"         \
	"\"metrics\":{\"mean_velocity_mm_s\":{\"n\":1,\"mean\":%d.5}}}],"              \
	"\"card\":\"version %d\"}}"

static char folder[64], out[128];
static struct store *store;
static const struct gdt_options options = {
	.charset = GDT_CHARSET_LATIN1, .receiver = "R", .sender = "S", .test = "T"
};
static const char *code; /* that the next document has */

static void add_visit(const char *patient, struct rng *rng)
{
	struct trial_record *record = calloc(1, sizeof(*record));
	struct store_patient p;
	int64_t id;

	assert_non_null(record);
	store_patient_init(&p);
	snprintf(p.code, sizeof(p.code), "%s", patient);
	assert_int_equal(store_patient_add(store, &p, "test", &id), 0);
	assert_int_equal(store_visit_start(store, patient, "", "test", &id), 0);
	store_fixture_record(record, rng, patient, 1);
	record->visit_id = id;
	record->voided = false;
	assert_int_equal(store_trial_begin(store, record, &record->id), 0);
	assert_int_equal(store_trial_finish(store, record, NULL), 0);
	free(record);
}

static int make_station(void **state)
{
	char message[STORE_MESSAGE_SIZE];
	struct rng rng;

	(void)state;
	store_fixture_folder(folder);
	rng_init(&rng, 5, 1);
	snprintf(out, sizeof(out), "%s/practice", folder);
	assert_int_equal(mkdir(out, 0700), 0);
	assert_int_equal(
		store_open(folder, false, &store, message, sizeof(message)), 0);
	add_visit("P-1", &rng);
	add_visit("P-2", &rng);
	return 0;
}

static int drop_station(void **state)
{
	(void)state;
	store_close(store);
	store_fixture_remove(folder);
	return 0;
}

static int make_document(struct store *unused, const struct store_report *report,
	char **text, size_t *n, void *ctx)
{
	const int visit = (int)report->visit_id;

	(void)unused, (void)ctx;
	if (asprintf(text, DOCUMENT, visit, code, 10 * visit + report->version,
		    report->version) < 0)
		return -ENOMEM;
	*n = strlen(*text);
	return 0;
}

static void sign(int64_t visit, const char *patient, bool again)
{
	const struct store_amendment amendment = { .n_discard = 0 };
	struct store_report report = { .visit_id = visit, .operator_name = "A. Kern" };

	code = patient;
	usleep(2000); /* a moment of its own */
	assert_int_equal(store_report_sign(store, &report, again ? &amendment : NULL,
				 make_document, NULL, "test"),
		0);
}

static int make_answers(void)
{
	return exchange_make_answers(store, folder, &options);
}

/* Bring all: how many are left, and why. */
static int bring(int *err)
{
	return exchange_bring(folder, out, err);
}

static char *read_answer(const char *dir, const char *name)
{
	char path[256], *text = NULL;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return slurp_file(path, 1 << 16, &text, &n) == 0 ? text : NULL;
}

static void assert_answer(const char *name, const char *patient, const char *value)
{
	char *text = read_answer(out, name), line[128];

	assert_non_null(text);
	snprintf(line, sizeof(line), "3000%s\r\n", patient);
	assert_non_null(strstr(text, line));
	snprintf(line, sizeof(line), "8420%s\r\n", value);
	assert_non_null(strstr(text, line));
	assert_non_null(strstr(text, "620031121999\r\n"));
	free(text);
}

static void assert_none(const char *dir, const char *name)
{
	char *text = read_answer(dir, name);

	assert_null(text);
}

/* --- what is sent --------------------------------------------------------------------------------- */

static void nothing_of_before(void **state)
{
	int err;

	(void)state;
	sign(1, "P-1", false);
	assert_int_equal(make_answers(), 0);
	assert_int_equal(make_answers(), 0);
	assert_int_equal(bring(&err), 0);
	assert_none(out, "visit-1-1.gdt");
}

static void what_was_signed(void **state)
{
	int err;

	(void)state;
	assert_int_equal(make_answers(), 0);
	sign(1, "P-1", false);
	assert_int_equal(make_answers(), 1);
	assert_int_equal(make_answers(), 0);
	assert_int_equal(bring(&err), 0);
	assert_answer("visit-1-1.gdt", "P-1", "11.5");
	/* what came in between is made in one go, each version for itself */
	sign(2, "P-2", false);
	sign(1, "P-1", true);
	assert_int_equal(make_answers(), 2);
	assert_int_equal(bring(&err), 0);
	assert_answer("visit-2-1.gdt", "P-2", "21.5");
	assert_answer("visit-1-2.gdt", "P-1", "12.5");
	assert_answer("visit-1-1.gdt", "P-1", "11.5");
}

/* One that cannot be told does not hold up those behind it. */
static void none_can_be_made(void **state)
{
	int err;

	(void)state;
	assert_int_equal(make_answers(), 0);
	sign(1, "\xF0\x9F\xA6\xB6 7", false);
	sign(2, "P-2", false);
	assert_int_equal(make_answers(), 2);
	assert_int_equal(bring(&err), 0);
	assert_none(out, "visit-1-1.gdt");
	assert_answer("visit-2-1.gdt", "P-2", "21.5");
	assert_int_equal(make_answers(), 0);
}

/* --- where it is brought ----------------------------------------------------------------------- */

static void a_folder_that_is_gone(void **state)
{
	char spool[128];
	int err = 0;

	(void)state;
	snprintf(spool, sizeof(spool), "%s/" EXCHANGE_DIR, folder);
	assert_int_equal(make_answers(), 0);
	sign(1, "P-1", false);
	sign(2, "P-2", false);
	assert_int_equal(make_answers(), 2);
	assert_int_equal(rmdir(out), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bring(&err), 2);
		assert_int_equal(err, -ENOENT);
	}
	assert_int_equal(mkdir(out, 0700), 0);
	assert_int_equal(bring(&err), 0);
	assert_int_equal(err, 0);
	assert_answer("visit-1-1.gdt", "P-1", "11.5");
	assert_answer("visit-2-1.gdt", "P-2", "21.5");
	assert_none(spool, "visit-1-1.gdt");
	/* a file in the folder's place is no folder either */
	sign(1, "P-1", true);
	assert_int_equal(make_answers(), 1);
	snprintf(spool, sizeof(spool), "%s/elsewhere", folder);
	assert_int_equal(rename(out, spool), 0);
	assert_int_equal(fclose(fopen(out, "w")), 0);
	assert_int_equal(bring(&err), 1);
	assert_int_equal(err, -ENOTDIR);
	assert_int_equal(unlink(out), 0);
	assert_int_equal(rename(spool, out), 0);
	assert_int_equal(bring(&err), 0);
	assert_answer("visit-1-2.gdt", "P-1", "12.5");
}

/* Made, and then the station stopped before anything was brought. */
static void after_a_crash(void **state)
{
	char message[STORE_MESSAGE_SIZE];
	int err;

	(void)state;
	assert_int_equal(make_answers(), 0);
	sign(1, "P-1", false);
	assert_int_equal(make_answers(), 1);
	sign(2, "P-2", false);
	store_close(store);
	assert_int_equal(
		store_open(folder, false, &store, message, sizeof(message)), 0);
	assert_int_equal(make_answers(), 1);
	assert_int_equal(bring(&err), 0);
	assert_answer("visit-1-1.gdt", "P-1", "11.5");
	assert_answer("visit-2-1.gdt", "P-2", "21.5");
}

int main(void)
{
#define IN_STATION(f) cmocka_unit_test_setup_teardown(f, make_station, drop_station)
	const struct CMUnitTest tests[] = {
		IN_STATION(nothing_of_before),
		IN_STATION(what_was_signed),
		IN_STATION(none_can_be_made),
		IN_STATION(a_folder_that_is_gone),
		IN_STATION(after_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
