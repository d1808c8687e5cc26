#include "CScan.h"
#include "levels.h"

#include <string.h>

enum { scheme_n = 8 };

static int is_in(const uint8_t set[16], uint8_t byte) { return byte < 0x80 && (set[byte & 15] >> (byte >> 4) & 1); }

/* Whether a text of at least one byte is as long as it may be, and begins and ends as it may. */
static int has_length_and_ends(const uint8_t *p, size_t n, const cscan_plain *plain) {
  if (n < plain->length_min || n > plain->length_max) return 0;
  return !plain->has_ends || (is_in(plain->first, p[0]) && is_in(plain->last, p[n - 1]));
}

/* How many bytes there are up to the first that is not in the set; 0 where they are no plain text. takes_high is not asked. */
static size_t plain_span(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit) {
  const size_t span = cscan_span(p, n, plain->bytes, limit);
  return span > 0 && has_length_and_ends(p, span, plain) ? span : 0;
}

/* cscan_resource_group, made of what the processor has. plain_span is how many bytes a name at the beginning of some has. */
__attribute__((always_inline)) static inline size_t resource_group(
    const uint8_t *p, size_t n, const cscan_resource_id *form, const uint8_t *limit, int (*is_uuid)(const uint8_t *),
    size_t (*plain_span)(const uint8_t *, size_t, const cscan_plain *, const uint8_t *),
    int (*equal)(const uint8_t *, const uint8_t *, size_t),
    int (*is_plain)(const uint8_t *, size_t, const cscan_plain *, const uint8_t *)) {
  /* `/subscriptions/` and `/resourceGroups/`, fifteen and sixteen bytes, with the thirty-six of a UUID between them. */
  enum { subscription = 15, group_mark = 51, group = cscan_group_start };
  if (n <= group + form->literal_n || !cscan_equal(p, (const uint8_t *)"/subscriptions/", subscription) ||
      !cscan_equal(p + group_mark, (const uint8_t *)"/resourceGroups/", group - group_mark) || !is_uuid(p + subscription))
    return 0;
  const size_t group_n = plain_span(p + group, n - group, form->group, limit);
  const size_t name = group + group_n + form->literal_n;
  if (group_n == 0 || n <= name ||
      !equal(p + group + group_n, form->literal, form->literal_n) || !is_plain(p + name, n - name, form->name, limit))
    return 0;
  return group_n;
}

/* Whether the path that begins at a place of a URI is as long as its ending, and has it. */
static inline int has_ending(const uint8_t *p, size_t path, size_t n, const cscan_uri *form) {
  return n - path >= form->ending_n && cscan_equal(p + n - form->ending_n, form->ending, form->ending_n);
}

static inline int begins_as_uri(const uint8_t *p, size_t n) {
  return n > scheme_n && cscan_load8(p) == cscan_load8((const uint8_t *)"https://") && p[scheme_n] != '.' &&
         p[scheme_n] != '-';
}

static int is_uri(const uint8_t *p, size_t n, const cscan_uri *form, const uint8_t *limit) {
  if (!begins_as_uri(p, n)) return 0;
  size_t i = scheme_n + cscan_span(p + scheme_n, n - scheme_n, form->host, limit);
  if (i == scheme_n) return 0;
  const size_t path = i;
  uint64_t segments = 0;
  while (i < n) {
    if (p[i++] != '/') return 0;
    if (i < n && p[i] == '_') return 0;
    i += cscan_span(p + i, n - i, form->segment, limit);
    segments++;
  }
  return segments <= form->segments_max && has_ending(p, path, n, form);
}

static size_t span_bytewise(const uint8_t *p, size_t n, const uint8_t set[16], int high) {
  size_t i = 0;
  while (i < n && (is_in(set, p[i]) || (high && p[i] >= 0x80))) i++;
  return i;
}

#if defined(__SSE2__)

/* Bit i: byte i is not in the set. The shuffle answers 0 for bytes beyond ASCII. */
__attribute__((target("ssse3"))) static inline uint32_t outside(__m128i bytes, __m128i set, int high) {
  const __m128i bits = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i row = _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(15));
  const __m128i found = _mm_and_si128(_mm_shuffle_epi8(set, bytes), _mm_shuffle_epi8(bits, row));
  uint32_t mask = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(found, _mm_setzero_si128()));
  if (high) mask &= ~(uint32_t)_mm_movemask_epi8(bytes);
  return mask;
}

__attribute__((target("ssse3"))) static inline size_t span_ssse3(const uint8_t *p, size_t n, const uint8_t set[16],
                                                                  const uint8_t *limit, int high) {
  const __m128i table = _mm_loadu_si128((const __m128i *)set);
  size_t i = 0;
  while (i < n) {
    uint32_t mask;
    if ((size_t)(limit - p) - i >= 16) {
      mask = outside(_mm_loadu_si128((const __m128i *)(p + i)), table, high);
    } else {
      uint8_t rest[16] = {0};
      memcpy(rest, p + i, n - i < 16 ? n - i : 16);
      mask = outside(_mm_loadu_si128((const __m128i *)rest), table, high);
    }
    if (mask != 0) {
      i += (size_t)__builtin_ctz(mask);
      return i < n ? i : n;
    }
    i += 16;
  }
  return n;
}

/* Not inlined: the quicker ones would save registers for its sake. */
__attribute__((target("ssse3"), noinline)) static size_t span_of_set(const uint8_t *p, size_t n, const uint8_t set[16],
                                                                     const uint8_t *limit) {
  return span_ssse3(p, n, set, limit, 0);
}

__attribute__((target("ssse3"), noinline)) static int all_in_set(const uint8_t *p, size_t n, const uint8_t set[16],
                                                                 const uint8_t *limit, int high) {
  const __m128i table = _mm_loadu_si128((const __m128i *)set);
  /* Whole blocks, and the last sixteen bytes once more rather than a rest; a text shorter than that by itself. */
  if (n >= 16) {
    uint32_t mask = 0;
    for (size_t i = 0; i < n - 15; i += 16) mask |= outside(_mm_loadu_si128((const __m128i *)(p + i)), table, high);
    return (mask | outside(_mm_loadu_si128((const __m128i *)(p + n - 16)), table, high)) == 0;
  }
  return span_ssse3(p, n, set, limit, high) == n;
}

/* For each byte its bit in a row of a set; none for bytes beyond ASCII. */
__attribute__((target("avx2"))) static inline __m256i bits32(__m256i bytes) {
  const __m256i bits = _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  return _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15)));
}

__attribute__((target("avx2"))) static inline uint32_t outside_of(__m256i bytes, __m256i bits, __m256i set) {
  const __m256i found = _mm256_and_si256(_mm256_shuffle_epi8(set, bytes), bits);
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256()));
}

__attribute__((target("avx2"))) static inline __m256i load_set(const uint8_t set[16]) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)set));
}

/* What outside tells, of thirty-two bytes. */
__attribute__((target("avx2"))) static inline uint32_t outside32(const uint8_t *p, __m256i set, int high) {
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
  const uint32_t mask = outside_of(bytes, bits32(bytes), set);
  return high ? mask & ~(uint32_t)_mm256_movemask_epi8(bytes) : mask;
}

/* Most texts are shorter than thirty-two bytes: one block, where the memory has as many. */
__attribute__((target("avx2"))) static size_t span_of_set32(const uint8_t *p, size_t n, const uint8_t set[16],
                                                             const uint8_t *limit) {
  for (size_t i = 0; i < n; i += 32) {
    if ((size_t)(limit - p) - i < 32) return i + span_of_set(p + i, n - i, set, limit);
    const uint32_t mask = outside32(p + i, load_set(set), 0);
    if (mask != 0) {
      i += (size_t)__builtin_ctz(mask);
      return i < n ? i : n;
    }
  }
  return n;
}

/*
 * What outside tells of a text of up to thirty-two bytes, of its first one, and of its last one. Of a text that begins less than
 * that before limit the bytes before it are loaded as well, and shifted away: that is cheaper than a guess.
 */
__attribute__((target("avx2"))) static inline uint32_t faults32(const uint8_t *p, size_t n, const cscan_plain *plain,
                                                                const uint8_t *limit) {
  const size_t room = (size_t)(limit - p), before = room < 32 ? 32 - room : 0;
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)(p - before)), bits = bits32(bytes);
  const uint32_t last = (uint32_t)1 << (n - 1);
  uint32_t outside = outside_of(bytes, bits, load_set(plain->bytes));
  if (plain->takes_high) outside &= ~(uint32_t)_mm256_movemask_epi8(bytes);
  uint32_t mask = outside >> before & (last | (last - 1));
  if (plain->has_ends) {
    mask |= outside_of(bytes, bits, load_set(plain->first)) >> before & 1;
    mask |= outside_of(bytes, bits, load_set(plain->last)) >> before & last;
  }
  return mask;
}

/* Texts that are longer than thirty-two bytes. */
__attribute__((target("avx2"), noinline)) static int is_long_plain(const uint8_t *p, size_t n, const cscan_plain *plain) {
  if (!has_length_and_ends(p, n, plain)) return 0;
  const __m256i set = load_set(plain->bytes);
  /* The last thirty-two bytes once more rather than a rest. */
  uint32_t mask = outside32(p + n - 32, set, plain->takes_high);
  for (size_t i = 0; i + 32 < n; i += 32) mask |= outside32(p + i, set, plain->takes_high);
  return mask == 0;
}

__attribute__((target("avx2"))) static int is_plain32(const uint8_t *p, size_t n, const cscan_plain *plain,
                                                      const uint8_t *limit) {
  if (n > 32) return is_long_plain(p, n, plain);
  return n >= plain->length_min && n <= plain->length_max && faults32(p, n, plain, limit) == 0;
}

/* Whether n bytes are the same in two places: where there are thirty-two to sixty-four, the first and the last ones. */
__attribute__((target("avx2"))) static inline int equal32(const uint8_t *one, const uint8_t *other, size_t n) {
  if (n < 32 || n > 64) return cscan_equal(one, other, n);
  const __m256i first = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)one),
                                          _mm256_loadu_si256((const __m256i *)other));
  const __m256i last = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(one + n - 32)),
                                         _mm256_loadu_si256((const __m256i *)(other + n - 32)));
  return (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(first, last)) == UINT32_MAX;
}

/* Whether the thirty-six bytes from p are a UUID: the first thirty-two, and the last ones of those behind. */
__attribute__((target("avx2"))) static inline int is_uuid32(const uint8_t *p) {
  const __m256i hexadecimal = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(8, 0x58, 0x58, 0x58, 0x58, 0x58, 0x58, 8, 8, 8, 0, 0, 0, 0, 0, 0));
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)p), rest = _mm256_loadu_si256((const __m256i *)(p + 4));
  const uint32_t dashes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('-')));
  /* Dashes at 8, 13, 18 and 23, and nothing else that is no digit. */
  return dashes == 0x00842100 && outside_of(bytes, bits32(bytes), hexadecimal) == 0x00842100 &&
         outside_of(rest, bits32(rest), hexadecimal) == 0x00842100 >> 4;
}

/* What plain_span tells: mostly of a text that ends within thirty-two bytes. */
__attribute__((target("avx2"))) static inline size_t plain_span32(const uint8_t *p, size_t n, const cscan_plain *plain,
                                                                  const uint8_t *limit) {
  if (n < 32 || (size_t)(limit - p) < 32) return plain_span(p, n, plain, limit);
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
  const uint32_t outside = outside_of(bytes, bits32(bytes), load_set(plain->bytes));
  if (outside == 0) return plain_span(p, n, plain, limit);
  const size_t span = (size_t)__builtin_ctz(outside);
  return span > 0 && is_plain32(p, span, plain, limit) ? span : 0;
}

__attribute__((target("avx2"))) static size_t resource_group_avx2(const uint8_t *p, size_t n,
                                                                  const cscan_resource_id *form, const uint8_t *limit) {
  return resource_group(p, n, form, limit, is_uuid32, plain_span32, equal32, is_plain32);
}

/* What sixty-four bytes behind a scheme are, a bit each: not in the host's set, not in that of segments, a slash, an underscore. */
typedef struct {
  uint64_t no_host, no_segment, slashes, underscores;
} uri_marks;

/* cscan_is_uri, of a text of up to sixty-four bytes behind the scheme. */
static inline int is_short_uri(const uint8_t *p, size_t n, const cscan_uri *form, uri_marks marks) {
  const uint64_t all = UINT64_MAX >> (64 - (n - scheme_n));
  /* The path from its first slash on: there is none where there is nothing but a host. */
  const uint64_t ends = marks.no_host & all, first = ends & -ends, path = all & -first;
  const uint64_t slashes = marks.slashes & path;
  if (((marks.no_segment & path) ^ slashes) != 0 || (first & ~slashes) != 0 || (first & 1) != 0 ||
      (slashes << 1 & marks.underscores & all) != 0 || (uint64_t)__builtin_popcountll(slashes) > form->segments_max)
    return 0;
  return has_ending(p, first == 0 ? n : scheme_n + (size_t)__builtin_ctzll(first), n, form);
}

/* Not near the end of the memory, and of up to sixty-four bytes behind the scheme. */
__attribute__((target("avx2"))) static int is_uri_avx2(const uint8_t *p, size_t n, const cscan_uri *form, const uint8_t *limit) {
  if (n > scheme_n + 64 || (size_t)(limit - p) < scheme_n + 64) return is_uri(p, n, form, limit);
  if (!begins_as_uri(p, n)) return 0;
  const __m256i host = load_set(form->host), segment = load_set(form->segment);
  uri_marks marks = {0, 0, 0, 0};
  for (int i = 0; i < 64; i += 32) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(p + scheme_n + i)), bits = bits32(bytes);
    marks.no_host |= (uint64_t)outside_of(bytes, bits, host) << i;
    marks.no_segment |= (uint64_t)outside_of(bytes, bits, segment) << i;
    marks.slashes |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('/'))) << i;
    marks.underscores |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('_'))) << i;
  }
  return is_short_uri(p, n, form, marks);
}

/* The first n of sixty-four bits; n is from 1 to 64. */
static inline uint64_t first_bits(size_t n) { return UINT64_MAX >> (64 - n); }

/* Up to sixty-four bytes, and for each of them its bit in a row of a set. */
typedef struct {
  __m512i bytes, bits;
} block64;

/* The bytes from p that have a bit in mask, and no others; in the place of those there are zeros. */
__attribute__((target(AVX512_TABLES))) static inline block64 load64(const uint8_t *p, uint64_t mask) {
  const __m512i bits = _mm512_broadcast_i32x4(_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m512i bytes = _mm512_maskz_loadu_epi8(mask, p);
  return (block64){bytes, _mm512_shuffle_epi8(bits, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(15)))};
}

__attribute__((target(AVX512_TABLES))) static inline uint64_t outside64(block64 block, const uint8_t set[16]) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)set));
  return _mm512_testn_epi8_mask(_mm512_shuffle_epi8(table, block.bytes), block.bits);
}

/* Whether a text of the first n of sixty-four bytes begins or ends otherwise than it may. */
__attribute__((target(AVX512_TABLES))) static inline uint64_t end_faults64(block64 block, size_t n, const cscan_plain *plain) {
  if (!plain->has_ends) return 0;
  return (outside64(block, plain->first) | outside64(block, plain->last) >> (n - 1)) & 1;
}

/* What faults32 tells, of the first n of sixty-four bytes. */
__attribute__((target(AVX512_TABLES))) static inline uint64_t faults64(block64 block, size_t n, const cscan_plain *plain) {
  uint64_t mask = outside64(block, plain->bytes);
  if (plain->takes_high) mask &= ~_mm512_movepi8_mask(block.bytes);
  mask &= first_bits(n);
  return mask | end_faults64(block, n, plain);
}

__attribute__((target(AVX512_TABLES), always_inline)) static inline int is_plain_block(const uint8_t *p, size_t n,
                                                                                       const cscan_plain *plain) {
  if (n > 64) return is_long_plain(p, n, plain);
  return n >= plain->length_min && n <= plain->length_max && faults64(load64(p, first_bits(n)), n, plain) == 0;
}

__attribute__((target(AVX512_TABLES))) static int is_plain64(const uint8_t *p, size_t n, const cscan_plain *plain,
                                                             const uint8_t *limit) {
  (void)limit;
  return is_plain_block(p, n, plain);
}

__attribute__((target(AVX512_TABLES))) static inline size_t span_of_set64(const uint8_t *p, size_t n, const uint8_t set[16]) {
  for (size_t i = 0; i < n; i += 64) {
    const uint64_t loaded = first_bits(n - i < 64 ? n - i : 64), outside = outside64(load64(p + i, loaded), set) & loaded;
    if (outside != 0) return i + (size_t)__builtin_ctzll(outside);
  }
  return n;
}

/* Whether n bytes are the same in two places; n is from 1 to 64. */
__attribute__((target(AVX512_TABLES))) static inline int equal64(const uint8_t *one, const uint8_t *other, size_t n) {
  const uint64_t mask = first_bits(n);
  return _mm512_cmpneq_epi8_mask(_mm512_maskz_loadu_epi8(mask, one), _mm512_maskz_loadu_epi8(mask, other)) == 0;
}

/* A resource id by four blocks: all before the group's name but its last three bytes, that name, the literal, and the resource's. */
__attribute__((target(AVX512_TABLES))) static size_t resource_group_avx512(const uint8_t *p, size_t n,
                                                                          const cscan_resource_id *form, const uint8_t *limit) {
  static const uint8_t beginning[] = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/";
  static const uint8_t hexadecimal[16] = {8, 0x58, 0x58, 0x58, 0x58, 0x58, 0x58, 8, 8, 8};
  /* The digits of a UUID from 15 on, and the dashes between them. */
  const uint64_t dashes = (uint64_t)0x00842100 << 15, digits = (((uint64_t)1 << 36) - 1) << 15 & ~dashes;
  const size_t literal_n = form->literal_n;
  if (literal_n < 1 || literal_n > 64) return resource_group_avx2(p, n, form, limit);
  if (n <= cscan_group_start + literal_n || cscan_load4(p + 63) != cscan_load4(beginning + 63)) return 0;
  const block64 start = load64(p, UINT64_MAX);
  const uint64_t others = _mm512_cmpneq_epi8_mask(start.bytes, _mm512_loadu_si512(beginning));
  if (((others & ~digits) | (outside64(start, hexadecimal) & digits)) != 0) return 0;
  const uint8_t *const group = p + cscan_group_start;
  const size_t left = n - cscan_group_start;
  const uint64_t loaded = first_bits(left < 64 ? left : 64);
  const block64 block = load64(group, loaded);
  const uint64_t outside = outside64(block, form->group->bytes) & loaded;
  if (outside == 0) return resource_group_avx2(p, n, form, limit);
  const size_t group_n = (size_t)__builtin_ctzll(outside), name = group_n + literal_n;
  if (group_n == 0 || group_n < form->group->length_min || group_n > form->group->length_max || left <= name ||
      !equal64(group + group_n, form->literal, literal_n) || end_faults64(block, group_n, form->group) != 0)
    return 0;
  return is_plain_block(group + name, left - name, form->name) ? group_n : 0;
}

__attribute__((target(AVX512_TABLES))) static int is_uri_avx512(const uint8_t *p, size_t n, const cscan_uri *form,
                                                              const uint8_t *limit) {
  if (n > scheme_n + 64) return is_uri(p, n, form, limit);
  if (!begins_as_uri(p, n)) return 0;
  const block64 block = load64(p + scheme_n, first_bits(n - scheme_n));
  return is_short_uri(p, n, form, (uri_marks){outside64(block, form->host), outside64(block, form->segment),
                                             _mm512_cmpeq_epi8_mask(block.bytes, _mm512_set1_epi8('/')),
                                             _mm512_cmpeq_epi8_mask(block.bytes, _mm512_set1_epi8('_'))});
}

#endif

size_t cscan_span(const uint8_t *p, size_t n, const uint8_t set[16], const uint8_t *limit) {
#if defined(__SSE2__)
  if (has_avx512_tables()) return span_of_set64(p, n, set);
  if (__builtin_cpu_supports("avx2")) return span_of_set32(p, n, set, limit);
  if (__builtin_cpu_supports("ssse3")) return span_of_set(p, n, set, limit);
#endif
  (void)limit;
  return span_bytewise(p, n, set, 0);
}

#if defined(__SSE2__)

static int is_plain_ssse3(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit) {
  return has_length_and_ends(p, n, plain) && all_in_set(p, n, plain->bytes, limit, plain->takes_high);
}

#endif

static int is_plain(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit) {
  (void)limit;
  return has_length_and_ends(p, n, plain) && span_bytewise(p, n, plain->bytes, plain->takes_high) == n;
}

static size_t resource_group_bytewise(const uint8_t *p, size_t n, const cscan_resource_id *form, const uint8_t *limit) {
  return resource_group(p, n, form, limit, cscan_is_uuid, plain_span, cscan_equal, cscan_is_plain);
}

/* Chooses for whoever calls first; several may do so at once, and choose the same. */
static void choose(void) {
  cscan_is_plain_function *plain = is_plain;
  cscan_resource_group_function *group = resource_group_bytewise;
  cscan_is_uri_function *uri = is_uri;
#if defined(__SSE2__)
  if (__builtin_cpu_supports("ssse3")) plain = is_plain_ssse3;
  if (__builtin_cpu_supports("avx2")) plain = is_plain32, group = resource_group_avx2, uri = is_uri_avx2;
  if (has_avx512_tables()) plain = is_plain64, group = resource_group_avx512, uri = is_uri_avx512;
#endif
  __atomic_store_n(&cscan_chosen_is_plain, plain, __ATOMIC_RELAXED);
  __atomic_store_n(&cscan_chosen_resource_group, group, __ATOMIC_RELAXED);
  __atomic_store_n(&cscan_chosen_is_uri, uri, __ATOMIC_RELAXED);
}

static int choose_is_plain(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit) {
  choose();
  return cscan_is_plain(p, n, plain, limit);
}

static size_t choose_resource_group(const uint8_t *p, size_t n, const cscan_resource_id *form, const uint8_t *limit) {
  choose();
  return cscan_resource_group(p, n, form, limit);
}

static int choose_is_uri(const uint8_t *p, size_t n, const cscan_uri *form, const uint8_t *limit) {
  choose();
  return cscan_is_uri(p, n, form, limit);
}

cscan_is_plain_function *cscan_chosen_is_plain = choose_is_plain;
cscan_resource_group_function *cscan_chosen_resource_group = choose_resource_group;
cscan_is_uri_function *cscan_chosen_is_uri = choose_is_uri;
