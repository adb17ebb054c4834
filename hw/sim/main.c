/* stance-sim: a simulated person on a simulated mat. See stance-sim(1). */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "hw/sim/simopts.h"
#include "hw/sim/simrun.h"

#define EXIT_USAGE 2

static struct simrun_signals signals;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		signals.cue = 1;
	else
		signals.stop = 1;
}

/* Signals get through only while the loop waits, so that none is missed between looking and
 * waiting. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	const int numbers[] = { SIGINT, SIGTERM, SIGUSR1 };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&blocked, numbers[i]);
	sigprocmask(SIG_BLOCK, &blocked, &signals.waiting_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigdelset(&signals.waiting_mask, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	static struct simopts options;
	int rc = simopts_parse(&options, argc, argv);

	if (rc == 0) {
		catch_signals();
		rc = simrun(&options, &signals);
	} else if (rc == -EINVAL) {
		rc = EXIT_USAGE;
	}
	simopts_fini(&options);
	return rc < 0 ? EXIT_FAILURE : rc;
}
