// gemm_f32_12x32_avx512: 24 accumulators of sixteen floats.
#if defined(__x86_64__)
#include "vectors_avx512.h"
#define CK_NAME(op) op##_avx512

typedef floats vector;

CK_INLINE vector load(const char *b) { return floats_from(b); }
CK_INLINE vector broadcast(const char *a) { return floats_repeated(a); }

CK_INLINE vector first_sum(const char *panel, size_t lane) {
  (void)panel, (void)lane;
  return _mm512_setzero_ps();
}

CK_INLINE vector add_products(vector sum, vector row, vector columns) { return _mm512_fmadd_ps(row, columns, sum); }

#include "gemm_f32_template.h"
#endif
