#ifndef BODYLINT_CSCAN_LEVELS_H
#define BODYLINT_CSCAN_LEVELS_H
/* What the scans ask of the processor. Not for callers. */
#if defined(__SSE2__)
#include <immintrin.h>

/* What a function for has_avx512_tables may use. */
#define AVX512_TABLES "avx512f,avx512bw,avx512vbmi"

static inline int has_avx512_tables(void) {
  return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw");
}

#endif

#endif
