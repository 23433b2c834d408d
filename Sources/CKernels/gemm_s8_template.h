// gemm_s8 around the steps that the including file has defined. Dividing in the reference's order keeps its bits.
CK_INLINE floats finish(const product *g, size_t i, size_t column, size_t width, integers sum) {
  floats scale = times(floats_repeated(g->row_factor + i), load_part(g->column_factor + column, width));
  return plus(over(floats_of(sum), scale), load_part(g->bias ? g->bias + column : 0, width));
}

#include CK_TILE

CK_TARGET void CK_NAME(ck_gemm_s8)(size_t m, size_t n, size_t k, const void *a, const float *a_scale, const int8_t *b,
                                   const float *b_scale, const float *bias, float *c, size_t ldc) {
  size_t depth = ck_s8_stride(k);
  product g = {m, n, depth / STEP, a, depth, (const char *)b + CK_PANEL * sizeof(int32_t), ck_s8_panel_size(k),
               a_scale, b_scale, bias, c, ldc};
  multiply(&g);
}
