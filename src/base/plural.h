/* The rule by which a language chooses its plural: a C expression in n, as in the header of a
 * catalogue ("n%10==1 && n%100!=11 ? 0 : 1"). Does not know catalogues.
 * Follows gettext's manual ("Plural forms"). */
#ifndef STANCE_BASE_PLURAL_H
#define STANCE_BASE_PLURAL_H

/* Return the form for `n`, 0 if the rule is not one. */
unsigned long plural_form(const char *rule, unsigned long n);

#endif
