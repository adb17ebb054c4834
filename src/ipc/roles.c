#define _GNU_SOURCE /* struct ucred */
#include "src/ipc/roles.h"

#include <grp.h>
#include <sys/socket.h>

#define NO_GROUP ((gid_t)-1)

/* chosen: far above what a service account has; a peer in more groups is judged by the first */
#define MAX_GROUPS 256

const char *role_name(int index)
{
	static const char *const names[ROLE_N] = { "viewer", "station", "clinician",
		"technician" };

	return names[index];
}

static int find_group(const char *name, gid_t *out, const char **unknown)
{
	const struct group *group;

	*out = NO_GROUP;
	if (!name[0])
		return 0;
	group = getgrnam(name);
	if (!group) {
		if (!*unknown)
			*unknown = name;
		return 1;
	}
	*out = group->gr_gid;
	return 0;
}

int roles_init(struct roles *roles, uid_t own_uid, const char *station,
	const char *clinician, const char *technician, const char **unknown)
{
	*unknown = NULL;
	roles->own_uid = own_uid;
	return find_group(station, &roles->station, unknown) +
	       find_group(clinician, &roles->clinician, unknown) +
	       find_group(technician, &roles->technician, unknown);
}

static unsigned role_of_group(const struct roles *roles, gid_t group)
{
	unsigned held = 0;

	if (group == NO_GROUP)
		return 0;
	if (group == roles->station)
		held |= ROLE_STATION;
	if (group == roles->clinician)
		held |= ROLE_CLINICIAN;
	if (group == roles->technician)
		held |= ROLE_TECHNICIAN;
	return held;
}

unsigned roles_of(
	const struct roles *roles, uid_t uid, const gid_t *groups, size_t n_groups)
{
	unsigned held = ROLE_VIEWER;

	if (uid == 0 || uid == roles->own_uid)
		return ROLE_ALL;
	for (size_t i = 0; i < n_groups; i++)
		held |= role_of_group(roles, groups[i]);
	return held;
}

unsigned roles_of_peer(const struct roles *roles, int fd, pid_t *pid, uid_t *uid)
{
	gid_t groups[MAX_GROUPS + 1];
	struct ucred peer;
	socklen_t size = sizeof(peer);
	size_t n = 1;

	*pid = 0;
	*uid = (uid_t)-1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return ROLE_VIEWER;
	*pid = peer.pid;
	*uid = peer.uid;
	groups[0] = peer.gid;
	size = MAX_GROUPS * sizeof(groups[0]);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups + 1, &size) == 0)
		n += size / sizeof(groups[0]);
	return roles_of(roles, peer.uid, groups, n);
}
