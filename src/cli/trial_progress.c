#include "src/cli/trial_progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/terminal.h"
#include "src/core/trial/protocol.h"

#define BAR_WIDTH   24
#define LINE_SIZE   512
#define MIN_COLUMNS 40

void trial_progress_init(struct trial_progress *progress, const struct cli *cli)
{
	const char *term = getenv("TERM");
	struct terminal terminal = { .out = cli->err };
	int n_rows;

	*progress = (struct trial_progress){ .cli = cli, .said_phase = -1 };
	progress->live = fileno(cli->err) >= 0 && isatty(fileno(cli->err)) && term &&
			 *term && strcmp(term, "dumb") != 0;
	if (progress->live)
		terminal_size(&terminal, &n_rows, &progress->n_cols);
}

/* What a state means to whoever reads along. */
static const char *state_words(const char *state)
{
	static const struct {
		const char *state, *words;
	} all[] = {
		{ "waiting", "waiting for a person" },
		{ "settling", "settling" },
		{ "measuring", "measuring" },
		{ "storing", "computing and storing" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(all[i].state, state) == 0)
			return all[i].words;
	return state;
}

/* --- lines --------------------------------------------------------------------------------- */

static void clear(struct trial_progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", p->cli->err);
	p->drawn = false;
}

static bool is_news(struct trial_progress *p, const char *state, int phase)
{
	bool news = strcmp(p->said, state) != 0 || p->said_phase != phase;

	snprintf(p->said, sizeof(p->said), "%s", state);
	p->said_phase = phase;
	return news;
}

/* "part 2 of 8, Leaning forward: ", "" for a simple protocol. */
static void put_phase(const json_t *document, bool with_title, char *out, size_t size)
{
	double n_phases = members_number(document, "n_phases");
	const char *title =
		with_title ? protocol_phase_title(members_text(document, "protocol"),
				     members_text(document, "phase_key"))
			   : "";

	out[0] = '\0';
	if (n_phases > 1)
		snprintf(out, size, "part %.0f of %.0f%s%s: ",
			members_number(document, "phase") + 1, n_phases,
			*title ? ", " : "", title);
}

static bool is_before_the_end(const char *state)
{
	return strcmp(state, "waiting") == 0 || strcmp(state, "settling") == 0 ||
	       strcmp(state, "measuring") == 0;
}

/* Say what is new: an instruction once, a state for those who see no bar. */
static void announce(struct trial_progress *p, const json_t *document)
{
	const char *state = members_text(document, "state");
	const char *says = members_text(document, "instruction");
	double remaining_s = members_number(document, "remaining_s");
	char phase[96];

	clear(p);
	if (strcmp(state, "settling") == 0 && remaining_s < 0.5)
		return; /* nothing to wait for */
	put_phase(document, true, phase, sizeof(phase));
	if (*says && strcmp(says, p->instruction) != 0 && is_before_the_end(state)) {
		snprintf(p->instruction, sizeof(p->instruction), "%s", says);
		fprintf(p->cli->err, "%s%s\n", phase, says);
	}
	if (strcmp(state, "waiting") == 0)
		return;
	if (!p->live && isfinite(remaining_s))
		fprintf(p->cli->err, "%s%s: %.0f s\n", phase, state_words(state),
			ceil(remaining_s));
	else if (!p->live)
		fprintf(p->cli->err, "%s%s\n", phase, state_words(state));
}

static void put_bar(double frac, char out[BAR_WIDTH + 3])
{
	int n = (int)lrint(fmin(fmax(frac, 0), 1) * BAR_WIDTH);

	out[0] = '[';
	memset(out + 1, '#', (size_t)n);
	memset(out + 1 + n, '.', (size_t)(BAR_WIDTH - n));
	out[BAR_WIDTH + 1] = ']';
	out[BAR_WIDTH + 2] = '\0';
}

static void draw(struct trial_progress *p, const json_t *document)
{
	double remaining_s = members_number(document, "remaining_s");
	double elapsed_s = members_number(document, "elapsed_s");
	double done = members_number(document, "done_frac");
	char line[LINE_SIZE], bar[BAR_WIDTH + 3], phase[96];
	int n, n_cols = p->n_cols > MIN_COLUMNS ? p->n_cols : MIN_COLUMNS;

	put_bar(isnan(done) ? 0 : done, bar);
	put_phase(document, false, phase, sizeof(phase)); /* 80 columns are few */
	if (isfinite(remaining_s))
		n = snprintf(line, sizeof(line), "%s %5.1f s left  %s%s", bar,
			fmax(remaining_s, 0), phase,
			state_words(members_text(document, "state")));
	else
		n = snprintf(line, sizeof(line), "%s %5.1f s  %s%s", bar,
			isnan(elapsed_s) ? 0 : elapsed_s, phase,
			state_words(members_text(document, "state")));
	n = n < n_cols ? n : n_cols - 1;
	fprintf(p->cli->err, "\r%.*s\033[K", n, line);
	fflush(p->cli->err);
	p->drawn = true;
}

void trial_progress_show(struct trial_progress *progress, const json_t *document)
{
	const char *state = members_text(document, "state");
	double phase = members_number(document, "phase");

	if (progress->cli->quiet)
		return;
	if (is_news(progress, state, isnan(phase) ? 0 : (int)phase))
		announce(progress, document);
	if (progress->live)
		draw(progress, document);
}

void trial_progress_end(struct trial_progress *progress)
{
	clear(progress);
	fflush(progress->cli->err);
}
