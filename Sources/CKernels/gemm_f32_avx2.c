// gemm_f32_6x16_avx2: twelve accumulators of eight floats; b is streamed panel by panel, a stays in the L2 cache.
#include "variants.h"
#if CK_HAS_AVX2
#include <immintrin.h>
#include <string.h>

enum { TILE_ROWS = 6, A_BLOCK_FLOATS = 64 * 1024 };

// One tile: `rows` is a constant after inlining, so the loops over it are unrolled into registers.
CK_AVX2 static inline __attribute__((always_inline)) void tile(size_t rows, size_t k, const float *a, size_t lda,
                                                               const float *b, const float *bias, float *c,
                                                               size_t ldc, size_t width) {
  __m256 low[TILE_ROWS], high[TILE_ROWS];
  for (size_t r = 0; r < rows; r++) low[r] = high[r] = _mm256_setzero_ps();
  for (size_t p = 0; p < k; p++) {
    __m256 b0 = _mm256_loadu_ps(b + p * CK_PANEL), b1 = _mm256_loadu_ps(b + p * CK_PANEL + 8);
    for (size_t r = 0; r < rows; r++) {
      __m256 x = _mm256_broadcast_ss(a + r * lda + p);
      low[r] = _mm256_fmadd_ps(x, b0, low[r]);
      high[r] = _mm256_fmadd_ps(x, b1, high[r]);
    }
  }
  float padded[CK_PANEL] = {0};
  if (bias) memcpy(padded, bias, width * sizeof(float));
  __m256 bias0 = _mm256_loadu_ps(padded), bias1 = _mm256_loadu_ps(padded + 8);
  for (size_t r = 0; r < rows; r++) {
    __m256 y0 = _mm256_add_ps(low[r], bias0), y1 = _mm256_add_ps(high[r], bias1);
    float *out = width == CK_PANEL ? c + r * ldc : padded;
    _mm256_storeu_ps(out, y0);
    _mm256_storeu_ps(out + 8, y1);
    if (width < CK_PANEL) memcpy(c + r * ldc, padded, width * sizeof(float));
  }
}

CK_AVX2 static void any_tile(size_t rows, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                             float *c, size_t ldc, size_t width) {
  switch (rows) {
    case 1: tile(1, k, a, lda, b, bias, c, ldc, width); break;
    case 2: tile(2, k, a, lda, b, bias, c, ldc, width); break;
    case 3: tile(3, k, a, lda, b, bias, c, ldc, width); break;
    case 4: tile(4, k, a, lda, b, bias, c, ldc, width); break;
    case 5: tile(5, k, a, lda, b, bias, c, ldc, width); break;
    default: tile(6, k, a, lda, b, bias, c, ldc, width); break;
  }
}

CK_AVX2 void ck_gemm_f32_avx2(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                              const float *bias, float *c, size_t ldc) {
  size_t block = A_BLOCK_FLOATS / (k ? k : 1) / TILE_ROWS * TILE_ROWS;
  if (block < TILE_ROWS) block = TILE_ROWS;
  for (size_t top = 0; top < m; top += block) {
    size_t bottom = m - top < block ? m : top + block;
    for (size_t j = 0; j < n; j += CK_PANEL) {
      size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
      for (size_t i = top; i < bottom; i += TILE_ROWS) {
        size_t rows = bottom - i < TILE_ROWS ? bottom - i : TILE_ROWS;
        any_tile(rows, k, a + i * lda, lda, b + j * k, bias ? bias + j : 0, c + i * ldc + j, ldc, width);
      }
    }
  }
}
#endif
