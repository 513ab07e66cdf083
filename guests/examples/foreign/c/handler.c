#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char *path = getenv("PATH_INFO");
  printf("Content-Type: text/plain\n\nHello from C at %s\n", path ? path : "");
  return 0;
}
