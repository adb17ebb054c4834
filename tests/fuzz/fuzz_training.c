/* Fuzzes what is read of training: a programme is right or refused with a sentence, and comes back the same;
 * what a client hears stays within its tables.
 * Parser: src/ipc/document_programme.c src/ipc/document_training_get.c */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/ipc/document_training.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char the_text[DOCUMENT_TRAINING_MAX];

static void write_back(const struct programme *programme)
{
	struct programme again;
	char why[256];
	struct jsonw w;
	json_t *json;

	jsonw_init(&w, the_text, sizeof(the_text));
	document_put_programme(&w, programme);
	if (jsonw_finish(&w) < 0 || jsonw_finish(&w) >= DOCUMENT_PROGRAMME_MAX)
		abort();
	json = json_loads(the_text, 0, NULL);
	if (document_get_programme(json, &again, why, sizeof(why)) < 0 ||
		again.n_blocks != programme->n_blocks)
		abort();
	json_decref(json);
}

static void try_programme(const json_t *json)
{
	struct programme programme;
	char why[256] = "";

	if (document_get_programme(json, &programme, why, sizeof(why)) < 0) {
		if (!why[0])
			abort();
		return;
	}
	if (programme_check(&programme))
		abort();
	write_back(&programme);
}

static void try_heard(const json_t *json)
{
	static struct training_heard heard;
	const struct training_view *v = &heard.document.view;
	struct jsonw w;

	if (document_get_training(json, &heard) < 0)
		return;
	if (v->exercise >= EXERCISE_N || v->state >= TRAINING_N ||
		v->picture.n_gates > EXERCISE_N_GATES ||
		heard.summary.n_blocks > PROGRAMME_MAX_BLOCKS)
		abort();
	jsonw_init(&w, the_text, sizeof(the_text));
	document_put_training(&w, &heard.document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);

	if (json) {
		try_programme(json);
		try_heard(json);
	}
	json_decref(json);
	return 0;
}
