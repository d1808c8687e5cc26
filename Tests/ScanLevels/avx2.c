#define LEVEL avx2
/* What the processor has, without what is beyond AVX2. */
#define SUPPORTS(feature) (feature[3] != '5' && __builtin_cpu_supports(feature))
#include "level.h"
