/* stance support-bundle: what is known about the station, in one file to send. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/jsonw.h"
#include "src/cli/cli.h"
#include "src/cli/support_parts.h"
#include "src/cli/tarball.h"
#include "src/cli/verbs.h"

#define ENDING ".tar.gz"

struct bundle {
	struct cli *cli;
	const char *file; /* as given, or `usual` */
	char usual[64], folder[64];
	time_t now;
	struct tarball tar;
	size_t n_parts, bytes;
};

/* Make one part and add it. Returns 0 or a negative errno. */
static int add_part(struct bundle *b, const struct support_part *part)
{
	char name[160], *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	int err;

	if (!out)
		return -ENOMEM;
	cli_note(b->cli, "%s: %s", part->file, part->holds);
	part->make_fn(b->cli, out);
	err = fclose(out) == 0 ? 0 : -ENOMEM;
	snprintf(name, sizeof(name), "%s/%s", b->folder, part->file);
	if (err == 0)
		err = tarball_add(&b->tar, name, text, n, b->now);
	free(text);
	return err;
}

static int write_all(int fd, const unsigned char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

/* A new file, whole or not at all. */
static int write_file(const char *path, const unsigned char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, bytes, n);
	if (close(fd) < 0 && err == 0)
		err = -errno;
	if (err < 0)
		unlink(path);
	return err;
}

static int make(struct bundle *b)
{
	const struct support_part *part;
	unsigned char *packed = NULL;
	int err = 0;

	for (size_t i = 0; err == 0 && (part = support_part_at(i)); i++) {
		err = add_part(b, part);
		b->n_parts++;
	}
	if (err == 0)
		err = tarball_pack(&b->tar, &packed, &b->bytes);
	if (err == 0)
		err = write_file(b->file, packed, b->bytes);
	free(packed);
	tarball_fini(&b->tar);
	return err;
}

/* --- the verb ------------------------------------------------------------------------------ */

static int fail(const struct bundle *b, int err)
{
	if (err == -EEXIST)
		cli_error(b->cli,
			"%s is there already and is not overwritten; give another name",
			b->file);
	else
		cli_error(b->cli, "%s cannot be written: %s", b->file, strerror(-err));
	return err == -EACCES || err == -EPERM || err == -EROFS ? CLI_PERMISSION
								: CLI_FAILURE;
}

static void report(const struct bundle *b)
{
	char text[1024];
	struct jsonw w;

	if (!b->cli->json) {
		fprintf(b->cli->out, "%s: %zu files, %zu bytes; nothing of patients\n",
			b->file, b->n_parts, b->bytes);
		return;
	}
	jsonw_init(&w, text, sizeof(text));
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.support-bundle/1");
	jsonw_key(&w, "file");
	jsonw_string(&w, b->file);
	jsonw_key(&w, "files");
	jsonw_int(&w, (int64_t)b->n_parts);
	jsonw_key(&w, "bytes");
	jsonw_int(&w, (int64_t)b->bytes);
	jsonw_end_object(&w);
	fprintf(b->cli->out, "%s\n", text);
}

static void name_it(struct bundle *b)
{
	struct tm local;

	b->now = time(NULL);
	if (!localtime_r(&b->now, &local) ||
		strftime(b->folder, sizeof(b->folder), "stance-support-%Y%m%d-%H%M%S",
			&local) == 0)
		snprintf(b->folder, sizeof(b->folder), "stance-support");
	snprintf(b->usual, sizeof(b->usual), "%.50s" ENDING, b->folder);
	if (!b->file)
		b->file = b->usual;
}

static int run(struct bundle *b)
{
	int err;

	name_it(b);
	/* told before the work, and certain at its end */
	err = access(b->file, F_OK) == 0 ? -EEXIST : make(b);
	if (err < 0)
		return fail(b, err);
	report(b);
	return CLI_OK;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct bundle *b = state->input;

	if (key != ARGP_KEY_ARG || b->file)
		return ARGP_ERR_UNKNOWN;
	b->file = value;
	return 0;
}

int verb_support_bundle(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "[FILE.tar.gz]",
		.doc = "Collect what helps to find a fault into one file to send: "
		       "findings of the doctor, versions, configuration, status, the "
		       "calibration's certificate, the last log lines. Nothing of "
		       "patients.\v"
		       "Without FILE: stance-support-DATE-TIME.tar.gz in this folder. "
		       "A file that exists is not overwritten. What cannot be had is "
		       "in it as the reason: it can be made without a daemon.",
	};
	struct bundle b = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &b);

	return parsed != 0 ? cli_parse_exit(parsed) : run(&b);
}
