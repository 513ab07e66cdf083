// The one observer of all contestants: starts a command, watches for its first line, asks for an
// answer until there is one, and says when each happened. One process per contestant, so that
// everything a contestant leaves behind is a descendant of its probe and ends with it.
//
//   commands on stdin, one per line, fields separated by tabs:
//     start PORT PATH TIMEOUT_MS ARG...   start ARG..., ask PATH until it answers
//     ask PORT PATH TIMEOUT_MS            ask what was started before
//     stop leaves|all                     end the descendants, tell their CPU time
//   answers: "ok FIRST_LINE_NS FIRST_BYTE_NS" counted from the command (-1: no line was seen),
//            "stopped CPU_NS", or "failed REASON"

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARK "first instruction"
#define RETRY_NS 200000 // between two attempts to connect
#define CONNECT_NS 2000000 // then it is tried again: a packet into a network that is not up yet is lost
#define FIELDS_MAX 200

extern char **environ;

static int output = -1; // what the contestant writes, both streams
static char tail[4096]; // the end of it, for MARK and for messages
static size_t tail_length;
static long long line_ns;
static char address[64] = "127.0.0.1";

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void read_output(void) {
  for (;;) {
    if (tail_length > sizeof tail / 2) {
      memmove(tail, tail + tail_length - sizeof MARK, sizeof MARK);
      tail_length = sizeof MARK;
    }
    ssize_t got = read(output, tail + tail_length, sizeof tail - 1 - tail_length);
    if (got <= 0) {
      if (got == 0 || errno != EAGAIN) { close(output); output = -1; }
      return;
    }
    long long at = now_ns();
    tail_length += got;
    tail[tail_length] = 0;
    if (line_ns == 0 && memmem(tail, tail_length, MARK, sizeof MARK - 1)) line_ns = at;
  }
}

/** Waits for the contestant's output and for `fd`, which may be -1, until `until`. */
static int wait_for(int fd, short events, long long until) {
  struct pollfd watched[2] = {{fd, events, 0}, {output, POLLIN, 0}};
  long long left = until - now_ns();
  if (left < 0) left = 0;
  struct timespec timeout = {left / 1000000000LL, left % 1000000000LL};
  ppoll(watched, 2, &timeout, NULL);
  if (watched[1].revents) read_output();
  return watched[0].revents;
}

/** One request. 1: answered rightly, with the time of its first byte; 0: nobody there; -1: a wrong answer. */
static int ask(int port, const char *path, long long deadline, long long *first_byte, char *answer, size_t size) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &to.sin_addr);
  int result = 0;
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) goto end;
  long long give_up = now_ns() + CONNECT_NS;
  while (!wait_for(fd, POLLOUT, give_up)) if (now_ns() >= give_up) goto end;
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) goto end;
  char request[512], expected[256];
  int sent = snprintf(request, sizeof request,
                      "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
  if (send(fd, request, sent, MSG_NOSIGNAL) != sent) goto end;
  size_t got = 0;
  for (;;) {
    short events = wait_for(fd, POLLIN, deadline);
    if (!events) { if (now_ns() >= deadline) break; continue; }
    ssize_t bytes = recv(fd, answer + got, size - 1 - got, 0);
    if (bytes < 0 && errno == EAGAIN) continue;
    if (bytes <= 0) break;
    if (got == 0) *first_byte = now_ns();
    got += bytes;
    answer[got] = 0;
    snprintf(expected, sizeof expected, "{\"method\":\"GET\",\"path\":\"%s\"}", path);
    if (strncmp(answer, "HTTP/1.1 200", 12) == 0 && strstr(answer, expected)) { result = 1; goto end; }
  }
  // A server that accepts and hangs up is not there yet; one that says something else is wrong.
  result = got == 0 ? 0 : -1;
end:
  close(fd);
  return result;
}

static void measure(int port, const char *path, long long began, long long timeout_ns) {
  static char answer[8192];
  long long deadline = began + timeout_ns, first_byte = 0;
  int result = 0;
  // Nobody holds the other end of the output any more: what was started has ended.
  while (result == 0 && now_ns() < deadline && output != -1) {
    result = ask(port, path, deadline, &first_byte, answer, sizeof answer);
    if (result == 0) { long long until = now_ns() + RETRY_NS; while (now_ns() < until) wait_for(-1, 0, until); }
  }
  // The line may be on its way through a log; it has been written.
  long long until = now_ns() + 20000000;
  while (result == 1 && line_ns == 0 && output != -1 && now_ns() < until) wait_for(-1, 0, until);
  if (result == 1) {
    printf("ok %lld %lld\n", line_ns == 0 ? -1 : line_ns - began, first_byte - began);
    return;
  }
  char *text = result == -1 ? answer : tail;
  if (result == 0) tail[tail_length] = 0;
  for (char *c = text; *c; c++) if (*c == '\n' || *c == '\r' || *c == '\t') *c = ' ';
  size_t length = strlen(text);
  printf("failed %s: %s\n", result == -1 ? "wrong answer" : "no answer in time", length > 600 ? text + length - 600 : text);
}

static int start(char **arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  output = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  pid_t child;
  int error = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
  close(ends[1]);
  return error;
}

static int is_alive(pid_t pid) {
  char name[64], stat[512];
  snprintf(name, sizeof name, "/proc/%d/stat", pid);
  FILE *file = fopen(name, "r");
  if (!file) return 0;
  stat[fread(stat, 1, sizeof stat - 1, file)] = 0;
  fclose(file);
  char *end = strrchr(stat, ')');
  return end && end[2] != 'Z';
}

/**
 * Signals the descendants: only those that have no children, so that each is waited for by its own parent and
 * its CPU time is counted, or all, parents first, since some replace a child that ends. Says how many live.
 * As a subreaper, this process is the ancestor of whatever was detached, too.
 */
static int signal_below(pid_t of, int signal, int leaves) {
  char name[64];
  int count = 0;
  snprintf(name, sizeof name, "/proc/%d/task", of);
  DIR *tasks = opendir(name);
  if (!tasks) return 0;
  for (struct dirent *task; (task = readdir(tasks));) {
    if (task->d_name[0] == '.') continue;
    snprintf(name, sizeof name, "/proc/%d/task/%.20s/children", of, task->d_name);
    FILE *file = fopen(name, "r");
    if (!file) continue;
    for (int child; fscanf(file, "%d", &child) == 1;) {
      if (!is_alive(child)) continue;
      count++;
      if (!leaves) kill(child, signal);
      if (signal_below(child, signal, leaves) == 0 && leaves) kill(child, signal);
    }
    fclose(file);
  }
  closedir(tasks);
  return count;
}

static void stop(int leaves) {
  struct rusage usage;
  long long began = now_ns();
  for (int signal = SIGTERM, sent = 0; signal_below(getpid(), leaves || !sent ? signal : 0, leaves) > 0; usleep(2000)) {
    sent = 1;
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
    if (output != -1) read_output();
    if (now_ns() - began > 1000000000LL) signal = SIGKILL, sent = 0;
    if (now_ns() - began > 2000000000LL) leaves = 0;
  }
  // They have ended, but one with several threads can be waited for only once all of these have.
  while (waitpid(-1, NULL, 0) > 0) {}
  getrusage(RUSAGE_CHILDREN, &usage);
  printf("stopped %lld\n", (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
                               (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL);
}

int main(int count, char **arguments) {
  static char line[65536];
  if (count > 1) snprintf(address, sizeof address, "%s", arguments[1]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  size_t filled = 0;
  for (;;) {
    struct pollfd watched[2] = {{0, POLLIN, 0}, {output, POLLIN, 0}};
    poll(watched, 2, -1);
    if (watched[1].revents) read_output();
    if (!watched[0].revents) continue;
    ssize_t got = read(0, line + filled, sizeof line - 1 - filled);
    if (got <= 0) break;
    filled += got;
    line[filled] = 0;
    if (line[filled - 1] != '\n') continue;
    line[filled - 1] = 0;
    filled = 0;
    char *fields[FIELDS_MAX + 1], *rest = line;
    int n = 0;
    while (rest && n < FIELDS_MAX) fields[n++] = strsep(&rest, "\t");
    fields[n] = NULL;
    line_ns = 0;
    tail_length = 0;
    long long began = now_ns();
    if (strcmp(fields[0], "stop") == 0 && n == 2) stop(strcmp(fields[1], "leaves") == 0);
    else if (strcmp(fields[0], "ask") == 0 && n == 4)
      measure(atoi(fields[1]), fields[2], began, atoll(fields[3]) * 1000000LL);
    else if (strcmp(fields[0], "start") == 0 && n > 4) {
      int error = start(fields + 4);
      if (error) printf("failed %s: %s\n", fields[4], strerror(error));
      else measure(atoi(fields[1]), fields[2], began, atoll(fields[3]) * 1000000LL);
    } else printf("failed this command is not known\n");
  }
  stop(1);
  return 0;
}
