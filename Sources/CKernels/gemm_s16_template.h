// gemm_s16, or gemm_s16s8 with CK_HALF_WIDE, around the steps that the including file has defined.
CK_INLINE floats finish(const product *g, size_t i, size_t column, size_t width, integers sum) {
  floats factor = floats_repeated(g->row_factor + i);
  if (g->column_factor) factor = times(factor, load_part(g->column_factor + column, width));
  return times(floats_of(sum), factor);
}

#include CK_TILE

#ifdef CK_HALF_WIDE
#define CK_GEMM CK_NAME(ck_gemm_s16s8)
#define CK_VALUE int8_t
#else
#define CK_GEMM CK_NAME(ck_gemm_s16)
#define CK_VALUE int16_t
#endif

CK_TARGET void CK_GEMM(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor,
                       const CK_VALUE *b, const float *b_factor, float *c, size_t ldc) {
  product g = {m, n, k / 2, (const char *)a, lda * sizeof *a, (const char *)b, CK_PANEL * k * sizeof *b,
               a_factor, b_factor, 0, c, ldc};
  multiply(&g);
}
