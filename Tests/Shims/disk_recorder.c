// Records what a process does to the files below the data folder, in order, with the bytes; and what it says on
// standard output. Tools/chaos/disk_model.py replays the record up to a power cut.
//
// CHAOS_RECORD_DIR  the data folder, absolute
// CHAOS_RECORD_LOG  the record; several processes add to it
// CHAOS_RECORD_KILL after how many records of its own the process kills itself; not set: never
//
// A change and its record are made under one lock, so that the order of the record is the order of the changes, across
// processes too. A sync is recorded after it returned, with the size that the record had when it began: only what was
// recorded before that is certain to be on disk.
#include "shim.h"

enum { OPENED = 1, WRITTEN, RESIZED, SYNCED, RENAMED, UNLINKED, MADE_FOLDER, SAID, UNKNOWN };

struct __attribute__((packed)) header {
  uint32_t size, kind, pid, path_size;
  uint64_t file;    // inode
  int64_t position; // offset of a write, new size, or the record's size when a sync began
  uint64_t flags;   // OPENED: 1 created, 2 emptied
};

static int log_file = -1;
static uint64_t kill_after, recorded;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  shim_set_root("CHAOS_RECORD_DIR");
  const char *path = getenv("CHAOS_RECORD_LOG");
  if (!path) return;
  int low = REAL(open)(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  log_file = fcntl(low, F_DUPFD_CLOEXEC, 500);
  close(low);
  const char *text = getenv("CHAOS_RECORD_KILL");
  kill_after = text ? strtoull(text, NULL, 10) : 0;
}

static void lock(void) {
  pthread_mutex_lock(&mutex);
  while (flock(log_file, LOCK_EX) != 0 && errno == EINTR) {}
}

static void unlock(void) {
  int code = errno;
  flock(log_file, LOCK_UN);
  pthread_mutex_unlock(&mutex);
  errno = code;
}

static void put(struct header header, const char *path, const struct iovec *parts, int count, size_t limit) {
  int code = errno;
  header.pid = (uint32_t)getpid();
  header.path_size = (uint32_t)strlen(path);
  struct iovec all[2 + 64] = {{&header, sizeof header}, {(void *)path, header.path_size}};
  int used = 2;
  for (int i = 0; i < count && i < 64 && limit > 0; i++) {
    size_t size = parts[i].iov_len < limit ? parts[i].iov_len : limit;
    all[used++] = (struct iovec){parts[i].iov_base, size};
    limit -= size;
  }
  header.size = 0;
  for (int i = 0; i < used; i++) header.size += (uint32_t)all[i].iov_len;
  // A record that is not whole would make every later one unreadable; the replay notices by the sizes.
  if (REAL(writev)(log_file, all, used) != (ssize_t)header.size) abort();
  if (++recorded == kill_after) kill(getpid(), SIGKILL);
  errno = code;
}

#define WRITING(name, PARAMETERS, ARGUMENTS, PARTS, COUNT, POSITION) \
  ssize_t name PARAMETERS { \
    char path[PATH_MAX]; \
    struct stat status; \
    if (log_file < 0 || !shim_file_below(file, path, &status)) { \
      if (log_file >= 0 && file == STDOUT_FILENO) { \
        lock(); /* recorded before it can be read: whoever reads it counts on what was recorded before */ \
        put((struct header){.kind = SAID}, "", PARTS, COUNT, SIZE_MAX); \
        unlock(); \
      } \
      return REAL(name) ARGUMENTS; \
    } \
    lock(); \
    ssize_t result = REAL(name) ARGUMENTS; \
    if (result > 0) \
      put((struct header){.kind = WRITTEN, .file = status.st_ino, .position = POSITION}, path, PARTS, COUNT, \
        (size_t)result); \
    unlock(); \
    return result; \
  }

#define ONE ((struct iovec[]){{(void *)bytes, count}})
#define MOVED lseek(file, 0, SEEK_CUR) - result
WRITING(write, (int file, const void *bytes, size_t count), (file, bytes, count), ONE, 1, MOVED)
WRITING(pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at), ONE, 1, at)
WRITING(pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at), ONE, 1, at)
WRITING(writev, (int file, const struct iovec *parts, int count), (file, parts, count), parts, count, MOVED)
WRITING(pwritev, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at), parts, count, at)
WRITING(
  pwritev64, (int file, const struct iovec *parts, int count, off64_t at), (file, parts, count, at), parts, count, at)

// The folder that holds the data folder counts, too: its sync makes the data folder's own name certain.
static int synced_file(int file, char path[PATH_MAX], struct stat *status) {
  if (shim_file_below(file, path, status)) return 1;
  char *end = strrchr(shim_root, '/');
  if (!end || fstat(file, status) != 0 || !S_ISDIR(status->st_mode)) return 0;
  struct stat parent;
  snprintf(path, PATH_MAX, "%.*s", (int)(end - shim_root), shim_root);
  return stat(path, &parent) == 0 && parent.st_ino == status->st_ino && parent.st_dev == status->st_dev;
}

#define SYNCING(name) \
  int name(int file) { \
    char path[PATH_MAX]; \
    struct stat status; \
    if (log_file < 0 || !synced_file(file, path, &status)) return REAL(name)(file); \
    lock(); \
    int64_t begin = lseek(log_file, 0, SEEK_END); \
    unlock(); \
    int result = REAL(name)(file); \
    lock(); \
    if (result == 0) \
      put((struct header){.kind = SYNCED, .file = status.st_ino, .position = begin}, path, NULL, 0, 0); \
    unlock(); \
    return result; \
  }

SYNCING(fsync)
SYNCING(fdatasync)

#define RESIZING(name, type) \
  int name(int file, type size) { \
    char path[PATH_MAX]; \
    struct stat status; \
    if (log_file < 0 || !shim_file_below(file, path, &status)) return REAL(name)(file, size); \
    lock(); \
    int result = REAL(name)(file, size); \
    if (result == 0) put((struct header){.kind = RESIZED, .file = status.st_ino, .position = size}, path, NULL, 0, 0); \
    unlock(); \
    return result; \
  }

RESIZING(ftruncate, off_t)
RESIZING(ftruncate64, off64_t)

static int renamed(int result, const char *from, const char *to) {
  if (result == 0) put((struct header){.kind = RENAMED}, from, (struct iovec[]){{(void *)to, strlen(to)}}, 1, SIZE_MAX);
  return result;
}

int rename(const char *from, const char *to) {
  char old[PATH_MAX], new[PATH_MAX];
  int is_old_below = shim_path_below(AT_FDCWD, from, old), is_new_below = shim_path_below(AT_FDCWD, to, new);
  if (log_file < 0 || !(is_old_below || is_new_below)) return REAL(rename)(from, to);
  lock();
  int result = renamed(REAL(rename)(from, to), old, new);
  unlock();
  return result;
}

#define ON_PATH(name, KIND, PARAMETERS, ARGUMENTS, FOLDER) \
  int name PARAMETERS { \
    char full[PATH_MAX]; \
    if (log_file < 0 || !shim_path_below(FOLDER, path, full)) return REAL(name) ARGUMENTS; \
    lock(); \
    int result = REAL(name) ARGUMENTS; \
    if (result == 0) put((struct header){.kind = KIND}, full, NULL, 0, 0); \
    unlock(); \
    return result; \
  }

ON_PATH(unlink, UNLINKED, (const char *path), (path), AT_FDCWD)
ON_PATH(mkdir, MADE_FOLDER, (const char *path, mode_t mode), (path, mode), AT_FDCWD)
// Nothing calls these today. A record that lacks a change must not pass for whole, so they are marked.
ON_PATH(unlinkat, UNKNOWN, (int folder, const char *path, int flags), (folder, path, flags), folder)
ON_PATH(mkdirat, UNKNOWN, (int folder, const char *path, mode_t mode), (folder, path, mode), folder)
ON_PATH(rmdir, UNKNOWN, (const char *path), (path), AT_FDCWD)
ON_PATH(truncate, UNKNOWN, (const char *path, off_t size), (path, size), AT_FDCWD)

static int opened(int file, const char *path, int existed, int flags) {
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return file;
  uint64_t facts = (existed ? 0 : 1) | (flags & O_TRUNC ? 2 : 0);
  if (facts) put((struct header){.kind = OPENED, .file = status.st_ino, .flags = facts}, path, NULL, 0, 0);
  return file;
}

#define OPENING(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    char full[PATH_MAX]; \
    if (log_file < 0 || !(flags & (O_CREAT | O_TRUNC)) || !shim_path_below(AT_FDCWD, path, full)) \
      return REAL(name)(path, flags, mode); \
    lock(); \
    int existed = access(path, F_OK) == 0; \
    int file = opened(REAL(name)(path, flags, mode), full, existed, flags); \
    unlock(); \
    return file; \
  }

OPENING(open)
OPENING(open64)
