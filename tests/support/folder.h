/* A test's folder, removed with all that a daemon left in it.
 * Does not follow symbolic links. */
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

/* Remove `path` and what is below it; fails the test if that cannot be done. */
void folder_remove(const char *path);

#endif
