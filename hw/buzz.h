/* What the buzzer says: three motifs, each a row of on and off that no other can be taken for by number or length.
 * Pure. A buzzer here is one that sounds while its line is active; its pitch is its own. */
#ifndef STANCE_HW_BUZZ_H
#define STANCE_HW_BUZZ_H

/* START: measuring begins; END: it is over, one may move; STOP: it was broken off, or something is wrong. */
enum buzz { BUZZ_START, BUZZ_END, BUZZ_STOP, BUZZ_N };

/* Return how long the `step`-th part of the motif lasts, ms; parts are on, off, on, ... by turns; 0: it is over. */
int buzz_ms(enum buzz motif, int step);

#endif
