#define _GNU_SOURCE /* memfd_create() */
#include "src/export/edf.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <edflib.h>
#include <jansson.h>

#include "src/export/doc.h"
#include "src/export/grid.h"
#include "src/export/moment.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

/* 16 bits, of which the lowest number says: nothing was measured here. */
#define DIGITAL_MAX    32767
#define DIGITAL_MIN    (-32768)
#define DIGITAL_ABSENT DIGITAL_MIN
#define EDF_FIRST_YEAR 1985 /* of two-digit years in EDF headers */
#define EDF_LAST_YEAR  2084
#define RECORD_S_MAX   60.0
#define UNITS_PER_S    100000.0 /* of a record's duration: 10 us */
/* EDFlib 1.27 (Debian 13) renamed what 1.23 (Debian 12) has, and counts annotations in microseconds. */
#ifdef EDFLIB_API
#define ONSET_PER_S     1000000.0
#define set_sex         edf_set_sex
#define write_note_utf8 edfwrite_annotation_utf8_hr
#else
#define ONSET_PER_S     10000.0
#define set_sex         edf_set_gender
#define write_note_utf8 edfwrite_annotation_utf8
#endif
#define SUBSECOND_PER_MS 10000 /* 100 ns */
#define TEXT_SIZE        81

enum kind { REAL, SHARE, FLAGS, PHASE };

/* `at`: of the column in struct trial_series. Half ranges grow with what was measured. */
static const struct signal {
	const char *label, *unit;
	enum kind kind;
	size_t at;
} signals[] = {
#define AT(column) offsetof(struct trial_series, column)
	{ "COP x", "mm", REAL, AT(x_mm) },
	{ "COP y", "mm", REAL, AT(y_mm) },
	{ "Force", "N", REAL, AT(force_n) },
	{ "Left share", "%", SHARE, AT(left_frac) },
	{ "Fore share", "%", SHARE, AT(fore_frac) },
	{ "Left force", "N", REAL, AT(left_n) },
	{ "Left COP x", "mm", REAL, AT(left_x_mm) },
	{ "Left COP y", "mm", REAL, AT(left_y_mm) },
	{ "Right force", "N", REAL, AT(right_n) },
	{ "Right COP x", "mm", REAL, AT(right_x_mm) },
	{ "Right COP y", "mm", REAL, AT(right_y_mm) },
	{ "Quality", "", FLAGS, AT(flags) },
	{ "Phase", "", PHASE, AT(phase) },
};
#define N_SIGNALS ((int)(sizeof(signals) / sizeof(*signals)))

struct writer {
	const struct export_trial *trial;
	struct grid grid;
	int handle;
	int n_record; /* samples of one signal in a record */
	double record_s;
	double limit[N_SIGNALS]; /* physical maximum; the minimum is its negative */
};

/* --- numbers ------------------------------------------------------------------------------- */

static double value(const struct writer *w, int signal, int row)
{
	const struct trial_series *s = &w->trial->series;
	const struct signal *g = &signals[signal];
	const double *const *column = (const void *)((const char *)s + g->at);

	switch (g->kind) {
	case FLAGS:
		return s->flags[row];
	case PHASE:
		return s->phase[row] == TRIAL_NO_PHASE ? -1.0 : s->phase[row];
	case SHARE:
		return 100.0 * (*column)[row];
	default:
		return (*column)[row];
	}
}

/* The smallest of 1, 2, 5 times ten to some power that holds all; shares have theirs. */
static double find_limit(const struct writer *w, int signal)
{
	static const double steps[] = { 1.0, 2.0, 5.0 };
	double most = 0.0, power = 100.0;

	if (signals[signal].kind == FLAGS || signals[signal].kind == PHASE)
		return DIGITAL_MAX;
	if (signals[signal].kind == SHARE)
		return 100.0;
	for (int i = 0; i < w->trial->series.n; i++)
		most = fmax(most, fabs(value(w, signal, i)));
	for (; power < 1e6; power *= 10.0)
		for (int k = 0; k < 3; k++)
			if (most <= power * steps[k])
				return power * steps[k];
	return power;
}

static int digital(const struct writer *w, int signal, int step)
{
	int row = step < w->grid.n ? w->grid.row[step] : -1;
	double v = row < 0 ? NAN : value(w, signal, row);
	double number = round(v * DIGITAL_MAX / w->limit[signal]);

	if (isnan(v))
		return DIGITAL_ABSENT;
	return (int)fmax(-DIGITAL_MAX, fmin(DIGITAL_MAX, number));
}

/* --- the header ---------------------------------------------------------------------------- */

/* Records of a whole second where the rate is whole, else of that many samples that fill about one. */
static int plan_records(struct writer *w)
{
	double rate_hz = grid_rate_hz(w->trial);

	w->n_record = (int)fmax(1.0, round(rate_hz));
	w->record_s = round(w->n_record / rate_hz * UNITS_PER_S) / UNITS_PER_S;
	return rate_hz > 0.0 && w->record_s <= RECORD_S_MAX && w->n_record < 100000
		       ? 0
		       : -ENODATA;
}

/* Subfields of an EDF+ header are ASCII without blanks; EDFlib writes the rest. */
static void to_field(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++) {
		unsigned char c = (unsigned char)*from;

		if (c >= 0x80 && c < 0xc0)
			continue; /* the rest of a character */
		to[n++] = (char)(c > 0x20 && c < 0x7f ? c : '_');
	}
	to[n] = '\0';
}

static int set_signal(const struct writer *w, int i)
{
	int h = w->handle;
	int err = edf_set_samplefrequency(h, i, w->n_record);

	err |= edf_set_physical_maximum(h, i, w->limit[i]);
	/* The same step on both sides of zero, and one number left over. */
	err |= edf_set_physical_minimum(
		h, i, -w->limit[i] * -DIGITAL_MIN / DIGITAL_MAX);
	err |= edf_set_digital_maximum(h, i, DIGITAL_MAX);
	err |= edf_set_digital_minimum(h, i, DIGITAL_MIN);
	err |= edf_set_label(h, i, signals[i].label);
	err |= edf_set_physical_dimension(h, i, signals[i].unit);
	err |= edf_set_transducer(h, i, "pressure mat");
	return err ? -EIO : 0;
}

static int set_start(const struct writer *w)
{
	struct moment m = { 0 };
	struct moment_parts p;
	int err = 0;

	if (moment_parse(doc_text(w->trial->document, "started"), &m) == 0)
		m = moment_after(m, w->grid.start_s);
	p = moment_split(m);
	if (p.year < EDF_FIRST_YEAR ||
		p.year > EDF_LAST_YEAR) /* the consensus for: not known */
		p = (struct moment_parts){ EDF_FIRST_YEAR, 1, 1, 0, 0, 0, 0 };
	err |= edf_set_startdatetime(
		w->handle, p.year, p.month, p.day, p.hour, p.minute, p.second);
	err |= edf_set_subsecond_starttime(w->handle, p.ms * SUBSECOND_PER_MS);
	return err ? -EIO : 0;
}

/* The name stays empty: there is none in a station. */
static int set_people(const struct writer *w)
{
	const json_t *d = w->trial->document, *patient = w->trial->patient;
	char code[TEXT_SIZE], equipment[TEXT_SIZE], protocol[TEXT_SIZE];
	const char *sex = doc_text(patient, "sex");
	int err = 0;

	to_field(doc_text(d, "patient"), code, 41);
	to_field(doc_text(d, "protocol"), protocol, 21);
	snprintf(equipment, sizeof(equipment), "Stance_%s",
		doc_text(json_object_get(d, "algorithm"), "version"));
	if (*code)
		err |= edf_set_patientcode(w->handle, code);
	if (*sex == 'M' || *sex == 'F')
		err |= set_sex(w->handle, *sex == 'M');
	err |= edf_set_equipment(w->handle, equipment);
	if (*protocol)
		err |= edf_set_recording_additional(w->handle, protocol);
	return err ? -EIO : 0;
}

static int set_header(struct writer *w, int n_notes)
{
	int n_records = (w->grid.n + w->n_record - 1) / w->n_record;
	int n_columns = (n_notes + n_records - 1) / n_records;
	int err = 0;

	for (int i = 0; err == 0 && i < N_SIGNALS; i++)
		err = set_signal(w, i);
	if (err == 0)
		err = set_start(w);
	if (err == 0)
		err = set_people(w);
	if (err == 0 && w->record_s != 1.0 &&
		edf_set_datarecord_duration(
			w->handle, (int)lround(w->record_s * UNITS_PER_S)) != 0)
		err = -EIO;
	if (err == 0 && n_columns > 1 &&
		edf_set_number_of_annotation_signals(
			w->handle, n_columns < 64 ? n_columns : 64) != 0)
		err = -EIO;
	return err;
}

/* --- what happened ------------------------------------------------------------------------- */

static int note(
	const struct writer *w, double at_s, double duration_s, const char *text)
{
	double onset = (at_s - w->grid.start_s) * ONSET_PER_S;
	char cut[EDFLIB_MAX_ANNOTATION_LEN];

	snprintf(cut, sizeof(cut), "%s", text);
	if (!(onset >= 0.0))
		onset = 0.0;
	return write_note_utf8(w->handle, llround(onset),
		       duration_s > 0.0 ? llround(duration_s * ONSET_PER_S) : -1,
		       cut) == 0
		       ? 0
		       : -EIO;
}

/* A protocol of one stretch has no word for it. */
static int note_phase(const struct writer *w, int k)
{
	const json_t *phase = json_array_get(
		json_object_get(w->trial->document, "phases"), (size_t)k);
	const char *key = doc_text(phase, "key");
	char text[TEXT_SIZE];

	if (isnan(w->trial->first_s[k]))
		return 0;
	snprintf(text, sizeof(text), "measured%s%s", *key ? ": " : "", key);
	return note(w, w->trial->first_s[k],
		w->trial->last_s[k] - w->trial->first_s[k] + w->grid.step_s, text);
}

static int note_mark(const struct writer *w, const json_t *mark)
{
	const char *text = doc_text(mark, "text");
	char line[512];

	snprintf(line, sizeof(line), "mark %d%s%s",
		(int)json_integer_value(json_object_get(mark, "n")), *text ? ": " : "",
		text);
	return note(w, doc_number(mark, "t_s"), 0.0, line);
}

static int note_verdict(const struct writer *w)
{
	const json_t *d = w->trial->document;
	const json_t *quality = json_object_get(d, "quality");
	char line[512];

	snprintf(line, sizeof(line), "quality: %s%s%s", doc_text(quality, "verdict"),
		json_is_true(json_object_get(d, "voided")) ? "; voided: " : "",
		doc_text(d, "void_reason"));
	return note(w, w->grid.start_s, 0.0, line);
}

/* EDFlib holds 64 notes a record, and marks and stretches need some: of a fast clock line the table has all, this has
 * the first. */
#define MAX_EDGE_NOTES      1000
#define EDGE_NOTES_A_RECORD 40

static int n_edge_notes(const struct writer *w)
{
	int n_records = (w->grid.n + w->n_record - 1) / w->n_record;
	int n = w->trial->n_edges;

	n = n < MAX_EDGE_NOTES ? n : MAX_EDGE_NOTES;
	return n < EDGE_NOTES_A_RECORD * n_records ? n
						   : EDGE_NOTES_A_RECORD * n_records;
}

static int note_edges(const struct writer *w)
{
	char line[32];
	int err = 0;

	for (int i = 0; err == 0 && i < n_edge_notes(w); i++) {
		const struct export_edge *edge = &w->trial->edges[i];

		snprintf(line, sizeof(line), "sync %s", edge->kind);
		if (edge->t_s >= w->grid.start_s)
			err = note(w, edge->t_s, 0.0, line);
	}
	return err;
}

static int note_all(const struct writer *w)
{
	const json_t *marks = json_object_get(w->trial->document, "marks");
	int err = note_verdict(w);

	for (int k = 0; err == 0 && k < w->trial->n_phases; k++)
		err = note_phase(w, k);
	for (size_t i = 0; err == 0 && i < json_array_size(marks); i++)
		err = note_mark(w, json_array_get(marks, i));
	return err == 0 ? note_edges(w) : err;
}

static int count_notes(const struct writer *w)
{
	return 1 + w->trial->n_phases + n_edge_notes(w) +
	       (int)json_array_size(json_object_get(w->trial->document, "marks"));
}

/* --- the file ------------------------------------------------------------------------------ */

static int write_records(const struct writer *w)
{
	int *record = malloc((size_t)w->n_record * sizeof(*record));
	int err = record ? 0 : -ENOMEM;

	for (int at = 0; err == 0 && at < w->grid.n; at += w->n_record)
		for (int i = 0; err == 0 && i < N_SIGNALS; i++) {
			for (int k = 0; k < w->n_record; k++)
				record[k] = digital(w, i, at + k);
			if (edfwrite_digital_samples(w->handle, record) != 0)
				err = -EIO;
		}
	free(record);
	return err;
}

/* The library writes to a path: this one lies in memory. */
static int write_to(struct writer *w, const char *path)
{
	int err, closed;

	w->handle = edfopen_file_writeonly(path, EDFLIB_FILETYPE_EDFPLUS, N_SIGNALS);
	if (w->handle < 0)
		return w->handle == EDFLIB_MALLOC_ERROR ? -ENOMEM : -EIO;
	err = set_header(w, count_notes(w));
	if (err == 0)
		err = write_records(w);
	if (err == 0)
		err = note_all(w);
	closed = edfclose_file(w->handle);
	return err < 0 ? err : closed != 0 ? -EIO : 0;
}

static char *take_bytes(int fd, size_t *n)
{
	struct stat there;
	char *bytes;

	if (fstat(fd, &there) < 0 || there.st_size <= 0)
		return NULL;
	bytes = malloc((size_t)there.st_size);
	*n = (size_t)there.st_size;
	if (bytes && pread(fd, bytes, *n, 0) != (ssize_t)*n) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

static int write_in_memory(struct writer *w, struct parcel *parcel)
{
	char path[64], name[PARCEL_NAME_SIZE];
	int fd = memfd_create("stance-edf", MFD_CLOEXEC);
	char *bytes = NULL;
	size_t n = 0;
	int err;

	if (fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	snprintf(name, sizeof(name), "trial-%lld.edf", w->trial->id);
	err = write_to(w, path);
	if (err == 0)
		bytes = take_bytes(fd, &n);
	close(fd);
	return err < 0 ? err : parcel_add(parcel, name, bytes, n);
}

int export_edf(const struct export_trial *trial, struct parcel *parcel)
{
	const struct trial_series *s = &trial->series;
	struct writer w = { .trial = trial };
	int err = s->n > 1 ? grid_make(trial, s->t_s[0], s->t_s[s->n - 1], &w.grid)
			   : -ENODATA;

	if (err < 0)
		return err;
	err = plan_records(&w);
	for (int i = 0; i < N_SIGNALS; i++)
		w.limit[i] = find_limit(&w, i);
	if (err == 0)
		err = write_in_memory(&w, parcel);
	grid_free(&w.grid);
	return err;
}
