/* What is said to people, in their language: translated texts, plurals, numbers, dates.
 * English is the msgid; without a catalogue everything is English. Reads the catalogues that
 * gettext's msgfmt makes (po/LANG.po), itself: glibc's gettext() finds none unless a locale of the
 * system is installed for it, which a small computer has not.
 * For texts on screens and paper only: files and the socket are never translated.
 * One catalogue a process, opened before the threads; reading it is free for all of them.
 * Follows docs/translating.md. */
#ifndef STANCE_BASE_I18N_H
#define STANCE_BASE_I18N_H

#include <stdbool.h>
#include <stddef.h>

/* Translate a text; mark one that is translated where it is used (tables of constants); one that
 * means different things in different places, which may be marked likewise; and one with a number, by that
 * number. */
#define _(msgid)            i18n_text(msgid)
#define N_(msgid)           msgid
#define C_(context, msgid)  i18n_context(context, msgid)
#define NC_(context, msgid) msgid
#define P_(one, many, n)    i18n_plural(one, many, n)

/* Open the catalogue of a language: "de", "de_DE.UTF-8", "en", "C", or "" for that of the
 * environment (LC_ALL, LC_MESSAGES, LANG). The catalogues are beside the program
 * (../share/locale/LANG/LC_MESSAGES/stance.mo), or in $STANCE_LOCALE_DIR. Returns 0, also for
 * English, which needs none; -ENOENT if there is no catalogue of that language; -EBADMSG if it is
 * damaged; -ENOMEM. After an error everything is English. */
int i18n_open(const char *language);

/* The same from memory (copied), `language` as it is to be called. For tests. */
int i18n_open_memory(const void *bytes, size_t n_bytes, const char *language);
void i18n_close(void);

/* Return the language in force, "en" without a catalogue. */
const char *i18n_language(void);

/* Return true where lines run from right to left. */
bool i18n_is_rtl(void);

/* Return the translation, or `msgid` itself. Valid until the catalogue is closed; msgids are
 * string constants. */
const char *i18n_text(const char *msgid) __attribute__((format_arg(1)));
const char *i18n_context(const char *context, const char *msgid)
	__attribute__((format_arg(2)));
const char *i18n_plural(const char *one, const char *many, unsigned long n)
	__attribute__((format_arg(1), format_arg(2)));

/* Return msgid `index` of the catalogue, NULL past its end; a context stands before it, with a \4 between. For
 * those who have a finished English sentence and look for the text that it was made from. */
const char *i18n_msgid(size_t index);

/* Write a number with the decimal point of the language, `decimals` digits behind it, and a minus sign (U+2212), never
 * a hyphen; what rounds to zero has none. Returns `out`. NaN is a dash. */
char *i18n_number(char *out, size_t size, double value, int decimals);

/* Write a day of the local calendar from seconds since 1970 (UTC). Returns `out`. */
char *i18n_date(char *out, size_t size, long long seconds);

#endif
