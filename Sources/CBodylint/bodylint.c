#include "bodylint.h"  // The functions are in Swift: Sources/BodylintABI.
