// The hello of the native rows, one thread, linked statically: `hello PORT`. Says that it runs, then
// answers every request with its method and path as JSON. Keeps connections open, for the load.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int client) {
  char request[8192], method[16], path[1024], body[1200], response[1500];
  ssize_t got = recv(client, request, sizeof request - 1, 0);
  if (got <= 0) { close(client); return; }
  request[got] = 0;
  if (sscanf(request, "%15s %1023s", method, path) != 2) { close(client); return; }
  int length = snprintf(body, sizeof body, "{\"method\":\"%s\",\"path\":\"%s\"}", method, path);
  int total = snprintf(response, sizeof response,
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body);
  send(client, response, total, MSG_NOSIGNAL);
  if (strcasestr(request, "connection: close")) close(client);
}

int main(int count, char **arguments) {
  write(1, "first instruction\n", 18);
  signal(SIGTERM, _exit);
  int one = 1, server = socket(AF_INET, SOCK_STREAM, 0), events = epoll_create1(0);
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 8080)};
  if (bind(server, (struct sockaddr *)&at, sizeof at) || listen(server, 1024)) { perror("hello"); return 1; }
  struct epoll_event event = {.events = EPOLLIN, .data.fd = server}, ready[64];
  epoll_ctl(events, EPOLL_CTL_ADD, server, &event);
  for (;;) {
    int n = epoll_wait(events, ready, 64, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.fd != server) { answer(ready[i].data.fd); continue; }
      int client = accept(server, NULL, NULL);
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      event.data.fd = client;
      epoll_ctl(events, EPOLL_CTL_ADD, client, &event);
    }
  }
}
