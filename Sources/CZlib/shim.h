#ifndef BODYLINT_ZLIB_SHIM_H
#define BODYLINT_ZLIB_SHIM_H
#include <zlib.h>

/* inflateInit2 and deflateInit2 are macros, which Swift cannot see. 31: a window of 15 bits and the gzip wrapper. */
static inline int bodylint_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 31); }
static inline int bodylint_deflate_init_gzip(z_stream *stream) {
  return deflateInit2(stream, Z_BEST_COMPRESSION, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}
#endif
