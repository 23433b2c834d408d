// gemm_s8_avx2: activations are kept in 16 bits and weights are widened on the way, because the byte instruction of AVX2
// saturates. Many rows: a slice of a panel is widened once into the L1 cache and serves them all. Few rows: the weights come
// from memory once, and widening them in registers is free beside that. From three rows on a panel is gone over twice, for
// want of registers; each pass then fetches half of the next panel, so that memory is read as evenly as products are made.
#include "s16_avx2.h"
#if CK_HAS_AVX2

enum { SLICE = 512, BLOCK_ROWS = 16 * S16_ROWS, FEW_ROWS = 6, PREFETCH_BYTES = 1024 };

typedef struct {
  size_t depth;  // of a padded row of a
  const int16_t *a;
  const float *a_scale;
  const int8_t *b;  // values of one panel
  float *c;
  size_t ldc, width;
  __m256 scale[2], bias[2];
} s8_panel;

CK_INLINE_AVX2 void store(const s8_panel *t, size_t row, __m256 low, __m256 high) {
  __m256 scale = _mm256_set1_ps(t->a_scale[row]);
  low = _mm256_add_ps(_mm256_div_ps(low, _mm256_mul_ps(scale, t->scale[0])), t->bias[0]);
  high = _mm256_add_ps(_mm256_div_ps(high, _mm256_mul_ps(scale, t->scale[1])), t->bias[1]);
  s16_store(t->c + row * t->ldc, t->width, low, high);
}

// 16 columns by 4 bytes become two rows of 16 pairs.
CK_INLINE_AVX2 void widen(size_t k, const int8_t *b, int16_t *wide) {
  for (size_t p = 0; p < k; p += 4, b += 64, wide += 64) {
    for (size_t half = 0; half < 2; half++) {
      __m256 x = _mm256_castsi256_ps(_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + 32 * half))));
      __m256 y = _mm256_castsi256_ps(_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + 32 * half + 16))));
      __m256i even = _mm256_castps_si256(_mm256_shuffle_ps(x, y, 0x88));
      __m256i odd = _mm256_castps_si256(_mm256_shuffle_ps(x, y, 0xDD));
      _mm256_storeu_si256((__m256i *)(wide + 16 * half), _mm256_permute4x64_epi64(even, 0xD8));
      _mm256_storeu_si256((__m256i *)(wide + 32 + 16 * half), _mm256_permute4x64_epi64(odd, 0xD8));
    }
  }
}

CK_AVX2 static void many_rows(size_t m, const s8_panel *t) {
  int16_t wide[SLICE * CK_PANEL] __attribute__((aligned(64)));
  int32_t sums[BLOCK_ROWS * CK_PANEL] __attribute__((aligned(64)));
  for (size_t top = 0; top < m; top += BLOCK_ROWS) {
    size_t rows = m - top < BLOCK_ROWS ? m - top : BLOCK_ROWS;
    for (size_t p = 0; p < t->depth; p += SLICE) {
      size_t k = t->depth - p < SLICE ? t->depth - p : SLICE;
      widen(k, t->b + p * CK_PANEL, wide);
      for (size_t i = 0; i < rows; i += S16_ROWS)
        s16_tile(rows - i < S16_ROWS ? rows - i : S16_ROWS, k, t->a + (top + i) * t->depth + p, t->depth, wide,
                 sums + i * CK_PANEL, p > 0);
    }
    for (size_t i = 0; i < rows; i++) store(t, top + i, s16_sum(sums, i, 0), s16_sum(sums, i, 1));
  }
}

CK_INLINE_AVX2 __m256i four(const int16_t *a) {
  int64_t values;
  memcpy(&values, a, sizeof values);
  return _mm256_set1_epi64x(values);
}

// Adds the two halves of each column's sum; eight columns come in two registers of four.
CK_INLINE_AVX2 __m256 halves_added(__m256i x, __m256i y) {
  __m256 a = _mm256_castsi256_ps(x), b = _mm256_castsi256_ps(y);
  __m256i sum = _mm256_add_epi32(_mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88)),
                                 _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xDD)));
  return _mm256_cvtepi32_ps(_mm256_permute4x64_epi64(sum, 0xD8));
}

// Fetches what is wanted next: the line some way on where this pass is the panel's only one, else a part of the next panel.
CK_INLINE_AVX2 void fetch(size_t p, size_t first, size_t parts, const s8_panel *t) {
  const char *b = (const char *)t->b;
  if (parts == 4)
    _mm_prefetch(b + p * CK_PANEL + PREFETCH_BYTES, _MM_HINT_T0);
  else
    _mm_prefetch(b + ((first > 0) * t->depth + p) * CK_PANEL / 2 + t->depth * CK_PANEL + CK_PANEL * sizeof(int32_t),
                 _MM_HINT_T1);
}

// `parts` registers of four columns, from column 4 * first on: as many as leave registers for the sums of all rows.
CK_INLINE_AVX2 void sum_columns(size_t rows, size_t first, size_t parts, const s8_panel *t, __m256 *out) {
  __m256i sum[FEW_ROWS][4];
  for (size_t r = 0; r < rows; r++)
    for (size_t q = 0; q < parts; q++) sum[r][q] = _mm256_setzero_si256();
#pragma clang loop unroll_count(2)
  for (size_t p = 0; p < t->depth; p += CK_S8_DEPTH) {
    const int8_t *b = t->b + p * CK_PANEL + 16 * first;
    fetch(p, first, parts, t);
    __m256i y[4];
    for (size_t q = 0; q < parts; q++) y[q] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + 16 * q)));
    for (size_t r = 0; r < rows; r++) {
      __m256i x = four(t->a + r * t->depth + p);
      for (size_t q = 0; q < parts; q++) sum[r][q] = _mm256_add_epi32(sum[r][q], _mm256_madd_epi16(x, y[q]));
    }
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t q = 0; q < parts; q += 2) out[2 * r + (first + q) / 2] = halves_added(sum[r][q], sum[r][q + 1]);
}

CK_INLINE_AVX2 void few_rows_of(size_t rows, const s8_panel *t) {
  __m256 out[2 * FEW_ROWS];
  if (rows <= 2) {
    sum_columns(rows, 0, 4, t, out);
  } else {
#pragma clang loop unroll(disable)
    for (size_t first = 0; first < 4; first += 2) sum_columns(rows, first, 2, t, out);
  }
  for (size_t r = 0; r < rows; r++) store(t, r, out[2 * r], out[2 * r + 1]);
}

CK_AVX2 static void few_rows(size_t m, const s8_panel *t) {
  switch (m) {
    case 1: few_rows_of(1, t); break;
    case 2: few_rows_of(2, t); break;
    case 3: few_rows_of(3, t); break;
    case 4: few_rows_of(4, t); break;
    case 5: few_rows_of(5, t); break;
    case 6: few_rows_of(6, t); break;
  }
}

CK_AVX2 void ck_gemm_s8_avx2(size_t m, size_t n, size_t k, const void *a, const float *a_scale, const int8_t *b,
                             const float *b_scale, const float *bias, float *c, size_t ldc) {
  for (size_t j = 0; j < n; j += CK_PANEL, b += ck_s8_panel_size(k)) {
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    float padded[2][CK_PANEL] = {{0}};
    for (size_t x = 0; x < CK_PANEL; x++) padded[0][x] = x < width ? b_scale[j + x] : 1;
    if (bias) memcpy(padded[1], bias + j, width * sizeof(float));
    s8_panel t = {ck_s8_stride(k), a, a_scale, b + CK_PANEL * sizeof(int32_t), c + j, ldc, width,
                  {_mm256_loadu_ps(padded[0]), _mm256_loadu_ps(padded[0] + 8)},
                  {_mm256_loadu_ps(padded[1]), _mm256_loadu_ps(padded[1] + 8)}};
    if (m > FEW_ROWS)
      many_rows(m, &t);
    else
      few_rows(m, &t);
  }
}
#endif
