/* Roles of the socket's peers: who may do what, by the credentials that the kernel vouches for.
 * Does not know methods; a peer that belongs nowhere is a viewer.
 * Follows docs/api.md ("Roles") and unix(7), SO_PEERCRED and SO_PEERGROUPS. */
#ifndef STANCE_IPC_ROLES_H
#define STANCE_IPC_ROLES_H

#include <stddef.h>
#include <sys/types.h>

/* A peer holds a set of these; ROLE_VIEWER always. */
enum role {
	ROLE_VIEWER = 1,
	ROLE_STATION = 2,    /* runs the station: tares the mat, runs trials */
	ROLE_CLINICIAN = 4,  /* sees patients */
	ROLE_TECHNICIAN = 8, /* calibrates */
	ROLE_ALL = 15,
};
#define ROLE_N 4

/* Return the word of docs/api.md for bit `index` (0..ROLE_N-1). */
const char *role_name(int index);

/* Groups are (gid_t)-1 where no group holds a role. */
struct roles {
	uid_t own_uid;
	gid_t station, clinician, technician;
};

/* Find the groups by name; "" and unknown names give the role to nobody. Returns how many names
 * are unknown and the first of them in `*unknown` (borrowed from the arguments; NULL if none). */
int roles_init(struct roles *roles, uid_t own_uid, const char *station,
	const char *clinician, const char *technician, const char **unknown);

/* Return the roles of a user with these groups. Root and the daemon's own user hold all. */
unsigned roles_of(
	const struct roles *roles, uid_t uid, const gid_t *groups, size_t n_groups);

/* Return the roles of a connected socket's peer and its pid and uid; when the kernel does not tell,
 * a viewer with pid 0. */
unsigned roles_of_peer(const struct roles *roles, int fd, pid_t *pid, uid_t *uid);

#endif
