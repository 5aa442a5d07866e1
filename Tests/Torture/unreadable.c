// For LD_PRELOAD: reads fail of files and directories whose paths begin with one of READ_PATHS, separated by colons. The file
// READ_COUNTER counts the calls of a process and its children.
//   READ_MODE=once    the READ_AT-th call fails with EIO
//   READ_MODE=on      this call and all later ones fail
//   READ_MODE=slow    each call takes READ_AT milliseconds longer
// A slow or failed call creates the file READ_FIRED.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_long *counter(void) {
    static atomic_long *calls;
    if (calls) return calls;
    const char *path = getenv("READ_COUNTER");
    const int file = path ? REAL(open)(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (file < 0 || ftruncate(file, sizeof *calls) != 0) return NULL;
    void *memory = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return calls = memory == MAP_FAILED ? NULL : memory;
}

static int is_meant(const char *path) {
    for (const char *at = getenv("READ_PATHS"); at && *at;) {
        const size_t length = strcspn(at, ":");
        if (length > 0 && strncmp(path, at, length) == 0 && (path[length] == '/' || path[length] == 0)) return 1;
        at += length + (at[length] == ':');
    }
    return 0;
}

// Counts a call that reads a path. Returns whether it fails, with errno set.
static int path_goes_wrong(const char *path) {
    char whole[PATH_MAX];
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole) || strlen(whole) + strlen(path) + 2 > sizeof whole) return 0;
        strcat(strcat(whole, "/"), path);
        path = whole;
    }
    const char *mode = getenv("READ_MODE"), *at = getenv("READ_AT"), *fired = getenv("READ_FIRED");
    if (!mode || !at || !is_meant(path) || !counter()) return 0;
    const long call = atomic_fetch_add(counter(), 1) + 1, place = atol(at);
    const int is_slow = strcmp(mode, "slow") == 0;
    if (!is_slow && (strcmp(mode, "on") == 0 ? call < place : call != place)) return 0;
    if (fired) close(REAL(open)(fired, O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
    if (is_slow) {
        nanosleep(&(struct timespec){.tv_sec = place / 1000, .tv_nsec = place % 1000 * 1000000}, NULL);
        return 0;
    }
    errno = EIO;
    return 1;
}

static int goes_wrong(int file) {
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path_goes_wrong(path);
}

// Whether a file is opened for reading. Directories are excluded, since they are also opened to be flushed.
static int opening_goes_wrong(const char *path, int flags) {
    struct stat status;
    const int is_file = (flags & O_ACCMODE) == O_RDONLY && REAL(stat)(path, &status) == 0 && S_ISREG(status.st_mode);
    return is_file && path_goes_wrong(path);
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return opening_goes_wrong(path, flags) ? -1 : REAL(open)(path, flags, mode);
}

int stat(const char *path, struct stat *status) {
    return path_goes_wrong(path) ? -1 : REAL(stat)(path, status);
}

ssize_t read(int file, void *bytes, size_t count) {
    return goes_wrong(file) ? -1 : REAL(read)(file, bytes, count);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    return goes_wrong(file) ? -1 : REAL(pread)(file, bytes, count, offset);
}

DIR *opendir(const char *path) {
    return path_goes_wrong(path) ? NULL : REAL(opendir)(path);
}

struct dirent *readdir(DIR *directory) {
    return goes_wrong(dirfd(directory)) ? NULL : REAL(readdir)(directory);
}
