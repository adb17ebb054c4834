/* Whether the wall clock may be believed: what is signed bears its time.
 * Does not set, read or compare any clock.
 * Follows docs/api.md ("The clock") and adjtimex(2), whose TIME_ERROR says that no time service has
 * set the clock since the machine started. */
#ifndef STANCE_BASE_CLOCK_TRUST_H
#define STANCE_BASE_CLOCK_TRUST_H

enum clock_trust {
	CLOCK_TRUST_UNKNOWN,
	CLOCK_TRUST_SYNCHRONISED, /* the kernel says so, or the file of the setting is there */
	CLOCK_TRUST_TRUSTED, /* by the setting: a station with a battery-backed clock */
};

/* Return what is to be thought of the clock by the setting station.clock: "" asks the kernel, "trusted"
 * is always right, anything else is the path of a file that is there while the clock is right.
 * The kernel is asked in every case. */
enum clock_trust clock_trust_by(const char *setting);

/* The same for this program. Give it the setting once, before threads start; it is copied. Without one
 * the kernel alone is asked. clock_trust() is thread-safe. */
void clock_trust_configure(const char *setting);
enum clock_trust clock_trust(void);

/* Return the word of the documents: "unknown", "synchronised", "trusted". */
const char *clock_trust_word(enum clock_trust trust);

#endif
