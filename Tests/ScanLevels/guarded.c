#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "ScanLevels.h"

#include <sys/mman.h>
#include <unistd.h>

uint8_t *scan_guarded(size_t *count) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t *memory = mmap(0, page * 3, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory + page * 2, page, PROT_NONE) != 0) return 0;
  *count = page * 2;
  return memory;
}
