#ifndef BODYLINT_PCRE2_SHIM_H
#define BODYLINT_PCRE2_SHIM_H
/* PCRE2 picks its code unit width by this macro, before the include: ours is bytes of UTF-8. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#endif
