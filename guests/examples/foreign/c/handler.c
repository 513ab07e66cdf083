#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void spins(void) {
  for (volatile unsigned i = 0;; i++);
}

__attribute__((noinline)) static void grows(void) {
  static char *volatile kept;
  for (;;) {
    kept = malloc(1 << 20);
    if (kept == NULL) abort();
    memset(kept, 1, 1 << 20);
  }
}

__attribute__((noinline)) static void fails(void) { abort(); }

int main(void) {
  const char *path = getenv("PATH_INFO");
  if (path == NULL) path = "";
  if (strcmp(path, "/spin") == 0) spins();
  if (strcmp(path, "/grow") == 0) grows();
  if (strcmp(path, "/fail") == 0) fails();
  printf("Content-Type: text/plain\n\nHello from C at %s\n", path);
  return 0;
}
