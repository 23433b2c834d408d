// Which variants this CPU can run. The compiler's probe also asks the operating system whether it saves the registers.
#include "variants.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
  const ck_kernels *kernels;
  int (*supported)(void);
} variant;

static int always(void) { return 1; }

#if CK_HAS_AVX2
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_avxvnni(void) { return has_avx2() && __builtin_cpu_supports("avxvnni"); }

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}
#endif

#if CK_HAS_NEON && defined(__linux__)
#include <sys/auxv.h>

static int has_dotprod(void) { return (getauxval(AT_HWCAP) >> 20 & 1) != 0; }                   // HWCAP_ASIMDDP
static int has_i8mm(void) { return has_dotprod() && (getauxval(AT_HWCAP2) >> 13 & 1) != 0; }  // HWCAP2_I8MM
#elif CK_HAS_NEON && defined(__APPLE__)
#include <sys/sysctl.h>

static int has_dotprod(void) { return 1; }  // since the first Mac of the kind

static int has_i8mm(void) {
  int32_t has = 0;
  size_t size = sizeof has;
  return !sysctlbyname("hw.optional.arm.FEAT_I8MM", &has, &size, 0, 0) && has;
}
#elif CK_HAS_NEON
static int has_dotprod(void) { return 0; }
static int has_i8mm(void) { return 0; }
#endif

// Best first.
static const variant variants[] = {
#if CK_HAS_AVX2
    {&ck_kernels_avx512, has_avx512},
    {&ck_kernels_avxvnni, has_avxvnni},
    {&ck_kernels_avx2, has_avx2},
#elif CK_HAS_NEON
    {&ck_kernels_neon_i8mm, has_i8mm},
    {&ck_kernels_neon_dotprod, has_dotprod},
    {&ck_kernels_neon, always},
#endif
    {&ck_kernels_scalar, always},
};

enum { VARIANTS = sizeof variants / sizeof *variants };

static const ck_kernels *runnable[VARIANTS + 1];
static const char *names[VARIANTS + 1];

// FIELDOS_KERNELS names the best variant that may be used. A name that this CPU can't run changes nothing.
static void drop_better(size_t count) {
  const char *best = getenv("FIELDOS_KERNELS");
  for (size_t i = 0; best && i < count; i++) {
    if (strcmp(names[i], best)) continue;
    memmove(runnable, runnable + i, (VARIANTS + 1 - i) * sizeof *runnable);
    memmove(names, names + i, (VARIANTS + 1 - i) * sizeof *names);
    return;
  }
}

// Before main, so that no caller waits for another.
__attribute__((constructor)) static void probe(void) {
#if CK_HAS_AVX2
  __builtin_cpu_init();
#endif
  size_t count = 0;
  for (const variant *v = variants; v < variants + VARIANTS; v++) {
    if (!v->supported()) continue;
    runnable[count] = v->kernels;
    names[count++] = v->kernels->name;
  }
  drop_better(count);
}

const ck_kernels *ck_kernels_best(void) { return runnable[0]; }

const ck_kernels *ck_kernels_named(const char *name) {
  for (const ck_kernels *const *k = runnable; *k; k++)
    if (!strcmp((*k)->name, name)) return *k;
  return 0;
}

const char *const *ck_kernels_available(void) { return names; }
