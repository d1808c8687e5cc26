#include "CScan.h"
#include "levels.h"

#include <string.h>

/* What cscan_secret_mark looks for. */
static inline int is_secret_mark(const uint8_t *p) {
  return p[0] == ':' || p[0] == '=' || (p[0] == '-' && p[1] == '-') || (p[0] == 'A' && (p[1] == 'K' || p[1] == 'S')) ||
         (p[0] == 'c' && p[1] == 'h' && p[2] == 'p');
}

#if defined(__SSE2__)

/*
 * Sixteen characters to twelve bytes at a time, thirty-two to twenty-four where the processor can. The value of a
 * character is itself and what its upper half says; the slash is three less than the plus's offset would have it.
 */
#define BASE64_OFFSETS 0, 0, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0
#define BASE64_ALPHABET -88, -8, -8, -8, -8, -8, -8, -8, -8, -8, -16, 84, 80, 80, 80, 84
#define BASE64_BITS 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0
#define BASE64_ORDER 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1

__attribute__((target("ssse3"))) static size_t base64_blocks(const uint8_t *p, size_t n, uint8_t *out, size_t room) {
  const __m128i offsets = _mm_setr_epi8(BASE64_OFFSETS), alphabet = _mm_setr_epi8(BASE64_ALPHABET);
  const __m128i bits = _mm_setr_epi8(BASE64_BITS), order = _mm_setr_epi8(BASE64_ORDER);
  const size_t fitting = room / 3 * 4 < n ? room / 3 * 4 : n;
  const uint8_t *const start = p, *const end = p + fitting / 16 * 16;
  for (; p < end; p += 16, out += 12) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    const __m128i row = _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(15));
    const __m128i found = _mm_and_si128(_mm_shuffle_epi8(alphabet, bytes), _mm_shuffle_epi8(bits, row));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(found, _mm_setzero_si128())) != 0) break;
    const __m128i slash = _mm_and_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('/')), _mm_set1_epi8(-3));
    const __m128i six = _mm_add_epi8(_mm_add_epi8(bytes, _mm_shuffle_epi8(offsets, row)), slash);
    /* Two sixes to twelve bits, two of those to twenty-four. */
    const __m128i twelve = _mm_maddubs_epi16(six, _mm_set1_epi16(0x0140));
    const __m128i all = _mm_madd_epi16(twelve, _mm_set1_epi32(0x00011000));
    _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(all, order));
  }
  return (size_t)(p - start);
}

__attribute__((target("avx2"))) static size_t base64_double_blocks(const uint8_t *p, size_t n, uint8_t *out,
                                                                   size_t room) {
  const __m256i offsets = _mm256_broadcastsi128_si256(_mm_setr_epi8(BASE64_OFFSETS));
  const __m256i alphabet = _mm256_broadcastsi128_si256(_mm_setr_epi8(BASE64_ALPHABET));
  const __m256i bits = _mm256_broadcastsi128_si256(_mm_setr_epi8(BASE64_BITS));
  const __m256i order = _mm256_broadcastsi128_si256(_mm_setr_epi8(BASE64_ORDER));
  const size_t fitting = room / 3 * 4 < n ? room / 3 * 4 : n;
  const uint8_t *const start = p, *const end = p + fitting / 32 * 32;
  for (; p < end; p += 32, out += 24) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
    const __m256i row = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    const __m256i found = _mm256_and_si256(_mm256_shuffle_epi8(alphabet, bytes), _mm256_shuffle_epi8(bits, row));
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256())) != 0) break;
    const __m256i slash = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('/')), _mm256_set1_epi8(-3));
    const __m256i six = _mm256_add_epi8(_mm256_add_epi8(bytes, _mm256_shuffle_epi8(offsets, row)), slash);
    const __m256i twelve = _mm256_maddubs_epi16(six, _mm256_set1_epi16(0x0140));
    const __m256i all = _mm256_shuffle_epi8(_mm256_madd_epi16(twelve, _mm256_set1_epi32(0x00011000)), order);
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(all));
    _mm_storeu_si128((__m128i *)(out + 12), _mm256_extracti128_si256(all, 1));
  }
  return (size_t)(p - start);
}

/* For each of sixty-four bytes its entry in a table of 128; bytes beyond ASCII are taken for those without their top bit. */
__attribute__((target(AVX512_TABLES))) static inline __m512i looked_up(__m512i bytes, const uint8_t table[128]) {
  return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), bytes, _mm512_loadu_si512(table + 64));
}

/* The forty-eight bytes of sixty-four characters, which are given as six bits each. */
__attribute__((target(AVX512_TABLES))) static inline __m512i base64_wide_bytes(__m512i six) {
  static const uint8_t order[64] = {2,  1,  0,  6,  5,  4,  10, 9,  8,  14, 13, 12, 18, 17, 16, 22, 21, 20, 26, 25, 24, 30, 29, 28,
                                    34, 33, 32, 38, 37, 36, 42, 41, 40, 46, 45, 44, 50, 49, 48, 54, 53, 52, 58, 57, 56, 62, 61, 60};
  const __m512i twelve = _mm512_maddubs_epi16(six, _mm512_set1_epi16(0x0140));
  const __m512i all = _mm512_madd_epi16(twelve, _mm512_set1_epi32(0x00011000));
  return _mm512_permutexvar_epi8(_mm512_loadu_si512(order), all);
}

/*
 * Sixty-four characters to forty-eight bytes, as often as there is room for sixty-four bytes; then what is left, of which as much
 * is read and written as there is.
 */
__attribute__((target(AVX512_TABLES))) static size_t base64_wide_blocks(const uint8_t *p, size_t n, uint8_t *out,
                                                                        size_t room) {
  const uint8_t *const start = p, *const end = p + n;
  for (; end - p >= 64 && room >= 64; p += 64, out += 48, room -= 48) {
    const __m512i bytes = _mm512_loadu_si512(p), six = looked_up(bytes, cscan_base64_values);
    if (_mm512_movepi8_mask(_mm512_or_si512(bytes, six)) != 0) break;
    _mm512_storeu_si512(out, base64_wide_bytes(six));
  }
  for (;;) {
    const size_t left = (size_t)(end - p) / 4 < room / 3 ? (size_t)(end - p) / 4 : room / 3;
    const uint64_t mask = left < 16 ? ((uint64_t)1 << 4 * left) - 1 : UINT64_MAX;
    const __m512i bytes = _mm512_maskz_loadu_epi8(mask, p), six = looked_up(bytes, cscan_base64_values);
    /* The bytes that were not read are zeros, which are not of the alphabet. */
    const uint64_t others = _mm512_movepi8_mask(_mm512_or_si512(bytes, six));
    const size_t groups = others == 0 ? 16 : (size_t)__builtin_ctzll(others) / 4;
    _mm512_mask_storeu_epi8(out, ((uint64_t)1 << 3 * groups) - 1, base64_wide_bytes(six));
    p += 4 * groups, out += 3 * groups, room -= 3 * groups;
    if (groups < 16) return (size_t)(p - start);
  }
}

static size_t secret_mark_sse2(const uint8_t *p, size_t i, size_t n) {
  for (; i < n; i += 16) {
    const __m128i here = _mm_loadu_si128((const __m128i *)(p + i));
    const __m128i next = _mm_loadu_si128((const __m128i *)(p + i + 1));
    const __m128i assigned =
        _mm_or_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8(':')), _mm_cmpeq_epi8(here, _mm_set1_epi8('=')));
    const __m128i dashes =
        _mm_and_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8('-')), _mm_cmpeq_epi8(next, _mm_set1_epi8('-')));
    const __m128i key =
        _mm_and_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8('A')),
                      _mm_or_si128(_mm_cmpeq_epi8(next, _mm_set1_epi8('K')), _mm_cmpeq_epi8(next, _mm_set1_epi8('S'))));
    const __m128i list =
        _mm_and_si128(_mm_and_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8('c')), _mm_cmpeq_epi8(next, _mm_set1_epi8('h'))),
                      _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(p + i + 2)), _mm_set1_epi8('p')));
    const uint32_t mask =
        (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(assigned, dashes), _mm_or_si128(key, list)));
    if (mask != 0) {
      i += (size_t)__builtin_ctz(mask);
      return i < n ? i : n;
    }
  }
  return n;
}

/*
 * A bit for each byte that can begin a mark: 1 for the dash, 2 for A, 64 for the colon and the equals sign, which need nothing
 * behind them; the same bits for what comes second. chp is looked for by its hp, with 4, so that what is found is its second
 * byte. By the lower and the upper half of the byte.
 */
#define MARK_FIRST_LOW 0, 2, 0, 0, 0, 0, 0, 0, 4, 0, 64, 0, 0, 65, 0, 0
#define MARK_FIRST_HIGH 0, 0, 1, 64, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define MARK_SECOND_LOW 4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0
#define MARK_SECOND_HIGH 0, 0, 1, 0, 2, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0

/* The first mark that really is one of those that the bits of a block at i may be the first, or the second, byte of; SIZE_MAX where
 * none is. */
static inline size_t first_mark(const uint8_t *p, size_t i, uint64_t mask) {
  for (; mask != 0; mask &= mask - 1) {
    const size_t place = i + (size_t)__builtin_ctzll(mask);
    if (is_secret_mark(p + place)) return place;
    if (place > 0 && is_secret_mark(p + place - 1)) return place - 1;
  }
  return SIZE_MAX;
}

/* Thirty-two bytes and those behind them at a time; only whole blocks of the text. */
__attribute__((target("avx2"))) static size_t secret_mark_avx2(const uint8_t *p, size_t n) {
  const __m256i first_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(MARK_FIRST_LOW));
  const __m256i first_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(MARK_FIRST_HIGH));
  const __m256i second_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(MARK_SECOND_LOW));
  const __m256i second_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(MARK_SECOND_HIGH));
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const __m256i here = _mm256_loadu_si256((const __m256i *)(p + i));
    const __m256i next = _mm256_loadu_si256((const __m256i *)(p + i + 1));
    const __m256i here_row = _mm256_and_si256(_mm256_srli_epi16(here, 4), _mm256_set1_epi8(15));
    const __m256i next_row = _mm256_and_si256(_mm256_srli_epi16(next, 4), _mm256_set1_epi8(15));
    const __m256i first =
        _mm256_and_si256(_mm256_shuffle_epi8(first_low, here), _mm256_shuffle_epi8(first_high, here_row));
    const __m256i second =
        _mm256_and_si256(_mm256_shuffle_epi8(second_low, next), _mm256_shuffle_epi8(second_high, next_row));
    const __m256i found = _mm256_and_si256(first, _mm256_or_si256(second, _mm256_set1_epi8(64)));
    if (_mm256_testz_si256(found, found)) continue;
    /* C and [ share their halves with K and S, and before hp there is a c only sometimes. */
    const uint32_t mask = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256()));
    const size_t mark = first_mark(p, i, mask);
    if (mark != SIZE_MAX) return mark;
  }
  return secret_mark_sse2(p, i > 0 ? i - 1 : 0, n);
}

/* The same bits, for the whole byte. */
static const uint8_t mark_first[128] = {[':'] = 64, ['='] = 64, ['-'] = 1, ['A'] = 2, ['h'] = 4};
static const uint8_t mark_second[128] = {['-'] = 1, ['K'] = 2, ['S'] = 2, ['p'] = 4};

__attribute__((target(AVX512_TABLES))) static size_t secret_mark_avx512(const uint8_t *p, size_t n) {
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    const __m512i first = looked_up(_mm512_loadu_si512(p + i), mark_first);
    const __m512i second = looked_up(_mm512_loadu_si512(p + i + 1), mark_second);
    const uint64_t mask = _mm512_test_epi8_mask(first, _mm512_or_si512(second, _mm512_set1_epi8(64)));
    const size_t mark = first_mark(p, i, mask);
    if (mark != SIZE_MAX) return mark;
  }
  return secret_mark_sse2(p, i > 0 ? i - 1 : 0, n);
}

size_t cscan_secret_mark(const uint8_t *p, size_t n) {
  if (has_avx512_tables()) return secret_mark_avx512(p, n);
  return __builtin_cpu_supports("avx2") ? secret_mark_avx2(p, n) : secret_mark_sse2(p, 0, n);
}

#else

size_t cscan_secret_mark(const uint8_t *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (is_secret_mark(p + i)) return i;
  return n;
}

#endif

static const uint8_t *string_end(const uint8_t *p, const uint8_t *end) {
  for (; end - p >= 16; p += 16) {
    const uint32_t mask = cscan_string_stops(p);
    if (mask != 0) return p + __builtin_ctz(mask);
  }
  while (p < end && *p != '"' && *p != '\\' && *p >= 0x20 && *p < 0x80) p++;
  return p;
}

#if defined(__SSE2__)

/* Bytes that are no plain part of a string have their top bit set. */
__attribute__((target("avx2"))) static inline __m256i string_stops32(const uint8_t *p) {
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
  const __m256i quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
  const __m256i backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
  /* Signed comparison: bytes of 0x80 and above are negative, so they count as less than a space. */
  return _mm256_or_si256(_mm256_or_si256(quote, backslash), _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes));
}

/* What is long is mostly very long: 128 bytes at a time. */
__attribute__((target("avx2"))) static const uint8_t *string_end_avx2(const uint8_t *p, const uint8_t *end) {
  for (int block = 0; end - p >= 32; block++) {
    const uint32_t mask = (uint32_t)_mm256_movemask_epi8(string_stops32(p));
    if (mask != 0) return p + __builtin_ctz(mask);
    p += 32;
    for (; block >= 4 && end - p >= 128; p += 128) {
      const __m256i found = _mm256_or_si256(_mm256_or_si256(string_stops32(p), string_stops32(p + 32)),
                                            _mm256_or_si256(string_stops32(p + 64), string_stops32(p + 96)));
      if (_mm256_movemask_epi8(found) != 0) break;
    }
  }
  return string_end(p, end);
}

#endif

const uint8_t *cscan_string_end(const uint8_t *p, const uint8_t *end) {
#if defined(__SSE2__)
  if (__builtin_cpu_supports("avx2")) return string_end_avx2(p, end);
#endif
  return string_end(p, end);
}

static size_t scalar_end(const uint8_t *p, size_t i, size_t n) {
  for (; i < n; i += 16) {
    const uint32_t mask = cscan_scalar_stops(p + i);
    if (mask != 0) {
      i += (size_t)__builtin_ctz(mask);
      break;
    }
  }
  return i < n ? i : n;
}

#if defined(__SSE2__)

__attribute__((target("avx2"))) static inline __m256i scalar_stops32(__m256i bytes) {
  /* Signed comparison: bytes of 0x80 and above are negative, so they count as less than a space. */
  const __m256i outside = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes);
  const __m256i delete = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7F));
  const __m256i colon = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(':'));
  const __m256i number = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('#'));
  return _mm256_or_si256(_mm256_or_si256(outside, delete), _mm256_or_si256(colon, number));
}

__attribute__((target("avx2"))) static size_t scalar_end_avx2(const uint8_t *p, size_t i, size_t n) {
  for (; i + 32 <= n; i += 32) {
    const uint32_t mask =
        (uint32_t)_mm256_movemask_epi8(scalar_stops32(_mm256_loadu_si256((const __m256i *)(p + i))));
    if (mask != 0) return i + (size_t)__builtin_ctz(mask);
  }
  return scalar_end(p, i, n);
}

/* The top bit for each byte that ends a plain scalar: the thirty-two control characters first. */
#define EIGHT_STOPS 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80
static const uint8_t scalar_stops[128] = {EIGHT_STOPS,   EIGHT_STOPS,   EIGHT_STOPS,  EIGHT_STOPS,
                                          ['#'] = 0x80, [':'] = 0x80, [0x7F] = 0x80};

__attribute__((target(AVX512_TABLES))) static size_t scalar_end_avx512(const uint8_t *p, size_t i, size_t n) {
  for (; i + 64 <= n; i += 64) {
    const __m512i bytes = _mm512_loadu_si512(p + i);
    const uint64_t mask = _mm512_movepi8_mask(_mm512_or_si512(bytes, looked_up(bytes, scalar_stops)));
    if (mask != 0) return i + (size_t)__builtin_ctzll(mask);
  }
  return scalar_end_avx2(p, i, n);
}

#endif

size_t cscan_scalar_end(const uint8_t *p, size_t i, size_t n) {
#if defined(__SSE2__)
  if (has_avx512_tables()) return scalar_end_avx512(p, i, n);
  if (__builtin_cpu_supports("avx2")) return scalar_end_avx2(p, i, n);
#endif
  return scalar_end(p, i, n);
}

#if defined(__SSE2__)

/* What sixty-four bytes have, a bit each: line feeds, what else ends a plain scalar, and what its line begins with. */
typedef struct {
  uint64_t feeds, stops, dashes, spaces, beginnings;
} entry_marks;

/* cscan_plain_entries, made of what the processor has. No block waits for what another one holds, wherever lines end. */
__attribute__((always_inline)) static inline size_t plain_entries(const uint8_t *p, size_t i, size_t n, size_t column,
                                                                  entry_marks (*marks)(const uint8_t *)) {
  /* All that a line begins with has to fit behind the last line feed of a block. */
  if (column > 32) return i;
  size_t line = i;
  /* The line feeds of the block before: the first line begins here. */
  uint64_t before = (uint64_t)1 << 63;
  for (; n - i >= 64; i += 64) {
    const entry_marks here = marks(p + i);
    uint64_t bad = here.stops;
    for (size_t k = 1; k <= column; k++) bad |= (here.feeds << k | before >> (64 - k)) & ~here.spaces;
    bad |= (here.feeds << (column + 1) | before >> (63 - column)) & ~here.dashes;
    bad |= (here.feeds << (column + 2) | before >> (62 - column)) & ~here.spaces;
    bad |= (here.feeds << (column + 3) | before >> (61 - column)) & ~here.beginnings;
    const uint64_t ends = bad == 0 ? here.feeds : here.feeds & ((bad & -bad) - 1);
    if (ends != 0) line = i + 64 - (size_t)__builtin_clzll(ends);
    if (bad != 0) break;
    before = here.feeds;
  }
  return line;
}

static inline entry_marks entry_marks_sse2(const uint8_t *p) {
  entry_marks all = {0, 0, 0, 0, 0};
  for (int i = 0; i < 64; i += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
    const uint64_t feeds = (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x0A)));
    const __m128i letter = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i begins = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter),
                                        _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
    all.feeds |= feeds << i;
    all.stops |= (cscan_scalar_stops(p + i) & ~feeds) << i;
    all.dashes |= (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'))) << i;
    all.spaces |= (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))) << i;
    all.beginnings |= (uint64_t)_mm_movemask_epi8(begins) << i;
  }
  return all;
}

__attribute__((target("avx2"))) static inline uint64_t bits_of(__m256i bytes) {
  return (uint32_t)_mm256_movemask_epi8(bytes);
}

__attribute__((target("avx2"))) static inline entry_marks entry_marks_avx2(const uint8_t *p) {
  entry_marks all = {0, 0, 0, 0, 0};
  for (int i = 0; i < 64; i += 32) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(p + i));
    const uint64_t feeds = bits_of(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x0A)));
    const __m256i letter = _mm256_sub_epi8(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), _mm256_set1_epi8('a'));
    const __m256i digit = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
    const __m256i begins = _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(25)), letter),
                                           _mm256_cmpeq_epi8(_mm256_min_epu8(digit, _mm256_set1_epi8(9)), digit));
    all.feeds |= feeds << i;
    all.stops |= (bits_of(scalar_stops32(bytes)) & ~feeds) << i;
    all.dashes |= bits_of(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('-'))) << i;
    all.spaces |= bits_of(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' '))) << i;
    all.beginnings |= bits_of(begins) << i;
  }
  return all;
}

enum { is_feed = 1, is_dash = 2, is_space = 4, begins_entry = 8 };
#define EIGHT_BEGINNINGS 8, 8, 8, 8, 8, 8, 8, 8
static const uint8_t entry_classes[128] = {
    EIGHT_STOPS, 0x80, 0x80, is_feed, 0x80, 0x80, 0x80, 0x80, 0x80, EIGHT_STOPS, EIGHT_STOPS, /* controls */
    is_space, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, is_dash, 0, 0,                           /* up to the slash */
    EIGHT_BEGINNINGS, 8, 8, 0x80, 0, 0, 0, 0, 0,                                              /* digits, and the colon */
    0, EIGHT_BEGINNINGS, EIGHT_BEGINNINGS, EIGHT_BEGINNINGS, 8, 8, 0, 0, 0, 0, 0,             /* capital letters */
    0, EIGHT_BEGINNINGS, EIGHT_BEGINNINGS, EIGHT_BEGINNINGS, 8, 8, 0, 0, 0, 0, 0x80,          /* small letters, delete */
};

__attribute__((target(AVX512_TABLES))) static inline entry_marks entry_marks_avx512(const uint8_t *p) {
  const __m512i bytes = _mm512_loadu_si512(p), classes = looked_up(bytes, entry_classes);
  /* Beyond ASCII the table answers with what stands at the lower seven bits; such a byte is a stop whatever else it is. */
  return (entry_marks){
      .feeds = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(is_feed)),
      .stops = _mm512_movepi8_mask(_mm512_or_si512(bytes, classes)),
      .dashes = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(is_dash)),
      .spaces = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(is_space)),
      .beginnings = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(begins_entry)),
  };
}

static size_t plain_entries_sse2(const uint8_t *p, size_t i, size_t n, size_t column) {
  return plain_entries(p, i, n, column, entry_marks_sse2);
}

__attribute__((target("avx2"))) static size_t plain_entries_avx2(const uint8_t *p, size_t i, size_t n, size_t column) {
  return plain_entries(p, i, n, column, entry_marks_avx2);
}

__attribute__((target(AVX512_TABLES))) static size_t plain_entries_avx512(const uint8_t *p, size_t i, size_t n,
                                                                          size_t column) {
  return plain_entries(p, i, n, column, entry_marks_avx512);
}

#endif

size_t cscan_plain_entries(const uint8_t *p, size_t i, size_t n, size_t column) {
#if defined(__SSE2__)
  if (has_avx512_tables()) return plain_entries_avx512(p, i, n, column);
  if (__builtin_cpu_supports("avx2")) return plain_entries_avx2(p, i, n, column);
  return plain_entries_sse2(p, i, n, column);
#else
  (void)p, (void)n, (void)column;
  return i;
#endif
}

/* The 24 bits of four characters; above them something else than zeros where one is not of the alphabet. */
static uint32_t base64_group(const uint8_t *p) {
  uint32_t a = cscan_base64_values[p[0]], b = cscan_base64_values[p[1]];
  uint32_t c = cscan_base64_values[p[2]], d = cscan_base64_values[p[3]];
  return a << 18 | b << 12 | c << 6 | d | ((a | b | c | d) & 0x80) << 24;
}

size_t cscan_base64_decode(const uint8_t *p, size_t n, uint8_t *out, size_t room) {
  size_t i = 0;
#if defined(__SSE2__)
  if (has_avx512_tables()) return base64_wide_blocks(p, n, out, room);
  if (__builtin_cpu_supports("avx2")) i = base64_double_blocks(p, n, out, room);
  if (__builtin_cpu_supports("ssse3")) i += base64_blocks(p + i, n - i, out + i / 4 * 3, room - i / 4 * 3);
#endif
  while (n - i >= 4 && i / 4 * 3 + 3 <= room) {
    const uint32_t group = base64_group(p + i);
    if (group >> 24 != 0) break;
    uint8_t *to = out + i / 4 * 3;
    to[0] = (uint8_t)(group >> 16);
    to[1] = (uint8_t)(group >> 8);
    to[2] = (uint8_t)group;
    i += 4;
  }
  return i;
}

#if defined(__SSE2__)

__attribute__((target("avx2"))) static size_t ascii_length_avx2(const uint8_t *p, size_t n) {
  size_t i = 0;
  for (; n - i >= 128; i += 128) {
    __m256i any = _mm256_setzero_si256();
    for (size_t block = 0; block < 128; block += 32)
      any = _mm256_or_si256(any, _mm256_loadu_si256((const __m256i *)(p + i + block)));
    if (_mm256_movemask_epi8(any) != 0) break;
  }
  return i;
}

#endif

size_t cscan_ascii_length(const uint8_t *p, size_t n) {
  size_t i = 0;
#if defined(__SSE2__)
  if (__builtin_cpu_supports("avx2")) i = ascii_length_avx2(p, n);
  for (; n - i >= 64; i += 64) {
    __m128i any = _mm_setzero_si128();
    for (size_t block = 0; block < 64; block += 16) any = _mm_or_si128(any, _mm_loadu_si128((const __m128i *)(p + i + block)));
    if (_mm_movemask_epi8(any) != 0) break;
  }
#endif
  while (n - i >= 8 && (cscan_load8(p + i) & 0x8080808080808080u) == 0) i += 8;
  while (i < n && p[i] < 0x80) i++;
  return i;
}

int cscan_is_word(const uint8_t *p, size_t n) {
#if defined(__SSE2__)
  if (n >= 16) {
    /* The last sixteen bytes once more rather than a rest. */
    for (size_t i = 0; i < n - 16; i += 16)
      if (cscan_word_ends(p + i) != 0) return 0;
    return cscan_word_ends(p + n - 16) == 0;
  }
#endif
  uint8_t short_word[16];
  for (size_t i = 0; i < n; i += 16) {
    const size_t rest = n - i < 16 ? n - i : 16;
    memset(short_word, 'a', 16);
    memcpy(short_word, p + i, rest);
    if (cscan_word_ends(short_word) != 0) return 0;
  }
  return 1;
}

#if defined(__SSE2__)

/* Thirty-two bytes and those behind them at a time; n is more than 32. */
__attribute__((target("avx2"))) static int is_plain_text32(const uint8_t *p, size_t n) {
  __m256i found = _mm256_setzero_si256();
  for (size_t i = 0;; i += 32) {
    /* The last pairs once more rather than a rest. */
    if (i > n - 33) i = n - 33;
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(p + i));
    const __m256i next = _mm256_loadu_si256((const __m256i *)(p + i + 1));
    const __m256i marks =
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(':')), _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('#')));
    const __m256i pairs = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, next), marks);
    const __m256i outside = _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes),
                                            _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7F)));
    found = _mm256_or_si256(found, _mm256_or_si256(pairs, outside));
    if (i == n - 33) break;
  }
  return _mm256_movemask_epi8(found) == 0 && p[n - 1] >= 0x20 && p[n - 1] < 0x7F;
}

#endif

int cscan_is_plain_text(const uint8_t *p, size_t n) {
#if defined(__SSE2__)
  if (n > 32 && __builtin_cpu_supports("avx2")) return is_plain_text32(p, n);
  if (n > 16) {
    __m128i found = _mm_setzero_si128();
    /* Each byte and the one behind it; the last sixteen pairs once more rather than a rest. */
    for (size_t i = 0;; i += 16) {
      if (i > n - 17) i = n - 17;
      const __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
      const __m128i next = _mm_loadu_si128((const __m128i *)(p + i + 1));
      const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#')));
      const __m128i pairs = _mm_and_si128(_mm_cmpeq_epi8(bytes, next), marks);
      /* Signed comparison: bytes of 0x80 and above are negative, so they count as less than a space. */
      const __m128i outside = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
      found = _mm_or_si128(found, _mm_or_si128(pairs, outside));
      if (i == n - 17) break;
    }
    return _mm_movemask_epi8(found) == 0 && p[n - 1] >= 0x20 && p[n - 1] < 0x7F;
  }
#endif
  for (size_t i = 0; i < n; i++) {
    if (p[i] < 0x20 || p[i] >= 0x7F) return 0;
    if (i + 1 < n && p[i] == p[i + 1] && (p[i] == ':' || p[i] == '#')) return 0;
  }
  return 1;
}
