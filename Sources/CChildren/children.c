#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

// Whether a child has ended. If so, sets its outcome and clears its entry among the children.
static int has_ended(pid_t *child, cchildren_outcome *outcome) {
    int status = 0;
    const pid_t ended = waitpid(*child, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return 0;
    *child = 0;
    *outcome = ended < 0 ? CCHILDREN_FAILED : cchildren_outcome_of(status);
    return 1;
}

// Waits until all children have ended, or one has crashed, hangs or was killed. A child whose body failed does not end the
// wait, so that the error that is reported does not depend on timing.
static cchildren_outcome watch(pid_t *children, int count) {
    useconds_t nap = 50;
    cchildren_outcome all = CCHILDREN_DONE;
    for (int left = count; left > 0;) {
        for (int i = 0; i < count; i++) {
            cchildren_outcome outcome = CCHILDREN_DONE;
            if (children[i] == 0 || !has_ended(&children[i], &outcome)) continue;
            if (outcome == CCHILDREN_BODY_FAILED) all = outcome;
            else if (outcome != CCHILDREN_DONE) return outcome;
            left--;
        }
        if (left == 0) break;
        usleep(nap);
        // The children have time limits of their own.
        cchildren_heartbeat();
        if (nap < 1000) nap *= 2;
    }
    return all;
}

cchildren_outcome cchildren_run(int (*body)(void *, int), int count, void *context, int seconds) {
    if (count > CCHILDREN_MAXIMUM) return CCHILDREN_FAILED;
    cchildren_enable_exit_statuses();
    const pid_t parent = getpid();
    pid_t children[CCHILDREN_MAXIMUM] = {0};
    cchildren_outcome outcome = CCHILDREN_DONE;
    for (int i = 0; i < count && outcome == CCHILDREN_DONE; i++) {
        const pid_t process = fork();
        if (process == 0) {
            cchildren_become_child(parent, seconds);
            _exit(body(context, i) ? 0 : 1);
        }
        children[i] = process > 0 ? process : 0;
        if (process < 0) outcome = CCHILDREN_FAILED;
    }
    if (outcome == CCHILDREN_DONE) outcome = watch(children, count);
    for (int i = 0; i < count; i++) {
        if (children[i] == 0) continue;
        kill(children[i], SIGKILL);
        while (waitpid(children[i], NULL, 0) < 0 && errno == EINTR) {
        }
    }
    return outcome;
}
