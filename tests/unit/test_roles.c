/* Roles of peers: root and the daemon's user hold all, groups give theirs, anyone may look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/ipc/roles.h"

static const struct roles the_roles = {
	.own_uid = 500, .station = 10, .clinician = 11, .technician = 12
};

static void root_and_the_daemon_hold_all(void **state)
{
	(void)state;
	assert_int_equal(roles_of(&the_roles, 0, NULL, 0), ROLE_ALL);
	assert_int_equal(roles_of(&the_roles, 500, NULL, 0), ROLE_ALL);
}

static void groups_give_their_roles(void **state)
{
	const gid_t some[] = { 100, 12, 10 }, none[] = { 100, 101 };

	(void)state;
	assert_int_equal(roles_of(&the_roles, 1000, some, 3),
		ROLE_VIEWER | ROLE_STATION | ROLE_TECHNICIAN);
	assert_int_equal(roles_of(&the_roles, 1000, none, 2), ROLE_VIEWER);
	assert_int_equal(roles_of(&the_roles, 1000, NULL, 0), ROLE_VIEWER);
}

static void one_group_may_hold_two_roles(void **state)
{
	const struct roles roles = {
		.own_uid = 500, .station = 10, .clinician = 10, .technician = (gid_t)-1
	};
	const gid_t group[] = { 10 };

	(void)state;
	assert_int_equal(roles_of(&roles, 1000, group, 1),
		ROLE_VIEWER | ROLE_STATION | ROLE_CLINICIAN);
}

/* The value that stands for "no group" must not match a peer that claims it. */
static void nobody_is_in_no_group(void **state)
{
	const gid_t odd[] = { (gid_t)-1 };
	struct roles roles;
	const char *unknown;

	(void)state;
	assert_int_equal(
		roles_init(&roles, 500, "", "no-such-group-here", "root", &unknown), 1);
	assert_string_equal(unknown, "no-such-group-here");
	assert_int_equal(roles_of(&roles, 1000, odd, 1), ROLE_VIEWER);
	assert_int_equal(roles.technician, 0);
	assert_int_equal(roles_init(&roles, 500, "", "", "", &unknown), 0);
	assert_null(unknown);
}

static void the_kernel_names_the_peer(void **state)
{
	int fds[2];
	pid_t pid;
	uid_t uid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_true(roles_of_peer(&the_roles, fds[0], &pid, &uid) & ROLE_VIEWER);
	assert_int_equal(pid, getpid());
	assert_int_equal(uid, getuid());
	close(fds[0]);
	close(fds[1]);
}

static void without_credentials_a_peer_may_only_look(void **state)
{
	int fds[2];
	pid_t pid;
	uid_t uid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(roles_of_peer(&the_roles, fds[0], &pid, &uid), ROLE_VIEWER);
	assert_int_equal(pid, 0);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_and_the_daemon_hold_all),
		cmocka_unit_test(groups_give_their_roles),
		cmocka_unit_test(one_group_may_hold_two_roles),
		cmocka_unit_test(nobody_is_in_no_group),
		cmocka_unit_test(the_kernel_names_the_peer),
		cmocka_unit_test(without_credentials_a_peer_may_only_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
