#include "src/cli/source.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/clock_trust.h"
#include "src/base/lock.h"
#include "src/base/paths.h"
#include "src/base/settings.h"
#include "src/cli/connect.h"
#include "src/cli/slice.h"
#include "src/ipc/server.h"
#include "src/records/records.h"

/* chosen: the disk may stall for seconds, and erasing a patient rewrites pages */
#define ANSWER_MS 30000

#define SERVICE_STATE "/var/lib/stance"

struct source {
	struct cli *cli;
	struct client *client; /* NULL: the store is asked here */
	struct store *store;
	int lock_fd; /* -1: none */
	char by[RECORD_NAME_SIZE];
	json_t *result; /* ours */
	char *text;     /* of SERVER_VALUE_MAX and more as needed */
	size_t n, size;
};

/* --- the store without a daemon ----------------------------------------------------------- */

static bool has_store(const char *dir)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/stance.db", dir);
	return access(path, R_OK) == 0;
}

/* As asked for by option or configuration, else the user's usual place, or the system service's if
 * only that has a store. */
static int find_dir(const struct cli *cli, char *dir, size_t size)
{
	struct settings settings;
	char message[512];
	const char *given = cli->state_dir;
	int n;

	settings_init(&settings);
	if (settings_load(&settings, NULL, message, sizeof(message)) == 0) {
		clock_trust_configure(settings_text(&settings, SETTINGS_STATION_CLOCK));
		if (!given)
			given = settings_text(&settings, SETTINGS_DAEMON_STATE_DIR);
	}
	n = paths_state_dir(given, dir, size);
	if (n >= 0 && !(given && *given) && !has_store(dir) && has_store(SERVICE_STATE))
		snprintf(dir, size, SERVICE_STATE);
	return n < 0 ? n : 0;
}

static void name_user(char *out, size_t size)
{
	const struct passwd *user = getpwuid(geteuid());

	if (user)
		snprintf(out, size, "%s", user->pw_name);
	else
		snprintf(out, size, "uid %u", (unsigned)geteuid());
}

/* Who writes must be alone: a daemon that holds the lock and does not answer is stuck or starting. */
static int take_lock(struct source *b, const char *dir)
{
	char message[768] = "";
	int err;

	umask(0077); /* what is made here is private */
	err = lock_make_dir(dir, 0700, message, sizeof(message));
	if (err == 0)
		err = lock_take(dir, message, sizeof(message));
	if (err >= 0) {
		b->lock_fd = err;
		return CLI_OK;
	}
	cli_error(b->cli, "%s", *message ? message : strerror(-err));
	return err == -EBUSY || err == -EACCES || err == -EROFS ? CLI_PERMISSION
								: CLI_FAILURE;
}

static int store_exit(int err)
{
	switch (err) {
	case -EBADMSG:
		return CLI_CORRUPT;
	case -EACCES:
	case -EPERM:
	case -EBUSY:
	case -EROFS:
		return CLI_PERMISSION;
	default:
		return CLI_FAILURE;
	}
}

static int open_store(struct source *b, bool writes, const char *why)
{
	char dir[PATH_MAX], message[STORE_MESSAGE_SIZE] = "";
	int err, code;

	if (find_dir(b->cli, dir, sizeof(dir)) < 0) {
		cli_error(b->cli,
			"it is not known where the store is: give --state-dir, "
			"or set HOME");
		return CLI_USAGE;
	}
	if (!writes && !has_store(dir) && access(dir, X_OK) < 0 && errno == EACCES) {
		cli_error(b->cli, "%s, and this user may not look into %s: say sudo",
			why, dir);
		return CLI_PERMISSION;
	}
	code = writes ? take_lock(b, dir) : CLI_OK;
	if (code != CLI_OK)
		return code;
	err = store_open(dir, !writes, &b->store, message, sizeof(message));
	if (err == -ENOENT) {
		cli_error(b->cli, "%s, and there is no store in %s", why, dir);
		return CLI_NO_DAEMON;
	}
	if (err < 0) {
		cli_error(b->cli, "%s", *message ? message : strerror(-err));
		return store_exit(err);
	}
	cli_note(b->cli, "no daemon runs; the store in %s was opened %s", dir,
		writes ? "for this change" : "for reading");
	return CLI_OK;
}

/* --- who answers --------------------------------------------------------------------------- */

static bool nobody_there(int err)
{
	return err == -ENOENT || err == -ENOTDIR || err == -ECONNREFUSED;
}

int source_open(struct cli *cli, bool writes, struct source **out)
{
	struct source *b = calloc(1, sizeof(*b));
	char path[512] = "", text[1536];
	int err, code;

	if (!b)
		return CLI_FAILURE;
	*b = (struct source){ .cli = cli, .lock_fd = -1 };
	name_user(b->by, sizeof(b->by));
	err = connect_try(cli, path, sizeof(path), &b->client);
	code = err == 0 ? CLI_OK : connect_explain(err, path, text, sizeof(text));
	if (nobody_there(err)) {
		snprintf(text, sizeof(text), "no daemon answers at %s", path);
		code = open_store(b, writes, text);
	} else if (err < 0) {
		cli_error(cli, "%s", text);
	}
	if (code == CLI_OK)
		*out = b;
	else
		source_close(b);
	return code;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	client_close(source->client);
	store_close(source->store);
	if (source->lock_fd >= 0)
		close(source->lock_fd);
	json_decref(source->result);
	free(source->text);
	free(source);
}

/* --- calls --------------------------------------------------------------------------------- */

static bool make_room(struct source *b, size_t size)
{
	char *text = size > b->size ? realloc(b->text, size) : b->text;

	if (!text)
		return false;
	b->size = size > b->size ? size : b->size;
	b->text = text;
	return true;
}

static int no_memory(struct cli *cli)
{
	cli_error(cli, "there is not enough memory");
	return CLI_FAILURE;
}

static int ask_daemon(struct source *b, const char *method, const char *params)
{
	struct client_message message;
	const char *text;
	size_t n = 0;
	int code = connect_call(b->cli, b->client, method, params, ANSWER_MS, &message);

	if (code != CLI_OK)
		return code;
	text = slice_member(message.line, message.n_line, "result", &n);
	if (!text || !make_room(b, n + 1))
		return no_memory(b->cli);
	memcpy(b->text, text, n);
	b->n = n;
	b->result = json_incref((json_t *)message.result);
	return CLI_OK;
}

static int ask_store(struct source *b, const char *name, const json_t *params)
{
	const struct records_method *method = records_method_find(name);
	struct rpc_error error = { 0 };
	struct jsonw w;

	if (!method) {
		cli_error(b->cli, "%s is for a running daemon, and none answers", name);
		return CLI_NO_DAEMON;
	}
	if (!make_room(b, SERVER_VALUE_MAX))
		return no_memory(b->cli);
	jsonw_init(&w, b->text, b->size);
	if (records_call(b->store, method, params, b->by, &w, &error) < 0) {
		cli_error(b->cli, "%s", error.message);
		return connect_error_exit(error.code);
	}
	b->n = w.length;
	b->result = jsonw_finish(&w) < 0 ? NULL : json_loadb(b->text, b->n, 0, NULL);
	if (b->result)
		return CLI_OK;
	cli_error(b->cli, "%s: the answer cannot be read", name);
	return CLI_FAILURE;
}

int source_call(struct source *source, const char *method, struct json_t *params)
{
	char *text = params ? json_dumps(params, JSON_COMPACT | JSON_REAL_PRECISION(17))
			    : NULL;
	int code;

	json_decref(source->result);
	source->result = NULL;
	if (params && !text)
		code = no_memory(source->cli);
	else if (source->client)
		code = ask_daemon(source, method, text);
	else
		code = ask_store(source, method, params);
	free(text);
	json_decref(params);
	return code;
}

const struct json_t *source_json(const struct source *source)
{
	return source->result;
}

const char *source_text(const struct source *source, size_t *n)
{
	*n = source->n;
	return source->text;
}

void source_print(const struct source *source)
{
	fwrite(source->text, 1, source->n, source->cli->out);
	fputc('\n', source->cli->out);
}

int source_ask(struct cli *cli, bool writes, const char *method, struct json_t *params,
	struct source **out)
{
	int code = source_open(cli, writes, out);

	if (code != CLI_OK) {
		json_decref(params);
		return code;
	}
	code = source_call(*out, method, params);
	if (code != CLI_OK) {
		source_close(*out);
		*out = NULL;
	}
	return code;
}
