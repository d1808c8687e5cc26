#include "gate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* Threads inside, and threads that are forking. */
static atomic_uint inside;
static atomic_uint forking;
/* How often this thread is inside: a signal handler may fork in the middle of a check. */
static _Thread_local unsigned own;

static void wait_a_little(void) {
  const struct timespec little = {.tv_nsec = 50 * 1000};
  nanosleep(&little, NULL);
}

void gate_enter(void) {
  if (own++ > 0) return;
  for (;;) {
    atomic_fetch_add(&inside, 1);
    if (atomic_load(&forking) == 0) return;
    atomic_fetch_sub(&inside, 1);
    while (atomic_load(&forking) != 0) wait_a_little();
  }
}

void gate_leave(void) {
  if (--own == 0) atomic_fetch_sub(&inside, 1);
}

static void before_fork(void) {
  atomic_fetch_add(&forking, 1);
  while (atomic_load(&inside) > (own > 0)) wait_a_little();
}

static void after_fork_in_parent(void) { atomic_fetch_sub(&forking, 1); }

/* Of the threads of the parent only this one is left. */
static void after_fork_in_child(void) {
  atomic_store(&inside, own > 0);
  atomic_store(&forking, 0);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
