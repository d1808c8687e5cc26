/* Lets a process fork while other threads are in the library. Not installed: for the functions of bodylint.h alone.
 *
 * The runtime of Swift takes locks of its own when a type is used for the first time. A child that was forked then, in
 * which the thread that holds the lock does not exist, would wait for it forever. So fork waits until no thread is
 * inside, and threads that come meanwhile wait until it is over.
 */
#ifndef BODYLINT_GATE_H
#define BODYLINT_GATE_H

/* Comes in; waits while a thread forks. */
void gate_enter(void);
/* Goes out again; once for each gate_enter of the thread. */
void gate_leave(void);

#endif
