// What the files of this module share.
#ifndef CCHILDREN_PROCESS_H
#define CCHILDREN_PROCESS_H

#include <sys/types.h>

#include "cchildren.h"

// Makes this process a child of `parent`: one that is expected to crash does so silently, leaves no core, and does not outlive
// its parent. It may take `seconds` of processor time without a beat.
void cchildren_become_child(pid_t parent, int seconds);

// Has the system keep how children end, which it does not where whoever started this process had it ignore that.
void cchildren_keep_outcomes(void);

// What a status of waitpid means.
cchildren_outcome cchildren_outcome_of(int status);

#endif
