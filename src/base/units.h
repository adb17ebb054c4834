/* Constants of nature that several modules convert by.
 * Does not convert: a formula shows its own arithmetic.
 * Follows the SI brochure. */
#ifndef STANCE_BASE_UNITS_H
#define STANCE_BASE_UNITS_H

/* Standard gravity, by which force is shown as mass (CGPM 1901). */
#define UNITS_GRAVITY_M_S2 9.80665

/* Degrees appear in files and on screens, radians inside formulas. */
#define UNITS_RAD_PER_DEG 0.017453292519943295

#endif
