// gemm_s8_4x16_neon, for CPUs without dot products. No byte is -128, so two products fit 16 bits.
#if defined(__aarch64__)
#define CK_TARGET CK_NEON
#define CK_NAME(op) op##_neon
#include "vectors_neon.h"

typedef integers vector;
typedef int8x16x4_t columns;

CK_INLINE columns load_columns(const char *b) { return vld1q_s8_x4((const int8_t *)b); }

CK_INLINE void add_products(vector *sum, int8x16_t row, size_t lane, const columns *step) {
  int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(vreinterpretq_s32_s8(row)[lane]));
  for (size_t v = 0; v < CK_PANEL / LANES; v++) {
    int16x8_t low = vmull_s8(vget_low_s8(step->val[v]), vget_low_s8(x)), high = vmull_high_s8(step->val[v], x);
    sum[v] = vpadalq_s16(sum[v], vpaddq_s16(low, high));
  }
}

#include "gemm_s8_template.h"
#endif
