#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "hw/mat.h"
#include "hw/mat_driver.h"
#include "hw/ports.h"
#include "src/base/clock.h"
#include "src/base/jsonw.h"
#include "src/base/nearest.h"
#include "src/cli/cli.h"
#include "src/cli/verbs.h"

#define MAX_PORTS 64  /* chosen: a Pi with two full hubs has thirty */
#define TRY_S     3.0 /* two greetings and the answer to them */
#define TEXT_SIZE (64 * 1024)

/* What came of talking to one port. */
struct answer {
	bool tried;
	enum mat_state state;
	struct mat_info info;
	char reason[512];
};

struct ports {
	struct cli *cli;
	const char *profile; /* NULL: only list */
	const char *path[MAX_PORTS];
	size_t n_paths; /* 0: all that exist */
	struct port_info port[MAX_PORTS];
	struct answer answer[MAX_PORTS];
	size_t n;
};

/* --- asking a port ---------------------------------------------------------------- */

static void on_state(enum mat_state state, const char *reason, void *ctx)
{
	struct answer *answer = ctx;

	answer->state = state;
	if (*reason)
		snprintf(answer->reason, sizeof(answer->reason), "%s", reason);
}

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	(void)frame;
	(void)ctx;
}

static void pump(struct mat *mat, int64_t until_ns)
{
	int64_t now_ns = clock_now_ns();
	int64_t due_ns =
		mat_deadline_ns(mat) < until_ns ? mat_deadline_ns(mat) : until_ns;
	struct pollfd fd = { .fd = mat_fd(mat), .events = mat_poll_events(mat) };
	int timeout_ms =
		due_ns <= now_ns ? 0 : (int)((due_ns - now_ns) / CLOCK_NS_PER_MS) + 1;

	if (poll(&fd, 1, timeout_ms) > 0)
		mat_ready(mat, fd.revents, clock_now_ns());
	now_ns = clock_now_ns();
	if (now_ns >= mat_deadline_ns(mat))
		mat_tick(mat, now_ns);
}

static int try_port(struct ports *p, size_t i)
{
	struct answer *answer = &p->answer[i];
	const struct mat_options options = { .path = p->port[i].path,
		.driver = p->profile };
	const struct mat_handlers handlers = { on_frame, on_state, answer };
	int64_t until_ns = clock_now_ns() + (int64_t)(TRY_S * CLOCK_NS_PER_S);
	struct mat *mat;
	int err = mat_new(&options, &handlers, &mat);

	if (err < 0)
		return err;
	answer->tried = true;
	mat_tick(mat, clock_now_ns());
	while (mat_state(mat) != MAT_STREAMING && clock_now_ns() < until_ns)
		pump(mat, until_ns);
	answer->state = mat_state(mat);
	answer->info = *mat_info(mat);
	snprintf(answer->reason, sizeof(answer->reason), "%s", mat_reason(mat));
	mat_free(mat);
	return 0;
}

static bool answered(const struct answer *answer)
{
	return answer->tried && answer->info.has_mat;
}

/* --- as text ---------------------------------------------------------------------- */

static void print_identity(const struct port_info *port, FILE *out)
{
	if (*port->description || port->vid >= 0)
		fprintf(out, "  %-10s%s", "is",
			*port->description ? port->description : "unnamed");
	if (port->vid >= 0)
		fprintf(out, " (USB %04x:%04x%s%s)", (unsigned)port->vid,
			(unsigned)port->pid, *port->usb_serial ? ", serial " : "",
			port->usb_serial);
	if (*port->description || port->vid >= 0)
		fputc('\n', out);
	if (*port->by_id)
		fprintf(out, "  %-10s%s\n", "by id", port->by_id);
}

static void print_access(const struct port_info *port, FILE *out)
{
	if (port->may_open)
		fprintf(out, "  %-10syes\n", "may open");
	else
		fprintf(out,
			"  %-10sno: group %s may; sudo usermod -aG %s $USER, then log "
			"in anew\n",
			"may open", port->group, port->group);
	if (port->holder_pid > 0)
		fprintf(out, "  %-10s%s (process %d)\n", "held by", port->holder_name,
			(int)port->holder_pid);
	fprintf(out, "  %-10s%s\n", "driver",
		*port->driver_guess ? port->driver_guess
				    : "none claims it by its USB identity");
}

static void print_answer(const struct answer *answer, FILE *out)
{
	const struct mat_info *info = &answer->info;

	if (!answer->tried)
		return;
	if (!info->has_mat)
		fprintf(out, "  %-10s%s\n", "answer",
			*answer->reason ? answer->reason : "nothing answered");
	else
		fprintf(out,
			"  %-10sa mat: %s, serial %s, firmware %s, %d x %d cells of %g "
			"x %g mm, %s\n",
			"answer", *info->model ? info->model : "unnamed", info->serial,
			info->firmware, info->geometry.n_rows, info->geometry.n_cols,
			info->geometry.pitch_x_mm, info->geometry.pitch_y_mm,
			mat_state_name(answer->state));
}

static void print_text(const struct ports *p)
{
	FILE *out = p->cli->out;

	for (size_t i = 0; i < p->n; i++) {
		fprintf(out, "%s%s\n", i ? "\n" : "", p->port[i].path);
		print_identity(&p->port[i], out);
		print_access(&p->port[i], out);
		print_answer(&p->answer[i], out);
	}
	if (p->n == 0)
		cli_note(p->cli, "no serial ports; is the mat plugged in, and its "
				 "cable not one for charging only?");
}

/* --- as JSON ---------------------------------------------------------------------- */

static void put_text(struct jsonw *w, const char *key, const char *value)
{
	jsonw_key(w, key);
	jsonw_string(w, *value ? value : NULL);
}

static void put_answer(struct jsonw *w, const struct answer *answer)
{
	const struct mat_info *info = &answer->info;

	jsonw_key(w, "answer");
	jsonw_begin_object(w);
	jsonw_key(w, "mat");
	jsonw_bool(w, info->has_mat);
	put_text(w, "state", mat_state_name(answer->state));
	put_text(w, "reason", answer->reason);
	if (info->has_mat) {
		put_text(w, "driver", info->driver);
		put_text(w, "model", info->model);
		put_text(w, "serial", info->serial);
		put_text(w, "firmware", info->firmware);
		jsonw_key(w, "rows");
		jsonw_int(w, info->geometry.n_rows);
		jsonw_key(w, "cols");
		jsonw_int(w, info->geometry.n_cols);
		jsonw_key(w, "pitch_x_mm");
		jsonw_fixed(w, info->geometry.pitch_x_mm, 3);
		jsonw_key(w, "pitch_y_mm");
		jsonw_fixed(w, info->geometry.pitch_y_mm, 3);
	}
	jsonw_end_object(w);
}

static void put_holder(struct jsonw *w, const struct port_info *port)
{
	jsonw_key(w, "holder");
	if (port->holder_pid <= 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	jsonw_key(w, "pid");
	jsonw_int(w, port->holder_pid);
	put_text(w, "name", port->holder_name);
	jsonw_end_object(w);
}

static void put_port(
	struct jsonw *w, const struct port_info *port, const struct answer *answer)
{
	char vid_pid[16] = "";

	if (port->vid >= 0)
		snprintf(vid_pid, sizeof(vid_pid), "%04x:%04x",
			(unsigned)port->vid & 0xffff, (unsigned)port->pid & 0xffff);
	jsonw_begin_object(w);
	put_text(w, "path", port->path);
	put_text(w, "by_id", port->by_id);
	put_text(w, "description", port->description);
	put_text(w, "vid_pid", vid_pid);
	put_text(w, "usb_serial", port->usb_serial);
	put_text(w, "driver", port->driver_guess);
	jsonw_key(w, "may_open");
	jsonw_bool(w, port->may_open);
	put_text(w, "group", port->group);
	put_holder(w, port);
	if (answer->tried)
		put_answer(w, answer);
	jsonw_end_object(w);
}

static int print_json(const struct ports *p)
{
	char *text = malloc(TEXT_SIZE);
	struct jsonw w;
	int n;

	if (!text)
		return CLI_FAILURE;
	jsonw_init(&w, text, TEXT_SIZE);
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.ports/1");
	jsonw_key(&w, "ports");
	jsonw_begin_array(&w);
	for (size_t i = 0; i < p->n; i++)
		put_port(&w, &p->port[i], &p->answer[i]);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	n = jsonw_finish(&w);
	if (n >= 0)
		fprintf(p->cli->out, "%s\n", text);
	free(text);
	return n < 0 ? CLI_FAILURE : CLI_OK;
}

/* --- the verb --------------------------------------------------------------------- */

enum { KEY_TRY = 0x200 };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct ports *p = state->input;

	switch (key) {
	case KEY_TRY:
		p->profile = value;
		return 0;
	case ARGP_KEY_ARG:
		if (p->n_paths == MAX_PORTS)
			return E2BIG;
		p->path[p->n_paths++] = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "try", KEY_TRY, "PROFILE", 0,
		"Talk to each port for up to 3 s as this driver (smp) would, and say "
		"what answered",
		0 },
	{ 0 },
};

static const struct argp ports_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "[PORT...]",
	.doc = "List the serial ports, or describe those given: what they are, who may "
	       "open them and who holds them.\v"
	       "With --try: exit code 0 if a mat answered, 3 if none did, 4 if no port "
	       "could be opened because another program holds it or this user may not.",
};

static int find_ports(struct ports *p)
{
	int n = 0;

	for (size_t i = 0; i < p->n_paths; i++) {
		n = ports_describe(p->path[i], &p->port[i]);
		if (n < 0) {
			cli_error(p->cli, "%s: %s", p->path[i],
				n == -ENOTTY ? "is no serial port" : strerror(-n));
			return n == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
		}
		p->n++;
	}
	if (p->n_paths > 0)
		return CLI_OK;
	n = ports_list(p->port, MAX_PORTS);
	if (n < 0) {
		cli_error(p->cli, "listing the serial ports: %s", strerror(-n));
		return CLI_FAILURE;
	}
	if (n > MAX_PORTS)
		cli_note(p->cli, "%d ports; the first %d are shown", n, MAX_PORTS);
	p->n = n > MAX_PORTS ? MAX_PORTS : (size_t)n;
	return CLI_OK;
}

static const char *driver_name_at(size_t index, const void *ctx)
{
	const struct mat_driver_ops *const *table = ctx;

	return table[index] ? table[index]->name : NULL;
}

/* Returns 0 if a mat answered, else the most telling code. */
static int try_ports(struct ports *p)
{
	int code = CLI_NO_MAT;

	for (size_t i = 0; i < p->n; i++) {
		bool shut = !p->port[i].may_open || p->port[i].holder_pid > 0;

		if (!p->cli->json)
			cli_note(p->cli, "asking %s ...", p->port[i].path);
		if (try_port(p, i) < 0) {
			cli_error(p->cli, "%s: out of memory", p->port[i].path);
			return CLI_FAILURE;
		}
		if (answered(&p->answer[i]))
			code = CLI_OK;
		else if (shut && code == CLI_NO_MAT)
			code = CLI_PERMISSION;
	}
	return code;
}

static int run(struct ports *p)
{
	int tried = CLI_OK;
	int code = CLI_OK;

	if (p->profile && !mat_driver_find(p->profile)) {
		cli_error(p->cli, "unknown driver \"%s\"; did you mean \"%s\"?",
			p->profile,
			nearest_of(
				p->profile, driver_name_at, mat_driver_table(), NULL));
		return CLI_USAGE;
	}
	code = find_ports(p);
	if (code == CLI_OK && p->profile)
		tried = try_ports(p);
	if (code == CLI_OK && p->cli->json)
		code = print_json(p);
	else if (code == CLI_OK)
		print_text(p);
	return code != CLI_OK ? code : tried;
}

int verb_ports(struct cli *cli, int argc, char **argv)
{
	struct ports *p = calloc(1, sizeof(*p));
	int parsed, code;

	if (!p)
		return CLI_FAILURE;
	p->cli = cli;
	parsed = cli_parse(cli, &ports_argp, argc, argv, p);
	code = parsed != 0 ? cli_parse_exit(parsed) : run(p);
	free(p);
	return code;
}
