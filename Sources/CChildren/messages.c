#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "cchildren.h"

// Answers list names and errors; numbers go through shared memory.
#define MAXIMUM_LENGTH ((uint64_t)1 << 30)

static int send_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        // Without SIGPIPE if the server has ended.
        const ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return -1;
        bytes += sent;
        count -= sent;
    }
    return 0;
}

static int receive_all(int socket, char *bytes, size_t count) {
    while (count > 0) {
        const ssize_t received = recv(socket, bytes, count, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return -1;
        bytes += received;
        count -= received;
    }
    return 0;
}

int cchildren_send(int socket, const void *bytes, size_t count) {
    const uint64_t length = count;
    if (send_all(socket, (const char *)&length, sizeof length) != 0) return -1;
    return send_all(socket, bytes, count);
}

int cchildren_receive(int socket, void **bytes, size_t *count) {
    uint64_t length = 0;
    if (receive_all(socket, (char *)&length, sizeof length) != 0) return -1;
    // A process whose memory a damaged file has overwritten may say anything.
    if (length > MAXIMUM_LENGTH) return -1;
    char *buffer = malloc(length + 1);
    if (buffer && receive_all(socket, buffer, length) == 0) {
        *bytes = buffer;
        *count = length;
        return 0;
    }
    free(buffer);
    return -1;
}
