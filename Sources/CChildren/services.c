#define _GNU_SOURCE  // for posix_spawn_file_actions_addclosefrom_np

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

// The services, defined in other modules. A weak symbol is null if its module is not linked.
__attribute__((weak)) void lockstep_serve_dataset(int socket);
__attribute__((weak)) void lockstep_serve_checkpoint(int socket);
__attribute__((weak)) void lockstep_serve_keras(int socket);
__attribute__((weak)) void lockstep_serve_probe(int socket);

typedef void (*service_function)(int socket);

static service_function function_of(const char *service) {
    const struct {
        const char *name;
        service_function function;
    } services[] = {
        {"dataset", lockstep_serve_dataset},
        {"checkpoint", lockstep_serve_checkpoint},
        {"keras", lockstep_serve_keras},
        {"probe", lockstep_serve_probe},
    };
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (strcmp(services[i].name, service) == 0) return services[i].function;
    }
    return NULL;
}

// The socket's descriptor in a spawned server, and the environment variable with its parameters: service, timeout in seconds,
// process id of the parent.
enum { SERVER_SOCKET = 3 };
#define REQUEST "LOCKSTEP_SERVE"

#ifdef __linux__

static int has_one_thread(void) {
    DIR *threads = opendir("/proc/self/task");
    if (!threads) return 0;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(threads));) count += entry->d_name[0] != '.';
    closedir(threads);
    return count == 1;
}

extern char **environ;

// Spawns this program as a server. It does not inherit other open files.
static pid_t spawn_server(const char *service, int seconds, int socket) {
    char request[64];
    snprintf(request, sizeof request, REQUEST "=%s %d %d", service, seconds, (int)getpid());
    size_t count = 0;
    while (environ[count]) count++;
    char **environment = calloc(count + 2, sizeof *environment);
    if (!environment) return -1;
    environment[0] = request;
    memcpy(environment + 1, environ, count * sizeof *environ);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, socket, SERVER_SOCKET);
    posix_spawn_file_actions_addclosefrom_np(&actions, SERVER_SOCKET + 1);
    char name[] = "lockstep-reader";
    char *arguments[] = {name, NULL};
    // Signals to the whole process group wait until the server ignores them.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t process = -1;
    const int failure = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    if (failure) errno = failure;
    return failure ? -1 : process;
}

// The constructors of this program, in the order in which they run, from the linker.
typedef void (*constructor_function)(int count, char **arguments, char **environment);
extern constructor_function __init_array_start[] __attribute__((visibility("hidden")));
extern constructor_function __init_array_end[] __attribute__((visibility("hidden")));

// Runs before main. Serves if this process was spawned as a server.
__attribute__((constructor)) static void serve_if_spawned(int count, char **arguments, char **environment) {
    const char *request = getenv(REQUEST);
    char service[16];
    int seconds = 0, parent = 0;
    if (!request || sscanf(request, "%15s %d %d", service, &seconds, &parent) != 3) return;
    const service_function serve = function_of(service);
    unsetenv(REQUEST);
    cchildren_become_child(parent, seconds);
    // In a program that is linked statically, the constructors of Swift's libraries come after this one.
    constructor_function *next = __init_array_start;
    while (next < __init_array_end && *next != serve_if_spawned) next++;
    while (next < __init_array_end && ++next < __init_array_end) (*next)(count, arguments, environment);
    if (serve) serve(SERVER_SOCKET);
    _exit(serve ? 0 : 1);
}

#else

// Other systems always fork.
static int has_one_thread(void) { return 1; }
static pid_t spawn_server(const char *service, int seconds, int socket) {
    (void)service, (void)seconds, (void)socket;
    errno = ENOSYS;
    return -1;
}

#endif

// A pair of sockets that take the place of no standard descriptor, which may be closed in this process.
static int make_sockets(int *sockets) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    for (int i = 0; i < 2; i++) sockets[i] = fcntl(pair[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    for (int i = 0; i < 2; i++) close(pair[i]);
    if (sockets[0] >= 0 && sockets[1] >= 0) return 0;
    for (int i = 0; i < 2; i++) {
        if (sockets[i] >= 0) close(sockets[i]);
    }
    errno = EMFILE;
    return -1;
}

int cchildren_start(const char *service, int seconds, cchildren_server *server) {
    const service_function serve = function_of(service);
    if (!serve) {
        errno = ENOSYS;
        return -1;
    }
    int sockets[2];
    if (make_sockets(sockets) != 0) return -1;
    cchildren_enable_exit_statuses();
    const pid_t parent = getpid();
    const int can_fork = has_one_thread();
    const pid_t process = can_fork ? fork() : spawn_server(service, seconds, sockets[1]);
    if (can_fork && process == 0) {
        close(sockets[0]);
        cchildren_become_child(parent, seconds);
        serve(sockets[1]);
        _exit(0);
    }
    const int error = errno;
    close(sockets[1]);
    if (process < 0) close(sockets[0]);
    errno = error;
    *server = (cchildren_server){.process = process, .socket = sockets[0]};
    return process < 0 ? -1 : 0;
}

cchildren_outcome cchildren_end(cchildren_server server) {
    // A server that has closed its socket has ended, and keeps its exit status.
    kill(server.process, SIGKILL);
    close(server.socket);
    int status = 0;
    pid_t ended;
    do {
        ended = waitpid(server.process, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended < 0 ? CCHILDREN_KILLED : cchildren_outcome_of(status);
}
