// gemm_f32_4x16_neon.
#if defined(__aarch64__)
#define CK_TARGET CK_NEON
#define CK_NAME(op) op##_neon
#include "vectors_neon.h"

typedef floats vector;
typedef float32x4x4_t columns;

CK_INLINE columns load_columns(const char *b) { return vld1q_f32_x4((const float *)b); }

CK_INLINE void add_products(vector *sum, int8x16_t row, size_t lane, const columns *step) {
  floats x = vdupq_n_f32(vreinterpretq_f32_s8(row)[lane]);
  for (size_t v = 0; v < CK_PANEL / LANES; v++) sum[v] = vfmaq_f32(sum[v], step->val[v], x);
}

#include "gemm_f32_template.h"
#endif
