#include "hw/mat.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw/mat_driver.h"
#include "hw/mat_search.h"
#include "hw/mat_stats.h"
#include "hw/mat_text.h"
#include "hw/ports.h"
#include "hw/transport.h"

#define LOG_TAG "mat"
#include "src/base/clock.h"
#include "src/base/log.h"

#define N_DRIVERS_MAX 8
#define PATH_SIZE     256
#define REASON_SIZE   1024

#define LOST_NS (300 * CLOCK_NS_PER_MS) /* docs/smp.md: lost when silent so long */
/* Who was called later than due by so much was kept from running, and cannot tell silence from what
 * has not been read yet: so long it reads on before it judges. */
#define HELD_UP_NS (50 * CLOCK_NS_PER_MS)
#define REOPEN_NS  (2 * CLOCK_NS_PER_S) /* docs/smp.md: silence for 2 s, reopen */
/* A mat slower than 10 Hz is allowed this many of its own periods instead. Chosen. */
#define N_PERIODS_LOST   3
#define N_PERIODS_REOPEN 7
/* How often a port that is not there is looked for: soon enough to stream within 2 s of a replug,
 * rarely enough to let an idle machine sleep. Chosen. */
#define POLL_NS      (250 * CLOCK_NS_PER_MS)
#define POLL_IDLE_NS (500 * CLOCK_NS_PER_MS)
/* Where somebody else says when a port comes: only in case he missed it. */
#define POLL_WATCHED_NS (10 * CLOCK_NS_PER_S)
#define IDLE_WATCHED_NS (3 * CLOCK_NS_PER_S)
#define IDLE_NS         (10 * CLOCK_NS_PER_S)
/* A port in use or forbidden, and one where nothing answered, are tried again after this. */
#define RETRY_NS    (1 * CLOCK_NS_PER_S)
#define READ_SIZE   16384
#define N_READS_MAX 16 /* then the others on the loop have their turn */
/* So much at once is a pseudo-terminal or a port that is behind: the rest of a packet is there already, or
 * nearly, and reading again spares a turn of the loop. A serial port brings its bytes in small pieces. Chosen:
 * half of what Linux writes to a terminal at once. */
#define READ_MUCH 1024
/* A terminal hands out no more at once, however much waits (Linux, n_tty: its buffer less one). */
#define TTY_READ_MAX 4095

struct mat {
	char path[PATH_SIZE]; /* "" searches */
	int baud;
	struct mat_handlers handlers;

	enum mat_state state;
	char reason[REASON_SIZE];
	struct mat_info info;
	uint32_t n_info; /* of the driver, as last told */

	struct mat_driver *drivers[N_DRIVERS_MAX];
	size_t n_drivers;

	struct transport transport;
	bool is_open;
	char port_path[PATH_SIZE];           /* of the open or last port */
	struct mat_search_port *search_port; /* it, when searching */
	size_t driver_index;                 /* in use on the open port */
	size_t baud_index;
	bool has_bytes;            /* of any kind, in this try of the port */
	char refusal[REASON_SIZE]; /* by a driver, in this try of the port */
	int home_baud;             /* that last worked, 0 none */
	uint64_t n_bad;            /* of the driver, when the last frame came */

	int64_t next_ns;  /* next try, while no port is open */
	int64_t judge_ns; /* silence is nobody's fault before this */
	int64_t idle_since_ns;
	bool is_idle;
	bool is_watched; /* somebody calls mat_look() */
	struct mat_search search;

	int64_t entry_ns; /* real time when the bytes in hand were read */
	uint64_t n_bytes;
	struct mat_stats stats;
	uint8_t bytes[READ_SIZE];
};

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

const char *mat_state_name(enum mat_state state)
{
	switch (state) {
	case MAT_SEARCHING:
		return "searching";
	case MAT_STREAMING:
		return "streaming";
	case MAT_LOST:
		return "lost";
	case MAT_STOPPED:
		break;
	}
	return "stopped";
}

static struct mat_driver *driver_in_use(const struct mat *mat)
{
	return mat->drivers[mat->driver_index];
}

/* --- telling the owner ----------------------------------------------------------------------- */

/* Take over what the driver knows of the mat; returns whether that is news. */
static bool sync_info(struct mat *mat)
{
	const struct mat_driver *driver = driver_in_use(mat);

	mat->info.temperature_c = driver->info.temperature_c;
	if (!mat->is_open || driver->n_info == mat->n_info)
		return false;

	const bool is_news = driver->info.has_mat || mat->info.has_mat;

	mat->n_info = driver->n_info;
	mat->info = driver->info;
	copy_text(mat->info.path, sizeof(mat->info.path), mat->port_path);
	return is_news;
}

static void set_state(struct mat *mat, enum mat_state state, const char *reason)
{
	const bool has_left = !mat->is_open && state != MAT_LOST && mat->info.has_mat;
	const bool is_news = sync_info(mat) || has_left;
	const bool is_same_reason = strcmp(reason, mat->reason) == 0;

	if (has_left)
		mat->info.has_mat = false;
	if (state == mat->state && is_same_reason && !is_news)
		return;
	if (state == MAT_LOST && state != mat->state)
		log_warn_event(LOG_EVENT_MAT_LOST, "%s -> %s%s%s",
			mat_state_name(mat->state), mat_state_name(state),
			*reason ? ": " : "", reason);
	else if (state != mat->state)
		log_info("%s -> %s%s%s", mat_state_name(mat->state),
			mat_state_name(state), *reason ? ": " : "", reason);
	else if (!is_same_reason && *reason)
		log_info("%s: %s", mat_state_name(state), reason);
	if (mat->state == MAT_STREAMING && state != MAT_STREAMING)
		mat_stats_break(&mat->stats);
	mat->state = state;
	if (!is_same_reason)
		copy_text(mat->reason, sizeof(mat->reason), reason);
	if (mat->handlers.state_fn)
		mat->handlers.state_fn(state, mat->reason, mat->handlers.ctx);
}

static int send_bytes(const uint8_t *bytes, size_t n, void *ctx)
{
	struct mat *mat = ctx;

	return mat->is_open ? transport_write(&mat->transport, bytes, n) : -ENODEV;
}

static void note_home(struct mat *mat)
{
	const struct mat_driver_ops *ops = driver_in_use(mat)->ops;

	mat->home_baud = mat->baud > 0 ? mat->baud : ops->bauds[mat->baud_index];
	if (mat->search_port)
		mat_search_found(&mat->search, mat->search_port);
}

/* How long after its scan a frame was read: from the scan's end, or from its start if it was read
 * before the end that it announces (a simulated mat need not take the time to scan). */
static int64_t age_ns(const struct raw_frame *frame, int64_t read_ns)
{
	const int64_t since_start_ns = read_ns - frame->t_ns;
	const int64_t since_end_ns = since_start_ns - frame->scan_us * CLOCK_NS_PER_US;

	return since_end_ns >= 0 ? since_end_ns : since_start_ns;
}

static void pass_frame(const struct raw_frame *frame, void *ctx)
{
	struct mat *mat = ctx;

	mat->n_bad = driver_in_use(mat)->counters.bad_frames;
	if (mat->state != MAT_STREAMING) {
		note_home(mat);
		mat->is_idle = false;
		set_state(mat, MAT_STREAMING, "");
	}
	mat_stats_add(&mat->stats, frame->t_ns,
		age_ns(frame, driver_in_use(mat)->last_frame_ns) + clock_now_ns() -
			mat->entry_ns);
	if (mat->handlers.frame_fn)
		mat->handlers.frame_fn(frame, mat->handlers.ctx);
}

/* --- making and freeing ---------------------------------------------------------------------- */

static int create_drivers(struct mat *mat, const struct mat_options *options)
{
	const struct mat_driver_host host = { send_bytes, pass_frame, mat };
	const struct mat_driver_ops *const *ops = mat_driver_table();
	const bool has_choice = options->driver && options->driver[0] != '\0';

	if (has_choice && !mat_driver_find(options->driver))
		return -EINVAL;
	for (; *ops && mat->n_drivers < N_DRIVERS_MAX; ops++) {
		if (has_choice && strcmp((*ops)->name, options->driver) != 0)
			continue;

		const int error = (*ops)->create(
			&host, options->rate_hz, &mat->drivers[mat->n_drivers]);

		if (error < 0)
			return error;
		mat->n_drivers++;
	}
	return 0;
}

static void free_all(struct mat *mat)
{
	for (size_t i = 0; i < mat->n_drivers; i++)
		mat->drivers[i]->ops->destroy(mat->drivers[i]);
	free(mat);
}

int mat_new(const struct mat_options *options, const struct mat_handlers *handlers,
	struct mat **out)
{
	struct mat *mat;
	int error;

	if (!(options->rate_hz >= 0) || options->rate_hz > UINT32_MAX / 1000.0 ||
		options->baud < 0 ||
		(options->path && strlen(options->path) >= PATH_SIZE))
		return -EINVAL;
	mat = calloc(1, sizeof(*mat));
	if (!mat)
		return -ENOMEM;
	copy_text(mat->path, sizeof(mat->path), options->path ? options->path : "");
	mat->baud = options->baud;
	mat->handlers = *handlers;
	mat->state = MAT_SEARCHING;
	mat->transport.fd = -1;
	mat->info.temperature_c = NAN;
	error = create_drivers(mat, options);
	if (error < 0) {
		free_all(mat);
		return error;
	}
	*out = mat;
	return 0;
}

static void close_port(struct mat *mat)
{
	if (mat->is_open)
		transport_close(&mat->transport);
	mat->is_open = false;
}

/* Take leave of a mat that answers, then close. */
static void end_port(struct mat *mat, int64_t now_ns)
{
	if (mat->is_open)
		driver_in_use(mat)->ops->end(driver_in_use(mat), now_ns);
	close_port(mat);
}

void mat_free(struct mat *mat)
{
	if (!mat)
		return;
	end_port(mat, clock_now_ns());
	free_all(mat);
}

/* --- trying ports ---------------------------------------------------------------------------- */

static void wait_for(struct mat *mat, int64_t now_ns, int64_t wait_ns)
{
	if (!mat->is_idle) {
		mat->is_idle = true;
		mat->idle_since_ns = now_ns;
	}
	if (wait_ns == POLL_NS && now_ns - mat->idle_since_ns >=
					  (mat->is_watched ? IDLE_WATCHED_NS : IDLE_NS))
		wait_ns = mat->is_watched ? POLL_WATCHED_NS : POLL_IDLE_NS;
	mat->next_ns = now_ns + wait_ns;
}

void mat_watch(struct mat *mat, bool is_watched)
{
	mat->is_watched = is_watched;
}

void mat_look(struct mat *mat, int64_t now_ns)
{
	if (!mat->is_idle)
		return;
	mat->idle_since_ns = now_ns;
	if (mat->next_ns > now_ns)
		mat->next_ns = now_ns;
}

/* The speed to try now: the one asked for, or where we are in the driver's list. */
static int baud_to_try(const struct mat *mat)
{
	const int *bauds = driver_in_use(mat)->ops->bauds;

	return mat->baud > 0 ? mat->baud : bauds[mat->baud_index];
}

static bool has_more_bauds(const struct mat *mat)
{
	return mat->baud == 0 && transport_has_baud(mat->port_path) &&
	       driver_in_use(mat)->ops->bauds[mat->baud_index + 1] != 0;
}

static size_t first_baud_index(const struct mat *mat)
{
	const int *bauds = driver_in_use(mat)->ops->bauds;

	for (size_t i = 0; mat->baud == 0 && bauds[i] != 0; i++)
		if (bauds[i] == mat->home_baud)
			return i;
	return 0;
}

/* Open the port for the driver and speed in hand and begin to ask. */
static int open_port(struct mat *mat, int64_t now_ns)
{
	struct mat_driver *driver = driver_in_use(mat);
	const int error =
		transport_open(&mat->transport, mat->port_path, baud_to_try(mat));

	if (error < 0)
		return error;
	mat->is_open = true;
	mat->n_info = driver->n_info;
	log_debug("%s: asking for a mat, driver %s", mat->port_path, driver->ops->name);
	driver->ops->begin(driver, now_ns);
	return 0;
}

/* Nothing more to try on this port for now. */
static void give_up(
	struct mat *mat, const char *reason, int64_t wait_ns, int64_t now_ns)
{
	close_port(mat);
	if (mat->search_port) {
		mat_search_failed(mat->search_port, now_ns);
		mat->search_port = NULL;
		wait_ns = 0; /* the next port is not to blame */
	}
	wait_for(mat, now_ns, wait_ns);
	set_state(mat, MAT_SEARCHING, reason);
}

static void open_failed(struct mat *mat, int error, int64_t now_ns)
{
	const bool is_absent = error == -ENOENT || error == -ENODEV || error == -ENXIO;
	char reason[REASON_SIZE];

	mat_text_open_failed(mat->port_path, error, reason, sizeof(reason));
	give_up(mat, reason, is_absent ? POLL_NS : RETRY_NS, now_ns);
}

/* Two readers of a serial port steal each other's bytes, locked or not: look before opening. A
 * pseudo-terminal's other users are the affair of whoever made it; there the lock decides. */
static int look_at_port(const char *path)
{
	struct port_info info;

	if (transport_kind(path) != &transport_serial_ops ||
		ports_describe(path, &info) < 0)
		return 0;
	if (!info.may_open)
		return -EACCES;
	return info.holder_pid > 0 && info.holder_pid != getpid() ? -EBUSY : 0;
}

static void begin_port(struct mat *mat, const char *path, int64_t now_ns)
{
	copy_text(mat->port_path, sizeof(mat->port_path), path);
	mat->driver_index = 0;
	mat->baud_index = first_baud_index(mat);
	mat->has_bytes = false;
	mat->refusal[0] = '\0';

	int error = look_at_port(mat->port_path);

	if (error == 0)
		error = open_port(mat, now_ns);
	if (error < 0)
		open_failed(mat, error, now_ns);
}

/* The driver in hand got nowhere: another speed, another driver, or no mat here. */
static void try_further(struct mat *mat, int64_t now_ns)
{
	const struct mat_driver *driver = driver_in_use(mat);
	char reason[REASON_SIZE];
	int error;

	if (driver->stage == MAT_DRIVER_REFUSED)
		snprintf(mat->refusal, sizeof(mat->refusal), "%s: %s.", mat->port_path,
			driver->reason);
	else if (driver->stage == MAT_DRIVER_STARTING)
		mat_text_no_frames(mat->port_path, mat->refusal, sizeof(mat->refusal));
	close_port(mat);
	if (has_more_bauds(mat) && mat->refusal[0] == '\0') {
		mat->baud_index++;
	} else if (mat->driver_index + 1 < mat->n_drivers) {
		mat->driver_index++;
		mat->baud_index = 0;
	} else {
		mat->home_baud = 0; /* may be why nobody answered */
		if (mat->refusal[0] != '\0')
			copy_text(reason, sizeof(reason), mat->refusal);
		else
			mat_text_no_answer(
				mat->port_path, mat->has_bytes, reason, sizeof(reason));
		give_up(mat, reason, RETRY_NS, now_ns);
		return;
	}
	error = open_port(mat, now_ns);
	if (error < 0)
		open_failed(mat, error, now_ns);
}

/* A listed port that is forbidden or in use is passed over without touching it. */
static bool may_try(
	struct mat *mat, struct mat_search_port *port, char *reason, int64_t now_ns)
{
	const int error = look_at_port(port->info.path);

	if (error == 0)
		return true;
	mat->search_port = NULL;
	if (error == -EACCES && !mat_search_forbidden(port, now_ns))
		return false;
	if (error != -EACCES)
		mat_search_failed(port, now_ns);
	mat_text_open_failed(port->info.path, error, reason, REASON_SIZE);
	return false;
}

static void try_search(struct mat *mat, int64_t now_ns)
{
	char detail[REASON_SIZE] = "";
	char reason[REASON_SIZE];
	struct mat_search_port *port;

	mat_search_scan(&mat->search, now_ns);
	while ((port = mat_search_next(&mat->search, now_ns))) {
		if (!may_try(mat, port, detail, now_ns))
			continue;
		mat->search_port = port;
		begin_port(mat, port->info.path, now_ns);
		return;
	}
	wait_for(mat, now_ns, POLL_NS);
	/* What was found out about a port stays said until something else is. */
	if (detail[0] == '\0' && mat->search.n_ports > 0 && mat->reason[0] != '\0' &&
		mat->state == MAT_SEARCHING)
		copy_text(detail, sizeof(detail), mat->reason);
	mat_text_search(mat->search.n_ports, detail, reason, sizeof(reason));
	set_state(mat, MAT_SEARCHING, reason);
}

static void try_next(struct mat *mat, int64_t now_ns)
{
	if (now_ns < mat->next_ns)
		return;
	if (mat->path[0] != '\0')
		begin_port(mat, mat->path, now_ns);
	else
		try_search(mat, now_ns);
}

/* --- keeping it ------------------------------------------------------------------------------ */

static bool is_established(const struct mat *mat)
{
	return mat->state == MAT_STREAMING || mat->state == MAT_LOST;
}

/* Begin anew, after `wait_ns`, with the port that had the mat. */
static void reopen(struct mat *mat, enum mat_state state, const char *reason,
	int64_t wait_ns, int64_t now_ns)
{
	close_port(mat);
	mat->search_port = NULL;
	mat_search_retry(&mat->search, mat->port_path, now_ns);
	mat->is_idle = false;
	mat->next_ns = now_ns + wait_ns;
	set_state(mat, state, reason);
}

static void hang_up(struct mat *mat, int64_t now_ns)
{
	char reason[REASON_SIZE];

	if (!is_established(mat)) {
		open_failed(mat, -ENODEV, now_ns);
		return;
	}
	mat_text_unplugged(mat->port_path, reason, sizeof(reason));
	/* Gone for a moment at least: let it be seen before looking again. */
	reopen(mat, MAT_LOST, reason, POLL_NS, now_ns);
}

static int64_t at_least(int64_t least_ns, int64_t n_periods, int64_t period_ns)
{
	return n_periods * period_ns > least_ns ? n_periods * period_ns : least_ns;
}

static int64_t lost_due_ns(const struct mat *mat)
{
	const struct mat_driver *driver = driver_in_use(mat);
	const int64_t due_ns = driver->last_frame_ns +
			       at_least(LOST_NS, N_PERIODS_LOST, driver->period_ns);

	return mat->state == MAT_STREAMING && mat->judge_ns > due_ns ? mat->judge_ns
								     : due_ns;
}

static int64_t reopen_due_ns(const struct mat_driver *driver)
{
	return driver->last_frame_ns +
	       at_least(REOPEN_NS, N_PERIODS_REOPEN, driver->period_ns);
}

static void follow_stream(struct mat *mat, int64_t now_ns)
{
	const struct mat_driver *driver = driver_in_use(mat);
	const bool has_damage = driver->counters.bad_frames > mat->n_bad;
	char reason[REASON_SIZE];

	if (now_ns < lost_due_ns(mat)) {
		set_state(mat, MAT_STREAMING, "");
		return;
	}
	mat_text_silent(mat->port_path, has_damage, reason, sizeof(reason));
	if (now_ns >= reopen_due_ns(driver))
		reopen(mat, MAT_SEARCHING, reason, 0, now_ns);
	else if (mat->state != MAT_LOST)
		set_state(mat, MAT_LOST, reason);
}

/* Act on where the driver stands after it was given bytes or time. */
static void follow(struct mat *mat, int64_t now_ns)
{
	const struct mat_driver *driver = driver_in_use(mat);

	switch (driver->stage) {
	case MAT_DRIVER_ASKING:
		break;
	case MAT_DRIVER_STARTING:
		if (now_ns >= reopen_due_ns(driver))
			try_further(mat, now_ns);
		else
			set_state(mat, mat->state, mat->reason);
		break;
	case MAT_DRIVER_STREAMING:
		follow_stream(mat, now_ns);
		break;
	case MAT_DRIVER_SILENT:
	case MAT_DRIVER_REFUSED:
		try_further(mat, now_ns);
		break;
	}
}

/* Time passes between two reads: bytes are not older than the read that brought them. */
static int64_t note_read(struct mat *mat, int64_t now_ns)
{
	const int64_t real_ns = clock_now_ns();

	now_ns += real_ns - mat->entry_ns;
	mat->entry_ns = real_ns;
	return now_ns;
}

/* Read until there is nothing more; returns false after a hang-up. */
static bool read_all(struct mat *mat, int64_t now_ns)
{
	struct mat_driver *driver = driver_in_use(mat);

	for (int i = 0; i < N_READS_MAX; i++) {
		if (i > 0)
			now_ns = note_read(mat, now_ns);

		const int n =
			transport_read(&mat->transport, mat->bytes, sizeof(mat->bytes));

		if (n == -EAGAIN)
			return true;
		if (n < 0)
			return false;
		mat->n_bytes += (uint64_t)n;
		mat->has_bytes = true;
		driver->ops->receive(driver, mat->bytes, (size_t)n, now_ns);
		if (n < TTY_READ_MAX && !(n >= READ_MUCH && driver->has_part))
			return true;
	}
	return true;
}

/* Before anything is done at `now_ns` with an open port. */
static void note_held_up(struct mat *mat, int64_t now_ns)
{
	if (now_ns - mat_deadline_ns(mat) > HELD_UP_NS)
		mat->judge_ns = now_ns + HELD_UP_NS;
}

void mat_ready(struct mat *mat, short revents, int64_t now_ns)
{
	const bool is_hung_up = revents & (POLLHUP | POLLERR | POLLNVAL);

	if (!mat->is_open)
		return;
	mat->entry_ns = clock_now_ns();
	note_held_up(mat, now_ns);
	if (!read_all(mat, now_ns) || is_hung_up)
		hang_up(mat, now_ns);
	else
		follow(mat, now_ns);
}

void mat_tick(struct mat *mat, int64_t now_ns)
{
	if (mat->state == MAT_STOPPED)
		return;
	if (!mat->is_open) {
		if (now_ns >= mat->next_ns && mat->state == MAT_LOST)
			set_state(mat, MAT_SEARCHING, mat->reason);
		try_next(mat, now_ns);
		return;
	}
	note_held_up(mat, now_ns);
	if (now_ns >= driver_in_use(mat)->deadline_ns)
		driver_in_use(mat)->ops->tick(driver_in_use(mat), now_ns);
	follow(mat, now_ns);
}

void mat_stop(struct mat *mat, int64_t now_ns)
{
	end_port(mat, now_ns);
	mat->search_port = NULL;
	set_state(mat, MAT_STOPPED, "");
}

void mat_start(struct mat *mat, int64_t now_ns)
{
	if (mat->state != MAT_STOPPED)
		return;
	mat->next_ns = now_ns;
	mat->is_idle = false;
	mat_search_retry(&mat->search, mat->port_path, now_ns);
	set_state(mat, MAT_SEARCHING, "");
}

int mat_identify(struct mat *mat, int64_t now_ns)
{
	if (!mat->is_open || mat->state != MAT_STREAMING)
		return -ENODEV;
	return driver_in_use(mat)->ops->identify(driver_in_use(mat), now_ns);
}

/* --- asking ---------------------------------------------------------------------------------- */

int mat_fd(const struct mat *mat)
{
	return mat->is_open ? mat->transport.fd : -1;
}

short mat_poll_events(const struct mat *mat)
{
	return mat->is_open ? POLLIN : 0;
}

int64_t mat_deadline_ns(const struct mat *mat)
{
	if (mat->state == MAT_STOPPED)
		return INT64_MAX;
	if (!mat->is_open)
		return mat->next_ns;

	const struct mat_driver *driver = driver_in_use(mat);
	int64_t due_ns = driver->deadline_ns;
	int64_t silence_ns = INT64_MAX;

	if (driver->stage == MAT_DRIVER_STARTING || mat->state == MAT_LOST)
		silence_ns = reopen_due_ns(driver);
	else if (driver->stage == MAT_DRIVER_STREAMING)
		silence_ns = lost_due_ns(mat);
	return due_ns < silence_ns ? due_ns : silence_ns;
}

enum mat_state mat_state(const struct mat *mat)
{
	return mat->state;
}

const struct mat_info *mat_info(const struct mat *mat)
{
	return &mat->info;
}

const char *mat_reason(const struct mat *mat)
{
	return mat->reason;
}

void mat_counters(const struct mat *mat, struct mat_counters *counters)
{
	*counters = (struct mat_counters){ .bytes = mat->n_bytes, .rate_hz = NAN };
	for (size_t i = 0; i < mat->n_drivers; i++) {
		const struct mat_driver_counters *c = &mat->drivers[i]->counters;

		counters->frames += c->frames;
		counters->bad_frames += c->bad_frames;
		counters->lost_frames += c->lost_frames;
		counters->late_frames += c->late_frames;
		counters->resyncs += c->resyncs;
	}
	if (mat->state == MAT_STREAMING)
		counters->rate_hz = mat_stats_rate_hz(&mat->stats);
	mat_stats_latency(
		&mat->stats, &counters->latency_p50_ms, &counters->latency_p99_ms);
}
