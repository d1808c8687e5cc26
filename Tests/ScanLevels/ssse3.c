#define LEVEL ssse3
#define SUPPORTS(feature) (feature[0] == 's')
#include "level.h"
