// What both shims share: the C library's own functions, and which files lie below the data folder.
// Shims are preloaded (LD_PRELOAD) into the unchanged product. Linux only.
#ifndef SHIM_H
#define SHIM_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// The function that the shim stands in front of.
#define REAL(name) \
  ({ \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
    real; \
  })

// The data folder, absolute and without links; set by each shim's constructor.
static char shim_root[PATH_MAX];
static size_t shim_root_length;

__attribute__((unused)) static void shim_set_root(const char *variable) {
  const char *root = getenv(variable);
  if (!root || strlen(root) >= sizeof shim_root) return;
  strcpy(shim_root, root);
  shim_root_length = strlen(root);
}

__attribute__((unused)) static int shim_is_below(const char *path) {
  return shim_root_length > 0 && strncmp(path, shim_root, shim_root_length) == 0 &&
    (path[shim_root_length] == '/' || path[shim_root_length] == 0);
}

// Writes the absolute path to `full`; false where it is not below the data folder.
__attribute__((unused)) static int shim_path_below(int folder, const char *path, char full[PATH_MAX]) {
  if (!path) return 0;
  if (path[0] == '/') {
    if (strlen(path) >= PATH_MAX) return 0;
    strcpy(full, path);
    return shim_is_below(full);
  }
  char link[64];
  snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
  ssize_t length = readlink(link, full, PATH_MAX - 1);
  if (length <= 0 || (size_t)length + strlen(path) + 2 > PATH_MAX) return 0;
  full[length] = '/';
  strcpy(full + length + 1, path);
  return shim_is_below(full);
}

// The same for an open file or folder; false also for pipes, sockets and files that were unlinked.
__attribute__((unused)) static int shim_file_below(int file, char full[PATH_MAX], struct stat *status) {
  if (file < 0 || shim_root_length == 0 || fstat(file, status) != 0) return 0;
  if (!S_ISREG(status->st_mode) && !S_ISDIR(status->st_mode)) return 0;
  if (status->st_nlink == 0) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, full, PATH_MAX - 1);
  if (length <= 0) return 0;
  full[length] = 0;
  return shim_is_below(full);
}

#endif
