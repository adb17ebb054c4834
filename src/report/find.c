#include "src/report/find.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/paths.h"

#define FOLDER      "calibrations"
#define ENDING      ".json"
#define LEAST_CHARS 4

static int folder_path(const char *state_dir, char *out, size_t size)
{
	int n = paths_state_dir(state_dir, out, size);

	if (n < 0)
		return n;
	if ((size_t)snprintf(out + n, size - (size_t)n, "/" FOLDER) >= size - (size_t)n)
		return -ENAMETOOLONG;
	return 0;
}

static int is_match(const char *file, const char *id)
{
	size_t n = strlen(file), n_end = strlen(ENDING);

	return n > n_end && strcmp(file + n - n_end, ENDING) == 0 &&
	       strncmp(file, id, strlen(id)) == 0;
}

/* Return how many files of the folder begin with `id`; the last one's path is kept. */
static int search(const char *folder, const char *id, char *path, size_t size)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int n = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)) != NULL) {
		if (!is_match(entry->d_name, id))
			continue;
		snprintf(path, size, "%s/%s", folder, entry->d_name);
		n++;
	}
	closedir(dir);
	return n;
}

int find_calibration(const char *name, const char *state_dir, char *path, size_t size,
	char *message, size_t message_size)
{
	char folder[4096];
	int n;

	if (access(name, F_OK) == 0) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	if (strchr(name, '/') || strlen(name) < LEAST_CHARS) {
		snprintf(message, message_size,
			"there is no file \"%s\"; an id needs its first %d letters at "
			"least.",
			name, LEAST_CHARS);
		return strchr(name, '/') ? -ENOENT : -EINVAL;
	}
	n = folder_path(state_dir, folder, sizeof(folder));
	if (n == 0)
		n = search(folder, name, path, size);
	if (n == 1)
		return 0;
	if (n < 0 && n != -ENOENT)
		snprintf(message, message_size, "\"%s\" cannot be searched: %s.",
			folder, strerror(-n));
	else if (n > 1)
		snprintf(message, message_size,
			"%d calibrations begin with \"%s\"; give more of the id.", n,
			name);
	else
		snprintf(message, message_size,
			"no calibration \"%s\" in \"%s\"; \"stance calibrate list\" "
			"names "
			"them.",
			name, folder);
	return n < 0 ? n : n > 1 ? -ENOTUNIQ : -ENOENT;
}
