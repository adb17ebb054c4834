#include "ui/sdl/access.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static int deny(char *message, size_t size, const char *path, const char *group)
{
	snprintf(message, size,
		"%s may not be opened: make this user a member of the group \"%s\" "
		"(sudo usermod -aG %s \"$USER\"), log in anew, and start again",
		path, group, group);
	return -EACCES;
}

static int check_card(
	const char *root, int card, access_fn *may_fn, char *message, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/dev/dri/card%d", root, card);
	return may_fn(path, R_OK | W_OK) == 0 || errno != EACCES
		       ? 0
		       : deny(message, size, path, "video");
}

/* One that can be read is enough: a clinic may keep a keyboard for others. */
static int check_input(const char *root, access_fn *may_fn, char *message, size_t size)
{
	char pattern[PATH_MAX];
	glob_t found;
	int error = 0;

	snprintf(pattern, sizeof(pattern), "%s/dev/input/event*", root);
	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (may_fn(found.gl_pathv[i], R_OK) == 0) {
			error = 0;
			break;
		}
		if (errno == EACCES && error == 0)
			error = deny(message, size, found.gl_pathv[i], "input");
	}
	globfree(&found);
	return error;
}

int access_check(
	const char *root, int card, access_fn *may_fn, char *message, size_t size)
{
	int error;

	if (!may_fn)
		may_fn = access;
	error = check_card(root, card, may_fn, message, size);
	return error < 0 ? error : check_input(root, may_fn, message, size);
}
