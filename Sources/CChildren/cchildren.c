#include "cchildren.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

// Seconds of processor time that a child may take from one beat to the next; in the child.
static int patience;

// The system ends a child that takes more, with SIGPROF, which nobody else sends. A child that waits, for a slow disk or
// because somebody stopped it, takes none.
void cchildren_beat(void) {
    const struct itimerval limit = {.it_value = {.tv_sec = patience}};
    setitimer(ITIMER_PROF, &limit, NULL);
}

static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGSYS};

// A child that is expected to crash does so silently, leaves no core, and does not outlive its parent. Signals that ask
// the whole group to stop are the parent's to answer, which ends its children.
static void prepare_child(pid_t parent) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    const int requests[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) signal(requests[i], SIG_IGN);
    signal(SIGPROF, SIG_DFL);
    // The thread that forked may have had them blocked, as dispatch's threads do.
    sigset_t blocked;
    sigemptyset(&blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
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

static cchildren_outcome outcome_of(int status) {
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status) == 0 ? CCHILDREN_DONE : CCHILDREN_REFUSED;
    if (WTERMSIG(status) == SIGPROF) return CCHILDREN_HUNG;
    return is_crash(WTERMSIG(status)) ? CCHILDREN_CRASHED : CCHILDREN_KILLED;
}

// Whether a child has ended, and how; its place among the children is then 0.
static int has_ended(pid_t *child, cchildren_outcome *outcome) {
    int status = 0;
    const pid_t ended = waitpid(*child, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return 0;
    *child = 0;
    *outcome = ended < 0 ? CCHILDREN_FAILED : outcome_of(status);
    return 1;
}

// Waits until all have ended, or one has crashed or the like, or it is time to stop. Those that refuse are waited for too, so
// that which of their reasons comes first is no matter of time.
static cchildren_outcome watch(pid_t *children, int count, int (*should_stop)(void *), void *context) {
    useconds_t nap = 50;
    cchildren_outcome all = CCHILDREN_DONE;
    for (int left = count; left > 0;) {
        for (int i = 0; i < count; i++) {
            cchildren_outcome outcome = CCHILDREN_DONE;
            if (children[i] == 0 || !has_ended(&children[i], &outcome)) continue;
            if (outcome == CCHILDREN_REFUSED) all = outcome;
            else if (outcome != CCHILDREN_DONE) return outcome;
            left--;
        }
        if (left == 0) break;
        if (should_stop(context)) return CCHILDREN_STOPPED;
        usleep(nap);
        if (nap < 1000) nap *= 2;
    }
    return all;
}

cchildren_outcome cchildren_run(
    int (*body)(void *, int), int count, int (*should_stop)(void *), void *context, int seconds) {
    if (count > CCHILDREN_MOST) return CCHILDREN_FAILED;
    // Where whoever started this process had it ignore the end of children, nobody could learn how they ended.
    struct sigaction before, ours = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &ours, &before);

    const pid_t parent = getpid();
    pid_t children[CCHILDREN_MOST] = {0};
    cchildren_outcome outcome = CCHILDREN_DONE;
    for (int i = 0; i < count && outcome == CCHILDREN_DONE; i++) {
        const pid_t process = fork();
        if (process == 0) {
            prepare_child(parent);
            patience = seconds;
            cchildren_beat();
            _exit(body(context, i) ? 0 : 1);
        }
        children[i] = process > 0 ? process : 0;
        if (process < 0) outcome = CCHILDREN_FAILED;
    }
    if (outcome == CCHILDREN_DONE) outcome = watch(children, count, should_stop, context);
    for (int i = 0; i < count; i++) {
        if (children[i] == 0) continue;
        kill(children[i], SIGKILL);
        while (waitpid(children[i], NULL, 0) < 0 && errno == EINTR) {
        }
    }
    sigaction(SIGCHLD, &before, NULL);
    return outcome;
}
