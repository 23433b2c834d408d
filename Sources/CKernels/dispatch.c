// Which variants this CPU can run. The compiler's probe also asks the operating system whether it saves the registers.
#include "variants.h"
#include <string.h>

static const ck_kernels *const *runnable(void) {
  static const ck_kernels *portable[] = {&ck_kernels_scalar, 0};
#if CK_HAS_AVX2
  static const ck_kernels *avx2[] = {&ck_kernels_avx2, &ck_kernels_scalar, 0};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2;
#endif
  return portable;
}

const ck_kernels *ck_kernels_best(void) { return runnable()[0]; }

const ck_kernels *ck_kernels_named(const char *name) {
  for (const ck_kernels *const *k = runnable(); *k; k++)
    if (!strcmp((*k)->name, name)) return *k;
  return 0;
}

const char *const *ck_kernels_available(void) {
  static const char *const portable[] = {"scalar", 0};
  static const char *const avx2[] = {"avx2", "scalar", 0};
  return runnable()[1] ? avx2 : portable;
}
