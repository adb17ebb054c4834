#include "src/daemon/exchange_work.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/lock.h"
#include "src/base/slurp.h"
#include "src/export/parcel.h"
#include "src/store/store_report.h"
#include "src/store/store_worklist.h"

#define LOG_TAG "gdt"
#include "src/base/log.h"

#define BY "gdt"
#define MARKER                                                                         \
	"signed-until" /* when the newest report was signed that has its answer */
#define PAGE 50        /* reports looked at in one go */

#define PATH_SIZE (PATH_MAX)

/* --- requests ------------------------------------------------------------------------------ */

static bool differs(struct gdt_folder_item *item, const struct store_patient *p)
{
	const struct gdt_request *r = &item->request;

	if (r->birth_year && p->birth_year && r->birth_year != p->birth_year)
		snprintf(item->reason, sizeof(item->reason),
			"patient %s is known here as born in %d, the request says %d: "
			"is it the same person?",
			r->code, p->birth_year, r->birth_year);
	else if (r->sex && p->sex && r->sex != p->sex)
		snprintf(item->reason, sizeof(item->reason),
			"patient %s is known here with another sex (field 3110): is it "
			"the same person?",
			r->code);
	else
		return false;
	return true;
}

/* What is known here stays. Returns whether anything was unknown. */
static bool fill_in(struct store_patient *p, const struct gdt_request *r)
{
	bool changed = false;

	if (!p->birth_year && r->birth_year) {
		p->birth_year = r->birth_year;
		changed = true;
	}
	if (!p->sex && r->sex) {
		p->sex = r->sex;
		changed = true;
	}
	if (isnan(p->stature_m) && !isnan(r->stature_m)) {
		p->stature_m = r->stature_m;
		changed = true;
	}
	if (isnan(p->mass_kg) && !isnan(r->mass_kg)) {
		p->mass_kg = r->mass_kg;
		changed = true;
	}
	return changed;
}

static int admit_patient(struct store *store, struct gdt_folder_item *item)
{
	struct store_patient p;
	int64_t id;
	int err = store_patient_get(store, item->request.code, &p);

	if (err == -ENOENT) {
		store_patient_init(&p);
		snprintf(p.code, sizeof(p.code), "%s", item->request.code);
		fill_in(&p, &item->request);
		return store_patient_add(store, &p, BY, &id);
	}
	if (err < 0)
		return err;
	if (differs(item, &p))
		return -EBADMSG;
	return fill_in(&p, &item->request) ? store_patient_update(store, &p, BY) : 0;
}

int exchange_admit(struct store *store, struct gdt_folder_item *item, const char *today)
{
	struct store_worklist_entry entry = { 0 };
	int64_t id;
	int err = admit_patient(store, item);

	if (err < 0)
		return err;
	snprintf(entry.patient, sizeof(entry.patient), "%s", item->request.code);
	snprintf(entry.due, sizeof(entry.due), "%s", today);
	snprintf(entry.reason, sizeof(entry.reason), "%s", item->request.reason);
	/* GDT 2.1 gives requests no number: one of a patient waits at a time. */
	snprintf(entry.reference, sizeof(entry.reference), "%s", item->request.code);
	snprintf(entry.source, sizeof(entry.source), "%s", BY);
	err = store_worklist_add(store, &entry, BY, &id);
	if (err == -EEXIST)
		return 0;
	if (err != -EINVAL)
		return err;
	snprintf(item->reason, sizeof(item->reason),
		"the worklist does not take this request");
	return -EBADMSG;
}

/* --- what was signed ----------------------------------------------------------------------- */

struct signed_list {
	int64_t since_ms;
	struct store_report *all; /* newest first */
	int n, capacity;
	bool at_end; /* one that has its answer was reached */
	int err;
};

static int on_report(const struct store_report *report, void *ctx)
{
	struct signed_list *l = ctx;

	if (report->signed_unix_ms <= l->since_ms) {
		l->at_end = true;
		return 1;
	}
	if (l->n == l->capacity) {
		int capacity = l->capacity + PAGE;
		struct store_report *all =
			realloc(l->all, (size_t)capacity * sizeof(*all));

		if (!all) {
			l->err = -ENOMEM;
			return 1;
		}
		l->all = all;
		l->capacity = capacity;
	}
	l->all[l->n++] = *report;
	return 0;
}

static int list_signed(struct store *store, struct signed_list *l)
{
	int64_t total = 0;
	int n = PAGE;

	for (int64_t at = 0; n == PAGE && !l->at_end && l->err == 0; at += n) {
		n = store_report_list(store, 0, NULL, at, PAGE, on_report, l, &total);
		if (n < 0)
			return n;
	}
	return l->err;
}

/* Returns 0; -ENOENT before the first time. */
static int read_marker(const char *dir, int64_t *since_ms)
{
	char path[PATH_SIZE], *text = NULL;
	size_t n = 0;
	int err;

	if (snprintf(path, sizeof(path), "%s/" MARKER, dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	err = slurp_file(path, 64, &text, &n);
	if (err == 0)
		*since_ms = strtoll(text, NULL, 10);
	free(text);
	return err;
}

static int write_marker(const char *dir, int64_t since_ms)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld\n", (long long)since_ms);

	return parcel_write(dir, MARKER, text, (size_t)n, true);
}

static int newest(const struct store_report *report, void *ctx)
{
	*(int64_t *)ctx = report->signed_unix_ms;
	return 1;
}

static int begin_marker(struct store *store, const char *dir)
{
	int64_t since_ms = 0, total = 0;
	int n = store_report_list(store, 0, NULL, 0, 1, newest, &since_ms, &total);

	return n < 0 ? n : write_marker(dir, since_ms);
}

static int spool(const char *dir, const struct store_report *report, const char *text,
	const struct gdt_options *options)
{
	json_t *document = json_loads(text, 0, NULL);
	struct parcel parcel = { 0 };
	char name[PARCEL_NAME_SIZE];
	int err =
		document ? export_gdt_visit(report->visit_id,
				   json_object_get(document, "visit"), options, &parcel)
			 : -EBADMSG;

	json_decref(document);
	snprintf(name, sizeof(name), "visit-%lld-%d.gdt", (long long)report->visit_id,
		report->version);
	if (err == 0)
		err = parcel_write(
			dir, name, parcel.files[0].bytes, parcel.files[0].n, true);
	parcel_fini(&parcel);
	return err;
}

/* What no answer can be made of is said, and does not stand in the way of others. */
static int answer(struct store *store, const char *dir,
	const struct store_report *report, const struct gdt_options *options)
{
	struct store_report whole;
	char *text = NULL;
	int err = store_report_get(
		store, report->visit_id, report->version, &whole, &text);

	if (err == 0)
		err = spool(dir, report, text, options);
	free(text);
	if (err == -EILSEQ || err == -ENODATA || err == -EBADMSG || err == -ENOENT) {
		log_warn("no GDT answer can be made of visit %lld: %s",
			(long long)report->visit_id,
			err == -EILSEQ ? "the patient's code has characters that the "
					 "character set has not"
				       : strerror(-err));
		err = 0;
	}
	return err < 0 ? err : write_marker(dir, report->signed_unix_ms);
}

int exchange_make_answers(
	struct store *store, const char *state_dir, const struct gdt_options *options)
{
	struct signed_list l = { 0 };
	char dir[PATH_SIZE], message[256];
	int err = snprintf(dir, sizeof(dir), "%s/" EXCHANGE_DIR, state_dir) <
				  (int)sizeof(dir)
			  ? lock_make_dir(dir, 0700, message, sizeof(message))
			  : -ENAMETOOLONG;

	if (err == 0)
		err = read_marker(dir, &l.since_ms);
	if (err == -ENOENT)
		return begin_marker(store, dir);
	if (err == 0)
		err = list_signed(store, &l);
	for (int i = l.n - 1; err == 0 && i >= 0; i--)
		err = answer(store, dir, &l.all[i], options);
	free(l.all);
	return err < 0 ? err : l.n;
}

/* --- bringing ------------------------------------------------------------------------------ */

static int bring(const char *dir, const char *name, const char *out)
{
	char path[PATH_SIZE], *bytes = NULL;
	size_t n = 0;
	int err;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	err = slurp_file(path, GDT_MAX_BYTES * 2, &bytes, &n);
	if (err == 0)
		err = parcel_write(out, name, bytes, n, true);
	free(bytes);
	/* Brought twice after a crash it is the same file. */
	if (err == 0 && unlink(path) < 0)
		err = -errno;
	return err;
}

static bool is_answer(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 4 &&
	       strcmp(entry->d_name + n - 4, ".gdt") == 0;
}

int exchange_bring(const char *state_dir, const char *out, int *err)
{
	char dir[PATH_SIZE];
	const struct dirent *entry;
	DIR *d;
	int left = 0;

	*err = 0;
	snprintf(dir, sizeof(dir), "%s/" EXCHANGE_DIR, state_dir);
	d = opendir(dir);
	while (d && (entry = readdir(d))) {
		int one = is_answer(entry) ? bring(dir, entry->d_name, out) : 0;

		if (one < 0) {
			left++;
			*err = one;
		}
	}
	if (d)
		closedir(d);
	return left;
}
