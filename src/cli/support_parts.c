#include "src/cli/support_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include <jansson.h>

#include "src/base/slurp.h"
#include "src/base/version.h"
#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/verbs.h"

#define ANSWER_MS  5000 /* chosen: a daemon that answers at all takes milliseconds */
#define SMALL_FILE (64 * 1024)
#define LOG_LINES  "200"
#define JOURNAL_CMD                                                                    \
	"journalctl --no-pager -q -o short-iso -n 500 -u stanced -u stance-ui 2>&1"

/* --- what verbs print --------------------------------------------------------------------- */

/* Let a verb speak into the file, errors and all. */
static void speak(const struct cli *cli, FILE *out, bool json,
	int (*verb)(struct cli *cli, int argc, char **argv), int argc, char **argv)
{
	struct cli inner = { .in = cli->in,
		.out = out,
		.err = out,
		.socket = cli->socket,
		.state_dir = cli->state_dir,
		.json = json };
	int code = verb(&inner, argc, argv);

	if (!json)
		fprintf(out, "(exit code %d)\n", code);
}

static void make_doctor(const struct cli *cli, FILE *out)
{
	char *argv[] = { (char[]){ "stance doctor" }, NULL };

	speak(cli, out, false, verb_doctor, 1, argv);
}

static void make_doctor_json(const struct cli *cli, FILE *out)
{
	char *argv[] = { (char[]){ "stance doctor" }, NULL };

	speak(cli, out, true, verb_doctor, 1, argv);
}

static void make_config(const struct cli *cli, FILE *out)
{
	char *argv[] = { (char[]){ "stance config" }, (char[]){ "show" },
		(char[]){ "--origin" }, NULL };

	speak(cli, out, false, verb_config, 3, argv);
}

static void make_ports(const struct cli *cli, FILE *out)
{
	char *argv[] = { (char[]){ "stance ports" }, NULL };

	speak(cli, out, false, verb_ports, 1, argv);
}

/* --- versions ------------------------------------------------------------------------------ */

static void make_versions(const struct cli *cli, FILE *out)
{
	struct utsname machine;
	char *text;
	size_t n;

	(void)cli;
	fprintf(out, "stance %s\n", STANCE_VERSION);
	if (uname(&machine) == 0)
		fprintf(out, "%s %s %s %s\n", machine.sysname, machine.release,
			machine.version, machine.machine);
	if (slurp_file("/etc/os-release", SMALL_FILE, &text, &n) == 0) {
		fprintf(out, "\n%s", text);
		free(text);
	}
	if (slurp_file("/sys/firmware/devicetree/base/model", SMALL_FILE, &text, &n) ==
		0) {
		fprintf(out, "\n%s\n", text);
		free(text);
	}
}

/* --- what the daemon answers ---------------------------------------------------------------- */

/* Who calibrated is a person's name, and nobody needs it to find a fault. */
static void forget_people(json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	json_object_del(value, "operator");
	json_object_foreach(value, key, member) forget_people(member);
	json_array_foreach(value, i, member) forget_people(member);
}

static void print_answer(FILE *out, const json_t *result)
{
	json_t *copy = json_deep_copy(result);

	forget_people(copy);
	json_dumpf(copy, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(copy);
}

static void print_refusal(FILE *out, const char *method, const json_t *error)
{
	const char *text = json_string_value(json_object_get(error, "message"));

	fprintf(out, "%s: %s\n", method, text ? text : "refused");
}

/* Ask the daemon and hand the answer to `print`; or say why there is none. */
static void ask(const struct cli *cli, FILE *out, const char *method,
	const char *params, void (*print)(FILE *out, const json_t *result))
{
	struct client_message message;
	struct client *client = NULL;
	char path[512] = "", why[768];
	int err = connect_try(cli, path, sizeof(path), &client);

	if (err == 0)
		err = client_call(client, method, params, ANSWER_MS, &message);
	if (err == 0) {
		print(out, message.result);
	} else if (err == -EREMOTEIO) {
		print_refusal(out, method, message.error);
	} else {
		connect_explain(err, path, why, sizeof(why));
		fprintf(out, "%s\n", why);
	}
	client_close(client);
}

static void make_hello(const struct cli *cli, FILE *out)
{
	ask(cli, out, "hello", NULL, print_answer);
}

static void make_status(const struct cli *cli, FILE *out)
{
	ask(cli, out, "status", NULL, print_answer);
}

static void make_daemon_config(const struct cli *cli, FILE *out)
{
	ask(cli, out, "config.get", NULL, print_answer);
}

static void make_calibration(const struct cli *cli, FILE *out)
{
	ask(cli, out, "calibrate.show", NULL, print_answer);
}

static void make_calibrations(const struct cli *cli, FILE *out)
{
	ask(cli, out, "calibrate.list", NULL, print_answer);
}

static void make_draft(const struct cli *cli, FILE *out)
{
	ask(cli, out, "calibrate.status", NULL, print_answer);
}

static void print_log(FILE *out, const json_t *result)
{
	const json_t *lines = json_object_get(result, "lines");

	for (size_t i = json_array_size(lines); i-- > 0;) {
		const json_t *line = json_array_get(lines, i);
		time_t at = (time_t)(json_integer_value(
					     json_object_get(line, "at_unix_ms")) /
				     1000);
		char when[32] = "";
		struct tm utc;

		if (gmtime_r(&at, &utc))
			strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
		fprintf(out, "%s %s: %s: %s\n", when,
			json_string_value(json_object_get(line, "level")),
			json_string_value(json_object_get(line, "tag")),
			json_string_value(json_object_get(line, "text")));
	}
}

static void make_log(const struct cli *cli, FILE *out)
{
	ask(cli, out, "log.tail", "{\"limit\":" LOG_LINES "}", print_log);
}

/* --- the journal ---------------------------------------------------------------------------- */

static void make_journal(const struct cli *cli, FILE *out)
{
	FILE *in = popen(JOURNAL_CMD, "r");
	char line[1024];

	(void)cli;
	if (!in) {
		fprintf(out, "journalctl: %s\n", strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), in))
		fputs(line, out);
	if (pclose(in) != 0)
		fprintf(out, "(the journal could not be read: join the group "
			     "systemd-journal, or ask as root)\n");
}

static void make_readme(const struct cli *cli, FILE *out)
{
	const struct support_part *part;

	(void)cli;
	fprintf(out, "What is known about this station, to find a fault by. Nothing of "
		     "patients, visits or trials is in it,\n"
		     "and no names of operators. Names of this machine, its devices "
		     "and folders are: read before you send it.\n\n");
	for (size_t i = 0; (part = support_part_at(i)); i++)
		fprintf(out, "%-22s %s\n", part->file, part->holds);
}

static const struct support_part the_parts[] = {
	{ "README.txt", "this list", make_readme },
	{ "versions.txt", "program, kernel, system, computer", make_versions },
	{ "doctor.txt", "what stance doctor finds", make_doctor },
	{ "doctor.json", "the same for programs", make_doctor_json },
	{ "config.txt", "the configuration and where each value comes from",
		make_config },
	{ "config-daemon.json", "the configuration the daemon runs with",
		make_daemon_config },
	{ "hello.json", "the daemon's version and methods", make_hello },
	{ "status.json", "the daemon's status", make_status },
	{ "ports.txt", "serial ports", make_ports },
	{ "calibration.json", "the certificate of the calibration in force",
		make_calibration },
	{ "calibrations.json", "all calibrations, by id", make_calibrations },
	{ "procedure.json", "how a calibration under way stands", make_draft },
	{ "log.txt", "the daemon's last log lines", make_log },
	{ "journal.txt", "the journal of the station's services", make_journal },
};

const struct support_part *support_part_at(size_t index)
{
	return index < sizeof(the_parts) / sizeof(the_parts[0]) ? &the_parts[index]
								: NULL;
}
