#include "src/store/audit_chain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "src/base/bytes.h"
#include "src/base/sha256.h"

#define SALT_SIZE 16

/* With its length, so that no two texts run into each other. */
static void push_text(struct sha256 *h, const char *text)
{
	const size_t n = strlen(text);
	uint8_t length[4];

	bytes_put_u32(length, (uint32_t)n);
	sha256_push(h, length, sizeof(length));
	sha256_push(h, text, n);
}

static void hash_content(const uint8_t salt[SALT_SIZE], const struct audit_entry *e,
	uint8_t content[SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, salt, SALT_SIZE);
	push_text(&h, e->subject);
	push_text(&h, e->detail);
	sha256_end(&h, content);
}

static void hash_entry(const uint8_t before[SHA256_SIZE], int64_t id,
	const struct audit_entry *e, const uint8_t content[SHA256_SIZE],
	uint8_t hash[SHA256_SIZE])
{
	struct sha256 h;
	uint8_t numbers[16];

	bytes_put_u64(numbers, (uint64_t)id);
	bytes_put_u64(numbers + 8, (uint64_t)e->at_unix_ms);
	sha256_init(&h);
	sha256_push(&h, before, SHA256_SIZE);
	sha256_push(&h, numbers, sizeof(numbers));
	push_text(&h, e->by);
	push_text(&h, e->action);
	sha256_push(&h, content, SHA256_SIZE);
	sha256_end(&h, hash);
}

/* The last entry's number and hash; 0 and zeros before the first. */
static int last_of(struct sql *db, int64_t *id, uint8_t hash[SHA256_SIZE])
{
	struct sql_query *q = NULL;
	const void *bytes;
	size_t n;
	int error = sql_query(
		db, &q, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1", "");

	memset(hash, 0, SHA256_SIZE);
	*id = 0;
	if (error < 0)
		return error;
	error = sql_step(q);
	if (error == 1) {
		*id = sql_int(q, 0);
		bytes = sql_blob(q, 1, &n);
		if (n == SHA256_SIZE)
			memcpy(hash, bytes, n);
		error = 0;
	}
	sql_reset(q);
	return error;
}

int audit_chain_add(struct sql *db, const struct audit_entry *e, int64_t *id)
{
	uint8_t salt[SALT_SIZE], before[SHA256_SIZE], content[SHA256_SIZE];
	uint8_t hash[SHA256_SIZE];
	int error = last_of(db, id, before);

	if (error < 0)
		return error;
	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return -EIO;
	++*id; /* numbers without a hole: one that is cut out is missed */
	hash_content(salt, e, content);
	hash_entry(before, *id, e, content, hash);
	return sql_run(db,
		"INSERT INTO audit (id, at_unix_ms, author, action, subject, detail, "
		"salt,"
		" content_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"llttttbbb", *id, e->at_unix_ms, e->by, e->action, e->subject,
		e->detail, (const void *)salt, sizeof(salt), (const void *)content,
		sizeof(content), (const void *)hash, sizeof(hash));
}

/* The texts of a row, each on the heap and of any length. */
struct row_text {
	char *text[4];
};

static void free_texts(struct row_text *t)
{
	for (int i = 0; i < 4; i++)
		free(t->text[i]);
}

/* Read by, action, subject, detail from columns 2 to 5 of a row. */
static int read_entry(struct sql_query *q, struct audit_entry *e, struct row_text *t)
{
	memset(t, 0, sizeof(*t));
	for (int i = 0; i < 4; i++) {
		size_t n;
		const char *bytes = sql_blob(q, 2 + i, &n);

		t->text[i] = strndup(n > 0 ? bytes : "", n);
		if (!t->text[i]) {
			free_texts(t);
			return -ENOMEM;
		}
	}
	*e = (struct audit_entry){ sql_int(q, 1), t->text[0], t->text[1], t->text[2],
		t->text[3] };
	return 0;
}

int audit_chain_adopt(struct sql *db)
{
	struct sql_query *q = NULL;
	int error = sql_query(db, &q,
		"SELECT id, at_unix_ms, author, action, subject, detail FROM audit_1"
		" ORDER BY id",
		"");

	while (error == 0) {
		struct audit_entry entry;
		struct row_text texts;
		int64_t id;

		error = sql_step(q);
		if (error <= 0)
			break;
		error = read_entry(q, &entry, &texts);
		if (error == 0) {
			error = audit_chain_add(db, &entry, &id);
			free_texts(&texts);
		}
	}
	sql_reset(q);
	return error;
}

int audit_chain_erase(struct sql *db, int64_t patient_id)
{
	int error = sql_run(db,
		"UPDATE audit SET subject = 'erased', detail = '', salt = NULL"
		" WHERE id IN (SELECT audit_id FROM audit_person WHERE patient_id = ?)",
		"l", patient_id);

	/* an entry about two people speaks of neither any more */
	if (error == 0)
		error = sql_run(db,
			"DELETE FROM audit_person WHERE audit_id IN"
			" (SELECT audit_id FROM audit_person WHERE patient_id = ?)",
			"l", patient_id);
	return error;
}

/* Check one row against the hash before it, which it replaces. */
static bool row_holds(struct sql_query *q, const struct audit_entry *e, int64_t id,
	uint8_t before[SHA256_SIZE])
{
	uint8_t content[SHA256_SIZE], hash[SHA256_SIZE];
	size_t n_salt, n_content, n_hash;
	const void *salt = sql_blob(q, 6, &n_salt);
	const void *kept_content = sql_blob(q, 7, &n_content);
	const void *kept_hash = sql_blob(q, 8, &n_hash);

	if (sql_int(q, 0) != id || n_content != SHA256_SIZE || n_hash != SHA256_SIZE)
		return false;
	memcpy(content, kept_content, sizeof(content));
	if (n_salt == SALT_SIZE)
		hash_content(salt, e, content);
	else if (n_salt != 0 || strcmp(e->subject, "erased") != 0 || *e->detail)
		return false;
	hash_entry(before, id, e, content, hash);
	memcpy(before, hash, sizeof(hash));
	return memcmp(content, kept_content, sizeof(content)) == 0 &&
	       memcmp(hash, kept_hash, sizeof(hash)) == 0;
}

/* Entries cut off the end are missed by the number that SQLite has given out. */
static int check_end(struct sql *db, int64_t n, int64_t *bad_id)
{
	int64_t given = 0;
	const int error = sql_number(
		db, &given, "SELECT seq FROM sqlite_sequence WHERE name = 'audit'", "");

	if (error < 0 && error != -ENOENT)
		return error;
	if (given == n)
		return 0;
	*bad_id = n + 1;
	return -EBADMSG;
}

int audit_chain_verify(struct sql *db, int64_t *bad_id)
{
	uint8_t before[SHA256_SIZE] = { 0 };
	struct sql_query *q = NULL;
	int64_t id = 0;
	int error = sql_query(db, &q,
		"SELECT id, at_unix_ms, author, action, subject, detail, salt, "
		"content_hash,"
		" hash FROM audit ORDER BY id",
		"");

	while (error == 0) {
		struct audit_entry entry;
		struct row_text texts;

		error = sql_step(q);
		if (error <= 0)
			break;
		error = read_entry(q, &entry, &texts);
		if (error < 0)
			break;
		if (!row_holds(q, &entry, ++id, before)) {
			*bad_id = id;
			error = -EBADMSG;
		}
		free_texts(&texts);
	}
	sql_reset(q);
	return error < 0 ? error : check_end(db, id, bad_id);
}
