/*
 * Where the tokens of a JSON text are: sixty-four bytes at a time, as bits of a word each. What is in a string is told by the
 * parity of the quotes before it, so that no token waits for the one before; Langdale and Lemire, "Parsing gigabytes of JSON
 * per second" (2019), section 3.1, says why that is quick.
 */
#include "include/CScan.h"

#include <string.h>

#if defined(__SSE2__) && defined(__x86_64__)
#include <immintrin.h>
#endif

/* A bit for each of sixty-four bytes: what tells where strings end, and what has to be looked at in them. */
typedef struct {
  uint64_t quotes, backslashes;
  /* Control characters, and bytes beyond ASCII. */
  uint64_t others;
} string_bits;

/* The same of what counts outside of strings. */
typedef struct {
  /* Brackets, colons and commas; may have a control character among them. */
  uint64_t marks;
  /* JSON's whitespace. */
  uint64_t spaces;
} outside_bits;

/* The bytes behind backslashes that are not such a byte themselves. carry is 1 where the next block begins with one. */
static inline uint64_t escaped_bytes(uint64_t backslashes, uint64_t *carry) {
  uint64_t escaped = *carry;
  backslashes &= ~escaped;
  *carry = 0;
  while (backslashes != 0) {
    const uint64_t first = backslashes & -backslashes;
    *carry = first >> 63;
    escaped |= first << 1;
    backslashes &= ~(first | first << 1);
  }
  return escaped;
}

/* For each bit whether there is an odd number of bits up to it. */
static inline uint64_t parity_by_shifts(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

/* cscan_structure, made of what the processor has. write_places writes where the bits of a word are, up to 64 of them. */
__attribute__((always_inline)) static inline size_t structure(
    cscan_structure *scan, uint32_t *out, size_t room, string_bits (*string_bits_at)(const uint8_t *),
    outside_bits (*outside_bits_at)(const uint8_t *), uint64_t (*parity)(uint64_t),
    uint32_t *(*write_places)(uint32_t *, uint64_t, uint32_t)) {
  uint32_t *next = out;
  const uint8_t *const text = scan->text;
  const size_t end = scan->count;
  size_t position = scan->position;
  uint64_t inside = scan->is_inside, escape = scan->is_escape, scalar = scan->is_scalar;
  /* After so many blocks in the middle of a string it is a long one. Of a shorter one it is hard to foresee how many there are. */
  enum { plain_blocks_max = 3 };
  int plain_blocks = 0;
  for (; position < end && (size_t)(next - out) + 64 <= room; position += 64) {
    if (plain_blocks == plain_blocks_max) {
      plain_blocks = 0;
      position += (size_t)(cscan_string_end(text + position, text + end) - (text + position)) / 64 * 64;
      if (position >= end) break;
    }
    const uint8_t *block = text + position;
    uint8_t rest[64];
    if (end - position < 64) {
      memset(rest, ' ', 64);
      block = memcpy(rest, block, end - position);
    }
    const string_bits string = string_bits_at(block);
    const uint64_t escaped = string.backslashes | escape ? escaped_bytes(string.backslashes, &escape) : 0;
    const uint64_t quotes = string.quotes & ~escaped;
    /* With the opening quote, without the closing one. */
    const uint64_t strings = parity(quotes) ^ -inside;
    inside = strings >> 63;
    const outside_bits outside = outside_bits_at(block);
    const uint64_t marks = outside.marks & ~string.others;
    const uint64_t scalars = ~(marks | outside.spaces | quotes | strings);
    const uint64_t starts = scalars & ~(scalars << 1 | scalar);
    scalar = scalars >> 63;
    const uint64_t tokens =
        quotes | (marks & ~strings) | starts | ((string.backslashes | string.others) & strings);
    plain_blocks = tokens != 0 ? 0 : plain_blocks + (int)inside;
    next = write_places(next, tokens, (uint32_t)position);
  }
  scan->position = position;
  scan->is_inside = inside;
  scan->is_escape = escape;
  scan->is_scalar = scalar;
  return (size_t)(next - out);
}

__attribute__((always_inline)) static inline uint32_t *places(uint32_t *out, uint64_t bits, uint32_t position) {
  for (; bits != 0; bits &= bits - 1) *out++ = position + (uint32_t)__builtin_ctzll(bits);
  return out;
}

#if defined(__SSE2__) && defined(__x86_64__)

static inline uint64_t mask_of(__m128i a, __m128i b, __m128i c, __m128i d) {
  return (uint64_t)(uint32_t)_mm_movemask_epi8(a) | (uint64_t)(uint32_t)_mm_movemask_epi8(b) << 16 |
         (uint64_t)(uint32_t)_mm_movemask_epi8(c) << 32 | (uint64_t)(uint32_t)_mm_movemask_epi8(d) << 48;
}

static inline __m128i block16(const uint8_t *p, int i) { return _mm_loadu_si128((const __m128i *)(p + 16 * i)); }

static inline uint64_t bytes_sse2(const uint8_t *p, char byte) {
  const __m128i wanted = _mm_set1_epi8(byte);
  return mask_of(_mm_cmpeq_epi8(block16(p, 0), wanted), _mm_cmpeq_epi8(block16(p, 1), wanted),
                 _mm_cmpeq_epi8(block16(p, 2), wanted), _mm_cmpeq_epi8(block16(p, 3), wanted));
}

static inline string_bits string_bits_sse2(const uint8_t *p) {
  /* Signed comparison: bytes of 0x80 and above are negative, so they count as less than a space. */
  const __m128i space = _mm_set1_epi8(0x20);
  return (string_bits){bytes_sse2(p, '"'), bytes_sse2(p, '\\'),
                       mask_of(_mm_cmplt_epi8(block16(p, 0), space), _mm_cmplt_epi8(block16(p, 1), space),
                               _mm_cmplt_epi8(block16(p, 2), space), _mm_cmplt_epi8(block16(p, 3), space))};
}

static inline outside_bits outside_bits_sse2(const uint8_t *p) {
  return (outside_bits){
      bytes_sse2(p, '{') | bytes_sse2(p, '}') | bytes_sse2(p, '[') | bytes_sse2(p, ']') | bytes_sse2(p, ':') | bytes_sse2(p, ','),
      bytes_sse2(p, ' ') | bytes_sse2(p, '\t') | bytes_sse2(p, '\n') | bytes_sse2(p, '\r')};
}

/*
 * For the lower half of a byte the mark, or the whitespace, that has it; the other brackets differ in one bit. 0xFF where there
 * is none: a byte beyond ASCII is looked up as 0, so it is none either.
 */
#define MARKS -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, ':', '{', ',', '}', -1, -1
#define SPACES ' ', -1, -1, -1, -1, -1, -1, -1, -1, '\t', '\n', -1, -1, '\r', -1, -1

__attribute__((target("avx2"))) static inline uint64_t mask_of_avx2(__m256i low, __m256i high) {
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

__attribute__((target("avx2"))) static inline string_bits string_bits_avx2(const uint8_t *p) {
  const __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
  const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\'), space = _mm256_set1_epi8(0x20);
  return (string_bits){mask_of_avx2(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote)),
                       mask_of_avx2(_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(high, backslash)),
                       mask_of_avx2(_mm256_cmpgt_epi8(space, low), _mm256_cmpgt_epi8(space, high))};
}

__attribute__((target("avx2"))) static inline outside_bits outside_bits_avx2(const uint8_t *p) {
  const __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
  const __m256i marks = _mm256_broadcastsi128_si256(_mm_setr_epi8(MARKS));
  const __m256i spaces = _mm256_broadcastsi128_si256(_mm_setr_epi8(SPACES)), bit = _mm256_set1_epi8(0x20);
  return (outside_bits){
      mask_of_avx2(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(marks, low), _mm256_or_si256(low, bit)),
                   _mm256_cmpeq_epi8(_mm256_shuffle_epi8(marks, high), _mm256_or_si256(high, bit))),
      mask_of_avx2(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, low), low),
                   _mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, high), high))};
}

/* A product without carries: with all ones each bit flips those from itself on. */
__attribute__((target("pclmul"))) static inline uint64_t parity_by_product(uint64_t bits) {
  return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8(-1), 0));
}

/* Where the bits of a byte are, from the lowest byte of a word on: for each of the 256 bytes. */
#define BIT(byte, i) ((uint64_t)(byte) >> (i) & 1)
#define AND_BIT(places, byte, i) ((places) << 8 * BIT(byte, i) | (i) * BIT(byte, i))
#define LOW_PLACES(places, byte) AND_BIT(AND_BIT(AND_BIT(AND_BIT(places, byte, 3), byte, 2), byte, 1), byte, 0)
#define PLACES(byte) LOW_PLACES(AND_BIT(AND_BIT(AND_BIT(AND_BIT(0, byte, 7), byte, 6), byte, 5), byte, 4), byte)
#define PLACES4(byte) PLACES(byte), PLACES(byte + 1), PLACES(byte + 2), PLACES(byte + 3)
#define PLACES16(byte) PLACES4(byte), PLACES4(byte + 4), PLACES4(byte + 8), PLACES4(byte + 12)
#define PLACES64(byte) PLACES16(byte), PLACES16(byte + 16), PLACES16(byte + 32), PLACES16(byte + 48)
static const uint64_t places_of_byte[256] = {PLACES64(0), PLACES64(64), PLACES64(128), PLACES64(192)};

/* Eight at a time, whether there are so many or not: how many there are cannot be foreseen. */
__attribute__((target("avx2,popcnt"))) static inline uint32_t *places_avx2(uint32_t *out, uint64_t bits, uint32_t position) {
  const __m256i eight = _mm256_set1_epi32(8);
  __m256i start = _mm256_set1_epi32((int)position);
  for (int i = 0; i < 64; i += 8) {
    const uint8_t byte = (uint8_t)(bits >> i);
    const __m256i found = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)&places_of_byte[byte]));
    _mm256_storeu_si256((__m256i *)out, _mm256_add_epi32(start, found));
    out += _mm_popcnt_u32(byte);
    start = _mm256_add_epi32(start, eight);
  }
  return out;
}

__attribute__((target("avx2,bmi,popcnt,pclmul"))) static size_t structure_avx2(cscan_structure *scan, uint32_t *out, size_t room) {
  return structure(scan, out, room, string_bits_avx2, outside_bits_avx2, parity_by_product, places_avx2);
}

#define AVX512 "avx512f,avx512bw,avx512vbmi2,bmi,popcnt,pclmul"

__attribute__((target(AVX512))) static inline string_bits string_bits_avx512(const uint8_t *p) {
  const __m512i bytes = _mm512_loadu_si512(p);
  return (string_bits){_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
                       _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
                       _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20))};
}

__attribute__((target(AVX512))) static inline outside_bits outside_bits_avx512(const uint8_t *p) {
  const __m512i bytes = _mm512_loadu_si512(p);
  const __m512i marks = _mm512_broadcast_i32x4(_mm_setr_epi8(MARKS)), spaces = _mm512_broadcast_i32x4(_mm_setr_epi8(SPACES));
  return (outside_bits){
      _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(marks, bytes), _mm512_or_si512(bytes, _mm512_set1_epi8(0x20))),
      _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(spaces, bytes), bytes)};
}

/* Sixteen at a time, out of the numbers from 0 to 63. */
__attribute__((target(AVX512))) static inline uint32_t *places_avx512(uint32_t *out, uint64_t bits, uint32_t position) {
  static const uint8_t numbers[64] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i found = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(numbers)), start = _mm512_set1_epi32((int)position);
  uint32_t *const behind = out + _mm_popcnt_u64(bits);
  _mm512_storeu_si512(out, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(found))));
  _mm512_storeu_si512(out + 16, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(found, 1))));
  if (behind - out > 32) {
    _mm512_storeu_si512(out + 32, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(found, 2))));
    _mm512_storeu_si512(out + 48, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(found, 3))));
  }
  return behind;
}

__attribute__((target(AVX512))) static size_t structure_avx512(cscan_structure *scan, uint32_t *out, size_t room) {
  return structure(scan, out, room, string_bits_avx512, outside_bits_avx512, parity_by_product, places_avx512);
}

size_t cscan_structure_next(cscan_structure *scan, uint32_t *out, size_t room) {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt") &&
      __builtin_cpu_supports("pclmul")) {
    if (__builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw")) return structure_avx512(scan, out, room);
    return structure_avx2(scan, out, room);
  }
  return structure(scan, out, room, string_bits_sse2, outside_bits_sse2, parity_by_shifts, places);
}

#else

#define ALL(byte) ((uint64_t)(byte) * 0x0101010101010101u)

/* The top bit of each of eight bytes that are zero. */
static inline uint64_t zeros(uint64_t bytes) { return ~(((bytes & ALL(0x7F)) + ALL(0x7F)) | bytes) & ALL(0x80); }

static inline uint64_t are(uint64_t bytes, uint8_t byte) { return zeros(bytes ^ ALL(byte)); }

/* The top bits of eight bytes as a byte, which is put where the eight bytes are among sixty-four. */
static inline uint64_t gathered(uint64_t tops, int i) { return (tops >> 7) * 0x0102040810204080u >> 56 << i; }

static inline string_bits string_bits_portable(const uint8_t *p) {
  string_bits bits = {0, 0, 0};
  for (int i = 0; i < 64; i += 8) {
    const uint64_t bytes = cscan_load8(p + i);
    bits.quotes |= gathered(are(bytes, '"'), i);
    bits.backslashes |= gathered(are(bytes, '\\'), i);
    bits.others |= gathered(zeros(bytes & ALL(0xE0)) | (bytes & ALL(0x80)), i);
  }
  return bits;
}

static inline outside_bits outside_bits_portable(const uint8_t *p) {
  outside_bits bits = {0, 0};
  for (int i = 0; i < 64; i += 8) {
    const uint64_t bytes = cscan_load8(p + i), curly = bytes | ALL(0x20);
    bits.marks |= gathered(are(curly, '{') | are(curly, '}') | are(bytes, ':') | are(bytes, ','), i);
    bits.spaces |= gathered(are(bytes, ' ') | are(bytes, '\t') | are(bytes, '\n') | are(bytes, '\r'), i);
  }
  return bits;
}

size_t cscan_structure_next(cscan_structure *scan, uint32_t *out, size_t room) {
  return structure(scan, out, room, string_bits_portable, outside_bits_portable, parity_by_shifts, places);
}

#endif
