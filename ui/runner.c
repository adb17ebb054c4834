#include "ui/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/paths.h"

#define PATH_SIZE 512

extern char **environ;

/* --- where a bundle goes --------------------------------------------------------------------- */

/* A stick that was put in: mounted below /media by whatever mounts it, and writable for us. */
static bool find_stick(char *folder, size_t size)
{
	static const char *const places[] = { "/media/*/*", "/run/media/*/*",
		"/media/*" };
	glob_t found;
	bool ok = false;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !ok; i++) {
		if (glob(places[i], 0, NULL, &found) != 0)
			continue;
		for (size_t k = 0; k < found.gl_pathc && !ok; k++) {
			ok = access(found.gl_pathv[k], W_OK | X_OK) == 0 &&
			     strlen(found.gl_pathv[k]) < size;
			if (ok)
				snprintf(folder, size, "%s", found.gl_pathv[k]);
		}
		globfree(&found);
	}
	return ok;
}

/* On a stick, else in the home folder, else among what goes with the next start. */
static void bundle_path(char *path, size_t size)
{
	const char *home = getenv("HOME");
	char folder[PATH_SIZE - 64] = "/tmp", name[64] = "stance-support.tar.gz";
	time_t now = time(NULL);
	struct tm local;

	if (!find_stick(folder, sizeof(folder)) && home && access(home, W_OK) == 0 &&
		strlen(home) < sizeof(folder))
		snprintf(folder, sizeof(folder), "%s", home);
	if (localtime_r(&now, &local))
		strftime(name, sizeof(name), "stance-support-%Y%m%d-%H%M%S.tar.gz",
			&local);
	snprintf(path, size, "%s/%s", folder, name);
}

/* --- one program ------------------------------------------------------------------------------ */

/* Returns 0 or a positive errno. */
static int spawn(struct runner *r, char *const argv[])
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
	/* what this program blocks, to read it in its loop, the other must hear */
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	err = posix_spawnp(&r->pid, argv[0], &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fds[1]);
	if (err != 0) {
		close(pipe_fds[0]);
		return err;
	}
	r->fd = pipe_fds[0];
	r->n_text = 0;
	fcntl(r->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

static void tell(
	struct runner *r, struct app *app, bool ok, const char *text, int64_t now_ns)
{
	json_t *result = json_pack("{s:b, s:s}", "ok", ok, "text", text);

	/* what a program says need not be UTF-8 */
	if (!result)
		result = json_pack("{s:b, s:s}", "ok", ok, "text", "");
	app_answered(app, r->ask_id, result, 0, NULL, now_ns);
	json_decref(result);
	r->ask_id = 0;
}

static void begin(struct runner *r, struct app *app, int64_t now_ns)
{
	const struct app_ask *ask = app_next_run(app);
	char program[PATH_SIZE], path[PATH_SIZE], verb[APP_METHOD_BYTES];
	char quiet[] = "--quiet";
	int err;

	if (!ask)
		return;
	r->ask_id = ask->id;
	if (paths_beside("bin/stance", program, sizeof(program)) < 0 ||
		access(program, X_OK) < 0)
		snprintf(program, sizeof(program), "stance");
	bundle_path(path, sizeof(path));
	snprintf(verb, sizeof(verb), "%s", ask->method);
	err = spawn(r, (char *const[]){ program, verb, quiet, path, NULL });
	if (err != 0)
		tell(r, app, false, strerror(err), now_ns);
}

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

void runner_step(struct runner *r, struct app *app, int64_t now_ns)
{
	int status = 0;

	if (r->ask_id == 0)
		begin(r, app, now_ns);
	if (r->fd < 0 || !hear(r))
		return;
	close(r->fd);
	r->fd = -1;
	/* it has closed what it says, so it ends now */
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	tell(r, app, WIFEXITED(status) && WEXITSTATUS(status) == 0, last_line(r),
		now_ns);
}

int runner_fd(const struct runner *r)
{
	return r->fd;
}

void runner_stop(struct runner *r)
{
	if (r->fd < 0)
		return;
	kill(r->pid, SIGTERM);
	waitpid(r->pid, NULL, 0);
	close(r->fd);
	r->fd = -1;
}
