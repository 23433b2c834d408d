#if defined(__x86_64__)
#include "variants.h"
#define CK_TARGET CK_AVX512
#define CK_NAME(op) op##_avx512
#define CK_STRING "avx512"
#define CK_ACTIVATION uint8_t
#define CK_ACTIVATION_ZERO 128
#define CK_MEL_LANES 8
#include "rows_template.h"
#endif
