#ifndef BODYLINT_CALLOCATIONS_H
#define BODYLINT_CALLOCATIONS_H

/* How often memory was asked for since the process began; -1 where that is not counted. */
long bodylint_allocation_count(void);

#endif
