// gemm_s16 and gemm_s16s8: b holds pairs of CK_VALUE.
void CK_NAME(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor, const CK_VALUE *b,
             const float *b_factor, float *c, size_t ldc) {
  for (size_t j = 0; j < n; j += CK_PANEL, b += CK_PANEL * k) {
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    for (size_t i = 0; i < m; i++) {
      int32_t sum[CK_PANEL] = {0};
      for (size_t p = 0; p < k; p++)
        for (size_t x = 0; x < CK_PANEL; x++) sum[x] += a[i * lda + p] * b[(p / 2 * CK_PANEL + x) * 2 + p % 2];
      for (size_t x = 0; x < width; x++)
        c[i * ldc + j + x] = (float)sum[x] * (a_factor[i] * (b_factor ? b_factor[j + x] : 1));
    }
  }
}
