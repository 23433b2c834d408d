// Compares every variant that this CPU runs (and, when emulated, the others) with scalar. Prints what failed, last the
// number of checks and failures; exits 1 if any failed.
// Arguments: "quick" for fewer shapes, "unguarded" for buffers that end anywhere, a variant's name for the one that must
// be picked; "avx2-at-once" runs an AVX2 kernel without asking the CPU.
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const ck_kernels *variants[MAX_VARIANTS];
size_t variant_count;
bool quick;

enum { MAX_MAPPED = 1024 };
static bool unguarded;
static size_t checks, failures;
static struct {
  void *base;
  size_t bytes;
} mapped[MAX_MAPPED];
static size_t mapped_count;

void *guarded(size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), body = (bytes + page - 1) / page * page;
  char *base = mmap(0, body + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED || mapped_count == MAX_MAPPED) abort();
  memset(base, 0xFF, body);
  if (!unguarded && mprotect(base + body, page, PROT_NONE)) abort();
  mapped[mapped_count].base = base;
  mapped[mapped_count++].bytes = body + page;
  return base + body - bytes;
}

void release_all(void) {
  while (mapped_count) mapped_count--, munmap(mapped[mapped_count].base, mapped[mapped_count].bytes);
}

float uniform(void) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)(int32_t)(state >> 32) / 2147483648.0f;
}

void fill(float *x, size_t count, float gain) {
  for (size_t i = 0; i < count; i++) x[i] = uniform() * gain;
}

bool same(const void *x, const void *y, size_t bytes) { return !memcmp(x, y, bytes); }

void expect(const char *what, const char *variant, bool holds, shape s) {
  checks++;
  if (!holds && failures++ < 20) printf("FAILED %s %s m=%zu n=%zu k=%zu\n", variant, what, s.m, s.n, s.k);
}

static void collect_variants(void) {
  variants[variant_count++] = &ck_kernels_scalar;
  for (const char *const *name = ck_kernels_available(); *name; name++)
    if (strcmp(*name, "scalar")) variants[variant_count++] = ck_kernels_named(*name);
#ifdef CHECK_EMULATED
  if (!ck_kernels_named("avx2")) {
    puts("FAILED the emulation of AVX-512 and AVX-VNNI runs on AVX2, which this CPU lacks");
    exit(1);
  }
  static const ck_kernels *const emulated[] = {&ck_kernels_avx512, &ck_kernels_avxvnni};
  for (size_t i = 0; i < 2; i++)
    if (!ck_kernels_named(emulated[i]->name)) variants[variant_count++] = emulated[i];
#endif
}

static void run_avx2_at_once(void) {
#if CK_HAS_AVX2
  float x[64] = {0}, y[64] = {0};
  ck_kernels_avx2.add(64, x, y);
  printf("AVX2 ran: %g\n", (double)y[0]);
#endif
  exit(0);
}

int main(int count, char **arguments) {
  const char *best = ck_kernels_best()->name;
  collect_variants();
  for (int i = 1; i < count; i++) {
    if (!strcmp(arguments[i], "avx2-at-once")) run_avx2_at_once();
    if (!strcmp(arguments[i], "unguarded"))
      unguarded = true;
    else if (!strcmp(arguments[i], "quick"))
      quick = true;
    else
      expect("is picked instead", best, !strcmp(best, arguments[i]), (shape){0});
  }
  check_packing();
  check_products();
  check_rows();
  check_mel();
  for (size_t v = 0; v < variant_count; v++) printf("%s ", variants[v]->name);
  printf("(picks %s): %zu checks, %zu failures\n", best, checks, failures);
  return failures > 0;
}
