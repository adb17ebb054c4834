#include "src/store/store_station.h"

#include <errno.h>
#include <string.h>

#include "src/store/store_internal.h"

int store_station_get(struct store *store, struct store_station *out)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT pin, locked, n_wrong, wrong_unix_ms FROM station", "");

	memset(out, 0, sizeof(*out));
	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1) {
		sql_text(q, 0, out->pin, sizeof(out->pin));
		out->locked = sql_int(q, 1) != 0;
		out->n_wrong = (int)sql_int(q, 2);
		out->wrong_unix_ms = sql_int(q, 3);
	}
	sql_reset(q);
	return row == 1 ? 0 : row < 0 ? row : -EBADMSG;
}

struct change {
	const struct store_station *station;
	const char *action, *detail, *by;
};

static int put(struct store *store, void *ctx)
{
	static const int64_t nobody[] = { 0 };
	const struct change *c = ctx;
	const struct store_station *s = c->station;
	const int error = sql_run(store->db,
		"UPDATE station SET pin = ?, locked = ?, n_wrong = ?,"
		" wrong_unix_ms = ?",
		"tiil", s->pin, (int)s->locked, s->n_wrong, s->wrong_unix_ms);

	return error < 0 ? error
			 : store_audit_add(store, c->by, c->action, nobody, "station",
				   "%s", c->detail);
}

/* A disk that is full must not keep a station open, or shut. */
int store_station_put(struct store *store, const struct store_station *station,
	const char *action, const char *detail, const char *by)
{
	struct change c = { station, action, detail, by };

	return store_change(store, STORE_MUST, put, &c);
}
