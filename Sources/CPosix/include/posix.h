#pragma once

/* In glibc behind _GNU_SOURCE, which Swift's module of it does not define. Linux only. */
extern int syncfs(int descriptor);
