/* The methods that read what calibrations are kept. What waits for the disk runs on the worker's thread. */
#include "src/daemon/methods.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/daemon/calibrating_put.h"
#include "src/daemon/calibration_files.h"
#include "src/daemon/reader.h"

#define MS_PER_DAY 86400e3

/* Chosen: escaped at worst, a piece still fits an answer. */
#define PIECE_MAX 48000
/* Chosen: the newest of some years of monthly calibrations of several mats. */
#define LIST_MAX 256

/* Chosen: sixteen clients with all that one may be promised. */
#define MAX_JOBS (16 * CONN_DEFERRED_PAUSE)

struct listed {
	char id[CALIBRATION_ID_SIZE];
	bool good;
	struct calibration_head head;
};

/* One request on its way to the disk and back. */
struct file_call {
	struct call_owed owed;
	struct worker_job job;
	void (*run_fn)(struct file_call *c, struct jsonw *w);
	const char *state_dir;
	char id[CALIBRATION_ID_SIZE];
	char serial[17];
	size_t offset;
	char state[16], in_force_id[CALIBRATION_ID_SIZE]; /* as it was when asked */
	struct rpc_error error;
	int n_listed;
	struct listed *listed; /* LIST_MAX */
	size_t length;
	char value[SERVER_VALUE_MAX];
};

/* --- to the worker and back -------------------------------------------------------------- */

static void run(void *ctx)
{
	struct file_call *c = ctx;
	struct jsonw w;

	jsonw_init(&w, c->value, sizeof(c->value));
	c->run_fn(c, &w);
	c->length = w.length;
	if (!c->error.code && jsonw_finish(&w) < 0)
		rpc_error_set(&c->error, RPC_INTERNAL,
			N_("The answer is longer than %d bytes."), SERVER_VALUE_MAX);
}

static void on_served(void *ctx)
{
	struct file_call *c = ctx;
	struct call call;

	if (call_resume(&c->owed, &call)) {
		if (c->error.code) {
			server_refuse(call.server, call.conn, call.id, &c->error);
		} else {
			jsonw_raw(call_begin(&call), c->value, c->length);
			call_end(&call);
		}
	}
	free(c->listed);
	free(c);
}

static struct file_call *new_call(const struct call *call)
{
	struct file_call *c = NULL;
	struct calibrations_standing standing;

	if (worker_n_jobs(archive_worker(call->m->archive)) < MAX_JOBS)
		c = malloc(sizeof(*c));
	if (!c) {
		call_refuse(call, RPC_BUSY,
			N_("Too many requests wait for the disk; ask again in a "
			   "moment."));
		return NULL;
	}
	memset(c, 0, offsetof(struct file_call, value));
	c->state_dir = call->m->state_dir;
	calibrations_standing(call->m->calibrations, &standing);
	snprintf(c->state, sizeof(c->state), "%s", standing.state);
	snprintf(c->in_force_id, sizeof(c->in_force_id), "%s", standing.id);
	return c;
}

static void post(const struct call *call, struct file_call *c,
	void (*run_fn)(struct file_call *c, struct jsonw *w))
{
	c->run_fn = run_fn;
	c->job = (struct worker_job){ .run_fn = run, .done_fn = on_served, .ctx = c };
	call_defer(call, &c->owed);
	worker_post(archive_worker(call->m->archive), &c->job);
}

static void refuse_read(struct file_call *c, int err)
{
	if (err == -ENOENT)
		rpc_error_set(&c->error, RPC_NOT_FOUND,
			N_("There is no calibration \"%s\"; \"calibrate.list\" names "
			   "them."),
			c->id);
	else
		rpc_error_set(&c->error, RPC_DISK, N_("It cannot be read: %s."),
			strerror(-err));
}

/* --- members ----------------------------------------------------------------------------- */

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}

static void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

static void put_days(struct jsonw *w, const char *key, double ms)
{
	jsonw_key(w, key);
	jsonw_fixed(w, ms / MS_PER_DAY, 4);
}

static void begin_document(struct jsonw *w, const char *schema)
{
	jsonw_begin_object(w);
	put_text(w, "schema", schema);
}

static double now_unix_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- list -------------------------------------------------------------------------------- */

static bool is_newer(const struct listed *a, const struct listed *b)
{
	return a->head.created_unix_ms > b->head.created_unix_ms;
}

/* Kept in order; the oldest falls off the end. */
static void list_one(const char *id, const char *text, size_t n, void *ctx)
{
	struct file_call *c = ctx;
	struct listed one = { .good = false };
	int at = c->n_listed;

	memcpy(one.id, id, sizeof(one.id));
	one.good = calibration_peek(text, n, &one.head) == 0;
	if (!one.good)
		one.head.created_unix_ms = INT64_MAX; /* seen first, not lost */
	while (at > 0 && is_newer(&one, &c->listed[at - 1]))
		at--;
	if (at == LIST_MAX)
		return;
	if (c->n_listed < LIST_MAX)
		c->n_listed++;
	memmove(&c->listed[at + 1], &c->listed[at],
		(size_t)(c->n_listed - at - 1) * sizeof(one));
	c->listed[at] = one;
}

static void put_listed(
	struct jsonw *w, const struct file_call *c, const struct listed *one)
{
	jsonw_begin_object(w);
	put_text(w, "id", one->id);
	put_text(w, "serial", one->head.device.serial);
	put_text(w, "operator", one->head.operator_name);
	put_int(w, "created_unix_ms", one->head.created_unix_ms);
	put_int(w, "expires_unix_ms", one->head.expires_unix_ms);
	put_bool(w, "verified", one->head.verified);
	put_bool(w, "quick", one->head.quick);
	put_int(w, "rows", one->head.device.geometry.n_rows);
	put_int(w, "cols", one->head.device.geometry.n_cols);
	put_bool(w, "in_force", strcmp(one->id, c->in_force_id) == 0);
	jsonw_end_object(w);
}

static void run_list(struct file_call *c, struct jsonw *w)
{
	int err;

	c->listed = calloc(LIST_MAX, sizeof(*c->listed));
	err = c->listed ? calibration_files_each(c->state_dir, list_one, c) : -ENOMEM;
	if (err < 0) {
		refuse_read(c, err == -ENOENT ? -EIO : err);
		return;
	}
	begin_document(w, "stance.calibrations/1");
	jsonw_key(w, "calibrations");
	jsonw_begin_array(w);
	for (int i = 0; i < c->n_listed; i++) {
		if (c->listed[i].good)
			put_listed(w, c, &c->listed[i]);
	}
	jsonw_end_array(w);
	jsonw_key(w, "damaged");
	jsonw_begin_array(w);
	for (int i = 0; i < c->n_listed; i++) {
		if (!c->listed[i].good)
			jsonw_string(w, c->listed[i].id);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void serve_list(const struct call *call)
{
	struct file_call *c = new_call(call);

	if (c)
		post(call, c, run_list);
}

/* --- show -------------------------------------------------------------------------------- */

/* The one that is asked for; without an id the one in force, or that would be. */
static bool read_id(const struct call *call, struct file_call *c)
{
	struct reader r = reader_of(call);

	reader_text(&r, "id", c->id, sizeof(c->id));
	if (!r.refused && !c->id[0] && !c->in_force_id[0]) {
		call_refuse(call, RPC_NOT_FOUND,
			N_("No calibration is in force; \"calibrate.list\" names those "
			   "there are."));
		r.refused = true;
	}
	if (!c->id[0])
		memcpy(c->id, c->in_force_id, sizeof(c->id));
	return !r.refused;
}

static void put_certificate(
	struct file_call *c, struct jsonw *w, const struct calibration *found)
{
	bool in_force = strcmp(c->id, c->in_force_id) == 0;

	begin_document(w, "stance.calibration-certificate/1");
	put_text(w, "id", found->id);
	put_text(w, "state", in_force ? c->state : NULL);
	put_bool(w, "in_force", in_force);
	put_days(w, "age_days", now_unix_ms() - (double)found->created_unix_ms);
	put_days(w, "expires_days", (double)found->expires_unix_ms - now_unix_ms());
	calibration_put_certificate(w, found);
	jsonw_end_object(w);
}

static void run_show(struct file_call *c, struct jsonw *w)
{
	struct calibration *found = NULL;
	char *text, message[256];
	size_t n;
	int err = calibration_files_get(c->state_dir, c->id, &text, &n);

	if (err < 0) {
		refuse_read(c, err);
		return;
	}
	err = calibration_parse(text, n, false, &found, message, sizeof(message));
	free(text);
	if (err < 0) {
		rpc_error_set(&c->error, RPC_DAMAGED, "%.250s", message);
		return;
	}
	put_certificate(c, w, found);
	calibration_free(found);
}

static void serve_show(const struct call *call)
{
	struct file_call *c = new_call(call);

	if (!c)
		return;
	if (read_id(call, c))
		post(call, c, run_show);
	else
		free(c);
}

/* --- export ------------------------------------------------------------------------------ */

/* Up to the last whole character. */
static size_t whole_characters(const char *text, size_t n)
{
	size_t i = n;

	if (n < PIECE_MAX)
		return n;
	while (i > 0 && ((unsigned char)text[i - 1] & 0xc0) == 0x80)
		i--;
	return i > 0 && ((unsigned char)text[i - 1] & 0x80) ? i - 1 : n;
}

static int read_piece(struct file_call *c, char *piece, size_t *total)
{
	char *text;
	size_t n;
	int err;

	if (strcmp(c->id, "draft") != 0)
		return calibration_files_piece(
			c->state_dir, c->id, c->offset, piece, PIECE_MAX, total);
	err = calibration_files_get_draft(c->state_dir, c->serial, &text, total);
	if (err < 0)
		return err;
	n = c->offset < *total ? *total - c->offset : 0;
	n = n < PIECE_MAX ? n : PIECE_MAX;
	memcpy(piece, text + c->offset, n);
	free(text);
	return (int)n;
}

/* `piece` of `n` bytes has room for a NUL. */
static void put_piece(struct jsonw *w, const char *id, size_t offset, char *piece,
	size_t n, size_t total)
{
	n = whole_characters(piece, n);
	piece[n] = '\0';
	begin_document(w, "stance.calibration-text/1");
	put_text(w, "id", id);
	put_int(w, "offset", (int64_t)offset);
	put_int(w, "total", (int64_t)total);
	jsonw_key(w, "text");
	jsonw_string(w, piece);
	jsonw_key(w, "next_offset");
	if (n > 0 && offset + n < total)
		jsonw_uint(w, offset + n);
	else
		jsonw_null(w);
	jsonw_end_object(w);
}

static void run_export(struct file_call *c, struct jsonw *w)
{
	char piece[PIECE_MAX + 1];
	size_t total;
	int got = read_piece(c, piece, &total);

	if (got < 0)
		refuse_read(c, got);
	else
		put_piece(w, c->id, c->offset, piece, (size_t)got, total);
}

/* What measures now, as recordings hold it: it is at hand. */
static void serve_excerpt(const struct call *call, size_t offset)
{
	const struct calibrated *calibrated =
		calibrations_in_force(call->m->calibrations);
	char piece[PIECE_MAX + 1];
	const char *text;
	size_t total, n;

	if (!calibrated) {
		call_refuse(call, RPC_NOT_FOUND,
			N_("No calibration is in force; \"status\" says why."));
		return;
	}
	text = calibrated_text(calibrated);
	total = strlen(text);
	n = offset < total ? total - offset : 0;
	n = n < PIECE_MAX ? n : PIECE_MAX;
	memcpy(piece, text + (offset < total ? offset : 0), n);
	put_piece(call_begin(call), calibrated_calibration(calibrated)->id, offset,
		piece, n, total);
	call_end(call);
}

static void serve_export(const struct call *call)
{
	const struct calibration_device *mat = calibrations_mat(call->m->calibrations);
	struct reader r = reader_of(call);
	size_t offset = (size_t)reader_whole(&r, "offset", 0, CALIBRATION_TEXT_MAX, 0);
	bool excerpt = reader_bool(&r, "excerpt", false);
	struct file_call *c;

	if (!r.refused && excerpt)
		serve_excerpt(call, offset);
	if (r.refused || excerpt)
		return;
	c = new_call(call);
	if (!c)
		return;
	c->offset = offset;
	snprintf(c->serial, sizeof(c->serial), "%s", mat ? mat->serial : "");
	if (read_id(call, c))
		post(call, c, run_export);
	else
		free(c);
}

const struct method methods_of_calibration_files[] = {
	{ "calibrate.list", METHODS_OPERATOR, serve_list },
	{ "calibrate.show", METHODS_OPERATOR, serve_show },
	{ "calibrate.export", METHODS_ANYONE, serve_export },
	{ NULL },
};
