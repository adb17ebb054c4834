#include "src/daemon/exchange.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "src/daemon/exchange_work.h"

#define LOG_TAG "gdt"
#include "src/base/log.h"

/* chosen: network shares tell nothing of what others put there; and a practice waits no longer gladly */
#define LOOK_US   5000000
#define SLACK_US  500000
#define BATCH     64 /* files a round: between two the store serves others */
#define SAID_SIZE 256

/* One thing of which people are told once, and that it is over. */
struct trouble {
	char said[SAID_SIZE];
};

struct exchange {
	sd_event_source *timer, *io;
	struct archive *archive;
	struct worker *worker;            /* for the folders */
	const char *in, *out, *state_dir; /* in, out: NULL none */
	struct gdt_options options;
	int watch_fd, watch; /* inotify; -1: none */
	bool ends;
	/* Requests: one round at a time. */
	bool reads, again;
	struct worker_job file_job;
	struct archive_job store_job;
	struct gdt_folder_item *items;
	int n_items; /* or a negative errno of the folder */
	bool more, failed;
	int keeps[BATCH]; /* errno for which a request stays where it is */
	struct trouble in_trouble, store_trouble, move_trouble;
	/* Answers: likewise. */
	bool writes, signed_again;
	struct archive_job answer_job;
	struct worker_job bring_job;
	int made, left, bring_err;
	struct trouble made_trouble, out_trouble;
};

static void look(struct exchange *x);

__attribute__((format(printf, 2, 3))) static void tell(
	struct trouble *trouble, const char *format, ...)
{
	char text[SAID_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (strcmp(text, trouble->said) != 0)
		log_warn_event(LOG_EVENT_EXCHANGE_STUCK, "%s", text);
	memcpy(trouble->said, text, sizeof(text));
}

static void is_over(struct trouble *trouble, const char *what)
{
	if (trouble->said[0])
		log_info("%s", what);
	trouble->said[0] = '\0';
}

/* --- requests: on the folders' thread ------------------------------------------------------- */

/* A folder that came back is another one: watch that. */
static void watch(struct exchange *x)
{
	int now = inotify_add_watch(x->watch_fd, x->in,
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR | IN_EXCL_UNLINK);

	if (x->watch >= 0 && now != x->watch)
		inotify_rm_watch(x->watch_fd, x->watch);
	x->watch = now;
}

static void run_read(void *ctx)
{
	struct exchange *x = ctx;

	if (x->watch_fd >= 0)
		watch(x);
	x->n_items =
		gdt_folder_read(x->in, (int64_t)time(NULL), x->items, BATCH, &x->more);
}

static void settle(struct exchange *x, int i)
{
	struct gdt_folder_item *item = &x->items[i];
	int err;

	if (x->keeps[i])
		return;
	err = item->is_request ? gdt_folder_take(x->in, item)
			       : gdt_folder_refuse(x->in, item);
	if (err < 0) {
		/* A file's name may be that of the patient. */
		tell(&x->move_trouble, "a file in %s cannot be taken away: %s", x->in,
			strerror(-err));
		x->failed = true;
	} else if (!item->is_request) {
		/* The reason, too: it is beside the file, not here. */
		log_warn("a request is refused: it is in %s/" GDT_FOLDER_REFUSED
			 ", the reason beside it",
			x->in);
	}
}

static void run_settle(void *ctx)
{
	struct exchange *x = ctx;

	for (int i = 0; i < x->n_items; i++)
		settle(x, i);
	if (!x->failed)
		is_over(&x->move_trouble, "requests can be taken away again");
}

/* --- requests: on the store's thread ------------------------------------------------------- */

static void today(char out[16])
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(out, 16, "%Y-%m-%d", &tm);
}

static void run_admit(struct store *store, const char *trouble, void *ctx)
{
	struct exchange *x = ctx;
	char day[16];
	int kept = 0;

	today(day);
	for (int i = 0; i < x->n_items; i++) {
		struct gdt_folder_item *item = &x->items[i];
		int err = !item->is_request ? 0
			  : store           ? exchange_admit(store, item, day)
					    : -EIO;

		if (err == -EBADMSG)
			item->is_request = false;
		x->keeps[i] = err < 0 && err != -EBADMSG ? -err : 0;
		kept = x->keeps[i] ? x->keeps[i] : kept;
	}
	x->failed = kept != 0;
	if (kept)
		tell(&x->store_trouble, "requests wait in %s: %s", x->in,
			store ? strerror(kept) : trouble);
	else
		is_over(&x->store_trouble, "requests are taken again");
}

/* --- requests: on the loop's thread --------------------------------------------------------- */

static void done_round(void *ctx)
{
	struct exchange *x = ctx;

	x->reads = false;
	/* What failed is tried with the next look, so that nothing spins. */
	if (x->again || (x->more && !x->failed)) {
		x->again = false;
		look(x);
	}
}

static void done_admit(void *ctx)
{
	struct exchange *x = ctx;

	x->file_job = (struct worker_job){
		.run_fn = run_settle, .done_fn = done_round, .ctx = x
	};
	worker_post(x->worker, &x->file_job);
}

static void done_read(void *ctx)
{
	struct exchange *x = ctx;

	x->failed = false;
	if (x->n_items < 0)
		tell(&x->in_trouble, "the folder of requests %s: %s", x->in,
			strerror(-x->n_items));
	else
		is_over(&x->in_trouble, "the folder of requests is there");
	if (x->n_items <= 0) {
		done_round(x);
		return;
	}
	x->store_job = (struct archive_job){
		.run_fn = run_admit, .done_fn = done_admit, .ctx = x
	};
	archive_post(x->archive, &x->store_job);
}

static void look(struct exchange *x)
{
	if (!x->in || x->ends)
		return;
	if (x->reads) {
		x->again = true;
		return;
	}
	x->reads = true;
	x->more = false;
	x->file_job = (struct worker_job){
		.run_fn = run_read, .done_fn = done_read, .ctx = x
	};
	worker_post(x->worker, &x->file_job);
}

/* --- answers ------------------------------------------------------------------------------- */

static void run_answers(struct store *store, const char *trouble, void *ctx)
{
	struct exchange *x = ctx;

	(void)trouble; /* the archive has said it */
	x->made = store ? exchange_make_answers(store, x->state_dir, &x->options) : 0;
	if (x->made < 0)
		tell(&x->made_trouble, "answers cannot be written to %s: %s",
			x->state_dir, strerror(-x->made));
	else
		is_over(&x->made_trouble, "answers are written again");
}

static void run_bring(void *ctx)
{
	struct exchange *x = ctx;

	x->left = exchange_bring(x->state_dir, x->out, &x->bring_err);
	if (x->left > 0)
		tell(&x->out_trouble, "%d answers wait for the folder %s: %s", x->left,
			x->out, strerror(-x->bring_err));
	else
		is_over(&x->out_trouble, "all answers have been brought");
}

static void done_bring(void *ctx)
{
	struct exchange *x = ctx;

	x->writes = false;
	if (x->signed_again) {
		x->signed_again = false;
		exchange_signed(x);
	}
}

static void done_answers(void *ctx)
{
	struct exchange *x = ctx;

	x->bring_job = (struct worker_job){
		.run_fn = run_bring, .done_fn = done_bring, .ctx = x
	};
	worker_post(x->worker, &x->bring_job);
}

void exchange_signed(struct exchange *x)
{
	if (!x || !x->out || x->ends)
		return;
	if (x->writes) {
		x->signed_again = true;
		return;
	}
	x->writes = true;
	x->answer_job = (struct archive_job){
		.run_fn = run_answers, .done_fn = done_answers, .ctx = x
	};
	archive_post(x->archive, &x->answer_job);
}

/* --- waking -------------------------------------------------------------------------------- */

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct exchange *x = userdata;

	(void)usec;
	look(x);
	if (!x->writes && (x->left > 0 || x->made < 0))
		exchange_signed(x);
	sd_event_source_set_time_relative(source, LOOK_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_watch(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	char buffer[4096];

	(void)source;
	(void)events;
	while (read(fd, buffer, sizeof(buffer)) > 0)
		; /* that something came is all that matters */
	look(userdata);
	return 0;
}

/* --- life ---------------------------------------------------------------------------------- */

static const char *text_or_null(const struct settings *settings, enum settings_key key)
{
	const char *text = settings_text(settings, key);

	return *text ? text : NULL;
}

static int start(struct exchange *x, struct sd_event *event)
{
	int err = worker_new(event, &x->worker);

	if (err < 0)
		return err;
	/* Without it the look every few seconds must do. */
	x->watch_fd = x->in ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
	if (x->watch_fd >= 0)
		err = sd_event_add_io(event, &x->io, x->watch_fd, EPOLLIN, on_watch, x);
	if (err >= 0)
		err = sd_event_add_time_relative(event, &x->timer, CLOCK_MONOTONIC,
			LOOK_US, SLACK_US, on_timer, x);
	return err < 0 ? err : 0;
}

int exchange_new(struct sd_event *event, struct archive *archive,
	const struct settings *settings, const char *state_dir, struct exchange **out)
{
	bool is_437 = strcmp(settings_text(settings, SETTINGS_EXPORT_GDT_CHARSET),
			      "cp437") == 0;
	const char *in = text_or_null(settings, SETTINGS_EXPORT_GDT_IN);
	const char *to = text_or_null(settings, SETTINGS_EXPORT_GDT_OUT);
	struct exchange *x;
	int err;

	*out = NULL;
	if (!in && !to)
		return 0;
	x = calloc(1, sizeof(*x));
	if (!x)
		return -ENOMEM;
	x->items = calloc(BATCH, sizeof(*x->items));
	x->archive = archive;
	x->in = in;
	x->out = to;
	x->state_dir = state_dir;
	x->watch_fd = x->watch = -1;
	x->options = (struct gdt_options){
		.charset = is_437 ? GDT_CHARSET_CP437 : GDT_CHARSET_LATIN1,
		.receiver = settings_text(settings, SETTINGS_EXPORT_GDT_RECEIVER),
		.sender = settings_text(settings, SETTINGS_EXPORT_GDT_SENDER),
		.test = settings_text(settings, SETTINGS_EXPORT_GDT_TEST),
	};
	err = x->items ? start(x, event) : -ENOMEM;
	if (err < 0) {
		exchange_free(x);
		return err;
	}
	*out = x;
	look(x);
	exchange_signed(x); /* what was signed and not brought before a crash */
	return 0;
}

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	x->ends = true;
	sd_event_source_disable_unref(x->timer);
	sd_event_source_disable_unref(x->io);
	while (x->reads || x->writes) {
		worker_drain(x->worker);
		worker_drain(archive_worker(x->archive));
	}
	worker_free(x->worker);
	if (x->watch_fd >= 0)
		close(x->watch_fd);
	free(x->items);
	free(x);
}
