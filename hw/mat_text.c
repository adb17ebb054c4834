#include "hw/mat_text.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw/ports.h"
#include "src/base/i18n.h"

static void user_name(uid_t uid, char *name, size_t size)
{
	const struct passwd *user = getpwuid(uid);

	if (user)
		snprintf(name, size, "%s", user->pw_name);
	else
		snprintf(name, size, "%u", (unsigned int)uid);
}

static void not_allowed(const char *path, char *text, size_t size)
{
	char me[64];
	char owner[64];
	struct stat what;
	struct port_info port;

	user_name(geteuid(), me, sizeof(me));
	if (stat(path, &what) < 0 || ports_describe(path, &port) < 0) {
		snprintf(text, size,
			N_("%s cannot be reached by user %s. Give that user access to "
			   "the "
			   "folders that lead to it."),
			path, me);
		return;
	}
	if ((what.st_mode & 060) == 060 && strcmp(port.group, "root") != 0) {
		snprintf(text, size,
			N_("User %s may not open %s: it belongs to the group %s. Run "
			   "`sudo usermod -aG %s %s`, then log out and in again (or "
			   "restart the service)."),
			me, path, port.group, port.group, me);
		return;
	}
	user_name(what.st_uid, owner, sizeof(owner));
	snprintf(text, size,
		N_("User %s may not open %s: only user %s may. Run Stance as %s, or "
		   "give "
		   "a group of %s access to the port with a udev rule."),
		me, path, owner, owner, me);
}

static void busy(const char *path, char *text, size_t size)
{
	struct port_info port;

	if (ports_describe(path, &port) == 0 && port.holder_pid > 0)
		snprintf(text, size,
			N_("%s is in use by %s (process %d). Close that program; the "
			   "mat "
			   "is then taken up by itself."),
			path, port.holder_name, (int)port.holder_pid);
	else
		snprintf(text, size,
			N_("%s is in use by another program. Close it; `sudo fuser -v "
			   "%s` "
			   "shows which one it is."),
			path, path);
}

void mat_text_open_failed(const char *path, int error, char *text, size_t size)
{
	switch (error) {
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		snprintf(text, size,
			N_("Waiting for %s, which is not there. Plug the mat in and "
			   "switch it on, or correct mat.path (`stance ports` lists "
			   "the "
			   "ports)."),
			path);
		break;
	case -EACCES:
	case -EPERM:
		not_allowed(path, text, size);
		break;
	case -EBUSY:
		busy(path, text, size);
		break;
	case -ENOTTY:
		snprintf(text, size,
			N_("%s is not a serial port. Correct mat.path (`stance ports` "
			   "lists the ports)."),
			path);
		break;
	case -EINVAL:
		snprintf(text, size,
			N_("%s does not take the line speed asked for. Correct "
			   "mat.baud, "
			   "or set it to 0 to try the usual ones."),
			path);
		break;
	default:
		snprintf(text, size,
			N_("%s cannot be opened: %s. Unplug the mat and plug it in "
			   "again."),
			path, strerror(-error));
		break;
	}
}

void mat_text_no_answer(const char *path, bool has_bytes, char *text, size_t size)
{
	struct port_info port;
	int n;

	if (has_bytes)
		n = snprintf(text, size,
			N_("%s sends data, but in no protocol of a mat that Stance "
			   "knows. "
			   "If this is not the mat's port, choose another with "
			   "mat.path "
			   "(`stance ports` lists them); if it is, check its line "
			   "speed "
			   "with mat.baud."),
			path);
	else
		n = snprintf(text, size,
			N_("%s is open, but nothing answers. Check that the mat has "
			   "power "
			   "and that this is its port (`stance ports` lists them)."),
			path);
	if (n > 0 && (size_t)n < size && ports_describe(path, &port) == 0 &&
		port.holder_pid > 0 && port.holder_pid != getpid())
		snprintf(text + n, size - (size_t)n,
			" Also, %s (process %d) has it open and may take what the mat "
			"sends: close that program.",
			port.holder_name, (int)port.holder_pid);
}

void mat_text_no_frames(const char *path, char *text, size_t size)
{
	snprintf(text, size,
		N_("%s: the mat answers, but sends no frames. Unplug it and plug it in "
		   "again; if that does not help, update its firmware."),
		path);
}

void mat_text_silent(const char *path, bool has_damage, char *text, size_t size)
{
	if (has_damage)
		snprintf(text, size,
			N_("All that arrives from the mat at %s is damaged. Check its "
			   "cable and plugs, and keep it away from mains cables."),
			path);
	else
		snprintf(text, size,
			N_("The mat at %s has stopped sending. Check its cable and its "
			   "power."),
			path);
}

void mat_text_unplugged(const char *path, char *text, size_t size)
{
	snprintf(text, size,
		N_("The mat at %s is gone. Plug it in again: it is found by itself."),
		path);
}

void mat_text_search(size_t n_ports, const char *detail, char *text, size_t size)
{
	if (n_ports == 0)
		snprintf(text, size,
			N_("No serial port is there to look for a mat on. Plug the mat "
			   "in "
			   "and switch it on."));
	else if (detail[0] != '\0')
		snprintf(text, size, "%s", detail);
	else if (n_ports == 1)
		snprintf(text, size, N_("Looking for a mat on 1 serial port."));
	else
		snprintf(text, size, N_("Looking for a mat on %zu serial ports."),
			n_ports);
}
