// The loops around a register tile. To every product a step of k looks alike: 4 bytes of a row of a (a float, two int16
// or four bytes) times the 64 bytes that a panel holds for them, 32 where its values are half as wide (CK_HALF_WIDE). The
// including file defines CK_TARGET, the size of the tile and, after this file, `tile`: `panels` panels of columns from
// panel j on, of which those past the last are not stored.
#include "variants.h"
#include <string.h>

#ifdef CK_HALF_WIDE
enum { NARROWER = 2 };
#else
enum { NARROWER = 1 };
#endif
#ifdef CK_STREAM
enum { FEW_STEP = 1 };
#else
enum { FEW_STEP = FEW_PANELS };
#endif
enum { STEP = 4, PANEL_STEP = CK_PANEL * STEP / NARROWER, A_BLOCK_BYTES = 256 * 1024 };

#define CK_INLINE CK_TARGET static inline __attribute__((always_inline))

typedef struct {
  size_t m, n, steps;
  const char *a;
  size_t a_stride;  // bytes
  const char *b;    // values of the first panel
  size_t b_stride;  // bytes from one panel to the next
  const float *row_factor, *column_factor, *bias;
  float *c;
  size_t ldc;
} product;

CK_INLINE void tile(size_t rows, size_t panels, const product *g, size_t i, size_t j);

CK_INLINE size_t smaller(size_t x, size_t y) { return x < y ? x : y; }

CK_INLINE size_t panel_count(const product *g) { return (g->n + CK_PANEL - 1) / CK_PANEL; }

#ifdef CK_STREAM
CK_INLINE void stream(size_t rows, const product *g, size_t j);
#define FEW(rows) stream(rows, g, j)
#else
#define FEW(rows) tile(rows, FEW_PANELS, g, 0, j)
#endif

// The number of rows becomes a constant, so that the tile's loops are unrolled into registers.
CK_TARGET static void few_rows(size_t rows, const product *g, size_t j) {
  switch (rows) {
    case 1: FEW(1); break;
#if FEW_ROWS > 1
    case 2: FEW(2); break;
#endif
#if FEW_ROWS > 2
    case 3: FEW(3); break;
    case 4: FEW(4); break;
#endif
#if FEW_ROWS > 4
    case 5: FEW(5); break;
    case 6: FEW(6); break;
#endif
#if FEW_ROWS > 6
    case 7: FEW(7); break;
    case 8: FEW(8); break;
#endif
  }
}

CK_TARGET static void many_rows(size_t rows, const product *g, size_t i, size_t j) {
  switch (rows) {
    case 2: tile(2, TILE_PANELS, g, i, j); break;
    case 3: tile(3, TILE_PANELS, g, i, j); break;
    case 4: tile(4, TILE_PANELS, g, i, j); break;
#if TILE_ROWS > 4
    case 5: tile(5, TILE_PANELS, g, i, j); break;
    case 6: tile(6, TILE_PANELS, g, i, j); break;
#endif
#if TILE_ROWS > 6
    case 7: tile(7, TILE_PANELS, g, i, j); break;
    case 8: tile(8, TILE_PANELS, g, i, j); break;
    case 9: tile(9, TILE_PANELS, g, i, j); break;
    case 10: tile(10, TILE_PANELS, g, i, j); break;
    case 11: tile(11, TILE_PANELS, g, i, j); break;
    case 12: tile(12, TILE_PANELS, g, i, j); break;
#endif
  }
}

// Few rows: memory is what takes the time, and every weight is read once. Many rows: a block of them stays in the L2
// cache while b streams past. A block falls into tiles of nearly equal height: a low one costs as much as a high one.
CK_TARGET static void multiply(const product *g) {
  size_t panels = panel_count(g);
  if (g->m <= FEW_ROWS) {
    for (size_t j = 0; g->m && j < panels; j += FEW_STEP) few_rows(g->m, g, j);
    return;
  }
  size_t block = A_BLOCK_BYTES / (g->steps * STEP + 1) / TILE_ROWS * TILE_ROWS + TILE_ROWS;
  for (size_t top = 0, bottom; top < g->m; top = bottom) {
    bottom = g->m - top <= block + FEW_ROWS ? g->m : top + block;
    for (size_t j = 0; j < panels; j += TILE_PANELS) {
      size_t tiles = (bottom - top + TILE_ROWS - 1) / TILE_ROWS;
      for (size_t i = top, rows; i < bottom; i += rows, tiles--) {
        rows = (bottom - i + tiles - 1) / tiles;
        many_rows(rows, g, i, j);
      }
    }
  }
}
