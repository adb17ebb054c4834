#include "src/cli/connect.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/paths.h"
#include "src/base/settings.h"
#include "src/cli/slice.h"
#include "src/ipc/rpc.h"

#define SERVICE_SOCKET "/run/stance/stance.sock"

/* A daemon whose queue of connections is full accepts them within milliseconds; chosen:
 * wait half a second in all before giving up. */
#define BUSY_TRIES   25
#define BUSY_WAIT_NS 20000000

/* What the configuration says, "" if nothing or if it cannot be read: others complain
 * of that. */
static void configured_socket(char *path, size_t size)
{
	struct settings settings;
	char message[512];

	settings_init(&settings);
	settings_load(&settings, NULL, message, sizeof(message));
	snprintf(path, size, "%s", settings_text(&settings, SETTINGS_DAEMON_SOCKET));
}

int connect_path(const struct cli *cli, char *path, size_t size)
{
	const char *env = getenv("STANCE_SOCKET");
	char configured[SETTINGS_VALUE_SIZE] = "";
	int n;

	if (!cli->socket && !(env && *env))
		configured_socket(configured, sizeof(configured));
	n = paths_socket(cli->socket ? cli->socket : configured, path, size);
	if (n < 0)
		return n;
	if (!cli->socket && !(env && *env) && !*configured && access(path, F_OK) < 0 &&
		access(SERVICE_SOCKET, F_OK) == 0 && strlen(SERVICE_SOCKET) < size)
		strcpy(path, SERVICE_SOCKET);
	return 0;
}

int connect_try(const struct cli *cli, char *path, size_t size, struct client **out)
{
	const struct timespec pause = { .tv_nsec = BUSY_WAIT_NS };
	int err = connect_path(cli, path, size);

	if (err < 0)
		return err;
	err = client_open(path, out);
	for (int i = 1; err == -EAGAIN && i < BUSY_TRIES; i++) {
		nanosleep(&pause, NULL);
		err = client_open(path, out);
	}
	return err;
}

/* Find what bars the way: the socket, or the first folder above it that may be looked at. */
static bool find_bar(const char *path, char *bar, size_t size, struct stat *st)
{
	snprintf(bar, size, "%s", path);
	while (stat(bar, st) < 0) {
		char *slash = strrchr(bar, '/');

		if (!slash || slash == bar)
			return false;
		*slash = '\0';
	}
	return true;
}

static void explain_permission(const char *path, char *text, size_t size)
{
	char bar[512];
	struct stat st;
	const struct group *group = NULL;
	const struct passwd *owner = NULL;

	if (find_bar(path, bar, sizeof(bar), &st)) {
		group = getgrgid(st.st_gid);
		owner = getpwuid(st.st_uid);
	}
	if (group && (st.st_mode & S_IXGRP || S_ISSOCK(st.st_mode)) && st.st_gid != 0)
		snprintf(text, size,
			"this user may not use the socket %s; group %s may: sudo "
			"usermod -aG %s $USER, then log in anew",
			path, group->gr_name, group->gr_name);
	else
		snprintf(text, size,
			"this user may not use the socket %s; %s is for user %s alone: "
			"say sudo, or run the daemon as a service, whose group may use "
			"it",
			path, bar, owner ? owner->pw_name : "of another name");
}

int connect_explain(int err, const char *path, char *text, size_t size)
{
	static const char start[] =
		"start it with: systemctl start stanced (or run stanced)";

	switch (err) {
	case -ENOENT:
	case -ENOTDIR:
		snprintf(text, size, "the daemon is not running: no socket at %s; %s",
			path, start);
		return CLI_NO_DAEMON;
	case -ECONNREFUSED:
		snprintf(text, size,
			"the daemon is not running: nobody answers at %s (left behind "
			"by a daemon that died; a new one replaces it); %s",
			path, start);
		return CLI_NO_DAEMON;
	case -EACCES:
	case -EPERM:
		explain_permission(path, text, size);
		return CLI_PERMISSION;
	case -EAGAIN:
		snprintf(text, size,
			"the daemon at %s does not accept connections; is it stuck? "
			"systemctl restart stanced",
			path);
		return CLI_TIMEOUT;
	case -EPIPE:
		snprintf(text, size,
			"the daemon at %s closed the connection; it stopped, or it has "
			"as many clients as daemon.max_clients allows",
			path);
		return CLI_NO_DAEMON;
	case -ETIMEDOUT:
		snprintf(text, size,
			"the daemon at %s does not answer; is it stuck? systemctl "
			"restart stanced",
			path);
		return CLI_TIMEOUT;
	default:
		snprintf(text, size, "the socket %s: %s", path, strerror(-err));
		return err == -ENAMETOOLONG ? CLI_USAGE : CLI_FAILURE;
	}
}

int connect_open(struct cli *cli, struct client **out)
{
	char path[512] = "";
	char text[1536];
	int err = connect_try(cli, path, sizeof(path), out);
	int code;

	if (err == 0) {
		if (cli->verbose)
			cli_note(cli, "connected to %s", path);
		return CLI_OK;
	}
	code = connect_explain(err, path, text, sizeof(text));
	cli_error(cli, "%s", text);
	return code;
}

int connect_error_exit(long long code)
{
	switch (code) {
	case RPC_NOT_ALLOWED:
	case RPC_LOCKED:
	case RPC_WRONG_PIN:
	case RPC_BUSY:
	case RPC_TOO_MANY_CLIENTS:
		return CLI_PERMISSION;
	case RPC_NO_MAT:
		return CLI_NO_MAT;
	case RPC_TIMEOUT:
		return CLI_TIMEOUT;
	case RPC_INVALID_PARAMS:
		return CLI_USAGE;
	case RPC_DAMAGED:
		return CLI_CORRUPT;
	default:
		return CLI_FAILURE;
	}
}

int connect_refused(struct cli *cli, const char *method, const json_t *error)
{
	const char *why = json_string_value(json_object_get(error, "message"));

	if (why)
		cli_error(cli, "%s", why);
	else
		cli_error(cli, "%s: the daemon refused without a reason", method);
	return connect_error_exit(json_integer_value(json_object_get(error, "code")));
}

int connect_failed(struct cli *cli, int err)
{
	char path[512] = "";
	char text[1536];
	int code;

	if (err == -EINTR)
		return CLI_INTERRUPTED;
	connect_path(cli, path, sizeof(path));
	code = connect_explain(err, path, text, sizeof(text));
	cli_error(cli, "%s", text);
	return code;
}

int connect_call(struct cli *cli, struct client *client, const char *method,
	const char *params, int timeout_ms, struct client_message *message)
{
	int err = client_call(client, method, params, timeout_ms, message);

	if (err == 0)
		return CLI_OK;
	if (err == -EREMOTEIO)
		return connect_refused(cli, method, message->error);
	return connect_failed(cli, err);
}

void connect_print_result(const struct cli *cli, const struct client_message *message)
{
	size_t n = 0;
	const char *text = slice_member(message->line, message->n_line, "result", &n);

	fprintf(cli->out, "%.*s\n", (int)n, text ? text : "");
}
