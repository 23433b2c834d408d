// Packing for gemm_s16 and gemm_s16s8: panels [k/2][16][2] of CK_VALUE.
void CK_NAME(rows)(size_t first, size_t rows, size_t k, const int16_t *b, size_t ldb, CK_VALUE *packed) {
  packed += first * k;
  for (size_t j = 0; j < rows; j += CK_PANEL, packed += CK_PANEL * k) {
    size_t width = rows - j < CK_PANEL ? rows - j : CK_PANEL;
    if (width < CK_PANEL) memset(packed, 0, CK_PANEL * k * sizeof *packed);
    for (size_t c = 0; c < width; c++) {
      const int16_t *row = b + (j + c) * ldb;
      CK_VALUE *panel = packed + 2 * c;
      for (size_t p = 0; p < k; p += 2, panel += 2 * CK_PANEL) {
        panel[0] = (CK_VALUE)row[p];
        panel[1] = (CK_VALUE)row[p + 1];
      }
    }
  }
}

void CK_NAME(columns)(size_t first, size_t depth, size_t n, size_t k, const int16_t *b, size_t ldb, CK_VALUE *packed) {
  static const int16_t zeros[CK_PANEL];
  for (size_t j = 0; j < n; j += CK_PANEL) {
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    CK_VALUE *panel = packed + j * k + first * CK_PANEL;
    if (width < CK_PANEL) memset(panel, 0, CK_PANEL * ((depth + 1) / 2 * 2) * sizeof *panel);
    for (size_t p = 0; p < depth; p += 2, panel += 2 * CK_PANEL) {
      const int16_t *even = b + p * ldb + j, *odd = p + 1 < depth ? even + ldb : zeros;
      for (size_t c = 0; c < width; c++) {
        panel[2 * c] = (CK_VALUE)even[c];
        panel[2 * c + 1] = (CK_VALUE)odd[c];
      }
    }
  }
}
