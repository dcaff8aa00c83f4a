#pragma once

#include <spawn.h>

/* In glibc behind _GNU_SOURCE, which Swift's module of it does not define. Linux only. */
extern int syncfs(int descriptor);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
