// gemm_s8_12x32_avx512.
#if defined(__x86_64__)
#define CK_STREAM
#include "vectors_avx512.h"
#define CK_NAME(op) op##_avx512
#include "vnni_s8.h"
#include "gemm_s8_template.h"
#endif
