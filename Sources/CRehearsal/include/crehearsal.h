// Runs a function in a child process first, where a crash or an endless loop harms nobody.
#ifndef CREHEARSAL_H
#define CREHEARSAL_H

#include <stdatomic.h>
#include <stdint.h>

typedef enum {
    CREHEARSAL_RETURNED = 0,
    CREHEARSAL_CRASHED = 1,
    CREHEARSAL_HUNG = 2,
    CREHEARSAL_STOPPED = 3,  // should_stop said so
    CREHEARSAL_FAILED = 4,   // no child could be made
} crehearsal_outcome;

// Calls body(context) in a child. The child is taken to hang when it neither returns nor calls crehearsal_beat for
// `patience` milliseconds. should_stop(context) is asked now and then in the parent.
crehearsal_outcome crehearsal_run(void (*body)(void *), int (*should_stop)(void *), void *context, int64_t patience);

// Says, in the child, that work goes on.
void crehearsal_beat(void);

#endif
