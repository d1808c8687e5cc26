#ifndef BODYLINT_CSCAN_H
#define BODYLINT_CSCAN_H
/*
 * Questions about many bytes at once. In C because Swift's SIMD types compile to scalar code here (measured: 56 to 91 times
 * slower than these intrinsics).
 * Those that answer with a bit mask (bit i speaks of byte i) read exactly 16 bytes from p, cscan_load4 and cscan_load8 four and
 * eight, whatever the text has; callers see to it that they exist.
 */
#include <stddef.h>
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

/* Digits in the lower half of the mask, periods in the upper one. */
static inline uint32_t cscan_digits_and_periods(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p), digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
  return (uint32_t)_mm_movemask_epi8(is_digit) | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))) << 16;
}

/* Bytes that end a line: LF and CR. */
static inline uint32_t cscan_line_ends(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  return (uint32_t)_mm_movemask_epi8(
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))));
}

/* Bytes that are not printable ASCII. */
static inline uint32_t cscan_unprintable(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i outside = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(outside, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F))));
}

/* Bytes that are not printable ASCII, colons and number signs: what may end a plain scalar of YAML. */
static inline uint32_t cscan_scalar_stops(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i outside = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  const __m128i delete = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F));
  const __m128i colon = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':'));
  const __m128i number = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#'));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(outside, delete), _mm_or_si128(colon, number)));
}

/* Bytes that are no part of a word: not letters, digits, _, - and whatever is beyond ASCII. */
static inline uint32_t cscan_word_ends(const uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  const __m128i letter =
      _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)), _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
  const __m128i digit =
      _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)), _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
  const __m128i mark =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
  /* The sign bits are those of the bytes beyond ASCII. */
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letter, digit), _mm_or_si128(mark, bytes))) ^ 0xFFFFu;
}

#else

static inline uint32_t cscan_word_ends(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++) {
    const uint8_t lower = p[i] | 0x20;
    const int is_part = (lower >= 'a' && lower <= 'z') || (p[i] >= '0' && p[i] <= '9') || p[i] == '_' || p[i] == '-';
    mask |= (uint32_t)(!is_part && p[i] < 0x80) << i;
  }
  return mask;
}

static inline uint32_t cscan_digits_and_periods(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++) mask |= (uint32_t)((uint8_t)(p[i] - '0') < 10) << i | (uint32_t)(p[i] == '.') << (16 + i);
  return mask;
}

static inline uint32_t cscan_line_ends(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++) mask |= (uint32_t)(p[i] == '\n' || p[i] == '\r') << i;
  return mask;
}

static inline uint32_t cscan_unprintable(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++) mask |= (uint32_t)(p[i] < 0x20 || p[i] >= 0x7F) << i;
  return mask;
}

static inline uint32_t cscan_scalar_stops(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++)
    mask |= (uint32_t)(p[i] < 0x20 || p[i] >= 0x7F || p[i] == ':' || p[i] == '#') << i;
  return mask;
}

static inline uint32_t cscan_string_stops(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++)
    mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20 || p[i] >= 0x80) << i;
  return mask;
}

static inline uint32_t cscan_placeholder_marks(const uint8_t *p) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 16; i++)
    mask |= (uint32_t)(p[i] == '{' || p[i] == '<' || p[i] == '$' || p[i] == '@' || p[i] == '%' || p[i] == '_') << i;
  return mask;
}

#endif

/* The first byte from p, and before end, that cscan_string_stops tells of; end where there is none. */
const uint8_t *cscan_string_end(const uint8_t *p, const uint8_t *end);

/* How far a JSON text has been searched for its tokens. All zero but for the text, its length and the position at first. */
typedef struct {
  const uint8_t *text;
  /* How many bytes the text has; less than 2^32. */
  size_t count;
  /* Where the next tokens are looked for: at the end of the text or behind it once there are no more. */
  size_t position;
  /* Whether that is in a string, behind a backslash, and in a number or another word: 0 or 1. */
  uint64_t is_inside, is_escape, is_scalar;
} cscan_structure;

/*
 * Writes where the next tokens are, in the order of the text: brackets, colons, commas, the first bytes of numbers and other
 * words, both quotes of strings; in strings also backslashes, control characters and bytes beyond ASCII. Goes on to the end of the
 * text while there is room for another 64, and returns how many they are. What is behind them in the room may be overwritten.
 */
size_t cscan_structure_next(cscan_structure *scan, uint32_t *out, size_t room);

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

/*
 * Decodes whole groups of four characters of the base64 alphabet, as far as there is nothing else and the bytes fit into
 * room, and returns how many characters that were. Writes up to 16 bytes beyond what it decodes, never beyond room + 16.
 */
size_t cscan_base64_decode(const uint8_t *p, size_t n, uint8_t *out, size_t room);

/*
 * The first place of the n bytes from p where a secret could show itself: a colon or equals sign, two dashes, AK or AS,
 * chp; n where there is none. Reads up to 17 bytes behind the n.
 */
size_t cscan_secret_mark(const uint8_t *p, size_t n);

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

/*
 * The first place at or behind i, of the n bytes from p, of what cscan_scalar_stops tells of; n where there is none. Reads up
 * to 16 bytes behind the n.
 */
size_t cscan_scalar_end(const uint8_t *p, size_t i, size_t n);

/*
 * How far whole lines of a kind go that follow each other from i on, where one begins: so many spaces, a dash, a space, a letter
 * or digit, and then nothing of what cscan_scalar_stops tells of but the line feed. The beginning of the first line that is
 * none, or at which there are less than sixty-four of the n bytes from p.
 */
size_t cscan_plain_entries(const uint8_t *p, size_t i, size_t n, size_t column);

/*
 * A set of ASCII bytes: bit h of byte l speaks of the byte 0xhl. Bytes beyond ASCII are in none.
 * This is the form in which sixteen bytes are looked up at once.
 */

/* How many of the n bytes from p are in a set, up to the first that is not. Reads nothing at or behind limit. */
size_t cscan_span(const uint8_t *p, size_t n, const uint8_t set[16], const uint8_t *limit);

/* What a plain text is: from length_min, at least 1, to length_max bytes, all of them in a set. */
typedef struct {
  uint8_t bytes[16];
  /* Where has_ends is not 0, the sets of the first and of the last byte. */
  uint8_t first[16], last[16];
  uint32_t length_min, length_max;
  uint8_t has_ends;
  /* Where it is not 0, bytes beyond ASCII count as being in the first set. */
  uint8_t takes_high;
} cscan_plain;

/*
 * What suits this processor, chosen when it is first called: for texts that are short, asking for it each time would cost as much as
 * looking at the text.
 */
typedef int cscan_is_plain_function(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit);
extern cscan_is_plain_function *cscan_chosen_is_plain;

/* Whether the n bytes from p are such a text. Reads nothing at or behind limit; the thirty-two bytes before it have to be readable. */
static inline int cscan_is_plain(const uint8_t *p, size_t n, const cscan_plain *plain, const uint8_t *limit) {
  return __atomic_load_n(&cscan_chosen_is_plain, __ATOMIC_RELAXED)(p, n, plain, limit);
}

/* A resource id, `/subscriptions/{UUID}/resourceGroups/{group}{literal}{name}`, spelt like that. */
typedef struct {
  const cscan_plain *group;
  const uint8_t *literal;
  size_t literal_n;
  const cscan_plain *name;
} cscan_resource_id;

typedef size_t cscan_resource_group_function(const uint8_t *p, size_t n, const cscan_resource_id *form, const uint8_t *limit);
extern cscan_resource_group_function *cscan_chosen_resource_group;

/*
 * How many bytes the name of the resource group has in the n bytes from p, where they are such a resource id; 0 where they are
 * not. Reads nothing at or behind limit; the thirty-two bytes before it have to be readable.
 */
static inline size_t cscan_resource_group(const uint8_t *p, size_t n, const cscan_resource_id *form, const uint8_t *limit) {
  return __atomic_load_n(&cscan_chosen_resource_group, __ATOMIC_RELAXED)(p, n, form, limit);
}

/* A URI: `https://`, a host, and segments behind a slash each, of which none begins with an underscore. */
typedef struct {
  /* The bytes of the host, which begins with neither a period nor a hyphen, and of segments: no slash in either. */
  const uint8_t *host, *segment;
  /* What the path ends with. */
  const uint8_t *ending;
  size_t ending_n;
  uint64_t segments_max;
} cscan_uri;

typedef int cscan_is_uri_function(const uint8_t *p, size_t n, const cscan_uri *form, const uint8_t *limit);
extern cscan_is_uri_function *cscan_chosen_is_uri;

/* Whether the n bytes from p are such a URI. Reads nothing at or behind limit. */
static inline int cscan_is_uri(const uint8_t *p, size_t n, const cscan_uri *form, const uint8_t *limit) {
  return __atomic_load_n(&cscan_chosen_is_uri, __ATOMIC_RELAXED)(p, n, form, limit);
}

/* Where the group's name begins in such a resource id. */
enum { cscan_group_start = 67 };

/* Whether the 36 bytes from p are a UUID: 8-4-4-4-12 hexadecimal digits. */
static inline int cscan_is_uuid(const uint8_t *p) {
#if defined(__SSE2__)
  uint32_t hexadecimal[3], dashes[3];
  static const uint8_t starts[3] = {0, 16, 20};
  for (int block = 0; block < 3; block++) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(p + starts[block]));
    const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i letter = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
    hexadecimal[block] = (uint32_t)_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter));
    dashes[block] = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
  }
  /* Dashes at 8, 13, 18 and 23; the last block begins at 20. */
  return dashes[0] == 0x2100 && dashes[1] == 0x0084 && dashes[2] == 0x0008 && hexadecimal[0] == (0xFFFF ^ 0x2100) &&
         hexadecimal[1] == (0xFFFF ^ 0x0084) && hexadecimal[2] == (0xFFFF ^ 0x0008);
#else
  for (int i = 0; i < 36; i++) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (p[i] != '-') return 0;
    } else if ((uint8_t)(p[i] - '0') > 9 && (uint8_t)((p[i] | 0x20) - 'a') > 5) {
      return 0;
    }
  }
  return 1;
#endif
}

/*
 * Which classes of characters the n bytes from p have, a bit each: lower case letters, upper case letters, digits, other
 * ASCII, and beyond ASCII. Without branches: nobody could guess the next character of a password.
 */
static inline uint8_t cscan_character_classes(const uint8_t *p, size_t n) {
  uint8_t found = 0;
#if defined(__SSE2__)
  if (n >= 16) {
    __m128i lower = _mm_setzero_si128(), upper = lower, digit = lower, other = lower, beyond = lower;
    /* The last sixteen bytes once more rather than a rest. */
    for (size_t i = 0; i < n; i += 16) {
      const __m128i bytes = _mm_loadu_si128((const __m128i *)(p + (i + 16 <= n ? i : n - 16)));
      const __m128i from_a = _mm_sub_epi8(bytes, _mm_set1_epi8('a')), from_A = _mm_sub_epi8(bytes, _mm_set1_epi8('A'));
      const __m128i from_0 = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
      const __m128i is_lower = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(25)), from_a);
      const __m128i is_upper = _mm_cmpeq_epi8(_mm_min_epu8(from_A, _mm_set1_epi8(25)), from_A);
      const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(from_0, _mm_set1_epi8(9)), from_0);
      const __m128i is_beyond = _mm_cmpgt_epi8(_mm_setzero_si128(), bytes);
      const __m128i any = _mm_or_si128(_mm_or_si128(is_lower, is_upper), _mm_or_si128(is_digit, is_beyond));
      lower = _mm_or_si128(lower, is_lower), upper = _mm_or_si128(upper, is_upper), digit = _mm_or_si128(digit, is_digit);
      other = _mm_or_si128(other, _mm_cmpeq_epi8(any, _mm_setzero_si128())), beyond = _mm_or_si128(beyond, is_beyond);
    }
    return (uint8_t)((_mm_movemask_epi8(lower) != 0) | (_mm_movemask_epi8(upper) != 0) << 1 |
                     (_mm_movemask_epi8(digit) != 0) << 2 | (_mm_movemask_epi8(other) != 0) << 3 |
                     (_mm_movemask_epi8(beyond) != 0) << 4);
  }
#endif
  for (size_t i = 0; i < n; i++) {
    const uint8_t is_lower = (uint8_t)(p[i] - 'a') < 26, is_upper = (uint8_t)(p[i] - 'A') < 26;
    const uint8_t is_digit = (uint8_t)(p[i] - '0') < 10, is_beyond = p[i] >> 7;
    found |= (uint8_t)(is_lower | is_upper << 1 | is_digit << 2 | is_beyond << 4 |
                       !(is_lower | is_upper | is_digit | is_beyond) << 3);
  }
  return found;
}

/* Where a byte comes first among the n from p; n where it does not. */
static inline size_t cscan_find(const uint8_t *p, size_t n, uint8_t byte) {
  const uint8_t *found = n == 0 ? 0 : (const uint8_t *)__builtin_memchr(p, byte, n);
  return found == 0 ? n : (size_t)(found - p);
}

/* Whether all of the n bytes from p are part of a word: letters, digits, _, - and whatever is beyond ASCII. */
int cscan_is_word(const uint8_t *p, size_t n);

/* Whether the n bytes from p are printable ASCII, and no two colons or number signs follow each other. */
int cscan_is_plain_text(const uint8_t *p, size_t n);

/* How many of the n bytes from p come before the first one beyond ASCII. */
size_t cscan_ascii_length(const uint8_t *p, size_t n);

/* Two bytes from p as a little-endian number, unaligned. */
static inline uint16_t cscan_load2(const uint8_t *p) {
  uint16_t value;
  __builtin_memcpy(&value, p, 2);
  return value;
}

/* Four bytes from p as a little-endian number, unaligned. */
static inline uint32_t cscan_load4(const uint8_t *p) {
  uint32_t value;
  __builtin_memcpy(&value, p, 4);
  return value;
}

/* Eight bytes from p as a little-endian number, unaligned. */
static inline uint64_t cscan_load8(const uint8_t *p) {
  uint64_t value;
  __builtin_memcpy(&value, p, 8);
  return value;
}

/*
 * Whether 32 bytes are the same in two places, the first of them at a multiple of 16, where those with a bit in rest do not
 * count. Without branches: what is compared here has another length each time.
 */
static inline int cscan_equal_of32(const uint8_t *one, const uint8_t *other, uint32_t rest) {
#if defined(__SSE2__)
  const __m128i low = _mm_cmpeq_epi8(_mm_load_si128((const __m128i *)one), _mm_loadu_si128((const __m128i *)other));
  const __m128i high =
      _mm_cmpeq_epi8(_mm_load_si128((const __m128i *)(one + 16)), _mm_loadu_si128((const __m128i *)(other + 16)));
  const uint32_t same = (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
  return (same | rest) == UINT32_MAX;
#else
  for (uint32_t i = 0; i < 32; i++)
    if (one[i] != other[i] && !(rest >> i & 1)) return 0;
  return 1;
#endif
}

/* How many digits there are at p, up to the first other byte; 8 where there is none among the eight that are read. */
static inline uint32_t cscan_digit_count8(const uint8_t *p) {
  const uint64_t value = cscan_load8(p) ^ 0x3030303030303030u;
  /* The upper half of a digit's byte is zero, and stays so where six is added. */
  const uint64_t others = (((value & 0x0F0F0F0F0F0F0F0Fu) + 0x0606060606060606u) | value) & 0xF0F0F0F0F0F0F0F0u;
  return others == 0 ? 8 : (uint32_t)__builtin_ctzll(others) / 8;
}

/* The number that up to four digits ending before end spell, of which there is at least one; -1 where one of them is no
 * digit. Reads the four bytes before end. */
static inline int32_t cscan_digits4(const uint8_t *end, uint32_t n) {
  /* What stands before the digits becomes zeros. */
  uint32_t value = (cscan_load4(end - 4) ^ 0x30303030u) & ~(uint32_t)0 << (32 - 8 * n);
  if (((value + 0x06060606u) | value) & 0xF0F0F0F0u) return -1;
  /* Two digits to a number, then two of those. */
  value = (value * 10 + (value >> 8)) & 0x00FF00FFu;
  return (int32_t)((value * 100 + (value >> 16)) & 0xFFFFu);
}

/* Whether n bytes are the same in two places. The last words overlap rather than leave a rest. */
static inline int cscan_equal(const uint8_t *one, const uint8_t *other, size_t n) {
  if (n >= 8) {
    for (size_t i = 0; i < n - 8; i += 8)
      if (cscan_load8(one + i) != cscan_load8(other + i)) return 0;
    return cscan_load8(one + n - 8) == cscan_load8(other + n - 8);
  }
  if (n >= 4) return cscan_load4(one) == cscan_load4(other) && cscan_load4(one + n - 4) == cscan_load4(other + n - 4);
  for (size_t i = 0; i < n; i++)
    if (one[i] != other[i]) return 0;
  return 1;
}

/* Eight bytes with their ASCII letters in lower case. */
static inline uint64_t cscan_lowercased8(uint64_t bytes) {
  const uint64_t ascii = bytes & 0x7F7F7F7F7F7F7F7Fu;
  /* The top bit of a byte: from A on, and not beyond Z, and ASCII. */
  const uint64_t upper = (ascii + 0x3F3F3F3F3F3F3F3Fu) & ~(ascii + 0x2525252525252525u) & ~bytes & 0x8080808080808080u;
  return bytes | upper >> 2;
}

/* What cscan_equal tells, without regard to ASCII letter case. */
static inline int cscan_equal_ignoring_case(const uint8_t *one, const uint8_t *other, size_t n) {
  if (n >= 8) {
    for (size_t i = 0;; i += 8) {
      if (i > n - 8) i = n - 8;
      if (cscan_lowercased8(cscan_load8(one + i)) != cscan_lowercased8(cscan_load8(other + i))) return 0;
      if (i == n - 8) return 1;
    }
  }
  if (n >= 4)
    return cscan_lowercased8(cscan_load4(one)) == cscan_lowercased8(cscan_load4(other)) &&
           cscan_lowercased8(cscan_load4(one + n - 4)) == cscan_lowercased8(cscan_load4(other + n - 4));
  for (size_t i = 0; i < n; i++)
    if (cscan_lowercased8(one[i]) != cscan_lowercased8(other[i])) return 0;
  return 1;
}

#endif
