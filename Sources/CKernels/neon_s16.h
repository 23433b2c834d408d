// Steps with vmlal: pairs of k are parted on loading, so that a lane multiplies eight columns. Bytes of b are widened there.
typedef integers vector;
typedef struct {
  int16x8x2_t half[2];  // of eight columns: even k, odd k
} columns;

#ifdef CK_HALF_WIDE
CK_INLINE int16x8x2_t parted(const char *b) {
  int8x8x2_t pairs = vld2_s8((const int8_t *)b);
  return (int16x8x2_t){{vmovl_s8(pairs.val[0]), vmovl_s8(pairs.val[1])}};
}
#else
CK_INLINE int16x8x2_t parted(const char *b) { return vld2q_s16((const int16_t *)b); }
#endif

CK_INLINE columns load_columns(const char *b) { return (columns){{parted(b), parted(b + PANEL_STEP / 2)}}; }

CK_INLINE void add_products(vector *sum, int8x16_t row, size_t lane, const columns *step) {
  int16x8_t pairs = vreinterpretq_s16_s8(row);
  for (size_t k = 0; k < 2; k++) {
    int16x8_t x = vdupq_n_s16(pairs[2 * lane + k]);
    for (size_t h = 0; h < 2; h++) {
      int16x8_t y = step->half[h].val[k];
      sum[2 * h] = vmlal_s16(sum[2 * h], vget_low_s16(y), vget_low_s16(x));
      sum[2 * h + 1] = vmlal_high_s16(sum[2 * h + 1], y, x);
    }
  }
}
