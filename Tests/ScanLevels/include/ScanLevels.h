#ifndef BODYLINT_SCANLEVELS_H
#define BODYLINT_SCANLEVELS_H
/*
 * CScan as processors run it that can do less than this one: the same source, once more for each level, so that tests can
 * hold them all to the same answers.
 */
#include "CScan.h"

typedef struct {
  const char *name;
  size_t (*span)(const uint8_t *p, size_t n, const uint8_t set[16], const uint8_t *limit);
  int (*is_plain)(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit);
  size_t (*resource_group)(const uint8_t *p, size_t n, const cscan_resource_id *form, const uint8_t *limit);
  int (*is_uri)(const uint8_t *p, size_t n, const cscan_uri *form, const uint8_t *limit);
  const uint8_t *(*string_end)(const uint8_t *p, const uint8_t *end);
  size_t (*scalar_end)(const uint8_t *p, size_t i, size_t n);
  size_t (*plain_entries)(const uint8_t *p, size_t i, size_t n, size_t column);
  size_t (*secret_mark)(const uint8_t *p, size_t n);
  size_t (*base64_decode)(const uint8_t *p, size_t n, uint8_t *out, size_t room);
  size_t (*ascii_length)(const uint8_t *p, size_t n);
  int (*is_word)(const uint8_t *p, size_t n);
  int (*is_plain_text)(const uint8_t *p, size_t n);
  size_t (*structure_next)(cscan_structure *scan, uint32_t *out, size_t room);
  int (*equal_of32)(const uint8_t *one, const uint8_t *other, uint32_t rest);
} scan_level;

/* Without intrinsics; with SSE2, which every x86-64 has; with SSSE3; with AVX2, where this processor has it; with all it has. */
extern const scan_level scan_portable, scan_sse2, scan_ssse3, scan_avx2, scan_native;

/* Two pages' worth of bytes behind which nothing can be read: a byte too many ends the process. 0 where there is no memory. */
uint8_t *scan_guarded(size_t *count);

#endif
