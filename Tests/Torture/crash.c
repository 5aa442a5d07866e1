// For LD_PRELOAD: the CRASH_AT-th change to a file fails in the way of CRASH_MODE, and the file CRASH_FIRED is created.
//   kill    the process ends before the change
//   torn    half of a write is done, then the process ends
//   EIO, ENOSPC    the change fails
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long changes;

static int is_regular(int file) {
    struct stat status;
    return fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

// Counts a change. Returns whether it fails, with errno set; does not return if the process ends.
static int goes_wrong(int file, const void *bytes, size_t count) {
    const char *at = getenv("CRASH_AT");
    const char *mode = getenv("CRASH_MODE");
    if (!at || !mode || atomic_fetch_add(&changes, 1) + 1 != atol(at)) return 0;
    const char *fired = getenv("CRASH_FIRED");
    if (fired) close(open(fired, O_CREAT | O_WRONLY, 0666));
    if (strcmp(mode, "EIO") == 0 || strcmp(mode, "ENOSPC") == 0) {
        errno = mode[1] == 'I' ? EIO : ENOSPC;
        return 1;
    }
    if (strcmp(mode, "torn") == 0 && bytes) {
        ssize_t (*real)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
        real(file, bytes, count / 2);
    }
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
    if (is_regular(file) && goes_wrong(file, bytes, count)) return -1;
    return REAL(write)(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    if (is_regular(file) && goes_wrong(file, NULL, 0)) return -1;
    return REAL(pwrite)(file, bytes, count, offset);
}

int fsync(int file) {
    return goes_wrong(file, NULL, 0) ? -1 : REAL(fsync)(file);
}

int ftruncate(int file, off_t length) {
    return goes_wrong(file, NULL, 0) ? -1 : REAL(ftruncate)(file, length);
}

int rename(const char *from, const char *to) {
    return goes_wrong(-1, NULL, 0) ? -1 : REAL(rename)(from, to);
}

int symlink(const char *target, const char *path) {
    return goes_wrong(-1, NULL, 0) ? -1 : REAL(symlink)(target, path);
}

int unlink(const char *path) {
    return goes_wrong(-1, NULL, 0) ? -1 : REAL(unlink)(path);
}
