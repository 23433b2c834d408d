// gemm_s8_4x16_neon_i8mm. Few rows: both halves of the instruction work from two rows on, and one row waits for memory.
// Six rows would leave the compiler too few registers for the sums.
#if defined(__aarch64__)
#define CK_TARGET CK_NEON_I8MM
#define CK_NAME(op) op##_neon_i8mm
#define TILE_ROWS 4
#define FEW_ROWS 2
#define CK_TILE "tile_i8mm.h"
#include "vectors_neon.h"
#include "gemm_s8_template.h"
#endif
