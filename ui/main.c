/* stance-ui: the live screen. Options first, then the loop. */
#include <errno.h>
#include <stdio.h>

#define LOG_TAG "ui"
#include "src/base/i18n.h"
#include "src/base/log.h"
#include "ui/loop.h"
#include "ui/options.h"

#define EXIT_USAGE 2

int main(int argc, char **argv)
{
	struct options options;
	char message[512] = "";

	log_set_level(LOG_LEVEL_WARN);
	if (options_read(&options, argc, argv, message, sizeof(message)) != 0) {
		fprintf(stderr, "stance-ui: %s\n", message);
		return EXIT_USAGE;
	}
	if (options.verbose)
		log_set_level(LOG_LEVEL_INFO);
	if (i18n_open(options.language) != 0 && options.language[0] != '\0')
		fprintf(stderr,
			"stance-ui: no translation into \"%s\": everything is in "
			"English\n",
			options.language);
	theme_use(options.theme);
	units_text_use(options.units);
	return loop_run(&options);
}
