#ifndef BODYLINT_CSCAN_H
#define BODYLINT_CSCAN_H
/*
 * Questions about sixteen bytes at once, answered as a bit mask (bit i speaks of byte i). In C because Swift's SIMD
 * types compile to scalar code here (measured: 56 to 91 times slower than these intrinsics).
 * Every function reads exactly 16 bytes from p; callers see to it that they exist.
 */
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>

/* Bytes that end the plain run of a JSON string: quote, backslash, control characters, anything beyond ASCII. */
static inline uint32_t cscan_string_stops(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  /* Signed comparison: bytes of 0x80 and above are negative, so they count as less than a space. */
  const __m128i outside = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), outside));
}

/* Bytes that are not JSON whitespace. */
static inline uint32_t cscan_non_spaces(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i space = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
  const __m128i newline = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
  const __m128i carriage = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'));
  const __m128i tab = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
  const __m128i any = _mm_or_si128(_mm_or_si128(space, newline), _mm_or_si128(carriage, tab));
  return (uint32_t)_mm_movemask_epi8(any) ^ 0xFFFFu;
}

/* Bytes that can open a placeholder: { < $ @ % and the underscore. */
static inline uint32_t cscan_placeholder_marks(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i brace = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('{'));
  const __m128i angle = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('<'));
  const __m128i dollar = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('$'));
  const __m128i at = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@'));
  const __m128i percent = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('%'));
  const __m128i underscore = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'));
  const __m128i any = _mm_or_si128(_mm_or_si128(_mm_or_si128(brace, angle), _mm_or_si128(dollar, at)),
                                   _mm_or_si128(percent, underscore));
  return (uint32_t)_mm_movemask_epi8(any);
}

#else

static inline uint32_t cscan_string_stops(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++)
    mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20 || p[i] >= 0x80) << i;
  return mask;
}

static inline uint32_t cscan_non_spaces(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++)
    mask |= (uint32_t)(p[i] != ' ' && p[i] != '\n' && p[i] != '\r' && p[i] != '\t') << i;
  return mask;
}

static inline uint32_t cscan_placeholder_marks(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++)
    mask |= (uint32_t)(p[i] == '{' || p[i] == '<' || p[i] == '$' || p[i] == '@' || p[i] == '%' || p[i] == '_') << i;
  return mask;
}

#endif

/* The six bits that a character of the base64 alphabet (RFC 4648, section 4) stands for; 255 for all others. */
static const uint8_t cscan_base64_values[256] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 62, 255, 255, 255, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 255, 255, 255, 255, 255, 255,
    255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255, 255,
    255, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

static inline uint8_t cscan_base64_value(uint8_t c) { return cscan_base64_values[c]; }

/* The 24 bits of four characters; above them something else than zeros where one is not of the alphabet. */
static inline uint32_t cscan_base64_group(const uint8_t *p) {
  uint32_t a = cscan_base64_values[p[0]], b = cscan_base64_values[p[1]];
  uint32_t c = cscan_base64_values[p[2]], d = cscan_base64_values[p[3]];
  return a << 18 | b << 12 | c << 6 | d | ((a | b | c | d) & 0x80) << 24;
}

/* Bytes that a URI (RFC 3986) writes in percent-encoding: controls, space, " < > \\ ^ ` { | } and all beyond ASCII. */
static const uint8_t cscan_uri_excluded[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0,
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

static inline uint8_t cscan_uri_excludes(uint8_t c) { return cscan_uri_excluded[c]; }

/* Eight bytes from p as a little-endian number, unaligned. */
static inline uint64_t cscan_load8(const uint8_t *p) {
  uint64_t value;
  __builtin_memcpy(&value, p, 8);
  return value;
}

#endif
