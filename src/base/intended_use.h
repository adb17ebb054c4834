/* The sentences that go with every result and every report: what Stance is for and what it is not.
 * Follows docs/clinical-basis.md ("Wording"). English, to be translated where they are shown. */
#ifndef STANCE_BASE_INTENDED_USE_H
#define STANCE_BASE_INTENDED_USE_H

/* Return the fixed statement of the intended use; and the line at the foot of each page. */
const char *intended_use(void);
const char *intended_use_footer(void);

#endif
