/* Cuts a byte stream into the runs between zero bytes, in bounded memory, whatever arrives.
 * Does not decode, read ports or know any packet: whoever takes a run says whether it was good.
 * Follows docs/smp.md ("Bytes on the wire"): a 00 ends a run, empty runs mean nothing. */
#ifndef STANCE_HW_LEXER_H
#define STANCE_HW_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of the pushed bytes. */
enum lexer_kind {
	LEXER_NONE,     /* the bytes ended before a run did */
	LEXER_RUN,      /* a run of 1 to `size` bytes */
	LEXER_OVERLONG, /* a run longer than `size`, thrown away up to its 00 */
};

/* What a push found. `bytes` borrows the pushed bytes or the lexer's buffer until the next push. */
struct lexer_run {
	enum lexer_kind kind;
	const uint8_t *bytes;
	size_t n;
	bool is_first; /* of the stream: it may be the tail of a packet that began earlier */
};

/* Caller-owned. The counts run on over lexer_reset(). */
struct lexer {
	uint8_t *buffer;
	size_t size;
	size_t length;
	bool overlong;
	bool is_first;
	bool in_step;
	uint64_t n_bytes;   /* pushed */
	uint64_t n_resyncs; /* good runs after bad ones */
};

/* Start with an empty stream; `buffer` of `size` >= 1 bytes stays the caller's. */
void lexer_init(struct lexer *lexer, uint8_t *buffer, size_t size);

/* Forget a half-read run: another stream begins. */
void lexer_reset(struct lexer *lexer);

/* Take bytes up to the end of one run, or all `n`; empty runs are passed over. Returns how many
 * were taken: call again with the rest until all are. */
size_t lexer_push(
	struct lexer *lexer, const uint8_t *bytes, size_t n, struct lexer_run *run);

/* Say whether the last run was a good packet: the first good one after a bad one is a resync. */
void lexer_judge(struct lexer *lexer, bool good);

#endif
