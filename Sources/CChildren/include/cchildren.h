// Child processes, in which a crash or an endless loop does not affect this process.
#ifndef CCHILDREN_H
#define CCHILDREN_H

#include <stddef.h>

typedef enum {
    CCHILDREN_DONE = 0,
    CCHILDREN_BODY_FAILED = 1,  // it ended with an exit code other than 0
    CCHILDREN_CRASHED = 2,
    CCHILDREN_HUNG = 3,
    CCHILDREN_KILLED = 4,  // by a signal from outside, such as the system's out-of-memory killer
    CCHILDREN_FAILED = 5,  // no process could be created
} cchildren_outcome;

// To be called regularly in a child. A child hangs if it uses a given number of seconds of processor time without a call;
// time that it waits does not count.
void cchildren_heartbeat(void);

// children.c: forks of this process, which must have only one thread.

enum { CCHILDREN_MAXIMUM = 64 };

// Calls body(context, child) in `count` concurrent children, at most CCHILDREN_MAXIMUM, and waits for all of them. A body fails
// by returning 0. `seconds` is the limit on processor time between heartbeats. No child is left afterwards.
cchildren_outcome cchildren_run(int (*body)(void *, int), int count, void *context, int seconds);

// services.c: a server in a child process, reached through a socket.

typedef struct {
    int process;
    int socket;
} cchildren_server;

// Starts a service: the function lockstep_serve_NAME, which receives its end of the socket and returns when the other end is
// closed. A process with one thread forks. A process with several threads spawns the program again, which serves before its
// main function is called, because a fork would inherit locks that other threads hold. The calling thread must not end before
// the server. Returns 0, or -1 with errno.
int cchildren_start(const char *service, int seconds, cchildren_server *server);

// Ends the server, if it has not ended by itself, and closes the socket. Returns how it ended.
cchildren_outcome cchildren_end(cchildren_server server);

// messages.c: messages through the socket, in both directions.

// Sends bytes. Returns 0, or -1 with errno.
int cchildren_send(int socket, const void *bytes, size_t count);

// Receives bytes that cchildren_send has sent. Returns 0 and bytes that the caller must free, or -1 at the end.
int cchildren_receive(int socket, void **bytes, size_t *count);

#endif
