#ifndef BODYLINT_BUNDLED_RULES_H
#define BODYLINT_BUNDLED_RULES_H
#include <stddef.h>
#include <stdint.h>

/* The compiled rules and the texts they were compiled from, as `make generate` wrote them. */
const uint8_t *bundled_rules_bytes(void);
size_t bundled_rules_count(void);

#endif
