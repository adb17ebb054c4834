#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "hw/ports.h"
#include "src/base/jsonw.h"
#include "src/base/paths.h"
#include "src/base/clock_trust.h"
#include "src/base/settings.h"
#include "src/base/version.h"
#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/doctor.h"
#include "src/cli/verbs.h"

#define ANSWER_MS 2000 /* chosen: a living daemon answers in milliseconds */
#define MAX_PORTS 32
#define FIX_SIZE  sizeof(((struct doctor_finding *)0)->fix)
#define TEXT_SIZE (64 * 1024)

static void check_config(struct doctor *d)
{
	struct settings settings;
	char message[768];
	char *fix;

	settings_init(&settings);
	if (settings_load(&settings, NULL, message, sizeof(message)) == 0) {
		clock_trust_configure(settings_text(&settings, SETTINGS_STATION_CLOCK));
		doctor_add(d, "config", DOCTOR_OK, 0, "configuration: no mistakes");
		return;
	}
	fix = doctor_add(
		d, "config", DOCTOR_FAIL, CLI_FAILURE, "configuration: %s", message);
	snprintf(fix, FIX_SIZE, "mend that line; stance config validate checks again");
}

static void check_version(struct doctor *d, const struct status_document *status)
{
	char *fix;

	if (strcmp(status->version, STANCE_VERSION) == 0)
		return;
	fix = doctor_add(d, "version", DOCTOR_WARN, 0,
		"version: the daemon is %s, this program %s", status->version,
		STANCE_VERSION);
	snprintf(fix, FIX_SIZE, "systemctl restart stanced, if it was updated");
}

/* Returns true if the daemon's status was read. */
static bool check_daemon(struct cli *cli, struct doctor *d)
{
	struct client_message message;
	struct status_document status;
	struct client *client = NULL;
	char path[512] = "", why[768];
	bool known = false;
	int err = connect_try(cli, path, sizeof(path), &client);

	if (err == 0)
		err = client_call(client, "status", NULL, ANSWER_MS, &message);
	if (err == 0 && document_get_status(message.result, &status) == 0) {
		doctor_add(d, "daemon", DOCTOR_OK, 0,
			"daemon: running, process %d, at %s", status.pid, path);
		check_version(d, &status);
		doctor_check_status(d, &status);
		known = true;
	} else {
		int code = connect_explain(
			err < 0 ? err : -EBADMSG, path, why, sizeof(why));

		doctor_add(d, "daemon", DOCTOR_FAIL, code, "%s", why);
	}
	client_close(client);
	return known;
}

static void check_port(struct doctor *d, const struct port_info *port)
{
	char *fix;

	if (!port->may_open) {
		fix = doctor_add(d, "ports", DOCTOR_WARN, 0,
			"ports: this user may not open %s; group %s may", port->path,
			port->group);
		snprintf(fix, FIX_SIZE,
			"the daemon's user is what counts; for stance ports --try: "
			"sudo usermod -aG %s $USER, then log in anew",
			port->group);
	} else if (port->holder_pid > 0 &&
		   strncmp(port->holder_name, "stanced", 7) != 0) {
		fix = doctor_add(d, "ports", DOCTOR_WARN, 0,
			"ports: %s is held by %s (process %d)", port->path,
			port->holder_name, (int)port->holder_pid);
		snprintf(fix, FIX_SIZE, "end that program if this is the mat's port");
	} else {
		doctor_add(d, "ports", DOCTOR_OK, 0, "ports: %s, %s%s", port->path,
			*port->description ? port->description : "no description",
			port->holder_pid > 0 ? ", held by the daemon" : ", free");
	}
}

static void check_ports(struct doctor *d, bool daemon_known)
{
	struct port_info *ports = calloc(MAX_PORTS, sizeof(*ports));
	int n = ports ? ports_list(ports, MAX_PORTS) : -ENOMEM;

	for (int i = 0; i < n && i < MAX_PORTS; i++)
		check_port(d, &ports[i]);
	if (n < 0)
		doctor_add(d, "ports", DOCTOR_WARN, 0,
			"ports: they cannot be listed: %s", strerror(-n));
	else if (n == 0 && (!daemon_known || d->code == CLI_NO_MAT))
		snprintf(doctor_add(d, "ports", DOCTOR_WARN, 0,
				 "ports: this machine has no serial port"),
			FIX_SIZE,
			"plug the mat in; if nothing appears (dmesg), try another "
			"cable: some only charge");
	free(ports);
}

static void check_clock(struct doctor *d)
{
	doctor_check_clock(
		d, (int64_t)time(NULL), clock_trust() != CLOCK_TRUST_UNKNOWN);
}

/* Where there is no daemon to tell: the nearest folder that exists. */
static void check_space(const struct cli *cli, struct doctor *d)
{
	struct statvfs fs;
	char path[512];

	if (paths_state_dir(cli->state_dir, path, sizeof(path)) < 0)
		return;
	while (statvfs(path, &fs) < 0) {
		char *slash = strrchr(path, '/');

		if (!slash || slash == path)
			return;
		*slash = '\0';
	}
	doctor_check_space(d, path, (double)fs.f_bavail * (double)fs.f_frsize);
}

/* --- printing --------------------------------------------------------------------- */

static const char *paint(const struct cli *cli, enum doctor_verdict verdict)
{
	static const char *const colours[] = { "\033[32m", "\033[33m", "\033[31m" };

	return cli->colour == CLI_COLOUR_NONE ? "" : colours[verdict];
}

static void print_text(const struct cli *cli, const struct doctor *d)
{
	static const char *const verdicts[] = {
		"This station works.",
		"This station works; see the warnings.",
		"This station does not work; mend the first failure, then ask again.",
	};
	const char *end = cli->colour == CLI_COLOUR_NONE ? "" : "\033[m";

	for (int i = 0; i < d->n; i++) {
		const struct doctor_finding *f = &d->finding[i];

		if (f->verdict == DOCTOR_OK && cli->quiet)
			continue;
		fprintf(cli->out, "%s%-8s%s %s\n", paint(cli, f->verdict),
			doctor_word(f->verdict), end, f->text);
		if (*f->fix)
			fprintf(cli->out, "         -> %s\n", f->fix);
	}
	fprintf(cli->out, "\n%s%s%s\n", paint(cli, doctor_worst(d)),
		verdicts[doctor_worst(d)], end);
}

static int print_json(const struct cli *cli, const struct doctor *d)
{
	char *text = malloc(TEXT_SIZE);
	struct jsonw w;

	if (!text)
		return CLI_FAILURE;
	jsonw_init(&w, text, TEXT_SIZE);
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.doctor/1");
	jsonw_key(&w, "verdict");
	jsonw_string(&w, doctor_word(doctor_worst(d)));
	jsonw_key(&w, "findings");
	jsonw_begin_array(&w);
	for (int i = 0; i < d->n; i++) {
		jsonw_begin_object(&w);
		jsonw_key(&w, "id");
		jsonw_string(&w, d->finding[i].id);
		jsonw_key(&w, "verdict");
		jsonw_string(&w, doctor_word(d->finding[i].verdict));
		jsonw_key(&w, "text");
		jsonw_string(&w, d->finding[i].text);
		jsonw_key(&w, "fix");
		jsonw_string(&w, *d->finding[i].fix ? d->finding[i].fix : NULL);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	fprintf(cli->out, "%s\n", text);
	free(text);
	return d->code;
}

static int run(struct cli *cli)
{
	struct doctor *d = calloc(1, sizeof(*d));
	bool daemon_known;
	int code;

	if (!d)
		return CLI_FAILURE;
	d->root = "";
	check_config(d);
	daemon_known = check_daemon(cli, d);
	check_ports(d, daemon_known);
	doctor_check_grabbers(d);
	doctor_check_power(d);
	doctor_check_heat(d);
	check_clock(d);
	if (!daemon_known)
		check_space(cli, d);
	if (cli->json) {
		code = print_json(cli, d);
	} else {
		print_text(cli, d);
		code = d->code;
	}
	free(d);
	return code;
}

int verb_doctor(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Look for what is wrong with this station and say how to mend "
		       "it.\v"
		       "Exit code 0 if it works (warnings included), else that of the "
		       "first failure: 3 no mat, 4 no permission, 9 no daemon, 1 "
		       "others.",
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);

	return parsed != 0 ? cli_parse_exit(parsed) : run(cli);
}
