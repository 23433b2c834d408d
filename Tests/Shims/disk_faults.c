// Makes the disk below the data folder fail: ENOSPC, EIO, short writes, or a SIGKILL at the n-th instant around a call.
//
// CHAOS_DISK_DIR    the data folder, absolute
// CHAOS_DISK_SEED   a number; the same seed and the same order of calls fail in the same places
// CHAOS_DISK_RATES  enospc,eio,short: how many of a million calls fail so, such as 2000,1000,5000
// CHAOS_DISK_KILL   the instant, counted from 1, just before or after a call, at which the process kills itself
// CHAOS_DISK_LOG    one line for each fault is added here: <unix seconds> <pid> <fault> <call> <path>
#include "shim.h"
#include <time.h>

enum { NO_SPACE = 1, BROKEN = 2, SHORT = 4 };

static uint64_t seed, kill_at, rates[3];
static int log_file = -1;
static _Atomic uint64_t calls, passed;

__attribute__((constructor)) static void start(void) {
  shim_set_root("CHAOS_DISK_DIR");
  const char *text = getenv("CHAOS_DISK_SEED");
  seed = text ? strtoull(text, NULL, 10) : 0;
  text = getenv("CHAOS_DISK_KILL");
  kill_at = text ? strtoull(text, NULL, 10) : 0;
  text = getenv("CHAOS_DISK_RATES");
  if (text) sscanf(text, "%lu,%lu,%lu", &rates[0], &rates[1], &rates[2]);
  text = getenv("CHAOS_DISK_LOG");
  if (!text) return;
  int low = REAL(open)(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  log_file = fcntl(low, F_DUPFD_CLOEXEC, 500);
  close(low);
}

static void tell(const char *fault, const char *call, const char *path) {
  char line[PATH_MAX + 200];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int length = snprintf(
    line, sizeof line, "%ld.%03ld %d %s %s %s\n", (long)now.tv_sec, now.tv_nsec / 1000000, getpid(), fault, call, path);
  int code = errno;
  if (log_file >= 0 && REAL(write)(log_file, line, length) < 0) errno = code;
}

// One of the instants at which a kill may come.
static void instant(const char *call, const char *path) {
  if (kill_at == 0 || ++passed != kill_at) return;
  tell("kill", call, path);
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static uint64_t mixed(uint64_t x) { // splitmix64
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// Which fault this call gets, out of those that it can have: 0, ENOSPC, EIO, or -1 for a short write.
static int fault(int possible, const char *call, const char *path) {
  uint64_t draw = mixed(seed + mixed(++calls)) % 1000000, limit = 0;
  static const char *const names[] = {"enospc", "eio", "short"};
  static const int codes[] = {ENOSPC, EIO, -1};
  for (int kind = 0; kind < 3; kind++) {
    limit += rates[kind];
    if (draw >= limit) continue;
    if (!(possible & (1 << kind))) return 0;
    tell(names[kind], call, path);
    return codes[kind];
  }
  return 0;
}

#define FAIL(possible, call, path) \
  do { \
    instant(call, path); \
    int code = fault(possible, call, path); \
    if (code > 0) { \
      errno = code; \
      return -1; \
    } \
  } while (0)

#define WRITING(name, PARAMETERS, ARGUMENTS, SHORTER) \
  ssize_t name PARAMETERS { \
    char path[PATH_MAX]; \
    struct stat status; \
    if (!shim_file_below(file, path, &status)) return REAL(name) ARGUMENTS; \
    instant(#name, path); \
    int code = fault(NO_SPACE | BROKEN | SHORT, #name, path); \
    if (code > 0) { \
      errno = code; \
      return -1; \
    } \
    if (code < 0) SHORTER; \
    ssize_t result = REAL(name) ARGUMENTS; \
    instant(#name, path); \
    return result; \
  }

#define HALF count = count > 1 ? count / 2 : count
WRITING(write, (int file, const void *bytes, size_t count), (file, bytes, count), HALF)
WRITING(pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at), HALF)
WRITING(pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at), HALF)
WRITING(writev, (int file, const struct iovec *parts, int count), (file, parts, count), HALF)
WRITING(pwritev, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at), HALF)
WRITING(pwritev64, (int file, const struct iovec *parts, int count, off64_t at), (file, parts, count, at), HALF)

#define READING(name, PARAMETERS, ARGUMENTS) \
  ssize_t name PARAMETERS { \
    char path[PATH_MAX]; \
    struct stat status; \
    if (shim_file_below(file, path, &status)) FAIL(BROKEN, #name, path); \
    return REAL(name) ARGUMENTS; \
  }

READING(read, (int file, void *bytes, size_t count), (file, bytes, count))
READING(pread, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at))
READING(pread64, (int file, void *bytes, size_t count, off64_t at), (file, bytes, count, at))

#define ON_FILE(name, possible, PARAMETERS, ARGUMENTS) \
  int name PARAMETERS { \
    char path[PATH_MAX]; \
    struct stat status; \
    if (!shim_file_below(file, path, &status)) return REAL(name) ARGUMENTS; \
    FAIL(possible, #name, path); \
    int result = REAL(name) ARGUMENTS; \
    instant(#name, path); \
    return result; \
  }

ON_FILE(fsync, BROKEN, (int file), (file))
ON_FILE(fdatasync, BROKEN, (int file), (file))
ON_FILE(ftruncate, NO_SPACE | BROKEN, (int file, off_t size), (file, size))
ON_FILE(ftruncate64, NO_SPACE | BROKEN, (int file, off64_t size), (file, size))

#define ON_PATH(name, possible, PARAMETERS, ARGUMENTS, FOLDER, PATH) \
  int name PARAMETERS { \
    char full[PATH_MAX]; \
    if (!shim_path_below(FOLDER, PATH, full)) return REAL(name) ARGUMENTS; \
    FAIL(possible, #name, full); \
    int result = REAL(name) ARGUMENTS; \
    instant(#name, full); \
    return result; \
  }

ON_PATH(rename, NO_SPACE | BROKEN, (const char *from, const char *to), (from, to), AT_FDCWD, to)
ON_PATH(unlink, BROKEN, (const char *path), (path), AT_FDCWD, path)
ON_PATH(mkdir, NO_SPACE | BROKEN, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)

#define OPENING(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    char full[PATH_MAX]; \
    if (!shim_path_below(AT_FDCWD, path, full)) return REAL(name)(path, flags, mode); \
    FAIL(flags & O_CREAT ? NO_SPACE | BROKEN : BROKEN, #name, full); \
    int file = REAL(name)(path, flags, mode); \
    instant(#name, full); \
    return file; \
  }

OPENING(open)
OPENING(open64)
