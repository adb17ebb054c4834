#include "src/base/paths.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVICE_SOCKET "/run/stance/stance.sock"
#define SERVICE_STATE  "/var/lib/stance"

__attribute__((format(printf, 3, 4))) static int put(
	char *out, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(out, size, format, args);
	va_end(args);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : n;
}

/* The XDG specification: a relative path in its variables is to be ignored. */
static const char *absolute_env(const char *name)
{
	const char *value = getenv(name);

	return value && *value == '/' ? value : NULL;
}

int paths_socket(const char *given, char *out, size_t size)
{
	const char *env = getenv("STANCE_SOCKET");
	const char *runtime = absolute_env("XDG_RUNTIME_DIR");

	if (given && *given)
		return put(out, size, "%s", given);
	if (env && *env)
		return put(out, size, "%s", env);
	if (runtime)
		return put(out, size, "%s/stance/stance.sock", runtime);
	return put(out, size, "%s", SERVICE_SOCKET);
}

int paths_state_dir(const char *given, char *out, size_t size)
{
	const char *service = absolute_env("STATE_DIRECTORY");
	const char *state = absolute_env("XDG_STATE_HOME");
	const char *home = absolute_env("HOME");

	if (given && *given)
		return put(out, size, "%s", given);
	if (service) /* systemd separates several with a colon; ours is the first */
		return put(out, size, "%.*s", (int)strcspn(service, ":"), service);
	if (state)
		return put(out, size, "%s/stance", state);
	if (home)
		return put(out, size, "%s/.local/state/stance", home);
	return geteuid() == 0 ? put(out, size, "%s", SERVICE_STATE) : -ENOENT;
}

int paths_user_config_dir(char *out, size_t size)
{
	const char *config = absolute_env("XDG_CONFIG_HOME");
	const char *home = absolute_env("HOME");

	if (config)
		return put(out, size, "%s/stance", config);
	if (home)
		return put(out, size, "%s/.config/stance", home);
	return -ENOENT;
}

/* The folder of the running executable, without a final slash. */
static int executable_dir(char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (n < 0)
		return -errno;
	if ((size_t)n >= size - 1)
		return -ENAMETOOLONG;
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (!slash)
		return -ENOENT;
	*slash = '\0';
	return (int)(slash - out);
}

int paths_data_file(const char *relative, char *out, size_t size)
{
	char dir[1024];
	int err = executable_dir(dir, sizeof(dir));
	char *build;
	int n;

	if (err < 0)
		return err;
	n = put(out, size, "%s/../share/stance/%s", dir, relative);
	if (n < 0 || access(out, R_OK) == 0)
		return n;
	build = strstr(dir, "/build/");
	for (char *p = build; p && (p = strstr(p + 1, "/build/"));)
		build = p; /* the last one: the source tree may itself lie in a build
			      folder */
	if (!build)
		return -ENOENT;
	n = put(out, size, "%.*s/share/%s", (int)(build - dir), dir, relative);
	return n < 0 || access(out, R_OK) == 0 ? n : -ENOENT;
}

int paths_beside(const char *relative, char *out, size_t size)
{
	char dir[1024];
	int err = executable_dir(dir, sizeof(dir));

	return err < 0 ? err : put(out, size, "%s/../%s", dir, relative);
}
