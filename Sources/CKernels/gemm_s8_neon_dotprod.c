// gemm_s8_4x16_neon_dotprod: sdot adds four products of bytes to 32 bits at once.
#if defined(__aarch64__)
#define CK_TARGET CK_NEON_DOTPROD
#define CK_NAME(op) op##_neon_dotprod
#include "vectors_neon.h"

typedef integers vector;
typedef int8x16x4_t columns;

CK_INLINE columns load_columns(const char *b) { return vld1q_s8_x4((const int8_t *)b); }

CK_INLINE void add_products(vector *sum, int8x16_t row, size_t lane, const columns *step) {
  int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(vreinterpretq_s32_s8(row)[lane]));
  for (size_t v = 0; v < CK_PANEL / LANES; v++) sum[v] = vdotq_s32(sum[v], step->val[v], x);
}

#include "gemm_s8_template.h"
#endif
