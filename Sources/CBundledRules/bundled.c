#include "CBundledRules.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
/* The last byte is there so that an empty file, before the first `make generate`, is no empty array. */
_Alignas(16) static const uint8_t bytes[] = {
#embed "bundled-rules.bin" suffix(, )
    0};
#pragma clang diagnostic pop

const uint8_t *bundled_rules_bytes(void) { return bytes; }
size_t bundled_rules_count(void) { return sizeof bytes - 1; }
