// Few rows of integers. Memory is what takes the time, so the weights are read as they lie, one panel after the other, and
// asked for two pages ahead: across the borders of pages and panels, which hardware doesn't look beyond. Sums of integers are
// exact, so each output has several accumulators, which take turns and hide the latency of the products.
enum { AHEAD = 8192, MOST_TURNS = 4 };

CK_INLINE void stream_step(size_t rows, const product *g, const char *b, size_t s, size_t turn,
                           vector sum[FEW_ROWS][MOST_TURNS][PANEL_VECTORS]) {
  const char *step = b + s * PANEL_STEP;
  if (turn % NARROWER == 0) _mm_prefetch(step + AHEAD, _MM_HINT_T0);
  vector columns[PANEL_VECTORS];
  for (size_t v = 0; v < PANEL_VECTORS; v++) columns[v] = load(step + v * (sizeof(vector) / NARROWER));
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++) {
    vector row = broadcast(g->a + r * g->a_stride + s * STEP);
    for (size_t v = 0; v < PANEL_VECTORS; v++) sum[r][turn][v] = add_products(sum[r][turn][v], row, columns[v]);
  }
}

CK_INLINE void stream(size_t rows, const product *g, size_t j) {
  size_t sums = rows * PANEL_VECTORS, turns = 4 * sums <= STREAM_SUMS ? 4 : 2 * sums <= STREAM_SUMS ? 2 : 1, s = 0;
  const char *b = g->b + j * g->b_stride;
  vector sum[FEW_ROWS][MOST_TURNS][PANEL_VECTORS], total[TILE_ROWS][FEW_PANELS * PANEL_VECTORS];
  for (size_t r = 0; r < rows; r++)
    for (size_t t = 0; t < turns; t++)
      for (size_t v = 0; v < PANEL_VECTORS; v++) sum[r][t][v] = t ? zero_integers() : first_sum(b, v * LANES);
#pragma clang loop unroll(disable)
  for (; s + turns <= g->steps; s += turns)
#pragma clang loop unroll(full)
    for (size_t t = 0; t < turns; t++) stream_step(rows, g, b, s + t, t, sum);
  for (; s < g->steps; s++) stream_step(rows, g, b, s, 0, sum);
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < PANEL_VECTORS; v++) {
      total[r][v] = sum[r][0][v];
      for (size_t t = 1; t < turns; t++) total[r][v] = both(total[r][v], sum[r][t][v]);
    }
  store_tile(rows, PANEL_VECTORS, g, 0, j, total);
}
