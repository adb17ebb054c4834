/* What every kind of port owes, whatever opens it: a test of each promise, on a pseudo-terminal.
 * Does not know the kinds: `ops` is the one that must be taken. Fails the running cmocka test.
 * Follows hw/transport.h. */
#ifndef STANCE_TESTS_SUPPORT_PORT_CONTRACT_H
#define STANCE_TESTS_SUPPORT_PORT_CONTRACT_H

#include "hw/transport.h"

/* The path is taken for that kind, and only a serial one has a rate; all 256 bytes pass both
 * ways unchanged; closing twice does nothing. */
void port_contract_bytes(const struct transport_ops *ops, int baud);

/* Silence is -EAGAIN, a hang-up -ENODEV. */
void port_contract_hang_up(int baud);

/* Two cannot have it at once; one after the other can. */
void port_contract_alone(int baud);

/* Opening, closing and failing to open leave no descriptor behind. */
void port_contract_descriptors(int baud);

#endif
