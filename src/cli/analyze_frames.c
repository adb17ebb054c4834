#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "hw/mapfile.h"
#include "src/base/jsonw.h"
#include "src/cli/analyze.h"
#include "src/cli/cli.h"
#include "src/cli/frames_measure.h"

#define MESSAGE_SIZE    512
#define MAX_PLAIN_BYTES ((size_t)256 * 1024 * 1024)
#define FIRST_BYTES     ((size_t)1024 * 1024)
#define LINE_SIZE       4096

struct request {
	struct cli *cli;
	const char *path;
	struct mapfile map;
	struct frames_summary summary;
	float *cells;
	bool first;
};

/* --- files --------------------------------------------------------------------------------- */

static bool is_gzip(const char *text, size_t n)
{
	return n > 2 && memcmp(text, "\x1f\x8b", 2) == 0;
}

/* Make room for more than `used` bytes and a NUL. Returns 0, -EFBIG or -ENOMEM. */
static int grow(char **room, size_t *size, size_t used)
{
	char *more;

	if (*room && used + 1 < *size)
		return 0;
	if (*size >= MAX_PLAIN_BYTES)
		return -EFBIG;
	more = realloc(*room, 2 * *size);
	if (!more)
		return -ENOMEM;
	*room = more;
	*size *= 2;
	return 0;
}

/* Unpack all members of a gzip file. Returns 0; -EBADMSG, -EFBIG, -ENOMEM. */
static int unpack(const char *packed, size_t n, char **text, size_t *n_text)
{
	z_stream z = { .next_in = (Bytef *)packed, .avail_in = (uInt)n };
	size_t size = FIRST_BYTES, used = 0;
	int rc = 0, state = inflateInit2(&z, 16 + MAX_WBITS);

	*text = NULL;
	while (state == Z_OK && (rc = grow(text, &size, used)) == 0) {
		z.next_out = (Bytef *)*text + used;
		z.avail_out = (uInt)(size - 1 - used);
		state = inflate(&z, Z_NO_FLUSH);
		used = size - 1 - z.avail_out;
		if (state == Z_STREAM_END &&
			is_gzip((const char *)z.next_in, z.avail_in))
			state = inflateReset(&z);
		if (state == Z_OK && z.avail_in == 0 && z.avail_out > 0)
			state = Z_BUF_ERROR; /* cut off */
	}
	inflateEnd(&z);
	if (rc == 0 && state == Z_STREAM_END) {
		(*text)[used] = '\0';
		*n_text = used;
		return 0;
	}
	free(*text);
	*text = NULL;
	return rc < 0 ? rc : -EBADMSG;
}

static int read_text(struct request *r, char **text, size_t *n)
{
	char *packed;
	int rc, code = analyze_read(r->cli, r->path, "the frames", text, n);

	if (code != CLI_OK || !is_gzip(*text, *n))
		return code;
	packed = *text;
	rc = unpack(packed, *n, text, n);
	free(packed);
	if (rc == 0)
		return CLI_OK;
	cli_error(r->cli, "%s: %s", r->path,
		rc == -EBADMSG ? "the compressed file is damaged or cut off"
		: rc == -EFBIG ? "unpacked, it is larger than 256 MB"
			       : "not enough memory");
	return rc == -EBADMSG ? CLI_CORRUPT : CLI_FAILURE;
}

/* --- the document -------------------------------------------------------------------------- */

static void put_number(struct jsonw *w, const char *key, double value, int decimals)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, decimals);
}

static void put_pair(struct jsonw *w, const char *key, double x, double y)
{
	jsonw_key(w, key);
	if (isnan(x)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_fixed(w, x, 3);
	jsonw_fixed(w, y, 3);
	jsonw_end_array(w);
}

static void put_figures(struct jsonw *w, const struct frames_figures *f)
{
	put_number(w, "sum", f->sum, 3);
	put_number(w, "force_n", f->force_n, 2);
	put_number(w, "peak", f->peak, 3);
	jsonw_key(w, "contact_cells");
	jsonw_int(w, f->n_contact);
	put_number(w, "contact_mm2", f->contact_mm2, 1);
	put_pair(w, "cop_mm", f->cop_x_mm, f->cop_y_mm);
	put_pair(w, "cop_cells", f->cop_x_cells, f->cop_y_cells);
}

static void put_part(
	struct jsonw *w, const struct mapfile_part *p, const struct frames_figures *f)
{
	static const char *const sides[] = { NULL, "left", "right" };

	jsonw_begin_object(w);
	jsonw_key(w, "side");
	jsonw_string(w, sides[p->side]);
	jsonw_key(w, "sensor");
	jsonw_string(w, p->name[0] ? p->name : NULL);
	jsonw_key(w, "rows");
	jsonw_int(w, p->n_rows);
	jsonw_key(w, "cols");
	jsonw_int(w, p->n_cols);
	put_pair(w, "pitch_mm", p->pitch_x_mm, p->pitch_y_mm);
	put_number(w, "told_force_n", p->told_n, 2);
	put_figures(w, f);
	jsonw_end_object(w);
}

static void print_json_frame(struct request *r, const struct mapfile_frame *frame,
	const struct frames_measures *m)
{
	char line[LINE_SIZE];
	struct jsonw w;

	jsonw_init(&w, line, sizeof(line));
	jsonw_begin_object(&w);
	jsonw_key(&w, "frame");
	jsonw_int(&w, frame->number);
	jsonw_key(&w, "line");
	jsonw_int(&w, frame->line);
	put_number(&w, "t_s", frame->t_s, 4);
	jsonw_key(&w, "label");
	jsonw_string(&w, frame->label[0] ? frame->label : NULL);
	put_figures(&w, &m->all);
	put_number(&w, "left_frac", m->left_frac, 5);
	jsonw_key(&w, "parts");
	jsonw_begin_array(&w);
	for (int k = 0; k < frame->n_parts; k++)
		put_part(&w, &frame->parts[k], &m->part[k]);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	fprintf(r->cli->out, "%s%s", r->first ? "" : ",\n", line);
	r->first = false;
}

/* What the document begins with; the frames follow as they are read. */
static void print_json_head(struct request *r)
{
	const struct mapfile_head *h = &r->map.head;
	char line[LINE_SIZE];
	struct jsonw w;

	jsonw_init(&w, line, sizeof(line));
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.frames/1");
	jsonw_key(&w, "file");
	jsonw_string(&w, r->path);
	jsonw_key(&w, "format");
	jsonw_string(&w, mapfile_format_word(h->format));
	jsonw_key(&w, "sensor");
	jsonw_string(&w, h->sensor[0] ? h->sensor : NULL);
	jsonw_key(&w, "unit");
	jsonw_string(&w, h->unit[0] ? h->unit : NULL);
	put_number(&w, "kpa_per_unit", h->kpa_per_unit, 9);
	put_number(&w, "threshold", h->threshold, 4);
	jsonw_key(&w, "frames");
	fprintf(r->cli->out, "{%s[", line);
}

static void print_json_end(struct request *r)
{
	char notes[FRAMES_MAX_NOTES][FRAMES_NOTE_SIZE], line[LINE_SIZE];
	const struct frames_summary *s = &r->summary;
	int n = frames_notes(&r->map.head, s, notes);
	struct jsonw w;

	jsonw_init(&w, line, sizeof(line));
	jsonw_key(&w, "n");
	jsonw_int(&w, s->n);
	put_number(&w, "duration_s", s->has_time ? s->last_t_s : NAN, 4);
	jsonw_key(&w, "n_two_feet");
	jsonw_int(&w, s->n_two_feet);
	put_number(&w, "left_frac_mean",
		s->n_two_feet ? s->left_sum / s->n_two_feet : NAN, 5);
	jsonw_key(&w, "labels");
	jsonw_begin_array(&w);
	for (int k = 0; k < s->n_labels; k++) {
		jsonw_begin_object(&w);
		jsonw_key(&w, "label");
		jsonw_string(&w, s->labels[k].label);
		jsonw_key(&w, "n");
		jsonw_int(&w, s->labels[k].n);
		put_number(&w, "left_frac_mean", s->labels[k].left_sum / s->labels[k].n,
			5);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	put_number(&w, "force_n_most", s->force_most_n, 2);
	jsonw_key(&w, "unknown");
	jsonw_begin_array(&w);
	for (int i = 0; i < n; i++)
		jsonw_string(&w, notes[i]);
	jsonw_end_array(&w);
	fprintf(r->cli->out, "],%s}\n", line);
}

/* --- the table ----------------------------------------------------------------------------- */

static void print_head(const struct request *r)
{
	const struct mapfile_head *h = &r->map.head;

	fprintf(r->cli->out, "%s: %s", r->path, mapfile_format_name(h->format));
	if (h->sensor[0])
		fprintf(r->cli->out, ", %s", h->sensor);
	fprintf(r->cli->out, ", %s\n", h->unit[0] ? h->unit : "arbitrary units");
	fprintf(r->cli->out, "%7s%9s%12s%10s%9s%10s%20s  %s\n", "frame", "s", "sum",
		"force N", "left %", "contact", "centre x, y", "");
}

static void put_or_dash(char *out, size_t size, double value, int decimals)
{
	if (isfinite(value))
		snprintf(out, size, "%.*f", decimals, value);
	else
		snprintf(out, size, "-");
}

static void print_frame(struct request *r, const struct mapfile_frame *frame,
	const struct frames_measures *m)
{
	const struct frames_figures *f = &m->all;
	char t[24], force[24], left[24], contact[32], centre[64] = "-";

	put_or_dash(t, sizeof(t), frame->t_s, 3);
	put_or_dash(force, sizeof(force), f->force_n, 1);
	put_or_dash(left, sizeof(left), 100 * m->left_frac, 1);
	if (isfinite(f->contact_mm2))
		snprintf(contact, sizeof(contact), "%.1f cm2", f->contact_mm2 / 100);
	else
		snprintf(contact, sizeof(contact), "%d", f->n_contact);
	if (isfinite(f->cop_x_mm))
		snprintf(centre, sizeof(centre), "%.1f, %.1f mm", f->cop_x_mm,
			f->cop_y_mm);
	else if (isfinite(f->cop_x_cells))
		snprintf(centre, sizeof(centre), "%.2f, %.2f cells", f->cop_x_cells,
			f->cop_y_cells);
	fprintf(r->cli->out, "%7ld%9s%12.6g%10s%9s%10s%20s  %s\n", frame->number, t,
		f->sum, force, left, contact, centre, frame->label);
}

static void print_end(const struct request *r)
{
	char notes[FRAMES_MAX_NOTES][FRAMES_NOTE_SIZE];
	const struct frames_summary *s = &r->summary;
	int n = frames_notes(&r->map.head, s, notes);
	FILE *out = r->cli->out;

	fprintf(out, "\n%d frame%s", s->n, s->n == 1 ? "" : "s");
	if (s->has_time && s->n > 1)
		fprintf(out, " over %.2f s", s->last_t_s);
	if (s->has_force)
		fprintf(out, ", total force %.0f to %.0f N", s->force_least_n,
			s->force_most_n);
	else
		fprintf(out, ", sum %.6g to %.6g", s->sum_least, s->sum_most);
	if (s->n_two_feet > 0)
		fprintf(out, ", left share %.1f %% on average (%.1f to %.1f), of %d",
			100 * s->left_sum / s->n_two_feet, 100 * s->left_least,
			100 * s->left_most, s->n_two_feet);
	fputc('\n', out);
	for (int k = 0; k < s->n_labels; k++)
		fprintf(out, "  %-28s left share %5.1f %% on average of %d\n",
			s->labels[k].label, 100 * s->labels[k].left_sum / s->labels[k].n,
			s->labels[k].n);
	fprintf(out, "\nWhat this file cannot tell:\n");
	for (int i = 0; i < n; i++)
		fprintf(out, "- %s\n", notes[i]);
}

/* --- all ----------------------------------------------------------------------------------- */

/* Read once to know that it is whole, so that a damaged file prints no half a document. */
static int pass(struct request *r, const char *text, size_t n, bool print)
{
	char message[MESSAGE_SIZE] = "";
	struct frames_measures m;
	struct mapfile_frame frame;
	int rc = mapfile_open(
		&r->map, text, n, r->path, r->cells, message, sizeof(message));

	if (rc == 0 && print && r->cli->json)
		print_json_head(r);
	else if (rc == 0 && print)
		print_head(r);
	while (rc == 0 && (rc = mapfile_next(&r->map, &frame)) > 0) {
		frames_measure(&r->map.head, &frame, &m);
		if (print && r->cli->json)
			print_json_frame(r, &frame, &m);
		else if (print)
			print_frame(r, &frame, &m);
		else
			frames_summary_add(&r->summary, &frame, &m);
		rc = 0;
	}
	if (rc < 0)
		cli_error(r->cli, "%s", message);
	return rc < 0 ? CLI_CORRUPT : CLI_OK;
}

static int run(struct request *r)
{
	char *text = NULL;
	size_t n = 0;
	int code = read_text(r, &text, &n);

	r->cells = malloc(MAPFILE_MAX_CELLS * sizeof(*r->cells));
	if (code == CLI_OK && !r->cells) {
		cli_error(r->cli, "not enough memory");
		code = CLI_FAILURE;
	}
	if (code == CLI_OK)
		code = pass(r, text, n, false);
	if (code == CLI_OK && r->summary.n == 0) {
		cli_error(r->cli, "%s: there is no frame in it", r->path);
		code = CLI_CORRUPT;
	}
	r->first = true;
	if (code == CLI_OK)
		code = pass(r, text, n, true);
	if (code == CLI_OK && r->cli->json)
		print_json_end(r);
	else if (code == CLI_OK)
		print_end(r);
	free(r->cells);
	free(text);
	return code;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	if (key == ARGP_KEY_ARG && !r->path) {
		r->path = value;
		return 0;
	}
	if (key != ARGP_KEY_END || r->path)
		return ARGP_ERR_UNKNOWN;
	cli_error(r->cli, "name the file, or - for standard input");
	return EINVAL;
}

int analyze_frames(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "FILE",
		.doc = "Read pressure frames that another maker's program exported: "
		       "Tekscan .asf and .csv, novel emed .lst, XSENSOR .csv, labelled "
		       "frames of two feet, a bare matrix; .gz of these; - is standard "
		       "input.\v"
		       "Prints for each frame the total, the left share where two feet "
		       "are seen, the centre of pressure and the contact area, and "
		       "says what such a file cannot tell. Exit code 8 if it cannot be "
		       "read: the message names the line.",
	};
	struct request *r = calloc(1, sizeof(*r));
	int parsed, code;

	if (!r)
		return CLI_FAILURE;
	r->cli = cli;
	parsed = cli_parse(cli, &argp, argc, argv, r);
	code = parsed != 0 ? cli_parse_exit(parsed) : run(r);
	free(r);
	return code;
}
