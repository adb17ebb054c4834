/* Forgetting a person: not one byte of them may be left in any file of the store. */
#define _GNU_SOURCE /* memmem() */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/store/store.h"
#include "tests/support/store_fixture.h"

#define CODE  "ZEBRA-4711"
#define NOTES "Q7-unmistakable-note-"

struct fixture {
	char folder[64];
	struct store *store;
	struct rng rng;
	struct trial_record record;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char message[STORE_MESSAGE_SIZE];

	assert_non_null(f);
	store_fixture_folder(f->folder);
	rng_init(&f->rng, 9, 0);
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

/* --- counting -------------------------------------------------------------------------------- */

static int count_in_file(const char *path, const char *needle)
{
	struct stat st;
	FILE *file = fopen(path, "rb");
	char *bytes, *at;
	int n = 0;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	bytes = malloc((size_t)st.st_size + 1);
	assert_int_equal(fread(bytes, 1, (size_t)st.st_size, file), st.st_size);
	fclose(file);
	at = bytes;
	while ((at = memmem(at, (size_t)(bytes + st.st_size - at), needle,
			strlen(needle)))) {
		n++;
		at++;
	}
	free(bytes);
	return n;
}

/* Hits in the contents of all files, and in their names. */
static int count_in(const char *folder, const char *needle)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		n += strstr(entry->d_name, needle) != NULL;
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			n += count_in(path, needle);
		else if (entry->d_type != DT_DIR)
			n += count_in_file(path, needle);
	}
	closedir(dir);
	return n;
}

/* --- a person with a history ------------------------------------------------------------------ */

static void add_patient(struct fixture *f, const char *code, const char *notes)
{
	struct store_patient p = { .stature_m = (double)NAN, .mass_kg = (double)NAN };
	int64_t id;

	strcpy(p.code, code);
	strcpy(p.notes, notes);
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), 0);
}

static int64_t add_trial(struct fixture *f, const char *patient, int64_t visit_id)
{
	struct trial_series series;
	char path[128];
	FILE *file;

	store_fixture_record(&f->record, &f->rng, patient, 2);
	store_fixture_series(&series, &f->rng, 500);
	f->record.visit_id = visit_id;
	strcpy(f->record.reasons[0], *patient == 'Z' ? NOTES "reason" : "none");
	assert_int_equal(store_trial_begin(f->store, &f->record, &f->record.id), 0);
	assert_int_equal(store_trial_finish(f->store, &f->record, &series), 0);
	store_series_free(&series);
	store_raw_path(f->store, f->record.uid, path, sizeof(path));
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(NOTES "raw", file);
	fclose(file);
	return f->record.id;
}

/* Notes that grow over several updates leave freed pages behind them. */
static void live_a_life(struct fixture *f)
{
	struct store_patient p;
	int64_t visit, moved;
	char message[STORE_MESSAGE_SIZE];

	add_patient(f, CODE, NOTES "1");
	assert_int_equal(store_visit_start(f->store, CODE, "", "t", &visit), 0);
	for (int i = 0; i < 20; i++) {
		const size_t n = (size_t)i * 90;

		store_patient_get(f->store, CODE, &p);
		memset(p.notes, 'x', n);
		strcpy(p.notes + n, NOTES "2");
		assert_int_equal(store_patient_update(f->store, &p, "t"), 0);
		add_trial(f, CODE, i % 2 ? visit : 0);
	}
	moved = add_trial(f, "other", 0);
	assert_int_equal(store_trial_move(f->store, moved, CODE, "t"), 0);
	moved = add_trial(f, CODE, 0);
	assert_int_equal(store_trial_move(f->store, moved, "other", "t"), 0);
	assert_int_equal(
		store_trial_void(f->store, f->record.id - 3, NOTES "void", "t"), 0);
	store_close(f->store); /* so that not everything is in the log alone */
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
}

static void write_backup(struct fixture *f)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/stance.db.v1.bak", f->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(CODE, file);
	fclose(file);
}

static int count_trial(const struct store_trial_line *line, void *ctx)
{
	(void)line;
	++*(int *)ctx;
	return 0;
}

static void test_nothing_is_left(void **state)
{
	struct fixture *f = *state;
	struct store_trial_query all = { .limit = 100, .with_voided = true };
	struct store_patient p;
	int64_t bad = 0;
	int n = 0;

	add_patient(f, "other", "somebody else");
	for (int i = 0; i < 5; i++)
		add_trial(f, "other", 0);
	live_a_life(f);
	write_backup(f);
	assert_true(count_in(f->folder, CODE) > 20);
	assert_true(count_in(f->folder, NOTES) > 40);
	assert_int_equal(store_patient_erase(f->store, CODE, "boss"), 0);
	assert_int_equal(count_in(f->folder, CODE), 0);
	/* what was moved to somebody else stays theirs, with the reasons that it had */
	assert_int_equal(count_in(f->folder, NOTES), 1 + 6);
	assert_int_equal(store_patient_get(f->store, CODE, &p), -ENOENT);
	assert_int_equal(store_trial_list(f->store, &all, count_trial, &n), 6);
	assert_int_equal(n, 6);
	assert_int_equal(store_audit_verify(f->store, &bad), 0);
	assert_int_equal(store_check(f->store, p.notes, sizeof(p.notes)), 0);
	assert_int_equal(store_patient_erase(f->store, CODE, "boss"), -ENOENT);
	add_trial(f, "other", 0); /* life goes on */
	assert_int_equal(store_audit_verify(f->store, &bad), 0);
}

struct trace {
	int n_erased, n_named;
	char last[1024];
};

static int take_audit(const struct store_audit *entry, void *ctx)
{
	struct trace *trace = ctx;

	trace->n_erased += strcmp(entry->subject, "erased") == 0 && !*entry->detail;
	trace->n_named += strstr(entry->subject, CODE) || strstr(entry->detail, CODE);
	snprintf(trace->last, sizeof(trace->last), "%s %s %s: %s", entry->by,
		entry->action, entry->subject, entry->detail);
	return 0;
}

static void test_audit_keeps_a_trace(void **state)
{
	struct fixture *f = *state;
	struct trace trace = { 0 };

	add_patient(f, "other", "");
	live_a_life(f);
	store_patient_erase(f->store, CODE, "boss");
	store_audit_list(f->store, 0, 1000, take_audit, &trace);
	assert_int_equal(trace.n_named, 0);
	/* added, visit, 20 updates, moved twice, voided */
	assert_int_equal(trace.n_erased, 1 + 1 + 20 + 2 + 1);
	assert_string_equal(trace.last, "boss patient.erase patient #2: 21 trials");
}

static void test_not_while_running(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	add_patient(f, CODE, "");
	store_fixture_record(&f->record, &f->rng, CODE, 1);
	assert_int_equal(store_trial_begin(f->store, &f->record, &id), 0);
	assert_int_equal(store_patient_erase(f->store, CODE, "t"), -EBUSY);
	assert_int_equal(store_trial_discard(f->store, id), 0);
	assert_int_equal(store_patient_erase(f->store, CODE, "t"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_is_left),
		TEST(test_audit_keeps_a_trace),
		TEST(test_not_while_running),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
