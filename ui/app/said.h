/* What the daemon says, in the language of the screen: it sends finished English sentences.
 * Follows src/base/say_sentence.h. */
#ifndef STANCE_UI_APP_SAID_H
#define STANCE_UI_APP_SAID_H

/* Return the sentence in the language; what no template is known for, as it is. Good for the next calls of this function,
 * a dozen of them. One thread. */
const char *said_text(const char *english);

#endif
