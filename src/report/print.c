#include "src/report/print.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENDING     ".pdf"
#define MAX_OPTION 300

extern char **environ;

int print_make_file(char *path, size_t path_size, char *message, size_t size)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(path, path_size, "%s/stance-report-XXXXXX" ENDING,
		dir && *dir ? dir : "/tmp");
	fd = mkstemps(path, (int)strlen(ENDING));
	if (fd < 0) {
		int error = -errno;

		snprintf(message, size, "\"%s\" cannot be made: %s.", path,
			strerror(-error));
		return error;
	}
	close(fd);
	return 0;
}

/* Start lp with its words for people in a pipe. Returns 0 or a negative errno. */
static int start(char *const argv[], int out[2], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int error;

	if (pipe(out) != 0)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
	posix_spawn_file_actions_addclose(&actions, out[0]);
	error = -posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	if (error)
		close(out[0]);
	return error;
}

/* Read all it says; keep the beginning, in one line. */
static void listen_to(int fd, char *said, size_t size)
{
	char block[256];
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, block, sizeof(block))) > 0 ||
		(got < 0 && errno == EINTR))
		for (ssize_t i = 0; i < got && n + 1 < size; i++)
			said[n++] = block[i] == '\n' ? ' ' : block[i];
	while (n > 0 && said[n - 1] == ' ')
		n--;
	said[n] = '\0';
}

int print_file(const char *path, const char *printer, char *message, size_t size)
{
	char option[MAX_OPTION], file[4500], said[300] = "";
	char lp[] = "lp";
	char *argv[] = { lp, printer ? option : file, printer ? file : NULL, NULL };
	int out[2], status, error;
	pid_t pid;

	snprintf(option, sizeof(option), "-d%s", printer ? printer : "");
	/* no name of a file is taken for an option */
	snprintf(file, sizeof(file), "%s%s", *path == '-' ? "./" : "", path);
	error = start(argv, out, &pid);
	if (error) {
		snprintf(message, size,
			error == -ENOENT
				? "printing needs CUPS and its \"lp\" (package "
				  "cups-client), which is not installed; write a PDF "
				  "with -o FILE.pdf instead."
				: "\"lp\" cannot be started.");
		return error;
	}
	listen_to(out[0], said, sizeof(said));
	close(out[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	snprintf(message, size, "it was not printed: %s",
		*said ? said : "lp says nothing more.");
	return -EIO;
}
