#define LEVEL native
#include "level.h"
