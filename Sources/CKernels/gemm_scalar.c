// The reference: written to be read. Fast enough to be the fallback of CPUs without a variant of their own.
#include "variants.h"

void ck_gemm_f32_scalar(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                        float *c, size_t ldc) {
  for (size_t j = 0; j < n; j += CK_F32_PANEL) {
    const float *panel = b + j * k;
    size_t width = n - j < CK_F32_PANEL ? n - j : CK_F32_PANEL;
    for (size_t i = 0; i < m; i++) {
      float sum[CK_F32_PANEL] = {0};
      for (size_t p = 0; p < k; p++)
        for (size_t x = 0; x < CK_F32_PANEL; x++) sum[x] += a[i * lda + p] * panel[p * CK_F32_PANEL + x];
      for (size_t x = 0; x < width; x++) c[i * ldc + j + x] = sum[x] + (bias ? bias[j + x] : 0);
    }
  }
}

void ck_gemm_s8_scalar(size_t m, size_t n, size_t k, const int8_t *a, const float *a_scale, const int8_t *b,
                       const float *b_scale, const float *bias, float *c, size_t ldc) {
  size_t depth = ck_s8_stride(k);
  for (size_t j = 0; j < n; j++) {
    const int8_t *panel = b + j / CK_S8_PANEL * CK_S8_PANEL * depth + j % CK_S8_PANEL * CK_S8_DEPTH;
    for (size_t i = 0; i < m; i++) {
      int32_t sum = 0;
      for (size_t p = 0; p < depth; p++)
        sum += a[i * depth + p] * panel[p / CK_S8_DEPTH * CK_S8_PANEL * CK_S8_DEPTH + p % CK_S8_DEPTH];
      c[i * ldc + j] = (float)sum / (a_scale[i] * b_scale[j]) + (bias ? bias[j] : 0);
    }
  }
}
