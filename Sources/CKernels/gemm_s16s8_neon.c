// gemm_s16s8_4x16_neon.
#if defined(__aarch64__)
#define CK_HALF_WIDE
#define CK_TARGET CK_NEON
#define CK_NAME(op) op##_neon
#include "vectors_neon.h"
#include "neon_s16.h"
#include "gemm_s16_template.h"
#endif
