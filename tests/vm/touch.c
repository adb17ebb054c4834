/* A touch panel made with uinput, for the guest: its fingers follow lines of standard input.
 *   touch WIDTH HEIGHT, then: "tap X Y", "down X Y", "move X Y", "up", "wait MS"
 * Follows the kernel's multi-touch protocol, type B (Documentation/input/multi-touch-protocol.rst). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/uinput.h>

#define TAP_MS 120 /* chosen: a quick finger */

static int the_panel;
static int the_touch;

static void send(int type, int code, int value)
{
	const struct input_event event = { .type = (unsigned short)type,
		.code = (unsigned short)code,
		.value = value };

	if (write(the_panel, &event, sizeof(event)) != sizeof(event)) {
		perror("uinput");
		exit(1);
	}
}

static void wait_ms(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void place(int x, int y)
{
	send(EV_ABS, ABS_MT_POSITION_X, x);
	send(EV_ABS, ABS_MT_POSITION_Y, y);
	send(EV_ABS, ABS_X, x);
	send(EV_ABS, ABS_Y, y);
	send(EV_SYN, SYN_REPORT, 0);
}

static void down(int x, int y)
{
	send(EV_ABS, ABS_MT_SLOT, 0);
	send(EV_ABS, ABS_MT_TRACKING_ID, ++the_touch);
	send(EV_KEY, BTN_TOUCH, 1);
	place(x, y);
}

static void up(void)
{
	send(EV_ABS, ABS_MT_TRACKING_ID, -1);
	send(EV_KEY, BTN_TOUCH, 0);
	send(EV_SYN, SYN_REPORT, 0);
}

static void add_axis(int code, int maximum)
{
	struct uinput_abs_setup axis = { .code = (unsigned short)code };

	axis.absinfo.maximum = maximum;
	ioctl(the_panel, UI_SET_ABSBIT, code);
	ioctl(the_panel, UI_ABS_SETUP, &axis);
}

static int make_panel(int width, int height)
{
	struct uinput_setup setup = { .id = { .bustype = BUS_USB, .vendor = 0x1209, .product = 1 } };

	the_panel = open("/dev/uinput", O_WRONLY);
	if (the_panel < 0)
		return -1;
	ioctl(the_panel, UI_SET_EVBIT, EV_KEY);
	ioctl(the_panel, UI_SET_EVBIT, EV_ABS);
	ioctl(the_panel, UI_SET_KEYBIT, BTN_TOUCH);
	ioctl(the_panel, UI_SET_PROPBIT, INPUT_PROP_DIRECT);
	add_axis(ABS_X, width - 1);
	add_axis(ABS_Y, height - 1);
	add_axis(ABS_MT_SLOT, 9);
	add_axis(ABS_MT_TRACKING_ID, 65535);
	add_axis(ABS_MT_POSITION_X, width - 1);
	add_axis(ABS_MT_POSITION_Y, height - 1);
	snprintf(setup.name, sizeof(setup.name), "test panel");
	return ioctl(the_panel, UI_DEV_SETUP, &setup) < 0 ? -1 : ioctl(the_panel, UI_DEV_CREATE);
}

int main(int argc, char **argv)
{
	char line[128];
	int x, y;

	if (argc != 3 || make_panel(atoi(argv[1]), atoi(argv[2])) < 0) {
		perror("touch WIDTH HEIGHT: /dev/uinput");
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "tap %d %d", &x, &y) == 2) {
			down(x, y);
			wait_ms(TAP_MS);
			up();
		} else if (sscanf(line, "down %d %d", &x, &y) == 2) {
			down(x, y);
		} else if (sscanf(line, "move %d %d", &x, &y) == 2) {
			place(x, y);
		} else if (strcmp(line, "up\n") == 0) {
			up();
		} else if (sscanf(line, "wait %d", &x) == 1) {
			wait_ms(x);
		}
	}
	ioctl(the_panel, UI_DEV_DESTROY);
	return 0;
}
