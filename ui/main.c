/* stance-ui: the live screen. Options first, then the loop. */
#include <errno.h>
#include <stdio.h>

#define LOG_TAG "ui"
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
	return loop_run(&options);
}
