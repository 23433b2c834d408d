// gemm_s16 around the steps that the including file has defined.
CK_INLINE floats finish(const product *g, size_t i, size_t column, size_t width, integers sum) {
  floats factor = floats_repeated(g->row_factor + i);
  if (g->column_factor) factor = times(factor, load_part(g->column_factor + column, width));
  return times(floats_of(sum), factor);
}

#include CK_TILE

CK_TARGET void CK_NAME(ck_gemm_s16)(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor,
                                    const int16_t *b, const float *b_factor, float *c, size_t ldc) {
  product g = {m, n, k / 2, (const char *)a, lda * sizeof *a, (const char *)b, CK_PANEL * k * sizeof *b,
               a_factor, b_factor, 0, c, ldc};
  multiply(&g);
}
