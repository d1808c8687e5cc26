/* One level of CScan: LEVEL names it, SUPPORTS(feature) tells which processor it is for. */
#ifdef SUPPORTS
#define __builtin_cpu_supports(feature) SUPPORTS(feature)
#endif

#define JOINED(a, b) a##_##b
#define NAMED(level, function) JOINED(level, function)
#define cscan_span NAMED(LEVEL, span)
#define cscan_is_plain NAMED(LEVEL, is_plain)
#define cscan_resource_group NAMED(LEVEL, resource_group)
#define cscan_is_uri NAMED(LEVEL, is_uri)
#define cscan_chosen_is_plain NAMED(LEVEL, chosen_is_plain)
#define cscan_chosen_resource_group NAMED(LEVEL, chosen_resource_group)
#define cscan_chosen_is_uri NAMED(LEVEL, chosen_is_uri)
#define cscan_string_end NAMED(LEVEL, string_end)
#define cscan_scalar_end NAMED(LEVEL, scalar_end)
#define cscan_plain_entries NAMED(LEVEL, plain_entries)
#define cscan_secret_mark NAMED(LEVEL, secret_mark)
#define cscan_base64_decode NAMED(LEVEL, base64_decode)
#define cscan_ascii_length NAMED(LEVEL, ascii_length)
#define cscan_is_word NAMED(LEVEL, is_word)
#define cscan_is_plain_text NAMED(LEVEL, is_plain_text)
#define cscan_structure_next NAMED(LEVEL, structure_next)

#include "../../Sources/CScan/acceptance.c"
#include "../../Sources/CScan/cscan.c"
#include "../../Sources/CScan/structure.c"

#include "ScanLevels.h"

static int equal_of32(const uint8_t *one, const uint8_t *other, uint32_t rest) {
  return cscan_equal_of32(one, other, rest);
}

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
const scan_level NAMED(scan, LEVEL) = {
    TEXT(LEVEL),       cscan_span,          cscan_is_plain, cscan_resource_group, cscan_is_uri, cscan_string_end,
    cscan_scalar_end, cscan_plain_entries, cscan_secret_mark,
    cscan_base64_decode, cscan_ascii_length, cscan_is_word, cscan_is_plain_text, cscan_structure_next, equal_of32,
};
