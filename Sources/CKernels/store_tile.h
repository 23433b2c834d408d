// The end of every tile: `finish`, the including file's, turns sums into floats.
enum { PANEL_VECTORS = CK_PANEL / LANES };

CK_INLINE void store_tile(size_t rows, size_t vectors, const product *g, size_t i, size_t j,
                          vector sum[TILE_ROWS][FEW_PANELS * PANEL_VECTORS]) {
#pragma clang loop unroll(full)
  for (size_t v = 0; v < vectors; v++) {
    size_t column = j * CK_PANEL + v * LANES;
    if (column >= g->n) return;
    size_t width = smaller(g->n - column, LANES);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      floats y = finish(g, i + r, column, width, sum[r][v]);
      store_part(g->c + (i + r) * g->ldc + column, width, y);
    }
  }
}
