#define _GNU_SOURCE  // MAP_ANONYMOUS
#include "cchildren.h"

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

typedef struct {
    atomic_ullong beats;
    char padding[56];  // a line each, so that children do not wait for each other's
} pulse;

// The child's own, on a page shared with the parent; it is the child's alone to write.
static _Thread_local pulse *own;

void cchildren_beat(void) {
    if (own) atomic_fetch_add_explicit(&own->beats, 1, memory_order_relaxed);
}

static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGSYS};

static int64_t now_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// A child that is expected to crash does so silently, leaves no core, and does not outlive its parent. Signals that ask
// the whole group to stop are the parent's to answer, which ends its children.
static void prepare_child(pid_t parent) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    const int requests[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) signal(requests[i], SIG_IGN);
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0) dup2(null, STDERR_FILENO);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
#else
    (void)parent;
#endif
}

static int is_crash(int signal) {
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        if (signal == crashes[i]) return 1;
    }
    return 0;
}

// What is known of one child.
typedef struct {
    pid_t process;  // 0 once it has ended
    unsigned long long seen;
    int64_t last_beat;
} child;

// Whether it has ended, and how.
static int has_ended(child *child, cchildren_outcome *outcome) {
    int status = 0;
    const pid_t ended = waitpid(child->process, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return 0;
    child->process = 0;
    if (ended < 0) {
        *outcome = CCHILDREN_FAILED;
    } else if (WIFSIGNALED(status)) {
        *outcome = is_crash(WTERMSIG(status)) ? CCHILDREN_CRASHED : CCHILDREN_KILLED;
    } else {
        *outcome = WEXITSTATUS(status) == 0 ? CCHILDREN_DONE : CCHILDREN_REFUSED;
    }
    return 1;
}

static int is_late(child *child, pulse *pulse, int64_t patience) {
    const unsigned long long beats = atomic_load_explicit(&pulse->beats, memory_order_relaxed);
    if (beats != child->seen) {
        child->seen = beats;
        child->last_beat = now_milliseconds();
    }
    return now_milliseconds() - child->last_beat > patience;
}

// Waits until all have ended, or one has not ended well, or it is time to stop.
static cchildren_outcome watch(
    child *children, pulse *pulses, int count, int (*should_stop)(void *), void *context, int64_t patience) {
    useconds_t nap = 50;
    for (int left = count; left > 0;) {
        for (int i = 0; i < count; i++) {
            if (children[i].process == 0) continue;
            cchildren_outcome outcome = CCHILDREN_DONE;
            if (has_ended(&children[i], &outcome)) {
                if (outcome != CCHILDREN_DONE) return outcome;
                left--;
            } else if (is_late(&children[i], &pulses[i], patience)) {
                return CCHILDREN_HUNG;
            }
        }
        if (left == 0) break;
        if (should_stop(context)) return CCHILDREN_STOPPED;
        usleep(nap);
        if (nap < 1000) nap *= 2;
    }
    return CCHILDREN_DONE;
}

cchildren_outcome cchildren_run(
    int (*body)(void *, int), int count, int (*should_stop)(void *), void *context, int64_t patience) {
    if (count > CCHILDREN_MOST) return CCHILDREN_FAILED;
    pulse *pulses =
        mmap(NULL, sizeof(pulse) * CCHILDREN_MOST, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pulses == MAP_FAILED) return CCHILDREN_FAILED;

    const pid_t parent = getpid();
    child children[CCHILDREN_MOST] = {{0}};
    cchildren_outcome outcome = CCHILDREN_DONE;
    for (int i = 0; i < count && outcome == CCHILDREN_DONE; i++) {
        const pid_t process = fork();
        if (process == 0) {
            prepare_child(parent);
            own = &pulses[i];
            _exit(body(context, i) ? 0 : 1);
        }
        children[i] = (child){.process = process > 0 ? process : 0, .last_beat = now_milliseconds()};
        if (process < 0) outcome = CCHILDREN_FAILED;
    }
    if (outcome == CCHILDREN_DONE) outcome = watch(children, pulses, count, should_stop, context, patience);
    for (int i = 0; i < count; i++) {
        if (children[i].process == 0) continue;
        kill(children[i].process, SIGKILL);
        while (waitpid(children[i].process, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    munmap(pulses, sizeof(pulse) * CCHILDREN_MOST);
    return outcome;
}
