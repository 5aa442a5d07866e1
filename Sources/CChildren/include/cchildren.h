// Processes of our own, in which a crash or an endless loop harms nobody.
#ifndef CCHILDREN_H
#define CCHILDREN_H

#include <stddef.h>

typedef enum {
    CCHILDREN_DONE = 0,
    CCHILDREN_REFUSED = 1,  // it ended with an exit code other than 0
    CCHILDREN_CRASHED = 2,
    CCHILDREN_HUNG = 3,
    CCHILDREN_KILLED = 4,  // by somebody else, such as the system when it ran out of memory
    CCHILDREN_FAILED = 5,  // no process could be made
} cchildren_outcome;

// A child is taken to hang when it takes so many seconds of processor time without a call of cchildren_beat; however long it
// waits is no sign of that.
void cchildren_beat(void);

// children.c: copies of this process, which must have no other thread.

enum { CCHILDREN_MOST = 64 };

// Calls body(context, child) in `count` children at the same time, at most CCHILDREN_MOST, and waits for all. A child in which
// body gives 0 has refused. Whatever the outcome, no child is left.
cchildren_outcome cchildren_run(int (*body)(void *, int), int count, void *context, int seconds);

// services.c: a process that serves this one through a socket.

typedef struct {
    int process;
    int socket;
} cchildren_server;

// Begins a service: the function lockstep_serve_NAME, which gets its end of the socket and returns when the other end is
// closed. Where this process has other threads, which a fork would leave behind with the locks that they hold, the program is
// begun anew in the server, and serves before its main function is called. May be called on any thread, which must not end
// before the server. Returns 0, or -1 with errno.
int cchildren_begin(const char *service, int seconds, cchildren_server *server);

// Ends the server, at once where `now` is not 0, else waits for its own end; closes the socket. Gives how it ended.
cchildren_outcome cchildren_end(cchildren_server server, int now);

// messages.c: what goes through the socket, in both directions.

// Sends bytes. Returns 0, or -1 with errno.
int cchildren_send(int socket, const void *bytes, size_t count);

// Waits for what cchildren_send sent. Returns 0, with bytes to be freed, or -1 where there is no more.
int cchildren_receive(int socket, void **bytes, size_t *count);

#endif
