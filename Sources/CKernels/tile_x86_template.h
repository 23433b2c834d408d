// The register tile of x86: one accumulator an output, k ascending, so that a float sum is the same bits whatever the
// width of the registers. The including file names the registers (vectors_*.h) and defines, for its product, `vector`
// (what holds sums and their factors), `load`, `broadcast`, `first_sum` and `add_products`.
#include "store_tile.h"

CK_INLINE void tile(size_t rows, size_t panels, const product *g, size_t i, size_t j) {
  size_t vectors = panels * PANEL_VECTORS, stride = g->a_stride, next = panels * g->b_stride;
  vector sum[TILE_ROWS][FEW_PANELS * PANEL_VECTORS];
  const char *a[TILE_ROWS / 3 + 1], *b[FEW_PANELS];
  for (size_t r = 0; r < rows; r += 3) a[r / 3] = g->a + (i + r) * stride;
  for (size_t q = 0; q < panels; q++) b[q] = g->b + smaller(j + q, panel_count(g) - 1) * g->b_stride;
  for (size_t v = 0; v < vectors; v++) {
    vector first = first_sum(b[v / PANEL_VECTORS], v % PANEL_VECTORS * LANES);
    for (size_t r = 0; r < rows; r++) sum[r][v] = first;
  }
#pragma clang loop unroll(disable)
  for (size_t s = 0; s < g->steps; s++) {
    vector columns[FEW_PANELS * PANEL_VECTORS];
    for (size_t v = 0; v < vectors; v++)
      columns[v] = load(b[v / PANEL_VECTORS] + s * PANEL_STEP + v % PANEL_VECTORS * (sizeof(vector) / NARROWER));
    if (rows <= PREFETCHED_ROWS)
      for (size_t q = 0; q < panels; q++) _mm_prefetch(b[q] + next + s * PANEL_STEP, _MM_HINT_T1);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      vector row = broadcast(a[r / 3] + r % 3 * stride);
      for (size_t v = 0; v < vectors; v++) sum[r][v] = add_products(sum[r][v], row, columns[v]);
    }
    for (size_t r = 0; r < rows; r += 3) {
      a[r / 3] += STEP;
      __asm__("" : "+r"(a[r / 3]));  // or the compiler adds up the address of every row
    }
  }
  store_tile(rows, vectors, g, i, j, sum);
}

#ifdef CK_STREAM
#include "stream_x86_template.h"
#endif
