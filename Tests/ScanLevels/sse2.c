#define LEVEL sse2
#define SUPPORTS(feature) 0
#include "level.h"
