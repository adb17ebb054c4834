#include "src/base/i18n.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/paths.h"
#include "src/base/plural.h"
#include "src/base/slurp.h"

#define MAX_FILE (4 * 1024 * 1024)
#define MAGIC    0x950412DEU
#define HEADER   28 /* bytes */

/* A string of the catalogue: where, and its length without the NUL. */
struct place {
	uint32_t n, at;
};

static struct {
	char *bytes; /* NULL: none is open */
	size_t n_bytes;
	uint32_t n_texts, ids_at, texts_at;
	char language[32];
	char plural[128]; /* expression */
	bool rtl;
} catalogue;

static uint32_t word(size_t at)
{
	uint32_t v;

	memcpy(&v, catalogue.bytes + at, sizeof(v));
	return v;
}

static struct place place_at(uint32_t table, uint32_t i)
{
	return (struct place){ word(table + 8 * (size_t)i),
		word(table + 8 * (size_t)i + 4) };
}

/* --- opening ------------------------------------------------------------------------------- */

static bool table_is_right(uint32_t at)
{
	if (at % 4 != 0 || at > catalogue.n_bytes ||
		(catalogue.n_bytes - at) / 8 < catalogue.n_texts)
		return false;
	for (uint32_t i = 0; i < catalogue.n_texts; i++) {
		struct place p = place_at(at, i);
		if (p.at >= catalogue.n_bytes || catalogue.n_bytes - p.at <= p.n ||
			catalogue.bytes[(size_t)p.at + p.n] != '\0')
			return false;
	}
	return true;
}

/* msgids must rise: they are searched by halves. */
static bool ids_rise(void)
{
	for (uint32_t i = 1; i < catalogue.n_texts; i++)
		if (strcmp(catalogue.bytes + place_at(catalogue.ids_at, i - 1).at,
			    catalogue.bytes + place_at(catalogue.ids_at, i).at) >= 0)
			return false;
	return true;
}

static bool catalogue_is_right(void)
{
	if (catalogue.n_bytes < HEADER || word(0) != MAGIC || word(4) >> 16 != 0)
		return false;
	catalogue.n_texts = word(8);
	catalogue.ids_at = word(12);
	catalogue.texts_at = word(16);
	return table_is_right(catalogue.ids_at) && table_is_right(catalogue.texts_at) &&
	       ids_rise();
}

/* Return the translation of an id as it is in the file, NULL if there is none. */
static const char *find(const char *id, size_t *n)
{
	uint32_t low = 0, high = catalogue.bytes ? catalogue.n_texts : 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const char *there =
			catalogue.bytes + place_at(catalogue.ids_at, middle).at;
		int order = strcmp(id, there);
		if (order == 0) {
			struct place p = place_at(catalogue.texts_at, middle);
			*n = p.n;
			return p.n > 0 ? catalogue.bytes + p.at : NULL;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *i18n_msgid(size_t index)
{
	return catalogue.bytes && index < catalogue.n_texts
		       ? catalogue.bytes +
				 place_at(catalogue.ids_at, (uint32_t)index).at
		       : NULL;
}

/* The rule of the plurals is in the text of the empty msgid. */
static void read_plural(void)
{
	size_t n;
	const char *header = find("", &n), *rule;

	snprintf(catalogue.plural, sizeof(catalogue.plural), "n!=1");
	rule = header ? strstr(header, "plural=") : NULL;
	/* "nplurals=2; plural=..." holds the word twice. */
	while (rule && rule > header && rule[-1] == 'n')
		rule = strstr(rule + 1, "plural=");
	if (rule)
		snprintf(catalogue.plural, sizeof(catalogue.plural), "%.*s",
			(int)strcspn(rule + 7, ";\n"), rule + 7);
}

int i18n_open_memory(const void *bytes, size_t n_bytes, const char *language)
{
	i18n_close();
	catalogue.bytes = malloc(n_bytes + 1);
	if (!catalogue.bytes)
		return -ENOMEM;
	memcpy(catalogue.bytes, bytes, n_bytes);
	catalogue.bytes[n_bytes] = '\0';
	catalogue.n_bytes = n_bytes;
	if (!catalogue_is_right()) {
		i18n_close();
		return -EBADMSG;
	}
	snprintf(catalogue.language, sizeof(catalogue.language), "%s", language);
	read_plural();
	/* TRANSLATORS: "rtl" where lines run from right to left. */
	catalogue.rtl = strcmp(C_("direction of lines", "ltr"), "rtl") == 0;
	return 0;
}

void i18n_close(void)
{
	free(catalogue.bytes);
	memset(&catalogue, 0, sizeof(catalogue));
}

static int locale_dir(char *out, size_t size)
{
	const char *given = getenv("STANCE_LOCALE_DIR");
	int n;

	if (given) {
		snprintf(out, size, "%s", given);
		return 0;
	}
	n = paths_beside("share/locale", out, size);
	return n < 0 ? n : 0;
}

static int open_file(const char *dir, const char *language)
{
	char path[1200], *bytes;
	size_t n;
	int error;

	snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/stance.mo", dir, language);
	error = slurp_file(path, MAX_FILE, &bytes, &n);
	if (error != 0)
		return error == -ENOMEM ? error : error == -EFBIG ? -EBADMSG : -ENOENT;
	error = i18n_open_memory(bytes, n, language);
	free(bytes);
	return error;
}

static const char *of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);
		if (value && value[0] != '\0')
			return value;
	}
	return "C";
}

int i18n_open(const char *language)
{
	char dir[1100], name[32];
	int error;

	i18n_close();
	if (language[0] == '\0')
		language = of_environment();
	/* "de_DE.UTF-8@euro": the codeset is always UTF-8 here. */
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(language, ".@"), language);
	if (strchr(name, '/'))
		return -ENOENT;
	error = locale_dir(dir, sizeof(dir));
	if (error == 0)
		error = open_file(dir, name);
	if (error == -ENOENT && strchr(name, '_')) {
		*strchr(name, '_') = '\0';
		error = open_file(dir, name);
	}
	if (error == -ENOENT && (strcmp(name, "en") == 0 || strcmp(name, "C") == 0 ||
					strcmp(name, "POSIX") == 0))
		return 0;
	return error;
}

/* --- texts --------------------------------------------------------------------------------- */

const char *i18n_language(void)
{
	return catalogue.bytes ? catalogue.language : "en";
}

bool i18n_is_rtl(void)
{
	return catalogue.rtl;
}

const char *i18n_text(const char *msgid)
{
	size_t n;
	const char *text = msgid[0] != '\0' ? find(msgid, &n) : NULL;

	return text ? text : msgid;
}

const char *i18n_context(const char *context, const char *msgid)
{
	char id[512];
	const char *text;
	size_t n;

	/* Context and text stand in the catalogue with this byte between them. */
	if ((size_t)snprintf(id, sizeof(id), "%s\004%s", context, msgid) >= sizeof(id))
		return msgid;
	text = find(id, &n);
	return text ? text : msgid;
}

const char *i18n_plural(const char *one, const char *many, unsigned long n)
{
	size_t size;
	const char *text = find(one, &size), *end;
	unsigned long form;

	if (!text)
		return n == 1 ? one : many;
	/* The forms stand one behind the other. */
	end = text + size;
	form = plural_form(catalogue.plural, n);
	for (; form > 0; form--) {
		const char *next = text + strlen(text) + 1;
		if (next >= end)
			break;
		text = next;
	}
	return text;
}

/* --- numbers and dates --------------------------------------------------------------------- */

char *i18n_number(char *out, size_t size, double value, int decimals)
{
	/* TRANSLATORS: the sign between the whole and the decimals of a number. */
	const char *point = C_("decimal sign", ".");
	char digits[64], *at;

	if (isnan(value)) {
		snprintf(out, size, "–");
		return out;
	}
	snprintf(digits, sizeof(digits), "%.*f", decimals, fabs(value));
	snprintf(out, size, "%s%s",
		value < 0 && strpbrk(digits, "123456789") ? "−" : "", digits);
	at = strchr(out, '.');
	if (at)
		*at = point[0];
	return out;
}

char *i18n_date(char *out, size_t size, long long seconds)
{
	time_t at = (time_t)seconds;
	struct tm day;

	out[0] = '\0';
	/* TRANSLATORS: a day, as strftime(3) writes it: year, month, day. */
	if (localtime_r(&at, &day))
		strftime(out, size, C_("date", "%Y-%m-%d"), &day);
	return out;
}
