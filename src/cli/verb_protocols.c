#include <argp.h>
#include <stdlib.h>

#include "src/base/jsonw.h"
#include "src/base/nearest.h"
#include "src/cli/cli.h"
#include "src/cli/trials.h"
#include "src/cli/verbs.h"
#include "src/core/trial/protocol.h"

#define TEXT_SIZE (64 * 1024)

static const char *key_at(size_t index, const void *ctx)
{
	const struct protocol *protocol = protocol_at(index);

	(void)ctx;
	return protocol ? protocol->key : NULL;
}

int trial_unknown_protocol(const struct cli *cli, const char *key)
{
	cli_error(cli,
		"there is no protocol \"%s\"; did you mean \"%s\"? (stance protocols "
		"lists them)",
		key, nearest_of(key, key_at, NULL, NULL));
	return CLI_USAGE;
}

static void print_text(const struct cli *cli)
{
	const struct protocol *p;

	if (!cli->quiet)
		fprintf(cli->out, "%-15s %-43s %7s %7s %6s %6s\n", "protocol", "what",
			"measure", "settle", "parts", "times");
	for (size_t i = 0; (p = protocol_at(i)); i++)
		fprintf(cli->out, "%-15s %-43s %5.0f s %5.0f s %6d %6d\n", p->key,
			p->title, p->duration_s, p->settle_s, p->n_phases,
			p->n_repeats);
	if (cli->verbose)
		for (size_t i = 0; (p = protocol_at(i)); i++)
			fprintf(cli->out, "\n%s: %s\n  %s\n", p->key,
				p->phases[0].instruction, p->source);
}

static void put_protocol(struct jsonw *w, const struct protocol *p)
{
	const char *const texts[][2] = { { "key", p->key }, { "title", p->title },
		{ "stance", p->stance }, { "instruction", p->phases[0].instruction },
		{ "source", p->source } };

	jsonw_begin_object(w);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		jsonw_key(w, texts[i][0]);
		jsonw_string(w, texts[i][1]);
	}
	jsonw_key(w, "duration_s");
	jsonw_real(w, p->duration_s);
	jsonw_key(w, "settle_s");
	jsonw_real(w, p->settle_s);
	jsonw_key(w, "phases");
	jsonw_int(w, p->n_phases);
	jsonw_key(w, "repeats");
	jsonw_int(w, p->n_repeats);
	jsonw_key(w, "practice");
	jsonw_int(w, p->n_practice);
	jsonw_end_object(w);
}

static int print_json(const struct cli *cli)
{
	char *text = malloc(TEXT_SIZE);
	const struct protocol *p;
	struct jsonw w;

	if (!text)
		return CLI_FAILURE;
	jsonw_init(&w, text, TEXT_SIZE);
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.protocols/1");
	jsonw_key(&w, "protocols");
	jsonw_begin_array(&w);
	for (size_t i = 0; (p = protocol_at(i)); i++)
		put_protocol(&w, p);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	fprintf(cli->out, "%s\n", text);
	free(text);
	return CLI_OK;
}

int verb_protocols(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "List the protocols of trials: what is done, how long, how "
		       "often.\v"
		       "With --verbose their instructions and sources too.",
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (cli->json)
		return print_json(cli);
	print_text(cli);
	return CLI_OK;
}
