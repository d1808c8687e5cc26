#ifndef BODYLINT_YAML_SHIM_H
#define BODYLINT_YAML_SHIM_H
#include <yaml.h>
#endif
