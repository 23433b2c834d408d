// The register tile of ARM: four steps of a row are loaded at once and multiply by lane. One accumulator an output, k
// ascending. The including file defines `vector` (four sums), `columns` (a step of a panel), `load_columns` and
// `add_products`.
#include "store_tile.h"

// b moves on by `steps`, of which the rows hold one in each lane.
CK_INLINE void add_steps(size_t rows, size_t steps, const int8x16_t row[TILE_ROWS], const char **b,
                         vector sum[TILE_ROWS][FEW_PANELS * PANEL_VECTORS], size_t first) {
#pragma clang loop unroll(full)
  for (size_t lane = 0; lane < steps; lane++, *b += PANEL_STEP) {
    columns step = load_columns(*b);
    for (size_t r = 0; r < rows; r++) add_products(sum[r] + first, row[r], lane, &step);
  }
}

CK_INLINE int8x16_t repeated(const char *a) {
  int32_t step;
  memcpy(&step, a, sizeof step);
  return vreinterpretq_s8_s32(vdupq_n_s32(step));
}

CK_INLINE void tile(size_t rows, size_t panels, const product *g, size_t i, size_t j) {
  vector sum[TILE_ROWS][FEW_PANELS * PANEL_VECTORS] = {{{0}}};
  const char *a = g->a + i * g->a_stride, *b[FEW_PANELS];
  for (size_t q = 0; q < panels; q++) b[q] = g->b + smaller(j + q, panel_count(g) - 1) * g->b_stride;
  int8x16_t row[TILE_ROWS];
  size_t s = 0;
#pragma clang loop unroll(disable)
  for (; s + 4 <= g->steps; s += 4, a += 4 * STEP) {
    for (size_t r = 0; r < rows; r++) row[r] = vld1q_s8((const int8_t *)a + r * g->a_stride);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < panels; q++) add_steps(rows, 4, row, b + q, sum, q * PANEL_VECTORS);
  }
#pragma clang loop unroll(disable)
  for (; s < g->steps; s++, a += STEP) {
    for (size_t r = 0; r < rows; r++) row[r] = repeated(a + r * g->a_stride);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < panels; q++) add_steps(rows, 1, row, b + q, sum, q * PANEL_VECTORS);
  }
  store_tile(rows, panels * PANEL_VECTORS, g, i, j, sum);
}
