#pragma once

#include <spawn.h>
#include <sys/statfs.h>
#include <sys/types.h>

/* In glibc behind _GNU_SOURCE, which Swift's module of it does not define. Linux only. */
extern int syncfs(int descriptor);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

/* The kind of file system that an open file lies on, as linux/magic.h numbers them; 0 where that cannot be told. */
long receipts_file_system(int descriptor);

/* Starts a program that does not outlive whoever started it: in a process group of its own, with /dev/null as standard input, and killed by the kernel
   when the calling thread ends, however it ends. posix_spawn cannot ask for that. Nothing else is inherited: no descriptor, signal mask or disposition.
   `folder` may be NULL. Returns 0 and the process in *pid, or the errno of what failed; then there is no process. */
int receipts_spawn(
    pid_t *pid, const char *path, char *const arguments[], char *const environment[], const char *folder, int output, int errors);
