// The register tile of the byte matrix instruction: smmla multiplies two rows by two columns, eight values of k at once. Two
// steps of a panel make its operand: zipped, their words are eight bytes of each of two columns. An odd row is paired with
// itself.
typedef integers vector;
#include "store_tile.h"

enum { PAIRS = (TILE_ROWS + 1) / 2, PANEL_SUMS = 2 * PANEL_VECTORS };

CK_INLINE int8x16_t eight_of_two(const char *x, const char *y) {
  return vcombine_s8(vld1_s8((const int8_t *)x), vld1_s8((const int8_t *)y));
}

// Four bytes of each row, then zeros.
CK_INLINE int8x16_t four_of_two(const char *x, const char *y) {
  int32_t words[4] = {0};
  memcpy(words, x, STEP);
  memcpy(words + 2, y, STEP);
  return vreinterpretq_s8_s32(vld1q_s32(words));
}

// A sum holds both rows' products with two columns; `next` is the step behind `b`, or zeros.
CK_INLINE void add_panel(size_t pairs, const int8x16_t row[PAIRS], const int8_t *b, const int8_t *next,
                         integers sum[PAIRS][FEW_PANELS * PANEL_SUMS], size_t first) {
#pragma clang loop unroll(full)
  for (size_t v = 0; v < PANEL_VECTORS; v++) {
    int32x4_t x = vreinterpretq_s32_s8(vld1q_s8(b + 16 * v)), y = vreinterpretq_s32_s8(vld1q_s8(next + 16 * v));
    int8x16_t low = vreinterpretq_s8_s32(vzip1q_s32(x, y)), high = vreinterpretq_s8_s32(vzip2q_s32(x, y));
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pairs; p++) {
      integers *s = sum[p] + first + 2 * v;
      s[0] = vmmlaq_s32(s[0], row[p], low);
      s[1] = vmmlaq_s32(s[1], row[p], high);
    }
  }
}

CK_INLINE integers low_halves(integers x, integers y) {
  return vreinterpretq_s32_s64(vzip1q_s64(vreinterpretq_s64_s32(x), vreinterpretq_s64_s32(y)));
}

CK_INLINE integers high_halves(integers x, integers y) {
  return vreinterpretq_s32_s64(vzip2q_s64(vreinterpretq_s64_s32(x), vreinterpretq_s64_s32(y)));
}

CK_INLINE void store_pairs(size_t rows, size_t panels, const product *g, size_t i, size_t j,
                           integers sum[PAIRS][FEW_PANELS * PANEL_SUMS]) {
  vector parted[TILE_ROWS][FEW_PANELS * PANEL_VECTORS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < panels * PANEL_VECTORS; v++) {
      const integers *s = sum[r / 2] + 2 * v;
      parted[r][v] = r % 2 ? high_halves(s[0], s[1]) : low_halves(s[0], s[1]);
    }
  }
  store_tile(rows, panels * PANEL_VECTORS, g, i, j, parted);
}

CK_INLINE void tile(size_t rows, size_t panels, const product *g, size_t i, size_t j) {
  static const int8_t zeros[PANEL_STEP];
  integers sum[PAIRS][FEW_PANELS * PANEL_SUMS] = {{{0}}};
  size_t pairs = (rows + 1) / 2, s = 0;
  const char *a = g->a + i * g->a_stride;
  const int8_t *b[FEW_PANELS];
  for (size_t q = 0; q < panels; q++)
    b[q] = (const int8_t *)g->b + smaller(j + q, panel_count(g) - 1) * g->b_stride;
  int8x16_t row[PAIRS];
#pragma clang loop unroll(disable)
  for (; s + 2 <= g->steps; s += 2, a += 2 * STEP) {
    for (size_t p = 0; p < pairs; p++)
      row[p] = eight_of_two(a + 2 * p * g->a_stride, a + smaller(2 * p + 1, rows - 1) * g->a_stride);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < panels; q++)
      add_panel(pairs, row, b[q] + s * PANEL_STEP, b[q] + (s + 1) * PANEL_STEP, sum, q * PANEL_SUMS);
  }
  if (s < g->steps) {
    for (size_t p = 0; p < pairs; p++)
      row[p] = four_of_two(a + 2 * p * g->a_stride, a + smaller(2 * p + 1, rows - 1) * g->a_stride);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < panels; q++) add_panel(pairs, row, b[q] + s * PANEL_STEP, zeros, sum, q * PANEL_SUMS);
  }
  store_pairs(rows, panels, g, i, j, sum);
}
