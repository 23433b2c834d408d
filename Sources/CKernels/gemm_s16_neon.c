// gemm_s16_4x16_neon: pairs of k are parted on loading, so that a lane multiplies eight columns.
#if defined(__aarch64__)
#define CK_TARGET CK_NEON
#define CK_NAME(op) op##_neon
#include "vectors_neon.h"

typedef integers vector;
typedef struct {
  int16x8x2_t half[2];  // of eight columns: even k, odd k
} columns;

CK_INLINE columns load_columns(const char *b) {
  const int16_t *pairs = (const int16_t *)b;
  return (columns){{vld2q_s16(pairs), vld2q_s16(pairs + CK_PANEL)}};
}

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

#include "gemm_s16_template.h"
#endif
