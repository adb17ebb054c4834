/* The command line as a script sees it: exit codes, what goes to stdout and what to stderr,
 * against a daemon made of a child process of this test. */
#include <ctype.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/base/version.h"
#include "src/cli/cli.h"
#include "tests/support/unix_socket.h"

#define MAX_WORDS 12

/* What the daemon of a test does. */
struct script {
	const char *status; /* result of status; NULL: never answer */
	const char *error;  /* error object for every other method, NULL: succeed */
	int n_samples; /* after subscribe, 10 ms apart, t_s 0.01 apart; -1: without end */
	bool frames;   /* one frame after each sample */
	bool hang_up; /* close after the samples */
};

struct stage {
	char folder[64], socket[80];
	pid_t daemon;
	char *out, *err; /* what the last run wrote */
};

#define STATUS(state)                                                                  \
	"{\"schema\":\"stance.status/1\",\"daemon\":{\"version\":\"" STANCE_VERSION    \
	"\",\"uptime_s\":7380.5,\"pid\":4242,\"clients\":1},\"mat\":{\"state\":"       \
	"\"" state                                                                     \
	"\",\"reason\":\"say why\",\"driver\":\"smp\",\"path\":\"/dev/ttyACM0\","      \
	"\"serial\":\"M-7\",\"model\":\"Mat\",\"firmware\":\"1.2\",\"rows\":48,"       \
	"\"cols\":48,"                                                                 \
	"\"pitch_mm\":10,\"pitch_x_mm\":10,\"pitch_y_mm\":10,\"unit\":\"n\","          \
	"\"rate_hz\":100.0,\"bytes\":12300000,\"frames\":1234567,\"bad_frames\":3,"    \
	"\"lost_frames\":0,\"resyncs\":1,\"latency_ms\":{\"p50\":0.328,\"p99\":1.5},"  \
	"\"temperature_c\":null},\"calibration\":{\"id\":null,\"state\":\"not_"        \
	"needed\","                                                                    \
	"\"age_days\":null},\"store\":{\"path\":\"/var/lib/stance\",\"trials\":0,"     \
	"\"free_bytes\":12300000000},\"trial\":{\"state\":\"idle\",\"protocol\":null," \
	"\"elapsed_s\":null}}"

/* --- the daemon ------------------------------------------------------------------- */

static void tell(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		_exit(0); /* the client has had enough */
}

static void send_samples(int fd, const struct script *script)
{
	char line[512];

	for (int i = 0; script->n_samples < 0 || i < script->n_samples; i++) {
		/* odd spacing and digits, so that a printer that rewrites is found out */
		snprintf(line, sizeof(line),
			"{\"jsonrpc\":\"2.0\",\"method\":\"sample\",\"params\": "
			"{\"schema\":\"stance.sample/1\", \"seq\":%d,\"t_s\":%d.%02d0,"
			"\"force_n\":735.20,\"left_frac\":0.512,\"fore_frac\":0.45,"
			"\"cop_mm\":[1.0,-2.5],\"left\":null,\"right\":null,\"flags\":["
			"]}}\n",
			i, 100 + i / 100, i % 100);
		tell(fd, line);
		if (script->frames)
			tell(fd, "{\"method\":\"frame\",\"params\":{\"schema\":"
				 "\"stance.frame/"
				 "1\",\"t_s\":100.0}}\n");
		usleep(10000);
	}
	if (script->hang_up)
		_exit(0);
}

static void answer(int fd, const struct script *script, const char *line)
{
	json_t *request = json_loads(line, 0, NULL);
	const char *method = json_string_value(json_object_get(request, "method"));
	long long id = json_integer_value(json_object_get(request, "id"));
	char text[4096];

	if (strcmp(method, "status") == 0 && !script->status)
		return;
	if (strcmp(method, "status") != 0 && script->error)
		snprintf(text, sizeof(text),
			"{\"jsonrpc\":\"2.0\",\"id\":%lld,\"error\":%s}\n", id,
			script->error);
	else
		snprintf(text, sizeof(text),
			"{\"jsonrpc\":\"2.0\",\"id\":%lld,\"result\":%s}\n", id,
			strcmp(method, "status") == 0 ? script->status
						      : "{\"ok\":true}");
	tell(fd, text);
	if (strcmp(method, "subscribe") == 0 && !script->error)
		send_samples(fd, script);
	json_decref(request);
}

static void serve_one(int fd, const struct script *script)
{
	FILE *in = fdopen(fd, "r");
	char line[4096];

	while (in && fgets(line, sizeof(line), in))
		answer(fd, script, line);
	_exit(0);
}

static void serve(int listener, const struct script *script)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fork() == 0)
			serve_one(fd, script);
		close(fd);
	}
}

static void start_daemon(struct stage *stage, const struct script *script)
{
	const int listener = unix_socket_listen(stage->socket);

	stage->daemon = fork();
	assert_true(stage->daemon >= 0);
	if (stage->daemon == 0)
		serve(listener, script);
	close(listener);
}

/* --- the stage -------------------------------------------------------------------- */

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	strcpy(stage->folder, "/tmp/test-cli-XXXXXX");
	if (!mkdtemp(stage->folder))
		return -1;
	snprintf(stage->socket, sizeof(stage->socket), "%s/sock", stage->folder);
	setenv("HOME", stage->folder, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	setenv("STANCE_SOCKET", stage->socket, 1);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	char command[128];
	int code;

	if (stage->daemon > 0) {
		kill(stage->daemon, SIGKILL);
		waitpid(stage->daemon, NULL, 0);
	}
	snprintf(command, sizeof(command), "rm -rf '%s'", stage->folder);
	code = system(command);
	free(stage->out);
	free(stage->err);
	free(stage);
	return code;
}

/* Run "stance WORDS" and keep what it writes. */
static int run(struct stage *stage, const char *words)
{
	char copy[256], *argv[MAX_WORDS + 1];
	int argc = 0;
	size_t n_out, n_err;
	FILE *out, *err, *in = fopen("/dev/null", "r");
	int code;

	free(stage->out);
	free(stage->err);
	out = open_memstream(&stage->out, &n_out);
	err = open_memstream(&stage->err, &n_err);
	snprintf(copy, sizeof(copy), "stance %s", words);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	code = cli_run(argc, argv, in, out, err);
	fclose(in);
	fclose(out);
	fclose(err);
	return code;
}

static void assert_says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("\"%s\" is not in: %s", what, text);
}

static json_t *parse(const char *text, const char *schema)
{
	json_t *json = json_loads(text, 0, NULL);

	if (!json)
		fail_msg("no JSON: %s", text);
	assert_string_equal(json_string_value(json_object_get(json, "schema")), schema);
	return json;
}

static int count_lines(const char *text, const char *with)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, with)); p++)
		n++;
	return n;
}

/* --- words ------------------------------------------------------------------------ */

static void test_usage(void **state)
{
	static const char *const wrong[] = { "", "statsu", "status --nonsense",
		"status extra", "--nonsense", "watch --seconds", "watch --seconds x",
		"watch --seconds -1", "watch --seconds 0", "config", "config shwo",
		"completion", "completion tcsh", "completion bash zsh",
		"ports --try spm", "help nothing", "tare" };
	struct stage *stage = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (run(stage, wrong[i]) != CLI_USAGE)
			fail_msg("stance %s did not give 2", wrong[i]);
		assert_string_equal(stage->out, "");
		assert_true(strlen(stage->err) > 10);
	}
	run(stage, "statsu");
	assert_says(stage->err, "did you mean \"status\"");
	run(stage, "ports --try spm");
	assert_says(stage->err, "did you mean \"smp\"");
}

static void test_help_and_version(void **state)
{
	struct stage *stage = *state;
	const struct cli_verb *verb;

	assert_int_equal(run(stage, "--help"), CLI_OK);
	for (size_t i = 0; (verb = cli_verb_at(i)); i++)
		assert_says(stage->out, verb->name);
	assert_string_equal(stage->err, "");
	for (size_t i = 0; (verb = cli_verb_at(i)); i++) {
		char words[64];

		snprintf(words, sizeof(words), "%s --help", verb->name);
		assert_int_equal(run(stage, words), CLI_OK);
		assert_says(stage->out, "Usage: stance");
		assert_string_equal(stage->err, "");
	}
	assert_int_equal(run(stage, "help watch"), CLI_OK);
	assert_says(stage->out, "--seconds=S");
	assert_int_equal(run(stage, "--version"), CLI_OK);
	assert_string_equal(stage->out, "stance " STANCE_VERSION "\n");
	assert_int_equal(run(stage, "status --version"), CLI_OK);
	assert_string_equal(stage->out, "stance " STANCE_VERSION "\n");
	assert_int_equal(run(stage, "version --json"), CLI_OK);
	json_decref(parse(stage->out, "stance.version/1"));
}

static void test_completion(void **state)
{
	static const char *const shells[] = { "bash", "zsh", "fish" };
	struct stage *stage = *state;

	for (size_t i = 0; i < 3; i++) {
		const struct cli_verb *verb;
		char words[64];

		snprintf(words, sizeof(words), "completion %s", shells[i]);
		assert_int_equal(run(stage, words), CLI_OK);
		for (size_t k = 0; (verb = cli_verb_at(k)); k++)
			assert_says(stage->out, verb->name);
		assert_says(stage->out, "seconds");
	}
}

static void write_config(const struct stage *stage, const char *text)
{
	char command[400];

	snprintf(command, sizeof(command),
		"mkdir -p '%s/.config/stance' && printf '%s' "
		">'%s/.config/stance/stance.conf'",
		stage->folder, text, stage->folder);
	assert_int_equal(system(command), 0);
}

static void test_config(void **state)
{
	struct stage *stage = *state;
	json_t *root, *json;

	write_config(stage, "[mat]\\nrate_hz = 50\\n");
	assert_int_equal(run(stage, "config show --origin"), CLI_OK);
	assert_says(stage->out, "rate_hz = 50");
	assert_says(stage->out, ".config/stance/stance.conf:2");
	assert_says(stage->out, "colormap = inferno               ; default");
	assert_int_equal(run(stage, "config show --json"), CLI_OK);
	root = parse(stage->out, "stance.config/1");
	json = json_object_get(root, "settings");
	json = json_object_get(json, "mat.rate_hz");
	assert_int_equal(json_integer_value(json_object_get(json, "value")), 50);
	json_decref(root);
	assert_int_equal(run(stage, "config validate"), CLI_OK);
	write_config(stage, "[mat]\\nrat_hz = 50\\n");
	assert_int_equal(run(stage, "config validate"), CLI_FAILURE);
	assert_string_equal(stage->out, "");
	assert_says(stage->err,
		"stance.conf:2: unknown key \"mat.rat_hz\"; did you mean "
		"\"mat.rate_hz\"?");
	assert_int_equal(run(stage, "config validate /nonexistent"), CLI_FAILURE);
}

/* --- with and without a daemon ---------------------------------------------------- */

static void test_no_daemon(void **state)
{
	static const char *const verbs[] = { "status", "status --json", "watch",
		"watch --jsonl", "identify", "tare --yes", "doctor" };
	struct stage *stage = *state;
	json_t *json;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (run(stage, verbs[i]) != CLI_NO_DAEMON)
			fail_msg("stance %s did not give 9: %s", verbs[i], stage->err);
		if (strcmp(verbs[i], "doctor") != 0)
			assert_says(stage->err, "the daemon is not running");
	}
	run(stage, "status --json");
	json = parse(stage->out, "stance.status/1");
	assert_true(
		json_is_null(json_object_get(json_object_get(json, "mat"), "state")));
	assert_true(
		json_is_null(json_object_get(json_object_get(json, "daemon"), "pid")));
	json_decref(json);
	run(stage, "--socket /tmp/elsewhere status");
	assert_says(stage->err, "/tmp/elsewhere");
	run(stage, "status --socket /tmp/elsewhere");
	assert_says(stage->err, "/tmp/elsewhere");
}

static void test_stale_socket(void **state)
{
	const struct script script = { .status = STATUS("streaming") };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	kill(stage->daemon, SIGKILL);
	waitpid(stage->daemon, NULL, 0);
	stage->daemon = 0;
	assert_int_equal(run(stage, "status"), CLI_NO_DAEMON);
	assert_says(stage->err, "nobody answers");
}

static void test_status(void **state)
{
	static const char expected[] =
		"daemon       running for 2 h 03 min, version " STANCE_VERSION
		", process 4242\n"
		"mat          streaming: say why\n"
		"             Mat, serial M-7, firmware 1.2\n"
		"             on /dev/ttyACM0, driver smp\n"
		"             48 x 48 cells of 10 x 10 mm, 100.0 Hz\n"
		"stream       1,234,567 frames, 3 bad, 0 packets lost, 1 resyncs, 12.3 "
		"MB read\n"
		"latency      p50 0.33 ms, p99 1.50 ms\n"
		"calibration  not needed: the mat sends force\n"
		"store        /var/lib/stance: 0 trials, 12.3 GB free\n"
		"trial        idle\n";
	const struct script script = { .status = STATUS("streaming") };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "status"), CLI_OK);
	assert_string_equal(stage->out, expected);
	assert_string_equal(stage->err, "");
	assert_int_equal(run(stage, "status --json"), CLI_OK);
	assert_string_equal(stage->out, STATUS("streaming") "\n");
}

static void test_status_of_other_states(void **state)
{
	const struct script script = { .status = STATUS("searching") };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "status"), CLI_NO_MAT);
	assert_says(stage->out, "searching: say why");
	assert_int_equal(run(stage, "status --json"), CLI_NO_MAT);
	json_decref(parse(stage->out, "stance.status/1"));
	assert_int_equal(run(stage, "doctor --json"), CLI_NO_MAT);
	json_decref(parse(stage->out, "stance.doctor/1"));
}

static void test_status_that_is_none(void **state)
{
	const struct script script = { .status = "{\"schema\":\"stance.other/1\"}" };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "status"), CLI_CORRUPT);
	assert_string_equal(stage->out, "");
}

static void test_silent_daemon(void **state)
{
	const struct script script = { .status = NULL };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "status --json"), CLI_TIMEOUT);
	json_decref(parse(stage->out, "stance.status/1"));
	assert_says(stage->err, "does not answer");
}

static void test_refusals(void **state)
{
	static const struct {
		const char *error;
		int code;
	} all[] = {
		{ "{\"code\":-32001,\"message\":\"your role may not\"}",
			CLI_PERMISSION },
		{ "{\"code\":-32002,\"message\":\"there is no mat\"}", CLI_NO_MAT },
		{ "{\"code\":-32003,\"message\":\"someone is on it\"}", CLI_FAILURE },
		{ "{\"code\":-32004,\"message\":\"it is being done\"}",
			CLI_PERMISSION },
		{ "{\"code\":-32005,\"message\":\"it did not end\"}", CLI_TIMEOUT },
		{ "{\"code\":-32601}", CLI_FAILURE },
	};
	struct stage *stage = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct script script = { .status = STATUS("streaming"),
			.error = all[i].error };

		start_daemon(stage, &script);
		assert_int_equal(run(stage, "tare --yes"), all[i].code);
		assert_int_equal(run(stage, "identify"), all[i].code);
		assert_int_equal(run(stage, "watch --jsonl"), all[i].code);
		assert_string_equal(stage->out, "");
		kill(stage->daemon, SIGKILL);
		waitpid(stage->daemon, NULL, 0);
		unlink(stage->socket);
	}
	stage->daemon = 0;
}

static void test_deeds(void **state)
{
	const struct script script = { .status = STATUS("streaming") };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "tare --yes"), CLI_OK);
	assert_string_equal(stage->out, "");
	assert_says(stage->err, "zero");
	assert_int_equal(run(stage, "tare --yes --json"), CLI_OK);
	assert_string_equal(stage->out, "{\"ok\":true}\n");
	assert_int_equal(run(stage, "identify -q"), CLI_OK);
	assert_string_equal(stage->err, "");
}

/* --- watching --------------------------------------------------------------------- */

static void test_watch_jsonl(void **state)
{
	static const char first[] = "{\"schema\":\"stance.sample/1\", "
				    "\"seq\":0,\"t_s\":100.000,\"force_n\":735.20,"
				    "\"left_frac\":0.512,\"fore_frac\":0.45,\"cop_mm\":"
				    "[1.0,-2.5],\"left\":null,"
				    "\"right\":null,\"flags\":[]}\n";
	const struct script script = { .status = STATUS("streaming"), .n_samples = -1 };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "watch --jsonl --seconds 0.3"), CLI_OK);
	assert_memory_equal(stage->out, first, sizeof(first) - 1);
	assert_int_equal(count_lines(stage->out, "stance.sample/1"), 30);
	assert_string_equal(stage->err, "");
}

static void test_watch_one_and_lines(void **state)
{
	const struct script script = { .status = STATUS("streaming"), .n_samples = -1 };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "watch --json"), CLI_OK);
	assert_int_equal(count_lines(stage->out, "\n"), 1);
	assert_int_equal(run(stage, "watch --seconds 0.3"), CLI_OK);
	assert_int_equal(count_lines(stage->out, "\n"), 1);
	assert_says(stage->out, "735.2 N   75.0 kg  left  51.2 %");
	assert_null(strchr(stage->out, '\033'));
}

static void test_watch_frames(void **state)
{
	const struct script script = {
		.status = STATUS("streaming"), .n_samples = -1, .frames = true
	};
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "watch --jsonl --frames --seconds 0.2"), CLI_OK);
	assert_int_equal(count_lines(stage->out, "stance.sample/1"), 20);
	assert_in_range(count_lines(stage->out, "stance.frame/1"), 19, 20);
}

static void test_watch_when_the_daemon_goes(void **state)
{
	const struct script script = {
		.status = STATUS("streaming"), .n_samples = 10, .hang_up = true
	};
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "watch --jsonl --seconds 5"), CLI_NO_DAEMON);
	assert_int_equal(count_lines(stage->out, "stance.sample/1"), 10);
	assert_says(stage->err, "has gone");
}

/* The stream may end within the seconds asked for: what there was is shown, and that is all. */
static void test_watch_ends_by_the_clock(void **state)
{
	const struct script script = { .status = STATUS("lost"), .n_samples = 5 };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "watch --jsonl --seconds 0.2"), CLI_OK);
	assert_int_equal(count_lines(stage->out, "stance.sample/1"), 5);
}

static void test_watch_interrupted(void **state)
{
	const struct script script = { .status = STATUS("streaming"), .n_samples = -1 };
	struct stage *stage = *state;
	pid_t helper;

	start_daemon(stage, &script);
	helper = fork();
	assert_true(helper >= 0);
	if (helper == 0) {
		usleep(400000);
		kill(getppid(), SIGINT);
		_exit(0);
	}
	assert_int_equal(run(stage, "watch --jsonl"), CLI_INTERRUPTED);
	assert_true(count_lines(stage->out, "stance.sample/1") > 5);
	waitpid(helper, NULL, 0);
}

static void test_watch_without_mat(void **state)
{
	const struct script script = { .status = STATUS("searching"), .n_samples = 0 };
	struct stage *stage = *state;

	start_daemon(stage, &script);
	assert_int_equal(run(stage, "watch --jsonl"), CLI_NO_MAT); /* takes its 5 s */
	assert_string_equal(stage->out, "");
	assert_says(stage->err, "no mat within 5 s: searching: say why");
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(test_usage),
		ON_STAGE(test_help_and_version),
		ON_STAGE(test_completion),
		ON_STAGE(test_config),
		ON_STAGE(test_no_daemon),
		ON_STAGE(test_stale_socket),
		ON_STAGE(test_status),
		ON_STAGE(test_status_of_other_states),
		ON_STAGE(test_status_that_is_none),
		ON_STAGE(test_silent_daemon),
		ON_STAGE(test_refusals),
		ON_STAGE(test_deeds),
		ON_STAGE(test_watch_jsonl),
		ON_STAGE(test_watch_one_and_lines),
		ON_STAGE(test_watch_frames),
		ON_STAGE(test_watch_when_the_daemon_goes),
		ON_STAGE(test_watch_ends_by_the_clock),
		ON_STAGE(test_watch_interrupted),
		ON_STAGE(test_watch_without_mat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
