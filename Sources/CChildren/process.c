#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

// In a child: the limit on seconds of processor time between heartbeats, and the seconds since the last one.
static volatile sig_atomic_t timeout, elapsed;

static void watch_one_second(void) {
    const struct itimerval second = {.it_value = {.tv_sec = 1}};
    setitimer(ITIMER_PROF, &second, NULL);
}

// Counts seconds one by one, because the processor time of a process in a virtual machine can jump by minutes. A child that
// waits for a slow disk, or is stopped, uses none.
static void count_second(int signal_number) {
    if (elapsed++ < timeout) return watch_one_second();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void cchildren_heartbeat(void) { elapsed = 0; }

static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGSYS};

void cchildren_become_child(pid_t parent, int seconds) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    // The parent handles signals to the whole process group, and ends its children.
    const int requests[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) signal(requests[i], SIG_IGN);
    const struct sigaction count = {.sa_handler = count_second, .sa_flags = SA_RESTART};
    sigaction(SIGPROF, &count, NULL);
    // Dispatch's threads block signals, and a child inherits the mask.
    sigset_t blocked;
    sigemptyset(&blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) dup2(null, STDERR_FILENO);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
#else
    (void)parent;
#endif
    timeout = seconds;
    elapsed = 0;
    watch_one_second();
}

void cchildren_enable_exit_statuses(void) {
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) == 0 && (action.sa_handler == SIG_IGN || action.sa_flags & SA_NOCLDWAIT)) signal(SIGCHLD, SIG_DFL);
}

static int is_crash(int signal) {
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        if (signal == crashes[i]) return 1;
    }
    return 0;
}

cchildren_outcome cchildren_outcome_of(int status) {
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status) == 0 ? CCHILDREN_DONE : CCHILDREN_BODY_FAILED;
    // Only count_second raises SIGPROF.
    if (WTERMSIG(status) == SIGPROF) return CCHILDREN_HUNG;
    return is_crash(WTERMSIG(status)) ? CCHILDREN_CRASHED : CCHILDREN_KILLED;
}
