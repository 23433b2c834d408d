// The reference: written to be read. Fast enough to be the fallback of CPUs without a variant of their own.
#include "variants.h"

void ck_gemm_f32_scalar(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                        float *c, size_t ldc) {
  for (size_t j = 0; j < n; j += CK_PANEL) {
    const float *panel = b + j * k;
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    for (size_t i = 0; i < m; i++) {
      float sum[CK_PANEL] = {0};
      for (size_t p = 0; p < k; p++)
        for (size_t x = 0; x < CK_PANEL; x++) sum[x] += a[i * lda + p] * panel[p * CK_PANEL + x];
      for (size_t x = 0; x < width; x++) c[i * ldc + j + x] = sum[x] + (bias ? bias[j + x] : 0);
    }
  }
}

void ck_gemm_s8_scalar(size_t m, size_t n, size_t k, const void *a, const float *a_scale, const int8_t *b,
                       const float *b_scale, const float *bias, float *c, size_t ldc) {
  const int8_t *rows = a;
  size_t depth = ck_s8_stride(k);
  for (size_t j = 0; j < n; j += CK_PANEL, b += ck_s8_panel_size(k)) {
    const int8_t *panel = b + CK_PANEL * sizeof(int32_t);
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    for (size_t i = 0; i < m; i++) {
      int32_t sum[CK_PANEL] = {0};
      for (size_t p = 0; p < depth; p++)
        for (size_t x = 0; x < CK_PANEL; x++)
          sum[x] += rows[i * depth + p] * panel[(p / CK_S8_DEPTH * CK_PANEL + x) * CK_S8_DEPTH + p % CK_S8_DEPTH];
      for (size_t x = 0; x < width; x++)
        c[i * ldc + j + x] = (float)sum[x] / (a_scale[i] * b_scale[j + x]) + (bias ? bias[j + x] : 0);
    }
  }
}

#define CK_VALUE int16_t
#define CK_NAME ck_gemm_s16_scalar
#include "gemm_s16_scalar_template.h"
#undef CK_VALUE
#undef CK_NAME

#define CK_VALUE int8_t
#define CK_NAME ck_gemm_s16s8_scalar
#include "gemm_s16_scalar_template.h"
