#define _GNU_SOURCE /* pipe2() */
#include "ui/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#define LOG_TAG "ui"
#include "src/base/clock.h"
#include "src/base/log.h"
#include "ui/keep.h"

/* How soon after its last word a program is looked for again; how long it may take to end when the screen
 * does. Chosen. */
#define END_NS      (20 * CLOCK_NS_PER_MS)
#define PATIENCE_NS (1 * CLOCK_NS_PER_S)

extern char **environ;

void runner_init(struct runner *r, const char *socket)
{
	*r = (struct runner){ .socket = socket, .fd = -1 };
}

/* --- one program ------------------------------------------------------------------------------ */

/* A folder of our own for the pictures of a patient's report: in memory where there is such a place. */
static void make_folder(struct runner *r)
{
	const char *const places[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"),
		"/tmp" };

	for (size_t i = 0; i < 3 && r->folder[0] == '\0'; i++) {
		if (!places[i] || places[i][0] != '/' ||
			snprintf(r->folder, sizeof(r->folder), "%s/stance-ui-XXXXXX",
				places[i]) >= (int)sizeof(r->folder) ||
			!mkdtemp(r->folder))
			r->folder[0] = '\0';
	}
}

/* Returns 0 or a positive errno. */
static int spawn(struct runner *r)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int pipe_fds[2], err;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDERR_FILENO);
	posix_spawn_file_actions_addopen(
		&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	/* what this program blocks, to read it in its loop, the other must hear; what it starts ends with it */
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	err = posix_spawnp(
		&r->pid, r->args.argv[0], &actions, &attr, r->args.argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fds[1]);
	if (err != 0) {
		close(pipe_fds[0]);
		return err;
	}
	r->fd = pipe_fds[0];
	r->n_text = 0;
	r->is_hung = false;
	fcntl(r->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

/* --- its answer -------------------------------------------------------------------------------- */

/* The last line of what was said. */
static const char *last_line(struct runner *r)
{
	char *line;

	while (r->n_text > 0 && r->text[r->n_text - 1] == '\n')
		r->n_text--;
	r->text[r->n_text] = '\0';
	line = strrchr(r->text, '\n');
	return line ? line + 1 : r->text;
}

/* What it wrote is of a patient; one that was ended may have left half of it. */
static void forget_picture(const struct runner *r)
{
	char part[RUNNER_ARGS_TEXT + 8];

	if (!r->args.picture)
		return;
	snprintf(part, sizeof(part), "%s.part", r->args.picture);
	unlink(part);
	unlink(r->args.picture);
}

static void tell(
	struct runner *r, struct app *app, int status, const char *text, int64_t now_ns)
{
	json_t *result = json_pack("{s:b, s:i}", "ok", status == 0, "status", status);
	json_t *said = json_string(text);
	int64_t id = r->ask_id;
	int pages = 0;

	/* what a program says need not be UTF-8 */
	json_object_set_new(result, "text", said ? said : json_string(""));
	if (status == 0 && r->args.picture && sscanf(text, "pages %d", &pages) == 1) {
		json_object_set_new(result, "pages", json_integer(pages));
		json_object_set_new(result, "picture", json_string(r->args.picture));
	}
	if (status != 0)
		log_warn("%s ended with %d: %s",
			r->args.n > 0 ? r->args.argv[0] : "a program", status, text);
	r->ask_id = 0;
	app_answered(app, id, result, 0, NULL, now_ns);
	json_decref(result);
	forget_picture(r);
}

/* What this program does itself. */
static void keep(struct runner *r, struct app *app, int64_t now_ns)
{
	char text[RUNNER_TEXT + 512];
	int error = keep_touch(&app->touch.now, r->config, text, sizeof(text));

	r->args = (struct runner_args){ 0 };
	tell(r, app, error == 0 ? 0 : 1, text, now_ns);
}

static void begin(struct runner *r, struct app *app, int64_t now_ns)
{
	const struct app_ask *ask = app_next_run(app);
	const struct runner_place place = { r->folder, r->socket };
	int err;

	if (!ask)
		return;
	r->ask_id = ask->id;
	if (ask->run.program == RUN_KEEP_TOUCH) {
		keep(r, app, now_ns);
		return;
	}
	if (ask->run.program == RUN_PREVIEW)
		make_folder(r);
	err = -runner_args_make(&r->args, &ask->run, &place);
	r->deadline_ns = now_ns + r->args.limit_ns;
	if (err == 0)
		err = spawn(r);
	if (err != 0)
		tell(r, app, err == ENOENT ? RUN_MISSING : RUN_CRASHED, strerror(err),
			now_ns);
}

/* Keep the end of what it says. Returns false while it may say more. */
static bool hear(struct runner *r)
{
	char piece[256];
	ssize_t n;

	while ((n = read(r->fd, piece, sizeof(piece))) > 0) {
		size_t room = sizeof(r->text) - 1, got = (size_t)n;

		if (r->n_text + got > room) {
			size_t over = r->n_text + got - room;

			memmove(r->text, r->text + over, r->n_text - over);
			r->n_text -= over;
		}
		memcpy(r->text + r->n_text, piece, got);
		r->n_text += got;
	}
	return n == 0 || (errno != EAGAIN && errno != EINTR);
}

static void close_pipe(struct runner *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static int status_of(const struct runner *r, int wait_status)
{
	if (r->is_hung)
		return RUN_HUNG;
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : RUN_CRASHED;
}

void runner_step(struct runner *r, struct app *app, int64_t now_ns)
{
	int status = 0;

	if (r->ask_id == 0)
		begin(r, app, now_ns);
	if (r->ask_id == 0)
		return;
	if (r->fd >= 0 && hear(r))
		close_pipe(r);
	if (now_ns >= r->deadline_ns && !r->is_hung) {
		kill(-r->pid, SIGKILL);
		r->is_hung = true;
		close_pipe(r);
	}
	if (r->fd < 0 && waitpid(r->pid, &status, WNOHANG) == r->pid)
		tell(r, app, status_of(r, status), last_line(r), now_ns);
}

int runner_fd(const struct runner *r)
{
	return r->fd;
}

int64_t runner_next_ns(const struct runner *r, int64_t now_ns)
{
	if (r->ask_id == 0)
		return INT64_MAX;
	return r->fd < 0 ? now_ns + END_NS : r->deadline_ns;
}

/* Let it clean up behind it, but not for long. */
static void end(struct runner *r)
{
	const struct timespec pause = { .tv_nsec = END_NS };
	int left = (int)(PATIENCE_NS / END_NS);

	kill(-r->pid, SIGTERM);
	while (left-- > 0 && waitpid(r->pid, NULL, WNOHANG) == 0)
		nanosleep(&pause, NULL);
	if (left < 0) {
		kill(-r->pid, SIGKILL);
		waitpid(r->pid, NULL, 0);
	}
}

void runner_stop(struct runner *r)
{
	if (r->ask_id != 0) {
		end(r);
		close_pipe(r);
		forget_picture(r);
		r->ask_id = 0;
	}
	if (r->folder[0] != '\0')
		rmdir(r->folder);
}
