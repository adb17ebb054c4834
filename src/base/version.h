/* The version that every program reports.
 * No logic.
 * Follows semantic versioning. */
#ifndef STANCE_BASE_VERSION_H
#define STANCE_BASE_VERSION_H

#define STANCE_VERSION "0.1.0"

#endif
