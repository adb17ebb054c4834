/* How settings come from INI texts, files and folders of drop-ins. */
#include "src/base/settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ini.h>

#include "src/base/nearest.h"
#include "src/base/paths.h"

#define SYSTEM_DIR "/etc/stance"

/* inih as packaged cuts lines at 200 bytes and takes the rest for a line of its own:
 * longer lines are refused before it sees them. */
#define LINE_MAX_BYTES 196

/* Chosen: a hundred times all keys with a comment each; a wrong path must not fill memory. */
#define FILE_MAX_BYTES (64 * 1024)

#define MAX_DROPINS 64 /* chosen: nobody keeps more; says so when there are */

/* One text on its way through inih. */
struct parse {
	struct settings *s;
	const char *next; /* text not yet handed to inih */
	const char *file;
	int line;                  /* number of the line inih holds, from 1 */
	int seen[SETTINGS_N_KEYS]; /* line that set the key in this text, 0: none */
	char section[LINE_MAX_BYTES + 1];
	int section_line; /* of an unknown section that has had no key yet, else 0 */
	bool failed;
	char *message;
	size_t size;
};

__attribute__((format(printf, 3, 4))) static int fail_at(
	struct parse *p, int line, const char *format, ...)
{
	char text[512];
	va_list args;

	if (p->failed) /* the first mistake is the one to mend */
		return -EINVAL;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p->failed = true;
	snprintf(p->message, p->size, "%s:%d: %s", p->file, line, text);
	return -EINVAL;
}

/* --- keys ------------------------------------------------------------------------- */

static int find_key(const char *name)
{
	for (int k = 0; k < SETTINGS_N_KEYS; k++)
		if (strcmp(settings_keys()[k].name, name) == 0)
			return k;
	return -1;
}

static const char *key_name_at(size_t index, const void *ctx)
{
	(void)ctx;
	return index < SETTINGS_N_KEYS ? settings_keys()[index].name : NULL;
}

/* The key a person most likely meant: the right name in a wrong section, else by spelling. */
static const char *nearest_key(const char *section, const char *name)
{
	char full[2 * LINE_MAX_BYTES + 2];

	for (int k = 0; k < SETTINGS_N_KEYS; k++)
		if (strcmp(strchr(settings_keys()[k].name, '.') + 1, name) == 0)
			return settings_keys()[k].name;
	snprintf(full, sizeof(full), "%s%s%s", section, *section ? "." : "", name);
	return nearest_of(full, key_name_at, NULL, NULL);
}

static bool is_section(const char *section)
{
	size_t n = strlen(section);

	for (int k = 0; k < SETTINGS_N_KEYS; k++)
		if (strncmp(settings_keys()[k].name, section, n) == 0 &&
			settings_keys()[k].name[n] == '.')
			return true;
	return false;
}

static const char *section_name_at(size_t index, const void *ctx)
{
	static const char *const sections[] = { "mat", "daemon", "roles", "ui",
		"display" };

	(void)ctx;
	return index < sizeof(sections) / sizeof(*sections) ? sections[index] : NULL;
}

static void settle_section(struct parse *p)
{
	if (p->section_line)
		fail_at(p, p->section_line, "unknown section [%s]; did you mean [%s]?",
			p->section,
			nearest_of(p->section, section_name_at, NULL, NULL));
	p->section_line = 0;
}

/* --- inih ------------------------------------------------------------------------- */

/* Slips that only a file invites: on the command line the shell has taken the quotes away. */
static int check_file_text(
	const struct settings_info *key, const char *value, char *why, size_t size)
{
	if (strstr(value, " #") || *value == '#') {
		snprintf(why, size,
			"%s: a comment after a value begins with ;, not with #",
			key->name);
		return -EINVAL;
	}
	if (*value == '"' || *value == '\'') {
		snprintf(why, size, "%s = %s: leave out the quotation marks", key->name,
			value);
		return -EINVAL;
	}
	return 0;
}

static int on_value(
	void *user, const char *section, const char *name, const char *value)
{
	struct parse *p = user;
	char full[2 * LINE_MAX_BYTES + 2];
	char why[512];
	int k;

	if (p->failed)
		return 0;
	snprintf(full, sizeof(full), "%s%s%s", section, *section ? "." : "", name);
	k = find_key(full);
	if (k < 0) {
		fail_at(p, p->line, "unknown key \"%s\"; did you mean \"%s\"?", full,
			nearest_key(section, name));
		return 0;
	}
	if (p->seen[k]) {
		fail_at(p, p->line, "%s is already set on line %d; keep one of them",
			full, p->seen[k]);
		return 0;
	}
	if (check_file_text(&settings_keys()[k], value, why, sizeof(why)) < 0 ||
		settings_check((enum settings_key)k, value, why, sizeof(why)) < 0) {
		fail_at(p, p->line, "%s", why);
		return 0;
	}
	p->seen[k] = p->line;
	snprintf(p->s->value[k], sizeof(p->s->value[k]), "%s", value);
	snprintf(p->s->origin[k], sizeof(p->s->origin[k]), "%.255s:%d", p->file,
		p->line);
	return 1;
}

static void check_section_line(struct parse *p, const char *line)
{
	const char *close = strchr(line, ']');
	const char *after = close ? close + 1 + strspn(close + 1, " \t\r") : NULL;

	settle_section(p);
	if (!close)
		fail_at(p, p->line, "the section's closing ] is missing");
	else if (*after && *after != ';')
		fail_at(p, p->line, "only the section's name may stand on its line");
	else {
		snprintf(p->section, sizeof(p->section), "%.*s",
			(int)(close - line - 1), line + 1);
		p->section_line = is_section(p->section) ? 0 : p->line;
	}
}

/* What inih would let pass in silence: continuation lines, text after a section, control bytes. */
static void check_line(struct parse *p, const char *line)
{
	const char *start = line + strspn(line, " \t\r");

	for (const char *c = line; *c; c++)
		if (((unsigned char)*c < 0x20 && *c != '\t' && (*c != '\r' || c[1])) ||
			*c == 0x7f) {
			fail_at(p, p->line,
				"a control character (byte %d); write the line anew",
				(unsigned char)*c);
			return;
		}
	if (!*start || *start == ';' || *start == '#')
		return;
	if (start != line)
		fail_at(p, p->line,
			"a line may not begin with a space; move it to the margin");
	else if (*line == '[')
		check_section_line(p, line);
	else if (!strpbrk(line, "=:"))
		fail_at(p, p->line, "neither [section] nor name = value");
	else if (*line == '=' || *line == ':')
		fail_at(p, p->line, "a name is missing before the %c", *line);
	else
		p->section_line = 0; /* on_value() will complain about its key */
}

/* The fgets() of inih: one line at a time, none after a mistake. */
static char *read_line(char *out, int size, void *stream)
{
	struct parse *p = stream;
	size_t n = strcspn(p->next, "\n");

	if (p->failed || !*p->next)
		return NULL;
	p->line++;
	if (n > LINE_MAX_BYTES || n + 2 > (size_t)size) {
		fail_at(p, p->line, "the line is %zu bytes long; at most %d are read",
			n, LINE_MAX_BYTES);
		return NULL;
	}
	memcpy(out, p->next, n);
	out[n] = '\0';
	p->next += n + (p->next[n] == '\n');
	check_line(p, out);
	return p->failed ? NULL : out;
}

int settings_parse(struct settings *s, const char *text, const char *file,
	char *message, size_t size)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct settings scratch = *s;
	struct parse p = { .s = &scratch,
		.next = text,
		.file = file,
		.message = message,
		.size = size };
	int bad_line;

	if (strncmp(text, bom, 3) == 0)
		p.next += 3;
	bad_line = ini_parse_stream(read_line, &p, on_value, &p);
	settle_section(&p);
	if (bad_line != 0 && !p.failed)
		fail_at(&p, bad_line > 0 ? bad_line : 0,
			"neither [section] nor name = value");
	if (p.failed)
		return -EINVAL;
	*s = scratch;
	return 0;
}

/* --- files ------------------------------------------------------------------------ */

/* Read at most FILE_MAX_BYTES of `path` into `text`, which is one byte larger. */
static int read_text(const char *path, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t length = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (length <= FILE_MAX_BYTES) {
		n = read(fd, text + length, FILE_MAX_BYTES + 1 - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	n = n < 0 ? -errno : n;
	close(fd);
	if (n < 0)
		return (int)n;
	if (length > FILE_MAX_BYTES)
		return -EFBIG;
	text[length] = '\0';
	return strlen(text) == length ? 0 : -EBADMSG;
}

static int say_unreadable(const char *path, int err, char *message, size_t size)
{
	if (err == -EFBIG)
		snprintf(message, size,
			"%s: larger than %d KiB; this is no configuration", path,
			FILE_MAX_BYTES / 1024);
	else if (err == -EBADMSG)
		snprintf(message, size, "%s: holds NUL bytes; this is no text file",
			path);
	else if (err == -EACCES)
		snprintf(message, size, "%s: this user may not read it; chmod or sudo",
			path);
	else
		snprintf(message, size, "%s: %s", path, strerror(-err));
	return err;
}

static int load_file(struct settings *s, const char *path, bool must_exist,
	char *message, size_t size)
{
	char *text = malloc(FILE_MAX_BYTES + 2);
	int err;

	if (!text)
		return say_unreadable(path, -ENOMEM, message, size);
	err = read_text(path, text);
	if (err == 0)
		err = settings_parse(s, text, path, message, size);
	else if ((err == -ENOENT || err == -ENOTDIR) && !must_exist)
		err = 0;
	else
		err = say_unreadable(path, err, message, size);
	free(text);
	return err;
}

static int is_dropin(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 5 &&
	       strcmp(entry->d_name + n - 5, ".conf") == 0;
}

/* By bytes, not by locale: the order must be the same for every user. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_dropins(struct settings *s, const char *dir, char *message, size_t size)
{
	struct dirent **entries = NULL;
	char path[1024];
	int err = 0;
	int n = scandir(dir, &entries, is_dropin, by_name);

	if (n < 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : say_unreadable(dir, -errno, message, size);
	if (n > MAX_DROPINS) {
		snprintf(message, size, "%s: %d files; at most %d are read", dir, n,
			MAX_DROPINS);
		err = -E2BIG;
	}
	for (int i = 0; i < n; i++) {
		int length =
			snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);

		if (err == 0 && length >= (int)sizeof(path))
			err = say_unreadable(dir, -ENAMETOOLONG, message, size);
		else if (err == 0)
			err = load_file(s, path, true, message, size);
		free(entries[i]);
	}
	free(entries);
	return err;
}

int settings_load_dir(struct settings *s, const char *dir, char *message, size_t size)
{
	struct settings scratch = *s;
	char path[1024];
	int err;

	if (snprintf(path, sizeof(path), "%s/stance.conf.d", dir) >= (int)sizeof(path))
		return say_unreadable(dir, -ENAMETOOLONG, message, size);
	snprintf(path, sizeof(path), "%s/stance.conf", dir);
	err = load_file(&scratch, path, false, message, size);
	snprintf(path, sizeof(path), "%s/stance.conf.d", dir);
	if (err == 0)
		err = load_dropins(&scratch, path, message, size);
	if (err == 0)
		*s = scratch;
	return err;
}

int settings_load(struct settings *s, const char *file, char *message, size_t size)
{
	struct settings scratch = *s;
	char dir[1024];
	int err;

	if (file)
		return load_file(s, file, true, message, size);
	err = settings_load_dir(&scratch, SYSTEM_DIR, message, size);
	if (err == 0 && paths_user_config_dir(dir, sizeof(dir)) > 0)
		err = settings_load_dir(&scratch, dir, message, size);
	if (err == 0)
		*s = scratch;
	return err;
}
