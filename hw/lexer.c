#include "hw/lexer.h"

#include <string.h>

void lexer_init(struct lexer *lexer, uint8_t *buffer, size_t size)
{
	*lexer = (struct lexer){ .buffer = buffer, .size = size };
	lexer_reset(lexer);
}

void lexer_reset(struct lexer *lexer)
{
	lexer->length = 0;
	lexer->overlong = false;
	lexer->is_first = true;
	lexer->in_step = true;
}

/* Keep the beginning of a run whose end has not come yet. */
static void keep(struct lexer *lexer, const uint8_t *bytes, size_t n)
{
	if (n > lexer->size - lexer->length) {
		lexer->overlong = true;
		lexer->length = 0;
	}
	if (lexer->overlong)
		return;
	memcpy(lexer->buffer + lexer->length, bytes, n);
	lexer->length += n;
}

/* Hand out the run that a 00 just ended: `n` last bytes of it lie at `bytes`. */
static void finish(
	struct lexer *lexer, const uint8_t *bytes, size_t n, struct lexer_run *run)
{
	run->is_first = lexer->is_first;
	lexer->is_first = false;
	/* A run that came in one piece needs no copy. */
	if (lexer->length == 0 && !lexer->overlong && n <= lexer->size) {
		run->kind = n > 0 ? LEXER_RUN : LEXER_NONE;
		run->bytes = bytes;
		run->n = n;
		return;
	}
	keep(lexer, bytes, n);
	run->kind = lexer->overlong ? LEXER_OVERLONG : LEXER_RUN;
	run->bytes = lexer->buffer;
	run->n = lexer->length;
	lexer->length = 0;
	lexer->overlong = false;
}

size_t lexer_push(
	struct lexer *lexer, const uint8_t *bytes, size_t n, struct lexer_run *run)
{
	size_t taken = 0;

	*run = (struct lexer_run){ .kind = LEXER_NONE };
	while (taken < n && run->kind == LEXER_NONE) {
		const uint8_t *from = bytes + taken;
		const uint8_t *end = memchr(from, 0, n - taken);

		if (!end) {
			keep(lexer, from, n - taken);
			taken = n;
			break;
		}
		finish(lexer, from, (size_t)(end - from), run);
		taken += (size_t)(end - from) + 1;
	}
	lexer->n_bytes += taken;
	return taken;
}

void lexer_judge(struct lexer *lexer, bool good)
{
	if (good && !lexer->in_step)
		lexer->n_resyncs++;
	lexer->in_step = good;
}
