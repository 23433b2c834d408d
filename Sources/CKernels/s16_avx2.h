// The tile of 16-bit products that the int16 and int8 matrix products share.
#ifndef CK_S16_AVX2_H
#define CK_S16_AVX2_H
#include "variants.h"
#if CK_HAS_AVX2
#include <immintrin.h>
#include <string.h>

enum { S16_ROWS = 6, S16_AHEAD = 4096 };

#define CK_INLINE_AVX2 CK_AVX2 static inline __attribute__((always_inline))

CK_INLINE_AVX2 __m256i s16_pair(const int16_t *a) {
  int32_t pair;
  memcpy(&pair, a, sizeof pair);
  return _mm256_set1_epi32(pair);
}

// `rows` is a constant after inlining, so the loops over it are unrolled into registers. b is fetched ahead: where it comes
// from memory that counts, where it lies in a cache it costs next to nothing.
CK_INLINE_AVX2 void s16_tile_of(size_t rows, size_t k, const int16_t *a, size_t lda, const int16_t *b, int32_t *sums,
                                int onto) {
  __m256i low[S16_ROWS], high[S16_ROWS];
  for (size_t r = 0; r < rows; r++) {
    low[r] = onto ? _mm256_loadu_si256((const __m256i *)(sums + r * CK_PANEL)) : _mm256_setzero_si256();
    high[r] = onto ? _mm256_loadu_si256((const __m256i *)(sums + r * CK_PANEL + 8)) : _mm256_setzero_si256();
  }
#pragma clang loop unroll_count(2)
  for (size_t p = 0; p < k; p += 2) {
    __m256i b0 = _mm256_loadu_si256((const __m256i *)(b + p * CK_PANEL));
    __m256i b1 = _mm256_loadu_si256((const __m256i *)(b + p * CK_PANEL + CK_PANEL));
    _mm_prefetch((const char *)(b + p * CK_PANEL) + S16_AHEAD, _MM_HINT_T0);
    for (size_t r = 0; r < rows; r++) {
      __m256i x = s16_pair(a + r * lda + p);
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(x, b0));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(x, b1));
    }
  }
  for (size_t r = 0; r < rows; r++) {
    _mm256_storeu_si256((__m256i *)(sums + r * CK_PANEL), low[r]);
    _mm256_storeu_si256((__m256i *)(sums + r * CK_PANEL + 8), high[r]);
  }
}

// sums[rows,16] = a[rows,k] * b, or added to what sums holds.
CK_INLINE_AVX2 void s16_tile(size_t rows, size_t k, const int16_t *a, size_t lda, const int16_t *b, int32_t *sums,
                             int onto) {
  switch (rows) {
    case 1: s16_tile_of(1, k, a, lda, b, sums, onto); break;
    case 2: s16_tile_of(2, k, a, lda, b, sums, onto); break;
    case 3: s16_tile_of(3, k, a, lda, b, sums, onto); break;
    case 4: s16_tile_of(4, k, a, lda, b, sums, onto); break;
    case 5: s16_tile_of(5, k, a, lda, b, sums, onto); break;
    default: s16_tile_of(6, k, a, lda, b, sums, onto); break;
  }
}

// Eight sums of a row as floats.
CK_INLINE_AVX2 __m256 s16_sum(const int32_t *sums, size_t row, size_t half) {
  return _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(sums + row * CK_PANEL + 8 * half)));
}

CK_INLINE_AVX2 void s16_store(float *c, size_t width, __m256 low, __m256 high) {
  float padded[CK_PANEL];
  float *out = width == CK_PANEL ? c : padded;
  _mm256_storeu_ps(out, low);
  _mm256_storeu_ps(out + 8, high);
  if (width < CK_PANEL) memcpy(c, padded, width * sizeof(float));
}
#endif
#endif
