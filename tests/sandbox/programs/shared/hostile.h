// What the C programs share: counting what succeeded that mustn't, and the last word.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int breaches;

__attribute__((unused, format(printf, 1, 2))) static void breach(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    printf("BREACH: ");
    vprintf(format, rest);
    printf("\n");
    va_end(rest);
    breaches++;
}

// For a call that must fail, however it does.
__attribute__((unused)) static void must_fail(const char *what, long result) {
    if (result >= 0) breach("%s succeeded", what);
}

// For a call that must not even reach the kernel's own judgement of its arguments.
__attribute__((unused)) static void must_be_denied(const char *what, long result) {
    if (result >= 0) breach("%s succeeded", what);
    else if (errno != EPERM && errno != ENOSYS && errno != EACCES) breach("%s: %s", what, strerror(errno));
}

__attribute__((unused)) static int verdict(void) {
    if (!breaches) puts("contained");
    return breaches != 0;
}
