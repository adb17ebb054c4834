/* Finding a patient as a code is typed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/store/store_internal.h"

/* Every wildcard of the query doubled, and room around. */
#define PATTERN_SIZE (2 * RECORD_CODE_SIZE + 3)

/* A pattern of LIKE that holds `query` as it is: "query%", or "%query%". */
static void make_pattern(char pattern[PATTERN_SIZE], const char *query, bool anywhere)
{
	char *to = pattern;

	if (anywhere)
		*to++ = '%';
	for (; *query; query++) {
		if (*query == '%' || *query == '_' || *query == '\\')
			*to++ = '\\';
		*to++ = *query;
	}
	*to++ = '%';
	*to = '\0';
}

/* What a line has besides the patient's own columns; p is the patient. */
#define LINE                                                                           \
	"SELECT p.code, p.sex, p.birth_year,"                                          \
	" (SELECT count(*) FROM trial WHERE patient_id = p.id AND state = 'done'),"    \
	" v.id, v.started_unix_ms, v.utc_offset_min,"                                  \
	" (SELECT max(id) FROM visit WHERE patient_id = p.id AND closed = 0),"         \
	" p.red_flags NOT IN ('', 'none'),"                                            \
	" EXISTS (SELECT 1 FROM worklist WHERE patient_id = p.id"                      \
	" AND state = 'waiting') "
#define LAST_VISIT                                                                     \
	" LEFT JOIN visit AS v ON v.id = (SELECT max(id) FROM visit AS w"              \
	" WHERE w.patient_id = p.id"                                                   \
	" AND EXISTS (SELECT 1 FROM trial WHERE visit_id = w.id)) "

static void read_line(struct sql_query *q, struct store_patient_line *out)
{
	char sex[8];

	memset(out, 0, sizeof(*out));
	sql_text(q, 0, out->code, sizeof(out->code));
	sql_text(q, 1, sex, sizeof(sex));
	out->sex = *sex;
	out->birth_year = (int)sql_int(q, 2);
	out->n_trials = sql_int(q, 3);
	out->last_visit_id = sql_int(q, 4);
	out->last_visit_unix_ms = sql_is_null(q, 5) ? INT64_MIN : sql_int(q, 5);
	out->last_visit_offset_min = (int)sql_int(q, 6);
	out->open_visit_id = sql_int(q, 7);
	out->red_flag = sql_int(q, 8) != 0;
	out->waits = sql_int(q, 9) != 0;
}

int store_patient_line(struct store *store, const char *code,
	struct store_patient_line *out, int64_t *n_visits)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		LINE "FROM patient AS p" LAST_VISIT "WHERE p.code = ?", "t", code);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		read_line(q, out);
	sql_reset(q);
	if (row <= 0)
		return row < 0 ? row : -ENOENT;
	return sql_number(store->db, n_visits,
		"SELECT count(*) FROM visit AS v JOIN patient AS p ON p.id = "
		"v.patient_id WHERE p.code = ?",
		"t", code);
}

int store_patient_find(struct store *store, const char *query, int64_t offset,
	int limit, store_found_fn *fn, void *ctx, int64_t *total)
{
	char begins[PATTERN_SIZE], holds[PATTERN_SIZE];
	struct sql_query *q = NULL;
	int n = 0, error;

	if (strlen(query) >= RECORD_CODE_SIZE)
		return -EINVAL;
	make_pattern(begins, query, false);
	make_pattern(holds, query, true);
	error = sql_number(store->db, total,
		"SELECT count(*) FROM patient WHERE code LIKE ? ESCAPE '\\'", "t",
		holds);
	/* only those of the page are looked up further */
	if (error == 0)
		error = sql_query(store->db, &q,
			LINE "FROM (SELECT id, code LIKE ?2 ESCAPE '\\' AS first"
			     " FROM patient WHERE code LIKE ?1 ESCAPE '\\'"
			     " ORDER BY first DESC, code LIMIT ?4 OFFSET ?3) AS f"
			     " JOIN patient AS p ON p.id = f.id" LAST_VISIT
			     "ORDER BY f.first DESC, p.code",
			"ttli", holds, begins, offset, limit);
	while (error == 0) {
		struct store_patient_line line;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_line(q, &line);
		n++;
		error = fn(&line, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}
