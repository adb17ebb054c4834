#include "src/export/frozen.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/sha256.h"
#include "src/export/doc.h"

#define HEX_SIZE (2 * SHA256_SIZE + 1)

/* --- pieces --------------------------------------------------------------------------------- */

struct pieces {
	char *text;
	size_t n;
	char sha256[HEX_SIZE]; /* that the text must have */
	json_int_t version;    /* of the first piece: all others must be of it */
	json_int_t next;       /* -1: that was the last */
};

/* Append what an answer brings. */
static int add_piece(struct pieces *p, const json_t *answer)
{
	const json_t *text = json_object_get(answer, "text");
	const json_t *next = json_object_get(answer, "next_offset");
	const size_t n = json_string_length(text);
	char *longer;

	if (!json_is_string(text) || json_integer_value(json_object_get(
					     answer, "offset")) != (json_int_t)p->n)
		return -EBADMSG;
	longer = realloc(p->text, p->n + n + 1);
	if (!longer)
		return -ENOMEM;
	p->text = longer;
	memcpy(p->text + p->n, json_string_value(text), n + 1);
	p->n += n;
	p->version = json_integer_value(json_object_get(answer, "version"));
	snprintf(p->sha256, sizeof(p->sha256), "%s", doc_text(answer, "sha256"));
	p->next = json_is_integer(next) ? json_integer_value(next) : -1;
	/* what does not go on would go on for ever */
	return p->next >= 0 && n == 0 ? -EBADMSG : 0;
}

static int ask_piece(struct pieces *p, long long visit, long long version,
	export_ask_fn *ask, void *ctx)
{
	json_t *params = json_pack(
		"{sIsI}", "visit", (json_int_t)visit, "offset", (json_int_t)p->n);
	json_t *answer = NULL;
	int err = params ? 0 : -ENOMEM;

	if (err == 0 && version > 0)
		json_object_set_new(params, "version", json_integer(version));
	if (err == 0)
		err = ask("report.get", params, &answer, ctx);
	if (err == 0)
		err = add_piece(p, answer);
	json_decref(answer);
	return err;
}

static bool is_what_was_signed(const struct pieces *p)
{
	uint8_t digest[SHA256_SIZE];
	char hex[HEX_SIZE];
	struct sha256 sha;

	sha256_init(&sha);
	sha256_push(&sha, p->text, p->n);
	sha256_end(&sha, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return strcmp(hex, p->sha256) == 0;
}

int export_frozen_text(long long visit, long long version, export_ask_fn *ask,
	void *ctx, char **text, size_t *n)
{
	struct pieces p = { .version = version };
	int err;

	do
		err = ask_piece(&p, visit, p.version, ask, ctx);
	while (err == 0 && p.next >= 0);
	if (err == 0 && !is_what_was_signed(&p))
		err = -EBADMSG;
	if (err < 0) {
		free(p.text);
		return err;
	}
	*text = p.text;
	*n = p.n;
	return 0;
}

/* --- the newest document ----------------------------------------------------------------------- */

/* The newest version's number, 0: nothing is signed. */
static int ask_version(
	long long visit, export_ask_fn *ask, void *ctx, long long *version)
{
	json_t *list = NULL;
	int err = ask("report.list",
		json_pack("{sIsi}", "visit", (json_int_t)visit, "limit", 1), &list,
		ctx);
	const json_t *newest = json_array_get(json_object_get(list, "reports"), 0);

	if (err == 0)
		*version = json_integer_value(json_object_get(newest, "version"));
	json_decref(list);
	return err;
}

int export_frozen_collect(
	long long visit, export_ask_fn *ask, void *ctx, struct json_t **out)
{
	long long version = 0;
	json_t *frozen;
	char *text = NULL;
	size_t n = 0;
	int err = ask_version(visit, ask, ctx, &version);

	*out = NULL;
	if (err < 0 || version == 0)
		return err;
	err = export_frozen_text(visit, version, ask, ctx, &text, &n);
	if (err < 0)
		return err;
	frozen = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	if (!json_is_object(json_object_get(frozen, "visit"))) {
		json_decref(frozen);
		return -EBADMSG;
	}
	*out = frozen;
	return 0;
}

/* --- what it says ------------------------------------------------------------------------------ */

static const json_t *find(
	const json_t *frozen, const char *list, const char *key, long long trial)
{
	const json_t *all = json_object_get(frozen, list);

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);

		if (json_integer_value(json_object_get(one, key)) == trial)
			return one;
	}
	return NULL;
}

const struct json_t *export_frozen_trial(const struct json_t *frozen, long long trial)
{
	return find(frozen, "trials", "id", trial);
}

const struct json_t *export_frozen_device(const struct json_t *frozen, long long trial)
{
	return json_object_get(find(frozen, "devices", "trial", trial), "device");
}
