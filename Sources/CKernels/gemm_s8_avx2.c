// gemm_s8s8_4x16_avx2. The pair instruction multiplies unsigned by signed bytes and saturates at 16 bits. Both sides are
// within -127...127, so |a| times (b with the sign of a) never passes 2 * 127 * 127 = 32258 and every sum is exact.
#include "variants.h"
#if CK_HAS_AVX2
#include <immintrin.h>
#include <string.h>

enum { TILE_ROWS = 4, PANEL_BYTES = CK_S8_PANEL * CK_S8_DEPTH };

typedef struct {
  size_t depth, panels;  // bytes of one row of a; panels of this tile, 1 or 2
  const int8_t *a, *b;
  const float *a_scale, *b_scale, *bias;
  float *c;
  size_t ldc, width;  // columns of c that exist, up to 8 * panels
} s8_tile;

CK_AVX2 static inline __attribute__((always_inline)) __m256i multiply_add(__m256i sum, __m256i a, __m256i magnitude,
                                                                          __m256i b) {
  __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(b, a));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

CK_AVX2 static inline __attribute__((always_inline)) void store(const s8_tile *t, size_t row, size_t panel,
                                                                __m256i sum) {
  size_t column = panel * CK_S8_PANEL;
  size_t width = t->width - column < CK_S8_PANEL ? t->width - column : CK_S8_PANEL;
  float scale[CK_S8_PANEL] = {1, 1, 1, 1, 1, 1, 1, 1}, bias[CK_S8_PANEL] = {0}, out[CK_S8_PANEL];
  memcpy(scale, t->b_scale + column, width * sizeof(float));
  if (t->bias) memcpy(bias, t->bias + column, width * sizeof(float));
  __m256 divisor = _mm256_mul_ps(_mm256_set1_ps(t->a_scale[row]), _mm256_loadu_ps(scale));
  __m256 value = _mm256_add_ps(_mm256_div_ps(_mm256_cvtepi32_ps(sum), divisor), _mm256_loadu_ps(bias));
  _mm256_storeu_ps(out, value);
  memcpy(t->c + row * t->ldc + column, out, width * sizeof(float));
}

CK_AVX2 static inline __attribute__((always_inline)) void tile(size_t rows, size_t panels, const s8_tile *t) {
  __m256i sum[TILE_ROWS][2];
  for (size_t r = 0; r < rows; r++) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
  size_t panel_size = t->depth * CK_S8_PANEL;
  for (size_t p = 0; p < t->depth; p += CK_S8_DEPTH) {
    const int8_t *b = t->b + p * CK_S8_PANEL;
    __m256i b0 = _mm256_loadu_si256((const __m256i *)b);
    __m256i b1 = panels == 2 ? _mm256_loadu_si256((const __m256i *)(b + panel_size)) : b0;
    for (size_t r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, t->a + r * t->depth + p, 4);
      __m256i a = _mm256_set1_epi32(four), magnitude = _mm256_abs_epi8(a);
      sum[r][0] = multiply_add(sum[r][0], a, magnitude, b0);
      if (panels == 2) sum[r][1] = multiply_add(sum[r][1], a, magnitude, b1);
    }
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t panel = 0; panel < panels; panel++) store(t, r, panel, sum[r][panel]);
}

CK_AVX2 static void any_tile(size_t rows, const s8_tile *t) {
  if (t->panels == 1) {
    for (size_t r = 0; r < rows; r++) {
      s8_tile one = *t;
      one.a += r * t->depth, one.a_scale += r, one.c += r * t->ldc;
      tile(1, 1, &one);
    }
    return;
  }
  switch (rows) {
    case 1: tile(1, 2, t); break;
    case 2: tile(2, 2, t); break;
    case 3: tile(3, 2, t); break;
    default: tile(4, 2, t); break;
  }
}

CK_AVX2 void ck_gemm_s8_avx2(size_t m, size_t n, size_t k, const int8_t *a, const float *a_scale, const int8_t *b,
                             const float *b_scale, const float *bias, float *c, size_t ldc) {
  enum { A_BLOCK_BYTES = 128 * 1024, TILE_COLUMNS = 2 * CK_S8_PANEL };
  size_t depth = ck_s8_stride(k);
  size_t block = A_BLOCK_BYTES / (depth ? depth : 1) / TILE_ROWS * TILE_ROWS;
  if (block < TILE_ROWS) block = TILE_ROWS;
  for (size_t top = 0; top < m; top += block) {
    size_t bottom = m - top < block ? m : top + block;
    for (size_t j = 0; j < n; j += TILE_COLUMNS) {
      size_t width = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
      for (size_t i = top; i < bottom; i += TILE_ROWS) {
        s8_tile t = {depth, width > CK_S8_PANEL ? 2 : 1, a + i * depth, b + j * depth, a_scale + i,
                     b_scale + j, bias ? bias + j : 0, c + i * ldc + j, ldc, width};
        any_tile(bottom - i < TILE_ROWS ? bottom - i : TILE_ROWS, &t);
      }
    }
  }
}
#endif
