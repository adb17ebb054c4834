#include "ui/app/said.h"

#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/say_sentence.h"

/* Finding the template of a sentence takes a walk over all texts: what is on a screen is remembered. */
#define N_SENTENCES 12

const char *said_text(const char *english)
{
	static struct {
		char english[400], said[500], language[16];
	} kept[N_SENTENCES];
	static int oldest;
	int i = 0;

	if (english[0] == '\0' || strlen(english) >= sizeof(kept[0].english))
		return english;
	while (i < N_SENTENCES &&
		(strcmp(kept[i].english, english) != 0 ||
			strcmp(kept[i].language, i18n_language()) != 0))
		i++;
	if (i < N_SENTENCES)
		return kept[i].said;
	i = oldest;
	oldest = (oldest + 1) % N_SENTENCES;
	snprintf(kept[i].english, sizeof(kept[i].english), "%s", english);
	snprintf(kept[i].language, sizeof(kept[i].language), "%s", i18n_language());
	say_sentence(kept[i].said, sizeof(kept[i].said), english);
	return kept[i].said;
}
