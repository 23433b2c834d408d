// Registers of 128 bits: four hold a step of a panel. The including file defines CK_TARGET and may choose a tile.
#include <arm_neon.h>

#ifndef CK_TILE
#define CK_TILE "tile_neon_template.h"
#define TILE_ROWS 4
#define FEW_ROWS 1
#endif
#define TILE_PANELS 1
#define FEW_PANELS 2
#define LANES 4
#include "gemm_template.h"

typedef int32x4_t integers;
typedef float32x4_t floats;

CK_INLINE floats floats_of(integers x) { return vcvtq_f32_s32(x); }
CK_INLINE floats floats_repeated(const float *p) { return vld1q_dup_f32(p); }
CK_INLINE floats plus(floats x, floats y) { return vaddq_f32(x, y); }
CK_INLINE floats times(floats x, floats y) { return vmulq_f32(x, y); }
CK_INLINE floats over(floats x, floats y) { return vdivq_f32(x, y); }

// `width` values of p, zeros where p is null.
CK_INLINE floats load_part(const float *p, size_t width) {
  if (p && width == LANES) return vld1q_f32(p);
  float padded[LANES] = {0};
  if (p) memcpy(padded, p, width * sizeof *p);
  return vld1q_f32(padded);
}

CK_INLINE void store_part(float *p, size_t width, floats x) {
  float padded[LANES];
  vst1q_f32(width == LANES ? p : padded, x);
  if (width < LANES) memcpy(p, padded, width * sizeof *p);
}
