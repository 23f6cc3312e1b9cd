/*
 * unix-cat - standard input into a Unix socket, and what comes from there to standard output.
 *
 *   unix-cat PATH COUNT
 *
 * Waits up to ten seconds for somebody to listen at PATH. Ends when the connection does: well if COUNT bytes have come.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    for (int tries = 0; tries < 100; tries++) {
        if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0)
            return connection;
        usleep(100 * 1000);
    }
    perror(path);
    exit(1);
}

int main(int count, char **words)
{
    if (count != 3) {
        fprintf(stderr, "usage: unix-cat PATH COUNT\n");
        return 2;
    }
    static char out[65536], in[65536];
    int connection = connect_to(words[1]);
    long left = atol(words[2]);
    ssize_t have = 0, given = 0;
    bool ended = false;
    while (true) {
        if (given == have && !ended) {
            given = 0;
            have = read(STDIN_FILENO, out, sizeof out);
            ended = have <= 0;
            if (ended)
                have = 0;
        }
        struct pollfd poller = {.fd = connection, .events = POLLIN | (given < have ? POLLOUT : 0)};
        if (poll(&poller, 1, -1) < 0)
            return 1;
        if (poller.revents & POLLOUT) {
            ssize_t sent = send(connection, out + given, have - given, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent > 0)
                given += sent;
        }
        if (poller.revents & (POLLIN | POLLHUP | POLLERR)) {
            ssize_t got = read(connection, in, sizeof in);
            if (got <= 0 && left <= 0)
                return 0;
            if (got <= 0 || write(STDOUT_FILENO, in, got) != got) {
                fprintf(stderr, "unix-cat: the end, with %ld bytes to come\n", left);
                return 1;
            }
            left -= got;
        }
    }
}
