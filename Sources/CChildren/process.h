// Internal declarations of this module.
#ifndef CCHILDREN_PROCESS_H
#define CCHILDREN_PROCESS_H

#include <sys/types.h>

#include "cchildren.h"

// Sets up a child process of `parent`: it crashes without messages or a core dump, and ends with its parent. It may use
// `seconds` of processor time between heartbeats.
void cchildren_become_child(pid_t parent, int seconds);

// Makes the exit statuses of children available, which they are not if this process inherited an ignored SIGCHLD.
void cchildren_enable_exit_statuses(void);

// The outcome for a status of waitpid.
cchildren_outcome cchildren_outcome_of(int status);

#endif
