#undef __SSE2__
#define LEVEL portable
#include "level.h"
