// Runs a function in child processes, where a crash or an endless loop harms nobody.
#ifndef CCHILDREN_H
#define CCHILDREN_H

enum { CCHILDREN_MOST = 64 };

typedef enum {
    CCHILDREN_DONE = 0,     // body gave nonzero in every child
    CCHILDREN_REFUSED = 1,  // it gave 0 in one
    CCHILDREN_CRASHED = 2,
    CCHILDREN_HUNG = 3,
    CCHILDREN_STOPPED = 4,  // should_stop said so
    CCHILDREN_FAILED = 5,   // no child could be made
    CCHILDREN_KILLED = 6,   // by somebody else, such as the system when it ran out of memory
} cchildren_outcome;

// Calls body(context, child) in `count` children at the same time, at most CCHILDREN_MOST, and waits for all. A child is
// taken to hang when it takes `seconds` of processor time without a call of cchildren_beat; however long it waits is no sign
// of that. should_stop(context) is asked now and then in the parent. Whatever the outcome, no child is left.
cchildren_outcome cchildren_run(
    int (*body)(void *, int), int count, int (*should_stop)(void *), void *context, int seconds);

// Says, in a child, that work goes on.
void cchildren_beat(void);

#endif
