#define _GNU_SOURCE  // MAP_ANONYMOUS
#include "crehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

// One page shared by parent and child; it is the child's alone to write.
static _Thread_local atomic_ullong *beats;

void crehearsal_beat(void) {
    if (beats) atomic_fetch_add_explicit(beats, 1, memory_order_relaxed);
}

static int64_t now_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// A child that is expected to crash does so silently, leaves no core, and does not outlive its parent.
static void prepare_child(void) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGINT, SIGTERM, SIGHUP, SIGUSR1};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
    signal(SIGINT, SIG_IGN);  // the parent notices it, and ends the child
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0) dup2(null, STDERR_FILENO);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

crehearsal_outcome crehearsal_run(void (*body)(void *), int (*should_stop)(void *), void *context, int64_t patience) {
    atomic_ullong *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return CREHEARSAL_FAILED;

    const pid_t child = fork();
    if (child == 0) {
        prepare_child();
        beats = shared;
        body(context);
        _exit(0);
    }
    crehearsal_outcome outcome = CREHEARSAL_FAILED;
    unsigned long long seen = 0;
    int64_t last_beat = now_milliseconds();
    useconds_t nap = 50;
    while (child > 0) {
        int status = 0;
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) {
            outcome = WIFEXITED(status) ? CREHEARSAL_RETURNED : CREHEARSAL_CRASHED;
            break;
        }
        if (ended < 0 && errno != EINTR) break;
        const unsigned long long beat = atomic_load_explicit(shared, memory_order_relaxed);
        if (beat != seen) {
            seen = beat;
            last_beat = now_milliseconds();
        }
        const int is_late = now_milliseconds() - last_beat > patience;
        if (is_late || should_stop(context)) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            outcome = is_late ? CREHEARSAL_HUNG : CREHEARSAL_STOPPED;
            break;
        }
        usleep(nap);
        if (nap < 2000) nap *= 2;
    }
    munmap(shared, sizeof *shared);
    return outcome;
}
