// gemm_f32 around the steps that the including file has defined.
CK_INLINE floats finish(const product *g, size_t i, size_t column, size_t width, floats sum) {
  (void)i;
  return plus(sum, load_part(g->bias ? g->bias + column : 0, width));
}

#include CK_TILE

CK_TARGET void CK_NAME(ck_gemm_f32)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                                    const float *bias, float *c, size_t ldc) {
  product g = {m, n, k, (const char *)a, lda * sizeof *a, (const char *)b, CK_PANEL * k * sizeof *b,
               0, 0, bias, c, ldc};
  multiply(&g);
}
