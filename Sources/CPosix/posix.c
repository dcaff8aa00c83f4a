#define _GNU_SOURCE
#include "posix.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child, which shares the parent's memory until it execs: system calls only. */
static int become(
    const char *path, char *const arguments[], char *const environment[], const char *folder, int output, int errors, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    /* The parent may have ended before that call. */
    if (getppid() != parent) return ESRCH;
    if (setpgid(0, 0) != 0) return errno;
    struct sigaction usual = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 32; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &usual, 0);
    }
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0) return errno;
    /* Above the three, so that none overwrites another. */
    int ends[3] = {fcntl(nothing, F_DUPFD, 3), fcntl(output, F_DUPFD, 3), fcntl(errors, F_DUPFD, 3)};
    for (int i = 0; i < 3; i++) {
        if (ends[i] < 0 || dup2(ends[i], i) < 0) return errno;
    }
    if (syscall(SYS_close_range, 3, ~0U, 0) != 0) {
        for (int descriptor = 3; descriptor < 1024; descriptor++) close(descriptor);
    }
    if (folder && chdir(folder) != 0) return errno;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    execve(path, arguments, environment);
    return errno;
}

int receipts_spawn(
    pid_t *pid, const char *path, char *const arguments[], char *const environment[], const char *folder, int output, int errors) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    volatile int problem = 0;
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        problem = become(path, arguments, environment, folder, output, errors, parent);
        _exit(127);
    }
    if (child < 0) problem = errno;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    if (problem != 0) {
        while (child > 0 && waitpid(child, 0, 0) < 0 && errno == EINTR) {}
        return problem;
    }
    *pid = child;
    return 0;
}

long receipts_file_system(int descriptor) {
    struct statfs found;
    return fstatfs(descriptor, &found) == 0 ? (long)found.f_type : 0;
}
